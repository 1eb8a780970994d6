"""The test for a long-term trend that pm uses by default: one steady rate of change, seasonal, autocorrelated.

The log of the values is a level for each season, a change at each declared step, and a straight line in time; what is
left over is an AR(1) process. Unlike the plain seasonal Mann-Kendall test it keeps to its 5 % on monthly and quarterly
crime counts: docs/evaluation/trend.md holds the measured rates of false alarms, and its power. The autocorrelation is
taken to be 0.6 at most: a level that moved and stayed is a long-term change, whatever its path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pmcli.stats.ar1 import last_coefficient
from pmcli.stats.distributions import t_quantile, t_two_sided

METHOD: Final = "log-linear regression, seasonal, AR(1) errors by REML, t test with Satterthwaite degrees of freedom"
LEAST_DF: Final = 6  # values known beyond the parameters; below that an interval says nothing
LEAST_YEARS: Final = 2
LEAST_MEAN: Final = 0.5  # counts a period; below that a rate of change has no useful interval
COVER: Final = 0.95
OUTLYING: Final = 3.5  # standard deviations beyond which a value is drawn in, such as a mass event or a lockdown month
NO_IDEA: Final = (-0.9, 9.0)  # an interval from a tenth to tenfold a year is no estimate


@dataclass(frozen=True, slots=True)
class LongTerm:
    """The result of the test; None where it cannot be had.

    p: two-sided. change_per_year: a fraction (-0.05 is 5 % fewer every year), with its 95 % interval from low to high.
    slope: per year, in the units of the values, at their mean level. periods: how many values were known.
    autocorrelation: of the errors of neighbouring periods.
    """

    p: float | None
    change_per_year: float | None
    low: float | None
    high: float | None
    slope: float | None
    periods: int
    autocorrelation: float | None


def long_term_trend(values: NDArray[np.float64], frequency: int, *, steps: Sequence[int] = ()) -> LongTerm:
    """Test one series for a long-term trend, net of its seasons and of declared steps.

    values: shape (n,), one per period, NaN where unknown (the position is kept). frequency: periods a year (12, 4, 1).
    steps: positions from which on the level may differ, such as a recording change; one outside the known values, or
    that cannot be told from another, changes nothing. Everything but `periods` is None when fewer than two years of
    values, or fewer than six beyond the model's parameters, are known.
    Method and scales: `long_term_trends`. Raises ValueError when values is not 1-D or frequency is below 1.
    """
    values = np.asarray(values, float)
    if values.ndim != 1:
        raise ValueError(f"values must be 1-D, not {values.shape}")
    return long_term_trends(values[None, :], frequency, steps=[steps])[0]


def long_term_trends(
    values: NDArray[np.float64], frequency: int, *, steps: Sequence[Sequence[int]] = ()
) -> list[LongTerm]:
    """The same test for many series at once; those with the same gaps and steps share the work.

    values: shape (series, n), NaN where unknown. steps: those of each series, or () when none has any.
    Each series is tested on the scale that its values allow: counts (whole, none negative) as log(y + 1/2); other
    values above 0, such as shares and means, as log(y); the rest as they are, the change being then the slope over
    the mean. A value further than 3.5 robust standard deviations from the fitted line is drawn in to that distance
    (Huber 1981, Robust Statistics, section 7.8), so that one month neither makes a trend nor hides one.
    The regression and its degrees of freedom: see `ar1.last_coefficient`. For small counts the mean of
    log(y + 1/2) moves less than the log of the mean; estimate and interval (not the test) are divided by how much less,
    for a Poisson count at the series' mean. Raises ValueError when the shapes or the frequency make no sense.
    """
    values = np.asarray(values, float)
    if values.ndim != 2 or frequency < 1 or (len(steps) not in (0, len(values))):
        raise ValueError(f"values {values.shape}, frequency {frequency} and {len(steps)} lists of steps do not fit")
    alike: dict[tuple[bytes, tuple[int, ...]], list[int]] = {}
    known = np.isfinite(values)
    for i in range(len(values)):
        alike.setdefault((known[i].tobytes(), tuple(steps[i]) if len(steps) else ()), []).append(i)
    results: dict[int, LongTerm] = {}
    for (_, own_steps), members in alike.items():
        place = np.flatnonzero(known[members[0]])
        results.update(zip(members, _alike(values[members][:, place], place, frequency, own_steps), strict=True))
    return [results[i] for i in range(len(values))]


def _alike(y: NDArray[np.float64], place: NDArray[np.int64], frequency: int, steps: tuple[int, ...]) -> list[LongTerm]:
    """The test for series known at the same places: y of shape (series, len(place))."""
    periods = len(place)
    nothing = LongTerm(None, None, None, None, None, periods, None)
    if periods < LEAST_YEARS * frequency:
        return [nothing] * len(y)
    levels = _levels(place, frequency, steps)
    x = np.column_stack([levels, (place - place.mean()) / frequency])
    if periods - x.shape[1] < LEAST_DF or np.linalg.matrix_rank(x) < x.shape[1]:
        return [nothing] * len(y)

    scaled, scatter, divisor, logged = _scale(y)
    beyond_levels, beyond_line = _left_over(scaled, levels), _left_over(scaled, x)
    flat = beyond_levels <= 1e-20 * np.square(scaled).sum(axis=1)
    exact = ~flat & (beyond_line <= 1e-20 * beyond_levels)
    fit = last_coefficient(_drawn_in(scaled, x, scatter), x, place)
    slope = np.where(flat, 0.0, fit.estimate)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = t_two_sided(np.where(flat | exact, 0.0, slope / fit.error), fit.df)
    p[exact] = 0.0
    half = np.where(flat | exact, 0.0, fit.error * t_quantile(0.5 + COVER / 2, fit.df))
    mean = y.mean(axis=1)
    per_year = np.where(logged, slope / divisor * mean, slope)
    change, low, high = (_change(end, divisor, mean, logged) for end in (slope, slope - half, slope + half))
    no_idea = np.isnan(low) | np.isnan(high) | ((low < NO_IDEA[0]) & (high > NO_IDEA[1]))
    change[no_idea] = low[no_idea] = high[no_idea] = np.nan
    rho = np.where(flat | exact, np.nan, fit.rho)
    return [
        LongTerm(
            p=_known(p[i]),
            change_per_year=_known(change[i]),
            low=_known(low[i]),
            high=_known(high[i]),
            slope=_known(per_year[i]),
            periods=periods,
            autocorrelation=_known(rho[i]),
        )
        for i in range(len(y))
    ]


def _levels(place: NDArray[np.int64], frequency: int, steps: Sequence[int]) -> NDArray[np.float64]:
    """A column for each season that occurs, and one for each step that can be told from the columns before it."""
    season = place % frequency
    columns = [(season == one).astype(float) for one in np.unique(season)]
    for step in sorted(set(steps)):
        wider = [*columns, (place >= step).astype(float)]
        if np.linalg.matrix_rank(np.column_stack(wider)) == len(wider):
            columns = wider
    return np.column_stack(columns)


def _drawn_in(y: NDArray[np.float64], x: NDArray[np.float64], least: NDArray[np.float64]) -> NDArray[np.float64]:
    """Huber's pseudo-values: outlying values moved to the edge of what is ordinary about the line that they leave.

    What is ordinary is told from the median absolute deviation, but is never less than `least` (a count's own Poisson
    scatter), so that the few offences of a rare crime are not taken for outliers; where that is 0 (not a count), never
    less than half the standard deviation.
    """
    q, _ = np.linalg.qr(x)
    spare = len(x) - x.shape[1]
    least = np.where(least > 0, least, 0.5 * np.sqrt(_left_over(y, x) / spare))[:, None]
    drawn = y
    for _ in range(10):
        line = (drawn @ q) @ q.T
        left = y - line
        spread = np.median(np.abs(left), axis=1, keepdims=True) / 0.6745 * np.sqrt(len(x) / spare)
        edge = OUTLYING * np.maximum(spread, least)
        drawn = line + np.clip(left, -edge, edge)
    return drawn


def _scale(
    y: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Each series on the scale of its test, its least scatter there, what its slope is to be divided by, and whether
    that scale is a logarithm.
    """
    least = y.min(axis=1)
    count = (least >= 0) & (y == np.floor(y)).all(axis=1)
    logged = count | (least > 0)
    shifted = np.where(count[:, None], y + 0.5, np.where(logged[:, None], y, 1.0))
    mean = y.mean(axis=1)
    scatter = np.where(count, 1 / np.sqrt(np.abs(mean) + 0.5), 0.0)
    divisor = np.where(count, _attenuation(mean), 1.0)
    return np.where(logged[:, None], np.log(shifted), y), scatter, divisor, logged


def _attenuation(mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """d E log(Y + 1/2) / d log(mu) for Y Poisson with mean mu; it is mu E log((Y + 3/2) / (Y + 1/2)), and 1 from 20.

    For any g, d E g(Y) / d mu = E[g(Y + 1) - g(Y)] (Johnson, Kemp & Kotz 2005, Univariate Discrete Distributions,
    section 4.3).
    """
    result = np.ones_like(mean)
    small = (mean > 0) & (mean < 20)
    if small.any():
        mu, k = mean[small, None], np.arange(1, 81)
        chance = np.exp(np.concatenate([-mu, np.log(mu / k).cumsum(axis=1) - mu], axis=1))
        whole = np.arange(81)
        result[small] = (mu * chance * np.log((whole + 1.5) / (whole + 0.5))).sum(axis=1)
    return result


def _left_over(y: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The residual sum of squares of each series on the columns of x."""
    q, _ = np.linalg.qr(x)
    left: NDArray[np.float64] = np.square(y - (y @ q) @ q.T).sum(axis=1)
    return left


def _change(
    slope: NDArray[np.float64], divisor: NDArray[np.float64], mean: NDArray[np.float64], logged: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """A slope on the scale of the test as a fraction a year; NaN where there is no level to be a fraction of."""
    too_few = np.where(divisor < 1, mean < LEAST_MEAN, mean <= 0)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        change = np.where(logged, np.expm1(slope / divisor), slope / mean)
    return np.where(too_few | ~np.isfinite(change), np.nan, change)


def _known(value: float) -> float | None:
    return None if value != value else float(value)
