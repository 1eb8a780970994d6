"""The SVG itself, read back: its line says the figures that it was drawn from, its texts stand apart, all is inside.

Everything here is read out of the SVG as XML, so that a mistake of the layout or of the pencil cannot hide itself.
"""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.drawing import palette, pencil
from pmcli.drawing.palette import Style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import width_of
from tests.views.conftest import KINDS

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = (720, 340)
NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
FAINT = {palette.GRID, palette.PAPER, "#dbe8f3", "#d3e0eb", *(fill for fill, _ in palette.BARS.values())}
"""What may be paler than 3:1: the grid, bands behind the plot, and fills that have an outline."""


def read(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)  # noqa: S314


def runs(path: ET.Element) -> list[list[tuple[float, float]]]:
    """The points of a path, which holds nothing but M, L and Z."""
    d = path.get("d", "")
    assert re.fullmatch(rf"(?:M{NUMBER},{NUMBER}(?:L{NUMBER},{NUMBER})*Z?)+", d), d
    return [
        [(float(x), float(y)) for x, y in re.findall(rf"({NUMBER}),({NUMBER})", part)]
        for part in d.split("M")[1:]
    ]  # fmt: skip


def places(root: ET.Element) -> Iterator[tuple[float, float]]:
    """Every point of every mark."""
    for path in root.iter(f"{SVG}path"):
        yield from itertools.chain(*runs(path))
    for circle in root.iter(f"{SVG}circle"):
        x, y, r = (float(circle.get(name, "nan")) for name in ("cx", "cy", "r"))
        yield from ((x - r, y - r), (x + r, y + r))


def boxes(root: ET.Element) -> list[tuple[float, float, float, float, str]]:
    """The box of every text, by the widths of Arial."""
    found = []
    for text in root.iter(f"{SVG}text"):
        size, x, y = float(text.get("font-size", "").removesuffix("px")), float(text.get("x")), float(text.get("y"))
        wide = width_of(text.text, size, bold=text.get("font-weight") == "bold") / 1.06  # without the room to spare
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "start")]
        found.append((left, y - size * 0.72, left + wide, y, text.text))
    return found


def axis(root: ET.Element) -> tuple[float, float]:
    """What a reader takes from the numbers at the left: (value at pixel 0, value for each pixel down)."""
    known = [
        (float(text.get("y")) - 4, float(text.text.replace(",", "").rstrip("%")) / (100 if "%" in text.text else 1))
        for text in root.iter(f"{SVG}text")
        if text.get("text-anchor") == "end" and text.get("fill") == palette.QUIET
    ]
    (y1, first), (y2, last) = known[0], known[-1]
    slope = (last - first) / (y2 - y1)
    return first - slope * y1, slope


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["rolling", "control", "phases", "waves", "groups"])
def test_the_line_read_by_its_axis_says_the_figures(charts, kind, width):
    root = read(charts[kind].svg(width))
    at_top, slope = axis(root)
    drawn = [
        [at_top + slope * y for _, y in run]
        for path in root.iter(f"{SVG}path")
        if path.get("fill") == "none"
        for run in runs(path)
    ]
    for series in charts[kind].series:
        if series.role != "main":
            continue
        known = [value for value in series.y if value is not None]
        assert any(line == pytest.approx(known, abs=abs(slope)) for line in drawn), series.name


@pytest.mark.parametrize("width", WIDTHS)
def test_a_bar_is_as_long_as_its_rate(charts, width):
    root = read(charts["rates"].svg(width))
    numbers = [
        (float(text.get("x")), float(text.text))
        for text in root.iter(f"{SVG}text")
        if text.get("text-anchor") == "middle" and re.fullmatch(r"[\d.]+", text.text)
    ]
    (x1, first), (x2, last) = numbers[0], numbers[-1]
    rates = sorted(row[2] for row in charts["rates"].rows()[1] if row[1])
    lengths = sorted(
        max(x for x, _ in run) - min(x for x, _ in run)
        for path in root.iter(f"{SVG}path")
        if path.get("fill") in {fill for fill, _ in palette.BARS.values()}
        for run in runs(path)
        if abs(max(y for _, y in run) - min(y for _, y in run) - 11) < 0.1  # the swatches of the legend are lower
    )
    assert lengths == pytest.approx([rate * (x2 - x1) / (last - first) for rate in rates], abs=0.2)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_mark_leaves_the_picture(charts, kind, width):
    root = read(charts[kind].svg(width))
    high = float(root.get("height"))
    assert float(root.get("width")) == width
    seen = list(places(root))
    assert len(seen) > 20
    assert all(0 <= x <= width and 0 <= y <= high for x, y in seen)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_text_leaves_the_picture_or_meets_another(charts, kind, width):
    root = read(charts[kind].svg(width))
    found = boxes(root)
    for left, top, right, bottom, text in found:
        assert 0 <= left < right <= width, text
        assert 0 <= top < bottom <= float(root.get("height")), text
    for a, b in itertools.combinations(found, 2):
        assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]), (a, b)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_drawn_stands_out_from_the_paper(charts, kind):
    """WCAG 2.2: 4.5:1 for text (1.4.3), 3:1 for what a graphic is read by (1.4.11)."""
    root = read(charts[kind].svg())
    assert all(palette.contrast(text.get("fill")) >= 4.5 for text in root.iter(f"{SVG}text"))
    shapes = [each for each in root.iter() if each.tag not in {f"{SVG}text", f"{SVG}svg"}]
    used = {each.get(name) for each in shapes for name in ("fill", "stroke")} - {None, "none"}
    assert {colour for colour in used if palette.contrast(colour) < 3} <= FAINT
    assert used - FAINT


@pytest.mark.parametrize("kind", KINDS)
def test_the_svg_is_small_xml_without_ids_or_anything_from_elsewhere(charts, kind):
    drawn = charts[kind].svg()
    root = read(drawn)
    assert root.find(f"{SVG}title").text == charts[kind].title
    assert root.find(f"{SVG}desc").text == charts[kind].alt
    assert not re.search(r"\b(?:id|href|class|style|onload)=", drawn)
    assert "url(" not in drawn
    assert len(drawn) < 30_000


# ---------------------------------------------------------------------------------------------------- mark by mark
def picture(scene: Scene) -> ET.Element:
    return read(pencil.svg(scene, title="T", description="D"))


def blank() -> Scene:
    return Scene(100, 100, 10, 90, 10, 90, x=(0, 8), y=(0.0, 8.0))


def test_a_line_breaks_where_a_value_is_not_known_and_a_point_alone_is_a_dot():
    scene = blank()
    scene.line([0, 1, 2, 3, 4, 5], [1.0, 2.0, None, 4.0, None, 8.0], Style("#12436d"))
    root = picture(scene)
    (path,) = root.iter(f"{SVG}path")
    assert runs(path) == [[(10, 80), (20, 70)]]
    assert [(dot.get("cx"), dot.get("cy")) for dot in root.iter(f"{SVG}circle")] == [("40", "50"), ("60", "10")]


def test_nothing_known_draws_nothing():
    scene = blank()
    scene.line([0, 1], [None, None], Style("#12436d"))
    scene.points([0, 1], [None, None], Style("#12436d"))
    scene.band([0, 1], [None, 1.0], [1.0, None], "#dbe8f3")
    scene.band([0, 1], [], [], "#dbe8f3")
    assert list(places(picture(scene))) == []


@pytest.mark.parametrize("shape", ["square", "diamond", "triangle-up", "triangle-down", "cross"])
def test_every_shape_is_as_wide_as_its_style_says(shape):
    scene = blank()
    scene.symbol(50, 40, Style("#12436d", shape=shape, size=64))
    (path,) = picture(scene).iter(f"{SVG}path")
    ((*points,),) = runs(path)
    assert max(x for x, _ in points) - min(x for x, _ in points) == pytest.approx(8)
    assert sum(x for x, _ in points) / len(points) == pytest.approx(50)


def test_marks_that_look_alike_share_an_element_and_keep_their_order():
    scene = blank()
    for colour in ("#000000", "#000000", "#ffffff", "#000000"):
        scene.rule(0, 0, 10, 10, Style(colour))
    drawn = [(path.get("stroke"), len(runs(path))) for path in picture(scene).iter(f"{SVG}path")]
    assert drawn == [("#000000", 2), ("#ffffff", 1), ("#000000", 1)]


@given(st.lists(st.one_of(st.none(), st.floats(0, 8)), min_size=1, max_size=30))
def test_every_known_point_of_a_line_is_drawn_once(values: list[float | None]) -> None:
    scene = Scene(1000, 100, 0, 1000, 10, 90, x=(0, 30), y=(0.0, 8.0))
    scene.line(list(range(len(values))), values, Style("#12436d"))
    root = picture(scene)
    drawn = [y for path in root.iter(f"{SVG}path") for run in runs(path) for _, y in run]
    drawn += [float(dot.get("cy", "nan")) for dot in root.iter(f"{SVG}circle")]
    known = [value for value in values if value is not None]
    assert sorted((90 - y) / 10 for y in drawn) == pytest.approx(sorted(known), abs=1e-3)
