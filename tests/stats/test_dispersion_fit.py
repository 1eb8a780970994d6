"""Fitting the three numbers of a measure: counts simulated with known ones give them back."""

from __future__ import annotations

import numpy as np
import pytest

from pmcli.stats.counts import variance_ratio
from pmcli.stats.dispersion_fit import crossed_pairs, fit_dispersion, fit_usual_move, fit_wander


@pytest.mark.parametrize("d", [1.0, 2.5, 6.0])
def test_the_dispersion_of_simulated_pairs_comes_back(d: float) -> None:
    rng = np.random.default_rng(2)
    mean = np.exp(rng.uniform(np.log(100), np.log(8000), 6000))
    excess = np.maximum(variance_ratio(mean, d) - 1, 1e-9)
    a, b = (rng.poisson(rng.gamma(mean / excess, excess)).astype(float) for _ in range(2))
    assert fit_dispersion(a, b) == pytest.approx(d, rel=0.12)


def test_a_steady_change_and_a_season_are_no_dispersion() -> None:
    """Falling by a twentieth a quarter with a season: crossed pairs are as near as two Poisson counts."""
    rng = np.random.default_rng(3)
    quarter = np.arange(40)
    mean = 900 * np.exp(-0.01 * quarter) * (1 + 0.3 * np.cos(np.pi * quarter / 2))
    a, b = crossed_pairs(rng.poisson(mean, (300, 40)).astype(float), 4)
    assert fit_dispersion(a, b) == pytest.approx(1.0, abs=0.35)


def test_a_usual_move_comes_back() -> None:
    rng = np.random.default_rng(4)
    then = rng.poisson(3000, 8000).astype(float)
    now = rng.poisson(3000 * np.exp(rng.normal(0, 0.15, 8000))).astype(float)
    assert fit_usual_move(now, then, 1.0) == pytest.approx(0.15, rel=0.05)
    assert fit_usual_move(rng.poisson(3000, 8000).astype(float), then, 1.0) < 0.02


def test_a_series_that_wanders_more_is_said_to() -> None:
    rng = np.random.default_rng(5)
    found = []
    for step in (0.02, 0.1):
        level = 500 * np.exp(np.cumsum(rng.normal(0, step, (60, 48)), axis=1))
        found.append(fit_wander(rng.poisson(level).astype(float), 4))
    assert found[0] < 0.5 * found[1]


def test_nothing_to_fit() -> None:
    nothing = np.zeros((2, 3))
    assert np.isnan(fit_dispersion(nothing, nothing))
    assert np.isnan(fit_usual_move(nothing, nothing, 2.0))
    assert np.isnan(fit_wander(np.full((1, 12), 40.0), 4))
