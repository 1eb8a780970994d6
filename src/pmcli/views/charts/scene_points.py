"""Charts of a point a force laid out: the funnel with its limits, and counts by population."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.layout import LABEL, MARGIN, SMALL, Key, begin, finish, room_for, y_axis
from pmcli.drawing.palette import AXIS, COMPARATOR, FORCES, GREY, LIMIT, OUTER_LIMIT, QUIET, Style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import cut, tick_labels, ticks, width_of
from pmcli.views.charts.rows import names_of
from pmcli.views.charts.scene_bars import axis_title

_NAMED: Final = 6
"""Other forces that are named beside their points: those farthest out."""


def funnel_scene(chart: Chart, width: float) -> Scene:
    """Points over the funnel of the 95 and 99.8 % limits; the force picked out and the farthest are named."""
    forces = [series for series in chart.series if series.role in FORCES]
    limits = [series for series in chart.series if series.role == "limit"]
    keys = [*_keys(forces), Key("95% limits", LIMIT), Key("99.8% limits", OUTER_LIMIT)]
    ratios, away = _off_the_scale(forces)
    largest = max([at for series in forces for at in series.x], default=1.0)
    far = max([abs(value - 1) for value in ratios], default=0.5)
    low, high = max(min([*ratios, 1.0]) - 0.12 * far, 0.0), max([*ratios, 1.0]) + 0.12 * far
    scene = _frame(chart, width, keys if limits else _keys(forces), (0.0, largest), ticks(low, high, 6), root=True)
    bottom, top = scene.y
    for series in limits:
        scene.line(*_inside(*_curve(series.x, series.y), bottom, top), _style(series))
    for series in chart.series:
        if series.role == "comparator":
            scene.line([scene.x[0], scene.x[1]], [series.y[0], series.y[0]], COMPARATOR)
    shown = [_kept(series, away) for series in forces]
    _points(scene, shown)
    for number, (at, label, value) in enumerate(_gone(forces, away)):
        scene.symbol(scene.px(at), scene.top + 6, Style(GREY, shape="triangle-up", size=60))
        text = cut(f"{label} {value:.2f}, off the scale", scene.right - scene.left - 20, SMALL)
        x = min(scene.px(at) + 9, scene.width - MARGIN - width_of(text, SMALL))
        under = 14 if x < scene.px(at) + 9 else 0  # there is no room beside it
        scene.write(x, scene.top + 10 + 14 * number + under, text, size=SMALL, halo=True)
    _name(scene, shown, by=lambda _, value: abs(value - 1))
    return _end(scene, chart)


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
    points = [point for series in forces for point in zip(series.x, names_of(series), series.y, strict=True)]
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


def scatter_scene(chart: Chart, width: float) -> Scene:
    """Points of counts by population, and the line on which the two are in proportion."""
    forces = [series for series in chart.series if series.role in FORCES]
    line = next((series for series in chart.series if series.role == "comparator"), None)
    keys = _keys(forces) + ([Key(line.name, COMPARATOR)] if line else [])
    largest = max([at for series in forces for at in series.x], default=1.0)
    highest = max([value for series in chart.series for value in series.y if value is not None], default=1.0)
    lowest = min([0.0, *(value for series in forces for value in series.y if value is not None)])
    scene = _frame(chart, width, keys, (0.0, largest), ticks(lowest, highest, 5))
    if line is not None:
        scene.line(line.x, line.y, COMPARATOR)
    _points(scene, forces)
    slope = (line.y[1] or 0.0) / line.x[1] if line is not None and line.x[1] else 0.0
    _name(scene, forces, by=lambda at, value: abs(value - slope * at))
    return _end(scene, chart)


def _frame(
    chart: Chart, width: float, keys: list[Key], x: tuple[float, float], numbers: list[float], *, root: bool = False
) -> Scene:
    scene = begin(chart, width, 330.0 if width >= 500 else 280.0, keys=keys)
    scene.left = room_for(numbers, chart.figures)
    scene.right = width - MARGIN - 10
    scene.x = (x[0], x[1] * 1.04 or 1.0)
    scene.y = (numbers[0], numbers[-1])
    scene.root = root
    y_axis(scene, numbers, chart.figures)
    return scene


def _keys(forces: list[Series]) -> list[Key]:
    order = [role for role in FORCES if any(series.role == role for series in forces)]
    found = {series.role: series for series in forces}
    return [Key(found[role].name, FORCES[role], "point") for role in order]


def _points(scene: Scene, forces: list[Series]) -> None:
    for series in forces:
        scene.points(series.x, series.y, FORCES[series.role])


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


def _name(scene: Scene, forces: list[Series], by: Callable[[float, float], float]) -> None:
    """Names beside points where there is room: the force picked out first, its group, then those farthest out."""
    spots = [
        (scene.px(at), scene.py(value), label, series.role, by(at, value))
        for series in forces
        for at, value, label in zip(series.x, series.y, names_of(series), strict=True)
        if value is not None and label
    ]
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y, *_ in spots]
    rank = {"mine": 0, "peer": 1, "other": 1}
    order = sorted(spots, key=lambda spot: (rank[spot[3]], -spot[4]))
    named = 0
    for x, y, label, role, _ in order:
        if role != "mine" and named >= _NAMED + 1:
            break
        bold = role == "mine"
        text = cut(label, 170, SMALL, bold=bold)
        wide = width_of(text, SMALL, bold=bold)
        for left, base in ((x + 9, y + 4), (x - 9 - wide, y + 4), (x - wide / 2, y - 10), (x - wide / 2, y + 19)):
            box = (left - 1, base - 10, left + wide + 1, base + 3)
            inside = (
                box[0] >= scene.left
                and box[2] <= scene.width - MARGIN
                and box[1] >= scene.top - 6
                and box[3] <= scene.bottom
            )
            own = (x - 5, y - 5, x + 5, y + 5)
            if inside and not any(_meet(box, other) for other in taken if other != own):
                scene.write(left, base, text, size=SMALL, bold=bold, halo=True)
                taken.append(box)
                named += 1
                break


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _end(scene: Scene, chart: Chart) -> Scene:
    most = max(2, int((scene.right - scene.left) // 90))
    about = most if not scene.root else most * 2
    numbers = [value for value in ticks(0.0, scene.x[1], about) if value <= scene.x[1]]
    labels = tick_labels(numbers, "count")
    if chart.x_title == "Population" and numbers[-1] >= 1e6:
        labels = [f"{value / 1e6:g}m" if value else "0" for value in numbers]
    edge = 0.0
    for value, label in zip(numbers, labels, strict=True):
        at = scene.px(value)
        scene.rule(at, scene.bottom, at, scene.bottom + 5, Style(AXIS, width=1))
        half = width_of(label) / 2
        if at - half >= edge:  # on a square-root scale the numbers stand closer to the right
            scene.write(at, scene.bottom + 19, label, size=LABEL, colour=QUIET, anchor="middle")
            edge = at + half + 8
    axis_title(scene, chart.x_title, scene.bottom + 37)
    return finish(scene, chart, scene.bottom + 38)
