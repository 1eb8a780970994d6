"""The counts of every engine beside those of `pm load` of the same rows: equal to the row, or refused by name.

The reference is `pm load` itself, which has tests of its own against counts worked out by hand (test_records.py).
"""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings

import pmcli
from pmcli.errors import PmError
from tests.sources.warehouse.engines import NAMES, engine, put
from tests.sources.warehouse.made_records import EXTRACTS, Extract, mapping, records

EXAMPLES = {"duckdb": 8, "postgres": 4, "pyspark": 1}
"""How many extracts are drawn for each, beside those of ALWAYS."""

ALWAYS = (
    Extract(seed=1, rows=900, victims=True, by=("weapon",), area="district", hole=True),
    Extract(seed=2, rows=600, whose="count", forces=True, by=("beat", "knife"), area="district", stray=True),
)
"""Two extracts that between them have all that is counted: repeat victims, and aggregated records of several forces."""


@pytest.fixture(scope="module", params=NAMES)
def backend(request):
    with engine(request.param) as made:
        yield made


def expected(frame: pl.DataFrame, folder: Path, asked: dict) -> pl.DataFrame | str:
    """What `pm load` makes of the rows as a CSV file; why, where it refuses them."""
    path = folder / "crimes.csv"
    frame.write_csv(path)
    try:
        return pmcli.load(path, **asked).collect()
    except PmError as error:
        return error.message


KEY = ["source", "measure", "area", "dimension", "category", "period_end", "months"]


def assert_same(found: pl.DataFrame, wanted: pl.DataFrame, what: str) -> None:
    """Equal to the row; otherwise the first rows that are not."""
    if found.equals(wanted):
        return
    both = found.with_columns(_here=True).join(wanted.with_columns(_there=True), on=KEY, how="full", coalesce=True)
    other = ~pl.col("value").eq_missing(pl.col("value_right")) | ~pl.col("base").eq_missing(pl.col("base_right"))
    odd = both.filter(other | pl.col("_here").is_null() | pl.col("_there").is_null())
    odd = odd.select(*KEY[1:6], "value", "value_right", "base", "base_right", "_here", "_there")
    raise AssertionError(f"{what}: {odd.height} rows differ\n{odd.head(12).rows()}")


def compare(backend, extract: Extract, folder: Path, frame: pl.DataFrame, table_frame: pl.DataFrame) -> bool:
    """Whether the engine's rows are those of `pm load`; False where both refuse the extract."""
    path, by, area = mapping(extract, folder)
    asked = {"map": path, "by": by, "area": area}
    latest = {} if backend.name == "duckdb" else {"latest": "seq"}
    wanted = expected(frame, folder, asked)
    table = put(backend, "crimes", table_frame)
    if isinstance(wanted, str):
        with pytest.raises(PmError):
            pytest.fail(f"{extract}: {wanted}: {pmcli.load(table, **asked, **latest).collect()}")
        return False
    assert_same(pmcli.load(table, **asked, **latest).collect(), wanted, str(extract))
    return True


def few(backend):
    """Hypothesis, held to as many examples as the engine's time allows; a failure is not made simpler for that."""
    return settings(
        max_examples=EXAMPLES[backend.name], deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip


@pytest.mark.parametrize("extract", ALWAYS, ids=lambda extract: extract.whose)
def test_the_same_rows_as_pm_load(backend, tmp_path, extract):
    frame = records(extract)
    assert compare(backend, extract, tmp_path, frame, frame)


def test_the_same_rows_as_pm_load_of_any_extract(backend, tmp_path):
    @few(backend)
    @given(extract=EXTRACTS)
    def same(extract):
        frame = records(extract)
        compare(backend, extract, tmp_path, frame, frame)

    same()


def test_days_that_are_dates(backend, tmp_path):
    """The same with a DATE, and with a TIMESTAMP of 23:00 in UTC, which is the day after in summer."""
    extract = Extract(seed=100, rows=300, victims=True, by=("weapon",), area="district")
    frame = records(extract, untidy_dates=False).filter(pl.col("Date recorded").is_not_null())
    typed = frame.with_columns(pl.col("Date recorded").str.to_date("%Y-%m-%d"))
    assert compare(backend, extract, tmp_path, frame, typed)


def test_rows_of_one_day_that_differ_are_refused_where_no_order_is_kept(backend, tmp_path):
    if backend.name == "duckdb":
        pytest.skip("DuckDB keeps the order of the rows")
    made = random.Random(3)
    rows = [(str(n), f"{made.randint(1, 28):02}/{n % 12 + 1:02}/2022", "Burglary") for n in range(300)]
    rows += [("7", rows[7][1], "Homicide")]
    frame = pl.DataFrame(rows, schema=["crime_number", "recorded_date", "ho_subgroup"], orient="row")
    path = tmp_path / "plain.toml"
    path.write_text(
        'layout = "records"\nforce = "essex"\n[columns]\ncrime_number = "crime_number"\n'
        'recorded_date = "recorded_date"\nho_subgroup = "ho_subgroup"\n'
    )
    with pytest.raises(PmError, match="1 crimes have rows of one day that differ"):
        pmcli.load(put(backend, "tied", frame), map=path)
    assert pmcli.load(put(backend, "once", frame[:300]), map=path).collect().height == 12
