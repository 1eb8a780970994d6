"""What the model of a chart promises holds for charts that no table of pm makes: empty labels, intervals, new names."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import FrozenInstanceError
from datetime import date

import polars as pl
import pytest

import pmcli
from pmcli.catalogue import Catalogue
from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.control import Control
from pmcli.drawing.dots import Dots
from pmcli.drawing.funnel import Funnel
from pmcli.drawing.over_time import apart
from pmcli.drawing.palette import LINES, SIGNALS, line_style, signal_style
from pmcli.drawing.rolling import Rolling
from pmcli.drawing.scatter import Scatter
from pmcli.drawing.scene import Area
from pmcli.drawing.terminal import terminal
from pmcli.drawing.waves import Waves
from pmcli.errors import PmError
from pmcli.notes import collecting
from pmcli.pack.write.html import charts_page
from pmcli.tables import RANK
from pmcli.views.charting import file_name
from pmcli.views.funnel.charts import strength
from pmcli.views.language.words import limit_figure
from pmcli.views.plot import charts_of
from pmcli.views.waves.charts import wave_chart
from tests.conftest import pm, series
from tests.views.conftest import BASELINE

DAYS = [date(2021, 6, 30), date(2022, 6, 30), date(2023, 6, 30)]
SHARES: list[float | None] = [0.61, 0.58, 0.63]


def chart(kind: type[Chart], *drawn: Series, figures: str = "share", zero: bool = True) -> Chart:
    return kind("Title", "Finding", "Alt", "to", "Share", list(drawn), figures=figures, zero=zero)


BARE = {
    "one line": chart(Waves, Series("Essex", DAYS, SHARES)),
    "many lines": chart(Waves, *[Series(f"group {n}", DAYS, [0.1 * n] * 3) for n in range(1, 9)]),
    "dots": chart(Dots, Series("2023", ["A", "B", "C"], SHARES), Series("2022", ["A", "B", "C"], SHARES, "other")),
    "signals": chart(
        Control,
        Series("Monthly count", DAYS, [5.0, 9.0, 6.0]),
        Series("a meaning of its own", DAYS[1:2], [9.0], "signal"),
        figures="count",
    ),
    "points": chart(
        Scatter, Series("Others", [1.0, 2.0], [3.0, 4.0], "other"), Series("Essex", [1.5], [9.0], "mine"),
        figures="count",
    ),
    "funnel": chart(Funnel, Series("Others", [1.0, 2.0, 3.0, 4.0], [0.9, 1.1, 1.0, 40.0], "other"), figures="mean"),
}  # fmt: skip


@pytest.mark.parametrize("name", BARE)
def test_a_series_without_labels_intervals_or_small_waves_can_be_drawn_everywhere(name):
    made = BARE[name]
    for width in (720, 360):
        assert ET.fromstring(made.svg(width)).tag.endswith("svg")  # noqa: S314
    assert "<table" in charts_page([made])
    drawn = terminal(made, width=80, height=24, colour=False)
    assert drawn.startswith("Title\nFinding\n")
    _, rows = made.rows()
    shown = [cell for row in rows for cell in row]
    assert all(value in shown for one in made.series for value in one.y)


def test_a_series_without_an_interval_shows_none():
    whole = Series("Essex", DAYS, SHARES, low=[0.5] * 3, high=[0.7] * 3)
    assert any(isinstance(mark, Area) for mark in chart(Waves, whole).scene(720).drawn)
    assert not any(isinstance(mark, Area) for mark in BARE["one line"].scene(720).drawn)
    assert BARE["one line"].rows()[0] == ["to", "Essex"]


def test_any_signal_and_any_number_of_lines_has_a_style():
    assert signal_style("improvement") == SIGNALS["improvement"]
    assert signal_style("a meaning of its own") == SIGNALS["change"]
    assert BARE["signals"].rows()[1][1] == [DAYS[1], 9.0, "a meaning of its own"]
    assert line_style(len(LINES) + 1) == LINES[1]
    named = [text for text in BARE["many lines"].svg().split("<") if ">group 8" in text]
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
@pytest.mark.parametrize("kind", [Control, Rolling])
def test_equal_figures_have_an_axis_too(value: float, kind: type[Chart]):
    days = [date(2023, month, 28) for month in range(1, 13)]
    drawn = [
        Series("Monthly share", days, [value * (1 + 2e-16), value] * 6),
        Series("Mean", days, [value] * 12, "comparator"),
    ]
    if kind is Control:
        drawn += [Series(name, days, [value] * 12, "limit") for name in ("Upper limit", "Lower limit")]
    flat = chart(kind, *drawn, figures="share" if value <= 1 else "count", zero=False)
    assert "nan" not in flat.svg()
    assert flat.svg().count("<path") > 2


# ------------------------------------------------------------------------------------------------------ as a library
def test_the_library_draws_a_table_as_the_command_does(tmp_path):
    frame = series([float(100 + n % 7) for n in range(60)])
    (drawn,) = pmcli.plot(frame.lazy())
    frame.write_parquet(tmp_path / "x.parquet")
    assert drawn.svg().encode() == pm("plot", "-i", tmp_path / "x.parquet").stdout
    assert drawn._repr_svg_() == drawn.svg()


def test_the_library_picks_out_a_force(tables, peers, catalogue):
    (drawn,) = pmcli.plot(tables["rank"], force="essex", peers={"essex": peers}, catalogue=catalogue)
    assert {one.role: len(one.x) for one in drawn.series}["peer"] == len(peers) > 0
    (scatter,) = pmcli.plot(tables["funnel"], kind="scatter", catalogue=catalogue)
    assert isinstance(scatter, Scatter)


def test_a_chart_saves_itself_whole_or_not_at_all(tmp_path):
    made = BARE["one line"]
    made.save(tmp_path / "x.svg", width=360)
    assert (tmp_path / "x.svg").read_text(encoding="utf-8") == made.svg(360)
    made.save(str(tmp_path / "x.PNG"))
    assert (tmp_path / "x.PNG").read_bytes() == made.png()
    with pytest.raises(PmError, match="saved as SVG or PNG"):
        made.save(tmp_path / "x.pdf")
    with pytest.raises(PmError):
        made.save(tmp_path / "none" / "x.svg")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.PNG", "x.svg"]


def test_what_is_no_table_of_pm_is_not_drawn():
    with pytest.raises(PmError, match="no table of pm"):
        pmcli.plot(pl.DataFrame({"x": [1]}))


def test_a_chart_stays_as_it_was_made():
    with pytest.raises(FrozenInstanceError):
        BARE["one line"].title = "Another"  # type: ignore[misc]
