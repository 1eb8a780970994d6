"""Comparing two proportions, or one with the mean of others."""

from __future__ import annotations

from math import erfc, nan, sqrt
from typing import Final

_Z95: Final = 1.959963984540054


def two_proportion_test(x1: float, n1: float, x2: float, n2: float) -> float | None:
    """Two-sided p-value of the pooled two-proportion z test.

    x1 of n1 against x2 of n2, where n may be an effective sample size (x is then the proportion times it).
    None when a base is not positive, or when both proportions are 0 or both 1. Method: Fleiss, Levin & Paik (2003),
    Statistical Methods for Rates and Proportions, section 3.1 (without continuity correction).
    """
    error = _pooled_error(x1, n1, x2, n2)
    return erfc(abs(x1 / n1 - x2 / n2) / (sqrt(2) * error)) if error > 0 else None


def least_difference(x1: float, n1: float, x2: float, n2: float) -> float | None:
    """The smallest difference of two such proportions that the test would tell from chance at 5 %; None as there."""
    error = _pooled_error(x1, n1, x2, n2)
    return _Z95 * error if error > 0 else None


def _pooled_error(x1: float, n1: float, x2: float, n2: float) -> float:
    """The standard error of the difference if there is none; NaN or 0 where the test cannot be made."""
    if not (n1 > 0 and n2 > 0):
        return nan
    pooled = (x1 + x2) / (n1 + n2)
    return sqrt(max(pooled * (1 - pooled) * (1 / n1 + 1 / n2), 0.0))


def two_proportion_working(x1: float, n1: float, x2: float, n2: float) -> tuple[float, float, float] | None:
    """(The pooled proportion, the standard error of the difference, z) of `two_proportion_test`; None as there."""
    error = _pooled_error(x1, n1, x2, n2)
    return ((x1 + x2) / (n1 + n2), error, abs(x1 / n1 - x2 / n2) / error) if error > 0 else None


def proportion_against_mean_test(p: float, n: float, mean: float, variance: float) -> float | None:
    """Two-sided p-value of a proportion against the unweighted mean of other proportions.

    p of n trials; mean of the others, and the variance of that mean (the sum of p (1 - p) / n over the others, divided
    by their number squared). The z test with unpooled variances, because the mean weights every unit alike whatever
    its size. None when n is not positive or nothing varies. Fleiss, Levin & Paik (2003), section 3.1.
    """
    if not n > 0:
        return None
    both = p * (1 - p) / n + variance
    return erfc(abs(p - mean) / sqrt(2 * both)) if both > 0 else None
