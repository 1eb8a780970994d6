"""The chart of rates: every force as a bar, highest first, one force and its Most Similar Group picked out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from pmcli.drawing.by_row import SUFFIX, grid, name_row, row_frame, text_name
from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.layout import Key, begin, finish
from pmcli.drawing.palette import BARS, COMPARATOR, Style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import ticks
from pmcli.views.language import words

_ROW: Final = 16.0
_BAND: Final = "#dbe8f3"
"""Average plus and minus one SD, behind the bars."""


@dataclass(frozen=True)
class Rates(Chart):
    """Ranked bars. series: the forces by role, labelled with their names; the average and one SD about it, level."""

    kind = "rates"
    told_by_x = False
    thing = "Force"
    by_row = True
    columns = True

    def scene(self, width: float) -> Scene:
        """Bars from zero, highest first, each with its rate; the average dashed, one SD about it as a band."""
        bars = self._bars()
        level = next((series for series in self.series if series.role == "comparator"), None)
        average = level.y[0] if level is not None else None
        spread = [series.y[0] for series in self.series if series.role == "limit" and series.y[0] is not None]
        keys = [
            Key(series.name, Style(BARS[series.role][1]), "bar", BARS[series.role][0])
            for series in self.series
            if series.role in BARS
        ]
        if average is not None:
            keys.append(Key(f"{level.name if level else 'Average'} {words.rate(average)}", COMPARATOR))
        if len(spread) == 2:
            ends = f"{words.rate(min(spread))} to {words.rate(max(spread))}"
            keys.append(Key(f"1 SD either side: {ends}", Style(_BAND), "band", _BAND))
        # Where every other force is a peer, the key says so once and the names have the room.
        marked = SUFFIX if any(series.role not in ("mine", "peer") for *_, series in bars) else ""
        names = [f"{name}{marked}" if series.role == "peer" else name for _, name, series in bars]
        values = [0.0, *(value for value, *_ in bars)]
        numbers = ticks(min(values), max(values), 5 if width >= 500 else 3)
        scene = begin(self, width, max(len(bars), 1) * _ROW, keys=keys)
        row_frame(scene, numbers, names, [words.rate(value) for value, *_ in bars])
        for low, high in [sorted(spread)] if len(spread) == 2 else []:
            scene.box(scene.px(max(low, numbers[0])), scene.top, scene.px(min(high, numbers[-1])), scene.bottom, _BAND)
        grid(scene, self, numbers)
        for row, (value, _, series) in enumerate(bars):
            at = scene.top + (row + 0.5) * _ROW
            left, right = sorted((scene.px(0.0), scene.px(value)))
            scene.box(left, at - 5.5, right, at + 5.5, *BARS[series.role])
            name_row(scene, at, names[row], words.rate(value), bold=series.role == "mine")
        if average is not None:
            x = scene.px(average)
            scene.rule(x, scene.top - 4, x, scene.bottom, COMPARATOR)
        return finish(scene, self, scene.bottom + (38 if self.x_title else 22))

    def _bars(self) -> list[tuple[float, str, Series]]:
        """The rate and name of each force with the series that it is of, highest first."""
        bars = [
            (value, name, series)
            for series in self.series
            if series.role in BARS
            for name, value in zip(series.x, series.y, strict=True)
            if value is not None
        ]
        return sorted(bars, key=lambda bar: (-bar[0], bar[1]))

    def rows(self) -> tuple[list[str], list[list[Any]]]:
        """A row a force, highest first, with its group; then the levels."""
        bars = [[name, series.name, value] for value, name, series in self._bars()]
        levels = [[series.name, "", series.y[0]] for series in self.series if series.role in {"comparator", "limit"}]
        return ["Force", "Group", self.x_title], [*bars, *levels]

    def text_rows(self, width: int, height: int) -> list[str]:
        """Bars, highest first; when not all fit, the force, its group and both ends, with a line for those left out."""
        bars = [(value, name, series.role) for value, name, series in self._bars()]
        kept = _kept([role for *_, role in bars], height - 1)
        names = {place: text_name(bars[place][1], bars[place][2]) for place in kept}
        lead = max((len(name) for name in names.values()), default=0)
        figures = {place: words.figure(bars[place][0], self.figures) for place in kept}
        wide = max((len(text) for text in figures.values()), default=0)
        places = [f"{place + 1:>2}" for place in range(len(bars))]
        room = max(width - lead - wide - 5, 5)
        longest = max((value for value, *_ in bars), default=1.0) or 1.0
        level = next((series.y[0] for series in self.series if series.role == "comparator"), None)
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
            legend = (
                f"   | average {words.figure(level, self.figures)}; █ the force, ▓ its Most Similar Group, ░ others"
            )
            lines.append(
                legend if len(legend) <= width else f"{legend.partition(';')[0]}; █ force ▓ MSG ░ others"[:width]
            )
        return [line[:width] for line in lines]


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
