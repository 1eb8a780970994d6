"""The chart of several forces over time: a line each, named at its end with its latest figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.figures import rows_by_x
from pmcli.drawing.layout import LABEL, SMALL, y_axis
from pmcli.drawing.over_time import apart, declared, time_end, time_frame
from pmcli.drawing.palette import LINES, Style, line_style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import cut
from pmcli.views.language import words

MOST: Final = len(LINES)
"""Lines that can be told apart."""


@dataclass(frozen=True)
class Lines(Chart):
    """Totals over time. series: a line a force, at most MOST."""

    kind = "lines"

    def scene(self, width: float) -> Scene:
        """The lines, told apart by colour and dash, and named where they end."""
        lasts = [_last(series) for series in self.series]
        ends = [
            cut(f"{series.name} {words.figure(value, self.figures)}", width * 0.34, SMALL)
            for series, value in zip(self.series, lasts, strict=True)
        ]
        scene, numbers = time_frame(self, width, [], end=[f"mm{label}" for label in ends], size=LABEL)
        y_axis(scene, numbers, self.figures)
        small = declared(scene, self)
        for number, series in enumerate(self.series):
            scene.line(series.x, series.y, line_style(number))
        places = [scene.py(value if value is not None else numbers[0]) for value in lasts]
        for number, (label, at, y) in enumerate(zip(ends, apart(places, 15), places, strict=True)):
            style = line_style(number)
            scene.rule(scene.right, y, scene.right + 6, at, Style(style.colour, width=0.75))
            scene.rule(scene.right + 6, at, scene.right + 20, at, style)
            scene.write(scene.right + 23, at + 4, label, size=SMALL)
        return time_end(scene, self, small)

    def rows(self) -> tuple[list[str], list[list[Any]]]:
        """A row a day, a column a force."""
        return rows_by_x(self)

    def called(self, series: Series) -> str:
        """A line is called with its latest figure."""
        return f"{series.name}: {words.figure(_last(series), self.figures)}"


def _last(series: Series) -> float | None:
    return next((value for value in reversed(series.y) if value is not None), None)
