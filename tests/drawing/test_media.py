"""Charts on every medium: the same bytes twice, everything inside, whatever a user writes is text, any figures."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.drawing import palette
from pmcli.drawing.chart import Mark, Series
from pmcli.drawing.rolling import Rolling
from pmcli.drawing.terminal import terminal
from pmcli.drawing.text import balanced, cut, printable, tick_labels, ticks, time_ticks, width_of, wrap
from pmcli.errors import PmError
from pmcli.pack.write.html import charts_page
from tests.conftest import environment
from tests.views.conftest import KINDS

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = (720, 360)
HOSTILE = '<script>alert("x")</script> & \x1b[31mred\x07 \u202e'


def texts(drawn: str) -> list[ET.Element]:
    return list(ET.fromstring(drawn).iter(f"{SVG}text"))  # noqa: S314


# ---------------------------------------------------------------------------------------------------- what is drawn
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_text_lies_inside_the_picture_and_is_large_and_dark_enough(charts, kind, width):
    scene = charts[kind].scene(width)
    assert scene.width == width
    for text in scene.texts:
        wide = width_of(text.text, text.size, bold=text.bold)
        left = text.x - {"start": 0.0, "middle": wide / 2, "end": wide}[text.anchor]
        assert left >= 0, text
        assert left + wide <= width, text
        assert 0 < text.y <= scene.height - 3, text
        assert text.size >= 11
        assert palette.contrast(text.colour) >= 4.5, text


def test_the_same_chart_gives_the_same_bytes(charts):
    assert charts["rates"].svg() == charts["rates"].svg()
    code = (
        "from datetime import date\nfrom pmcli.drawing.chart import Series\nfrom pmcli.drawing.rolling import Rolling\n"
        "import sys\nx = [date(2020, month, 28) for month in range(1, 13)]\n"
        "chart = Rolling('T', 'S', 'A', 'X', 'Y', [Series('n', x, [float(n) for n in range(12)])])\n"
        "sys.stdout.write(chart.svg())"
    )
    twice = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env=environment(PYTHONHASHSEED=seed)
        )
        for seed in ("1", "2")
    ]
    assert twice[0].stdout == twice[1].stdout


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_labels_are_text_and_nothing_else(charts, kind):
    made = charts[kind]
    chart = type(made)(
        HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE,
        [Series(one.name if one.role in {"signal", "limit"} else HOSTILE, one.x, one.y, one.role,
                [HOSTILE] * len(one.labels), one.low, one.high, one.small) for one in made.series],
        [Mark(mark.day, HOSTILE) for mark in made.marks], made.figures, HOSTILE,
    )  # fmt: skip
    for drawn in (chart.svg(), charts_page([chart])):
        assert "<script" not in drawn
        assert "\x1b" not in drawn
        assert "\x07" not in drawn
        assert "&lt;script&gt;" in drawn
    ET.fromstring(chart.svg())  # noqa: S314
    assert "\x1b" not in terminal(chart, width=80, height=24, colour=False)


# ------------------------------------------------------------------------------------------------------ on a page
def test_a_page_has_each_chart_once_with_its_table(charts):
    page = charts_page(list(charts.values()))
    assert page.count("<svg") == len(charts)  # one width, that the page scales
    assert page.count("<table") == page.count("<caption ") == len(charts)
    assert page.count("<h1") == 1
    assert not re.search(r'(?:src|href)="(?!#)', page)
    plain = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    for chart in charts.values():
        assert chart.subtitle.replace("'", "&#x27;") in plain  # over as many lines as it needs
        assert f'<h2 class="unseen">{chart.title}</h2>' in page


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
    chart = Rolling("T", "S", "A", "to", "Number", [Series("n", days, values)], figures=figures)
    ET.fromstring(chart.svg())  # noqa: S314
    assert terminal(chart, width=80, height=24, colour=False)


def test_marks_that_lie_together_get_letters_and_a_key():
    days = [date(2010 + n, 12, 31) for n in range(10)]
    marks = [Mark(date(2015, 1, 1 + n), f"Change number {n}, in long words") for n in range(4)]
    chart = Rolling("T", "S", "A", "", "", [Series("n", days, [float(n) for n in range(10)])], marks)
    drawn = [each.text for each in texts(chart.svg())]
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


def test_a_plain_install_says_which_extra_is_missing(charts, monkeypatch):
    monkeypatch.setitem(sys.modules, "plotext", None)
    with pytest.raises(PmError, match="which is not installed") as caught:
        terminal(charts["rolling"], width=80, height=24, colour=False)
    assert (
        caught.value.hint == "Install pm with its report extra: in the folder of its source, pip install '.[report]'."
    )


@given(st.text(), st.floats(10, 400), st.sampled_from([11.5, 17.0]), st.booleans())
def test_text_is_wrapped_as_if_every_line_had_been_measured_whole(text, room, size, bold):
    lines = wrap(text, room, size, bold=bold, most=10_000)
    assert "".join(lines).replace(" ", "") == printable(text).replace(" ", "")
    assert all(width_of(line, size, bold=bold) <= room or len(line) == 1 for line in lines)
    for line, following in itertools.pairwise(lines):
        first = following.split(" ")[0]
        assert width_of(f"{line} {first}", size, bold=bold) > room or width_of(line + first[0], size, bold=bold) > room
