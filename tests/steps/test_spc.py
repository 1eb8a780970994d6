"""Control charts of measures: phases at declared changes only, and signals judged by the measure's polarity."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pmcli.errors import UsageError
from pmcli.notes import collecting
from pmcli.stats.xmr import xmr
from pmcli.steps.compare import compare
from pmcli.steps.phases import Chart
from pmcli.steps.rolling import rolling
from pmcli.steps.spc import spc
from pmcli.steps.without import without
from pmcli.tables import OBSERVATIONS, SPC
from tests.conftest import GOLDEN, pm, real, series

STEADY = [10.0, 12, 11, 9] * 12
PLAIN = Chart(season=False, reference="all", rules="all")
"""The chart of NHS England's Making Data Count."""


def test_the_table_is_as_the_contract_says() -> None:
    chart = spc(series(STEADY)).collect()
    assert chart.schema == SPC.schema()
    assert chart.height == 48
    assert spc(OBSERVATIONS.empty()).collect().schema == SPC.schema()


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("homicide", "deterioration"), ("drug-crime", "change"), ("calls-within-10s", "improvement")],
)
def test_a_high_point_is_judged_by_the_polarity(measure: str, expected: str) -> None:
    chart = spc(series([*STEADY, 60.0], measure=measure), chart=PLAIN).collect()
    assert chart.row(-1, named=True)["signal"] == expected
    assert chart["signal"].count() == 1


def test_limits_restart_at_a_declared_change_and_nowhere_else() -> None:
    # The counting rules of burglary changed in April 2023; homicide's did not, whatever its level does.
    values = [*STEADY, 30.0, 31, 29, 30]
    burglary = spc(series(values), chart=PLAIN).collect()
    assert burglary.filter(pl.col("phase") == 2)["period_end"][0] == date(2023, 4, 30)
    homicide = spc(series(values, measure="homicide"), chart=PLAIN).collect()
    assert homicide["phase"].unique().to_list() == [1]
    kept = spc(series(values), chart=replace(PLAIN, rebase=False)).collect()
    assert kept["phase"].unique().to_list() == [1]


def test_a_change_in_the_year_shown_leaves_no_limits_until_there_are_twelve_points() -> None:
    with collecting() as notes:
        rows = spc(series([*STEADY, 30.0, 31, 29, 30])).collect()  # burglary: new counting rules in April 2023
    assert rows["upper"].tail(4).null_count() == 4
    assert rows["upper"].head(48).tail(36).null_count() == 0  # the stretch that the change ended keeps its own
    assert any(
        "fewer than 12 points to a phase, so no limits: burglary in essex from April 2023" in one for one in notes
    )


def test_few_points_have_no_limits() -> None:
    for chart in (None, PLAIN):
        with collecting() as notes:
            rows = spc(series([5.0] * 11, measure="homicide"), chart=chart).collect()
        assert rows["centre"].null_count() == 11
        assert any("fewer than 12 points" in note for note in notes)


def test_without_season_reference_and_hollow_rules_it_is_the_xmr_chart() -> None:
    values = [float(one) for one in np.random.default_rng(8).poisson(20, 40)]
    rows = spc(series(values, measure="homicide"), chart=PLAIN).collect()
    theirs = xmr(np.array(values))
    assert rows["upper"].to_list() == [theirs.upper] * 40
    assert rows["rule"].is_not_null().to_list() == (theirs.rule >= 0).tolist()
    assert rows["moving_range"].drop_nulls().to_list() == theirs.moving_range[1:].tolist()


def test_the_limits_come_from_the_two_years_before_the_year_shown() -> None:
    """The level of the last year, and one of long ago, move nothing."""
    quarters = [900.0] * 20 + [400.0, 410, 390, 400, 405, 395, 400, 400] + [600.0] * 4
    rows = spc(
        series(quarters, months=3, end=date(2023, 6, 30), measure="robbery"), chart=Chart(season=False)
    ).collect()
    assert rows["reference"].to_list() == [False] * 20 + [True] * 8 + [False] * 4
    assert rows["centre"].to_list() == [None] * 20 + [pytest.approx(400.0)] * 12
    assert rows["signal"].to_list()[-4:] == ["deterioration"] * 4
    named = Chart(season=False, reference=(date(2016, 6, 30), date(2019, 3, 31)))
    other = spc(series(quarters, months=3, end=date(2023, 6, 30), measure="robbery"), chart=named).collect()
    assert other["centre"].drop_nulls().unique().to_list() == [pytest.approx(900.0)]


def test_the_season_is_taken_out_and_the_limits_follow_it() -> None:
    quarters = [400.0, 300, 200, 300] * 8
    rows = spc(series(quarters, months=3, end=date(2023, 3, 31), measure="robbery")).collect()
    assert rows["signal"].null_count() == rows.height
    assert rows["centre"].to_list()[-4:] == pytest.approx(quarters[-4:], rel=0.01)
    left = spc(
        series(quarters, months=3, end=date(2023, 3, 31), measure="robbery"), chart=Chart(season=False)
    ).collect()
    assert left["centre"].to_list()[-4:] == pytest.approx([300.0] * 4)


def test_seven_on_one_side_is_marked_and_signals_only_if_asked() -> None:
    months = [100.0, 108, 92, 100] * 9 + [104.0] * 8
    hollow = spc(series(months, measure="homicide"), chart=Chart(season=False)).collect().tail(8)
    assert set(hollow["rule"]) == {"seven on one side"}
    assert hollow["signal"].null_count() == 8
    loud = spc(series(months, measure="homicide"), chart=Chart(season=False, rules="all")).collect().tail(8)
    assert set(loud["signal"]) == {"deterioration"}


def test_a_lasting_clear_change_proposes_new_limits_and_moves_none() -> None:
    months = [100.0, 108, 92, 100] * 9 + [130.0, 135, 128, 131, 129, 133, 130, 132, 131]
    with collecting() as notes:
        rows = spc(series(months, measure="homicide"), chart=Chart(season=False)).collect()
    assert rows["proposed"].to_list() == [False] * 36 + [True] * 9
    assert any("new limits may be due" in one and "from November 2022" in one for one in notes)
    assert rows["centre"].drop_nulls().n_unique() == 1
    small = [100.0, 108, 92, 100] * 9 + [103.0] * 9
    assert not spc(series(small, measure="homicide"), chart=Chart(season=False)).collect()["proposed"].any()


def test_under_one_event_a_period_there_is_no_chart_and_it_is_said() -> None:
    with collecting() as notes:
        rows = spc(series([0.0, 1, 0, 0] * 12, measure="homicide")).collect()
    assert rows["upper"].null_count() == rows.height
    assert any("under one event a period" in one and "`pm compare`" in one for one in notes)


@pytest.mark.parametrize(
    "options",
    [{"rules": "two"}, {"reference": "most"}, {"reference": 3}, {"reference": (date(2023, 1, 31), date(2022, 1, 31))}],
)
def test_options_that_there_are_not(options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Chart(**options)  # type: ignore[arg-type]


def test_a_share_is_charted_as_the_share() -> None:
    chart = spc(series([80.0] * 24, base=[100.0] * 24, measure="calls-within-10s")).collect()
    assert chart["value"].unique().to_list() == [0.8]


def test_a_gap_has_a_row_without_a_figure() -> None:
    frame = series(STEADY).filter(pl.col("period_end") != date(2021, 12, 31))
    row = spc(frame).collect().filter(pl.col("period_end") == date(2021, 12, 31)).row(0, named=True)
    assert (row["value"], row["moving_range"], row["rule"]) == (None, None, None)


def test_without_a_mass_event_seventeen_is_against_nineteen(home_office: pl.DataFrame) -> None:
    # ONS, year ending December 2019, table P1 note 10: 39 people found dead in a lorry in Essex, October 2019.
    less = without(home_office, ["essex-lorry-deaths-2019"])
    rows = compare(less, measures=["homicide"], areas=["essex"], to=date(2023, 9, 30)).collect()
    assert rows["value"].to_list() == [17.0, 17.0]
    assert rows["against_value"].to_list() == [19.0, 19.0]


def test_it_is_taken_out_of_every_window_that_holds_it() -> None:
    monthly = series([4.0] * 24, measure="homicide", end=date(2020, 12, 31))
    monthly = monthly.with_columns(
        value=pl.when(pl.col("period_end") == date(2019, 10, 31)).then(43.0).otherwise("value")
    )
    less = without(monthly, ["essex-lorry-deaths-2019"]).collect()
    assert less["value"].unique().to_list() == [4.0]
    totals = rolling(monthly).collect()
    assert without(totals, ["essex-lorry-deaths-2019"]).collect().equals(rolling(less).collect())
    elsewhere = monthly.with_columns(area=pl.lit("kent"))
    assert without(elsewhere, ["essex-lorry-deaths-2019"]).collect().equals(elsewhere)


def test_only_a_mass_event_can_be_taken_out() -> None:
    with pytest.raises(UsageError, match="not a mass event"):
        without(series([1.0]), ["covid-restrictions-2020"])
    with pytest.raises(UsageError) as caught:
        without(series([1.0]), ["essex-lorry-deaths"])
    assert "essex-lorry-deaths-2019" in caught.value.hint


def test_the_published_chart_of_nhs_plot_the_dots_is_that_of_all_points_and_all_rules(tmp_path: Path) -> None:
    """NHSRplotthedots, vignette on deviations: mean and limits of 18 points, large moving ranges screened out."""
    for case in json.loads(real(GOLDEN).read_text())["xmr"]:
        points = [float(value) for value in case["y"]]
        series(points, measure="call-answer-time", base=[1.0] * len(points)).write_parquet(tmp_path / "in.parquet")
        made = pm(
            "spc", "-i", tmp_path / "in.parquet", "--season", "off", "--reference", "all", "--rules", "all", "-f", "csv"
        )
        assert made.returncode == 0, made.stderr.decode()
        chart = pl.read_csv(made.stdout)
        want = case["screen"]
        for column, name in (("centre", "mean"), ("upper", "upl")):
            assert chart[column].unique().round(2).to_list() == [want[name]]
        assert chart["lower"].unique().round(2).to_list() in ([want["lpl"]], [0.0])  # a mean of seconds has a floor
