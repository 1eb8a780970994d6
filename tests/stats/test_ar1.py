"""The regression with AR(1) errors against dense matrices and scipy's own optimiser."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from pmcli.stats.ar1 import HIGHEST, LOWEST, STEP, last_coefficient
from tests.stats.series import monthly


def design(place: np.ndarray, frequency: int = 12) -> np.ndarray:
    return np.column_stack([(place % frequency)[:, None] == np.arange(frequency), place / frequency]).astype(float)


def covariance(place: np.ndarray, rho: float) -> np.ndarray:
    return rho ** np.abs(place[:, None] - place[None, :])


def restricted_likelihood(theta: np.ndarray, y: np.ndarray, x: np.ndarray, place: np.ndarray) -> float:
    """Harville (1977), with the log variance and rho as they stand: minus the log likelihood, from full matrices."""
    v = np.exp(theta[0]) * covariance(place, theta[1])
    inverse = np.linalg.inv(v)
    inside = x.T @ inverse @ x
    left = y - x @ np.linalg.solve(inside, x.T @ inverse @ y)
    return 0.5 * (np.linalg.slogdet(v)[1] + np.linalg.slogdet(inside)[1] + left @ inverse @ left)


def variance(theta: np.ndarray, x: np.ndarray, place: np.ndarray) -> float:
    v = np.exp(theta[0]) * covariance(place, theta[1])
    return float(np.linalg.inv(x.T @ np.linalg.inv(v) @ x)[-1, -1])


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
@pytest.mark.parametrize("gap", [False, True])
def test_the_regression_is_generalised_least_squares_at_the_reml_estimate(seed: int, gap: bool) -> None:
    place = np.array([i for i in range(96) if not (gap and (30 <= i < 37 or i in (5, 60)))])
    y = np.log(monthly(seed)[0, place])
    x = design(place)
    ours = last_coefficient(y[None, :], x, place)
    best = optimize.minimize(
        restricted_likelihood, [np.log(0.02), 0.3], (y, x, place), method="Nelder-Mead", options={"xatol": 1e-6}
    ).x
    assert ours.rho[0] == pytest.approx(best[1], abs=0.003)
    inverse = np.linalg.inv(covariance(place, best[1]))
    beta = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
    assert ours.estimate[0] == pytest.approx(beta[-1], rel=1e-2, abs=1e-5)
    assert ours.error[0] == pytest.approx(np.sqrt(variance(best, x, place)), rel=2e-3)
    # Satterthwaite, with the residual variance profiled out: its log has variance 2 / (m - p) given rho.
    spare = len(y) - x.shape[1]

    def log_variance(rho: float) -> float:
        inverse = np.linalg.inv(covariance(place, rho))
        inside = np.linalg.inv(x.T @ inverse @ x)
        left = y - x @ inside @ x.T @ inverse @ y
        return float(np.log(left @ inverse @ left / spare * inside[-1, -1]))

    slope = (log_variance(best[1] + 0.03) - log_variance(best[1] - 0.03)) / 0.06
    expected = 2 / (2 / spare + slope**2 * (1 - best[1] ** 2) / spare)
    assert ours.df[0] == pytest.approx(expected, rel=0.03)


def test_independent_errors_give_nearly_ordinary_least_squares() -> None:
    rng = np.random.default_rng(5)
    place = np.arange(400)
    y = 3 + 0.02 * place / 12 + rng.normal(0, 0.1, 400)
    ours, plain = last_coefficient(y[None, :], design(place, 1)[:, :2], place), stats.linregress(place, y)
    assert abs(ours.rho[0]) < 0.1
    assert ours.estimate[0] == pytest.approx(plain.slope, rel=0.05)
    assert ours.error[0] == pytest.approx(plain.stderr, rel=0.1)


def test_an_alternating_series_stops_at_the_edge_of_the_grid() -> None:
    y = np.where(np.arange(60) % 2, 1.0, -1.0) + np.random.default_rng(1).normal(0, 0.01, 60)
    ours = last_coefficient(y[None, :], design(np.arange(60), 1)[:, :2], np.arange(60))
    assert ours.rho[0] == pytest.approx(LOWEST, abs=STEP)


def test_the_autocorrelation_is_held_to_what_noise_can_have() -> None:
    walk = np.random.default_rng(4).normal(size=(20, 120)).cumsum(axis=1)
    ours = last_coefficient(walk, design(np.arange(120), 1)[:, :2], np.arange(120))
    assert ours.rho == pytest.approx(np.full(20, HIGHEST), abs=STEP)
