"""A scene as SVG: every mark and text that was laid out, written as it stands.

Marks that follow one another and look alike share one element, which keeps a pack small. No label of a user passes
through a template, and nothing has an id or refers to anything: any number of pictures can stand on one page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape  # xml.sax.saxutils does the same, and brings the whole of urllib along
from itertools import groupby
from math import sqrt
from typing import Any, Final

from pmcli.drawing.palette import FONT, PAPER, Style
from pmcli.drawing.scene import Area, Box, Dot, Line, Place, Scene
from pmcli.drawing.text import Text, printable

ENDS: Final = (".", "!", "?", "…", ":")
"""What a sentence ends with."""


def svg(scene: Scene, *, title: str, description: str) -> str:
    """The scene as an SVG element; the same scene gives the same bytes.

    It says what it shows to who cannot see it (role img, a title and a description), has no ids, and asks for nothing
    from anywhere.
    """
    size = f'width="{scene.width:g}" height="{scene.height:g}" viewBox="0 0 {scene.width:g} {scene.height:g}"'
    marks = "".join(_WRITTEN[kind](list(alike)) for (kind, _), alike in groupby(scene.drawn, _look))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" overflow="visible" '
        f'aria-label="{escape(printable(_label(title, description)))}">'
        f"<title>{_content(title)}</title><desc>{_content(description)}</desc>"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{marks}'
        f'<g font-family="{FONT}">{"".join(map(_text, scene.texts))}</g></svg>\n'
    )


def _label(title: str, description: str) -> str:
    """The title, then the description; a title that ends as a sentence does gets no second full stop."""
    return f"{title}{'' if title.rstrip().endswith(ENDS) else '.'} {description}"


def _look(mark: Line | Area | Dot | Box) -> tuple[type, Any]:
    """What marks must have in common to share an element."""
    match mark:
        case Line() | Dot():
            return type(mark), mark.style
        case Area():
            return Area, mark
        case Box():
            return Box, (mark.fill, mark.outline)


def _lines(alike: list[Line]) -> str:
    style = alike[0].style
    dash = f' stroke-dasharray="{",".join(map(str, style.dash))}"' if style.dash else ""
    look = f'stroke="{style.colour}" stroke-width="{style.width:g}" stroke-linejoin="round"{dash}'
    return f'<path d="{"".join(_path(run) for line in alike for run in line.runs)}" fill="none" {look}/>'


def _areas(alike: list[Area]) -> str:
    return "".join(f'<path d="{_path(area.edge)}Z" fill="{area.fill}"/>' for area in alike)


def _boxes(alike: list[Box]) -> str:
    box = alike[0]
    edge = f' stroke="{box.outline}"' if box.outline else ""
    corners = (_path([(b.x1, b.y1), (b.x2, b.y1), (b.x2, b.y2), (b.x1, b.y2)]) for b in alike)
    return f'<path d="{"Z".join(corners)}Z" fill="{box.fill}"{edge}/>'


def _dots(alike: list[Dot]) -> str:
    """Filled points have a thin ring of paper, so that they stand apart where they overlap."""
    style = alike[0].style
    fill, stroke, width = (style.colour, PAPER, 0.8) if style.fill else (PAPER, style.colour, style.width)
    shapes = "".join(_shape(dot.x, dot.y, style) for dot in alike)
    return f'<g fill="{fill}" stroke="{stroke}" stroke-width="{width:g}">{shapes}</g>'


_WRITTEN: Final[dict[type, Callable[[list[Any]], str]]] = {Line: _lines, Area: _areas, Dot: _dots, Box: _boxes}

_HIGH: Final = sqrt(3) / 2
_ARM: Final = 0.4
_CORNERS: Final[dict[str, tuple[Place, ...]]] = {
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "diamond": ((-1, 0), (0, -1), (1, 0), (0, 1)),
    "triangle-up": ((0, -_HIGH), (-1, _HIGH), (1, _HIGH)),
    "triangle-down": ((0, _HIGH), (-1, -_HIGH), (1, -_HIGH)),
    "cross": (
        (-1, -_ARM), (-1, _ARM), (-_ARM, _ARM), (-_ARM, 1), (_ARM, 1), (_ARM, _ARM),
        (1, _ARM), (1, -_ARM), (_ARM, -_ARM), (_ARM, -1), (-_ARM, -1), (-_ARM, -_ARM),
    ),
}  # fmt: skip
"""The corners of each shape but the circle, where half its width is 1."""


def _shape(x: float, y: float, style: Style) -> str:
    """A point; `style.size` is the square of its width."""
    half = sqrt(style.size) / 2
    if style.shape == "circle":
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(half)}"/>'
    return f'<path d="{_path((x + half * a, y + half * b) for a, b in _CORNERS[style.shape])}Z"/>'


def _path(points: Iterable[Place]) -> str:
    return "M" + "L".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(value: float) -> str:
    """A place to a hundredth of a pixel."""
    return f"{round(value, 3):g}"


def _text(text: Text) -> str:
    how = f'x="{text.x:g}" y="{text.y:g}" font-size="{text.size:g}px" fill="{text.colour}"'
    if text.bold:
        how += ' font-weight="bold"'
    if text.anchor != "start":
        how += f' text-anchor="{text.anchor}"'
    if text.halo:
        how += f' stroke="{PAPER}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
    return f"<text {how}>{_content(text.text)}</text>"


def _content(text: str) -> str:
    """Text as the content of an XML element, where quotation marks may stand."""
    return escape(printable(text), quote=False)
