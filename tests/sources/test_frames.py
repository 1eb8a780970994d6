"""Tables that other libraries hold, given to pmcli.load: the rows of the file that they were read from."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import pmcli
from pmcli.errors import PmError, UsageError

SAMPLES = Path(__file__).parents[2] / "samples"
RECORDS = SAMPLES / "athena-records.csv"
ASKED = {"map": "athena-records", "by": ["weapon"], "area": "district"}


def test_a_lazy_frame_of_records_gives_what_its_file_gives():
    frame = pl.scan_csv(RECORDS, infer_schema=False)
    assert_frame_equal(pmcli.load(frame, **ASKED).collect(), pmcli.load(RECORDS, **ASKED).collect())


def test_a_lazy_frame_with_dates_and_numbers_gives_what_its_text_gives():
    text = pl.scan_csv(RECORDS, infer_schema=False).filter(pl.col("Date recorded").str.contains("^../../....$"))
    typed = text.with_columns(
        pl.col("Date recorded").str.to_date("%d/%m/%Y"), pl.col("Victim age").cast(pl.Float64, strict=False)
    )
    assert_frame_equal(pmcli.load(typed, **ASKED).collect(), pmcli.load(text, **ASKED).collect())


def test_a_lazy_frame_of_another_layout_and_of_observations_is_recognised_by_its_columns():
    loaded = pmcli.load(RECORDS, map="athena-records").collect()
    assert_frame_equal(pmcli.load(loaded.lazy()).collect(), loaded)
    table = pl.DataFrame({"Force": ["Essex"] * 2, "Offence type": ["Burglary"] * 2, "Month": ["Jan 2023", "Feb 2023"]})
    table = table.with_columns(Offences=pl.Series([5, 7]))
    got = pmcli.load(table.lazy(), map="iquanta-monthly").collect()
    assert got.select("measure", "area", "value").rows() == [("burglary", "essex", 5.0), ("burglary", "essex", 7.0)]


def test_what_is_wrong_with_a_table_is_said():
    with pytest.raises(UsageError, match="takes no dict"):
        pmcli.load({"a": 1})
    frame = pl.LazyFrame({"Crime no": ["1"], "Date recorded": ["01/02/2023"]})
    with pytest.raises(PmError, match="the LazyFrame lacks the columns 'Crime number'"):
        pmcli.load(frame, map="athena-records")
    with pytest.raises(PmError, match="no layout fits"):
        pmcli.load(frame)
    with pytest.raises(UsageError, match="there is no source layout 'record'"):
        pmcli.load(frame, source="record")
    with pytest.raises(UsageError, match="--by and --area are for crime records"):
        pmcli.load(
            pl.LazyFrame({"Force": ["Essex"], "Offence type": ["Burglary"], "Month": ["Jan 2023"], "Offences": [5]}),
            map="iquanta-monthly", by=["weapon"],
        )  # fmt: skip
