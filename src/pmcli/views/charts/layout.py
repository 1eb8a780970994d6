"""Where everything of a chart stands: a scene of Vega-Lite layers in the chart's own units, and of text in pixels.

The layout is made here and not by Vega: text that Vega-Lite places is measured again with whatever fonts the machine
has, which takes a millisecond a label, and may not be what the reader's browser has.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from pmcli.views.chart import Chart
from pmcli.views.charts.palette import AXIS, GRID, INK, PAPER, QUIET, Style
from pmcli.views.charts.text import Text, balanced, tick_labels, width_of, wrap

MARGIN: Final = 12
LABEL: Final = 12
SMALL: Final = 11.5


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend. symbol: point, line, bar or band."""

    label: str
    style: Style
    symbol: str = "line"
    fill: str = ""


@dataclass(slots=True)
class Scene:
    """A picture: the plot's rectangle and what is drawn.

    width, height: of the whole picture; left, top, right, bottom: the plot's edges, in pixels of it.
    x, y: the scales of the plot, as Vega-Lite has them; time: x are days; root: x is on a square-root scale.
    figures: how wide the column of figures left of the plot is. layers: Vega-Lite layers. texts: see Text.
    """

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    x: tuple[Any, Any] = (0, 1)
    y: tuple[float, float] = (0, 1)
    time: bool = False
    root: bool = False
    figures: float = 0
    layers: list[dict[str, Any]] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    # ------------------------------------------------------------------------------------------------ places
    def px(self, x: Any) -> float:
        """The pixel of an x value."""
        low, high = (stamp(end) for end in self.x) if self.time else self.x
        at = stamp(x) if self.time else x
        if self.root:
            low, high, at = (math.sqrt(value) for value in (low, high, at))
        return self.left + (at - low) / (high - low) * (self.right - self.left)

    def py(self, y: float) -> float:
        """The pixel of a y value."""
        low, high = self.y
        return self.bottom - (y - low) / (high - low) * (self.bottom - self.top)

    # ------------------------------------------------------------------------------------------------ marks
    def line(self, x: list[Any], y: list[float | None], style: Style, *, step: bool = False) -> None:
        """A line that breaks where y is not known; a point alone between two breaks is a dot."""
        mark = {"type": "line", "stroke": style.colour, "strokeWidth": style.width, "strokeJoin": "round"}
        if style.dash:
            mark["strokeDash"] = list(style.dash)
        if step:
            mark["interpolate"] = "step-after"
        self._add(mark, [{"x": self._datum(at), "y": value} for at, value in zip(x, y, strict=True)], "x", "y")
        known = [value is not None for value in y]
        alone = [
            place
            for place, here in enumerate(known)
            if here and not any(known[max(place - 1, 0) : place]) and not any(known[place + 1 : place + 2])
        ]
        if alone:
            self.points([x[place] for place in alone], [y[place] for place in alone], Style(style.colour, size=20))

    def points(self, x: list[Any], y: list[float | None], style: Style) -> None:
        """Points, filled or hollow."""
        mark = {
            "type": "point", "shape": style.shape, "size": style.size, "filled": style.fill, "opacity": 1,
            "fill": style.colour if style.fill else PAPER,
            "stroke": PAPER if style.fill else style.colour,
            "strokeWidth": 0.8 if style.fill else style.width,
        }  # fmt: skip
        data = [{"x": self._datum(at), "y": value} for at, value in zip(x, y, strict=True) if value is not None]
        if data:
            self._add(mark, data, "x", "y")

    def band(self, x: list[Any], low: list[float | None], high: list[float | None], fill: str) -> None:
        """The area between two lines."""
        data = [
            {"x": self._datum(at), "y": one, "y2": other}
            for at, one, other in zip(x, low, high, strict=True)
            if one is not None and other is not None
        ]
        self._add({"type": "area", "fill": fill, "fillOpacity": 1}, data, "x", "y", "y2")

    def whiskers(self, x: list[Any], low: list[float | None], high: list[float | None], colour: str) -> None:
        """Upright lines from low to high."""
        data = [
            {"x": self._datum(at), "y": one, "y2": other}
            for at, one, other in zip(x, low, high, strict=True)
            if one is not None and other is not None
        ]
        if data:
            self._add({"type": "rule", "stroke": colour, "strokeWidth": 1.5}, data, "x", "y", "y2")

    def rule(self, x1: float, y1: float, x2: float, y2: float, style: Style) -> None:
        """A straight line between two places in pixels."""
        mark: dict[str, Any] = {"type": "rule", "stroke": style.colour, "strokeWidth": style.width}
        if style.dash:
            mark["strokeDash"] = list(style.dash)
        self._pixels(mark, {"x": x1, "x2": x2, "y": y1, "y2": y2})

    def symbol(self, x: float, y: float, style: Style) -> None:
        """A point at a place in pixels."""
        mark = {
            "type": "point", "shape": style.shape, "size": style.size, "filled": style.fill, "opacity": 1,
            "fill": style.colour if style.fill else PAPER, "stroke": PAPER if style.fill else style.colour,
            "strokeWidth": 0.8 if style.fill else style.width,
        }  # fmt: skip
        self._pixels(mark, {"x": x, "y": y})

    def box(self, x1: float, y1: float, x2: float, y2: float, fill: str, outline: str = "") -> None:
        """A rectangle at a place in pixels."""
        mark: dict[str, Any] = {"type": "rect", "fill": fill}
        if outline:
            mark |= {"stroke": outline, "strokeWidth": 1}
        self._pixels(mark, {"x": x1, "x2": x2, "y": y1, "y2": y2})

    def _pixels(self, mark: dict[str, Any], at: dict[str, float]) -> None:
        self.layers.append({"mark": mark, "pixels": at})

    def built(self) -> list[dict[str, Any]]:
        """The layers as Vega-Lite takes them: places in pixels are of the plot, not of the picture."""
        made = []
        for layer in self.layers:
            at = layer.get("pixels")
            if at is None:
                made.append(layer)
                continue
            encoding = {
                name: {"value": round(value - (self.left if name[0] == "x" else self.top), 2)}
                for name, value in at.items()
            }
            made.append({"data": {"values": [{}]}, "mark": layer["mark"], "encoding": encoding})
        return made

    def _add(self, mark: dict[str, Any], data: list[dict[str, Any]], *channels: str) -> None:
        encoding: dict[str, Any] = {}
        for channel in channels:
            encoding[channel] = {"field": channel}
            if channel == "x":
                domain = [stamp(end) for end in self.x] if self.time else list(self.x)
                scale = {"domain": domain, "nice": False, "zero": False}
                if self.time:
                    scale = {"type": "utc", "domain": domain, "nice": False}
                elif self.root:
                    scale["type"] = "sqrt"
                encoding["x"] |= {"type": "temporal" if self.time else "quantitative", "scale": scale, "axis": None}
            if channel == "y":
                scale = {"domain": list(self.y), "nice": False, "zero": False}
                encoding["y"] |= {"type": "quantitative", "scale": scale, "axis": None}
                if "y2" in channels:
                    encoding["y"]["stack"] = None
        self.layers.append({"data": {"values": data}, "mark": mark, "encoding": encoding})

    def _datum(self, x: Any) -> Any:
        return x.isoformat() if self.time else x

    # ------------------------------------------------------------------------------------------------ text
    def write(self, x: float, y: float, text: str, **how: Any) -> None:
        """Add a line of text."""
        if text:
            self.texts.append(Text(round(x, 1), round(y, 1), text, **how))


def stamp(day: date) -> int:
    """Milliseconds since 1970, as JavaScript counts time."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


def begin(chart: Chart, width: float, plot_height: float, *, keys: list[Key], strip: float = 0) -> Scene:
    """A scene with its title, subtitle and legend; the plot's top is under them, its bottom `plot_height` lower.

    strip: pixels to leave free above the plot, for labels. left and right are the picture's margins until set.
    """
    scene = Scene(width, 0, MARGIN, width - MARGIN, 0, 0)
    room = width - 2 * MARGIN
    y = 8.0
    for line in balanced(chart.title, room, 17, bold=True):
        y += 21
        scene.write(MARGIN, y, line, size=17, bold=True)
    y += 3
    for line in balanced(chart.subtitle, room, 14):
        y += 19
        scene.write(MARGIN, y, line, size=14, colour=INK)
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
    for key in keys:
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
    room = scene.width - 2 * MARGIN
    y += 4
    for part in [*(small or []), chart.note]:
        for line in wrap(part, room, SMALL):
            y += 15
            scene.write(MARGIN, y, line, size=SMALL, colour=QUIET)
        y += 2 if part else 0
    scene.height = round(y + MARGIN)
    return scene
