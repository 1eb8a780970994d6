"""The seasonal Mann-Kendall test for a monotonic trend, and the seasonal Sen slope.

Each season is compared only with itself (Aprils with Aprils), so a seasonal pattern is not mistaken for a trend, and a
missing period keeps its place in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SeasonalKendall:
    """The result of the test.

    s: Kendall's score summed over seasons; var_s: its variance with ties corrected for; z: the continuity-corrected
    normal score; p: two-sided; slope: median change per cycle of seasons (a year), in units of the values.
    """

    s: float
    var_s: float
    z: float
    p: float
    slope: float


def seasonal_kendall(values: NDArray[np.float64], season: NDArray[np.int64]) -> SeasonalKendall:
    """Seasonal Mann-Kendall test for a monotonic trend.

    values: shape (n,), one per period, NaN where unknown (the position is kept).
    season: shape (n,), the season of each value (0..11 for months). All zero makes it the plain Mann-Kendall test.
    Ties are corrected for; the variance is summed over seasons, taken as independent of one another (Hirsch, Slack &
    Smith 1982, Water Resources Research 18:107-121). The slope is the median over seasons of all pairwise slopes.
    Raises ValueError when no season has two values, or the shapes differ.
    """
    if values.shape != season.shape or values.ndim != 1:
        raise ValueError(f"values and season must be 1-D and alike, not {values.shape} and {season.shape}")
    score = variance = 0.0
    slopes = []
    position = np.arange(values.size)
    cycle = len(np.unique(season))
    for one in np.unique(season):
        here = (season == one) & ~np.isnan(values)
        x, t = values[here], position[here]
        if x.size < 2:
            continue
        later, earlier = np.tril_indices(x.size, k=-1)
        gaps = x[later] - x[earlier]
        score += float(np.sign(gaps).sum())
        variance += tie_corrected_variance(x)
        slopes.append(gaps / (t[later] - t[earlier]) * cycle)
    if not slopes:
        raise ValueError("no season has two values")
    z = 0.0 if score == 0 or variance == 0 else (score - np.sign(score)) / sqrt(variance)
    return SeasonalKendall(score, variance, float(z), erfc(abs(z) / sqrt(2)), float(np.median(np.concatenate(slopes))))


def tie_corrected_variance(x: NDArray[np.float64]) -> float:
    """The variance of Kendall's score for n values with ties: Kendall (1975), Rank Correlation Methods, p. 55."""
    n = x.size
    _, ties = np.unique(x, return_counts=True)
    return float((n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18)
