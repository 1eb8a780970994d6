"""What several tables of counts say of one figure, and what districts make of their force."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pmcli.sources.reading.report import Report


def settle(found: pl.DataFrame, places: Sequence[str], report: Report) -> pl.DataFrame:
    """Observations of overlapping tables with each figure once: the later table wins.

    The later table is the one whose last period is later, else the one given later. How many figures it revised and how
    many it repeated is noted.
    """
    ends = found.group_by("_table").agg(pl.col("period_end").max()).sort("period_end", "_table").with_row_index("_age")
    key = ["measure", "area", "period_end", "months"]
    found = found.join(ends.select("_table", "_age"), on="_table").sort([*key, "_age"])
    found = found.with_columns(
        pl.col("value").shift(1).over(key).alias("_was"), pl.int_range(pl.len()).over(key).alias("_nth")
    )
    again = found.filter(pl.col("_nth") > 0)
    if again.height:
        revised = again.filter(pl.col("value").ne_missing(pl.col("_was"))).height
        report.note(
            f"{places[ends['_table'][-1]]} is the later of the overlapping files and wins: it revised {revised:,} value"
            f"{'' if revised == 1 else 's'} and repeated {again.height - revised:,} unchanged"
        )
    return found.group_by(key, maintain_order=True).last().select(name for name in found.columns if name[0] != "_")


def with_force(found: pl.DataFrame, force: str) -> pl.DataFrame:
    """Observations of districts with those of their force: their sum, not known when one of them is not."""
    whole = found.group_by("source", "measure", "dimension", "category", "period_end", "months").agg(
        pl.when(pl.col("value").null_count() == 0).then(pl.col("value").sum()).alias("value"),
        pl.when(pl.col("base").null_count() == 0).then(pl.col("base").sum()).alias("base"),
    )
    whole = whole.with_columns(pl.lit(force).alias("area"), pl.lit(None, dtype=pl.Float64).alias("effective"))
    return pl.concat([found, whole.select(found.columns)])
