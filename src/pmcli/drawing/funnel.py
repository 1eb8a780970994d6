"""The funnel: each force's count over the one expected of its population, with the limits of chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from pmcli.drawing.chart import Series
from pmcli.drawing.forces import Forces, forces_end, forces_frame, forces_keys, forces_named, forces_points
from pmcli.drawing.layout import MARGIN, SMALL, Key
from pmcli.drawing.palette import COMPARATOR, FORCES, GREY, LIMIT, OUTER_LIMIT, Style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import cut, ticks, width_of
from pmcli.views.language import words


@dataclass(frozen=True)
class Funnel(Forces):
    """A funnel plot. series: the forces by role; "As expected"; the lower and upper 95 % and 99.8 % limits."""

    kind = "funnel"
    hidden = "95%"
    limits = "99.8% limits"

    def scene(self, width: float) -> Scene:
        """Points over the funnel of the 95 and 99.8 % limits; the force picked out and the farthest are named."""
        forces = [series for series in self.series if series.role in FORCES]
        limits = [series for series in self.series if series.role == "limit"]
        keys = [*forces_keys(forces), Key("95% limits", LIMIT), Key("99.8% limits", OUTER_LIMIT)]
        ratios, away = _off_the_scale(forces)
        places = [at for series in forces for at in series.x]
        smallest, largest = min(places, default=0.0) * 0.8, max(places, default=1.0)
        far = max([abs(value - 1) for value in ratios], default=0.5)
        low, high = max(min([*ratios, 1.0]) - 0.12 * far, 0.0), max([*ratios, 1.0]) + 0.12 * far
        scene = forces_frame(
            self, width, keys if limits else forces_keys(forces), (smallest, largest), ticks(low, high, 6), root=True
        )
        bottom, top = scene.y
        for series in limits:
            scene.line(*_inside(*_curve(series.x, series.y), bottom, top), _style(series))
        for series in self.series:
            if series.role == "comparator":
                scene.line([scene.x[0], scene.x[1]], [series.y[0], series.y[0]], COMPARATOR)
        shown = [_kept(series, away) for series in forces]
        forces_points(scene, shown)
        for number, (at, label, value) in enumerate(_gone(forces, away)):
            scene.symbol(scene.px(at), scene.top + 6, Style(GREY, shape="triangle-up", size=60))
            text = cut(f"{label} {words.ratio(value)}, off the scale", scene.right - scene.left - 20, SMALL)
            x = min(scene.px(at) + 9, scene.width - MARGIN - width_of(text, SMALL))
            under = 14 if x < scene.px(at) + 9 else 0  # there is no room beside it
            scene.write(x, scene.top + 10 + 14 * number + under, text, size=SMALL, halo=True)
        forces_named(scene, shown, by=lambda _, value: abs(value - 1))
        return forces_end(scene, self)

    def ceiling(self, most: float) -> float | None:
        """Limits have no end where little is expected: the points say how high to look."""
        return math.ceil(most * 2.4) / 2


def _style(series: Series) -> Style:
    return OUTER_LIMIT if series.name.startswith("99.8") else LIMIT


def _off_the_scale(forces: list[Series]) -> tuple[list[float], set[float]]:
    """The ratios to fit the axis to, and those so far above all others that they would flatten them: two at most.

    The force picked out is always in the plot.
    """
    mine = {value for series in forces if series.role == "mine" for value in series.y}
    kept = sorted(value for series in forces for value in series.y if value is not None)
    away: set[float] = set()
    while len(kept) > 3 and len(away) < 2 and kept[-1] - 1 > 2.5 * max(kept[-2] - 1, 0.4) and kept[-1] not in mine:
        away.add(kept.pop())
    return kept, away


def _kept(series: Series, away: set[float]) -> Series:
    kept = [place for place, value in enumerate(series.y) if value not in away]
    x, y = [series.x[place] for place in kept], [series.y[place] for place in kept]
    return Series(series.name, x, y, series.role, [series.labels[place] for place in kept if series.labels])


def _gone(forces: list[Series], away: set[float]) -> list[tuple[float, str, float]]:
    points = [point for series in forces for point in zip(series.x, series.names, series.y, strict=True)]
    return [(at, label, value) for at, label, value in points if value is not None and value in away]


def _curve(x: list[float], y: list[float | None]) -> tuple[list[float], list[float]]:
    """A limit between the forces that it is known at: its distance from 1, times the root of x, changes little.

    Where it is zero it is not drawn: it runs along the axis.
    """
    known = [(at, value) for at, value in zip(x, y, strict=True) if value is not None and value > 0 and at > 0]
    xs: list[float] = []
    ys: list[float] = []
    for (a, low), (b, high) in pairwise(known):
        parts = max(int(40 * (math.sqrt(b) - math.sqrt(a)) / math.sqrt(known[-1][0])), 1) if b > a else 1
        for part in range(parts):
            at = (math.sqrt(a) + (math.sqrt(b) - math.sqrt(a)) * part / parts) ** 2
            share = (math.sqrt(at) - math.sqrt(a)) / (math.sqrt(b) - math.sqrt(a)) if b > a else 0.0
            scaled = (low - 1) * math.sqrt(a) * (1 - share) + (high - 1) * math.sqrt(b) * share
            xs.append(at)
            ys.append(max(1 + scaled / math.sqrt(at), 0.0))
    return [*xs, *(at for at, _ in known[-1:])], [*ys, *(value for _, value in known[-1:])]


def _inside(x: list[float], y: list[float], low: float, high: float) -> tuple[list[float], list[float | None]]:
    """A line cut where it leaves the plot, at the very edge."""
    xs: list[float] = []
    ys: list[float | None] = []
    points = list(zip(x, y, strict=True))
    for number, (at, value) in enumerate(points):
        if number:
            before, old = points[number - 1]
            for edge in (low, high):
                if (old - edge) * (value - edge) < 0:
                    xs.append(before + (at - before) * (edge - old) / (value - old))
                    ys.append(edge)
        xs.append(at)
        ys.append(value if low <= value <= high else None)
    return xs, ys
