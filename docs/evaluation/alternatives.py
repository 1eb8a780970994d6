"""Other tests for a long-term trend, measured beside pm's own and not used by it.

Each takes counts of shape (series, n) and the number of periods a year, and returns two-sided p-values.
"""

from __future__ import annotations

import numpy as np
import pymannkendall
from numpy.typing import NDArray
from scipy import special, stats

Array = NDArray[np.float64]


def seasonal_kendall(y: Array, frequency: int) -> Array:
    """The plain seasonal Mann-Kendall test for many series (the tests check it against pm's own function)."""
    score, variance = np.zeros(len(y)), np.zeros(len(y))
    for season in range(frequency):
        x = y[:, season::frequency]
        m = x.shape[1]
        later, earlier = np.tril_indices(m, -1)
        score += np.sign(x[:, later] - x[:, earlier]).sum(axis=1)
        tied = (x[:, :, None] == x[:, None, :]).sum(axis=2)
        variance += (m * (m - 1) * (2 * m + 5) - ((tied - 1) * (2 * tied + 5)).sum(axis=1)) / 18
    return _normal(score, variance)


def hirsch_slack(y: Array, frequency: int) -> Array:
    """Seasonal Mann-Kendall with covariances between seasons: Hirsch & Slack (1984), Water Resour. Res. 20:727-732."""
    years = y.shape[1] // frequency
    x = y[:, : years * frequency].reshape(len(y), years, frequency)
    sign = np.sign(x[:, :, None, :] - x[:, None, :, :])
    pairs = sign[:, *np.tril_indices(years, -1), :]
    rank = (years + 1 + sign.sum(axis=2)) / 2
    k = np.einsum("sag,sah->sgh", pairs, pairs)
    r = np.einsum("sjg,sjh->sgh", rank, rank)
    covariance = (k + 4 * r - years * (years + 1) ** 2) / 3
    return _normal(pairs.sum(axis=(1, 2)), covariance.sum(axis=(1, 2)))


def hamed_rao(y: Array, frequency: int) -> Array:
    """Variance inflation by ranked autocorrelation, on values less their season's median: Hamed & Rao (1998)."""
    return _pymannkendall(pymannkendall.hamed_rao_modification_test, y, frequency)


def yue_wang(y: Array, frequency: int) -> Array:
    """Variance inflation by autocorrelation, on values less their season's median: Yue & Wang (2004)."""
    return _pymannkendall(pymannkendall.yue_wang_modification_test, y, frequency)


def ordinary(y: Array, frequency: int) -> Array:
    """The same log-linear regression with independent errors."""
    x, log = _design(y.shape[1], frequency), np.log(y + 0.5)
    solve = np.linalg.pinv(x)
    spare = len(x) - x.shape[1]
    left = log - log @ solve.T @ x.T
    error = np.sqrt((left**2).sum(axis=1) / spare * (solve[-1] ** 2).sum())
    return 2 * stats.t.sf(np.abs(log @ solve[-1]) / error, spare)


def robust_poisson(y: Array, frequency: int) -> Array:
    """Poisson regression with Newey & West (1987) errors, lag 4 (n / 100)^(2/9), t with n - p degrees of freedom."""
    n = y.shape[1]
    x = _design(n, frequency)
    lags = int(np.ceil(4 * (n / 100) ** (2 / 9)))
    p = np.empty(len(y))
    for i, counts in enumerate(y):
        eta = np.full(n, np.log(max(counts.mean(), 0.1)))
        for _ in range(8):
            mu = np.exp(eta)
            information = x.T @ (x * mu[:, None])
            beta = np.linalg.solve(information, x.T @ (mu * (eta + (counts - mu) / mu)))
            eta = np.clip(x @ beta, -5, 12)
        score = x * (counts - np.exp(eta))[:, None]
        middle = score.T @ score
        for lag in range(1, lags + 1):
            across = score[lag:].T @ score[:-lag]
            middle += (1 - lag / (lags + 1)) * (across + across.T)
        bread = np.linalg.inv(information)
        error = np.sqrt((bread @ middle @ bread)[-1, -1] * n / (n - x.shape[1]))
        p[i] = 2 * stats.t.sf(abs(beta[-1]) / error, n - x.shape[1])
    return p


def block_bootstrap(y: Array, frequency: int) -> Array:
    """The log-linear slope against its moving-block bootstrap distribution (blocks of a year, 199 draws)."""
    rng = np.random.default_rng(1)
    log, n = np.log(y + 0.5), y.shape[1]
    x = _design(n, frequency)
    solve = np.linalg.pinv(x)
    slope = log @ solve[-1]
    left = (log - log @ solve.T @ x.T) * np.sqrt(n / (n - x.shape[1]))
    beyond = np.zeros(len(y))
    for _ in range(199):
        starts = rng.integers(0, n - frequency + 1, -(-n // frequency))
        drawn = (starts[:, None] + np.arange(frequency)).ravel()[:n]
        beyond += np.abs(left[:, drawn] @ solve[-1]) >= np.abs(slope)
    return (beyond + 1) / 200


def _design(n: int, frequency: int) -> Array:
    t = np.arange(n)
    return np.column_stack([t[:, None] % frequency == np.arange(frequency), (t - t.mean()) / frequency])


def _normal(score: Array, variance: Array) -> Array:
    z = np.where(score == 0, 0.0, (score - np.sign(score)) / np.sqrt(np.maximum(variance, 1e-9)))
    return special.erfc(np.abs(z) / np.sqrt(2))


def _pymannkendall(test, y: Array, frequency: int) -> Array:  # noqa: ANN001
    season = np.arange(y.shape[1]) % frequency
    with np.errstate(invalid="ignore"):  # their variance can come out below 0; such a p is nan, and no alarm
        return np.array([test(one - _medians(one, season)[season]).p for one in y])


def _medians(values: Array, season: NDArray[np.int64]) -> Array:
    return np.array([np.median(values[season == one]) for one in np.unique(season)])
