"""Trends of measures: honest about series that cannot be tested, and words that follow the test and the polarity."""

from __future__ import annotations

import math
import random
from datetime import date

import numpy as np
import polars as pl
import pymannkendall
import pytest

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError
from pmcli.notes import collecting
from pmcli.steps.rolling import rolling
from pmcli.steps.trend import sparkline, trend
from pmcli.tables import OBSERVATIONS, TREND
from pmcli.views.blocks import Look
from pmcli.views.language.findings import judged
from pmcli.views.plain import text
from pmcli.views.trend.table import blocks
from tests.conftest import series


def crime(months: int, per_year: float, *, turn: int | None = None, after: float = 0.0, seed: int = 7) -> list[float]:
    """Seeded monthly counts with a seasonal swing and a rate of change, perhaps another after a turn."""
    noise = random.Random(seed)
    made = []
    log = math.log(200.0)
    for month in range(months):
        log += math.log(1 + (after if turn is not None and month >= turn else per_year)) / 12
        mean = math.exp(log) * (1 + 0.15 * math.sin(math.pi * month / 6))
        made.append(float(max(0, round(noise.gauss(mean, math.sqrt(mean))))))
    return made


def one(values: list[float | None], **more: object) -> dict[str, object]:
    more.setdefault("measure", "homicide")
    return trend(series(values, **more)).collect().row(0, named=True)  # type: ignore[arg-type]


def test_the_table_is_as_the_contract_says() -> None:
    assert trend(series(crime(96, -0.1))).collect().schema == TREND.schema()
    assert trend(OBSERVATIONS.empty()).collect().schema == TREND.schema()


def test_a_falling_series_is_falling_at_about_its_rate() -> None:
    values = crime(96, -0.20)
    row = one(values)
    assert row["trend"] == "decreasing"
    assert row["low"] < -0.20 < row["high"]  # type: ignore[operator]
    assert (row["years"], row["past_end"]) == (5, date(2018, 7, 31))
    assert (row["total"], row["past"]) == (sum(values[-12:]), sum(values[24:36]))
    assert row["direction"] == "decreasing"
    assert (row["half"], row["half_previous"]) == (sum(values[-6:]), sum(values[-18:-12]))
    assert row["since"] is None  # no turn in the eight years


def test_a_turn_is_found_near_where_it_is() -> None:
    row = one(crime(96, -0.10, turn=60, after=0.40))
    assert row["direction"] == "increasing"
    turned = date(2020, 8, 31)  # month 60 of the 96 to July 2023
    assert abs((row["since"] - turned).days) < 200  # type: ignore[operator]


def test_noise_about_a_level_has_no_clear_change() -> None:
    rows = [one(crime(96, 0.0, seed=seed)) for seed in range(20)]
    assert [row["trend"] for row in rows].count("no clear change") >= 19
    assert [row["direction"] for row in rows].count("no clear change") >= 19


def test_a_word_needs_the_two_windows_and_the_line_to_agree() -> None:
    """Five years ago a single month stood out: fewer now, though the years between have risen all along."""
    values = crime(96, 0.06)
    values[30] += 4000.0
    row = one(values)
    assert row["p_value"] < 0.05  # type: ignore[operator]
    assert row["total"] < row["past"]  # type: ignore[operator]
    assert row["slope"] > 0  # type: ignore[operator]
    assert row["trend"] == "no clear change"


@pytest.mark.parametrize(("months", "years"), [(96, 5), (72, 5), (71, 4), (36, 2)])
def test_a_shorter_history_takes_the_most_whole_years_there_are(months: int, years: int) -> None:
    row = one(crime(months, -0.2))
    assert row["years"] == years
    assert row["periods"] == 12 * (years + 1)
    assert row["trend"] == "decreasing"
    assert f"the 12 months {years} years before" in row["method"]  # type: ignore[operator]


def test_under_two_years_before_there_is_no_long_term() -> None:
    assert one(crime(35, -0.2))["trend"] is None
    with pytest.raises(UsageError, match="no long term"):
        trend(series(crime(60, 0.0)), years=1)


def test_essex_on_the_home_office_file(home_office: pl.DataFrame) -> None:
    rows = trend(home_office, areas=["essex"], to=date(2023, 9, 30)).collect()
    words = dict(rows.select("measure", "trend").rows())
    assert [words[name] for name in ("burglary", "theft-from-person")] == ["decreasing"] * 2
    assert [words[name] for name in ("violence-with-injury", "drug-crime")] == ["increasing"] * 2
    assert [words[name] for name in ("robbery", "vehicle-crime")] == ["no clear change"] * 2


def test_no_word_without_a_p_value_below_five_hundredths(home_office: pl.DataFrame) -> None:
    rows = trend(home_office, to=date(2023, 9, 30)).collect()
    said = rows.filter(pl.col("trend").is_in(["increasing", "decreasing"]))
    assert (said["p_value"] < 0.05).all()
    assert ((said["total"] > said["past"]) == (said["trend"] == "increasing")).all()
    going = rows.filter(pl.col("direction").is_in(["increasing", "decreasing"]))
    assert (going["half_p"] < 0.05).all()
    assert ((going["half"] > going["half_previous"]) == (going["direction"] == "increasing")).all()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([7.0] * 60, {"no clear change"}),
        ([0.0] * 60, {"no clear change"}),
        ([5.0] * 30 + [400.0] + [5.0] * 29, {"no clear change"}),
    ],
)
def test_series_without_a_trend_to_speak_of(values: list[float], expected: set[str | None]) -> None:
    row = one(list(values))
    assert row["trend"] in expected
    assert row["direction"] in {None, "no clear change"}


def test_eleven_points_are_not_tested_and_there_is_no_total() -> None:
    with pytest.raises(PmError, match="not one whole window of 12 months"):
        one([5.0] * 11)
    with collecting() as notes:
        row = one([5.0] * 14)
    assert (row["trend"], row["direction"], row["total"]) == (None, None, 60.0)
    assert any("no trend word without a test" in note for note in notes)


def test_a_series_that_ends_two_years_early_is_said() -> None:
    late, early = series(crime(96, 0.0)), series(crime(72, 0.0), end=date(2021, 7, 31), area="kent")
    with collecting() as notes:
        rows = trend(pl.concat([late, early])).collect()
    kent = rows.filter(pl.col("area") == "kent").row(0, named=True)
    assert (kent["total"], kent["last"]) == (None, date(2021, 7, 31))
    assert any("kent (Jul 2021)" in note for note in notes)


def test_a_gap_keeps_its_place() -> None:
    whole = series(crime(96, -0.20), measure="homicide")
    holed = whole.filter(~pl.col("period_end").is_between(date(2019, 1, 1), date(2019, 6, 30)))
    with collecting() as notes:
        row = trend(holed).collect().row(0, named=True)
    assert (row["years"], row["periods"]) == (5, 66)
    assert (row["first"], row["last"]) == (date(2017, 8, 31), date(2023, 7, 31))
    assert row["trend"] == "decreasing"
    assert row["change_per_year"] == pytest.approx(-0.20, abs=0.03)
    assert any("keep their place" in note for note in notes)


def test_the_plain_test_is_pymannkendalls() -> None:
    values = crime(96, -0.03)
    row = trend(series(values), method="seasonal-mann-kendall").collect().row(0, named=True)
    theirs = pymannkendall.seasonal_test(np.array(values), period=12)
    assert row["p_value"] == pytest.approx(theirs.p, abs=1e-9)
    assert row["slope"] == pytest.approx(theirs.slope, abs=1e-9)


def test_rolled_totals_with_their_periods_give_the_same_trend() -> None:
    frame = series(crime(96, -0.05))
    both = pl.concat([frame, rolling(frame).collect()])
    assert trend(both).collect().equals(trend(frame).collect())


def test_rolling_totals_alone_have_no_line_and_so_no_word() -> None:
    row = trend(rolling(series(crime(96, -0.3)))).collect().row(0, named=True)
    assert (row["trend"], row["direction"]) == (None, None)
    assert row["total"] is not None


def test_the_order_of_rows_changes_nothing() -> None:
    frame = pl.concat([series(crime(60, 0.1, seed=n), area=area) for n, area in enumerate(("essex", "kent"))])
    assert trend(frame.reverse()).collect().equals(trend(frame).collect())


def test_a_method_nobody_knows() -> None:
    with pytest.raises(UsageError, match="no method"):
        trend(series([1.0] * 24), method="linear")


def test_sparkline() -> None:
    assert sparkline([1.0, 8.0, None, 4.0]) == "▁█ ▄"
    assert sparkline([3.0, 3.0]) == "▁▁"
    assert sparkline([None]) == ""


@pytest.mark.parametrize(
    ("direction", "better", "expected"),
    [
        ("increasing", "down", "deterioration"),
        ("decreasing", "down", "improvement"),
        ("increasing", "up", "improvement"),
        ("decreasing", "up", "deterioration"),
        ("increasing", "", "change"),
        ("stable", "down", "stable"),
        (None, "down", "not tested"),
    ],
)
def test_a_rise_in_crime_is_never_an_improvement(direction: str | None, better: str, expected: str) -> None:
    assert judged(direction, better) == expected


def test_the_view_fits_80_columns_and_has_no_trend_word_without_a_test() -> None:
    catalogue = Catalogue()
    tested = trend(series(crime(96, -0.1), measure="burglary")).collect()
    drawn = text(blocks(tested, catalogue, Look()))
    assert "ecreasing long-term trend (improving)" in drawn
    assert "COVID-19 restrictions" in drawn  # a declared change, marked under the sparkline
    grid = [line for line in drawn.splitlines() if line.startswith(("12 months", "v. ", "  "))]
    assert max(map(len, grid)) <= 80
    untested = text(blocks(trend(series([5.0] * 14, measure="burglary")).collect(), catalogue, Look()))
    assert "not tested" in untested
    assert not any(word in untested for word in ("increasing", "decreasing", "stable", "improv", "deterior"))


def test_an_incident_in_the_series_is_noted_and_no_other() -> None:
    # Greater Manchester recorded 30 homicides in the quarter to June 2017, 22 of them victims of one attack.
    quarters = [9.0] * 20
    quarters[9] = 30.0
    for area, expected in (("greater-manchester", 1), ("kent", 0)):
        frame = series(quarters, end=date(2019, 12, 31), months=3, measure="homicide", area=area)
        with collecting() as said:
            trend(frame).collect()
        assert sum("one incident of 22 in May 2017" in text for text in said) == expected
    with collecting() as said:  # the same quarter without them: what was taken out is not warned of
        trend(
            series([9.0] * 20, end=date(2019, 12, 31), months=3, measure="homicide", area="greater-manchester")
        ).collect()
    assert not any("incident" in text for text in said)
