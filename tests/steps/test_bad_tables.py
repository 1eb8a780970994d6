"""Tables that are of the right shape and yet make no sense, and what must not come of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.notes import collecting
from pmcli.steps.compare import compare
from pmcli.steps.outliers import outliers
from pmcli.steps.population import read_peers, read_population
from pmcli.steps.rank import rank
from pmcli.steps.rolling import rolling
from pmcli.tables import OBSERVATIONS, check_rows
from tests.conftest import pm, series


def test_one_absurd_count_stays_in_its_own_series() -> None:
    absurd = series([1e20] + [1.0] * 23, area="avon-and-somerset")
    plain = series([7.0] * 24)
    rolled = rolling(pl.concat([absurd, plain])).collect().filter(pl.col("area") == "essex")
    assert rolled["value"].unique().to_list() == [84.0]
    late = rolling(absurd).collect()["value"].to_list()
    assert late[-1] == 12.0  # and leaves its windows with the month that holds it


def test_a_series_shorter_than_the_window_is_named() -> None:
    with collecting() as notes:
        rolled = rolling(pl.concat([series([1.0] * 24), series([1.0] * 9, area="kent")])).collect()
    assert rolled["area"].unique().to_list() == ["essex"]
    assert any("burglary in kent" in note for note in notes)


def test_windows_that_share_months_are_not_tested() -> None:
    with collecting() as notes:
        rows = compare(series([10.0] * 67), to=date(2020, 6, 30)).collect()
    tested = dict(rows.select("against", "p_value").iter_rows())
    assert tested == {"baseline": None, "previous-year": 1.0}
    assert any("shares months" in note for note in notes)
    with collecting() as notes:
        compare(series([10.0] * 67), to=date(2020, 6, 30), baseline=date(2022, 6, 30)).collect()
    assert any("later than the window" in note for note in notes)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("months", 0, "a length below one month"),
        ("months", -3, "a length below one month"),
        ("months", None, "an empty key column"),
        ("measure", None, "an empty key column"),
        ("period_end", date(2023, 7, 30), "does not end with a month"),
        ("period_end", date(9999, 12, 31), "ends in a year that cannot be"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_by_its_number(column: str, value: object, message: str) -> None:
    frame = series([1.0] * 3)
    bad = frame.with_columns(
        pl.when(pl.int_range(pl.len()) == 1)
        .then(pl.lit(value))
        .otherwise(column)
        .cast(frame.schema[column])
        .alias(column)
    )
    with pytest.raises(PmError, match=message) as caught:
        check_rows(bad, OBSERVATIONS)
    assert "row 2" in str(caught.value)


@pytest.mark.parametrize("statistic", [None, "median"])
def test_a_comparison_of_figures_of_no_known_kind_is_refused(statistic: str | None, tmp_path: Path) -> None:
    series([5.0] * 66, measure="robbery").write_parquet(tmp_path / "o.parquet")
    assert pm("compare", "-i", tmp_path / "o.parquet", "-o", tmp_path / "c.parquet").returncode == 0
    bad = pl.read_parquet(tmp_path / "c.parquet").with_columns(pl.lit(statistic, dtype=pl.String).alias("statistic"))
    bad.write_parquet(tmp_path / "bad.parquet")
    for command in ("show", "say", "plot"):
        result = pm(command, "-i", tmp_path / "bad.parquet", "-f", "table" if command == "show" else "csv")
        assert result.returncode in (1, 2), command
        assert b"fault of pm" not in result.stderr
    shown = pm("show", tmp_path / "bad.parquet", "-f", "table")
    assert b"row 1 of the comparison table is none of count, share, mean (statistic)" in shown.stderr


def test_a_base_that_nothing_can_be_divided_by_is_not_known() -> None:
    frame = series([5.0] * 3).with_columns(base=pl.Series([1e-320, 0.0, 7.0]))
    with collecting() as notes:
        assert check_rows(frame, OBSERVATIONS)["base"].to_list() == [None, 0.0, 7.0]
    assert "1 rows hold a number that is not finite, or that no figure has" in " ".join(notes)


@pytest.mark.parametrize("wild", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_not_known(wild: float, tmp_path: Path) -> None:
    path = tmp_path / "wild.parquet"
    series([5.0] * 66 + [wild], measure="robbery").write_parquet(path)
    for command in ("outliers", "trend", "compare", "spc", "check"):
        result = pm(command, "robbery", "-i", path, "-f", "csv")
        said = result.stderr.decode()
        assert "not finite" in said, command
        assert "Traceback" not in said
        assert "fault of pm" not in said
        assert command == "spc" or b"true" not in result.stdout  # a chart says which periods its limits come from


def test_ranks_and_rules_are_about_counts_of_whole_forces() -> None:
    share = series([1.0] * 24, base=[2.0] * 24, measure="robbery")
    district = series([1.0] * 24, area="essex/basildon", measure="robbery")
    for frame in (share, district):
        with pytest.raises(PmError, match="no counts of whole forces"):
            rank(frame)
        with pytest.raises(PmError, match="no figures for"):
            outliers(frame, group="serious-violence")


def test_a_force_that_is_behind_the_others_is_said() -> None:
    behind = pl.concat([series([1.0] * 24), series([1.0] * 21, end=date(2023, 4, 30), area="kent")])
    with collecting() as notes:
        rows = compare(behind, areas=["kent"]).collect()
    assert rows["period_end"].unique().to_list() == [date(2023, 4, 30)]
    assert not notes or all("Jul 2023" not in note for note in notes if "ends in" not in note)
    with collecting() as notes:
        rank(pl.concat([behind, series([1.0] * 24, area="surrey")]), areas=["kent"]).collect()
    assert any("kent ends in Apr 2023, others in Jul 2023" in note for note in notes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("force,year,population\nessex,2023,5000\nessex,2023,6000\n", "row 3 gives essex 2023 a second time"),
        ("force,year,population\nessex,2023.5,5\n", "is not a year"),
        ("force,year,population\nessex,2023,nan\n", "is not a number"),
        ("force,year,population\nessex,2023,0\n", "must be above 0"),
    ],
)
def test_populations_that_make_no_sense(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(text)
    with pytest.raises(PmError, match=message):
        read_population(path, Catalogue())


def test_a_misspelt_force_in_a_population_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("force,year,population\nesex,2023,5000\n")
    with collecting() as notes:
        read_population(path, Catalogue())
    assert any("esex" in note for note in notes)


@pytest.mark.parametrize(("marked", "national"), [("yes", True), ("1", True), ("No", False), ("TRUE", True)])
def test_who_is_in_the_national_average_may_be_said_in_several_ways(
    marked: str, national: bool, tmp_path: Path
) -> None:
    path = tmp_path / "f.csv"
    path.write_text(f"id,name,in_national\nessex,Essex,{marked}\n")
    assert Catalogue(extra_forces=path).national() == (["essex"] if national else [])


@pytest.mark.parametrize("text", ["essex,Essex,maybe\n", "essex,Essex,true\nessex,Essex,false\n"])
def test_a_forces_file_that_contradicts_itself(text: str, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("id,name,in_national\n" + text)
    with pytest.raises(PmError, match="row"):
        Catalogue(extra_forces=path).national()


def test_a_peers_file_in_another_case_and_one_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "peers.csv"
    path.write_text("Force, Peer\nEssex, Kent\n")
    assert read_peers(path, Catalogue()) == {"essex": ["kent"]}
    path.write_bytes("force,peer\nessex,kent \xe9\n".encode("latin-1"))
    with pytest.raises(PmError, match="not a CSV file in UTF-8"):
        read_peers(path, Catalogue())
    path.write_text("force,peer\nessex,\n")
    with pytest.raises(PmError, match="the peer is blank"):
        read_peers(path, Catalogue())


def test_a_share_whose_base_is_missing_in_one_month_is_no_count() -> None:
    frame = series([8.0] * 24, base=[100.0] * 24, measure="calls-within-10s")
    orphan = frame.with_columns(base=pl.when(pl.col("period_end") == date(2023, 5, 31)).then(None).otherwise("base"))
    with collecting() as notes:
        rolled = rolling(orphan).collect()
        rows = compare(orphan, months=1, to=date(2023, 5, 31)).collect()
    assert rolled.filter(pl.col("period_end") >= date(2023, 5, 31))["value"].to_list() == [None] * 3
    assert any("May 2023" in note for note in notes)
    assert set(rows["statistic"]) == {"share"}
    assert rows["value"].to_list() == [None, None]


def test_an_accent_in_a_name_stays_a_letter_in_the_id() -> None:
    catalogue = Catalogue()
    assert catalogue.area_id("Ynys Môn") == ("ynys-mon", False)
    assert catalogue.area_label("metropolitan/barking-and-dagenham") == "Metropolitan Police: Barking and Dagenham"
