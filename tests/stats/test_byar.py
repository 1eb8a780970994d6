"""Byar's interval against PHEindicatormethods' published value and, for many counts, the exact (gamma) interval."""

from __future__ import annotations

import json

import pytest
from scipy.stats import gamma

from pmcli.stats.byar import byar_interval
from tests.conftest import GOLDEN, real


def test_published_values() -> None:
    for count, level, low, high in json.loads(real(GOLDEN).read_text())["byar"]:
        assert level == 0.95
        assert byar_interval(count) == pytest.approx((low, high), rel=1e-9)


def test_it_is_within_a_hundredth_of_the_exact_interval_from_ten_upwards() -> None:
    for count in (*range(10, 200), 500, 2000, 4999):
        exact = (gamma.ppf(0.025, count), gamma.ppf(0.975, count + 1))
        assert byar_interval(float(count)) == pytest.approx(exact, rel=0.01)


def test_no_offences_reach_from_nought_and_a_correction_has_no_interval() -> None:
    assert byar_interval(0.0) == (0.0, pytest.approx(3.69, abs=0.1))
    for none in (-2.0, float("nan")):
        with pytest.raises(ValueError, match="no count"):
            byar_interval(none)
