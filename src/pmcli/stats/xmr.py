"""The XmR (individuals and moving range) control chart, as NHS England's *Making Data Count* uses it.

The chart separates routine variation from special causes: mean ± 2.66 x the mean moving range, and four rules for a
signal. Sources: Wheeler (2000), Understanding Variation; NHS England, Making Data Count: strengthening your decisions;
NHSRplotthedots (NHS-R community), whose published figures are the check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

WIDTH: Final = 2.66
"""3 / d2 for moving ranges of two (d2 = 1.128)."""

SCREEN: Final = 3.267
"""A moving range above this many mean moving ranges is beyond its own upper limit (D4 for ranges of two)."""

RUN: Final = 7
"""Points on one side of the mean, or rising or falling, that make a signal."""

NOISE: Final = 1e-9
"""Limits closer to the mean than this fraction of it are those of equal figures, but for rounding."""

RULES: Final = ("outside limits", "two of three near a limit", "seven on one side", "seven rising or falling")
"""The rules in order of precedence: a point that several rules mark carries the first."""


@dataclass(frozen=True, slots=True)
class Xmr:
    """A chart over n points.

    centre, lower, upper: the mean and the process limits (NaN with fewer than two points). moving_range: shape (n,),
    NaN for the first point and next to a gap. rule: shape (n,), index into RULES or -1. high: shape (n,), whether the
    signal is in the direction of high values.
    """

    centre: float
    lower: float
    upper: float
    moving_range: NDArray[np.float64]
    rule: NDArray[np.int64]
    high: NDArray[np.bool_]


def xmr(values: NDArray[np.float64], *, screen: bool = True) -> Xmr:
    """The XmR chart of one phase.

    values: shape (n,), NaN where unknown: the position is kept, and a gap ends any run.
    screen: leave moving ranges above SCREEN x their mean out of the mean moving range, once, so that one spike does not
        widen the limits that should catch it (False: as in the spreadsheet tool).
    """
    n = values.size
    moving = np.full(n, np.nan)
    moving[1:] = np.abs(np.diff(values))
    known = moving[~np.isnan(moving)]
    centre = float(np.nanmean(values)) if (~np.isnan(values)).any() else float("nan")
    if known.size == 0:
        nan = float("nan")
        return Xmr(centre, nan, nan, moving, np.full(n, -1), np.zeros(n, dtype=bool))
    width = float(known.mean())
    if screen:
        kept = known[known <= SCREEN * width]
        width = float(kept.mean()) if kept.size else width
    lower, upper = centre - WIDTH * width, centre + WIDTH * width
    if upper - centre <= NOISE * abs(centre):  # equal figures: what is left is rounding, and no signal
        return Xmr(centre, lower, upper, moving, np.full(n, -1), np.zeros(n, dtype=bool))
    rule, high = _signals(values, centre, upper)
    return Xmr(centre, lower, upper, moving, rule, high)


def _signals(values: NDArray[np.float64], centre: float, upper: float) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The rule that marks each point, and its direction; rules of higher precedence overwrite lower ones."""
    rule = np.full(values.size, -1)
    high = np.zeros(values.size, dtype=bool)
    third = (upper - centre) * 2 / 3
    for up in (True, False):
        sign = 1 if up else -1
        away = sign * (values - centre)  # NaN compares as False: a gap belongs to no run
        _mark(rule, high, _runs(sign * np.diff(values) > 0, RUN - 1, points=True), 3, up)
        _mark(rule, high, _runs(away > 0, RUN), 2, up)
        _mark(rule, high, _two_of_three(away > third), 1, up)
        _mark(rule, high, away > (upper - centre), 0, up)
    return rule, high


def _mark(rule: NDArray[np.int64], high: NDArray[np.bool_], where: NDArray[np.bool_], number: int, up: bool) -> None:
    stronger = where & ((rule == -1) | (number < rule))
    rule[stronger] = number
    high[stronger] = up


def _runs(holds: NDArray[np.bool_], length: int, *, points: bool = False) -> NDArray[np.bool_]:
    """The positions in runs of at least `length`. points: `holds` is about steps; the points they join are marked."""
    marked = np.zeros(holds.size + (1 if points else 0), dtype=bool)
    start = None
    for position, held in enumerate([*holds.tolist(), False]):
        if held and start is None:
            start = position
        elif not held and start is not None:
            if position - start >= length:
                marked[start : position + (1 if points else 0)] = True
            start = None
    return marked


def _two_of_three(near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The positions beyond two thirds of the limit that have another such within any three points that hold them."""
    marked = np.zeros(near.size, dtype=bool)
    for start in range(near.size - 2):
        window = near[start : start + 3]
        if window.sum() >= 2:
            marked[start : start + 3] |= window
    return marked
