"""The order of observations, by comparing neighbours, against sorting and counting every row (Python's own)."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pmcli import pipe
from pmcli.periods import shift
from pmcli.sources import strays
from pmcli.sources.reading.report import Report
from pmcli.tables import KEY, OBSERVATIONS, SERIES, in_key_order, series_of, series_starts, sort_by_key

NAMES = st.sampled_from(["", "a", "b", "burglary in a dwelling", "ä"])
KEYS = st.tuples(*[NAMES] * 5, st.integers(0, 5), st.sampled_from([1, 3, 12]))


def observations(keys: list[tuple[str, str, str, str, str, int, int]]) -> pl.DataFrame:
    """A row a key; the sixth of a key is how many months after January 2020 the period ends."""
    rows = [(*key[:5], shift(date(2020, 1, 31), key[5]), key[6], float(at), None, None) for at, key in enumerate(keys)]
    return pl.DataFrame(rows, schema=OBSERVATIONS.schema(), orient="row")


@given(st.lists(KEYS, max_size=12), st.booleans())
@settings(max_examples=300, deadline=None)
def test_neighbours_tell_what_sorting_tells(keys, in_order):
    keys = sorted(keys) if in_order else keys
    frame = observations(keys)
    assert in_key_order(frame) == (keys == sorted(set(keys)))
    assert in_key_order(frame, series_starts(frame)) == in_key_order(frame)
    assert series_of(frame).rows() == list(dict.fromkeys(key[:5] for key in keys))
    assert series_starts(frame).to_list() == [at == 0 or key[:5] != keys[at - 1][:5] for at, key in enumerate(keys)]
    assert (sort_by_key(frame) is frame) == in_key_order(frame)
    assert sort_by_key(frame).select(KEY).rows() == frame.select(KEY).sort(KEY).rows()


def test_a_key_with_a_null_is_in_no_order():
    frame = observations([("a",) * 5 + (0, 1), ("a",) * 5 + (1, 1)])
    assert in_key_order(frame)
    for name in KEY:
        assert not in_key_order(frame.with_columns(pl.lit(None, dtype=frame.schema[name]).alias(name)))


@given(st.lists(KEYS, min_size=1, max_size=12, unique=True))
@settings(max_examples=100, deadline=None)
def test_the_periods_that_travel_with_totals_arrive_as_they_were(keys):
    frame = observations(keys)
    totals = sort_by_key(frame).with_columns(months=pl.lit(24, dtype=pl.Int8), period_end=pl.lit(date(2030, 1, 31)))
    totals = totals.unique(list(SERIES), maintain_order=True)
    assert pipe._unpacked([pipe.packed(frame)], totals).equals(sort_by_key(frame))


@given(
    st.lists(st.tuples(NAMES, NAMES, st.integers(0, 40), st.sampled_from([0, 1, 400])), min_size=1, max_size=60),
    st.sampled_from([[1], [3], [1, 3]]),
)
@settings(max_examples=200, deadline=None)
def test_a_quick_look_for_gaps_leaves_out_what_the_whole_look_leaves_out(rows, lengths):
    """Whenever the ends of the series say that nothing is far from the rest, the search itself finds nothing either."""
    cells = {(measure, area, at, length): value for measure, area, at, value in rows for length in lengths}
    keys = [("s", measure, area, "all", "all", at * length, length) for measure, area, at, length in cells]
    frame = sort_by_key(observations(keys).with_columns(value=pl.Series(list(cells.values()), dtype=pl.Float64)))
    if strays._nowhere_a_gap(frame):
        assert whole_search(frame).equals(frame)


def whole_search(frame: pl.DataFrame) -> pl.DataFrame:
    """`without_strays` by its whole search."""
    from pmcli.catalogue import Catalogue

    quick, strays._nowhere_a_gap = strays._nowhere_a_gap, lambda _: False
    try:
        return strays.without_strays(frame, Catalogue(), Report())
    finally:
        strays._nowhere_a_gap = quick


def test_a_quick_look_sees_that_a_whole_table_has_no_gap_and_that_one_has():
    months = [("s", measure, area, "all", "all", at, 1) for measure in "ab" for area in "cd" for at in range(30)]
    assert strays._nowhere_a_gap(observations(months))
    assert not strays._nowhere_a_gap(observations([key for key in months if key[5] != 7 or key[1] != "a"]))
    assert not strays._nowhere_a_gap(observations([key for key in months if key[5] != 7]))
