"""A control chart for counts: limits about a reference period, with its seasons, on a scale where their spread is even.

The plain XmR chart (stats/xmr.py) compares a series with itself: an old level, a season and a slow drift all end up in
its limits. Here the level comes from a reference before the periods that are judged, the seasons are taken out of it,
and the limits are never narrower than counts of that size vary by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pmcli.stats.counts import variance_ratio
from pmcli.stats.special_causes import LIMITS_FIRST, special_causes
from pmcli.stats.xmr import SCREEN

Floats = NDArray[np.float64]

WIDTH: Final = 3.0
PER_RANGE: Final = 1.128
"""d2 for ranges of two: their mean over the standard deviation."""


@dataclass(frozen=True, slots=True)
class Control:
    """Charts of alike series: every array of shape (series, n).

    centre: what the reference leads one to expect of each period. lower, upper: its limits. moving_range: of
    neighbouring periods, seasons taken out, on the scale of the limits. rule: an index into special_causes.RULES, or
    -1; high: its direction.
    """

    centre: Floats
    lower: Floats
    upper: Floats
    moving_range: Floats
    rule: NDArray[np.int64]
    high: NDArray[np.bool_]


def control_charts(
    values: Floats,
    seasons: Floats,
    reference: slice,
    *,
    dispersion: Floats | float | None,
    screen: bool = True,
    order: tuple[int, ...] = LIMITS_FIRST,
) -> Control:
    """The charts of many series about their reference.

    values: shape (series, n), NaN where unknown. seasons: the same shape, each period's factor (ones: none). reference:
    the periods that the level and the spread are taken from. dispersion: of each series' counts, shape (series,); None
    for shares and means, which are charted on their own scale. screen: leave moving ranges above 3.267 times their mean
    out of it, once. order: the precedence of the rules.
    Counts are charted as 2 sqrt(x + 3/8) (Anscombe 1948, Biometrika 35:246-254), on which a Poisson count has a
    standard deviation of about 1 at every level, so one for the phi of `variance_ratio` has sqrt(phi). sigma is the
    larger of that and the mean moving range over 1.128.
    """
    level = _sum(values[:, reference]) / _sum(np.where(np.isnan(values), np.nan, seasons)[:, reference])
    centre = level * seasons
    counted = dispersion is not None
    away = _scaled(values, counted) - _scaled(centre, counted)
    moving = np.full(values.shape, np.nan)
    moving[:, 1:] = np.abs(np.diff(values, axis=1))
    sigma = _mean_range(np.abs(np.diff(away[:, reference], axis=1)), screen=screen) / PER_RANGE * np.ones(values.shape)
    if dispersion is not None:
        sigma = np.fmax(sigma, np.sqrt(variance_ratio(centre, np.asarray(dispersion, float).reshape(-1, 1))))
    lower, upper = (_unscaled(_scaled(centre, counted) + side * WIDTH * sigma, counted) for side in (-1, 1))
    with np.errstate(invalid="ignore"):
        flat = WIDTH * sigma <= 1e-9 * np.abs(_scaled(centre, counted))  # equal figures: what is left is rounding
    rule, high = special_causes(away, away, np.where(flat, np.inf, WIDTH * sigma), order)
    rule[flat | np.isnan(sigma)] = -1
    return Control(centre, lower, upper, moving, rule, high)


def _sum(values: Floats) -> Floats:
    total: Floats = np.nansum(values, axis=1, keepdims=True)
    return np.where(np.isnan(values).all(axis=1, keepdims=True), np.nan, total)


def _mean_range(moving: Floats, *, screen: bool) -> Floats:
    """The mean moving range of each series, NaN where it has none."""
    known = ~np.isnan(moving)
    kept, mean = known, np.full((len(moving), 1), np.nan)
    for _ in range(2 if screen else 1):
        count = kept.sum(axis=1, keepdims=True)
        mean = np.where(kept, moving, 0.0).sum(axis=1, keepdims=True) / np.maximum(count, 1)
        mean = np.where(count > 0, mean, np.nan)
        kept = known & (np.where(known, moving, np.inf) <= SCREEN * mean)
    return mean


def _scaled(values: Floats, counted: bool) -> Floats:
    return 2 * np.sqrt(np.maximum(values, 0.0) + 0.375) if counted else values


def _unscaled(values: Floats, counted: bool) -> Floats:
    """Back from the scale of the limits; a lower limit below no events at all is 0."""
    if not counted:
        return values
    events: Floats = np.maximum(np.square(np.maximum(values, 0.0) / 2) - 0.375, 0.0)
    return events
