"""What a measure is made of, in two windows: a row a category, and a grand total that is the sum of its rows.

The total is never taken from anywhere else, so it cannot be off by one from what stands above it; where the categories
do not add up to the measure itself, a note says by how much.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, did_you_mean
from pmcli.notes import listing, note
from pmcli.periods import BASELINE, month_index, month_name
from pmcli.steps.rolling import windows
from pmcli.steps.selecting import select, window_ends
from pmcli.steps.testing import known_test, sharing, with_test
from pmcli.steps.written import Month, area_ids, last_day, measure_ids
from pmcli.tables import BREAKDOWN, OBSERVATIONS

GRAND_TOTAL: Final = "Grand total"
"""The category of the row that is the sum of the others."""

_BLOCK: Final = ("source", "measure", "area", "dimension")


def breakdown(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    by: str | None = None,
    source: str | None = None,
    to: Month | None = None,
    months: int = 12,
    baseline: Month = BASELINE,
    test: str = "dispersion",
    catalogue: Catalogue | None = None,
) -> pl.LazyFrame:
    """Each category's count in the window and in the baseline window, with their totals.

    observations: the observations table, with rows that have a dimension. by: the dimension; None takes each that
    there is. to: the last day of the window; None takes each measure's latest. baseline: that of the earlier window.
    Returns the breakdown table: `share` is a fraction of the window's total, `change` one of `against_value` (null when
    that is zero or below), `p_value`, `least` and `grade` as in `compare`, each category on its own with its measure's
    dispersion. A category that a window does not have is 0 there when the window is whole (the measure
    itself is known for it), else null; a total with a null in it is null. Sorted by value, highest first, the total
    last. Shares and means are left out with a note: percentages do not add up.
    Raises PmError for two sources, when there is no such dimension, or when `to` is not the end of a window.
    """
    measures, areas = measure_ids(measures, catalogue), area_ids(areas, catalogue)
    to, baseline = last_day(to), last_day(baseline, "baseline")
    known_test(test)
    frame = select(observations, measures=measures, areas=areas, source=source)
    if frame.is_empty():
        return BREAKDOWN.empty().lazy()
    frame = _counts_only(frame, named=measures is not None)
    kinds = frame.filter(pl.col("dimension") != "all")
    if by is not None:
        kinds = _of_dimension(kinds, by)
    if kinds.is_empty():
        if frame.height:
            note("nothing here is broken down by anything: load the records with --by, as `pm load … --by weapon`")
        return BREAKDOWN.empty().lazy()
    wholes = frame.filter(pl.col("dimension") == "all")
    ends = window_ends(windows(pl.concat([wholes, kinds]), months), to, areas)
    if not ends:
        return BREAKDOWN.empty().lazy()
    needed = {baseline, *ends.values()}
    kinds = _with_zeros(kinds, wholes, needed, months)
    rolled = windows(kinds, months, needed).select(*_BLOCK, "category", "period_end", "value")
    targets = pl.DataFrame({"measure": list(ends), "period_end": list(ends.values())})
    targets = targets.with_columns(pl.lit(baseline).alias("against_end"))
    wanted = kinds.select(*_BLOCK, "category").unique().join(targets, on="measure")
    rows = _two_windows(wanted, rolled).with_columns(pl.lit(value=False).alias("total"))
    _say_unlike(rows, wholes, months, needed)
    _say_missing(rows, months)
    return _finished(rows, months, test, catalogue or Catalogue()).lazy()


def _counts_only(frame: pl.DataFrame, *, named: bool) -> pl.DataFrame:
    shares = frame.filter(pl.col("base").is_not_null())["measure"].unique().sort().to_list()
    if not shares:
        return frame
    kept = frame.filter(~pl.col("measure").is_in(shares))
    if named and kept.is_empty():
        raise PmError(
            f"shares and means do not add up: {listing(shares)} cannot be broken down",
            "`pm compare` has them by category.",
        )
    note(f"{listing(shares, 4)} left out: shares and means do not add up; `pm compare` has them by category")
    return kept


def _of_dimension(kinds: pl.DataFrame, by: str) -> pl.DataFrame:
    have = kinds["dimension"].unique().sort().to_list()
    if by in have or not have:
        return kinds.filter(pl.col("dimension") == by)
    otherwise = f"There is {listing(have)}; `pm load … --by {by}` makes it of crime records."
    raise PmError(f"nothing here is broken down by {by!r}", did_you_mean(by, have, otherwise))


def _with_zeros(kinds: pl.DataFrame, wholes: pl.DataFrame, ends: set[date], months: int) -> pl.DataFrame:
    """`kinds` with a zero for every category that lacks a period whose measure is known: it was not among them."""

    def near(frame: pl.DataFrame) -> pl.DataFrame:
        index = month_index()
        last = [end.year * 12 + end.month - 1 for end in ends]
        return frame.filter(pl.any_horizontal([(index <= end) & (index > end - months) for end in last]))

    key = ["source", "measure", "area", "period_end", "months"]
    known = near(wholes.filter(pl.col("value").is_not_null())).select(key)
    series = kinds.select(*_BLOCK, "category", "months").unique()
    grid = series.join(known, on=["source", "measure", "area", "months"])
    zeros = grid.join(kinds, on=[*key, "dimension", "category"], how="anti").with_columns(
        pl.lit(0.0).alias("value"),
        pl.lit(None, dtype=pl.Float64).alias("base"),
        pl.lit(None, dtype=pl.Float64).alias("effective"),
    )
    return pl.concat([kinds, zeros.select(*OBSERVATIONS.columns)])


def _two_windows(wanted: pl.DataFrame, rolled: pl.DataFrame) -> pl.DataFrame:
    key = [*_BLOCK, "category"]
    now = wanted.join(rolled, on=[*key, "period_end"], how="left", validate="m:1")
    then = rolled.rename({"period_end": "against_end", "value": "against_value"})
    return now.join(then, on=[*key, "against_end"], how="left", validate="m:1")


def _finished(rows: pl.DataFrame, months: int, test: str, catalogue: Catalogue) -> pl.DataFrame:
    """The rows with their totals, differences, tests and shares, sorted."""
    block = [*_BLOCK, "period_end", "against_end"]

    def sum_of(name: str) -> pl.Expr:
        return pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name)

    totals = rows.group_by(block).agg(sum_of("value"), sum_of("against_value"))
    totals = totals.with_columns(pl.lit(GRAND_TOTAL).alias("category"), pl.lit(value=True).alias("total"))
    whole = totals.select(*block, pl.col("value").alias("_of"))
    both = pl.concat([rows, totals.select(rows.columns)]).join(whole, on=block, how="left", validate="m:1")
    difference = pl.col("value") - pl.col("against_value")
    both = both.with_columns(
        pl.lit(months, dtype=pl.Int8).alias("months"),
        difference.alias("difference"),
        pl.when(pl.col("against_value") > 0).then(difference / pl.col("against_value")).alias("change"),
        pl.when(pl.col("_of") > 0).then(pl.col("value") / pl.col("_of")).alias("share"),
    )
    both = with_test(both.with_columns(statistic=pl.lit("count")), catalogue, test, untested=sharing(both, months))
    order = ["measure", "area", "dimension", "source", "total"]
    down = [*([False] * len(order)), True, True, False]
    ordered = both.sort(*order, "value", "against_value", "category", descending=down, nulls_last=True)
    return ordered.select(*BREAKDOWN.columns)


# -- what else to say ---------------------------------------------------------------------------------------------
def _say_unlike(rows: pl.DataFrame, wholes: pl.DataFrame, months: int, ends: set[date]) -> None:
    """Note where the categories do not add up to the measure itself."""
    if wholes.is_empty():
        return
    measure = windows(wholes, months, ends).select(
        "source", "measure", "area", "period_end", pl.col("value").alias("_is")
    )
    for end, value in (("period_end", "value"), ("against_end", "against_value")):
        sums = rows.group_by(*_BLOCK, pl.col(end).alias("period_end")).agg(
            pl.when(pl.col(value).null_count() == 0).then(pl.col(value).sum()).alias("_sum")
        )
        unlike = sums.join(measure, on=["source", "measure", "area", "period_end"])
        unlike = unlike.filter((pl.col("_sum") - pl.col("_is")).abs() > 1e-6).sort(*_BLOCK)
        if unlike.height:
            row = unlike.row(0, named=True)
            more = f" (and {unlike.height - 1:,} more likewise)" if unlike.height > 1 else ""
            note(
                f"{row['measure']} by {row['dimension']} in {row['area']} to {month_name(row['period_end'])} "
                f"adds up to {row['_sum']:,.0f}, while the measure itself is {row['_is']:,.0f}{more}"
            )


def _say_missing(rows: pl.DataFrame, months: int) -> None:
    for end, value in (("period_end", "value"), ("against_end", "against_value")):
        gone = rows.filter(pl.col(value).is_null())
        for (day,), part in sorted(gone.group_by(end)):
            what, where = (listing(part[name].unique().sort().to_list(), 4) for name in ("measure", "area"))
            note(f"no whole {months} months to {month_name(day)} for {what} in {where}: not known")
