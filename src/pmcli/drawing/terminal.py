"""A chart on a terminal: lines and points by plotext, bars by block characters, and the same words as the picture.

Markers differ in shape as well as in colour, and the legend says which is which, so nothing is lost without colour.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from datetime import date
from typing import Any, Final

from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.text import printable, tick_labels, ticks, time_ticks
from pmcli.errors import lacks
from pmcli.periods import month_name

_ANSI: Final = re.compile(r"\x1b\[[0-9;]*m")
_BOLD, _DIM, _END = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_LEAST: Final = 8
"""Rows that a plot is given at the least."""

_LINES: Final = (
    ("braille", "⠒", "blue"), ("+", "+", "yellow"), ("x", "x", "cyan"),
    ("o", "o", "magenta"), ("*", "*", "green"), ("#", "#", "gray"),
)  # fmt: skip
_ROLES: Final = {
    "comparator": ("-", "-", "default"),
    "average": (":", ":", "default"),
    "target": ("=", "=", "green"),
    "limit": ("·", "·", "default"),
    "other": ("o", "o", "gray"),
    "peer": ("◆", "◆", "violet"),
    "mine": ("█", "█", "blue"),
}
_OVER: Final = ("limit", "comparator", "average", "target", "other", "peer", "main", "signal", "mine")
"""What is drawn over what, the last on top."""
_SIGNALS: Final = {
    "improvement": ("◆", "◆", "blue"),
    "deterioration": ("▲", "▲", "orange"),
    "change": ("■", "■", "magenta"),
}


def terminal(chart: Chart, *, width: int, height: int, colour: bool) -> str:
    """The chart as lines of text no wider than `width`, about `height` of them (never fewer than it needs).

    colour: whether escape codes may be used. Raises PmError when plotext is not installed.
    """
    width = max(width, 40)
    head = [*_wrap(chart.title, width), *_wrap(chart.subtitle, width)]
    bold = len(_wrap(chart.title, width))
    keys = _wrap("   ".join(_legend(chart)), width)
    for number, mark in enumerate(chart.marks):
        keys += _wrap(f"{_letter(number)}: {mark.label}, {month_name(mark.day)}", width)
    room = height - 1 - len(head) - len(keys) - 2
    said = _wrap(chart.alt, width)
    spare = max(room - _LEAST - 2, 2)
    if len(said) > min(4, spare):
        said = said[: min(4, spare)]
        said[-1] = _clip(said[-1], width - 2) + " …"
    plot = max(room - len(said), _LEAST)
    body = chart.text_rows(width, plot) if chart.by_row else _plotted(chart, width, plot, colour)
    if colour:
        head = [f"{_BOLD}{line}{_END}" if number < bold else line for number, line in enumerate(head)]
        said = [f"{_DIM}{line}{_END}" for line in said]
    return "\n".join([*head, "", *body, *keys, *said]) + "\n"


def _legend(chart: Chart) -> list[str]:
    """'⠒ 12-month totals': each kind of mark once."""
    if chart.by_row:
        return []
    signs = [_sign(series, number)[1] for number, series in enumerate(chart.series)]
    named = (f"{sign} {printable(chart.called(series))}" for sign, series in zip(signs, chart.series, strict=True))
    return list(dict.fromkeys(named))


def _sign(series: Series, number: int) -> tuple[str, str, str]:
    """plotext's marker, how the legend shows it, and its colour."""
    if series.role == "signal":
        return _SIGNALS.get(series.name, _SIGNALS["change"])
    return _LINES[number % len(_LINES)] if series.role == "main" else _ROLES[series.role]


def _plotted(chart: Chart, width: int, height: int, colour: bool) -> list[str]:
    try:
        import plotext
    except ImportError:
        raise lacks("a chart on the terminal", "plotext") from None
    canvas = plotext.figure
    canvas.clear()
    canvas.theme("colorless")
    canvas.plot_size(width, height)
    canvas.axes(False, axis=[0, 1], side=1)
    low, high, numbers = _scale(chart, height)
    canvas.ruler("y").lim(numbers[0], numbers[-1])
    canvas.ruler("y").ticks(numbers, tick_labels(numbers, chart.figures))
    first, last = _span(chart)
    canvas.ruler("x").lim(first, last)
    places = _x_ticks(chart, first, last, width)
    canvas.ruler("x").ticks([at for at, _ in places], [label for _, label in places])
    order = sorted(enumerate(chart.series), key=lambda pair: _OVER.index(pair[1].role))
    for number, mark in enumerate(chart.marks):
        at = _x(mark.day)
        _draw(plotext, [at, at], [numbers[0], numbers[-1]], ("┊", "┊", "default"), line=True, colour=colour)
        canvas.draw(canvas.text(at, numbers[-1], _letter(number)))
    for number, series in order:
        if chart.hidden and series.role == "limit" and series.name.startswith(chart.hidden):
            continue
        line = not chart.across or series.role in {"comparator", "limit"}
        sign = _sign(series, number)
        for x, y in _runs(series, low, high):
            _draw(plotext, x, y, sign, line=line and series.role != "signal", colour=colour)
    drawn = canvas.build().string(colorless=not colour)
    canvas.clear()
    return [line if colour else _ANSI.sub("", line).rstrip() for line in drawn.rstrip("\n").split("\n")]


def _draw(
    plotext: Any, x: list[float], y: list[float], sign: tuple[str, str, str], *, line: bool, colour: bool
) -> None:
    pixel = plotext.pixel(sign[2]) if colour and sign[2] != "default" else plotext.pixel("default")
    signal = plotext.figure.signal(x, y, marker=plotext.marker(sign[0], pixel))
    plotext.figure.draw(signal.lines() if line and len(x) > 1 else signal)


def _runs(series: Series, low: float, high: float) -> list[tuple[list[float], list[float]]]:
    """The points of a series in runs without a gap, inside the plot."""
    runs: list[tuple[list[float], list[float]]] = [([], [])]
    for at, value in zip(series.x, series.y, strict=True):
        if value is None or (series.role == "limit" and not low <= value <= high):
            runs.append(([], []))
        else:
            runs[-1][0].append(_x(at))
            runs[-1][1].append(min(max(value, low), high))
    return [run for run in runs if run[0]]


def _scale(chart: Chart, height: int) -> tuple[float, float, list[float]]:
    """The ends of the y axis and its numbers: to the figures, and to limits only as far as they are near them."""
    shown = chart.reach()
    high = max(shown, default=1.0)
    low = min([0.0, *shown]) if chart.zero or chart.across else min(shown, default=0.0)
    numbers = ticks(low, high, max(min(height // 4, 5), 2))
    return numbers[0], numbers[-1], numbers


def _x(at: Any) -> float:
    return float(at.toordinal()) if isinstance(at, date) else float(at)


def _span(chart: Chart) -> tuple[float, float]:
    every = [_x(at) for series in chart.series for at in series.x]
    low, high = min(every, default=0.0), max(every, default=1.0)
    if chart.across:
        return 0.0, high * 1.02 or 1.0
    return (low, high) if high > low else (low - 31, high + 31)


def _x_ticks(chart: Chart, first: float, last: float, width: int) -> list[tuple[float, str]]:
    if chart.across:
        numbers = [value for value in ticks(0.0, last, 5) if value <= last]
        return list(zip(numbers, tick_labels(numbers, "count"), strict=True))
    days = date.fromordinal(int(first)), date.fromordinal(int(last))
    return [(_x(day), label) for day, label in time_ticks(*days, width * 5.5)]


def _letter(number: int) -> str:
    return chr(97 + number) if number < 26 else "*"


def cells(text: str) -> int:
    """How many places a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def _clip(text: str, width: int) -> str:
    while cells(text) > width:
        text = text[:-1]
    return text


def _wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` places."""
    lines = textwrap.wrap(printable(text), width, break_on_hyphens=False)
    if all(cells(line) <= width for line in lines):
        return lines
    return [part for line in lines for part in textwrap.wrap(line, width // 2)]
