"""The chart of rolling totals: the whole history as a line, held against its baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pmcli.drawing.chart import Chart
from pmcli.drawing.clear import crossed
from pmcli.drawing.figures import rows_by_x
from pmcli.drawing.layout import LABEL, Key, y_axis
from pmcli.drawing.over_time import declared, time_end, time_frame
from pmcli.drawing.palette import BAND, COMPARATOR, MAIN, TARGET, Style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import width_of
from pmcli.views.language import words

_BESIDE: Final = {"average": COMPARATOR, "target": TARGET}


@dataclass(frozen=True)
class Rolling(Chart):
    """Totals over time. series: the line; and of the role "comparator" the baseline, level, by both its ends;
    an "average" that moves, and a "target".
    """

    kind = "rolling"

    def scene(self, width: float, *, keyed: bool = False) -> Scene:
        """A line, its baseline as a dashed line with its figure, the latest figure at the line's end.

        keyed: name the baseline in a legend; so it is when there is no room along its line.
        """
        main = self.series[0]
        baseline = next((series for series in self.series if series.role == "comparator"), None)
        latest = [(at, value) for at, value in zip(main.x, main.y, strict=True) if value is not None][-1:]
        keys = [Key(baseline.name, COMPARATOR)] if keyed and baseline is not None else []
        beside = [(one, _BESIDE[one.role]) for one in self.series if one.role in _BESIDE]
        keys += [Key(one.name, style) for one, style in beside]
        scene, numbers = time_frame(self, width, keys, end=[words.figure(value, self.figures) for _, value in latest])
        y_axis(scene, numbers, self.figures)
        small = declared(scene, self)
        if baseline is not None:
            scene.line([scene.x[0], scene.x[1]], [baseline.y[0], baseline.y[0]], COMPARATOR)
        scene.band(main.x, main.low, main.high, BAND)
        for one, style in beside:
            scene.line(one.x, one.y, style)
        scene.line(main.x, main.y, MAIN)
        for at, value in latest:
            scene.points([at], [value], Style(MAIN.colour, size=70))
            scene.write(
                scene.right + 6,
                scene.py(value) + 4.5,
                words.figure(value, self.figures),
                size=13,
                bold=True,
                colour=MAIN.colour,
            )
        if baseline is not None and baseline.y[0] is not None and not keyed:
            place = _beside(scene, baseline.name, baseline.y[0])
            if place is None:
                return self.scene(width, keyed=True)
            scene.write(*place, baseline.name, size=LABEL, colour=COMPARATOR.colour, halo=True)
        return time_end(scene, self, small)

    def rows(self) -> tuple[list[str], list[list[Any]]]:
        """A row a day, a column a series, the baseline in every row."""
        return rows_by_x(self, level=True)


def _beside(scene: Scene, name: str, value: float) -> tuple[float, float] | None:
    """Where along a level line its name can stand without a line running through it; None for nowhere."""
    wide = width_of(name, LABEL)
    span = scene.right - scene.left - wide - 8
    if span < 0:
        return None
    for y in (scene.py(value) - 6, scene.py(value) + 15):
        for part in (0, 8, 1, 7, 2, 6, 3, 5, 4):
            x = scene.left + 4 + span * part / 8
            inside = scene.top + 8 <= y <= scene.bottom - 2
            if inside and not crossed(scene, (x, y - 10, x + wide, y + 3)):
                return x, y
    return None
