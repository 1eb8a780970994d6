"""A scene: what is drawn of a chart, every mark and every text at its place in pixels, in the order of drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeAlias

from pmcli.drawing.palette import Style
from pmcli.drawing.text import Text

_ALONE: Final = 20.0
"""The size of a dot where a line has a single point between two breaks."""

Place: TypeAlias = tuple[float, float]
"""x and y in pixels from the top left of the picture."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line through `runs` of points, broken between them."""

    runs: tuple[tuple[Place, ...], ...]
    style: Style


@dataclass(frozen=True, slots=True)
class Area:
    """A filled shape with the corners `edge`, closed."""

    edge: tuple[Place, ...]
    fill: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the style's shape and size."""

    x: float
    y: float
    style: Style


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle between two corners. outline: a colour; "" for none."""

    x1: float
    y1: float
    x2: float
    y2: float
    fill: str
    outline: str = ""


@dataclass(slots=True)
class Scene:
    """A picture: the plot's rectangle and what is drawn.

    width, height: of the whole picture; left, top, right, bottom: the plot's edges, in pixels of it. x, y: the ends of
    the scales; x are days or numbers. root: x is on a square-root scale. figures: how wide the column of figures left
    of the plot is. drawn: the marks, a later one over an earlier. texts: see Text; all lie over the marks.
    """

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    x: tuple[Any, Any] = (0, 1)
    y: tuple[float, float] = (0, 1)
    root: bool = False
    figures: float = 0
    drawn: list[Line | Area | Dot | Box] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    # ------------------------------------------------------------------------------------------------ places
    def px(self, x: Any) -> float:
        """The pixel of an x value."""
        low, high, at = _number(self.x[0]), _number(self.x[1]), _number(x)
        if self.root:
            low, high, at = math.sqrt(low), math.sqrt(high), math.sqrt(at)
        return self.left + (at - low) / (high - low) * (self.right - self.left)

    def py(self, y: float) -> float:
        """The pixel of a y value."""
        low, high = self.y
        return self.bottom - (y - low) / (high - low) * (self.bottom - self.top)

    # ------------------------------------------------------------------------------------------------ marks
    def line(self, x: list[Any], y: list[float | None], style: Style) -> None:
        """A line that breaks where y is not known; a point alone between two breaks is a dot."""
        runs: list[list[Place]] = [[]]
        for at, value in zip(x, y, strict=True):
            if value is None:
                runs.append([])
            else:
                runs[-1].append((self.px(at), self.py(value)))
        if any(len(run) > 1 for run in runs):
            self.drawn.append(Line(tuple(tuple(run) for run in runs if len(run) > 1), style))
        self.drawn += [Dot(*run[0], Style(style.colour, size=_ALONE)) for run in runs if len(run) == 1]

    def points(self, x: list[Any], y: list[float | None], style: Style) -> None:
        """Points, filled or hollow."""
        known = ((at, value) for at, value in zip(x, y, strict=True) if value is not None)
        self.drawn += [Dot(self.px(at), self.py(value), style) for at, value in known]

    def band(self, x: list[Any], low: list[float | None], high: list[float | None], fill: str) -> None:
        """The area between two lines; none where low or high is empty."""
        spans = self._spans(x, low, high)
        if spans:
            upper, lower = [(at, top) for at, _, top in spans], [(at, base) for at, base, _ in reversed(spans)]
            self.drawn.append(Area((*upper, *lower), fill))

    def whiskers(self, x: list[Any], low: list[float | None], high: list[float | None], colour: str) -> None:
        """Upright lines from low to high; none where low or high is empty."""
        style = Style(colour, width=1.25)
        self.drawn += [Line((((at, base), (at, top)),), style) for at, base, top in self._spans(x, low, high)]

    def rule(self, x1: float, y1: float, x2: float, y2: float, style: Style) -> None:
        """A straight line between two places in pixels."""
        self.drawn.append(Line((((x1, y1), (x2, y2)),), style))

    def symbol(self, x: float, y: float, style: Style) -> None:
        """A point at a place in pixels."""
        self.drawn.append(Dot(x, y, style))

    def box(self, x1: float, y1: float, x2: float, y2: float, fill: str, outline: str = "") -> None:
        """A rectangle at a place in pixels."""
        self.drawn.append(Box(x1, y1, x2, y2, fill, outline))

    def _spans(
        self, x: list[Any], low: list[float | None], high: list[float | None]
    ) -> list[tuple[float, float, float]]:
        """The pixels of x, low and high, where both are known."""
        if not low or not high:
            return []
        known = zip(x, low, high, strict=True)
        return [(self.px(at), self.py(a), self.py(b)) for at, a, b in known if a is not None and b is not None]

    # ------------------------------------------------------------------------------------------------ text
    def write(self, x: float, y: float, text: str, **how: Any) -> None:
        """Add a line of text."""
        if text:
            self.texts.append(Text(round(x, 1), round(y, 1), text, **how))


def _number(x: Any) -> float:
    """A day as a number of days, a number as it is."""
    return x.toordinal() if isinstance(x, date) else x
