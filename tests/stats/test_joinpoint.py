"""The direction of travel: against brute force and dense least squares, by its invariances, and on simulated series."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pmcli.stats.joinpoint import Direction, direction_of_travel, directions
from pmcli.stats.joinpoint_fit import last_slope
from pmcli.stats.joinpoint_search import AUTOCORRELATIONS, Design, design, search, whitener

Array = NDArray[np.float64]


def line(n: int, frequency: int, turns: list[int], rates: list[float], level: float = 0.3) -> Array:
    """A noiseless seasonal series with the given yearly rates between the given turns."""
    t = np.arange(n)
    edges = [0, *turns, n]
    steps = np.zeros(n)
    for rate, start, end in zip(rates, edges[:-1], edges[1:], strict=True):
        steps[start:end] = np.log1p(rate) / frequency
    path = np.concatenate([[0.0], np.cumsum(steps[:-1])])
    return np.asarray(level * np.exp(path + 0.15 * np.sin(2 * np.pi * t / frequency)))


def noisy(rng: np.random.Generator, n: int, frequency: int, turns: list[int], rates: list[float]) -> Array:
    return np.asarray(line(n, frequency, turns, rates) * np.exp(0.05 * rng.standard_normal(n)))


def shared_design(
    n: int, frequency: int, known: NDArray[np.bool_] | None = None, steps: tuple[int, ...] = ()
) -> Design:
    pattern = np.ones(n, dtype=np.bool_) if known is None else known
    return design(pattern.tobytes(), frequency, steps, frequency)


def covariance(periods: NDArray[np.int64], rho: float) -> Array:
    return np.asarray(np.where(periods[:, None] == periods, 1.0, rho ** np.abs(periods[:, None] - periods)))


def dense_fit(terms: Array, y: Array, v: Array) -> tuple[Array, Array, float]:
    """Generalised least squares by the textbook: coefficients, (X'V^-1 X)^-1, weighted residual sum of squares."""
    inverse = np.linalg.inv(v)
    spread = np.linalg.pinv(terms.T @ inverse @ terms)
    b = spread @ terms.T @ inverse @ y
    return b, spread, float((y - terms @ b) @ inverse @ (y - terms @ b))


def with_turns(shared: Design, turns: list[int]) -> Array:
    hinges = [np.maximum(shared.periods - turn, 0) / shared.frequency for turn in turns]
    return np.column_stack([shared.terms, *hinges])


# What is exact


@pytest.mark.parametrize("turn", [12, 30, 55, 84])
def test_a_turn_without_noise_is_found_to_the_month(turn: int) -> None:
    found = direction_of_travel(line(96, 12, [turn], [-0.1, 0.15]), 12)
    assert (found.since, found.turns, found.direction) == (turn, (turn,), "increasing")
    assert found.change_per_year == pytest.approx(0.15, abs=1e-6)
    assert found.low == pytest.approx(0.15, abs=1e-4)


def test_three_turns_without_noise_are_found_to_the_quarter() -> None:
    found = direction_of_travel(line(48, 4, [12, 22, 34], [-0.1, 0.2, -0.15, 0.05]), 4)
    assert found.turns == (12, 22, 34)
    assert found.change_per_year == pytest.approx(0.05, abs=1e-6)


def test_a_rise_and_a_fall_that_cancel_are_two_turns() -> None:
    rng = np.random.default_rng(4)
    values = np.vstack([noisy(rng, 72, 12, [28, 44], [0.0, 0.4, 0.0]) for _ in range(20)])
    assert sum(len(one.turns) == 2 for one in directions(values, 12)) >= 15


def test_a_crash_between_two_rises_does_not_hide_the_rise_since() -> None:
    rng = np.random.default_rng(12)
    values = np.vstack([noisy(rng, 46, 4, [10, 27, 31], [-0.05, 0.1, -0.35, 0.12]) for _ in range(20)])
    found = directions(values, 4)
    assert sum(one.direction == "increasing" and abs((one.since or 0) - 31) <= 1 for one in found) >= 18


@pytest.mark.parametrize("frequency", [4, 12])
def test_a_straight_line_without_noise_has_no_turn(frequency: int) -> None:
    found = direction_of_travel(line(6 * frequency, frequency, [], [-0.1]), frequency)
    assert (found.direction, found.since, found.turns) == ("decreasing", 0, ())
    assert found.change_per_year == pytest.approx(-0.1, abs=1e-9)


# Against independent computations


@pytest.mark.parametrize("rho", [0.0, 0.4, 0.9])
def test_the_whitener_makes_ar1_errors_independent_across_gaps(rho: float) -> None:
    periods = np.array([0, 1, 2, 5, 6, 13, 14])
    matrix, log_det = whitener(periods, rho)
    v = covariance(periods, rho)
    assert matrix @ v @ matrix.T == pytest.approx(np.eye(7), abs=1e-12)
    assert log_det == pytest.approx(np.linalg.slogdet(v)[1], abs=1e-12)


@pytest.mark.parametrize("grid", [0, 3])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_the_search_finds_what_trying_every_place_finds(turns: int, grid: int) -> None:
    rng = np.random.default_rng(turns)
    known = np.ones(26, dtype=np.bool_)
    known[[7, 15]] = False
    shared = shared_design(26, 4, known, steps=(10,))
    logs = rng.standard_normal((12, 24)) + 3 * np.abs(shared.periods - 12) / 26
    found = search(shared, logs)[turns]
    v = covariance(shared.periods, AUTOCORRELATIONS[grid])
    places = [p for p in combinations(shared.candidates.tolist(), turns) if all(np.diff(p) >= 4)]
    as_good = 0
    for row, y in enumerate(logs):
        tried = [dense_fit(with_turns(shared, list(place)), y, v)[2] for place in places]
        chosen = tuple(shared.candidates[found.chosen[grid, row]].tolist())
        assert found.rss[grid, row] == pytest.approx(tried[places.index(chosen)], rel=1e-8)
        as_good += found.rss[grid, row] <= min(tried) * (1 + 1e-8)
    assert as_good == 12 if turns < 3 else as_good >= 11  # three are looked for on a coarser grid


@pytest.mark.parametrize("turns", [[], [30], [20, 41]])
@pytest.mark.parametrize("grid", [0, 3])
def test_the_rate_is_that_of_a_dense_generalised_least_squares_fit(turns: list[int], grid: int) -> None:
    rng = np.random.default_rng(7)
    known = np.ones(60, dtype=np.bool_)
    known[24:27] = False
    shared = shared_design(60, 12, known)
    logs = rng.standard_normal((3, 57))
    places = np.searchsorted(shared.candidates, np.array([turns] * 3, dtype=np.int64).reshape(3, len(turns)))
    slope, error, free = last_slope(shared, logs, None, np.full(3, grid), places)
    rho = AUTOCORRELATIONS[grid]
    v, terms = covariance(shared.periods, rho), with_turns(shared, turns)
    wide = np.column_stack([terms, *[(shared.periods >= turn).astype(float) for turn in turns]])
    contrast = np.array([0.0] * 12 + [1.0] * (1 + len(turns)) + [0.0] * len(turns))
    left = 57 - 13 - 2 * len(turns)
    for row, y in enumerate(logs):
        b, _, rss = dense_fit(terms, y, v)
        spread = dense_fit(wide, y, v)[1]
        assert slope[row] == pytest.approx(contrast[: terms.shape[1]] @ b, rel=1e-6)
        assert error[row] == pytest.approx(np.sqrt(rss / left * contrast @ spread @ contrast), rel=1e-6)
    assert free == pytest.approx(left * (1 - rho) / (1 + rho))


def test_small_counts_do_not_bend_the_rate() -> None:
    rng = np.random.default_rng(11)
    mean = 2 * np.exp(np.log(0.8) * (np.arange(60) - 30) / 12)
    found = directions(rng.poisson(mean, (400, 60)).astype(float), 12)
    rates = [np.log1p(one.change_per_year or 0.0) for one in found if not one.turns]
    standard_error = np.std(rates) / np.sqrt(len(rates))
    # the logs alone give -0.19: regressing log(count + 0.5) shrinks the rate by a seventh
    assert np.mean(rates) == pytest.approx(np.log(0.8), abs=4 * standard_error)


# Invariances


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.01, 1000))
def test_units_do_not_matter(seed: int, factor: float) -> None:
    values = noisy(np.random.default_rng(seed), 40, 4, [20], [-0.1, 0.1])
    one, other = direction_of_travel(values, 4), direction_of_travel(values * factor, 4)
    assert (one.since, one.turns, one.direction) == (other.since, other.turns, other.direction)
    assert other.change_per_year == pytest.approx(one.change_per_year, abs=1e-8)
    assert other.low == pytest.approx(one.low, abs=1e-8)


def test_backwards_in_time_the_rate_changes_sign_and_the_turn_is_mirrored() -> None:
    rng = np.random.default_rng(3)
    straight = noisy(rng, 60, 12, [], [0.1])
    forth, back = direction_of_travel(straight, 12), direction_of_travel(straight[::-1].copy(), 12)
    assert np.log1p(back.change_per_year or 0) == pytest.approx(-np.log1p(forth.change_per_year or 0), abs=1e-9)
    turning = noisy(rng, 96, 12, [50], [-0.2, 0.2])
    forth, back = direction_of_travel(turning, 12), direction_of_travel(turning[::-1].copy(), 12)
    assert forth.turns
    assert back.turns == tuple(95 - turn for turn in forth.turns[::-1])


def test_seasons_do_not_matter() -> None:
    values = noisy(np.random.default_rng(5), 60, 12, [30], [-0.2, 0.2])
    seasonal = values * np.tile(np.linspace(0.5, 3.0, 12), 5)
    one, other = direction_of_travel(values, 12), direction_of_travel(seasonal, 12)
    assert one.turns == other.turns
    assert other.change_per_year == pytest.approx(one.change_per_year, abs=1e-8)


def test_unknown_periods_keep_their_place() -> None:
    values = noisy(np.random.default_rng(6), 84, 12, [40], [-0.2, 0.2])
    found = direction_of_travel(values, 12)
    padded = direction_of_travel(np.concatenate([np.full(24, np.nan), values, np.full(24, np.nan)]), 12)
    assert padded.turns == tuple(turn + 24 for turn in found.turns)
    assert padded.change_per_year == pytest.approx(found.change_per_year, abs=1e-9)
    gapped = line(96, 12, [55], [-0.1, 0.15])
    gapped[[3, *range(20, 31), 70, 71]] = np.nan
    assert direction_of_travel(gapped, 12).since == 55


def test_a_batch_is_its_series_one_by_one() -> None:
    rng = np.random.default_rng(8)
    values = rng.poisson(60 * line(48, 4, [24], [-0.1, 0.1]) / 0.3, (12, 48)).astype(float)
    values[3, :6] = np.nan
    values[5] = 0.0
    values[7] /= 300
    together = directions(values, 4)
    for one, series in zip(together, values, strict=True):
        alone = direction_of_travel(series, 4)
        assert (alone.direction, alone.turns) == (one.direction, one.turns)
        assert alone.change_per_year == pytest.approx(one.change_per_year, abs=1e-9)


# A declared recording change


def test_a_declared_step_is_neither_a_turn_nor_a_rate() -> None:
    values = line(72, 12, [], [-0.05])
    values[36:] *= 1.5
    found = direction_of_travel(values, 12, steps=[36])
    assert (found.direction, found.since) == ("decreasing", 0)
    assert found.change_per_year == pytest.approx(-0.05, abs=1e-6)
    assert direction_of_travel(values, 12).turns  # without the declaration it bends to follow the step
    outside = direction_of_travel(line(72, 12, [], [-0.05]), 12, steps=[0, 36, 36, 500])
    assert outside.change_per_year == pytest.approx(-0.05, abs=1e-6)


# Odd series


@pytest.mark.parametrize(
    "values",
    [
        np.arange(1.0, 12.0),
        np.arange(1.0, 36.0),
        np.zeros(60),
        np.full(60, np.nan),
        np.array([0.0] * 40 + [39.0] + [0.0] * 19),
        np.array([]),
    ],
    ids=["eleven points", "under three years", "all zeros", "nothing known", "one spike among zeros", "empty"],
)
def test_nothing_can_be_said(values: Array) -> None:
    assert direction_of_travel(values, 12) == Direction(None, None, None, None, None, ())


@pytest.mark.parametrize("level", [1.0, 7.0, 0.3])
def test_a_constant_series_is_stable(level: float) -> None:
    assert direction_of_travel(np.full(60, level), 12) == Direction("stable", 0.0, 0.0, 0.0, 0, ())


def test_one_month_out_of_line_is_no_turn() -> None:
    rng = np.random.default_rng(9)
    values = rng.poisson(17.0, (100, 60)).astype(float)
    values[:, 45] += 39
    found = directions(values, 12)
    assert sum(bool(one.turns) for one in found) <= 12
    assert sum(one.direction != "stable" for one in found) <= 12


def test_a_series_that_ends_early_is_judged_to_its_own_end() -> None:
    values = line(96, 12, [40], [-0.1, 0.15])
    values[72:] = np.nan
    assert direction_of_travel(values, 12).since == 40


def test_negative_corrections_and_zero_shares_are_borne() -> None:
    rng = np.random.default_rng(10)
    counts = rng.poisson(20.0, 48).astype(float)
    counts[10] = -3
    assert direction_of_travel(counts, 4).direction is not None
    shares = rng.uniform(0.2, 0.4, 48)
    shares[5] = 0.0
    assert direction_of_travel(shares, 4).direction is not None


def test_wrong_shapes_and_frequencies_are_refused() -> None:
    with pytest.raises(ValueError, match="frequency must be 12 or 4"):
        direction_of_travel(np.ones(60), 1)
    with pytest.raises(ValueError, match="1-D"):
        direction_of_travel(np.ones((2, 60)), 12)
    with pytest.raises(ValueError, match="2-D"):
        directions(np.ones(60), 12)


# By simulation


@pytest.fixture
def evaluation(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "docs" / "evaluation"))
    import evaluate_turns

    return evaluate_turns


def test_turns_are_placed_within_three_months_and_rarely_invented(evaluation: Any) -> None:
    kinds = [evaluation.Cell("counts", 12, 96, 100, 50, 0.0, turn) for turn in (40, 48, 55)]
    turning = evaluation.measure(kinds, [1], 400, fast=True)
    assert [m.error <= 3 for m in turning] == [True] * 3
    assert min(m.found for m in turning) > 0.97
    straight = evaluation.measure(evaluation.straight_cells(fast=True), [2], 400, fast=True)
    # one in ten is allowed, one in twenty aimed at: 0.05 and three standard errors of 400 series
    assert max(m.found for m in straight) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)
    assert min(m.covered for m in straight) >= 0.84


def test_the_page_is_whole(evaluation: Any) -> None:
    cells = evaluation.turning_cells(fast=True)[:1]
    assert evaluation.measure(cells, [5], 20, fast=True) == evaluation.measure(cells, [5], 20, fast=True)
    page = evaluation.main(5, fast=True)
    for heading in ("A turn that is there", "A turn that is not there", "A recording change", "critical values"):
        assert heading in page
    assert "nan" not in page


# On what was recorded


def test_essex_vehicle_crime_has_risen_since_the_first_lockdown(home_office: pl.DataFrame) -> None:
    """The pack of September 2023 says of vehicle crime: gradually increasing since May 2020."""
    rows = home_office.filter(
        (pl.col("area") == "essex")
        & (pl.col("measure") == "vehicle-crime")
        & (pl.col("dimension") == "all")
        & (pl.col("period_end") <= date(2023, 9, 30))
    ).sort("period_end")
    one = direction_of_travel(rows["value"].to_numpy(), 4)
    assert (one.direction, rows["period_end"][one.since or 0]) == ("increasing", date(2020, 6, 30))
    assert one.change_per_year == pytest.approx(0.10, abs=0.03)
