"""The order of observations: series after series, each in time.

What pm writes is in the order of its key, so that its rows are runs: hundreds of neighbours of one series. To compare
neighbours is several times cheaper than to hash or sort every row, and tells what most stages need to know: whether
the rows are in order, whether a key comes twice, which series there are.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from pmcli.tables.model import KEY, SERIES

if TYPE_CHECKING:
    import polars as pl


def series_starts(frame: pl.DataFrame) -> pl.Series:
    """Whether each row is of another series than the row before it (the first row is): Boolean, without nulls."""
    import polars as pl

    before, after = frame.select(SERIES).head(-1), frame.select(SERIES).slice(1)
    others = (after[name].ne_missing(before[name]) for name in SERIES)
    first = pl.Series("starts", [True] * min(frame.height, 1), dtype=pl.Boolean)
    return first.append(reduce(or_, others)).rechunk()


def series_of(frame: pl.DataFrame) -> pl.DataFrame:
    """The series (the columns of SERIES) that the rows are of, each once, in the order in which they first come."""
    starts = frame.select(SERIES).filter(series_starts(frame))
    return starts.unique(maintain_order=True)


def in_key_order(frame: pl.DataFrame, starts: pl.Series | None = None) -> bool:
    """Whether observations are in the order of their key, and so no key comes twice. starts: `series_starts` of them.

    A frame with a null in its key is in no order.
    """
    import polars as pl

    if any(frame[name].null_count() for name in KEY):
        return False
    starts = series_starts(frame) if starts is None else starts
    ends, months = frame["period_end"], frame["months"]
    end, end_before = ends.slice(1), ends.head(-1)
    later = end > end_before
    if not (starts.slice(1) | later).all():
        longer = (end == end_before) & (months.slice(1) > months.head(-1))
        if not (starts.slice(1) | later | longer).all():
            return False
    heads = frame.select(SERIES).filter(starts)
    ordered: bool = heads.select(pl.struct(SERIES).is_sorted()).item()
    return ordered and heads.n_unique() == heads.height


def sort_by_key(frame: pl.DataFrame) -> pl.DataFrame:
    """Observations in key order: the frame itself where it is in that order, and so has no key twice.

    Else the few distinct series are sorted as text, their many rows by number.
    """
    if in_key_order(frame):
        return frame
    hashed = frame.with_columns(frame.select(SERIES).hash_rows().alias("_hash"))
    series = hashed.unique("_hash").sort(SERIES).select("_hash").with_row_index("_series")
    numbered = hashed.join(series, on="_hash", how="left", validate="m:1")
    return numbered.sort("_series", "period_end", "months").drop("_hash", "_series")
