"""Small multiples: many series over the same time, a panel each, every panel on its own scale from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pmcli.drawing.chart import Chart, Mark, Series
from pmcli.drawing.figures import rows_by_x
from pmcli.drawing.layout import LABEL, MARGIN, SMALL, begin, finish, y_axis
from pmcli.drawing.palette import AXIS, COMPARATOR, MAIN, QUIET, Style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import cut, tick_labels, ticks, time_ticks, width_of
from pmcli.periods import month_name
from pmcli.views.language import words

MOST: Final = 24
"""Panels of one picture."""

_PLOT: Final = 84.0
_HEAD: Final = 24.0
_FOOT: Final = 30.0
_MARK: Final = Style("#6a7178", (2, 2), width=1)
_BLOCKS: Final = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Multiples(Chart):
    """Totals over time. series: a panel each. levels: the baseline of each panel, None where it has none. touched: of
    the declared changes those that touch each panel.
    """

    levels: list[float | None] = field(default_factory=list)
    touched: list[list[Mark]] = field(default_factory=list)

    kind = "multiples"
    by_row = True

    def scene(self, width: float) -> Scene:
        """As many panels to a row as are legible, the time axis the same in all."""
        across = min(1 if width < 500 else 2 if width < 900 else 3, len(self.series))
        down = -(-len(self.series) // across)
        tall = _HEAD + _PLOT + _FOOT
        scene = begin(self, width, down * tall, keys=[])
        scales = [_numbers(series, level) for series, level in zip(self.series, self.levels, strict=True)]
        room = max(width_of(label) for scale in scales for label in tick_labels(scale, self.figures)) + 10
        wide = (width - 2 * MARGIN) / across
        every = [at for series in self.series for at in series.x]
        for number in range(len(self.series)):
            left = MARGIN + wide * (number % across) + room
            top = scene.top + tall * (number // across) + _HEAD
            panel = Scene(width, 0, left, left + wide - room - 14, top, top + _PLOT, x=(min(every), max(every)))
            panel.y = (scales[number][0], scales[number][-1])
            self._panel(panel, number, scales[number], left - room)
            scene.drawn += panel.drawn
            scene.texts += panel.texts
        small = [f"{_letter(place)}: {mark.label}, {month_name(mark.day)}." for place, mark in enumerate(self.marks)]
        return finish(scene, self, scene.bottom, small)

    def _panel(self, panel: Scene, number: int, scale: list[float], edge: float) -> None:
        series, level = self.series[number], self.levels[number]
        figure = words.figure(_latest(series), self.figures)
        name = cut(series.name, panel.right - edge - width_of(figure, LABEL, bold=True) - 12, LABEL, bold=True)
        panel.write(edge, panel.top - 10, name, size=LABEL, bold=True)
        panel.write(panel.right, panel.top - 10, figure, size=LABEL, bold=True, colour=MAIN.colour, anchor="end")
        y_axis(panel, scale, self.figures)
        for mark in self.touched[number]:
            at = panel.px(mark.day)
            panel.rule(at, panel.top, at, panel.bottom, _MARK)
            panel.write(at, panel.top + 9, _letter(self.marks.index(mark)), size=SMALL, anchor="middle", halo=True)
        if level is not None:
            panel.line(list(panel.x), [level, level], COMPARATOR)
        panel.line(series.x, series.y, MAIN)
        for day, label in time_ticks(panel.x[0], panel.x[1], panel.right - panel.left):
            at = panel.px(day)
            panel.rule(at, panel.bottom, at, panel.bottom + 4, Style(AXIS, width=1))
            half = width_of(label, SMALL) / 2
            x = min(max(at, edge + half), panel.right - half)
            panel.write(x, panel.bottom + 16, label, size=SMALL, colour=QUIET, anchor="middle")

    def rows(self) -> tuple[list[str], list[list[Any]]]:
        """A row a day, a column a panel."""
        return rows_by_x(self)

    def text_rows(self, width: int, height: int) -> list[str]:
        """A line a panel: its name, its course as blocks from zero, its latest figure."""
        del height
        names = [series.name for series in self.series]
        wide = min(max(map(len, names)), max(width // 3, 10))
        figures = [words.figure(_latest(series), self.figures) for series in self.series]
        right = max(map(len, figures))
        room = max(width - wide - right - 4, 8)
        return [
            f"{name[:wide]:<{wide}}  {_blocks(series.y, room):<{room}}  {figure:>{right}}"
            for name, series, figure in zip(names, self.series, figures, strict=True)
        ]


def _numbers(series: Series, level: float | None) -> list[float]:
    known = [value for value in [*series.y, level] if value is not None]
    low, high = min([0.0, *known]), max(known, default=1.0)
    return ticks(low, high if high > low else low + 1, 3)


def _latest(series: Series) -> float | None:
    return next((value for value in reversed(series.y) if value is not None), None)


def _blocks(values: Sequence[float | None], room: int) -> str:
    """The latest values that there is room for, as blocks: the highest of all is a whole one, a gap a space."""
    highest = max((value for value in values if value is not None), default=0.0)
    shown = list(values)[-room:]
    if highest <= 0:
        return "".join(" " if value is None else _BLOCKS[0] for value in shown)
    last = len(_BLOCKS) - 1
    return "".join(" " if value is None else _BLOCKS[round(max(value, 0.0) / highest * last)] for value in shown)


def _letter(number: int) -> str:
    return chr(97 + number) if number < 26 else str(number + 1)
