"""Charts over time laid out: rolling totals and control charts, with the declared changes above the plot."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.layout import LABEL, MARGIN, SMALL, Key, begin, finish, room_for, y_axis
from pmcli.drawing.palette import AXIS, COMPARATOR, GREY, LIMIT, MAIN, QUIET, Style, signal_style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import ticks, time_ticks, width_of
from pmcli.periods import month_name, shift
from pmcli.views import words
from pmcli.views.charts.common import limit_figure

STRIP: Final = 28
"""Pixels above the plot that the labels of declared changes take."""

_MARK: Final = Style("#6a7178", (2, 2), width=1)


def rolling_scene(chart: Chart, width: float, *, keyed: bool = False) -> Scene:
    """A line, its baseline as a dashed line with its figure, the latest figure at the line's end.

    keyed: name the baseline in a legend; so it is when there is no room along its line.
    """
    main = chart.series[0]
    baseline = next((series for series in chart.series if series.role == "comparator"), None)
    latest = [(at, value) for at, value in zip(main.x, main.y, strict=True) if value is not None][-1:]
    keys = [Key(baseline.name, COMPARATOR)] if keyed and baseline is not None else []
    scene, numbers = time_frame(chart, width, keys, end=[words.figure(value, chart.figures) for _, value in latest])
    y_axis(scene, numbers, chart.figures)
    small = declared(scene, chart)
    if baseline is not None:
        scene.line([scene.x[0], scene.x[1]], [baseline.y[0], baseline.y[0]], COMPARATOR)
    scene.line(main.x, main.y, MAIN)
    for at, value in latest:
        scene.points([at], [value], Style(MAIN.colour, size=70))
        scene.write(
            scene.right + 6,
            scene.py(value) + 4.5,
            words.figure(value, chart.figures),
            size=13,
            bold=True,
            colour=MAIN.colour,
        )
    if baseline is not None and baseline.y[0] is not None and not keyed:
        place = _beside(scene, main, baseline.name, baseline.y[0])
        if place is None:
            return rolling_scene(chart, width, keyed=True)
        scene.write(*place, baseline.name, size=LABEL, colour=COMPARATOR.colour, halo=True)
    return time_end(scene, chart, small)


def control_scene(chart: Chart, width: float) -> Scene:
    """Points and line, the mean and limits of each phase, the points that stand out by shape and colour."""
    main = chart.series[0]
    levels = [series for series in chart.series if series.role in {"comparator", "limit"}]
    signals = [series for series in chart.series if series.role == "signal"]
    known = [value for series in (main, *levels) for value in series.y if value is not None]
    last = levels[-3:]
    ends = [f"{series.name.partition(' ')[0]} {limit_figure(series.y[-1], chart.figures)}" for series in last]
    keys = [Key(f"Stands out: {series.name}", signal_style(series.name), "point") for series in signals]
    scene, numbers = time_frame(chart, width, keys, end=ends, size=SMALL, known=_drawable(known, chart))
    y_axis(scene, numbers, chart.figures)
    small = declared(scene, chart)
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
    return time_end(scene, chart, small)


def _drawable(known: list[float], chart: Chart) -> list[float]:
    """The values that the y axis has to reach: no count lies below zero, and no share above one, but a limit may."""
    floor = min([0.0, *(value for value in chart.series[0].y if value is not None)])
    top = 1.0 if chart.figures == "share" else float("inf")
    return [min(max(value, floor), top) for value in known]


def apart(places: list[float], least: float) -> list[float]:
    """Places moved up and down as little as it takes to be `least` pixels from one another, in their order."""
    order = sorted(range(len(places)), key=lambda place: places[place])
    groups: list[list[int]] = []
    centre: list[float] = []
    for place in order:
        groups.append([place])
        centre.append(places[place])
        while len(groups) > 1 and _edge(centre[-1], groups[-1], least)[0] < _edge(centre[-2], groups[-2], least)[1]:
            joined = groups[-2] + groups[-1]
            groups[-2:], centre[-2:] = [joined], [sum(places[each] for each in joined) / len(joined)]
    moved = list(places)
    for group, middle in zip(groups, centre, strict=True):
        for number, place in enumerate(group):
            moved[place] = middle + (number - (len(group) - 1) / 2) * least
    return moved


def _edge(centre: float, group: list[int], least: float) -> tuple[float, float]:
    half = len(group) * least / 2
    return centre - half, centre + half


def time_frame(
    chart: Chart, width: float, keys: list[Key], *, end: list[str], size: float = 13, known: list[float] | None = None
) -> tuple[Scene, list[float]]:
    """The scene of a chart over time with its scales set, and the numbers of its y axis.

    end: labels that stand right of the plot, in `size`. known: the values that the y axis has to reach (else all).
    """
    if known is None:
        every = [values for series in chart.series for values in (series.y, series.low, series.high)]
        known = [value for values in every for value in values if value is not None]
    low = min([0.0, *known]) if chart.zero or not known else min(known)
    low, high = _apart(low, max(known, default=1.0), chart.figures)
    height = 250.0 if width >= 500 else 220.0
    numbers = ticks(low, high if high > low else low + 1, 5)
    if high - low <= 5 and chart.figures == "count":  # whole offences have no halves
        numbers = [float(value) for value in range(int(low // 1), max(int(-(-high // 1)), int(low) + 1) + 1)]
    if chart.figures == "share" and numbers[-1] > 1 >= high:
        numbers = [value for value in numbers if value <= 1]
        numbers = numbers if numbers[-1] == 1 else [*numbers, 1.0]
    scene = begin(chart, width, height, keys=keys, strip=STRIP if chart.marks else 0)
    scene.left = room_for(numbers, chart.figures)
    scene.right = width - MARGIN - max([width_of(label, size, bold=size > LABEL) + 8 for label in end], default=6)
    ends = [at for series in chart.series for at in series.x]
    first, last = min(ends), max(ends)
    scene.x = (first, last) if first < last else (shift(first, -1), shift(last, 1))
    scene.y = (numbers[0], numbers[-1])
    return scene, numbers


def _apart(low: float, high: float, figures: str) -> tuple[float, float]:
    """Two ends of an axis that are not the same, or the same but for rounding."""
    if high - low > 1e-6 * max(abs(high), abs(low)):
        return low, high
    room = abs(high) / 10 or 1.0
    return low - room, min(high + room, 1.0) if figures == "share" else high + room


def declared(scene: Scene, chart: Chart) -> list[str]:
    """Draw the declared changes as upright lines; their key, when the labels do not fit beside the lines."""
    if not chart.marks:
        return []
    labels = [f"{mark.label}, {month_name(mark.day)}" for mark in chart.marks]
    titled = MARGIN + width_of(chart.y_title) + 8
    spans = [_span(scene, scene.px(mark.day), label) for mark, label in zip(chart.marks, labels, strict=True)]
    edges = [titled, *(edge for span in spans for edge in span), scene.width - MARGIN]
    short = len(labels) > 2 or edges != sorted(edges)
    taken, row = -100.0, 0
    for number, (mark, label, (start, _)) in enumerate(zip(chart.marks, labels, spans, strict=True)):
        at = scene.px(mark.day)
        scene.rule(at, scene.top - 4, at, scene.bottom, _MARK)
        if not short:
            scene.write(start, scene.top - 9, label, size=SMALL)
            continue
        row = row + 1 if at - taken < 12 else 0
        y = scene.top - 8 - 12 * (row % 2) if at > titled else scene.top + 11
        scene.write(at, y, _letter(number), size=LABEL, bold=True, anchor="middle", halo=True)
        taken = at
    return [f"{_letter(number)}: {label}." for number, label in enumerate(labels)] if short else []


def _span(scene: Scene, at: float, label: str) -> tuple[float, float]:
    """Where a label beside its line would begin and end: right of the line, else left of it."""
    wide = width_of(label, SMALL)
    start = at - 3 if at - 3 + wide <= scene.width - MARGIN else at + 3 - wide
    return start, start + wide


def _letter(number: int) -> str:
    return chr(97 + number) if number < 26 else str(number + 1)


def _beside(scene: Scene, main: Series, name: str, value: float) -> tuple[float, float] | None:
    """Where along a level line its name can stand without the main line running through it; None for nowhere."""
    wide = width_of(name, LABEL)
    span = scene.right - scene.left - wide - 8
    if span < 0:
        return None
    line = [(scene.px(at), scene.py(y)) for at, y in zip(main.x, main.y, strict=True) if y is not None]
    for y in (scene.py(value) - 6, scene.py(value) + 15):
        for part in (0, 8, 1, 7, 2, 6, 3, 5, 4):
            x = scene.left + 4 + span * part / 8
            inside = scene.top + 8 <= y <= scene.bottom - 2
            if inside and not _crossed(line, x, y - 11, x + wide, y + 3):
                return x, y
    return None


def _crossed(line: list[tuple[float, float]], x1: float, y1: float, x2: float, y2: float) -> bool:
    """Whether a line of points in pixels runs through a rectangle, or close by."""
    return any(
        bx >= x1 - 3 and ax <= x2 + 3 and max(ay, by) >= y1 - 2 and min(ay, by) <= y2 + 2
        for (ax, ay), (bx, by) in pairwise(line)
    )


def time_end(scene: Scene, chart: Chart, small: list[str]) -> Scene:
    """The time axis under the plot, and the small print."""
    for day, label in time_ticks(scene.x[0], scene.x[1], scene.right - scene.left):
        at = scene.px(day)
        scene.rule(at, scene.bottom, at, scene.bottom + 5, Style(AXIS, width=1))
        half = width_of(label) / 2
        x = min(max(at, MARGIN + half), scene.width - MARGIN - half)
        scene.write(x, scene.bottom + 19, label, size=LABEL, colour=QUIET, anchor="middle")
    y = scene.bottom + 22
    if chart.x_title:
        y += 15
        scene.write((scene.left + scene.right) / 2, y, chart.x_title, size=LABEL, colour=QUIET, anchor="middle")
    return finish(scene, chart, y, small)
