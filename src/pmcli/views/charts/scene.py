"""A scene: what is drawn of a chart, as Vega-Lite layers in the chart's own units, and its text in pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from pmcli.views.charts.palette import PAPER, Style
from pmcli.views.charts.text import Text

_UNSCALED: Final[dict[str, dict[str, Any]]] = {
    name: {"type": "quantitative", "scale": None, "axis": None} if len(name) == 1 else {}
    for name in ("x", "x2", "y", "y2")
}
"""How a place in pixels is encoded: by no scale."""


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
        data = [{"x": self._datum(at), "y": value} for at, value in zip(x, y, strict=True) if value is not None]
        if data:
            self._add(_point(style), data, "x", "y")

    def band(self, x: list[Any], low: list[float | None], high: list[float | None], fill: str) -> None:
        """The area between two lines; none where low or high is empty."""
        data = self._spans(x, low, high)
        if data:
            self._add({"type": "area", "fill": fill, "fillOpacity": 1}, data, "x", "y", "y2")

    def whiskers(self, x: list[Any], low: list[float | None], high: list[float | None], colour: str) -> None:
        """Upright lines from low to high; none where low or high is empty."""
        data = self._spans(x, low, high)
        if data:
            self._add({"type": "rule", "stroke": colour, "strokeWidth": 1.25}, data, "x", "y", "y2")

    def rule(self, x1: float, y1: float, x2: float, y2: float, style: Style) -> None:
        """A straight line between two places in pixels."""
        mark: dict[str, Any] = {"type": "rule", "stroke": style.colour, "strokeWidth": style.width}
        if style.dash:
            mark["strokeDash"] = list(style.dash)
        self._pixels(mark, {"x": x1, "x2": x2, "y": y1, "y2": y2})

    def symbol(self, x: float, y: float, style: Style) -> None:
        """A point at a place in pixels."""
        self._pixels(_point(style), {"x": x, "y": y})

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
        made: list[dict[str, Any]] = []
        for layer in self.layers:
            at = layer.get("pixels")
            if at is None:
                made.append(layer)
                continue
            datum = {name: round(value - (self.left if name[0] == "x" else self.top), 2) for name, value in at.items()}
            encoding = {name: {"field": name} | _UNSCALED[name] for name in at}
            last = made[-1] if made else {}
            if last.get("mark") == layer["mark"] and last["encoding"] == encoding:
                last["data"]["values"].append(datum)  # alike: a layer more costs a millisecond, a datum nothing
                continue
            made.append({"data": {"values": [datum]}, "mark": layer["mark"], "encoding": encoding})
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

    def _spans(self, x: list[Any], low: list[float | None], high: list[float | None]) -> list[dict[str, Any]]:
        if not low or not high:
            return []
        return [
            {"x": self._datum(at), "y": one, "y2": other}
            for at, one, other in zip(x, low, high, strict=True)
            if one is not None and other is not None
        ]

    def _datum(self, x: Any) -> Any:
        return x.isoformat() if self.time else x

    # ------------------------------------------------------------------------------------------------ text
    def write(self, x: float, y: float, text: str, **how: Any) -> None:
        """Add a line of text."""
        if text:
            self.texts.append(Text(round(x, 1), round(y, 1), text, **how))


def _point(style: Style) -> dict[str, Any]:
    """The mark of a point; filled ones have a thin ring of paper, so that they stand apart where they overlap."""
    return {
        "type": "point", "shape": style.shape, "size": style.size, "filled": style.fill, "opacity": 1,
        "fill": style.colour if style.fill else PAPER, "stroke": PAPER if style.fill else style.colour,
        "strokeWidth": 0.8 if style.fill else style.width,
    }  # fmt: skip


def stamp(day: date) -> int:
    """Milliseconds since 1970, as JavaScript counts time."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
