"""The chart of survey waves: one line in the band of its interval, or a few lines named at their ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from pmcli.drawing.by_row import axis_title
from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.figures import rows_by_x
from pmcli.drawing.layout import LABEL, MARGIN, SMALL, finish, y_axis
from pmcli.drawing.over_time import apart, declared, time_frame
from pmcli.drawing.palette import AXIS, BAND, MAIN, QUIET, Style, line_style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import cut, width_of
from pmcli.periods import short_month
from pmcli.views.language import words

MOST_WITH_INTERVALS: Final = 3
"""Lines up to which each has its intervals drawn; with more they would hide one another."""


@dataclass(frozen=True)
class Waves(Chart):
    """Waves of a survey. series: a line a group, each with the ends of its intervals and the waves that are small."""

    kind = "waves"
    dotted = True

    def scene(self, width: float) -> Scene:
        """The groups as lines."""
        alone = len(self.series) == 1
        lasts = [_last(series) for series in self.series]
        ends = [
            words.figure(value, self.figures)
            if alone
            else cut(f"{series.name} {words.figure(value, self.figures)}", width * 0.34, SMALL)
            for series, (_, value) in zip(self.series, lasts, strict=True)
        ]
        scene, numbers = time_frame(
            self, width, [], end=[label if alone else f"mm{label}" for label in ends], size=13 if alone else LABEL
        )
        if len(self.series[0].x) > 1:
            pad = (scene.x[1] - scene.x[0]) * 0.03
            scene.x = (scene.x[0] - pad, scene.x[1] + pad)
        y_axis(scene, numbers, self.figures)
        small = declared(scene, self)
        if alone:
            _alone(scene, self.series[0])
        else:
            _several(scene, self.series)
        places = [scene.py(value if value is not None else numbers[0]) for _, value in lasts]
        for number, (label, at, y) in enumerate(zip(ends, apart(places, 15), places, strict=True)):
            if alone:
                scene.write(scene.right + 7, at + 4, label, size=13, bold=True, colour=MAIN.colour)
                continue
            style = line_style(number)
            scene.rule(scene.right - 2, y, scene.right + 8, at, Style(style.colour, width=0.75))
            scene.symbol(scene.right + 13, at, Style(style.colour, shape=style.shape, size=58))
            scene.write(scene.right + 22, at + 4, label, size=SMALL)
        _axis(scene, self)
        return finish(scene, self, scene.bottom + (38 if self.x_title else 22), small)

    def rows(self) -> tuple[list[str], list[list[Any]]]:
        """A row a wave: each group's figure and the ends of its interval."""
        return rows_by_x(self)

    def called(self, series: Series) -> str:
        """Several lines are called with their latest figure."""
        if series.role != "main" or len(self.series) == 1:
            return super().called(series)
        return f"{series.name}: {words.figure(_last(series)[1], self.figures)}"


def _last(series: Series) -> tuple[date | None, float | None]:
    return next(((at, y) for at, y in zip(series.x[::-1], series.y[::-1], strict=True) if y is not None), (None, None))


def _alone(scene: Scene, series: Series) -> None:
    if sum(low is not None for low in series.low) > 1:
        scene.band(series.x, series.low, series.high, BAND)
    else:
        scene.whiskers(series.x, series.low, series.high, MAIN.colour)
    scene.line(series.x, series.y, MAIN)
    _dots(scene, series, Style(MAIN.colour, size=60), 0)


def _several(scene: Scene, lines: list[Series]) -> None:
    whiskers = len(lines) <= MOST_WITH_INTERVALS
    days = max((scene.x[1] - scene.x[0]).days // 160, 1)
    for number, series in enumerate(lines):
        style = line_style(number)
        aside = round((number - (len(lines) - 1) / 2) * 2 * days) if whiskers else 0
        moved = [at + timedelta(days=aside) for at in series.x]
        if whiskers:
            scene.whiskers(moved, series.low, series.high, style.colour)
        scene.line(moved, series.y, style)
        _dots(scene, series, Style(style.colour, shape=style.shape, size=58), aside)


def _dots(scene: Scene, series: Series, style: Style, aside: int) -> None:
    small = series.small or [False] * len(series.x)
    for hollow in (False, True):
        mine = [place for place, flag in enumerate(small) if flag is hollow]
        scene.points(
            [series.x[place] + timedelta(days=aside) for place in mine],
            [series.y[place] for place in mine],
            Style(style.colour, shape=style.shape, size=style.size, fill=not hollow, width=1.75),
        )


def _axis(scene: Scene, chart: Chart) -> None:
    """A label for every wave, or for every so many, the latest always among them."""
    ends = sorted({at for series in chart.series for at in series.x})
    room = scene.right - scene.left
    every = next(n for n in range(1, len(ends) + 1) if -(-len(ends) // n) * 50 <= room + 40 or n == len(ends))
    for place, end in enumerate(ends):
        at = scene.px(end)
        scene.rule(at, scene.bottom, at, scene.bottom + 5, Style(AXIS, width=1))
        if (len(ends) - 1 - place) % every == 0:
            half = width_of(short_month(end)) / 2
            x = min(max(at, MARGIN + half), scene.width - MARGIN - half)
            scene.write(x, scene.bottom + 19, short_month(end), size=LABEL, colour=QUIET, anchor="middle")
    if chart.x_title:
        axis_title(scene, chart.x_title, scene.bottom + 37)
