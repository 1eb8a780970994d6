"""Simulated series for the tests of stats/."""

from __future__ import annotations

import numpy as np


def monthly(
    seed: int, n: int = 96, mean: float = 200, rate: float = 0.0, rho: float = 0.3, series: int = 1
) -> np.ndarray:
    """Counts of shape (series, n), seasonal, with AR(1) in the log of the mean and a rate of change a year."""
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((series, n))
    for i in range(1, n):
        z[:, i] = rho * z[:, i - 1] + np.sqrt(1 - rho**2) * z[:, i]
    t = np.arange(n)
    mu = mean * (1 + 0.15 * np.sin(2 * np.pi * t / 12)) * (1 + rate) ** ((t - t.mean()) / 12)
    return rng.poisson(mu * np.exp(0.1 * z)).astype(float)
