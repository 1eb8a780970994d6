"""What the [[pack]] entries of pm.toml take from a file that several of them name: what each alone would."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pmcli.catalogue import Catalogue
from pmcli.cli.extracts import read_extracts
from pmcli.errors import UsageError
from pmcli.notes import collecting
from pmcli.settings import Extract, Settings
from pmcli.sources import load
from pmcli.sources.records.victims import only_by
from tests.conftest import SAMPLES

RECORDS = str(SAMPLES / "athena-records.csv")
EVERY = ("weapon", "offence", "offence_class")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue()


def test_a_file_is_read_once_and_each_entry_has_what_it_would_have_alone(catalogue: Catalogue) -> None:
    extracts = [
        Extract((RECORDS,), map="athena-records", by=("weapon", "offence"), measures=("firearms",)),
        Extract((RECORDS,), map="athena-records", measures=("vawg", "repeat-victims")),
        Extract((RECORDS,), map="athena-records", by=("offence_class",)),
    ]
    with collecting():
        together = read_extracts(extracts, Settings(), catalogue)
        alone = [read_extracts([one], Settings(), catalogue)[0] for one in extracts]
    assert len({id(loaded) for _, loaded in together}) == 1
    for (frame, _), (expected, _) in zip(together, alone, strict=True):
        assert_frame_equal(frame, expected)
    assert "offence_class" in together[1][0]["dimension"]  # of repeat victims, which are broken down unasked


def test_records_by_some_dimensions_are_those_by_more_without_the_others(catalogue: Catalogue) -> None:
    def by(names: tuple[str, ...]) -> pl.DataFrame:
        return load(RECORDS, mapping="athena-records", by=names, catalogue=catalogue).observations

    whole = by(EVERY)
    for names in [some for size in range(len(EVERY)) for some in combinations(EVERY, size)]:
        assert_frame_equal(only_by(whole, names, EVERY), by(names))


def test_a_breakdown_that_a_file_has_itself_is_kept(tmp_path: Path, catalogue: Catalogue) -> None:
    """A table by weapon beside records by weapon: who does not ask for the records' weapons keeps the table's."""
    counts = load(RECORDS, mapping="athena-records", by=("weapon",), catalogue=catalogue).observations
    table, records = tmp_path / "table.parquet", tmp_path / "records.csv"
    counts.with_columns(source=pl.lit("elsewhere")).write_parquet(table)
    rows = "".join(f"{n},2023-{1 + n % 6:02}-{1 + n % 28:02},Essex,Residential burglary,Knife\n" for n in range(400))
    records.write_text(f"crime_number,recorded_date,force,ho_subgroup,weapon\n{rows}")
    files = (str(table), str(records))
    extracts = [Extract(files), Extract(files, by=("weapon",))]
    with collecting():
        together = read_extracts(extracts, Settings(), catalogue)
        alone = [read_extracts([one], Settings(), catalogue)[0][0] for one in extracts]
    for (frame, _), expected in zip(together, alone, strict=True):
        assert_frame_equal(frame, expected)
    assert together[0][0].filter(pl.col("dimension") == "weapon")["source"].unique().to_list() == ["elsewhere"]


def test_a_breakdown_of_what_is_not_records_is_refused(catalogue: Catalogue) -> None:
    table = str(SAMPLES / "referrals.csv")
    with pytest.raises(UsageError, match="are for crime records"):
        read_extracts([Extract((table,), map="referrals", by=("weapon",))], Settings(), catalogue)
