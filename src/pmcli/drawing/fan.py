"""The fan: what is known, what is expected, and how wide it may be by then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pmcli.drawing.chart import Chart
from pmcli.drawing.figures import rows_by_x
from pmcli.drawing.layout import Key, y_axis
from pmcli.drawing.over_time import time_end, time_frame
from pmcli.drawing.palette import COMPARATOR, LIMIT, MAIN, Style
from pmcli.drawing.scene import Scene
from pmcli.views.language import words

_WIDE: Final = "#e3eaf2"
_NARROW: Final = "#c3d3e4"


@dataclass(frozen=True)
class Fan(Chart):
    """Totals to come. series: what is expected, from the total now on; then as limits, in this order, the lower and
    upper end of the wide interval and of the narrow one; and perhaps a level that they are held against.
    """

    kind = "fan"
    dotted = True
    limits = "80 and 95% intervals"

    def scene(self, width: float) -> Scene:
        """Two bands, the line of what is expected over them, its last figure at its end."""
        main = self.series[0]
        ends = [series for series in self.series if series.role == "limit"]
        level = next((series for series in self.series if series.role == "comparator"), None)
        keys = [Key(level.name, COMPARATOR)] if level is not None else []
        latest = main.y[-1] or 0.0
        shown = words.figure(round(latest) if self.figures == "count" else latest, self.figures)
        scene, numbers = time_frame(self, width, keys, end=[shown])
        y_axis(scene, numbers, self.figures)
        for low, high, fill in ((ends[0], ends[1], _WIDE), (ends[2], ends[3], _NARROW)):
            scene.band(low.x, low.y, high.y, fill)
        for series in ends:
            scene.line(series.x, series.y, LIMIT)
        if level is not None:
            scene.line(level.x, level.y, COMPARATOR)
        scene.line(main.x, main.y, MAIN)
        scene.points(main.x, main.y, Style(MAIN.colour, size=50))
        scene.write(scene.right + 6, scene.py(latest) + 4.5, shown, size=13, bold=True, colour=MAIN.colour)
        return time_end(scene, self, [])

    def rows(self) -> tuple[list[str], list[list[Any]]]:
        """A row a date: what is expected, and the ends of its intervals."""
        return rows_by_x(self, level=True)
