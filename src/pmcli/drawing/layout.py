"""Where everything of a chart stands: the title and legend over the plot, its axis, the small print under it.

Everything has its place before anything is drawn, so a picture is the same on every machine, whatever fonts it has.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pmcli.drawing.chart import Chart
from pmcli.drawing.palette import AXIS, GRID, QUIET, Style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import balanced, cut, tick_labels, width_of, wrap

MARGIN: Final = 12
LABEL: Final = 12
SMALL: Final = 11.5
_TITLE: Final = 15
"""The title is a whole sentence."""
_PARAGRAPH: Final = 0.95
"""How much of the width running text fills: in a wider font than Arial, as DejaVu Sans, it is the first to leave it."""
_BOLD: Final = 0.93
"""How much of that a title fills: bold, such a font is wider still."""


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend. symbol: point, line, bar or band."""

    label: str
    style: Style
    symbol: str = "line"
    fill: str = ""


def begin(chart: Chart, width: float, plot_height: float, *, keys: list[Key], strip: float = 0) -> Scene:
    """A scene with its title, subtitle and legend; the plot's top is under them, its bottom `plot_height` lower.

    strip: pixels to leave free above the plot, for labels. left and right are the picture's margins until set.
    """
    scene = Scene(width, 0, MARGIN, width - MARGIN, 0, 0)
    room = (width - 2 * MARGIN) * _PARAGRAPH
    y = 0.0 if chart.bare else 8.0
    for line in balanced(chart.title, room * _BOLD, _TITLE, bold=True):
        y += _TITLE + 4
        scene.write(MARGIN, y, line, size=_TITLE, bold=True)
    y += 0 if chart.bare else 3
    for line in balanced(chart.subtitle, room, 13):
        y += 18
        scene.write(MARGIN, y, line, size=13, colour=QUIET)
    y += 8
    places, y = _legend(keys, width, y)
    scene.top = y + max(strip, 24 if chart.y_title else 4)
    scene.bottom = scene.top + plot_height
    if chart.y_title:
        scene.write(MARGIN, scene.top - 11, chart.y_title, size=LABEL, colour=QUIET)
    for key, x, at in places:
        _swatch(scene, key, x, at)
        scene.write(x + 30, at + 4, key.label, size=LABEL)
    return scene


def _legend(keys: list[Key], width: float, y: float) -> tuple[list[tuple[Key, float, float]], float]:
    places: list[tuple[Key, float, float]] = []
    x = float(MARGIN)
    y += 10 if keys else 0
    for key in (replace(key, label=cut(key.label, width - 2 * MARGIN - 30)) for key in keys):
        wide = 30 + width_of(key.label) + 16
        if places and x + wide - 16 > width - MARGIN:
            x, y = float(MARGIN), y + 19
        places.append((key, x, y))
        x += wide
    return places, y + (10 if keys else 0)


def _swatch(scene: Scene, key: Key, x: float, y: float) -> None:
    if key.symbol == "line":
        scene.rule(x, y, x + 24, y, key.style)
    elif key.symbol == "bar":
        scene.box(x + 4, y - 5, x + 24, y + 5, key.fill, key.style.colour)
    elif key.symbol == "band":
        scene.box(x, y - 6, x + 24, y + 6, key.fill)
    elif key.symbol == "both":
        scene.rule(x, y, x + 24, y, key.style)
        scene.symbol(x + 12, y, key.style)
    else:
        scene.symbol(x + 12, y, key.style)


def y_axis(scene: Scene, values: list[float], figures: str) -> None:
    """Grid lines with their numbers, left of the plot."""
    for value, label in zip(values, tick_labels(values, figures), strict=True):
        at = scene.py(value)
        base = value == values[0]
        scene.rule(scene.left, at, scene.right, at, Style(AXIS if base else GRID, width=1))
        scene.write(scene.left - 7, at + 4, label, size=LABEL, colour=QUIET, anchor="end")


def room_for(values: list[float], figures: str) -> float:
    """Pixels that the numbers of the y axis need."""
    return max(width_of(label) for label in tick_labels(values, figures)) + 10 + MARGIN


def finish(scene: Scene, chart: Chart, y: float, small: list[str] | None = None) -> Scene:
    """Write the small print from `y` down and close the picture under it."""
    room = (scene.width - 2 * MARGIN) * _PARAGRAPH
    y += 4
    for part in [*(small or []), chart.note]:
        for line in wrap(part, room, SMALL):
            y += 15
            scene.write(MARGIN, y, line, size=SMALL, colour=QUIET)
        y += 2 if part else 0
    scene.height = round(y + MARGIN)
    return scene
