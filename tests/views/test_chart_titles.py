"""The title of every chart is a sentence that `pm say` has, word for word, and its axis and labels do not mislead."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pmcli
from pmcli.catalogue import Catalogue
from pmcli.drawing import palette
from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.over_time import share_axis
from pmcli.drawing.palette import AXIS, GRID
from pmcli.drawing.scene import Line
from pmcli.drawing.text import width_of
from pmcli.sources import load
from pmcli.steps.breakdown import breakdown
from pmcli.steps.compare import compare
from pmcli.steps.rolling import rolling
from pmcli.steps.waves import waves
from pmcli.tables import BREAKDOWN, COMPARISON, FUNNEL, RANK, SPC, WAVES
from pmcli.views.breakdown.charts import breakdown_chart
from pmcli.views.observations.charts import average_line, rolling_chart
from pmcli.views.say import say
from pmcli.views.spc.charts import control_chart
from pmcli.views.spc.sentences import marks_too_many
from tests.conftest import SAMPLES, series

from .conftest import BASELINE, KINDS

JULY = date(2023, 7, 31)


def sentences(frame: pl.DataFrame, table: object, catalogue: Catalogue) -> list[str]:
    return say(frame, table, catalogue)["sentence"].to_list()  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------------- the title
def test_a_line_of_totals_has_the_sentence_of_its_comparison(observed: pl.DataFrame, catalogue: Catalogue) -> None:
    """For every measure of the samples: counts near, far, small, and across a change in recording."""
    mine = observed.filter(pl.col("area") == "essex")
    compared = compare(mine, baseline=BASELINE, catalogue=catalogue).collect()
    totals = rolling(mine).collect()
    for measure in mine["measure"].unique().sort():
        chart = rolling_chart(totals.filter(pl.col("measure") == measure), catalogue, baseline=BASELINE)
        rows = compared.filter(pl.col("measure") == measure, pl.col("against") == "baseline")
        assert [chart.title] == sentences(rows, COMPARISON, catalogue)


@given(st.lists(st.integers(0, 400), min_size=36, max_size=36))
def test_whatever_the_counts_the_title_is_what_compare_finds(counts: list[int]) -> None:
    frame = series([float(count) for count in counts], end=date(2021, 12, 31))
    catalogue = Catalogue()
    rows = compare(frame, baseline=BASELINE, against=("baseline",), catalogue=catalogue).collect()
    chart = rolling_chart(rolling(frame).collect(), catalogue, baseline=BASELINE)
    assert [chart.title] == sentences(rows, COMPARISON, catalogue)


def test_the_other_charts_have_their_table_s_sentence(
    charts: dict[str, Chart], tables: dict[str, pl.DataFrame], catalogue: Catalogue
) -> None:
    said = {
        "control": sentences(tables["spc"], SPC, catalogue), "phases": sentences(tables["spc"], SPC, catalogue),
        "rates": sentences(tables["rank"], RANK, catalogue), "funnel": sentences(tables["funnel"], FUNNEL, catalogue),
        "scatter": sentences(tables["funnel"], FUNNEL, catalogue),
    }  # fmt: skip
    said |= dict.fromkeys(("waves", "groups", "districts"), sentences(tables["waves"], WAVES, catalogue))
    for name, texts in said.items():
        assert charts[name].title in texts, name


def test_the_chart_of_rates_has_the_mean_and_sd_of_the_rule(catalogue: Catalogue, peers: list[str]) -> None:
    """Burglary is judged by its group's average; homicide by both."""
    observed = load([SAMPLES / "iquanta-monthly.csv"], mapping="iquanta-monthly", catalogue=catalogue).observations
    from pmcli.steps.population import read_population
    from pmcli.steps.rank import rank
    from pmcli.views.rank.charts import rate_chart

    population = read_population(SAMPLES / "population.csv", catalogue, None)
    table = rank(
        observed, measures=["burglary", "homicide"], population=population, peers={"essex": peers}, catalogue=catalogue
    ).collect()
    for measure, scope in (("burglary", "peers"), ("homicide", "national")):
        rows = table.filter(pl.col("measure") == measure)
        chart = rate_chart(rows, catalogue, highlight="essex", peers=peers)
        mean, sd = rows.filter(pl.col("area") == "essex", pl.col("scope") == scope).select("mean", "sd").row(0)
        scale = 1000 if measure == "homicide" else 1
        levels = [one.y[0] for one in chart.series if one.role in {"comparator", "limit"}]
        assert levels == pytest.approx([mean * scale, (mean + sd) * scale, (mean - sd) * scale])
        assert chart.title in sentences(rows, RANK, catalogue)
        assert ("per million population" in chart.x_title) == (measure == "homicide")


def test_a_breakdown_is_drawn_as_bars_with_its_commonest_in_the_title(catalogue: Catalogue) -> None:
    records = load(SAMPLES / "athena-records.csv", mapping="athena-records", by=["weapon"], catalogue=catalogue)
    table = breakdown(
        records.observations, measures=["firearms"], to=date(2022, 6, 30), baseline=BASELINE, catalogue=catalogue
    ).collect()
    chart = breakdown_chart(table, catalogue)
    assert chart.title in sentences(table, BREAKDOWN, catalogue)
    _, rows = chart.rows()
    kept = table.filter(~pl.col("total"))
    assert {row[0]: tuple(row[1:]) for row in rows} == {
        row[0]: row[1:] for row in kept.select("category", "value", "against_value").rows()
    }
    values = [row[1] for row in rows]
    assert values == sorted(values, reverse=True)


# -------------------------------------------------------------------------------------------------- axes and bands
@given(
    st.floats(0, 1), st.floats(0, 0.3), st.lists(st.floats(0, 0.2), max_size=5),
)  # fmt: skip
def test_an_axis_of_shares_spans_ten_points_or_four_intervals(low: float, more: float, widths: list[float]) -> None:
    high = min(low + more, 1.0)
    one = Series("x", [], [], low=[0.5] * len(widths), high=[0.5 + width for width in widths])
    first, last = share_axis(low, high, [one])
    least = max(0.1, 4 * sorted(widths)[len(widths) // 2] if widths and len(widths) % 2 else 0.1)
    assert first <= low + 1e-12
    assert last >= high - 1e-12
    assert 0 <= first < last <= 1
    assert last - first >= min(least, 1.0) - 1e-9


def test_999_answering_has_the_country_the_standard_and_a_band(catalogue: Catalogue) -> None:
    calls = load(SAMPLES / "calls-999.csv", catalogue=catalogue).observations
    calls = calls.filter(pl.col("measure") == "calls-within-10s")
    mine = calls.filter(pl.col("area") == "essex")
    line = average_line(calls, catalogue)
    assert line is not None
    august = calls.filter(pl.col("period_end") == pl.col("period_end").max())
    shares = [value / base for value, base in august.select("value", "base").rows()]
    assert line.y[-1] == pytest.approx(sum(shares) / len(shares))
    assert f"{line.y[-1]:.1%}" == "79.7%"
    chart = rolling_chart(mine, catalogue, baseline=BASELINE, average=line)
    assert {one.role for one in chart.series} == {"main", "target", "average"}
    [standard] = [one for one in chart.series if one.role == "target"]
    assert standard.y == [0.9, 0.9]
    assert all(
        low < y < high
        for low, y, high in zip(chart.series[0].low, chart.series[0].y, chart.series[0].high, strict=True)
    )
    for width in (340, 720):
        assert "Standard: 90.0%" in chart.svg(width)


def test_compare_says_the_distance_to_the_standard(catalogue: Catalogue) -> None:
    """81.1 % of 999 calls against 90 %: z = (p - t) / sqrt(t (1 - t) / n), worked out here."""
    calls = load(SAMPLES / "calls-999.csv", catalogue=catalogue).observations
    rows = compare(calls, areas=["essex"], months=1, against=("target",), catalogue=catalogue).collect()
    assert rows["measure"].to_list() == ["calls-within-10s"]  # the only measure with a standard
    row = rows.row(0, named=True)
    z = (row["value"] - 0.9) / (0.9 * 0.1 / row["base"]) ** 0.5
    assert z < -30
    assert row["p_value"] < 1e-100
    assert row["difference"] == pytest.approx(row["value"] - 0.9)
    assert sentences(rows, COMPARISON, catalogue) == [
        "999 calls answered within 10 seconds: 81.1% against a standard of 90.0% in August 2023: 8.9 points lower "
        "(worse)."
    ]
    few = series([18.0], months=1, measure="calls-within-10s", base=[21.0])
    p = compare(few, months=1, against=("target",), catalogue=catalogue).collect()["p_value"][0]
    from scipy import stats

    z = (18 / 21 - 0.9) / (0.9 * 0.1 / 21) ** 0.5
    assert p == pytest.approx(2 * stats.norm.sf(abs(z)))


def test_no_change_is_marked_before_the_figures_begin() -> None:
    """COVID-19 restrictions began in March 2020; figures of 2021 on have no such mark, whatever rows are empty."""
    values = [None] * 30 + [50.0] * 30
    chart = rolling_chart(rolling(series(values, end=date(2022, 12, 31))).collect(), Catalogue(), baseline=BASELINE)
    assert [mark.label for mark in chart.marks] == []


def test_a_funnel_begins_at_the_smallest_expected_count(charts: dict[str, Chart]) -> None:
    scene = charts["funnel"].scene(720)
    smallest = min(at for one in charts["funnel"].series if one.role != "comparator" for at in one.x)
    assert 0.5 * smallest < scene.x[0] <= smallest


def test_a_chart_that_marks_over_a_third_of_its_points_is_a_plain_line(
    tables: dict[str, pl.DataFrame], catalogue: Catalogue
) -> None:
    for (_,), part in tables["spc"].group_by("measure"):
        rows = part.sort("period_end").to_dicts()
        marked = sum(1 for row in rows if row["rule"])
        chart = control_chart(part, catalogue)
        plain = 3 * marked > sum(1 for row in rows if row["value"] is not None)
        assert plain == marks_too_many(rows)
        assert plain == (not any(one.role in {"signal", "limit"} for one in chart.series))
        assert plain == ("a third of its" in chart.title)
    assert any(marks_too_many(part.to_dicts()) for _, part in tables["spc"].group_by("measure"))


# ------------------------------------------------------------------------------------------------ colours and labels
def test_one_colour_means_one_thing() -> None:
    meanings = {
        "better": palette.SIGNALS["improvement"].colour, "worse": palette.SIGNALS["deterioration"].colour,
        "a change": palette.SIGNALS["change"].colour, "the force": palette.MAIN.colour,
        "its group": palette.FORCES["peer"].colour, "held against": palette.COMPARATOR.colour,
        "a standard": palette.TARGET.colour, "others": palette.FORCES["other"].colour,
    }  # fmt: skip
    assert len(set(meanings.values())) == len(meanings)
    groups = {style.colour for style in palette.LINES[1:]}  # the first is what the chart is about
    assert groups.isdisjoint(meanings.values())
    assert palette.BARS["peer"][1] == palette.FORCES["peer"].colour


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [340, 520, 720])
def test_no_label_of_a_point_or_line_is_crossed_by_a_line(charts: dict[str, Chart], kind: str, width: int) -> None:
    """Every text inside the plot, against every stroke that is no grid line, by sampling points along the strokes."""
    scene = charts[kind].scene(float(width))
    inside = [
        text for text in scene.texts
        if scene.top + 4 < text.y < scene.bottom and text.anchor == "start" and scene.left < text.x < scene.right - 4
    ]  # fmt: skip
    for text in inside:
        wide = width_of(text.text, text.size, bold=text.bold)
        for one in scene.drawn:
            if not isinstance(one, Line) or one.style.colour in {GRID, AXIS}:
                continue
            for run in one.runs:
                for (ax, ay), (bx, by) in pairwise(run):
                    for part in range(41):
                        x, y = ax + (bx - ax) * part / 40, ay + (by - ay) * part / 40
                        crossed = text.x < x < text.x + wide and text.y - text.size * 0.7 < y < text.y
                        assert not crossed, (text.text, one.style)


def test_waves_of_a_share_do_not_make_mountains(catalogue: Catalogue) -> None:
    frame = series([400.0, 404.0, 398.0], months=12, measure="confidence", base=[500.0, 500.0, 500.0])
    chart = pmcli.plot(waves(frame, catalogue=catalogue).collect())[0]
    scene = chart.scene(720)
    assert scene.y[1] - scene.y[0] >= 0.1
