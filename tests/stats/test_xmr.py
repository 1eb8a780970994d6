"""The XmR chart: against published limits, and each rule on a series that breaks only that rule."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.stats.special_causes import RULES
from pmcli.stats.xmr import xmr
from tests.conftest import GOLDEN, real

STEADY = [10.0, 12, 11, 9, 10, 12, 11, 9, 10, 12, 11, 9, 10, 12, 11, 9]


def rules(values: list[float]) -> list[str]:
    chart = xmr(np.array(values))
    return [RULES[rule] if rule >= 0 else "" for rule in chart.rule]


def test_the_limits_published_by_nhsrplotthedots() -> None:
    for case in json.loads(real(GOLDEN).read_text())["xmr"]:
        values = np.array(case["y"], dtype=float)
        screened, plain = xmr(values), xmr(values, screen=False)
        assert round(screened.centre, 2) == case["screen"]["mean"]
        assert [round(screened.lower, 2), round(screened.upper, 2)] == [case["screen"]["lpl"], case["screen"]["upl"]]
        assert [round(plain.lower, 2), round(plain.upper, 2)] == [case["noscreen"]["lpl"], case["noscreen"]["upl"]]


def test_nists_worked_example() -> None:
    # NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2 (individuals control charts): ten readings, mean 50.81,
    # mean moving range 1.8778; limits mean ± 3 x 1.8778 / 1.128 = 45.8 and 55.8 (2.66 is 3 / 1.128 rounded).
    values = np.array([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    chart = xmr(values, screen=False)
    assert chart.centre == pytest.approx(50.81)
    assert np.nanmean(chart.moving_range) == pytest.approx(1.8778, abs=1e-4)
    assert chart.lower == pytest.approx(50.81 - 3 * 1.8778 / 1.128, abs=0.01)
    assert chart.upper == pytest.approx(50.81 + 3 * 1.8778 / 1.128, abs=0.01)


def test_routine_variation_has_no_signal() -> None:
    assert rules(STEADY) == [""] * len(STEADY)


def test_a_point_outside_the_limits() -> None:
    assert [place for place, rule in enumerate(rules([*STEADY, 40.0])) if rule == "outside limits"] == [16]


def test_seven_on_one_side_and_six_are_not() -> None:
    low = [12.0, 8, 12, 8, 12, 8, 12, 8]
    high = [13.0, 12, 13, 12, 13, 12, 13]
    assert rules([*low, *high]) == [""] * 8 + ["seven on one side"] * 7
    assert rules([*low, *high[:6], 8]) == [""] * 15


def test_seven_rising() -> None:
    rising = [10.0, 10.4, 10.8, 11.2, 11.6, 12, 12.4]
    found = rules([12.0, 14, 9, 8, 13, *rising, 9, 13, 8, 14, 9])
    assert "seven rising or falling" in found


def test_two_of_three_near_a_limit() -> None:
    found = rules([*STEADY, 15.2, 11.2, 15.2])
    assert found[-3:] == ["two of three near a limit", "", "two of three near a limit"]
    assert rules([*STEADY, 15.2, 10.0, 15.2])[-3:] == [""] * 3  # the third is on the other side


def test_a_trend_goes_before_two_of_three_and_takes_its_direction_from_its_slope() -> None:
    rising = [7.0, 7.4, 7.8, 8.2, 8.6, 9.0, 9.4]
    chart = xmr(np.array([12.0, 14, 11, 13, 12, 14, 11, 13, 12, 14, 11, 13, *rising]))
    assert [RULES[rule] for rule in chart.rule[-7:]] == ["seven rising or falling"] * 7
    assert chart.high[-7:].all()  # though they lie below the mean


def test_a_gap_keeps_its_place_and_ends_a_run() -> None:
    chart = xmr(np.array([1.0, 2, np.nan, 2, 1]))
    assert np.isnan(chart.moving_range[[0, 2, 3]]).all()
    assert chart.moving_range[[1, 4]].tolist() == [1.0, 1.0]
    broken = [9.0] * 8 + [13.0] * 4 + [float("nan")] + [13.0] * 3
    assert "seven on one side" not in rules(broken)[8:]


@pytest.mark.parametrize("values", [[], [5.0], [float("nan")] * 4])
def test_too_little_for_limits(values: list[float]) -> None:
    with np.errstate(all="ignore"):
        chart = xmr(np.array(values, dtype=float))
    assert np.isnan(chart.upper)
    assert (chart.rule == -1).all()


def test_a_constant_series_has_no_signal() -> None:
    chart = xmr(np.full(20, 3.0))
    assert (chart.lower, chart.upper) == (3.0, 3.0)
    assert (chart.rule == -1).all()


@given(st.lists(st.integers(0, 1000).map(float), min_size=2, max_size=60))
def test_turned_upside_down_the_signals_are_the_same(values: list[float]) -> None:
    up, down = xmr(np.array(values)), xmr(-np.array(values))
    assert up.rule.tolist() == down.rule.tolist()
    marked = up.rule >= 0
    assert (up.high[marked] != down.high[marked]).all()


def test_equal_figures_give_no_signal_however_they_round():
    # 0.036 is no binary fraction: the mean of twenty of them is off by the last bit, and so would the limits be.
    for value in (0.003, 0.036, 1.0, 9_999.3):
        found = xmr(np.full(20, value) * np.array([1.0, 1.0 + 2e-16] * 10))
        assert (found.rule == -1).all(), value
