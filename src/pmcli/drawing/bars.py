"""The chart of a breakdown: a row a category, its count now as a bar, its count before as a tick on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pmcli.drawing.by_row import grid, name_row, row_frame, text_name
from pmcli.drawing.chart import Chart
from pmcli.drawing.figures import rows_by_x
from pmcli.drawing.layout import Key, begin, finish
from pmcli.drawing.palette import COMPARATOR, INK, MAIN, Style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import printable, ticks
from pmcli.views.language import words

_ROW: Final = 20.0
_LOW: Final = 16.0
"""Of a row of a chart drawn low."""


@dataclass(frozen=True)
class Bars(Chart):
    """Categories by count. series: the window ("main"), and the earlier one ("comparator"), by category."""

    kind = "bars"
    told_by_x = False
    thing = "Category"
    by_row = True
    columns = True

    def scene(self, width: float) -> Scene:
        """Bars from zero, the largest first; the earlier count is an upright tick."""
        now, before = self.series[0], self.series[1] if len(self.series) > 1 else None
        keys = [Key(now.name, MAIN, "bar", MAIN.colour)]
        keys += [Key(before.name, Style(INK, width=2.5))] if before is not None else []
        known = [value for series in self.series for value in series.y if value is not None]
        numbers = ticks(min([0.0, *known]), max([1.0, *known]), 5 if width >= 500 else 3)
        high = _LOW if self.bare else _ROW
        scene = begin(self, width, max(len(now.x), 1) * high, keys=keys)
        names = [str(name) for name in now.x]
        row_frame(scene, numbers, names, [words.figure(value, self.figures) for value in now.y])
        grid(scene, self, numbers)
        for row, name in enumerate(names):
            at = scene.top + (row + 0.5) * high
            value = now.y[row]
            name_row(scene, at, name, words.figure(value, self.figures))
            if value is not None:
                left, right = sorted((scene.px(0.0), scene.px(value)))
                scene.box(left, at - 6, right, at + 6, MAIN.colour)
            then = before.y[row] if before is not None else None
            if then is not None:
                x = scene.px(then)
                long = high / 2 - 1
                scene.rule(x, at - long, x, at + long, Style("#ffffff", width=4.5))
                scene.rule(x, at - long, x, at + long, Style(COMPARATOR.colour, width=2.5))
        return finish(scene, self, scene.bottom + 38)

    def rows(self) -> tuple[list[str], list[list[Any]]]:
        """A row a category: its count in each window."""
        return rows_by_x(self)

    def text_rows(self, width: int, height: int) -> list[str]:
        """A bar a category; those that there is no room for are counted."""
        now = self.series[0]
        shown = len(now.x) if len(now.x) <= height - 1 else max(height - 2, 1)
        names = [text_name(str(name), "") for name in now.x[:shown]]
        figures = [words.figure(value, self.figures) for value in now.y[:shown]]
        lead, wide = max(map(len, names), default=0), max(map(len, figures), default=0)
        room = max(width - lead - wide - 3, 5)
        longest = max([value for value in now.y if value is not None], default=1.0) or 1.0
        lines = [
            f"{name:<{lead}} {figure:>{wide}} {'█' * max(round((value or 0.0) / longest * room), 0)}".rstrip()
            for name, figure, value in zip(names, figures, now.y, strict=False)
        ]
        if shown < len(now.x):
            lines.append(f"… {len(now.x) - shown} more")
        return [line[:width] for line in [*lines, printable(f"█ {now.name}")]]
