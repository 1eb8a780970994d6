"""The exact test of two counts: against scipy, against published p-values, and by symmetry."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from pmcli.stats.counts import two_count_test, two_proportion_test
from tests.conftest import GOLDEN, real

count = st.integers(0, 20_000)


@given(count, count)
def test_it_is_scipys_exact_binomial_test(a: int, b: int) -> None:
    (p,) = two_count_test([(a, b)])
    assert p == pytest.approx(binomtest(a, a + b).pvalue if a + b else 1.0, rel=1e-8, abs=1e-300)


def test_published_values() -> None:
    for case in json.loads(real(GOLDEN).read_text())["exact_two_count_test"]["cases"]:
        (p,) = two_count_test([(case["a"], case["b"])])
        assert p == pytest.approx(case["p"], rel=0.1 if case["p"] < 0.001 else 0.005)


@given(count, count)
def test_the_order_of_the_two_does_not_matter(a: int, b: int) -> None:
    assert two_count_test([(a, b)]) == two_count_test([(b, a)])


@pytest.mark.parametrize("pair", [(None, 3), (3, None), (-1, 3), (2.5, 3)])
def test_what_is_not_a_count_has_no_p_value(pair: tuple[float | None, float | None]) -> None:
    assert two_count_test([pair]) == [None]


def test_proportions_by_the_textbook_formula() -> None:
    pooled = (83 + 80) / (120 + 110)
    z = (83 / 120 - 80 / 110) / (pooled * (1 - pooled) * (1 / 120 + 1 / 110)) ** 0.5
    assert two_proportion_test(83, 120, 80, 110) == pytest.approx(2 * norm.sf(abs(z)), rel=1e-12)
    assert two_proportion_test(0, 10, 0, 12) is None
    assert two_proportion_test(1, 0, 1, 2) is None
