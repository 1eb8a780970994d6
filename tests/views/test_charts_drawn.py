"""Charts as pictures: valid Vega-Lite, XML, the same bytes twice, everything inside, escaped, read without colour."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest

from pmcli.errors import PmError
from pmcli.views.chart import Chart, Mark, Series
from pmcli.views.charts import html, palette, png, specification, svg, terminal
from pmcli.views.charts.scenes import scene_of
from pmcli.views.charts.text import balanced, cut, tick_labels, ticks, time_ticks, width_of, wrap
from tests.conftest import environment

from .conftest import KINDS

pytest.importorskip("vl_convert", reason="charts need the report extra")

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = (720, 360)
HOSTILE = '<script>alert("x")</script> & \x1b[31mred\x07 \u202e'


def texts(drawn: str) -> list[ET.Element]:
    return list(ET.fromstring(drawn).iter(f"{SVG}text"))  # noqa: S314


# ---------------------------------------------------------------------------------------------------- what is drawn
@pytest.mark.parametrize("kind", KINDS)
def test_altair_s_schema_takes_the_specification_and_vl_convert_draws_the_same_text(charts, kind):
    altair = pytest.importorskip("altair")
    import vl_convert

    whole = specification(charts[kind])
    altair.LayerChart.from_dict(whole, validate=True)
    theirs = [each.text for each in texts(vl_convert.vegalite_to_svg(whole))]
    assert theirs == [each.text for each in texts(svg(charts[kind]))]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_text_lies_inside_the_picture_and_is_large_and_dark_enough(charts, kind, width):
    scene = scene_of(charts[kind], width)
    assert scene.width == width
    for text in scene.texts:
        wide = width_of(text.text, text.size, bold=text.bold)
        left = text.x - {"start": 0.0, "middle": wide / 2, "end": wide}[text.anchor]
        assert left >= 0, text
        assert left + wide <= width, text
        assert 0 < text.y <= scene.height - 3, text
        assert text.size >= 11
        assert palette.contrast(text.colour) >= 4.5, text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_two_texts_overlap(charts, kind, width):
    boxes = []
    for text in scene_of(charts[kind], width).texts:
        wide = width_of(text.text, text.size, bold=text.bold) / 1.06  # as they are, without the room to spare
        left = text.x - {"start": 0.0, "middle": wide / 2, "end": wide}[text.anchor]
        boxes.append((left, text.y - text.size * 0.72, left + wide, text.y, text.text))
    for a, b in itertools.combinations(boxes, 2):
        assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]), (a, b)


@pytest.mark.parametrize("kind", KINDS)
def test_the_svg_is_small_xml_without_ids_or_anything_from_elsewhere(charts, kind):
    drawn = svg(charts[kind])
    root = ET.fromstring(drawn)  # noqa: S314
    assert root.find(f"{SVG}title").text == charts[kind].title
    assert root.find(f"{SVG}desc").text == charts[kind].alt
    assert not re.search(r"\b(?:id|href|class|style|onload)=", drawn)
    assert "url(" not in drawn
    assert len(drawn) < 60_000


def test_the_same_chart_gives_the_same_bytes(charts):
    assert svg(charts["rates"]) == svg(charts["rates"])
    assert png(charts["rolling"]) == png(charts["rolling"])
    code = (
        "from datetime import date\nfrom pmcli.views.chart import Chart, Series\nfrom pmcli.views.charts import svg\n"
        "import sys\nx = [date(2020, month, 28) for month in range(1, 13)]\n"
        "chart = Chart('rolling', 'T', 'S', 'A', 'X', 'Y', [Series('n', x, [float(n) for n in range(12)])])\n"
        "sys.stdout.write(svg(chart))"
    )
    twice = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env=environment(PYTHONHASHSEED=seed)
        )
        for seed in ("1", "2")
    ]
    assert twice[0].stdout == twice[1].stdout


@pytest.mark.parametrize("width", [240, 360, 720, 1200])
def test_a_png_is_twice_as_wide(charts, width):
    data = png(charts["rolling"], width=width)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20], "big") == 2 * width


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_labels_are_text_and_nothing_else(charts, kind):
    made = charts[kind]
    chart = Chart(
        made.kind, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE,
        [Series(one.name if one.role in {"signal", "limit"} else HOSTILE, one.x, one.y, one.role,
                [HOSTILE] * len(one.labels), one.low, one.high, one.small) for one in made.series],
        [Mark(mark.day, HOSTILE) for mark in made.marks], made.figures, HOSTILE,
    )  # fmt: skip
    for drawn in (svg(chart), html([chart])):
        assert "<script" not in drawn
        assert "\x1b" not in drawn
        assert "\x07" not in drawn
        assert "&lt;script&gt;" in drawn
    ET.fromstring(svg(chart))  # noqa: S314
    assert "\x1b" not in terminal(chart, width=80, height=24, colour=False)


# ------------------------------------------------------------------------------------------------------ on a page
def test_a_page_has_each_chart_for_both_widths_with_its_table(charts):
    page = html(list(charts.values()))
    assert page.count("<svg") == 2 * len(charts)
    assert page.count("<table>") == page.count("<caption>") == len(charts)
    assert page.count("<h1") == 1
    assert not re.search(r'(?:src|href)="', page)
    for chart in charts.values():
        assert chart.subtitle.replace("'", "&#x27;") in page


# -------------------------------------------------------------------------------------------------- on a terminal
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("width", "height"), [(80, 24), (60, 20), (132, 50)])
def test_a_drawing_keeps_to_the_terminal(charts, kind, width, height):
    plain = terminal(charts[kind], width=width, height=height, colour=False)
    lines = plain.splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) <= height
    assert "\x1b" not in plain
    assert " ".join(plain.split()).startswith(" ".join(f"{charts[kind].title} {charts[kind].subtitle}".split()))
    assert " ".join(charts[kind].alt.split()[:5]) in " ".join(plain.split())


def test_colour_is_only_colour(charts):
    for kind in KINDS:
        drawn = terminal(charts[kind], width=80, height=24, colour=True)
        bare = re.sub(r"\x1b\[[0-9;]*m", "", drawn)
        plain = terminal(charts[kind], width=80, height=24, colour=False)
        assert [line.rstrip() for line in bare.splitlines()] == [line.rstrip() for line in plain.splitlines()]


def test_a_terminal_too_low_for_all_forces_keeps_the_force_its_group_and_both_ends(charts):
    drawn = terminal(charts["rates"], width=80, height=24, colour=False)
    assert "> Essex" in drawn
    assert drawn.count("(MSG)") >= 3
    assert re.search(r"^ 1 ", drawn, flags=re.MULTILINE)
    assert re.search(r"^42 ", drawn, flags=re.MULTILINE)
    hidden = sum(int(found) for found in re.findall(r"… (\d+) more forces", drawn))
    assert hidden + len(re.findall(r"^[ \d]\d ", drawn, flags=re.MULTILINE)) == 42


# ----------------------------------------------------------------------------------------------------- edge cases
@pytest.mark.parametrize(
    "values",
    [[None] * 6, [0.0] * 6, [7.0], [-3.0, 4.0, None, 2.0, None, 1.0], [1e9, 2e9], [0.001, 0.002]],
    ids=["unknown", "zeros", "one", "gaps", "large", "small"],
)
@pytest.mark.parametrize("figures", ["count", "share", "mean"])
def test_any_figures_can_be_drawn(values, figures):
    days = [date(2022, 1, 31) + timedelta(days=30 * n) for n in range(len(values))]
    chart = Chart("rolling", "T", "S", "A", "to", "Number", [Series("n", days, values)], figures=figures)
    ET.fromstring(svg(chart))  # noqa: S314
    assert terminal(chart, width=80, height=24, colour=False)


def test_marks_that_lie_together_get_letters_and_a_key():
    days = [date(2010 + n, 12, 31) for n in range(10)]
    marks = [Mark(date(2015, 1, 1 + n), f"Change number {n}, in long words") for n in range(4)]
    chart = Chart("rolling", "T", "S", "A", "", "", [Series("n", days, [float(n) for n in range(10)])], marks)
    drawn = [each.text for each in texts(svg(chart))]
    assert [letter for letter in drawn if letter in set("abcd")] == list("abcd")
    assert "a: Change number 0, in long words, Jan 2015." in drawn


def test_round_numbers_for_an_axis():
    assert ticks(0, 7593, 5) == [0, 2000, 4000, 6000, 8000]
    assert tick_labels([0, 2.5, 5], "mean") == ["0.0", "2.5", "5.0"]
    assert tick_labels([0.0, 0.2], "share") == ["0%", "20%"]
    assert [label for _, label in time_ticks(date(2013, 3, 31), date(2024, 3, 31), 600)][:2] == ["2014", "2015"]
    short = time_ticks(date(2022, 1, 31), date(2023, 1, 31), 400)
    assert short[-1] == (date(2022, 12, 31), "Dec 2022")  # months are marked where their figures stand: at their end
    assert [label for _, label in short] == ["Mar 2022", "Jun 2022", "Sep 2022", "Dec 2022"]


def test_text_is_measured_broken_and_cut():
    assert width_of("M", 10) > width_of("i", 10) > 0
    assert wrap("one two three", 60, 12) == ["one two", "three"]
    assert all(width_of(line, 12) <= 50 for line in wrap("Llanfairpwllgwyngyllgogerychwyrndrobwll", 50, 12))
    assert cut("Avon and Somerset", 60, 12).endswith("…")
    lines = balanced("Police doing a good job in this area, Essex: waves of 12 months to June 2023", 560, 17, bold=True)
    assert len(lines) == 2
    assert min(map(len, lines)) > 25


@pytest.mark.parametrize(("package", "draw"), [("vl_convert", "svg"), ("vl_convert", "png"), ("plotext", "terminal")])
def test_a_plain_install_says_which_extra_is_missing(charts, monkeypatch, package, draw):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(PmError, match="which is not installed") as caught:
        {
            "svg": svg, "png": png,
            "terminal": lambda chart: terminal(chart, width=80, height=24, colour=False),
        }[draw](charts["rolling"])  # fmt: skip
    assert (
        caught.value.hint == "Install pm with its report extra: in the folder of its source, pip install '.[report]'."
    )
