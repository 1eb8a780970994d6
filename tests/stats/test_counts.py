"""The test of two counts: the exact one against scipy, the dispersed one against its formula in scipy's words,
published values, symmetry, and simulated counts of known dispersion; and that one pair and many agree.
"""

from __future__ import annotations

import json
from math import comb, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from pmcli.stats import two_counts
from pmcli.stats.counts import log_exact_p, told_apart, two_count_test, variance_ratio
from pmcli.stats.two_counts import are_counts, change_interval, least_change, two_count_p, unusually_large
from tests.conftest import GOLDEN, real

count = st.integers(0, 20_000)
dispersion = st.floats(1.0, 12.0)


def p_of(a: float, b: float, d: float = 1.0) -> float:
    """The p-value of one pair, which is that of the pair among many."""
    among_many = float(two_count_test(np.array([a]), np.array([b]), d)[0])
    if not are_counts(a, b):
        assert np.isnan(among_many)
        return np.nan
    alone = two_count_p(a, b, d)
    assert alone == pytest.approx(among_many, rel=1e-9, abs=1e-300)
    return alone


@given(count, count)
def test_without_dispersion_it_is_scipys_exact_binomial_test(a: int, b: int) -> None:
    assert p_of(a, b) == pytest.approx(stats.binomtest(a, a + b).pvalue if a + b else 1.0, rel=1e-8, abs=1e-290)


@given(count, count, dispersion)
def test_with_dispersion_it_is_the_stated_formula(a: int, b: int, d: float) -> None:
    n = (a + b) / 2
    phi = 1 + (d - 1) * (max(n, 0.5) / 1000) ** 0.6
    exact = min(1.0, 2 * stats.binom.cdf(min(a, b), a + b, 0.5))
    if exact > 1e-200:
        z = stats.norm.isf(exact / 2)
        assert p_of(a, b, d) == pytest.approx(min(1.0, 2 * stats.norm.sf(z / phi**0.5)), rel=1e-6, abs=1e-300)


def test_a_tail_below_any_float_still_has_a_p_value() -> None:
    """The sum of scipy's log probabilities is finite where P itself is 0; the deviance stands for the deviate there."""
    a, b = np.array([100_000.0]), np.array([150_000.0])
    expected = special.logsumexp(stats.binom.logpmf(np.arange(100_001), 250_000, 0.5)) + np.log(2)
    assert log_exact_p(a, b)[0] == pytest.approx(expected, rel=1e-6)
    assert two_counts._exact(100_000.0, 150_000.0)[0] == pytest.approx(expected, rel=1e-6)
    assert 0 < p_of(100_000, 150_000, 2.0) < 1e-80


@given(st.integers(0, 1500), st.integers(0, 1500))
def test_both_ways_to_the_tail_are_the_exact_sum(k: int, more: int) -> None:
    """Against the sum of whole binomial coefficients: P(X <= k) for X binomial(n, 1/2), k below the middle."""
    n = 2 * k + 2 + more
    exact = log(sum(comb(n, i) for i in range(k + 1))) - n * log(2)  # the logarithm of a whole number of any size
    assert two_counts._log_tail(k, n) == pytest.approx(exact, abs=1e-11, rel=1e-12)
    assert two_counts._log_tail_far(k, n) == pytest.approx(exact, abs=1e-11, rel=1e-12)
    if n >= 40 and (n / 2 - k) ** 2 <= n:
        assert two_counts._log_tail_near(k, n) == pytest.approx(exact, abs=2e-12)


def test_published_values() -> None:
    for case in json.loads(real(GOLDEN).read_text())["exact_two_count_test"]["cases"]:
        assert p_of(case["a"], case["b"]) == pytest.approx(case["p"], rel=0.1 if case["p"] < 0.001 else 0.005)


@given(count, count, dispersion)
def test_the_order_of_the_two_does_not_matter(a: int, b: int, d: float) -> None:
    assert p_of(a, b, d) == p_of(b, a, d)


@given(count, count, dispersion)
def test_more_dispersion_never_makes_a_change_surer(a: int, b: int, d: float) -> None:
    assert p_of(a, b, d + 1) >= p_of(a, b, d) - 1e-12


@pytest.mark.parametrize("pair", [(np.nan, 3), (3, np.nan), (-1, 3), (2.5, 3)])
@pytest.mark.parametrize("d", [1.0, 4.0])
def test_what_is_not_a_count_has_no_p_value(pair: tuple[float, float], d: float) -> None:
    assert np.isnan(p_of(*pair, d))


def test_many_pairs_at_once_are_each_pair_alone() -> None:
    rng = np.random.default_rng(3)
    a, b = (np.floor(10 ** rng.uniform(0, 5, 300)) for _ in range(2))
    together = two_count_test(a, b, 3.0)
    assert together == pytest.approx([p_of(x, y, 3.0) for x, y in zip(a, b, strict=True)], rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("mean", [20, 200, 1500, 20_000])
def test_counts_of_the_dispersion_it_is_told_are_called_changed_one_time_in_twenty(mean: float) -> None:
    """40,000 pairs of negative binomial counts; three standard errors of the simulation are 0.33 points."""
    d, rng = 4.2, np.random.default_rng(int(mean))
    phi = float(variance_ratio(np.array(mean), d))
    shape = mean / (phi - 1)
    a, b = (rng.poisson(rng.gamma(shape, mean / shape, 40_000)).astype(float) for _ in range(2))
    alarms = (two_count_test(a, b, d) < 0.05).mean()
    assert alarms < 0.053
    assert alarms > (0.03 if mean < 100 else 0.044)  # a discrete test of few events is under its level


@given(st.integers(1, 50_000), dispersion)
def test_the_least_change_is_where_the_test_begins_to_tell(n: int, d: float) -> None:
    """Two counts about n that lie `least` apart have a p-value of about 0.05 (a normal approximation: to a fifth)."""
    least = least_change(n, n, d)
    assert least is not None
    if n >= 300:
        apart = np.sqrt(1 + least)
        assert p_of(round(n * apart), round(n / apart), d) == pytest.approx(0.05, rel=0.2)
    assert least_change(0, 0, d) is None


def test_a_move_is_unusual_only_beyond_what_the_measure_does_every_year() -> None:
    moves = [(6000.0, 10_000.0), (7600.0, 8000.0), (8.0, 0.0)]
    assert [unusually_large(now, then, 4.11, 0.08) for now, then in moves] == [True, False, True]
    assert not any(unusually_large(now, then, 4.11, 0.6) for now, then in moves[:2])


@given(st.floats(0, 1e6), dispersion)
def test_one_pair_and_many_are_as_dispersed(n: float, d: float) -> None:
    assert two_counts.variance_ratio(n, d) == pytest.approx(float(variance_ratio(np.array(n), d)), rel=1e-12)


@pytest.mark.parametrize("pair", [(1e6, 1e6 + 3000), (3e7, 3.001e7), (5e8, 5.0001e8), (1e9, 2e9), (0, 1e9)])
def test_counts_beyond_any_force_s_are_tested_too(pair: tuple[float, float]) -> None:
    """Of the exact p of large counts the normal approximation is right to a few parts in a thousand near the middle."""
    z = abs(pair[0] - pair[1]) / (pair[0] + pair[1]) ** 0.5
    assert two_count_p(*pair, 1.0) == pytest.approx(2 * stats.norm.sf(z), rel=0.02, abs=1e-200)


@given(st.integers(0, 3000), dispersion)
def test_the_nearest_counts_that_are_told_apart_are_the_nearest(b: int, d: float) -> None:
    below, above = (int(one[0]) for one in told_apart(np.array([float(b)]), d))
    assert p_of(above, b, d) < 0.05 <= p_of(above - 1, b, d)
    if below >= 0:
        assert p_of(below, b, d) < 0.05
    assert below < b
    assert p_of(below + 1, b, d) >= 0.05


@given(st.integers(1, 20_000), st.integers(1, 20_000), dispersion)
def test_the_interval_of_a_change_is_the_stated_formula(a: int, b: int, d: float) -> None:
    n = (a + b) / 2
    half = stats.norm.isf(0.05) * np.sqrt(2 * (1 + (d - 1) * (n / 1000) ** 0.6) / n)
    low, high = change_interval(float(a), float(b), d) or (np.nan, np.nan)
    assert (1 + low, 1 + high) == pytest.approx((a / b * np.exp(-half), a / b * np.exp(half)), rel=2e-3)


def test_what_really_moved_by_ten_per_cent_is_called_stable_in_at_most_five_in_a_hundred() -> None:
    """Two one-sided tests at 5 % (Schuirmann 1987), on counts simulated with their dispersion (negative binomial)."""
    rng = np.random.default_rng(20230930)
    for mean, d in ((5_000, 1.0), (15_000, 2.65), (40_000, 4.2)):
        phi = float(variance_ratio(np.array([mean * 1.05]), d)[0])

        def drawn(level: float, phi: float = phi) -> np.ndarray:
            lam = level if phi == 1 else rng.gamma(level / (phi - 1), phi - 1, 20_000)
            return rng.poisson(lam, 20_000).astype(float)

        for ratio, most, least in ((1.1, 0.055, 0.0), (0.9, 0.055, 0.0), (1.0, 1.0, 0.3)):
            ends = [change_interval(*pair, d) for pair in zip(drawn(mean * ratio), drawn(mean), strict=True)]
            stable = sum(low > -0.1 and high < 0.1 for low, high in filter(None, ends)) / len(ends)
            assert least <= stable <= most, (mean, d, ratio, stable)
