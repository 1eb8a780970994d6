"""The control chart: every period, the limits of each phase, and the periods that stand out by shape and colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.figures import rows_by_x
from pmcli.drawing.layout import SMALL, Key, y_axis
from pmcli.drawing.over_time import apart, declared, time_end, time_frame
from pmcli.drawing.palette import COMPARATOR, GREY, LIMIT, Style, signal_style
from pmcli.drawing.scene import Scene
from pmcli.views.language.words import limit_figure

_DENSE: Final = 90
"""Periods above which their points are drawn smaller."""


@dataclass(frozen=True)
class Control(Chart):
    """An XmR chart. series: the figures; the mean ("comparator") and limits ("limit") of each phase; the "signal"s.

    A signal is called by what it means, and each of its points by the rule that picked it out.
    """

    kind = "control"
    dotted = True
    most_named = {"comparator": 1, "limit": 2}  # noqa: RUF012  the lines of every phase look alike

    def scene(self, width: float) -> Scene:
        """Points and line, the mean and limits of each phase, the points that stand out by shape and colour."""
        main = self.series[0]
        levels = [series for series in self.series if series.role in {"comparator", "limit"}]
        signals = [series for series in self.series if series.role == "signal"]
        known = [value for series in (main, *levels) for value in series.y if value is not None]
        last = levels[-3:]
        ends = [f"{series.name.partition(' ')[0]} {limit_figure(series.y[-1], self.figures)}" for series in last]
        keys = [
            Key(f"Stands out: {series.name}" if series.name != "marked only" else "Marked, no signal",
                signal_style(series.name), "point")
            for series in signals
        ]  # fmt: skip
        scene, numbers = time_frame(self, width, keys, end=ends, size=SMALL, known=self._drawable(known))
        y_axis(scene, numbers, self.figures)
        small = declared(scene, self)
        for series in levels:
            style = COMPARATOR if series.role == "comparator" else LIMIT
            shown = [min(max(value, numbers[0]), numbers[-1]) if value is not None else None for value in series.y]
            scene.line(series.x, shown, style)
        scene.line(main.x, main.y, Style(GREY, width=1.5))
        picked = {(at, value) for series in signals for at, value in zip(series.x, series.y, strict=True)}
        plain = [pair for pair in zip(main.x, main.y, strict=True) if pair not in picked]
        dense = len(main.x) > 90
        scene.points([at for at, _ in plain], [value for _, value in plain], Style(GREY, size=14 if dense else 24))
        for series in signals:
            scene.points(series.x, series.y, signal_style(series.name))
        places = [min(max(scene.py(series.y[-1] or 0.0), scene.top), scene.bottom) for series in last]
        for at, label in zip(apart(places, 14), ends, strict=True):
            scene.write(scene.right + 6, at + 4, label, size=SMALL)
        return time_end(scene, self, small)

    def _drawable(self, known: list[float]) -> list[float]:
        """What the y axis has to reach: no count lies below zero, and no share above one, but a limit may."""
        floor = min([0.0, *(value for value in self.series[0].y if value is not None)])
        top = 1.0 if self.figures == "share" else float("inf")
        return [min(max(value, floor), top) for value in known]

    def rows(self) -> tuple[list[str], list[list[Any]]]:
        """A row a period: its figure, the mean and limits of its phase, and the rule where it stands out."""
        return rows_by_x(self)

    def called(self, series: Series) -> str:
        """The mean of every phase is the mean."""
        return "mean" if series.role == "comparator" else super().called(series)

    def reach(self) -> list[float]:
        """The limits too, down to zero."""
        limits = [value for series in self.series if series.role == "limit" for value in series.y if value is not None]
        return [*super().reach(), *(max(value, 0.0) for value in limits)]
