"""Funnel limits: published numbers, scipy as the reference, and the algebra of the method."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from scipy import stats as reference

from pmcli.stats.funnel import (
    between_variance,
    dispersion,
    poisson_limits,
    poisson_p,
    quantile_limits,
    random_effect_limits,
    z_scores,
)
from pmcli.stats.gamma import gamma_below, gamma_quantile
from tests.conftest import GOLDEN, real

COUNTS = np.array([0.05, 0.3, 0.99, 1.0, 2.5, 5.6, 15.0, 85.1, 993.0, 1e4, 1.7e5])


def test_the_limits_that_funnelplotr_prints():
    # FunnelPlotR tests/testthat/test-poisson_limits.R
    lower, upper = poisson_limits(np.array([15.0]), 0.95)
    assert (lower[0], upper[0]) == (pytest.approx(0.5596924, abs=5e-8), pytest.approx(1.649348, abs=5e-7))
    lower, upper = poisson_limits(np.array([15.0]), 0.998)
    assert (lower[0], upper[0]) == (pytest.approx(0.386265, abs=5e-7), pytest.approx(2.082907, abs=5e-7))


def test_the_kept_golden_numbers():
    golden = json.loads(real(GOLDEN).read_text())["poisson_funnel"]
    for level, name in ((0.95, "95"), (0.998, "998")):
        lower, upper = poisson_limits(np.array(golden["expected"], float), level)
        assert lower == pytest.approx(np.array(golden[f"ll{name}"]), rel=1e-6)
        assert upper == pytest.approx(np.array(golden[f"ul{name}"]), rel=1e-6)


@pytest.mark.parametrize("p", [0.001, 0.025, 0.5, 0.975, 0.999])
def test_gamma_quantiles_are_scipy_s(p):
    assert gamma_quantile(p, COUNTS) == pytest.approx(reference.gamma.ppf(p, COUNTS), rel=1e-10, abs=1e-250)


def test_the_incomplete_gamma_function_is_scipy_s():
    a, x = np.meshgrid(COUNTS, np.array([0.0, 1e-9, 0.1, 1.0, 7.0, 14.9, 90.0, 1000.0, 1.001e4, 1.7e5]))
    assert gamma_below(a, x) == pytest.approx(special.gammainc(a, x), abs=1e-9)


def test_a_probability_that_is_none_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        gamma_quantile(1.0, COUNTS)


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_a_lower_limit_is_0_where_a_count_of_0_is_not_rare(level):
    expected = np.array([0.1, 3.0, 3.7, 6.9, 7.0])
    lower, _ = poisson_limits(expected, level)
    assert ((lower > 0) == (np.exp(-expected) < (1 - level) / 2)).all()


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_quantile_limits_are_spiegelhalter_s_from_scipy_s_quantiles(level):
    expected = COUNTS[COUNTS > 2]
    for p, ours in zip(((1 - level) / 2, (1 + level) / 2), quantile_limits(expected, level), strict=True):
        r = reference.poisson.ppf(p, expected)
        reached, before = reference.poisson.cdf(r, expected), reference.poisson.cdf(r - 1, expected)
        wanted = np.maximum(r - (reached - p) / (reached - before), 0) / expected
        assert ours == pytest.approx(wanted, rel=1e-7)


@given(st.floats(0.2, 400.0), st.sampled_from([0.95, 0.998]))
def test_chance_passes_a_quantile_limit_about_as_often_as_it_says(expected, level):
    # Interpolated limits lie between two whole counts, so a side is passed at most as often as the next count is met.
    lower, upper = (float(end[0]) * expected for end in quantile_limits(np.array([expected]), level))
    tail = (1 - level) / 2
    below = reference.poisson.cdf(np.ceil(lower - 1e-9) - 1, expected)
    above = reference.poisson.sf(np.floor(upper + 1e-9), expected)
    assert below <= tail + 1e-9
    assert above <= tail + reference.poisson.pmf(np.ceil(upper), expected) + 1e-9


def test_the_p_value_is_twice_the_smaller_tail():
    observed, expected = np.array([0.0, 2.0, 12.0, 49.0, 117.0]), np.array([0.1, 8.9, 5.6, 28.4, 85.1])
    lower, upper = reference.poisson.cdf(observed, expected), reference.poisson.sf(observed - 1, expected)
    assert poisson_p(observed, expected) == pytest.approx(np.minimum(1, 2 * np.minimum(lower, upper)), rel=1e-9)
    assert np.isnan(poisson_p(np.array([-1.0, 2.5]), np.array([3.0, 3.0]))).all()


def test_phi_by_hand():
    # z of 2 (sqrt(O) - sqrt(E)): 2, -2, 0, 4, -4; type 7 quantiles at 10 and 90 %: -3.2 and 3.2
    z = z_scores(np.array([16.0, 4.0, 9.0, 25.0, 1.0]), np.full(5, 9.0))
    assert z == pytest.approx([2, -2, 0, 4, -4])
    assert dispersion(z) == pytest.approx((4 + 4 + 0 + 3.2**2 + 3.2**2) / 5)
    assert dispersion(z, trim=0.0) == pytest.approx(8.0)


def test_tau_squared_by_hand():
    # weights 4E = 40, 80; n phi - (n - 1) = 2 x 3 - 1 = 5; room = 120 - (1600 + 6400) / 120
    assert between_variance(np.array([10.0, 20.0]), 3.0) == pytest.approx(5 / (120 - 8000 / 120))


def test_no_dispersion_asks_for_no_variance():
    assert between_variance(np.array([10.0, 20.0, 30.0]), 2 / 3) == 0.0
    assert between_variance(np.array([10.0]), 50.0) == 0.0  # one unit has nothing to differ from


@given(st.lists(st.floats(1.0, 1e5), min_size=3, max_size=40), st.floats(1.1, 500.0))
def test_random_effects_widen_and_close_in_on_the_square_root_limits(expected, phi):
    counts = np.array(expected)
    tau_squared = between_variance(counts, phi)
    assert tau_squared > 0
    lower, upper = random_effect_limits(counts, tau_squared, 0.95)
    narrow_lower, narrow_upper = random_effect_limits(counts, tau_squared * 1e-12, 0.95)
    assert (lower <= narrow_lower).all()
    assert (upper > narrow_upper).all()
    chance = 1.959963984540054 / (2 * np.sqrt(counts))
    assert narrow_upper == pytest.approx((1 + chance) ** 2, rel=1e-3)


def test_units_that_differ_by_chance_have_a_phi_of_about_one():
    rng = np.random.default_rng(20230930)
    expected = rng.uniform(20, 200, 2000)
    assert dispersion(z_scores(rng.poisson(expected).astype(float), expected), trim=0.0) == pytest.approx(1.0, abs=0.1)
    # drawn-in tails leave about 0.72 of a normal's mean square
    assert dispersion(z_scores(rng.poisson(expected).astype(float), expected)) == pytest.approx(0.72, abs=0.1)
