"""What a later vintage of the same figures revised, in a sentence: how many, which most, and by how much."""

from __future__ import annotations

import polars as pl

from pmcli.periods import month_name
from pmcli.sources.reading.report import counted


def revisions(again: pl.DataFrame, what: str = "measure") -> str:
    """'revised 12 values and repeated 30 unchanged (+40 in all; the largest: burglary in essex, Mar 2023, 340 to 352)'.

    again: figures that an earlier file gave too, a row each: `what`, area, period_end, months, value, and _was, the
    earlier file's. A figure that only one of the two knows is revised, and no part of the sum.
    """
    revised = again.filter(pl.col("value").ne_missing(pl.col("_was")))
    text = f"revised {counted(revised.height, 'value')} and repeated {again.height - revised.height:,} unchanged"
    known = revised.filter(pl.col("value").is_not_null(), pl.col("_was").is_not_null())
    if known.is_empty():
        return text
    difference = pl.col("value") - pl.col("_was")
    largest = known.sort(difference.abs(), "period_end", what, "area", descending=[True, True, False, False])
    row = largest.row(0, named=True)
    net = known.select(difference.sum()).item()
    months = "" if row["months"] == 1 else f"{row['months']} months to "
    which = f"{row[what]} in {row['area']}, {months}{month_name(row['period_end'])}"
    figures = f"{_figure(row['_was'])} to {_figure(row['value'])}"
    if known.height == 1:
        return f"{text}: {which}, {figures}"
    return f"{text} ({_signed(net)} in all; the largest: {which}, {figures})"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def _signed(value: float) -> str:
    text = _figure(abs(round(value, 6)))
    return text if text == "0" else f"{'+' if value > 0 else '-'}{text}"
