"""The rules by which a point on a control chart is no routine variation, for many series at once.

Four of the Western Electric rules in the form of NHS England's *Making Data Count*: one point outside the limits, two
of three near a limit, seven on one side of the centre, seven rising or falling (Wheeler 2000, Understanding Variation).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RUN: Final = 7
"""Points on one side of the centre, or rising or falling, that make a signal."""

OUTSIDE, TREND, NEAR, SIDE = range(4)
RULES: Final = ("outside limits", "seven rising or falling", "two of three near a limit", "seven on one side")
"""The rules by number, in the order of precedence of NHS England's tool: a point that several mark carries the
first."""

LIMITS_FIRST: Final = (OUTSIDE, NEAR, TREND, SIDE)
"""The precedence of a chart whose signals are the first two of them."""


def special_causes(
    values: Floats, away: Floats, edge: Floats, order: tuple[int, ...] = (OUTSIDE, TREND, NEAR, SIDE)
) -> tuple[NDArray[np.int64], Bools]:
    """The rule that marks each point (an index into RULES, or -1), and whether it is towards high values.

    values: shape (series, n), what rises or falls; away: the same shape, how far each lies above the centre; edge: the
    same shape or (series, 1), how far the limit does. NaN ends any run. order: the precedence of the rules.
    A point near a limit is beyond two thirds of it, and all three of its three lie on its side; a run of rising points
    is high, of falling ones low, wherever it lies.
    """
    rule = np.full(values.shape, -1)
    high = np.zeros(values.shape, dtype=bool)
    for number in order:
        for up in (True, False):
            sign = 1.0 if up else -1.0
            free = (rule == -1) & _marked(number, sign * values, sign * away, edge)
            rule[free], high[free] = number, up
    return rule, high


def _marked(number: int, values: Floats, away: Floats, edge: Floats) -> Bools:
    if number == OUTSIDE:
        return np.asarray(away > edge)
    if number == NEAR:
        return _two_of_three(away > edge * 2 / 3, away > 0)
    if number == SIDE:
        return _in_runs(away > 0, RUN)
    steps = _in_runs(np.diff(values, axis=1) > 0, RUN - 1)  # NaN compares as False: a gap belongs to no run
    marked = np.zeros(values.shape, dtype=bool)
    marked[:, 1:] |= steps
    marked[:, :-1] |= steps
    return marked


def _in_runs(holds: Bools, length: int) -> Bools:
    """The positions in runs of at least `length` along the second axis."""
    n = holds.shape[1]
    if n < length:
        return np.zeros_like(holds)
    full = np.lib.stride_tricks.sliding_window_view(holds, length, axis=1).all(axis=2)
    marked = np.zeros_like(holds)
    for shift in range(length):
        marked[:, shift : n - length + 1 + shift] |= full
    return marked


def _two_of_three(near: Bools, side: Bools) -> Bools:
    """The positions near a limit that have another such within three points in a row, all on that side."""
    n = near.shape[1]
    marked = np.zeros_like(near)
    if n < 3:
        return marked
    last = n - 2
    three = [near[:, shift : last + shift] for shift in range(3)]
    sides = side[:, :last] & side[:, 1 : last + 1] & side[:, 2:]
    holds = sides & (three[0].astype(int) + three[1] + three[2] >= 2)
    for shift in range(3):
        marked[:, shift : last + shift] |= holds & three[shift]
    return marked
