"""Funnel plots: how far from 1 an observed over an expected count may lie by chance, given how much is expected.

Exact Poisson limits, and wider ones for units that differ by more than chance (over-dispersion): Spiegelhalter (2005),
Funnel plots for comparing institutional performance, Statistics in Medicine 24:1185-1202.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pmcli.stats.gamma import gamma_below, gamma_quantile

TRIM: Final = 0.1
"""The share of z-scores at either end that is drawn in before the dispersion is taken."""


def poisson_limits(expected: NDArray[np.float64], level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Exact limits of observed / expected at a two-sided level (0.95, 0.998), as the R package FunnelPlotR draws them.

    expected: shape (n,), above 0. Returns lower and upper, the same shape. They are the gamma quantiles that bound the
    mean behind a Poisson count (Garwood 1936, Biometrika 28:437-442), with the expected count in that count's place.
    That sets both limits somewhat high, so chance passes the lower one more often than the upper one; `quantile_limits`
    does not. Where even a count of 0 is not as rare as the level asks, the lower limit is 0.
    """
    tail = (1 - level) / 2
    expected = np.asarray(expected, float)
    lower = np.where(np.exp(-expected) < tail, gamma_quantile(tail, expected) / expected, 0.0)
    return lower, gamma_quantile(1 - tail, expected + 1) / expected


def quantile_limits(expected: NDArray[np.float64], level: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits of observed / expected from the quantiles of the Poisson distribution with the expected count as its mean.

    Shapes as in `poisson_limits`. Interpolated between whole counts, so that they run smoothly (Spiegelhalter 2005,
    section A.1): with r the quantile of p, (r - (F(r) - p) / (F(r) - F(r - 1))) / expected, not below 0.
    """
    tail = (1 - level) / 2
    expected = np.asarray(expected, float)
    ends = []
    for p in (tail, 1 - tail):
        r = _poisson_quantile(p, expected)
        reached, before = _poisson_upto(r, expected), _poisson_upto(r - 1, expected)
        ends.append(np.maximum(r - (reached - p) / (reached - before), 0.0) / expected)
    return ends[0], ends[1]


def poisson_p(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Exact two-sided p-value of each count under a Poisson distribution with mean `expected`: twice the smaller tail.

    NaN for a count below 0 or not whole.
    """
    valid = (observed >= 0) & (observed == np.floor(observed))
    count = np.where(valid, observed, 0.0)
    upto, fewer = _poisson_upto(count, expected), _poisson_upto(count - 1, expected)
    tested: NDArray[np.float64] = np.where(valid, np.minimum(1.0, 2 * np.minimum(upto, 1 - fewer)), np.nan)
    return tested


def _poisson_upto(count: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(X <= count): 1 - P(count + 1, expected), and 0 below 0."""
    upto: NDArray[np.float64] = np.where(count < 0, 0.0, 1 - gamma_below(np.maximum(count, 0.0) + 1, expected))
    return upto


def _poisson_quantile(p: float, expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smallest count that is not passed with probability p or more, by bisection."""
    low: NDArray[np.float64] = np.full(expected.shape, -1.0)
    high: NDArray[np.float64] = np.ceil(expected + 10 * np.sqrt(expected) + 20)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = _poisson_upto(middle, expected) >= p
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def z_scores(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each count lies from what is expected, in SDs: 2 (sqrt(O) - sqrt(E)), which has a variance of about 1.

    A negative count (corrections) is taken as 0.
    """
    scores: NDArray[np.float64] = 2 * (np.sqrt(np.maximum(observed, 0.0)) - np.sqrt(expected))
    return scores


def dispersion(z: NDArray[np.float64], trim: float = TRIM) -> float:
    """phi: the mean square of the z-scores, 1 when the units differ by chance alone.

    Winsorised: the lowest and highest `trim` of the scores are set to the quantile there, so that the very units that a
    funnel is to find do not widen it (Spiegelhalter 2005, section A.3). NaN for no scores.
    """
    if z.size == 0:
        return float("nan")
    low, high = np.quantile(z, [trim, 1 - trim])
    return float(np.mean(np.square(np.clip(z, low, high))))


def between_variance(expected: NDArray[np.float64], phi: float) -> float:
    """tau squared: the variance between units on the square-root scale, beside the 1 / 4E of chance; 0 for none.

    The method of moments of DerSimonian & Laird (1986), from the winsorised phi (Spiegelhalter 2005, section A.3).
    """
    n = expected.size
    weights = 4 * expected
    room = float(weights.sum() - (weights**2).sum() / weights.sum()) if n > 1 else 0.0
    return max(0.0, (n * phi - (n - 1)) / room) if room > 0 else 0.0


def random_effect_limits(
    expected: NDArray[np.float64], tau_squared: float, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits of observed / expected for units that differ by tau squared on the square-root scale as well as by chance.

    (1 -+ z sqrt(1 / 4E + tau squared)) squared, not below 0.
    """
    from statistics import NormalDist

    reach = NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(1 / (4 * expected) + tau_squared)
    return np.square(np.maximum(1 - reach, 0.0)), np.square(1 + reach)
