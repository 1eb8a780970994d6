"""Wilson's interval, checked against the worked examples of Newcombe (1998), Statistics in Medicine 17, table I."""

from __future__ import annotations

import json

import pytest

from pmcli.stats.wilson import gap_interval, wilson_interval
from tests.conftest import GOLDEN, real


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_newcombe_s_method_3(successes, n, low, high):
    assert wilson_interval(successes / n, n) == pytest.approx((low, high), abs=5e-5)


def test_it_is_the_same_seen_from_the_other_side():
    low, high = wilson_interval(0.3, 41.5)
    assert wilson_interval(0.7, 41.5) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("share", "n"), [(1.2, 10), (-0.1, 10), (0.5, 0), (0.5, -3), (float("nan"), 10)])
def test_what_is_no_share_is_refused(share, n):
    with pytest.raises(ValueError, match="no share of respondents"):
        wilson_interval(share, n)


def test_phe_s_published_value():
    ((x, n, _, low, high),) = json.loads(real(GOLDEN).read_text())["wilson"]
    assert wilson_interval(x / n, n) == pytest.approx((low, high), rel=1e-9)


@pytest.mark.parametrize(  # Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10
    ("first", "second", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 10), 0.6075, 1.0)],
)
def test_newcombe_s_method_10(first, second, low, high):
    pairs = [(x / n, n) for x, n in (first, second)]
    assert gap_interval(*pairs) == pytest.approx((low, high), abs=5e-5)
