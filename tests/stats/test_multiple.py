"""Holm's procedure against a published example and against the closed testing that it is a shortcut of; and the test of
a gap's change against its normal distribution.
"""

from __future__ import annotations

from itertools import combinations
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from pmcli.stats.gaps import gap_change_test
from pmcli.stats.multiple import holm
from pmcli.stats.proportions import two_proportion_test

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=6)


def test_the_published_example():
    # The worked example of Holm-Bonferroni in "Holm-Bonferroni method" (Wikipedia): 0.01, 0.04, 0.03, 0.005 at 5 %
    # rejects the fourth and the first and stops at the third.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(P_VALUES)
def test_it_is_the_closed_test_of_bonferroni(p_values):
    """Marcus, Peritz & Gabriel (1976): the adjusted p of one is the largest p of any subset that holds it."""
    places = range(len(p_values))
    subsets = [s for size in range(1, len(p_values) + 1) for s in combinations(places, size)]
    tested = {s: min(1.0, len(s) * min(p_values[i] for i in s)) for s in subsets}
    expected = [max(p for s, p in tested.items() if place in s) for place in places]
    assert holm(p_values) == pytest.approx(expected)


@given(P_VALUES, st.randoms())
def test_order_does_not_matter_and_the_untested_are_no_members(p_values, rng):
    order = list(range(len(p_values)))
    rng.shuffle(order)
    mixed = [None, *(p_values[i] for i in order), None]
    found = holm(mixed)
    assert (found[0], found[-1]) == (None, None)
    assert found[1:-1] == [holm(p_values)[i] for i in order]


def test_one_and_none():
    assert holm([0.04]) == [0.04]
    assert holm([]) == []
    assert holm([None]) == [None]


SHARES = st.tuples(st.floats(0.01, 0.99), st.floats(30, 5000))


@given(SHARES, SHARES, SHARES, SHARES)
def test_a_gap_s_change_is_a_contrast_of_four_shares(a, b, c, d):
    error = sqrt(sum(p * (1 - p) / n for p, n in (a, b, c, d)))
    z = ((a[0] - b[0]) - (c[0] - d[0])) / error
    assert gap_change_test((a, b), (c, d)) == pytest.approx(2 * norm.sf(abs(z)), abs=1e-12)
    assert gap_change_test((b, a), (d, c)) == pytest.approx(gap_change_test((a, b), (c, d)))
    assert gap_change_test((c, d), (a, b)) == pytest.approx(gap_change_test((a, b), (c, d)))


def test_a_gap_that_nobody_can_test():
    assert gap_change_test(((0.5, 0), (0.5, 10)), ((0.5, 10), (0.5, 10))) is None
    assert gap_change_test(((1.0, 10), (0.0, 10)), ((1.0, 10), (0.0, 10))) is None
    assert gap_change_test(((1.2, 10), (0.5, 10)), ((0.5, 10), (0.5, 10))) is None


def test_no_change_is_found_one_time_in_twenty():
    """Simulated: two groups 17 points apart in both waves, 200 victims and 1,300 others."""
    rng = np.random.default_rng(4)
    sizes, shares = np.array([200, 1300, 200, 1300]), np.array([0.62, 0.79, 0.62, 0.79])
    drawn = rng.binomial(sizes, shares, size=(4000, 4)) / sizes
    p_values = [gap_change_test(((a, 200), (b, 1300)), ((c, 200), (d, 1300))) for a, b, c, d in drawn.tolist()]
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.012)


def test_weights_make_false_findings_that_the_effective_size_prevents():
    """Simulated: weights of 0.4 to 3.6 and no change; the raw number of respondents finds one far too often."""
    rng = np.random.default_rng(5)
    raw = effective = 0
    for _ in range(1500):
        sides = []
        for _wave in range(2):
            weights = np.where(rng.random(300) < 0.75, 0.4, 3.6)
            yes = rng.random(300) < 0.7
            sides.append(((weights * yes).sum() / weights.sum(), weights.sum() ** 2 / (weights**2).sum()))
        (p, n), (q, m) = sides
        raw += two_proportion_test(p * 300, 300, q * 300, 300) < 0.05
        effective += two_proportion_test(p * n, n, q * m, m) < 0.05
    assert effective / 1500 == pytest.approx(0.05, abs=0.02)
    assert raw / 1500 > 0.15
