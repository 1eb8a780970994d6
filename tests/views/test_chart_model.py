"""What the model of a chart promises holds for charts that no table of pm makes: empty labels, intervals, new names."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date

import polars as pl
import pytest

from pmcli.catalogue import Catalogue
from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.palette import LINES, SIGNALS, line_style, signal_style
from pmcli.drawing.scene import Area
from pmcli.notes import collecting
from pmcli.pack.html import charts_page
from pmcli.tables import RANK
from pmcli.views.charts import charts_of, rows_of, svg, terminal, wave_chart
from pmcli.views.charts.common import file_name, limit_figure
from pmcli.views.charts.funnel import strength
from pmcli.views.charts.scene_time import apart
from pmcli.views.charts.scenes import scene_of
from tests.conftest import series

from .conftest import BASELINE

DAYS = [date(2021, 6, 30), date(2022, 6, 30), date(2023, 6, 30)]
SHARES: list[float | None] = [0.61, 0.58, 0.63]


def chart(kind: str, *drawn: Series, figures: str = "share") -> Chart:
    return Chart(kind, "Title", "Finding", "Alt", "to", "Share", list(drawn), figures=figures)


BARE = {
    "one line": chart("waves", Series("Essex", DAYS, SHARES)),
    "many lines": chart("waves", *[Series(f"group {n}", DAYS, [0.1 * n] * 3) for n in range(1, 9)]),
    "dots": chart("waves", Series("2023", ["A", "B", "C"], SHARES), Series("2022", ["A", "B", "C"], SHARES, "other")),
    "signals": chart(
        "control",
        Series("Monthly count", DAYS, [5.0, 9.0, 6.0]),
        Series("a meaning of its own", DAYS[1:2], [9.0], "signal"),
        figures="count",
    ),
    "points": chart(
        "scatter", Series("Others", [1.0, 2.0], [3.0, 4.0], "other"), Series("Essex", [1.5], [9.0], "mine"),
        figures="count",
    ),
    "funnel": chart("funnel", Series("Others", [1.0, 2.0, 3.0, 4.0], [0.9, 1.1, 1.0, 40.0], "other"), figures="mean"),
}  # fmt: skip


@pytest.mark.parametrize("name", BARE)
def test_a_series_without_labels_intervals_or_small_waves_can_be_drawn_everywhere(name):
    made = BARE[name]
    for width in (720, 360):
        assert ET.fromstring(svg(made, width=width)).tag.endswith("svg")  # noqa: S314
    assert "<table>" in charts_page([made])
    drawn = terminal(made, width=80, height=24, colour=False)
    assert drawn.startswith("Title\nFinding\n")
    _, rows = rows_of(made)
    shown = [cell for row in rows for cell in row]
    assert all(value in shown for one in made.series for value in one.y)


def test_a_series_without_an_interval_shows_none():
    whole = Series("Essex", DAYS, SHARES, low=[0.5] * 3, high=[0.7] * 3)
    assert any(isinstance(mark, Area) for mark in scene_of(chart("waves", whole), 720).drawn)
    assert not any(isinstance(mark, Area) for mark in scene_of(BARE["one line"], 720).drawn)
    assert rows_of(BARE["one line"])[0] == ["to", "Essex"]


def test_any_signal_and_any_number_of_lines_has_a_style():
    assert signal_style("improvement") == SIGNALS["improvement"]
    assert signal_style("a meaning of its own") == SIGNALS["change"]
    assert rows_of(BARE["signals"])[1][1] == [DAYS[1], 9.0, "a meaning of its own"]
    assert line_style(len(LINES) + 1) == LINES[1]
    named = [text for text in svg(BARE["many lines"]).split("<") if ">group 8" in text]
    assert named  # the eighth of six styles is drawn, not left out


# ------------------------------------------------------------------------------------------------ the words and places
def test_a_force_that_is_not_in_the_table_is_not_picked_out_and_a_note_says_so(tables, catalogue):
    kept = tables["rank"].filter(pl.col("area") != "kent")
    with collecting() as said:
        (drawn,) = charts_of(kept, RANK, catalogue, highlight="kent", peers={"kent": ["essex"]}, baseline=BASELINE)
    assert "mine" not in {one.role for one in drawn.series}
    assert drawn.name == "burglary-rates"
    assert said == ["Kent is not in the rank table, so it is not picked out"]


def test_more_groups_than_are_said_are_counted():
    from pmcli.steps.waves import waves

    groups = pl.concat(
        series([50.0 + n], months=12, measure="confidence", base=[100.0], area=f"essex/place-{n:02}") for n in range(23)
    )
    drawn = wave_chart(waves(groups, catalogue=Catalogue()).collect(), Catalogue())
    assert drawn.alt.endswith(" And 3 more groups.")


def test_limits_are_said_as_they_are_drawn():
    assert [limit_figure(value, "count") for value in (-4.2, 99.96, 100.4, None)] == ["0.0", "100.0", "100", "–"]
    assert [limit_figure(value, "share") for value in (-0.1, 0.815)] == ["0.0%", "81.5%"]


def test_a_correlation_in_words():  # Evans (1996): .00-.19 very weak, .20-.39 weak, .40-.59 moderate, .60-.79 strong
    said = [strength(r) for r in (0.0, 0.19, 0.2, 0.4, 0.6, 0.8, -0.85)]
    assert said == ["very weak", "very weak", "weak", "moderate", "strong", "very strong", "very strong negative"]


def test_a_file_is_called_by_letters_digits_and_hyphens():
    assert file_name("burglary", "essex/southend-on-sea", "", "rolling") == "burglary-essex-southend-on-sea-rolling"
    assert len(file_name("x" * 300)) == 100


def test_labels_are_moved_apart_as_little_as_it_takes():
    assert apart([10.0, 50.0], 14) == [10.0, 50.0]
    assert apart([10.0, 10.0], 14) == [3.0, 17.0]
    assert apart([20.0, 10.0, 12.0], 10) == [24.0, 4.0, 14.0]


@pytest.mark.parametrize("value", [0.036, 1.0, 0.0, 4400.0])
@pytest.mark.parametrize("kind", ["control", "rolling"])
def test_equal_figures_have_an_axis_too(value: float, kind: str):
    days = [date(2023, month, 28) for month in range(1, 13)]
    drawn = [
        Series("Monthly share", days, [value * (1 + 2e-16), value] * 6),
        Series("Mean", days, [value] * 12, "comparator"),
    ]
    if kind == "control":
        drawn += [Series(name, days, [value] * 12, "limit") for name in ("Upper limit", "Lower limit")]
    flat = chart(kind, *drawn, figures="share" if value <= 1 else "count")
    flat.zero = False
    assert "nan" not in svg(flat)
    assert svg(flat).count("<path") > 2
