"""A measure's three numbers, fitted to its counts: how far they vary, move in a year, and wander from a forecast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pmcli.stats.counts import variance_ratio
from pmcli.stats.distributions import t_quantile
from pmcli.stats.outlook import NARROWER, TAILS, outlook

Floats = NDArray[np.float64]

MEDIAN: Final = 0.4549
"""The median of chi-square with 1 degree of freedom, the square of a normal deviate."""

MOST: Final = 200.0


def crossed_pairs(values: Floats, frequency: int) -> tuple[Floats, Floats]:
    """Pseudo-years between which nothing changed, crossed from the halves of two adjacent years.

    a takes the first half of the one year and the second half of the other, b the rest, so that a steady change cancels
    and a season is in both.

    values: shape (series, n). frequency: 4 or 12. Returns a and b, shape (series, pairs), NaN where a period is.
    """
    first = np.arange(frequency) < frequency // 2
    ends = range(2 * frequency, values.shape[1] + 1)
    a = [
        np.where(first, values[:, e - 2 * frequency : e - frequency], values[:, e - frequency : e]).sum(axis=1)
        for e in ends
    ]
    b = [
        np.where(first, values[:, e - frequency : e], values[:, e - 2 * frequency : e - frequency]).sum(axis=1)
        for e in ends
    ]
    return np.stack(a, axis=1), np.stack(b, axis=1)


def fit_dispersion(a: Floats, b: Floats) -> float:
    """d such that the median of (a - b)^2 / (a + b) / phi over the pairs is that of chance; at least 1, NaN for none.

    a, b: counts of windows of one length between which nothing changed, any shape.
    """
    known = a + b > 0
    if not known.any():
        return float("nan")
    q, n = np.square(a - b)[known] / (a + b)[known], (a + b)[known] / 2
    return _root(lambda d: float(np.median(q / variance_ratio(n, d))) - MEDIAN, 1.0, MOST)


def fit_usual_move(a: Floats, b: Floats, dispersion: float) -> float:
    """u such that the median of ln(a / b)^2 / (2 phi / n + u^2) is that of chance: how far real moves spread.

    a, b: counts of a year and of the year before. At least 0; NaN for no pairs.
    """
    known = (a > 0) & (b > 0)
    if not known.any():
        return float("nan")
    move, n = np.square(np.log(a[known] / b[known])), (a[known] + b[known]) / 2
    chance = 2 * variance_ratio(n, dispersion) / n
    return _root(lambda u: float(np.median(move / (chance + u * u))) - MEDIAN, 0.0, 5.0)


def fit_wander(values: Floats, frequency: int, least: float = 50.0) -> float:
    """c such that the 80 % intervals of `outlook`, made at every period with five years behind it, hold 80 % of totals.

    values: shape (series, n). least: origins of fewer events a year are left out. NaN when there are none.
    """
    errors, chances, ahead = [], [], []
    n = values.shape[1]
    for origin in range(5 * frequency, n - frequency // 4 + 1):
        months = tuple(h for h in (3, 6, 9, 12) if origin + h * frequency // 12 <= n)
        looked = outlook(values[:, :origin], frequency, np.zeros(len(values)), months)
        now = values[:, origin - frequency : origin].sum(axis=1)
        for place, one in enumerate(months):
            end = origin + one * frequency // 12
            total = values[:, end - frequency : end].sum(axis=1)
            known = (now >= least) & (total > 0) & (looked.total[:, place] > 0)
            errors.append(np.log(total[known] / looked.total[known, place]))
            chances.append(np.square(looked.spread[known, place]))
            ahead.append(np.full(int(known.sum()), one / 12))
    if not errors or not (error := np.abs(np.concatenate(errors))).size:
        return float("nan")
    chance, h = np.concatenate(chances), np.concatenate(ahead)
    reach = NARROWER * float(t_quantile(0.9, np.array([TAILS]))[0])
    return _root(lambda c: 0.8 - float((error <= reach * np.sqrt(chance + np.square(c * h))).mean()), 0.0, 5.0)


def _root(falls: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function passes 0, by bisection; `low` when it never is above."""
    if falls(low) <= 0:
        return low
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if falls(middle) > 0 else (low, middle)
    return (low + high) / 2
