"""Byar's interval against PHEindicatormethods' published value and, for many counts, the exact (gamma) interval."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.stats import gamma

from pmcli.stats.byar import byar_intervals
from tests.conftest import GOLDEN, real


def test_published_values() -> None:
    for count, level, low, high in json.loads(real(GOLDEN).read_text())["byar"]:
        assert level == 0.95
        ends = byar_intervals(np.array([float(count)]))
        assert [float(end[0]) for end in ends] == pytest.approx([low, high], rel=1e-9)


def test_it_is_within_a_hundredth_of_the_exact_interval_from_ten_upwards() -> None:
    counts = np.arange(10.0, 5000.0)
    low, high = byar_intervals(counts)
    assert low == pytest.approx(gamma.ppf(0.025, counts), rel=0.01)
    assert high == pytest.approx(gamma.ppf(0.975, counts + 1), rel=0.01)


def test_no_offences_reach_from_nought_and_a_correction_has_no_interval() -> None:
    low, high = byar_intervals(np.array([0.0, -2.0, np.nan]))
    assert low[0] == 0.0
    assert high[0] == pytest.approx(3.69, abs=0.1)
    assert np.isnan([*low[1:], *high[1:]]).all()
