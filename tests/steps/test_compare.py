"""Comparisons: against the figures published for Essex, and by the algebra of a difference."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.notes import collecting
from pmcli.steps.compare import compare
from pmcli.tables import COMPARISON
from tests.conftest import GOLDEN, real, series

MONTHS = 67  # Jan 2018 to Jul 2023


def flat(value: float = 10.0, **more: object) -> pl.DataFrame:
    return series([value] * MONTHS, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("measure", "now", "baseline", "last_year"),
    [  # Home Office, Police recorded crime open data (release to March 2024), Essex, 12 months to September 2023
        ("homicide", 17, 58, 19),
        ("violence-with-injury", 14958, 15399, 16381),
        ("vehicle-crime", 14150, 14972, 12447),
        ("theft-from-person", 1165, 1306, 1220),
    ],
)
def test_essex_against_the_published_totals(
    home_office: pl.DataFrame, measure: str, now: int, baseline: int, last_year: int
) -> None:
    rows = compare(home_office, measures=[measure], areas=["essex"], to=date(2023, 9, 30)).collect()
    assert rows["against"].to_list() == ["baseline", "previous-year"]
    assert rows["value"].to_list() == [now, now]
    assert rows["against_value"].to_list() == [baseline, last_year]
    assert rows["difference"].to_list() == [now - baseline, now - last_year]
    assert rows["against_end"].to_list() == [date(2019, 12, 31), date(2022, 9, 30)]


def test_the_table_is_as_the_contract_says() -> None:
    rows = compare(flat()).collect()
    assert rows.schema == COMPARISON.schema()
    assert rows["statistic"].to_list() == ["count", "count"]
    assert rows["change"].to_list() == [0.0, 0.0]
    assert rows["p_value"].to_list() == [1.0, 1.0]


def test_a_percentage_on_a_base_of_zero_is_null() -> None:
    frame = series([0.0] * 55 + [1.0] * 12)
    rows = compare(frame).collect()
    assert rows["difference"].to_list() == [12.0, 12.0]
    assert rows["change"].to_list() == [None, None]


def test_a_baseline_that_is_not_there_is_null_and_said() -> None:
    with collecting() as notes:
        rows = compare(series([1.0] * 24)).collect()
    assert rows.filter(pl.col("against") == "baseline")["against_value"].to_list() == [None]
    assert rows.filter(pl.col("against") == "previous-year")["difference"].to_list() == [0.0]
    assert any("Dec 2019" in note for note in notes)


def test_shares_are_compared_in_points_with_the_effective_base() -> None:
    then, now = series([80.0], end=date(2022, 7, 31), months=12, base=[100.0]), series([60.0], months=12, base=[100.0])
    both = pl.concat([then, now])
    row = compare(both).collect().filter(pl.col("against") == "previous-year").row(0, named=True)
    assert (row["statistic"], row["value"], row["base"]) == ("share", 0.6, 100.0)
    assert row["difference"] == pytest.approx(-0.2)
    weighted = both.with_columns(effective=pl.lit(50.0))
    weaker = compare(weighted).collect().filter(pl.col("against") == "previous-year").row(0, named=True)
    assert weaker["p_value"] > row["p_value"]


def test_a_change_in_recording_between_the_windows_is_carried() -> None:
    burglary = compare(flat()).collect()
    assert burglary["breaks"].to_list() == ["counting-rules-burglary-2023"] * 2
    homicide = compare(flat(measure="homicide")).collect()
    assert homicide["breaks"].to_list() == ["", ""]


def test_a_change_on_the_first_day_of_the_earlier_window_breaks_nothing() -> None:
    rows = compare(series([5.0] * 36, end=date(2025, 3, 31)), baseline=date(2024, 3, 31)).collect()
    assert rows["breaks"].to_list() == ["", ""]  # 12 months to March 2024 start on 1 April 2023, with the new rules


def test_a_change_for_one_force_does_not_touch_another() -> None:
    knives = pl.concat([flat(measure="knife-crime"), flat(measure="knife-crime", area="kent")])
    rows = compare(knives).collect().filter(pl.col("against") == "baseline")
    by_area = dict(rows.select("area", "breaks").iter_rows())
    assert by_area["kent"] == ""
    assert "mandatory-knife-check-2020" in by_area["essex"]


def test_two_sources_never_add_up() -> None:
    both = pl.concat([flat(source="home-office"), flat(source="iquanta")])
    with pytest.raises(PmError, match="two sources never add up"):
        compare(both)
    assert compare(both, source="iquanta").collect()["source"].unique().to_list() == ["iquanta"]


def test_an_end_that_is_not_there_says_which_are_near() -> None:
    quarters = series([1.0] * 20, end=date(2023, 9, 30), months=3)
    with pytest.raises(PmError, match="no window ends in Jul 2023") as caught:
        compare(quarters, to=date(2023, 7, 31))
    assert "Jun 2023 and Sep 2023" in caught.value.hint


@given(st.lists(st.integers(0, 400).map(float), min_size=MONTHS, max_size=MONTHS))
def test_compare_is_antisymmetric(values: list[float]) -> None:
    frame = series(values)
    there = compare(frame, to=date(2023, 7, 31), baseline=date(2019, 12, 31)).collect().row(0, named=True)
    back = compare(frame, to=date(2019, 12, 31), baseline=date(2023, 7, 31)).collect().row(0, named=True)
    assert there["against"] == back["against"] == "baseline"
    assert there["difference"] == -back["difference"]
    assert (there["value"], there["against_value"]) == (back["against_value"], back["value"])
    assert there["p_value"] == back["p_value"]
    assert there["breaks"] == back["breaks"]


@given(st.integers(1, 66), st.lists(st.integers(0, 400).map(float), min_size=MONTHS, max_size=MONTHS))
def test_splitting_the_rows_into_files_changes_nothing(cut: int, values: list[float]) -> None:
    frame = series(values)
    pieces = pl.concat([frame[cut:], frame[:cut]])
    assert compare(pieces).collect().equals(compare(frame).collect())


@pytest.mark.parametrize(
    ("measure", "now", "then", "p"),
    [  # the goldens: DESIGN's formula worked outside pm
        ("homicide", 17, 58, 5.52e-5), ("homicide", 17, 19, 0.8815), ("homicide", 13, 23, 0.1775),
        ("homicide", 0, 5, 0.0724), ("robbery", 1547, 1436, 0.3131), ("violence-with-injury", 14958, 16381, 0.00952),
        ("vehicle-crime", 14150, 12447, 0.0274), ("burglary", 6968, 10420, 8.547e-14),
    ],
)  # fmt: skip
def test_a_count_is_tested_with_the_dispersion_of_its_measure(measure: str, now: int, then: int, p: float) -> None:
    frame = series([float(then)] + [0.0] * 11 + [float(now)] + [0.0] * 11, measure=measure)
    (row,) = compare(frame, against=["previous-year"]).collect().rows(named=True)
    assert row["p_value"] == pytest.approx(p, rel=1e-3)
    assert row["conventions"].startswith("test: two counts with the measure's dispersion, d = ")
    assert (row["grade"] == "within chance") == (p >= 0.05)
    (exact,) = compare(frame, against=["previous-year"], test="exact").collect().rows(named=True)
    assert exact["p_value"] == pytest.approx(binomtest(now, now + then).pvalue, rel=1e-8)
    assert exact["least"] < row["least"]


def test_a_measure_of_the_user_s_own_may_say_its_dispersion(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('[escapes]\nlabel = "Escapes"\ndispersion = 1\n')
    frame = series([3.0] * 12 + [5.0] * 12, measure="escapes")
    known = compare(frame, against=["previous-year"], catalogue=Catalogue(tmp_path / "m.toml")).collect()
    assert known["p_value"][0] == pytest.approx(binomtest(60, 96).pvalue, rel=1e-8)
    assert compare(frame, against=["previous-year"]).collect()["p_value"][0] > known["p_value"][0]


def test_an_unusual_move_is_larger_than_the_measure_makes_in_a_year(home_office: pl.DataFrame) -> None:
    rows = compare(home_office, against=["previous-year"], to=date(2023, 9, 30)).collect().drop_nulls("grade")
    moved = rows.filter(pl.col("p_value") < 0.05)
    assert set(moved["grade"]) == {"changed", "unusual"}
    size = moved.group_by("grade").agg((pl.col("value") / pl.col("against_value")).log().abs().median())
    sizes = dict(size.rows())
    assert sizes["unusual"] > 1.5 * sizes["changed"]


def test_a_share_that_moves_by_less_than_matters_is_in_line() -> None:
    frame = series([24_030.0] + [None] * 11 + [24_300.0], base=[30_000.0] * 13, measure="calls-within-10s")  # type: ignore[list-item]
    (row,) = compare(frame, months=1, against=["previous-year"]).collect().rows(named=True)
    assert row["p_value"] < 0.05
    assert row["difference"] == pytest.approx(0.009)
    assert row["grade"] == "in line with"
    assert row["low"] < row["value"] < row["high"]


def test_every_p_value_of_the_home_office_file_is_the_oracle_s(home_office: pl.DataFrame, tmp_path: Path) -> None:
    oracle = real(GOLDEN.parent.parent / "tools" / "compare_oracle.py")
    compare(home_office).collect().write_parquet(tmp_path / "comparison.parquet")
    done = subprocess.run(
        [sys.executable, str(oracle), "check", str(tmp_path / "comparison.parquet")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 differ" in done.stdout
