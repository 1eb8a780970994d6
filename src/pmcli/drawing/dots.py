"""The chart of many groups: a row a group, with the latest figure, its interval, and the figure before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pmcli.drawing.by_row import grid, name_row, row_frame, text_name
from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.figures import rows_by_x
from pmcli.drawing.layout import Key, begin, finish
from pmcli.drawing.over_time import share_axis
from pmcli.drawing.palette import BLUE, GREY, GRID, Style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import printable, ticks
from pmcli.views.language import words


@dataclass(frozen=True)
class Dots(Chart):
    """The groups of a survey by name. series: the latest wave ("main"), and the one before it ("other")."""

    kind = "waves"
    thing = "Group"
    by_row = True

    def scene(self, width: float) -> Scene:
        """A row a group: the latest share as a full dot with its interval, the wave before as a hollow one."""
        latest, before = self.series[0], self.series[1] if len(self.series) > 1 else None
        styles = {"main": Style(BLUE, size=90), "other": Style(GREY, size=70, fill=False, width=1.5)}
        keys = [Key(series.name, styles[series.role], "point") for series in self.series]
        every = [value for series in self.series for values in (series.y, series.low, series.high) for value in values]
        known = [value for value in every if value is not None] or [0.0]
        low, high = 0.0 if self.zero else min(known), max(known)
        low, high = share_axis(low, high, self.series) if self.figures == "share" else (low, high)
        numbers = ticks(low, high, 5 if width >= 500 else 3)
        numbers = [value for value in numbers if self.figures != "share" or value <= 1]
        height = 16.0 if self.bare else 22.0
        scene = begin(self, width, len(latest.x) * height, keys=keys)
        names = [str(name) for name in latest.x]
        row_frame(scene, numbers, names, [words.figure(value, self.figures) for value in latest.y])
        grid(scene, self, numbers)
        for row, name in enumerate(names):
            at = scene.top + (row + 0.5) * height
            scene.rule(scene.left, at, scene.right, at, Style(GRID, width=1))
            name_row(scene, at, name, words.figure(latest.y[row], self.figures))
            if before is not None and before.y[row] is not None:
                scene.symbol(scene.px(before.y[row]), at, styles["other"])
            _dot(scene, latest, row, at, styles["main"])
        return finish(scene, self, scene.bottom + 38)

    def rows(self) -> tuple[list[str], list[list[Any]]]:
        """A row a group: its figure and the ends of its interval, wave by wave."""
        return rows_by_x(self)

    def text_rows(self, width: int, height: int) -> list[str]:
        """A line a group: ● the latest figure, ○ the one before."""
        latest, before = self.series[0], self.series[1] if len(self.series) > 1 else None
        known = [value for series in self.series for value in series.y if value is not None]
        low, high = (0.0 if self.zero else min(known, default=0.0)), max(known, default=1.0)
        names = [text_name(str(name), "") for name in latest.x]
        lead = max(map(len, names), default=0)
        figures = [words.figure(value, self.figures) for value in latest.y]
        wide = max(map(len, figures), default=0)
        room = width - lead - wide - 3
        lines = []
        shown = names if len(names) <= height - 1 else names[: height - 2]
        for row, name in enumerate(shown):
            line = [" "] * room
            for series, sign in ((before, "○"), (latest, "●")):
                value = _value(series, row)
                if value is not None:
                    line[_place(value, low, high, room)] = sign
            lines.append(f"{name:<{lead}} {figures[row]:>{wide}} {''.join(line)}".rstrip())
        if len(shown) < len(names):
            lines.append(f"… {len(names) - len(shown)} more groups")
        legend = f"● {latest.name}" + (f"   ○ {before.name}" if before else "")
        return [
            *lines,
            f"{printable(legend)}   from {words.figure(low, self.figures)} to {words.figure(high, self.figures)}"[
                :width
            ],
        ]


def _dot(scene: Scene, series: Series, row: int, at: float, style: Style) -> None:
    value = series.y[row]
    if value is None:
        return
    low, high = (ends[row] if ends else None for ends in (series.low, series.high))
    if low is not None and high is not None:
        scene.rule(scene.px(low), at, scene.px(high), at, Style(style.colour, width=2))
    hollow = bool(series.small and series.small[row])
    scene.symbol(scene.px(value), at, Style(style.colour, size=style.size, fill=not hollow, width=2))


def _value(series: Series | None, row: int) -> float | None:
    return None if series is None else series.y[row]


def _place(value: float, low: float, high: float, room: int) -> int:
    return round((value - low) / (high - low) * (room - 1)) if high > low else 0
