"""Two proportions by the textbook formula, and the least difference by the definition of the test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from pmcli.stats.proportions import least_difference, two_proportion_test


def test_proportions_by_the_textbook_formula() -> None:
    pooled = (83 + 80) / (120 + 110)
    z = (83 / 120 - 80 / 110) / (pooled * (1 - pooled) * (1 / 120 + 1 / 110)) ** 0.5
    assert two_proportion_test(83, 120, 80, 110) == pytest.approx(2 * norm.sf(abs(z)), rel=1e-12)
    assert two_proportion_test(0, 10, 0, 12) is None
    assert two_proportion_test(1, 0, 1, 2) is None
    assert least_difference(1, 0, 1, 2) is None


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_difference_is_told_exactly_when_it_is_larger_than_the_least(x1: int, x2: int) -> None:
    p, least = two_proportion_test(x1, 500, x2, 500), least_difference(x1, 500, x2, 500)
    if p is not None and least is not None and abs(p - 0.05) > 1e-9:
        assert (p < 0.05) == (abs(x1 - x2) / 500 > least)
