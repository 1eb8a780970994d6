"""Simulated series that look like recorded crime: counts, seasonal, overdispersed and autocorrelated.

Used by the evaluations beside it. Nothing here comes from the methods that are evaluated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats


def crime(
    rng: np.random.Generator,
    mean: NDArray[np.float64],
    *,
    series: int,
    dispersion: float | None,
    rho: float,
    model: str,
    spread: float = 0.1,
) -> NDArray[np.float64]:
    """Counts of shape (series, n) about `mean` of shape (n,).

    dispersion: k in the negative binomial variance mu + mu^2 / k; None for Poisson. rho: the autocorrelation.
    model "counts": the counts themselves are an AR(1) process, by a normal copula with negative binomial margins.
    model "log mean": the log of the mean is an AR(1) process with standard deviation `spread`; given it the counts are
    independent and negative binomial (Zeger 1988, Biometrika 75:621-629, section 2).
    """
    latent = autoregressive(rng, (series, len(mean)), rho)
    if model == "counts":
        return _quantiles(special.ndtr(latent), mean, dispersion)
    rate = mean * np.exp(spread * latent - spread**2 / 2)
    if dispersion is not None:
        rate = rate * rng.gamma(dispersion, 1 / dispersion, rate.shape)
    return rng.poisson(rate).astype(float)


def seasonal_mean(
    n: int, frequency: int, level: float, *, swing: float, log_rate: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A mean of shape (n,) with a seasonal swing (a fraction) about level x exp(log_rate), centred on the middle."""
    t = np.arange(n)
    return level * (1 + swing * np.cos(2 * np.pi * t / frequency)) * np.exp(log_rate - log_rate.mean())


def autoregressive(rng: np.random.Generator, shape: tuple[int, int], rho: float) -> NDArray[np.float64]:
    """Standard normal AR(1) series, stationary from the first value."""
    z = rng.standard_normal(shape)
    for t in range(1, shape[1]):
        z[:, t] = rho * z[:, t - 1] + np.sqrt(1 - rho * rho) * z[:, t]
    return z


def _quantiles(u: NDArray[np.float64], mean: NDArray[np.float64], dispersion: float | None) -> NDArray[np.float64]:
    """The counts at probabilities u, column by column; the distribution of each different mean is tabulated once."""
    y = np.empty_like(u)
    for mu in np.unique(mean):
        top = int(mu + 12 * np.sqrt(mu + (0 if dispersion is None else mu * mu / dispersion)) + 30)
        margin = stats.poisson(mu) if dispersion is None else stats.nbinom(dispersion, dispersion / (dispersion + mu))
        below = margin.cdf(np.arange(top))
        here = mean == mu
        y[:, here] = np.searchsorted(below, u[:, here])
    return y
