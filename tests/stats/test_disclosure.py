"""Cell suppression: nothing withheld follows from what is shown, found out by another way than the code's own.

The code asks the null space of the sums; the attacker here asks for each withheld cell whether the same published
figures allow another value of it (a least-squares solution that moves it), and subtracts by hand over and over.
"""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pmcli.stats.disclosure import Sum, determined, withheld

LEAST = 10


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[float], list[Sum]]:
    """A table of districts by groups with all its totals: its cells, the margins and the sums between them."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    size = st.one_of(st.integers(0, 30), st.integers(0, 400))
    inner = np.array(draw(st.lists(size, min_size=rows * columns, max_size=rows * columns))).reshape(rows, columns)
    full = np.zeros((rows + 1, columns + 1))
    full[1:, 1:] = inner
    full[0, 1:], full[1:, 0], full[0, 0] = inner.sum(axis=0), inner.sum(axis=1), inner.sum()
    place = np.arange(full.size).reshape(full.shape)
    sums = [Sum(int(place[row, 0]), tuple(map(int, place[row, 1:]))) for row in range(rows + 1)]
    sums += [Sum(int(place[0, column]), tuple(map(int, place[1:, column]))) for column in range(columns + 1)]
    return full.ravel().tolist(), sums


def subtracted(sums: list[Sum], hidden: set[int]) -> set[int]:
    """What an attacker with a pencil gets: the one unknown of a sum, again and again."""
    unknown = set(hidden)
    while True:
        alone = [cells[0] for one in sums if len(cells := [c for c in (one.total, *one.parts) if c in unknown]) == 1]
        if not alone:
            return hidden - unknown
        unknown -= set(alone)


def fixed(sums: list[Sum], hidden: set[int]) -> set[int]:
    """The hidden cells that no other solution of the published sums gives another value."""
    order = sorted(hidden)
    system = np.array([[(c in one.parts) - (c == one.total) for c in order] for one in sums], dtype=float)
    found = set()
    for at, cell in enumerate(order):
        asked = np.vstack([system, np.eye(len(order))[at]])
        wanted = np.zeros(len(sums) + 1)
        wanted[-1] = 1.0
        solution = np.linalg.lstsq(asked, wanted, rcond=None)[0]
        if np.abs(asked @ solution - wanted).max() > 1e-6:
            found.add(cell)
    return found


@given(tables())
@settings(max_examples=300, deadline=None)
def test_nothing_withheld_follows_from_what_is_shown(table: tuple[list[float], list[Sum]]) -> None:
    values, sums = table
    hidden = withheld(values, sums, LEAST)
    assert {place for place, value in enumerate(values) if value < LEAST} <= hidden
    assert fixed(sums, hidden) == set()
    assert subtracted(sums, hidden) == set()


@given(tables(), st.data())
@settings(max_examples=200, deadline=None)
def test_what_is_determined_is_what_no_other_solution_moves(
    table: tuple[list[float], list[Sum]], data: st.DataObject
) -> None:
    values, sums = table
    hidden = data.draw(st.sets(st.integers(0, len(values) - 1)))
    found = determined(sums, hidden)
    assert found == (fixed(sums, hidden) if hidden else set())
    assert subtracted(sums, hidden) <= found


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_of_a_sum_at_least_two_are_withheld_and_come_to_the_threshold(parts: list[int]) -> None:
    values = [float(sum(parts)), *map(float, parts)]
    hidden = withheld(values, [Sum(0, tuple(range(1, len(values))))], LEAST)
    gone = [place for place in range(1, len(values)) if place in hidden]
    if gone and 0 not in hidden:
        assert len(gone) >= 2
        assert sum(values[place] for place in gone) >= LEAST


def test_one_small_group_takes_the_next_smallest_with_it() -> None:
    """Worked by hand: 100 = 4 + 20 + 76; the 4 is small, the 20 the least that hides it, and nothing else."""
    assert withheld([100, 4, 20, 76], [Sum(0, (1, 2, 3))], LEAST) == {1, 2}


def test_a_two_way_table_needs_four() -> None:
    """Worked by hand: one small cell in a 2 by 2 table with all margins takes all four inner cells with it."""
    values = [100.0, 40, 60, 30, 3, 27, 70, 37, 33]
    sums = [Sum(0, (1, 2)), Sum(3, (4, 5)), Sum(6, (7, 8)), Sum(0, (3, 6)), Sum(1, (4, 7)), Sum(2, (5, 8))]
    assert withheld(values, sums, LEAST) == {4, 5, 7, 8}


def test_nothing_small_withholds_nothing() -> None:
    assert withheld([30, 10, 20], [Sum(0, (1, 2))], LEAST) == set()
