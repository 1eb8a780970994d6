"""The phases of control charts: where their limits come from, where they start anew, and where there are none.

Limits start anew where the change register declares a change in recording, and nowhere else: a chart that re-bases
itself wherever it likes can never signal. Where a level seems to have moved for good, new limits are proposed, not
drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pmcli.catalogue import Catalogue
from pmcli.errors import UsageError
from pmcli.periods import month_name
from pmcli.stats.control import control_charts
from pmcli.stats.counts import two_count_test
from pmcli.stats.season import seasonal_factors
from pmcli.stats.two_counts import LEVEL
from pmcli.stats.xmr import xmr
from pmcli.steps.series import Grid

Floats = NDArray[np.float64]

FEWEST: Final = 12
"""Points below which a chart has no limits (Making Data Count asks for at least 12)."""

RUN: Final = 8
"""Periods on one side of the centre after which new limits may be proposed."""

FEW_EVENTS: Final = 1.0
"""Events a period below which there is nothing to chart."""

RULES_SIGNAL: Final = ("limits", "all")


@dataclass(frozen=True, slots=True)
class Chart:
    """How a chart is drawn.

    season: take the season out, where there are three years. reference: how many months before the year shown the
    limits come from, "all" for every period of a phase, or the last days of its first and last month. rules: which
    rules are signals: "limits" (outside them, or two of three near one; the others are marked without a signal) or
    "all". screen: leave extreme moving ranges out of the limits. rebase: start anew at declared changes in recording.
    """

    season: bool = True
    reference: int | str | tuple[date, date] = 24
    rules: str = "limits"
    screen: bool = True
    rebase: bool = True

    def __post_init__(self) -> None:
        if self.rules not in RULES_SIGNAL:
            raise UsageError(f"--rules {self.rules!r} is neither limits nor all")
        if isinstance(self.reference, str) and self.reference != "all":
            raise UsageError(f"--reference {self.reference!r} is not a number of months, all, or FROM..TO")
        if isinstance(self.reference, int) and self.reference < 12:
            raise UsageError(f"--reference {self.reference} is under a year", "Give at least 12 months.")
        if isinstance(self.reference, tuple) and self.reference[0] > self.reference[1]:
            raise UsageError("--reference ends before it begins")

    @property
    def plain(self) -> bool:
        """Whether it is the chart of NHS England: the whole phase as it was recorded, every rule a signal."""
        return not self.season and self.reference == "all" and self.rules == "all"


@dataclass(slots=True)
class Phase:
    """The periods `first` to `after` (not included) of a series, and those of them that the limits come from.

    begin, stop: the reference, positions in the series; equal where there are no limits. why: `short`, `rare` (under
    one event a period), `before` (the reference lies later), or "" where there are limits. method: in words.
    """

    grid: Grid
    first: int
    after: int
    begin: int
    stop: int
    why: str = ""
    method: str = ""


class Limits:
    """The charts of one series: arrays over its periods, NaN (-1, False) where there are no limits."""

    def __init__(self, grid: Grid) -> None:
        n = grid.values.size
        self.centre, self.lower, self.upper = (np.full(n, np.nan) for _ in range(3))
        self.rule = np.full(n, -1)
        self.high, self.reference, self.proposed = (np.zeros(n, dtype=bool) for _ in range(3))
        self.phases: list[Phase] = []


def charts(
    grids: Sequence[Grid], dispersion: Mapping[str, float | None], chart: Chart, catalogue: Catalogue
) -> list[Limits]:
    """The charts of many series: alike phases go through the method together.

    dispersion: measure -> that of its counts, None for shares and means.
    """
    drawn = [Limits(grid) for grid in grids]
    seasons = _seasons(grids, chart)
    held: dict[tuple[int, int, bool], list[tuple[int, Phase]]] = {}
    for number, grid in enumerate(grids):
        drawn[number].phases = list(_laid_out(grid, chart, catalogue))
        for phase in drawn[number].phases:
            if phase.why:
                continue
            if chart.plain:
                _plain(drawn[number], phase, chart.screen)
            else:
                counted = dispersion[grid.key["measure"]] is not None
                key = (phase.after - phase.first, phase.stop - phase.begin, counted)
                held.setdefault(key, []).append((number, phase))
    for (_, length, _), alike in held.items():
        values = np.stack([grids[number].values[phase.first : phase.after] for number, phase in alike])
        season = np.stack([seasons[number][phase.first : phase.after] for number, phase in alike])
        measured = [dispersion[grids[number].key["measure"]] for number, _ in alike]
        _held(drawn, alike, values, season, length, measured, chart)
    return drawn


def _laid_out(grid: Grid, chart: Chart, catalogue: Catalogue) -> Iterator[Phase]:
    """The phases of a series; in one of them, what lies before the reference is a phase without limits."""
    starts = [0, *(grid.breaks(catalogue) if chart.rebase else []), grid.values.size]
    for first, after in pairwise(starts):
        known = int(np.count_nonzero(~np.isnan(grid.values[first:after])))
        if known < FEWEST:
            yield Phase(grid, first, after, first, first, "short", f"no limits: {known} points")
            continue
        begin, stop = (first, after) if chart.plain else _reference(grid, first, after, chart)
        if begin > first:
            yield Phase(grid, first, begin, begin, begin, "before", "no limits: before the reference")
        if begin < after:
            yield Phase(grid, begin, after, begin, stop)


def _reference(grid: Grid, first: int, after: int, chart: Chart) -> tuple[int, int]:
    """The positions from which to which (not included) the limits of a stretch are taken; its end twice for none.

    A stretch that a change in recording ended is held against what lay before its own last year.
    """
    wanted = chart.reference
    if isinstance(wanted, tuple):
        inside = [place for place in range(first, after) if wanted[0] <= grid.ends[place] <= wanted[1]]
        return (inside[0], inside[-1] + 1) if inside else (after, after)
    if wanted == "all":
        return first, after
    shown = after - max(1, 12 // grid.months)
    begin = max(first, shown - int(wanted) // grid.months)
    if (shown - begin) * grid.months < 12 or shown - begin < RUN:
        return first, after  # too little of it lies before the year shown: its limits are its own
    return begin, shown


def _plain(drawn: Limits, phase: Phase, screen: bool) -> None:
    """The XmR chart of a phase."""
    place = slice(phase.first, phase.after)
    values = phase.grid.values[place]
    found = xmr(values, screen=screen)
    drawn.centre[place], drawn.lower[place], drawn.upper[place] = found.centre, found.lower, found.upper
    drawn.rule[place], drawn.high[place], drawn.reference[place] = found.rule, found.high, ~np.isnan(values)
    phase.method = "XmR, mean ± 2.66 mean moving ranges of the whole phase; every rule a signal"


def _held(
    drawn: Sequence[Limits],
    alike: Sequence[tuple[int, Phase]],
    values: Floats,
    seasons: Floats,
    length: int,
    dispersion: Sequence[float | None],
    chart: Chart,
) -> None:
    """The charts of phases alike in length about the first `length` of their periods."""
    counted = [one for one in dispersion if one is not None]
    found = control_charts(
        values, seasons, slice(0, length), dispersion=np.array(counted) if counted else None, screen=chart.screen
    )
    proposed = _proposed(values, found.centre, np.array(counted)) if counted else np.zeros(values.shape, dtype=bool)
    level = found.centre.mean(axis=1)
    for row, (number, phase) in enumerate(alike):
        if counted and not level[row] >= FEW_EVENTS:
            phase.why, phase.method = "rare", "no limits: under one event a period"
            continue
        place, into = slice(phase.first, phase.after), drawn[number]
        into.centre[place], into.lower[place], into.upper[place] = found.centre[row], found.lower[row], found.upper[row]
        into.rule[place], into.high[place], into.proposed[place] = found.rule[row], found.high[row], proposed[row]
        into.reference[phase.begin : phase.stop] = ~np.isnan(values[row, :length])
        phase.method = _method(phase, chart, seasonal=bool((seasons[row] != 1).any()))


def _seasons(grids: Sequence[Grid], chart: Chart) -> list[Floats]:
    """Each period's factor, from the periods before the year shown where they are enough; ones without seasons."""
    seasons = [np.ones(grid.values.size) for grid in grids]
    alike: dict[tuple[int, int], list[int]] = {}
    for number, grid in enumerate(grids):
        if chart.season and grid.frequency in (4, 12):
            alike.setdefault((grid.values.size, grid.frequency), []).append(number)
    for (n, frequency), numbers in alike.items():
        before = n - frequency if n >= 4 * frequency else n
        factors = seasonal_factors(np.stack([grids[number].values[:before] for number in numbers]), frequency)
        for number, mine in zip(numbers, factors, strict=True):
            seasons[number] = mine[np.arange(n) % frequency]
    return seasons


def _proposed(values: Floats, centre: Floats, dispersion: Floats) -> NDArray[np.bool_]:
    """The runs at the end of charts of counts that ask for new limits: eight periods or more on one side of the centre,
    of which the last eight differ from what the reference leads one to expect of them by the test of two counts.
    """
    runs = np.zeros(values.shape, dtype=bool)
    if values.shape[1] < RUN:
        return runs
    side = np.sign(values - centre)
    last = side[:, -1:]
    have, expected = values[:, -RUN:].sum(axis=1), np.round(centre[:, -RUN:].sum(axis=1))
    with np.errstate(invalid="ignore"):
        moved = (side[:, -RUN:] == last).all(axis=1) & (last[:, 0] != 0)
        moved &= two_count_test(have, expected, dispersion) < LEVEL
    for row in np.flatnonzero(moved).tolist():
        other = np.flatnonzero(side[row] != last[row])
        runs[row, int(other[-1]) + 1 if other.size else 0 :] = True
    return runs


def _method(phase: Phase, chart: Chart, *, seasonal: bool) -> str:
    months = phase.grid.months
    unit = {1: "months", 3: "quarters"}.get(months, f"periods of {months} months")
    until = month_name(phase.grid.ends[phase.stop - 1])
    signals = "every rule a signal" if chart.rules == "all" else "signals: outside limits, two of three near a limit"
    season = "taken out" if seasonal else "left in"
    return f"limits from the {phase.stop - phase.begin} {unit} to {until}; season {season}; {signals}"
