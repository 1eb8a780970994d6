"""Breakdowns: the total is the sum of its rows, what is absent from a whole window is zero, and the order."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.errors import PmError
from pmcli.steps.breakdown import GRAND_TOTAL, breakdown
from pmcli.tables import BREAKDOWN
from tests.conftest import series

NOW, THEN = date(2023, 7, 31), date(2019, 12, 31)


def category(name, values, end=NOW, dimension="weapon", **more):
    """Monthly observations of one category."""
    return series(values, end=end, **more).with_columns(dimension=pl.lit(dimension), category=pl.lit(name))


def both(name, now, then, **more):
    """A category with the same figure in every month of the window, and another in the baseline's."""
    return pl.concat([category(name, [now] * 12, **more), category(name, [then] * 12, THEN, **more)])


def totals(now, then, **more):
    return pl.concat([series([now] * 12, **more), series([then] * 12, end=THEN, **more)])


def rows(frame, **options):
    """category -> (against_value, value, difference)."""
    made = breakdown(frame, baseline=THEN, **options).collect()
    return {
        row["category"]: (row["against_value"], row["value"], row["difference"]) for row in made.iter_rows(named=True)
    }


def test_rows_are_sorted_and_the_total_stands_last():
    frame = pl.concat([totals(6, 4), both("Rifle", 1, 1), both("Knife", 4, 1), both("Gas", 1, 2)])
    made = breakdown(frame, baseline=THEN).collect()
    assert made["category"].to_list() == ["Knife", "Gas", "Rifle", GRAND_TOTAL]
    assert made["total"].to_list() == [False, False, False, True]
    assert made["value"].to_list() == [48, 12, 12, 72]
    assert made["share"].to_list() == pytest.approx([48 / 72, 1 / 6, 1 / 6, 1])
    assert made["change"].to_list() == pytest.approx([3, -0.5, 0, 0.5])
    assert made.schema == BREAKDOWN.schema()


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8),
    st.integers(1, 12),
)
def test_the_total_is_the_sum_of_its_rows_in_both_windows(counts, months):
    parts = [both(f"c{place}", now, then) for place, (now, then) in enumerate(counts)]
    whole = totals(sum(now for now, _ in counts), sum(then for _, then in counts))
    made = breakdown(pl.concat([whole, *parts]), baseline=THEN, months=months).collect()
    of_rows, total = made.filter(~pl.col("total")), made.filter("total").row(0, named=True)
    for name in ("value", "against_value", "difference"):
        assert of_rows[name].sum() == total[name]
    assert total["value"] == months * sum(now for now, _ in counts)


def test_a_category_in_one_window_only_is_zero_in_the_other_when_that_is_whole():
    frame = pl.concat([totals(3, 2), both("Knife", 1, 1), category("New", [2] * 12), category("Old", [1] * 12, THEN)])
    assert rows(frame) == {"New": (0, 24, 24), "Knife": (12, 12, 0), "Old": (12, 0, -12), GRAND_TOTAL: (24, 36, 12)}


def test_it_is_not_known_when_the_window_is_not_whole():
    frame = pl.concat([series([3] * 12), both("Knife", 1, 1), category("New", [2] * 12)])
    made = rows(frame)
    assert made["New"] == (None, 24, None)
    assert made[GRAND_TOTAL] == (None, 36, None)


def test_a_month_that_is_not_known_is_no_zero():
    frame = pl.concat([series([None, *[3] * 11]), series([3] * 12, end=THEN), both("Knife", 3, 3)])
    frame = frame.with_columns(
        value=pl.when((pl.col("category") == "Knife") & (pl.col("period_end") == date(2022, 8, 31)))
        .then(None)
        .otherwise("value")
    )
    assert rows(frame, to=NOW)["Knife"] == (36, None, None)


def test_every_dimension_has_its_own_total_and_one_can_be_chosen():
    frame = pl.concat(
        [
            totals(3, 3),
            both("Knife", 3, 3),
            both("Theft", 2, 3, dimension="offence"),
            both("Arson", 1, 0, dimension="offence"),
        ]
    )
    made = breakdown(frame, baseline=THEN).collect().filter("total")
    assert made["dimension"].to_list() == ["offence", "weapon"]
    assert made["value"].to_list() == [36, 36]
    assert set(rows(frame, by="weapon")) == {"Knife", GRAND_TOTAL}


def test_a_dimension_that_is_not_there():
    frame = pl.concat([totals(3, 3), both("Knife", 3, 3)])
    with pytest.raises(PmError, match="nothing here is broken down by 'wepon'\nDid you mean weapon"):
        breakdown(frame, by="wepon")
    with pytest.raises(PmError, match="There is weapon; `pm load … --by sex`"):
        breakdown(frame, by="sex")


def test_shares_do_not_add_up():
    shares = category("High harm", [1] * 12, measure="repeat-victims", base=[3] * 12)
    with pytest.raises(PmError, match="shares and means do not add up: repeat-victims"):
        breakdown(shares, measures=["repeat-victims"])
    assert set(rows(pl.concat([shares, totals(1, 1), both("Knife", 1, 1)]))) == {"Knife", GRAND_TOTAL}


def test_categories_that_do_not_make_up_the_measure_are_pointed_out(recwarn):
    rows(pl.concat([totals(5, 3), both("Knife", 3, 3)]))
    assert "burglary by weapon in essex to Jul 2023 adds up to 36, while the measure itself is 60" in str(
        recwarn[0].message
    )


def test_the_rolled_table_gives_the_same(tmp_path):
    from pmcli.steps.rolling import rolling

    frame = pl.concat([totals(3, 2), both("Knife", 2, 1), both("Gas", 1, 1)])
    assert (
        breakdown(rolling(frame), baseline=THEN, to=NOW)
        .collect()
        .equals(breakdown(frame, baseline=THEN, to=NOW).collect())
    )


def test_two_forces_have_a_block_each():
    frame = pl.concat([totals(1, 1), both("Knife", 1, 1), totals(2, 2, area="kent"), both("Knife", 2, 2, area="kent")])
    made = breakdown(frame, baseline=THEN).collect()
    assert made["area"].to_list() == ["essex", "essex", "kent", "kent"]
    assert made["value"].to_list() == [12, 12, 24, 24]
