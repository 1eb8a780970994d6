"""Charts over time: their scales, the declared changes above the plot, and the time axis under it."""

from __future__ import annotations

from statistics import median
from typing import Final

from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.layout import LABEL, MARGIN, SMALL, Key, begin, finish, room_for
from pmcli.drawing.palette import AXIS, QUIET, Style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import ticks, time_ticks, width_of
from pmcli.periods import month_name, shift

STRIP: Final = 28
"""Pixels above the plot that the labels of declared changes take."""

_MARK: Final = Style("#6a7178", (2, 2), width=1)


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
    if chart.figures == "share":
        low, high = share_axis(low, high, chart.series)
    height = 150.0 if chart.bare else 250.0 if width >= 500 else 220.0
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


POINTS: Final = 0.1
"""The least that an axis of shares spans: less makes mountains of what a sample varies by."""


def share_axis(low: float, high: float, series: list[Series]) -> tuple[float, float]:
    """The ends of an axis of shares: 10 points apart at the least, and four times a usual interval, inside 0 and 1."""
    widths = [
        top - base for one in series for base, top in zip(one.low, one.high, strict=True)
        if base is not None and top is not None
    ]  # fmt: skip
    least = min(max(POINTS, 4 * median(widths) if widths else 0.0), 1.0)
    if high - low >= least:
        return low, high
    if low <= 0:
        return low, min(low + least, 1.0)
    middle = (low + high) / 2
    low = min(max(middle - least / 2, 0.0), 1.0 - least)
    return low, low + least


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
