"""The long-term trend test: against what was put into the series, and how often it errs."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmcli.stats.long_term import LongTerm, long_term_trend, long_term_trends
from pmcli.stats.mann_kendall import seasonal_kendall
from tests.stats.series import monthly

EVALUATION = Path(__file__).parents[2] / "docs" / "evaluation"
NOTHING = (None, None, None, None, None, None)


@pytest.fixture(scope="module")
def evaluation():
    sys.path.insert(0, str(EVALUATION))
    try:
        import evaluate_trend

        yield evaluate_trend
    finally:
        sys.path.remove(str(EVALUATION))


def fields(result: LongTerm) -> tuple[float | None, ...]:
    return result.p, result.change_per_year, result.low, result.high, result.slope, result.autocorrelation


# --- what it says of a series ---


def test_a_known_rate_is_found() -> None:
    results = long_term_trends(monthly(1, n=120, rate=-0.05, series=200), 12)
    changes = np.array([one.change_per_year for one in results], float)
    assert np.median(changes) == pytest.approx(-0.05, abs=0.002)
    assert np.mean([one.slope or 0.0 for one in results]) == pytest.approx(np.log(0.95) * 200, rel=0.05)
    assert np.median([one.autocorrelation or 0.0 for one in results]) == pytest.approx(0.2, abs=0.06)  # 0.3, diluted


@pytest.mark.parametrize("frequency", [4, 12])
def test_a_rise_that_is_not_a_straight_line_is_still_a_rise(frequency: int) -> None:
    t = np.arange(12 * frequency) / frequency
    rng = np.random.default_rng(6)
    path = {
        "levels off": 1000 * (1 + 3 / (1 + np.exp(4 - t))),
        "in one jump": 1000 * np.where(t < 6, 1.0, 1.5),
        "up, less a dip": 1000 * 1.1**t * np.where(abs(t - 8) < 0.5, 0.7, 1.0),
    }
    for name, mean in path.items():
        one = long_term_trend(rng.negative_binomial(200, 200 / (200 + mean)).astype(float), frequency)
        assert one.p is not None, name
        assert one.p < 0.01, name
        assert (one.change_per_year or 0) > 0.02, name
    up_and_down = 1000 * (1 + 0.5 * np.sin(np.pi * t / 12))
    assert (long_term_trend(rng.poisson(up_and_down).astype(float), frequency).p or 0) > 0.05


@pytest.mark.parametrize(("mean", "rate"), [(200, -0.05), (20, 0.05), (5, -0.1), (1.5, 0.1)])
def test_the_interval_holds_the_truth_19_times_in_20(mean: float, rate: float) -> None:
    results = long_term_trends(monthly(7, n=96, mean=mean, rate=rate, series=1500), 12)
    inside = [one.low is not None and one.high is not None and one.low <= rate <= one.high for one in results]
    assert 0.93 <= np.mean(inside) <= 0.97


@given(st.integers(0, 10_000), st.integers(36, 120), st.sampled_from([0.2, 3.0, 50.0]))
@settings(deadline=None, max_examples=40)
def test_p_is_below_5_percent_when_the_interval_leaves_out_no_change(seed: int, n: int, mean: float) -> None:
    one = long_term_trend(monthly(seed, n=n, mean=mean, rate=0.04)[0], 12)
    assert one.p is not None
    assert 0 <= one.p <= 1
    if one.low is not None and one.high is not None and one.change_per_year is not None:
        assert one.low <= one.change_per_year <= one.high
        assert (one.p < 0.05) == (one.low > 0 or one.high < 0)
        assert one.low > -1


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=20)
def test_time_reversed_turns_the_sign(seed: int) -> None:
    y = monthly(seed, n=84, rate=0.03)[0]
    forward, backward = long_term_trend(y, 12), long_term_trend(y[::-1], 12)
    assert forward.p == pytest.approx(backward.p, rel=1e-6)
    assert np.log1p(forward.change_per_year or 0) == pytest.approx(-np.log1p(backward.change_per_year or 0), rel=1e-6)


def test_the_unit_does_not_matter() -> None:
    y = monthly(3, mean=500)[0]
    counts, tenfold, shares = (long_term_trend(one, 12) for one in (y, y * 10, y / 1000.5))
    assert tenfold.change_per_year == pytest.approx(counts.change_per_year, abs=2e-4)
    assert shares.change_per_year == pytest.approx(counts.change_per_year, abs=2e-4)
    assert (tenfold.slope or 0) / (counts.slope or 1) == pytest.approx(10, rel=0.02)
    exact, scaled = long_term_trend(y / 7.3, 12), long_term_trend(y / 1000.5, 12)
    assert fields(exact)[:4] == pytest.approx(fields(scaled)[:4], rel=1e-9)


def test_many_series_at_once_are_the_same_as_one_by_one() -> None:
    y = monthly(9, series=12)
    y[3:6, 40:50] = np.nan
    y[7, 0] = np.nan
    y[8] = 4.0
    y[9] = 0.0
    y[10] /= 900.5
    y[11] -= 300
    steps = [[], [30], [30], [60], [], [30, 60], [], [], [], [], [], []]
    together = long_term_trends(y, 12, steps=steps)
    for values, own, result in zip(y, steps, together, strict=True):
        alone = long_term_trend(values, 12, steps=own)
        assert alone.periods == result.periods == np.isfinite(values).sum()
        for a, b in zip(fields(alone), fields(result), strict=True):
            assert a == (b if b is None else pytest.approx(b, rel=1e-9, abs=1e-12))


def test_a_declared_step_is_not_a_trend() -> None:
    y = monthly(4, n=96, series=200)
    y[:, 60:] = np.round(y[:, 60:] * 1.6)
    unaware = long_term_trends(y, 12)
    aware = long_term_trends(y, 12, steps=[[60]] * 200)
    assert np.mean([(one.p or 0) < 0.05 for one in unaware]) > 0.8
    assert np.mean([(one.p or 0) < 0.05 for one in aware]) < 0.11
    falling = monthly(4, n=120, rate=-0.08, series=100)
    falling[:, 60:] = np.round(falling[:, 60:] * 1.6)
    net = [one.change_per_year or 0 for one in long_term_trends(falling, 12, steps=[[60]] * 100)]
    assert np.mean(net) == pytest.approx(-0.08, abs=0.01)


def test_steps_that_change_nothing() -> None:
    y = monthly(4)[0]
    y[40:44] = np.nan
    plain = long_term_trend(y, 12, steps=[40])
    assert long_term_trend(y, 12, steps=[42, 40, 44, 0, -3, 96, 500]) == plain
    assert plain != long_term_trend(y, 12)


def test_a_gap_keeps_its_place() -> None:
    y = np.round(1000 * 1.1 ** (np.arange(96) / 12) * (1 + 0.2 * (np.arange(96) % 12 == 3)))
    y[30:54] = np.nan
    y += np.where(np.arange(96) % 5 == 0, 3, -1)
    one = long_term_trend(y, 12)
    assert one.change_per_year == pytest.approx(0.1, abs=0.001)
    assert one.periods == 72
    closed_up = long_term_trend(y[np.isfinite(y)], 12)
    assert (closed_up.change_per_year or 0) > 0.12  # what would be said if the gap were closed


# --- the odd ones ---


def test_a_constant_series_is_known_not_to_change() -> None:
    assert fields(long_term_trend(np.full(60, 7.0), 12)) == (1.0, 0.0, 0.0, 0.0, 0.0, None)
    seasonal = np.tile(np.arange(1.0, 13.0), 5)
    assert fields(long_term_trend(seasonal, 12)) == (1.0, 0.0, 0.0, 0.0, 0.0, None)


def test_all_zeros_have_no_rate_of_change() -> None:
    assert fields(long_term_trend(np.zeros(60), 12)) == (1.0, None, None, None, 0.0, None)


@pytest.mark.parametrize("at", [0, 1, 30, 55, 59])
def test_one_spike_is_no_trend(at: int) -> None:
    alone = np.zeros(60)
    alone[at] = 50
    assert (long_term_trend(alone, 12).p or 0) > 0.05
    y = np.random.default_rng(12).poisson(100, (500, 60)).astype(float)
    flat = long_term_trends(y, 12)
    y[:, at] = 1000
    spiked = long_term_trends(y, 12)
    assert np.mean([(one.p or 0) < 0.05 for one in spiked]) < 0.11
    moved = [(a.change_per_year or 0) - (b.change_per_year or 0) for a, b in zip(spiked, flat, strict=True)]
    assert np.abs(moved).max() < 0.03


def test_one_spike_does_not_hide_a_trend() -> None:
    y = monthly(2, n=96, rate=-0.08, series=200)
    y[np.arange(200), np.random.default_rng(3).integers(0, 96, 200)] *= 5
    results = long_term_trends(y, 12)
    assert np.mean([(one.p or 1) < 0.05 for one in results]) > 0.95
    assert np.median([one.change_per_year or 0 for one in results]) == pytest.approx(-0.08, abs=0.01)


@pytest.mark.parametrize(("n", "frequency"), [(11, 12), (23, 12), (8, 4), (7, 1), (0, 12)])
def test_too_little_to_test(n: int, frequency: int) -> None:
    one = long_term_trend(np.arange(float(n)), frequency)
    assert fields(one) == NOTHING
    assert one.periods == n


def test_nothing_but_gaps() -> None:
    assert fields(long_term_trend(np.full(60, np.nan), 12)) == NOTHING


@pytest.mark.parametrize(("n", "frequency"), [(24, 12), (12, 4), (8, 1)])
def test_the_least_that_can_be_tested(n: int, frequency: int) -> None:
    one = long_term_trend(np.random.default_rng(1).poisson(50, n).astype(float), frequency)
    assert one.p is not None
    assert one.low is not None


def test_a_line_without_noise() -> None:
    one = long_term_trend(1000.5 * 0.95 ** (np.arange(60) / 12), 12)
    assert one.p == 0.0
    assert fields(one)[1:4] == pytest.approx((-0.05, -0.05, -0.05), abs=1e-9)


def test_other_scales() -> None:
    rng = np.random.default_rng(8)
    t = np.arange(48) / 4
    share = 0.5 + 0.01 * t + rng.normal(0, 0.01, 48)
    one = long_term_trend(share, 4)
    assert one.slope == pytest.approx(0.01, abs=0.003)
    assert one.change_per_year == pytest.approx(0.01 / share.mean(), abs=0.005)
    negative = 20 + 2 * t + rng.normal(0, 1, 48)
    negative[3] = -4.0  # a correction: the scale is linear, the change is relative to the mean
    two = long_term_trend(negative, 4)
    assert two.slope == pytest.approx(2, abs=0.3)
    assert two.change_per_year == pytest.approx((two.slope or 0) / negative.mean(), rel=1e-12)
    assert long_term_trend(negative - 60, 4).change_per_year is None
    assert long_term_trend(negative - 60, 4).p is not None


def test_a_crime_too_rare_for_a_rate_has_a_test_and_a_slope() -> None:
    y = np.zeros(120)
    y[np.arange(3, 120, 7)] = 1
    one = long_term_trend(y, 12)
    assert one.p is not None
    assert one.slope is not None
    assert one.change_per_year is None


def test_shapes_that_make_no_sense() -> None:
    with pytest.raises(ValueError, match="1-D"):
        long_term_trend(np.ones((2, 30)), 12)
    with pytest.raises(ValueError, match="do not fit"):
        long_term_trends(np.ones(30), 12)
    with pytest.raises(ValueError, match="do not fit"):
        long_term_trends(np.ones((2, 30)), 12, steps=[[3]])
    with pytest.raises(ValueError, match="do not fit"):
        long_term_trend(np.ones(30), 0)


# --- how often it errs: the grid is in docs/evaluation/trend.md ---


def test_it_holds_its_5_percent_where_the_plain_test_cries_wolf(evaluation) -> None:
    series = 1000
    measured = evaluation.run(evaluation.few_cells(), 11, series=series, beside=200)
    error = 3 * np.sqrt(0.05 * 0.95 / series)
    assert len(measured) == 20
    for one in measured:
        assert 0.03 - error / 2 <= one.alarm <= 0.07 + error / 2, one
    assert 0.04 <= np.mean([one.alarm for one in measured]) <= 0.06
    assert max(one.plain_alarm for one in measured) > 0.13
    assert all(one.power > 0.9 for one in measured if one.cell.n == 120 and one.cell.mean == 1000)


def test_the_evaluation_writes_its_table(evaluation) -> None:
    page = evaluation.main(3, fast=True)
    assert page.startswith("# The long-term trend test, measured")
    assert "| 1,000 | 20 | 120 |" in page
    assert all(f"| {name} |" in page for name in evaluation.OTHERS)


def test_the_evaluation_is_repeatable(evaluation) -> None:
    cells = evaluation.few_cells()[-2:]
    once, again, other = (evaluation.run(cells, seed, series=100, beside=20) for seed in (3, 3, 4))
    assert once == again != other


def test_the_plain_test_of_the_evaluation_is_pms_own(evaluation) -> None:
    y = np.concatenate([monthly(1, n=60, mean=m, series=5) for m in (2, 50)])
    theirs = evaluation.alternatives.seasonal_kendall(y, 12)
    ours = [seasonal_kendall(one, np.arange(60) % 12).p for one in y]
    assert theirs == pytest.approx(ours, abs=1e-12)


def test_the_committed_table_holds_5_percent_everywhere() -> None:
    page = (EVALUATION / "trend.md").read_text(encoding="utf-8")
    assert "**0 cells lie outside 3 to 7 %**" in page
