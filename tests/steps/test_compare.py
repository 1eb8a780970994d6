"""Comparisons: against the figures published for Essex, and by the algebra of a difference."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.errors import PmError
from pmcli.notes import collecting
from pmcli.steps.compare import compare
from pmcli.tables import COMPARISON
from tests.conftest import series

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
