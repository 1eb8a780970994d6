"""Rolling totals: against sums by hand, and by the algebra a sum must obey."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.errors import PmError, UsageError
from pmcli.notes import collecting
from pmcli.steps.rolling import rolling
from pmcli.tables import KEY, OBSERVATIONS
from tests.conftest import series

counts = st.lists(st.integers(-5, 5000).map(float), min_size=12, max_size=60)


def values(frame: pl.DataFrame) -> list[float | None]:
    return rolling(frame).collect()["value"].to_list()


def test_twelve_months_to_each_month_is_the_sum_of_those_months() -> None:
    months = [float(n * n % 17) for n in range(30)]
    rolled = rolling(series(months)).collect()
    assert rolled["value"].to_list() == [sum(months[n - 11 : n + 1]) for n in range(11, 30)]
    assert rolled["months"].unique().to_list() == [12]
    assert rolled["period_end"].max() == date(2023, 7, 31)
    assert rolled.schema == OBSERVATIONS.schema()


def test_quarters_make_twelve_months_of_four() -> None:
    rolled = rolling(series([1, 2, 3, 4, 5, 6], end=date(2023, 9, 30), months=3)).collect()
    assert rolled["value"].to_list() == [10, 14, 18]


def test_a_missing_month_makes_every_total_that_needs_it_null_and_is_named() -> None:
    frame = series([1.0] * 36).filter(pl.col("period_end") != date(2021, 12, 31))
    with collecting() as notes:
        rolled = rolling(frame).collect()
    unknown = rolled.filter(pl.col("value").is_null())["period_end"].to_list()
    assert unknown[0] == date(2021, 12, 31)
    assert unknown[-1] == date(2022, 11, 30)
    assert len(unknown) == 12
    assert set(rolled.drop_nulls("value")["value"]) == {12.0}
    assert any("Dec 2021" in note and "essex" in note for note in notes)


def test_an_unknown_figure_is_never_a_zero() -> None:
    assert values(series([1.0] * 12 + [None] + [1.0] * 12))[1:13] == [None] * 12


def test_overlapping_published_totals_pass_through() -> None:
    quarterly = pl.concat(
        [series([float(n)], end=end, months=12) for n, end in enumerate([date(2023, 3, 31), date(2023, 6, 30)])]
    )
    assert values(quarterly) == [0.0, 1.0]


def test_two_years_from_overlapping_published_totals_uses_those_a_year_apart() -> None:
    ends = [date(2022, 3, 31), date(2022, 6, 30), date(2023, 3, 31), date(2023, 6, 30)]
    totals = pl.concat([series([10.0**n], end=end, months=12) for n, end in enumerate(ends)])
    rolled = rolling(totals, 24).collect()
    assert rolled["value"].to_list() == [1 + 100, 10 + 1000]


def test_a_share_rolls_numerator_and_base() -> None:
    rolled = rolling(series([8.0] * 12, base=[10.0] * 12)).collect()
    assert rolled.select("value", "base").row(0) == (96.0, 120.0)


def test_a_published_total_beats_the_sum_of_its_months_and_a_difference_is_said() -> None:
    both = pl.concat([series([1.0] * 12), series([13.0], months=12)])
    with collecting() as notes:
        assert values(both) == [13.0]
    assert any("differ" in note for note in notes)


def test_a_window_the_rows_cannot_make() -> None:
    with pytest.raises(PmError, match="6 months cannot be made from rows of 12 months"):
        rolling(series([1.0], months=12), 6)
    with pytest.raises(UsageError):
        rolling(series([1.0]), 0)


def test_no_rows_are_no_trouble() -> None:
    assert rolling(OBSERVATIONS.empty()).collect().schema == OBSERVATIONS.schema()


@given(counts, counts)
def test_the_total_of_a_sum_is_the_sum_of_the_totals(a: list[float], b: list[float]) -> None:
    n = min(len(a), len(b))
    both = [x + y for x, y in zip(a[:n], b[:n], strict=True)]
    summed = [x + y for x, y in zip(values(series(a[:n])), values(series(b[:n])), strict=True)]
    assert values(series(both)) == summed


@given(counts, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(a: list[float], random: object) -> None:
    frame = pl.concat([series(a), series(a[::-1], area="kent"), series(a, measure="robbery")])
    shuffled = frame.sample(fraction=1, shuffle=True, seed=random.randrange(1000))  # type: ignore[attr-defined]
    assert rolling(shuffled).collect().equals(rolling(frame).collect())


@given(counts)
def test_twelve_months_are_two_sixes(a: list[float]) -> None:
    sixes = rolling(series(a), 6).collect()
    twelves = rolling(series(a)).collect()
    assert rolling(sixes).collect().equals(twelves)


def test_the_result_is_sorted_by_key_whatever_the_rows() -> None:
    frame = pl.concat([series([1.0] * 14, area=area, measure=m) for area in ("kent", "essex") for m in ("z", "a")])
    rolled = rolling(frame).collect()
    assert rolled.equals(rolled.sort(KEY))


def test_sums_of_weights_are_the_same_to_the_last_digit_each_time() -> None:
    """Weights as surveys have them: their sums have last digits that hang on the order they are added up in."""
    weights = [0.1 * (n % 13) + 0.01 * (n % 7) + 1 / 3 for n in range(2_000)]
    frame = series([float(value) for value in weights])
    expected = [sum(weights[n - 11 : n + 1][::-1][1:], weights[n]) for n in range(11, len(weights))]
    assert all(values(frame) == expected for _ in range(20))
