"""Charts with a name on every row laid out: the forces' rates as bars, and the groups of a survey as dots."""

from __future__ import annotations

from typing import Final

from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.layout import LABEL, MARGIN, SMALL, Key, begin, finish
from pmcli.drawing.palette import AXIS, BARS, BLUE, COMPARATOR, GREY, GRID, QUIET, Style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import cut, tick_labels, ticks, width_of
from pmcli.views import words

_ROW: Final = 16.0
_SUFFIX: Final = " (MSG)"
_BAND: Final = "#dbe8f3"
"""Average plus and minus one SD, behind the bars."""


def rates_scene(chart: Chart, width: float) -> Scene:
    """Bars from zero, highest first, each with its rate; the average as a dashed line, one SD around it as a band."""
    bars = sorted(
        (
            (value, name, series.role)
            for series in chart.series
            if series.role in BARS
            for name, value in zip(series.x, series.y, strict=True)
            if value is not None
        ),
        key=lambda bar: (-bar[0], bar[1]),
    )
    average = next((series.y[0] for series in chart.series if series.role == "comparator"), None)
    spread = [series.y[0] for series in chart.series if series.role == "limit" and series.y[0] is not None]
    keys = [
        Key(series.name, Style(BARS[series.role][1]), "bar", BARS[series.role][0])
        for series in chart.series
        if series.role in BARS
    ]
    if average is not None:
        keys.append(Key(f"Average {words.rate(average)}", COMPARATOR))
    if len(spread) == 2:
        keys.append(
            Key(
                f"1 SD either side: {words.rate(min(spread))} to {words.rate(max(spread))}", Style(_BAND), "band", _BAND
            )
        )
    names = [f"{name}{_SUFFIX}" if role == "peer" else name for _, name, role in bars]
    numbers = ticks(
        min([0.0, *(bar[0] for bar in bars)]), max([0.0, *(bar[0] for bar in bars)]), 5 if width >= 500 else 3
    )
    scene = begin(chart, width, max(len(bars), 1) * _ROW, keys=keys)
    row_frame(scene, numbers, names, [words.rate(value) for value, *_ in bars])
    for low, high in [sorted(spread)] if len(spread) == 2 else []:
        scene.box(scene.px(max(low, numbers[0])), scene.top, scene.px(min(high, numbers[-1])), scene.bottom, _BAND)
    grid(scene, chart, numbers)
    for row, (value, _, role) in enumerate(bars):
        at = scene.top + (row + 0.5) * _ROW
        fill, outline = BARS[role]
        ends = sorted((scene.px(0.0), scene.px(value)))
        scene.box(ends[0], at - 5.5, ends[1], at + 5.5, fill, outline)
        _name(scene, at, names[row], words.rate(value), bold=role == "mine")
    if average is not None:
        x = scene.px(average)
        scene.rule(x, scene.top - 4, x, scene.bottom, COMPARATOR)
    return finish(scene, chart, scene.bottom + (38 if chart.x_title else 22))


def dots_scene(chart: Chart, width: float) -> Scene:
    """A row a group: the latest share as a full dot with its interval, the wave before as a hollow one."""
    latest, before = chart.series[0], chart.series[1] if len(chart.series) > 1 else None
    styles = {"main": Style(BLUE, size=90), "other": Style(GREY, size=70, fill=False, width=1.5)}
    keys = [Key(series.name, styles[series.role], "point") for series in chart.series]
    every = [value for series in chart.series for values in (series.y, series.low, series.high) for value in values]
    known = [value for value in every if value is not None] or [0.0]
    numbers = ticks(0.0 if chart.zero else min(known), max(known), 5 if width >= 500 else 3)
    numbers = [value for value in numbers if chart.figures != "share" or value <= 1]
    height = 22.0
    scene = begin(chart, width, len(latest.x) * height, keys=keys)
    names = [str(name) for name in latest.x]
    row_frame(scene, numbers, names, [words.figure(value, chart.figures) for value in latest.y])
    grid(scene, chart, numbers)
    for row, name in enumerate(names):
        at = scene.top + (row + 0.5) * height
        scene.rule(scene.left, at, scene.right, at, Style(GRID, width=1))
        _name(scene, at, name, words.figure(latest.y[row], chart.figures))
        if before is not None and before.y[row] is not None:
            scene.symbol(scene.px(before.y[row]), at, styles["other"])
        _dot(scene, latest, row, at, styles["main"])
    return finish(scene, chart, scene.bottom + 38)


def _dot(scene: Scene, series: Series, row: int, at: float, style: Style) -> None:
    value = series.y[row]
    if value is None:
        return
    low, high = (ends[row] if ends else None for ends in (series.low, series.high))
    if low is not None and high is not None:
        scene.rule(scene.px(low), at, scene.px(high), at, Style(style.colour, width=2))
    hollow = bool(series.small and series.small[row])
    scene.symbol(scene.px(value), at, Style(style.colour, size=style.size, fill=not hollow, width=2))


def row_frame(scene: Scene, numbers: list[float], names: list[str], figures: list[str]) -> None:
    """Set the plot's sides, with names and figures left of it, and its scale from the numbers of the axis."""
    longest = max([width_of(name, SMALL, bold=True) for name in names], default=0.0)
    widest = max([width_of(text, SMALL, bold=True) for text in figures], default=0.0) + 18
    scene.left = MARGIN + min(longest, scene.width * 0.5 - widest) + widest
    scene.right = scene.width - MARGIN - 14
    scene.x = (numbers[0], numbers[-1])
    scene.y = (0.0, 1.0)
    scene.figures = widest


def _name(scene: Scene, at: float, name: str, figure: str, *, bold: bool = False) -> None:
    """A row's name at the left edge and its figure beside the plot."""
    room = scene.left - scene.figures - MARGIN + 2
    if name.endswith(_SUFFIX):
        shown = cut(name.removesuffix(_SUFFIX), room - width_of(_SUFFIX, SMALL), SMALL) + _SUFFIX
    else:
        shown = cut(name, room, SMALL, bold=bold)
    scene.write(MARGIN, at + 4, shown, size=SMALL, bold=bold)
    scene.write(scene.left - 8, at + 4, figure, size=SMALL, bold=bold, anchor="end")


def grid(scene: Scene, chart: Chart, numbers: list[float]) -> None:
    """Upright grid lines with their numbers under the plot, and the title of the axis."""
    for value, label in zip(numbers, tick_labels(numbers, chart.figures), strict=True):
        at = scene.px(value)
        base = value == (0.0 if 0.0 in numbers else numbers[0])
        scene.rule(at, scene.top, at, scene.bottom, Style(AXIS if base else GRID, width=1))
        scene.write(at, scene.bottom + 16, label, size=LABEL, colour=QUIET, anchor="middle")
    axis_title(scene, chart.x_title, scene.bottom + 33)


def axis_title(scene: Scene, title: str, y: float) -> None:
    """The title of the x axis, in the middle under the plot."""
    shown = cut(title, scene.width - 2 * MARGIN, LABEL)
    half = width_of(shown, LABEL) / 2
    middle = min(max((scene.left + scene.right) / 2, MARGIN + half), scene.width - MARGIN - half)
    scene.write(middle, y, shown, size=LABEL, colour=QUIET, anchor="middle")
