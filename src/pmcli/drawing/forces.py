"""Charts of a point a force: their scales, the names beside the points, and their figures as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pmcli.drawing.by_row import axis_title
from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.clear import crossed
from pmcli.drawing.layout import LABEL, MARGIN, SMALL, Key, begin, finish, room_for, y_axis
from pmcli.drawing.palette import AXIS, FORCES, QUIET, Style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import cut, tick_labels, ticks, width_of

_NAMED: Final = 6
"""Other forces that are named beside their points: those farthest out."""


@dataclass(frozen=True)
class Forces(Chart):
    """A point a force. series: the forces by role, labelled with their names; a line to hold them against; limits."""

    across = True
    told_by_x = False

    def rows(self) -> tuple[list[str], list[list[Any]]]:
        """A row a force, with the limits at its place."""
        limits = [series for series in self.series if series.role == "limit"]
        found = [
            [name, series.name, at, value]
            for series in self.series
            if series.role in FORCES
            for name, at, value in zip(series.names, series.x, series.y, strict=True)
        ]
        found.sort(key=lambda row: (row[2], row[0]))
        at_place = [dict(zip(series.x, series.y, strict=True)) for series in limits]
        table = [[*row, *(limit.get(row[2]) for limit in at_place)] for row in found]
        return ["Force", "Group", self.x_title, self.y_title, *(series.name for series in limits)], table


def forces_frame(
    chart: Chart, width: float, keys: list[Key], x: tuple[float, float], numbers: list[float], *, root: bool = False
) -> Scene:
    """The scene with its scales and y axis. x: what the x axis has to hold. root: x on a square-root scale."""
    scene = begin(chart, width, 200.0 if chart.bare else 330.0 if width >= 500 else 280.0, keys=keys)
    scene.left = room_for(numbers, chart.figures)
    scene.right = width - MARGIN - 10
    scene.x = (x[0], x[1] * 1.04 or 1.0)
    scene.y = (numbers[0], numbers[-1])
    scene.root = root
    y_axis(scene, numbers, chart.figures)
    return scene


def forces_keys(forces: list[Series]) -> list[Key]:
    """The legend: whoever is picked out first."""
    order = [role for role in FORCES if any(series.role == role for series in forces)]
    found = {series.role: series for series in forces}
    return [Key(found[role].name, FORCES[role], "point") for role in order]


def forces_points(scene: Scene, forces: list[Series]) -> None:
    """The points of the forces, those picked out last, and so on top."""
    for series in forces:
        scene.points(series.x, series.y, FORCES[series.role])


def forces_named(scene: Scene, forces: list[Series], by: Callable[[float, float], float]) -> None:
    """Names beside points where there is room: the force picked out first, its group, then those farthest out."""
    spots = [
        (scene.px(at), scene.py(value), label, series.role, by(at, value))
        for series in forces
        for at, value, label in zip(series.x, series.y, series.names, strict=True)
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
            free = not any(_meet(box, other) for other in taken if other != own)
            if inside and free and not crossed(scene, box, 1.0):
                scene.write(left, base, text, size=SMALL, bold=bold, halo=True)
                taken.append(box)
                named += 1
                break


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def forces_end(scene: Scene, chart: Chart) -> Scene:
    """The x axis under the plot, and the small print."""
    most = max(2, int((scene.right - scene.left) // 90))
    about = most if not scene.root else most * 2
    numbers = [value for value in ticks(0.0, scene.x[1], about) if scene.x[0] <= value <= scene.x[1]]
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
