"""The seasonal Mann-Kendall test against pymannkendall, an independent implementation, and its published values."""

from __future__ import annotations

import json

import numpy as np
import pymannkendall
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.stats.mann_kendall import seasonal_kendall
from tests.conftest import GOLDEN, real


@given(st.lists(st.integers(0, 60), min_size=36, max_size=120))
def test_it_is_pymannkendalls_seasonal_test(values: list[int]) -> None:
    x = np.array(values, dtype=float)
    ours = seasonal_kendall(x, np.arange(x.size) % 12)
    theirs = pymannkendall.seasonal_test(x, period=12)
    assert ours.s == theirs.s
    assert ours.var_s == pytest.approx(theirs.var_s, rel=1e-12)
    assert ours.p == pytest.approx(theirs.p, abs=1e-9)
    if x.size % 12 == 0:  # elsewhere pymannkendall pads the last year and its slope counts the padding
        assert ours.slope == pytest.approx(theirs.slope, abs=1e-9)


@pytest.mark.parametrize(("golden", "period"), [("seasonal12", 12), ("original", 1)])
def test_its_published_values(golden: str, period: int) -> None:
    numbers = json.loads(real(GOLDEN).read_text())["seasonal_mann_kendall"]
    x = np.array([np.nan if value is None else value for value in numbers["x"]])
    ours = seasonal_kendall(x, np.arange(x.size) % period)
    expected = numbers[golden]
    assert (ours.s, ours.var_s) == (expected["s"], pytest.approx(expected["var_s"], abs=1e-9))
    assert (ours.z, ours.p) == (pytest.approx(expected["z"], abs=1e-9), pytest.approx(expected["p"], abs=1e-9))
    slope = expected.get("slope_per_year", numbers["sens_slope"])
    assert ours.slope == pytest.approx(slope, abs=1e-9)


def test_a_constant_series_has_no_trend() -> None:
    ours = seasonal_kendall(np.full(48, 7.0), np.arange(48) % 12)
    assert (ours.z, ours.p, ours.slope) == (0.0, 1.0, 0.0)


def test_too_little_to_test() -> None:
    with pytest.raises(ValueError, match="no season has two values"):
        seasonal_kendall(np.arange(6.0), np.arange(6) % 12)
