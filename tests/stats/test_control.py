"""Control charts about a reference: the error rates that docs/methods.md states, by simulation; and by algebra."""

from __future__ import annotations

import numpy as np
import pytest

from pmcli.stats.control import control_charts
from pmcli.stats.counts import variance_ratio
from pmcli.stats.season import seasonal_factors
from pmcli.stats.special_causes import NEAR, OUTSIDE

D = 4.2


def simulated(rng: np.random.Generator, frequency: int, a_year: float, jump: float, series: int = 2000) -> np.ndarray:
    """Six years of negative binomial counts of dispersion D with a season of 15 %; the last year times `jump`."""
    n = 6 * frequency
    mean = a_year / frequency * (1 + 0.15 * np.cos(2 * np.pi * np.arange(n) / frequency))
    mean[-frequency:] *= jump
    excess = variance_ratio(mean, D) - 1
    return rng.poisson(rng.gamma(mean / excess, excess, (series, n))).astype(float)


def signals(values: np.ndarray, frequency: int) -> np.ndarray:
    """Which periods of the last year signal, as `pm spc` draws it: the two years before are the reference."""
    n = values.shape[1]
    seasons = seasonal_factors(values[:, :-frequency], frequency)[:, np.arange(n) % frequency]
    place = slice(n - 3 * frequency, n)
    chart = control_charts(
        values[:, place], seasons[:, place], slice(0, 2 * frequency), dispersion=np.full(len(values), D)
    )
    return np.isin(chart.rule[:, -frequency:], [OUTSIDE, NEAR])


@pytest.mark.parametrize("a_year", [100, 1500, 20_000])
@pytest.mark.parametrize(("frequency", "most"), [(4, 0.12), (12, 0.33)])
def test_a_year_in_which_nothing_happens_rarely_signals(frequency: int, most: float, a_year: float) -> None:
    rate = signals(simulated(np.random.default_rng(frequency), frequency, a_year, 1.0), frequency).any(axis=1).mean()
    assert 0.005 < rate <= most


@pytest.mark.parametrize("frequency", [4, 12])
def test_forty_per_cent_more_is_seen_within_two_quarters(frequency: int) -> None:
    seen = signals(simulated(np.random.default_rng(2), frequency, 1500, 1.4), frequency)
    assert seen.any(axis=1).mean() >= 0.9
    first = np.where(seen.any(axis=1), seen.argmax(axis=1), frequency) + 1
    assert np.median(first) <= 2 * frequency // 4


def test_a_poisson_count_has_a_spread_of_one_on_the_scale_of_the_limits() -> None:
    """So with no dispersion the limits of a count of 400 lie 3 roots from it: 2 (sqrt(460.9) - sqrt(400)) = 3."""
    values = np.full((1, 24), 400.0)
    chart = control_charts(values, np.ones((1, 24)), slice(0, 12), dispersion=np.array([1.0]))
    assert chart.upper[0, 0] == pytest.approx(400 + 3 * np.sqrt(400.375) + 2.25)
    assert chart.lower[0, 0] == pytest.approx(400 - 3 * np.sqrt(400.375) + 2.25)


def test_shares_are_charted_as_xmr_about_the_reference() -> None:
    values = np.array([[0.8, 0.82, 0.79, 0.81] * 6])
    chart = control_charts(values, np.ones(values.shape), slice(0, 24), dispersion=None, screen=False)
    ranges = np.abs(np.diff(values[0]))
    assert chart.upper[0, 0] - chart.centre[0, 0] == pytest.approx(3 / 1.128 * ranges.mean())


def test_a_gap_moves_no_level_and_ends_a_run() -> None:
    values = np.array([[100.0, 90, 110, np.nan, 100, 90, 110, 100, 90, 110, 100, 90]])
    chart = control_charts(values, np.ones(values.shape), slice(0, 12), dispersion=np.array([2.0]))
    assert chart.centre[0, 0] == pytest.approx(np.nanmean(values))
    assert np.isnan(chart.moving_range[0, [3, 4]]).all()
