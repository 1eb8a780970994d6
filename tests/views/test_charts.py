"""What the charts hold: the table's figures, the finding in words, the force picked out, the changes marked."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError
from pmcli.stats.wilson import wilson_interval
from pmcli.steps.rolling import rolling
from pmcli.steps.spc import spc
from pmcli.tables import FUNNEL, OBSERVATIONS, RANK, SPC, TREND, WAVES
from pmcli.views.observations.charts import rolling_chart
from pmcli.views.plot import charts_of
from pmcli.views.spc.charts import control_chart
from pmcli.views.waves.charts import wave_chart
from tests.conftest import series

from .conftest import BASELINE, KINDS


def known(values):
    return [value for value in values if value is not None]


# ---------------------------------------------------------------------------------------- the figures of the tables
def test_rolling_totals_are_the_table_s(charts, tables):
    frame = tables["rolling"].filter(pl.col("measure") == "burglary").sort("period_end")
    headings, rows = charts["rolling"].rows()
    assert [(row[0], row[1]) for row in rows] == frame.select("period_end", "value").rows()
    then = frame.filter(pl.col("period_end") == BASELINE)["value"].item()
    assert headings[2] == f"12 months to Dec 2019: {then:,.0f}"
    assert {row[2] for row in rows} == {then}


@pytest.mark.parametrize(("name", "measure"), [("control", "violence-with-injury"), ("phases", "knife-crime")])
def test_a_control_chart_has_every_period_limit_and_signal_of_the_table(charts, tables, name, measure):
    frame = tables["spc"].filter(pl.col("measure") == measure).sort("period_end")
    headings, rows = charts[name].rows()
    assert [tuple(row[:2]) for row in rows] == frame.select("period_end", "value").rows()
    for column, heading in (("centre", "Mean"), ("lower", "Lower limit"), ("upper", "Upper limit")):
        places = [place for place, text in enumerate(headings) if text.startswith(heading)]
        drawn = [[value] if value is not None else [] for value in frame[column]]
        assert [known(row[place] for place in places) for row in rows] == drawn
    told = dict(
        frame.filter(pl.col("rule").is_not_null(), pl.col("value").is_not_null()).select("period_end", "rule").rows()
    )
    where = headings.index("Stands out") if told else 0
    assert {row[0]: row[where].partition(" (")[0] for row in rows if where and row[where]} == told


def test_a_new_phase_has_a_mean_of_its_own(charts, tables):
    phases = tables["spc"].filter(pl.col("measure") == "knife-crime")["phase"].n_unique()
    assert phases > 1
    means = [one for one in charts["phases"].series if one.role == "comparator"]
    limited = (
        tables["spc"].filter(pl.col("measure") == "knife-crime", pl.col("centre").is_not_null())["phase"].n_unique()
    )
    assert len(means) == limited
    drawn = [value for one in means for value in one.y]
    centres = (
        tables["spc"].filter(pl.col("measure") == "knife-crime", pl.col("centre").is_not_null()).sort("period_end")
    )
    assert drawn == pytest.approx(centres["centre"].to_list())  # with the season, where it was taken out
    assert all(one.name.startswith("Mean") for one in means)


def test_rates_are_the_table_s_highest_first(charts, tables, catalogue):
    frame = tables["rank"].filter(pl.col("scope") == "national", pl.col("rate").is_not_null())
    _, rows = charts["rates"].rows()
    bars = [(row[0], row[2]) for row in rows if row[1]]
    expected = {catalogue.area_label(area): rate for area, rate in frame.select("area", "rate").rows()}
    assert dict(bars) == expected
    assert [rate for _, rate in bars] == sorted(expected.values(), reverse=True)
    mean, sd = frame.select("mean", "sd").row(0)
    levels = [row[2] for row in rows if not row[1]]
    assert levels == [mean, mean + sd, mean - sd]


def test_a_funnel_has_each_force_with_its_limits(charts, tables, catalogue):
    headings, rows = charts["funnel"].rows()
    frame = tables["funnel"].filter(pl.col("ratio").is_not_null())
    columns = ("expected", "ratio", "lower_95", "upper_95", "lower_998", "upper_998")
    expected = {catalogue.area_label(row[0]): row[1:] for row in frame.select("area", *columns).rows()}
    assert len(headings) == 2 + len(columns)
    assert {row[0]: tuple(row[2:]) for row in rows} == expected


def test_a_scatter_has_counts_populations_and_the_correlation_in_words(charts, tables, catalogue):
    _, rows = charts["scatter"].rows()
    frame = tables["funnel"].select("area", "population", "value")
    assert {row[0]: tuple(row[2:]) for row in rows} == {catalogue.area_label(row[0]): row[1:] for row in frame.rows()}
    r = tables["funnel"]["correlation"][0]
    assert f"correlation over 42 forces, r = {r:.2f}; " in charts["scatter"].title
    line = next(one for one in charts["scatter"].series if one.role == "comparator")
    rate = tables["funnel"].select(pl.col("expected") / pl.col("population")).to_series()[0]
    assert line.y[1] / line.x[1] == pytest.approx(rate)


def test_waves_are_the_table_s_with_wilson_s_interval_on_the_effective_base(charts, tables):
    frame = tables["waves"].filter(pl.col("dimension") == "all", pl.col("area") == "essex").sort("period_end")
    _, rows = charts["waves"].rows()
    spans = [wilson_interval(value, n) for value, n in frame.select("value", "effective").rows()]
    assert rows == [
        [end, value, *span]
        for (end, value), span in zip(frame.select("period_end", "value").rows(), spans, strict=True)
    ]


def test_many_groups_are_the_latest_two_waves_side_by_side(charts, tables):
    assert len({row[0] for row in charts["districts"].rows()[1]}) == 14
    assert [one.name for one in charts["districts"].series] == ["12 months to Jun 2023", "12 months to Jun 2022"]
    latest = tables["waves"].filter(pl.col("area").str.contains("/"), pl.col("period_end") == date(2023, 6, 30))
    shown = charts["districts"].series[0].y
    assert shown == sorted(latest["value"].to_list(), reverse=True)


def test_waves_too_small_to_test_are_marked(catalogue):
    small = [28.0, 120.0]
    frame = series([14.0, 60.0], months=12, measure="confidence", base=small)
    from pmcli.steps.waves import waves

    assert wave_chart(waves(frame, catalogue=catalogue).collect(), catalogue).series[0].small == [True, False]


# --------------------------------------------------------------------------------------------- in words
@pytest.mark.parametrize("kind", KINDS)
def test_every_chart_says_what_it_is_what_it_finds_and_with_which_figures(charts, kind):
    chart = charts[kind]
    assert chart.title.endswith(".")
    assert chart.title.rstrip(".") in chart.alt or kind in {"waves", "groups", "districts", "funnel", "scatter"}
    assert chart.subtitle
    assert sum(sign.isdigit() for sign in chart.alt) > 8
    assert chart.alt.split()[0] in {"Line", "Control", "Bar", "Funnel", "Scatter", "Dot"}
    assert "  " not in chart.alt


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_untested_is_called_an_increase_or_a_decrease(charts, kind):
    said = f"{charts[kind].subtitle} {charts[kind].note}".lower()  # the title is the sentence of a test
    for word in ("increas", "decreas", "fewer", "rose", "fell", "more than", "less than"):
        assert word not in said


def test_the_words_of_a_rolling_chart():
    values = [float(n) for n in [100] * 12 + [90] * 12 + [110] * 12]
    frame = rolling(series(values, end=date(2020, 12, 31))).collect()
    chart = rolling_chart(frame, Catalogue(), baseline=date(2019, 12, 31))
    assert chart.subtitle == "Burglary, Essex: 12-month totals to December 2020"
    assert (
        chart.title
        == "22% more Burglary offences (+240) in the 12 months to December 2020 v. 12 months to December 2019."
    )
    assert "From 1,200 (Dec 2018) to 1,320 (Dec 2020); lowest 1,080 (Dec 2019), highest 1,320 (Dec 2020)." in chart.alt
    assert [(mark.label, mark.day) for mark in chart.marks] == [("COVID-19 restrictions", date(2020, 3, 23))]
    assert chart.alt.endswith("Declared changes: COVID-19 restrictions (March 2020).")


def test_a_baseline_that_is_not_there_is_said():
    frame = rolling(series([5.0] * 14, end=date(2023, 7, 31))).collect()
    chart = rolling_chart(frame, Catalogue(), baseline=date(2019, 12, 31))
    assert [one.role for one in chart.series] == ["main"]
    assert chart.note == "There is no total for the 12 months to December 2019 to compare with."


def test_a_missing_period_is_unknown_in_the_line_never_skipped():
    frame = rolling(series([5.0] * 40, end=date(2023, 7, 31))).collect()
    gap = frame.filter(pl.col("period_end") != date(2022, 5, 31))
    chart = rolling_chart(gap, Catalogue(), baseline=BASELINE)
    line = dict(zip(chart.series[0].x, chart.series[0].y, strict=True))
    assert line[date(2022, 5, 31)] is None
    assert len(line) == frame.height


def test_a_share_is_drawn_as_a_share():
    frame = series([81.0, 78.0], months=12, measure="calls-within-10s", base=[100.0, 100.0])
    chart = rolling_chart(frame, Catalogue(), baseline=BASELINE)
    assert (chart.figures, chart.series[0].y) == ("share", [0.81, 0.78])
    assert chart.title.startswith(
        "999 calls answered within 10 seconds: 78.0% in the 12 months to July 2023 against 81.0%"
    )
    assert [one.role for one in chart.series] == ["main", "target"]
    assert chart.series[0].low[0] == pytest.approx(wilson_interval(0.81, 100.0)[0])
    assert (chart.zero, "The axis does not start at zero." in chart.note) == (False, True)


def test_only_changes_that_touch_the_measure_and_area_are_marked(charts):
    assert [mark.label for mark in charts["rolling"].marks] == [
        "COVID-19 restrictions", "Home Office Counting Rules: burglary",
    ]  # fmt: skip
    assert [mark.label for mark in charts["control"].marks] == ["COVID-19 restrictions"]


def test_all_values_unknown_is_still_a_chart():
    empty = series([None] * 24)
    chart = control_chart(spc(empty).collect(), Catalogue())
    assert chart.subtitle.endswith("No figure is known")
    chart = rolling_chart(rolling(empty).collect(), Catalogue(), baseline=BASELINE)
    assert "no whole window" in chart.title


# --------------------------------------------------------------------------------------------- one table, its charts
def test_which_charts_a_table_gives(tables, catalogue):
    given = {"catalogue": catalogue, "baseline": BASELINE, "highlight": "essex"}
    assert [chart.kind for chart in charts_of(tables["rolling"], OBSERVATIONS, **given)] == ["rolling"] * 9
    assert [chart.kind for chart in charts_of(tables["spc"], SPC, **given)] == ["control"] * 9
    assert [chart.kind for chart in charts_of(tables["rank"], RANK, **given)] == ["rates"]
    assert [chart.kind for chart in charts_of(tables["funnel"], FUNNEL, **given)] == ["funnel"]
    assert [chart.kind for chart in charts_of(tables["funnel"], FUNNEL, kind="scatter", **given)] == ["scatter"]
    kinds = charts_of(tables["waves"], WAVES, **given)
    assert [chart.subtitle.partition(",")[0].partition(" by ")[2] for chart in kinds] == [
        "", "district", "age", "ethnicity", "sex", "victim",
    ]  # fmt: skip


def test_shorter_rows_are_rolled_up(observed, catalogue, tables):
    monthly = observed.filter(pl.col("area") == "essex", pl.col("measure") == "burglary")
    (chart,) = charts_of(monthly, OBSERVATIONS, catalogue, baseline=BASELINE)
    totals = tables["rolling"].filter(pl.col("measure") == "burglary").sort("period_end")["value"].to_list()
    assert chart.series[0].y == totals


def test_what_cannot_be_drawn_says_what_to_send(tables, catalogue):
    with pytest.raises(PmError, match="no chart is drawn of the trend table") as caught:
        charts_of(TREND.empty(), TREND, catalogue, baseline=BASELINE)
    assert "pm spc | pm plot" in caught.value.hint
    with pytest.raises(PmError, match="no rows"):
        charts_of(RANK.empty(), RANK, catalogue, baseline=BASELINE)
    with pytest.raises(UsageError, match="no such chart of the rank table"):
        charts_of(tables["rank"], RANK, catalogue, kind="scatter", baseline=BASELINE)
    with pytest.raises(PmError, match="of one series; the table has 9"):
        rolling_chart(tables["rolling"], catalogue, baseline=BASELINE)
