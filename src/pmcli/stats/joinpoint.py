"""Direction of travel: where a series last turned, and how fast it has moved since.

The logs of the values are a continuous line with up to three turns, plus seasons and any declared steps, with
autocorrelated errors. A turn is believed only when it explains more than chance would at the best of all places, so
most series without a turn are given none; the last segment then has a rate, an interval and a direction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import expm1
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pmcli.stats.distributions import t_quantile
from pmcli.stats.joinpoint_fit import last_slope
from pmcli.stats.joinpoint_search import AUTOCORRELATIONS, Design, Fits, design, search

METHOD: Final = "segmented log-linear regression with seasons and AR(1) errors; turns by sup-F tests at 5 %"

# Shortest segment, and shortest series: a year, so that every season is in every segment; three years.
_YEARS_OF_SEGMENT: Final = 1
_YEARS_OF_SERIES: Final = 3
# One period in four must have something in it: a log-linear model of anything rarer hangs on one or two periods.
_FEWEST: Final = 4


@dataclass(frozen=True, slots=True)
class _Critical:
    """Critical values of the F statistics for a frequency.

    against_none: of 1, 2 and 3 turns against none. one_more, two_more: of turns beyond those already found.
    """

    against_none: tuple[float, float, float]
    one_more: float
    two_more: float


# Simulated under no (further) turn for 48 to 120 months and 16 to 48 quarters with autocorrelations 0 to 0.4. The
# three tests against none together give about one series in twenty a turn where they give most (0.4), fewer elsewhere:
# docs/evaluation/turns.md.
_CRITICAL: Final = {12: _Critical((7.5, 7.0, 6.0), 8.5, 7.0), 4: _Critical((9.5, 9.0, 8.5), 10.0, 9.0)}


@dataclass(frozen=True, slots=True)
class Direction:
    """The last segment of a series.

    direction: `increasing`, `decreasing`, `stable` (the interval holds no change), or None where nothing can be said:
    under three years of values, or more than three in four of them zero.
    change_per_year, low, high: the rate of the last segment and its 95 % interval, as fractions (-0.1 is 10 % a year
    less). since: the index of its first period, 0 without a turn. turns: the indices of all turns.
    """

    direction: str | None
    change_per_year: float | None
    low: float | None
    high: float | None
    since: int | None
    turns: tuple[int, ...]


UNKNOWN: Final = Direction(None, None, None, None, None, ())


def direction_of_travel(values: NDArray[np.float64], frequency: int, *, steps: Sequence[int] = ()) -> Direction:
    """The direction of travel of one series: `directions` for a series of shape (n,)."""
    if values.ndim != 1:
        raise ValueError(f"values must be 1-D, not {values.shape}")
    return directions(values[None, :], frequency, steps=steps)[0]


def directions(values: NDArray[np.float64], frequency: int, *, steps: Sequence[int] = ()) -> list[Direction]:
    """The direction of travel of many series.

    values: shape (series, n), one per period, NaN where unknown (the position is kept): counts, shares or means.
    frequency: periods a year, 12 or 4. steps: indices of periods from which a recording change shifts the level; the
    shift is estimated and is neither a turn nor a part of the rate.

    Model: continuous segmented regression on logs with 0 to 3 turns (Kim, Fay, Feuer & Midthune 2000, Statistics in
    Medicine 19:335-351), seasonal terms, and AR(1) errors by restricted maximum likelihood. A turn is accepted by a
    sup-F test over all places for it (Andrews 1993, Econometrica 61:821-856), one more at a time, and two or three at
    once where one is not enough (Bai & Perron 1998, Econometrica 66:47-78), with critical values simulated for this
    model. The autocorrelation of a test is half way between its estimates with and without the turn: without it a turn
    passes for autocorrelation and is missed, with it autocorrelation passes for a turn. It is 0.6 at most: errors that
    wander for longer than that are what turns are for.
    Raises ValueError for another frequency or shape.
    """
    if frequency not in _CRITICAL:
        raise ValueError(f"frequency must be 12 or 4, not {frequency}")
    if values.ndim != 2:
        raise ValueError(f"values must be 2-D, not {values.shape}")
    known = np.isfinite(values)
    held = np.where(known, values, 0.0)
    periods = known.sum(axis=1)
    usable = (periods >= _YEARS_OF_SERIES * frequency) & ((held > 0).sum(axis=1) * _FEWEST >= periods)
    whole = np.all(held % 1 == 0, axis=1)
    found = [UNKNOWN] * len(values)
    groups: dict[tuple[bytes, bool], list[int]] = {}
    for row in np.flatnonzero(usable).tolist():
        groups.setdefault((known[row].tobytes(), bool(whole[row])), []).append(row)
    for (pattern, counted), rows in groups.items():
        shared = design(pattern, frequency, tuple(sorted(set(steps))), _YEARS_OF_SEGMENT * frequency)
        for row, one in zip(rows, _alike(shared, values[rows][:, shared.periods], counted), strict=True):
            found[row] = one
    return found


def _alike(shared: Design, values: NDArray[np.float64], counted: bool) -> list[Direction]:
    """Directions of series that know the same periods: all counts, or all not."""
    logs = np.log(_positive(values, counted))
    found = [UNKNOWN] * len(values)
    for rows, fits in _accepted(shared, logs):
        place = np.arange(rows.size)
        chosen = fits.chosen[fits.likelihood.argmax(axis=0), place]
        counts = values[rows] if counted else None
        slope, error, free = last_slope(shared, logs[rows], counts, _expected(fits.likelihood), chosen)
        reach = error * t_quantile(0.975, free)
        for row, b, around, places in zip(rows.tolist(), slope.tolist(), reach.tolist(), chosen, strict=True):
            turns = tuple(shared.candidates[places].tolist())
            found[row] = _described(b, around, turns, constant=bool((values[row] == values[row][0]).all()))
    return found


def _accepted(shared: Design, logs: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.int64], Fits]]:
    """The series with 0, 1, 2 and 3 turns: which they are, and their fits with that many."""
    fits = search(shared, logs)
    critical = _CRITICAL[shared.frequency]
    number = np.zeros(len(logs), dtype=np.int64)
    # A rise and a fall can cancel in the best single turn, and a crash between two rises in the best two.
    for turns, value in zip(range(1, len(fits)), critical.against_none, strict=False):
        number[(number == 0) & (_f(shared, fits, 0, turns) > value)] = turns
    for found, turns, value in ((1, 2, critical.one_more), (1, 3, critical.two_more), (2, 3, critical.one_more)):
        if turns < len(fits):
            number[(number == found) & (_f(shared, fits, found, turns) > value)] = turns
    for turns, fitted in enumerate(fits):
        yield np.flatnonzero(number == turns), fitted.of(number == turns)


def _expected(likelihood: NDArray[np.float64]) -> NDArray[np.int64]:
    """The mean of the autocorrelation over its likelihood, as a position in the grid.

    likelihood: shape (grid, series). In short series the likeliest autocorrelation is too low too often, and an
    interval that trusts it too narrow.
    """
    weight = np.exp(likelihood - likelihood.max(axis=0))
    place: NDArray[np.float64] = np.arange(float(len(AUTOCORRELATIONS))) @ (weight / weight.sum(axis=0))
    return np.ceil(place - 0.5).astype(np.int64)


def _positive(values: NDArray[np.float64], counted: bool) -> NDArray[np.float64]:
    """The values as something that has a logarithm.

    Counts get a half: its log is nearly unbiased for the log of the mean from a mean of 2 upwards. A series of shares
    or means is left alone, unless it has zeros: then half its smallest positive value. A negative count (a correction)
    is nought here.
    """
    held = np.maximum(values, 0.0)
    if counted:
        return held + 0.5
    least = np.where(held > 0, held, np.inf).min(axis=1, keepdims=True)
    return held + np.where((held <= 0).any(axis=1, keepdims=True), least / 2, 0.0)


def _f(shared: Design, fits: list[Fits], few: int, many: int) -> NDArray[np.float64]:
    """The F statistic for `many` turns against `few`, each at its best places: shape (series,)."""
    rho = (fits[few].likelihood.argmax(axis=0) + fits[many].likelihood.argmax(axis=0) + 1) // 2
    series = np.arange(rho.size)
    left, less = fits[few].rss[rho, series], fits[many].rss[rho, series]
    free = shared.periods.size - shared.rank - many
    return np.asarray((left - less) / (many - few) / (less / free))


def _described(slope: float, around: float, turns: tuple[int, ...], *, constant: bool) -> Direction:
    if constant:
        return Direction("stable", 0.0, 0.0, 0.0, 0, ())
    low, high = slope - around, slope + around
    direction = "increasing" if low > 0 else "decreasing" if high < 0 else "stable"
    rate, low, high = (expm1(min(end, 700.0)) for end in (slope, low, high))  # e ** 710 is no number
    return Direction(direction, rate, low, high, turns[-1] if turns else 0, turns)
