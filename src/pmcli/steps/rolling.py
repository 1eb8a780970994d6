"""Rolling totals: the last W months at every period, from rows of any length that divides W.

A window is only ever whole. When a period inside it is missing or not known, the total is null, and a note names the
gap: a smaller total would look like an improvement.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import reduce
from operator import add

import polars as pl

from pmcli.errors import PmError, UsageError
from pmcli.notes import listing, note
from pmcli.periods import index_to_end, month_index, month_name
from pmcli.tables import (
    KEY,
    OBSERVATIONS,
    SERIES,
    conform,
    in_key_order,
    known_shares,
    series_of,
    series_starts,
    sort_by_key,
)

_VALUES = ("value", "base", "effective")


def rolling(observations: pl.LazyFrame | pl.DataFrame, months: int = 12) -> pl.LazyFrame:
    """Totals over a window of `months`, at every period end for which the whole window could be there.

    observations: the observations table; rows of m months are summed where m divides `months`; a row that is already
        `months` long is taken as published, before any sum.
    Returns observations with months = `months`: value (and base and effective, for shares and means) summed over the
    window; null where a period of the window is missing or not known. Sorted by key.
    Raises UsageError when months < 1, PmError when no row length divides `months`.
    """
    frame = observations.lazy().collect()
    return windows(frame, months, say_gaps=True, in_order=True).lazy()


def windows(
    frame: pl.DataFrame,
    months: int,
    ends: Collection[date] | None = None,
    *,
    say_gaps: bool = False,
    in_order: bool = False,
) -> pl.DataFrame:
    """The totals of `rolling` as a DataFrame; with `ends`, only the windows that end then.

    say_gaps: note the periods that are missing. in_order: sort by key (else in no certain order).

    Raises like `rolling`, but returns no rows for a frame without rows.
    """
    if not 1 <= months <= 120:
        raise UsageError(f"a window of {months} months cannot be made", "Give --months between 1 and 120, as 12.")
    frame = known_shares(conform(frame, OBSERVATIONS))
    if frame.is_empty():
        return frame
    lengths = sorted(frame["months"].unique().to_list())
    usable = [length for length in lengths if months % length == 0]
    if not usable:
        shortest = min(lengths)
        raise PmError(
            f"a window of {months} months cannot be made from rows of {_or(lengths)} months",
            f"Give --months {shortest}, or load the shorter periods.",
        )
    if ends is not None:
        latest = pl.lit(max(ends).year * 12 + max(ends).month - 1)
        earliest = pl.lit(min(ends).year * 12 + min(ends).month - 1 - months)
        frame = frame.filter(month_index() <= latest, month_index() > earliest)
    parts = [
        _sum_windows(frame if len(lengths) == 1 else frame.filter(pl.col("months") == length), months, length, say_gaps)
        for length in sorted(usable, reverse=True)
    ]
    rolled = parts[0] if len(parts) == 1 else _prefer(parts)
    if say_gaps:
        _say_too_short(frame, rolled, months)
    if ends is not None:
        rolled = rolled.filter(pl.col("period_end").is_in(list(ends)))
    monthly = usable == [1] and months > 1  # sums of months come out in key order as they are
    return sort_by_key(rolled) if in_order and not monthly else rolled


def _or(lengths: Collection[int]) -> str:
    return " or ".join(str(length) for length in lengths)


def _sum_windows(frame: pl.DataFrame, months: int, length: int, say_gaps: bool) -> pl.DataFrame:
    """The windows over rows of one length, one frame of observations."""
    n = months // length
    if n == 1:
        return frame
    # Rows of 12 months published every quarter overlap: only those `length` apart follow one another, so each
    # remainder of the month index is a series of its own. (Month or quarter rows have one remainder.)
    indexed = frame.with_columns(_index=month_index()).with_columns(_phase=pl.col("_index") % length)
    new = series_starts(indexed)
    phased = indexed["_phase"].n_unique() > 1
    if phased or not in_key_order(indexed, new):
        indexed = indexed.sort(*SERIES, "_phase", "_index")
        new = series_starts(indexed)
        if phased:
            new |= indexed["_phase"].ne_missing(indexed["_phase"].shift(1))
    indexed = indexed.with_columns(_new=new, _run=new.cum_sum())
    step = pl.col("_index") - pl.col("_index").shift(1)
    holes = indexed.filter(~pl.col("_new") & step.gt(length).fill_null(value=False))
    if holes.height or indexed.select(pl.col("value").null_count()).item():
        indexed = _fill(indexed, length)
        if say_gaps:
            _say_gaps(indexed, months)
    first = pl.col("_index") - pl.col("_index").shift(n - 1) == (n - 1) * length
    whole = (first & (pl.col("_run") == pl.col("_run").shift(n - 1))).fill_null(value=False)
    if (indexed["effective"] == 0).any():
        whole = whole & _can_be_added(indexed, n, months)
    sums = [_rolling_sum(indexed, name, n) for name in ("value", "base")]
    sums.append(_rolling_effective(indexed, n))
    run_start = pl.when("_new").then("_index").forward_fill()
    in_reach = pl.col("_index") - run_start >= (n - 1) * length
    summed = indexed.with_columns(*sums, _whole=whole, _reach=in_reach)  # together, for sums take the rows' names
    rolled = summed.select(
        *SERIES,
        "period_end",
        "_reach",
        *(pl.when("_whole").then(name).alias(name) for name in _VALUES),
        months=pl.lit(months, dtype=pl.Int8),
    )
    return rolled.filter("_reach").select(*OBSERVATIONS.columns)


def _can_be_added(indexed: pl.DataFrame, n: int, months: int) -> pl.Expr:
    """Whether none of n rows is a share or mean whose base is not known (effective 0: see sources.calls).

    Such a row stands for its own period: adding it to others would weight a quiet month like a busy one.
    """
    alone = ((pl.col("effective") == 0) & (pl.col("base") > 0)).fill_null(value=False)
    rows = indexed.filter(alone)
    if rows.height:
        what = listing(rows["measure"].unique().sort().to_list(), 4)
        note(f"{what}: the base of some periods is not known: they cannot be added up to {months} months")
    count = alone.cast(pl.Int32).cum_sum()
    return count - count.shift(n, fill_value=0) == 0


def _rolling_sum(frame: pl.DataFrame, name: str, n: int) -> pl.Expr:
    """The sum of n rows; null when one of them is null. Windows across two series are set aside by the caller."""
    if frame[name].null_count() == frame.height:
        return pl.col(name)
    # Each window is added up for itself: a difference of running sums would carry one series' size into another's. In
    # this order always: sums of weights have last digits that hang on it, and sum_horizontal's own is anybody's guess.
    return reduce(add, (pl.col(name).shift(back) for back in range(n))).alias(name)


def _rolling_effective(frame: pl.DataFrame, n: int) -> pl.Expr:
    """The effective sample size of n rows together, which is that of their respondents as one sample."""
    if frame["effective"].null_count() == frame.height:
        return pl.col("effective")
    # By Kish's formula the squared weights of a row sum to base² / effective, and sums of squares add up over rows.
    squares = pl.when(pl.col("base") == 0).then(0.0).otherwise(pl.col("base") ** 2 / pl.coalesce("effective", "base"))
    either = frame.with_columns(squares.alias("_squares"))
    sums = either.select(_rolling_sum(either, "base", n), _rolling_sum(either, "_squares", n))
    worth = pl.when(pl.col("_squares") > 0).then(pl.col("base") ** 2 / pl.col("_squares")).otherwise("base")
    return pl.lit(sums.select(worth.round(9)).to_series()).alias("effective")  # its last digits hang on the order


def _fill(indexed: pl.DataFrame, length: int) -> pl.DataFrame:
    """`indexed` with a null row for every missing period between the first and the last of its run."""
    previous = pl.col("_index").shift(1)
    holes = indexed.with_columns(_before=previous).filter(~pl.col("_new") & (pl.col("_index") - previous > length))
    if holes.is_empty():
        return indexed
    made = (
        holes.with_columns(_index=pl.int_ranges(pl.col("_before") + length, pl.col("_index"), length))
        .explode("_index")
        .with_columns(
            period_end=index_to_end(pl.col("_index")),
            _new=pl.lit(value=False),
            **{name: pl.lit(None, dtype=pl.Float64) for name in _VALUES},
        )
        .select(indexed.columns)
        .cast(indexed.schema)
    )
    return pl.concat([indexed, made]).sort("_run", "_index")


def _say_gaps(indexed: pl.DataFrame, months: int) -> None:
    """A note for every area whose series has a gap, naming the periods."""
    gaps = indexed.filter(pl.col("value").is_null()).select(*SERIES, "period_end")
    if gaps.is_empty():
        return
    by_area = gaps.group_by("area").agg(
        pl.col("period_end").unique().sort(), pl.col("measure").unique().sort(), pl.len()
    )
    areas = by_area.sort(pl.col("len"), "area", descending=[True, False]).rows(named=True)
    for row in areas[:5]:
        when = listing([month_name(end) for end in row["period_end"]], 4)
        what = listing(row["measure"], 3)
        note(f"{row['area']}: no figure for {when} ({what}): the {months}-month totals that need it are null")
    if len(areas) > 5:
        note(f"{len(areas) - 5:,} more areas have gaps; `pm check` lists them all")


def _say_too_short(frame: pl.DataFrame, rolled: pl.DataFrame, months: int) -> None:
    """A note on the series that do not reach over one window, and so have no total at all."""
    short = series_of(frame).join(series_of(rolled), on=list(SERIES), how="anti")
    if short.height:
        names = short.select(pl.format("{} in {}", "measure", "area")).to_series().unique().sort().to_list()
        note(f"shorter than {months} months, so without a total: {listing(names, 4)}")


def _prefer(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """One row a key from windows made of rows of several lengths: the longest rows (the published total) first."""
    stacked = pl.concat([part.with_columns(_rank=pl.lit(i)) for i, part in enumerate(parts)])
    stacked = stacked.with_columns(_null=pl.col("value").is_null()).sort(*KEY, "_null", "_rank")
    best = stacked.unique(subset=list(KEY), keep="first", maintain_order=True)
    spread = (
        stacked.filter(~pl.col("_null"))
        .group_by(KEY)
        .agg((pl.col("value").max() - pl.col("value").min()).alias("gap"))
        .filter(pl.col("gap") > 1e-6)
        .sort(KEY)
    )
    if spread.height:
        row = spread.row(0, named=True)
        note(
            f"{spread.height:,} published totals differ from the sum of their periods (first: {row['measure']}, "
            f"{row['area']}, to {month_name(row['period_end'])}, by {row['gap']:,.0f}); the published total is used"
        )
    return best.select(*OBSERVATIONS.columns)
