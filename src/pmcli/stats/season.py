"""How each season lies beside the year it is in: the ratio to the centred 12 months, as demographers and the Census
Bureau's X-11 take it first.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

YEARS: Final = 5
"""The latest years that the seasons are taken from."""

LEAST_YEARS: Final = 3
"""With fewer, a season rests on one or two figures, and is better left in."""


def seasonal_factors(values: Floats, frequency: int, years: int = YEARS) -> Floats:
    """The factor of each season, 1 on average: shape (series, frequency), by position in the series mod frequency.

    values: shape (series, n), NaN where unknown. frequency: periods a year, 4 or 12. A factor is the median over the
    latest `years` of the figure's ratio to the year centred on it (the two half-periods at its ends weigh a half).
    All ones where fewer than three years are known, or a year has nothing in it.
    """
    values = np.asarray(values, float)
    n = values.shape[1]
    seasons = np.ones((values.shape[0], frequency))
    if n < LEAST_YEARS * frequency:
        return seasons
    start = max(0, n - (years + 1) * frequency)
    half = frequency // 2
    weights = np.r_[0.5, np.ones(frequency - 1), 0.5] / frequency
    year = np.lib.stride_tricks.sliding_window_view(values[:, start:], frequency + 1, axis=1) @ weights
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(year > 0, values[:, start + half : n - half] / year, np.nan)
    season = np.arange(start + half, n - half) % frequency
    known = np.stack([np.isfinite(ratio[:, season == one]).any(axis=1) for one in range(frequency)], axis=1).all(axis=1)
    for one in range(frequency):
        mine = ratio[known][:, season == one][:, -years:]
        seasons[known, one] = np.nanmedian(mine, axis=1)
    usable = (seasons > 0).all(axis=1)
    seasons[~usable] = 1.0
    even: Floats = seasons / seasons.mean(axis=1, keepdims=True)
    return even
