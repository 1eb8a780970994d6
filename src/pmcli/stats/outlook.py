"""What the coming 12-month totals of a count are likely to be: season, level, and how far such totals wander.

The level follows the latest periods more than the earlier ones (simple exponential smoothing, Brown 1956, Exponential
Smoothing for Predicting Demand); no trend is carried on. Its intervals held what they said they would on 14 years of 44
forces' figures: docs/evaluation/ahead.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pmcli.stats.distributions import t_quantile, t_two_sided
from pmcli.stats.season import seasonal_factors

Floats = NDArray[np.float64]

LEVEL_YEARS: Final = 3
FAST, SLOW, LARGE = 0.7, 0.5, 500.0
"""How much of the level is the latest quarter's: more where a year has 500 or more."""

FEW: Final = 50.0
"""Events a year below which the total is foreseen as a negative binomial count."""

NARROWER, TAILS = 0.928, 5.0
"""Quantiles are 0.928 of those of Student's t with 5 degrees of freedom: the tails of the errors that were made."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Totals foreseen: arrays of shape (series, horizons); NaN where nothing can be said.

    total: the expected 12-month total. kept: the part of it that is known already. spread: the standard deviation of
    its logarithm. shape: the size parameter of the negative binomial of the part that is not known, NaN where the
    logarithm is taken as Student's t instead.
    """

    total: Floats
    kept: Floats
    spread: Floats
    shape: Floats

    def quantile(self, p: float) -> Floats:
        """The p-quantile (0 < p < 1, p not 1/2) of each total, never below what is known already."""
        deviate = np.sign(p - 0.5) * NARROWER * _tail(max(p, 1 - p))
        ends: Floats = np.maximum(self.total * np.exp(deviate * self.spread), self.kept)
        few = ~np.isnan(self.shape)
        if few.any():
            upto = _negative_binomial(self.total[few] - self.kept[few], self.shape[few])
            ends[few] = self.kept[few] + (upto < p).sum(axis=1)
        return ends

    def at_most(self, count: Floats) -> Floats:
        """P(total <= count), count broadcast to the shape of the totals; NaN counts give NaN."""
        count = np.broadcast_to(np.asarray(count, float), self.total.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.log(np.maximum(count + 0.5, 1e-9) / self.total) / (NARROWER * self.spread)
        tail = t_two_sided(np.nan_to_num(t), np.full(t.shape, TAILS)) / 2
        chance = np.where(np.isnan(t), np.nan, np.where(t < 0, tail, 1 - tail))
        few = np.flatnonzero(~np.isnan(self.shape.ravel()) & ~np.isnan(count.ravel()))
        if few.size:
            total, kept, shape = (one.ravel()[few] for one in (self.total, self.kept, self.shape))
            upto = _negative_binomial(total - kept, shape)
            place = np.floor(count.ravel()[few] - kept).astype(np.int64)
            inside = upto[np.arange(few.size), np.clip(place, 0, upto.shape[1] - 1)]
            chance.ravel()[few] = np.where(place < 0, 0.0, inside)
        return np.asarray(chance)


@cache
def _tail(p: float) -> float:
    """The p-quantile of the errors that were made: the same for every series and horizon."""
    return float(t_quantile(p, np.array([TAILS]))[0])


def outlook(values: Floats, frequency: int, wander: Floats, months: Sequence[int]) -> Outlook:
    """The 12-month totals that end `months` after the last period of each series.

    values: shape (series, n), counts a period, NaN where unknown; the last 12 months have to be known. frequency: 4 or
    12. wander: shape (series,), how far a year's total of this measure wanders from its forecast beyond chance (`ahead`
    in the catalogue). months: how far ahead, 1 to 12, whole periods.
    Season: `seasonal_factors`. Level: weights a (1 - a)^k on the seasonally adjusted logarithms of the last 3 years, a
    .7 (500 or more a year) or .5 a quarter, 1 - (1 - a)^(1/3) a month. Spread: h quarters ahead, of n a year,
    sd^2 = (h + h^2 a / (2 - a)) / 4n + (c h / 4)^2. Under 50 a year the part to come is negative binomial with mean n
    h / 4 and size 1 / (c^2 + 1 / (n + 1/2)), n being the last 12 months. Raises ValueError for another frequency or
    horizon.
    """
    if frequency not in (4, 12) or any(not 0 < ahead <= 12 or ahead * frequency % 12 for ahead in months):
        raise ValueError(f"frequency {frequency} and months ahead {tuple(months)} do not fit")
    values = np.asarray(values, float)
    n = values.shape[1]
    if n < 2 * frequency:
        nothing = np.full((len(values), len(months)), np.nan)
        return Outlook(nothing, nothing, nothing, nothing)
    factors = seasonal_factors(values, frequency)
    year = values[:, n - frequency :].sum(axis=1)
    quarterly = np.where(year >= LARGE, FAST, SLOW)
    level = _level(values, factors, quarterly if frequency == 4 else 1 - (1 - quarterly) ** (1 / 3))
    columns = [
        _ahead(values, factors, level, year, quarterly, np.asarray(wander, float), one * frequency // 12)
        for one in months
    ]
    return Outlook(*(np.stack(part, axis=1) for part in zip(*columns, strict=True)))


def _level(values: Floats, factors: Floats, alpha: Floats) -> Floats:
    """The level of each series, a period without season: shape (series,)."""
    frequency, n = factors.shape[1], values.shape[1]
    used = min(n, LEVEL_YEARS * frequency)
    place = np.arange(n - used, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.maximum(values[:, place], 0.5) / factors[:, place % frequency])
    weights = (1 - alpha[:, None]) ** np.arange(used - 1, -1, -1)
    weights = np.where(np.isnan(logs), 0.0, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        level: Floats = np.exp((weights * np.nan_to_num(logs)).sum(axis=1) / weights.sum(axis=1))
    return level


def _ahead(
    values: Floats, factors: Floats, level: Floats, year: Floats, alpha: Floats, wander: Floats, periods: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """total, kept, spread and shape for one horizon, `periods` ahead."""
    frequency, n = factors.shape[1], values.shape[1]
    kept = values[:, n - frequency + periods :].sum(axis=1)
    coming = level * factors[:, (n + np.arange(periods)) % frequency].sum(axis=1)
    h = periods * 4 / frequency
    few = year < FEW
    coming = np.where(few, np.maximum(year, 0.5) * h / 4, coming)
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = (h + h * h * alpha / (2 - alpha)) / (4 * frequency * level)
        spread = np.sqrt(chance + np.square(wander * h / 4))
        shape = np.where(few, 1 / (np.square(wander) + 1 / (np.maximum(year, 0.0) + 0.5)), np.nan)
    unknown = np.isnan(year)
    return tuple(np.where(unknown, np.nan, one) for one in (kept + coming, kept, spread, shape))  # type: ignore[return-value]


def _negative_binomial(mean: Floats, size: Floats) -> Floats:
    """P(X <= k) for k = 0, 1, …, as far as any of them needs: shape (series, k)."""
    sd = np.sqrt(mean + mean * mean / size)
    last = int(np.nanmax(mean + 15 * sd, initial=0.0)) + 30
    chance = np.empty((mean.size, last + 1))
    chance[:, 0] = (size / (size + mean)) ** size
    for k in range(last):
        chance[:, k + 1] = chance[:, k] * (k + size) / (k + 1) * (mean / (size + mean))
    upto: Floats = np.minimum(chance.cumsum(axis=1), 1.0)
    return upto
