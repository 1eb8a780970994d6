"""Charts with a name on every row, on a terminal: bars of block characters, and dots on a line."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.text import printable
from pmcli.views import words

_NAME: Final = 30
"""Places that a name may take."""


def bars_of(chart: Chart, width: int, height: int) -> list[str]:
    """The rows of a chart of rates, or of many groups, in at most about `height` lines; [] for any other chart."""
    if chart.kind == "rates":
        return [line[:width] for line in _rates(chart, width, height)]
    if chart.series and chart.series[0].x and isinstance(chart.series[0].x[0], str):
        return _dots(chart, width, height)
    return []


def _rates(chart: Chart, width: int, height: int) -> list[str]:
    """Bars, highest first; when not all fit, the force, its group and both ends, with a line for those left out."""
    bars = [
        (value, name, series.role)
        for series in chart.series
        if series.role in {"mine", "peer", "other"}
        for name, value in zip(series.labels, series.y, strict=True)
        if value is not None
    ]
    bars.sort(key=lambda bar: (-bar[0], bar[1]))
    kept = _kept([role for *_, role in bars], height - 1)
    names = {place: _name(bars[place][1], bars[place][2]) for place in kept}
    lead = max((len(name) for name in names.values()), default=0)
    figures = {place: words.figure(bars[place][0], chart.figures) for place in kept}
    wide = max((len(text) for text in figures.values()), default=0)
    places = [f"{place + 1:>2}" for place in range(len(bars))]
    room = max(width - lead - wide - 5, 5)
    longest = max((value for value, *_ in bars), default=1.0) or 1.0
    level = next((series.y[0] for series in chart.series if series.role == "comparator"), None)
    mark = round(level / longest * room) if level is not None and level > 0 else None
    lines = []
    before = -1
    for place in kept:
        if place != before + 1:
            lines.append(f"   … {place - before - 1} more forces")
        value, _, role = bars[place]
        bar = _bar(value / longest * room, room, "█" if role == "mine" else "▓" if role == "peer" else "░", mark)
        lines.append(f"{places[place]} {names[place]:<{lead}} {figures[place]:>{wide}} {bar}".rstrip())
        before = place
    if before != len(bars) - 1:
        lines.append(f"   … {len(bars) - 1 - before} more forces")
    if level is not None:
        legend = f"   | average {words.figure(level, chart.figures)}; █ the force, ▓ its Most Similar Group, ░ others"
        lines.append(legend if len(legend) <= width else f"{legend.partition(';')[0]}; █ force ▓ MSG ░ others"[:width])
    return lines


def _name(name: str, role: str) -> str:
    text = printable(name)
    suffix = " (MSG)" if role == "peer" else ""
    mark = "> " if role == "mine" else ""
    room = _NAME - len(suffix) - len(mark)
    return mark + (text if len(text) <= room else f"{text[: room - 1]}…") + suffix


def _bar(length: float, room: int, fill: str, mark: int | None) -> str:
    drawn = fill * max(round(length), 0)
    if mark is None or mark >= room:
        return drawn
    padded = drawn.ljust(mark + 1)
    return f"{padded[:mark]}|{padded[mark + 1 :]}"


def _kept(roles: list[str], most: int) -> list[int]:
    """The places of the bars that are shown: all when they fit, else those picked out and as many of both ends."""
    every = range(len(roles))
    if len(roles) <= most:
        return list(every)
    mine = [place for place in every if roles[place] == "mine"]
    middle = mine[0] if mine else 0
    peers = sorted((place for place in every if roles[place] == "peer"), key=lambda place: abs(place - middle))
    ends = [each for pair in zip(every, reversed(every), strict=True) for each in pair]
    shown: list[int] = []
    for place in [*mine, 0, len(roles) - 1, *peers, *ends]:
        with_it = _without_holes({*shown, place}, len(roles))
        if len(with_it) + _gaps(with_it, len(roles)) <= most:
            shown = with_it
    return shown


def _without_holes(shown: set[int], size: int) -> list[int]:
    """The places, and those that stand alone between two of them: a line that says "1 more" saves nothing."""
    inside = {-1, size, *shown}
    return [place for place in range(size) if place in shown or {place - 1, place + 1} <= inside]


def _gaps(shown: list[int], size: int) -> int:
    return sum(1 for before, after in pairwise([-1, *shown, size]) if after - before > 1)


def _dots(chart: Chart, width: int, height: int) -> list[str]:
    """A line a group: ● the latest figure, ○ the one before."""
    latest, before = chart.series[0], chart.series[1] if len(chart.series) > 1 else None
    known = [value for series in chart.series for value in series.y if value is not None]
    low, high = (0.0 if chart.zero else min(known, default=0.0)), max(known, default=1.0)
    names = [_name(str(name), "") for name in latest.x]
    lead = max(map(len, names), default=0)
    figures = [words.figure(value, chart.figures) for value in latest.y]
    wide = max(map(len, figures), default=0)
    room = width - lead - wide - 3
    lines = []
    shown = names if len(names) <= height - 1 else names[: height - 2]
    for row, name in enumerate(shown):
        line = [" "] * room
        for series, sign in ((before, "○"), (latest, "●")):
            value = _value(series, row)
            if value is not None:
                line[_place(value, low, high, room)] = sign
        lines.append(f"{name:<{lead}} {figures[row]:>{wide}} {''.join(line)}".rstrip())
    if len(shown) < len(names):
        lines.append(f"… {len(names) - len(shown)} more groups")
    legend = f"● {latest.name}" + (f"   ○ {before.name}" if before else "")
    return [
        *lines,
        f"{printable(legend)}   from {words.figure(low, chart.figures)} to {words.figure(high, chart.figures)}"[:width],
    ]


def _value(series: Series | None, row: int) -> float | None:
    return None if series is None else series.y[row]


def _place(value: float, low: float, high: float, room: int) -> int:
    return round((value - low) / (high - low) * (room - 1)) if high > low else 0
