"""What later street files revised of those that they stand for, which are read for nothing else."""

from __future__ import annotations

import polars as pl

from pmcli.sources.reading.report import Report
from pmcli.sources.street.lines import MONTH
from pmcli.sources.vintages import revisions


def say_revised(was: pl.DataFrame, now: pl.DataFrame, report: Report) -> None:
    """Note how many counts are others in the later files than in the earlier.

    was, now: tallies (file, month, area, crime_type, rows) of the files that were left out and of those that count. A
    crime type without a row in a force's month has none.
    """
    earlier = _by_month(was).rename({"value": "_was"})
    months = earlier.select("area", "period_end").unique()
    later = _by_month(now).join(months, on=["area", "period_end"], how="semi")
    both = later.join(earlier, on=["crime_type", "area", "period_end"], how="full", coalesce=True)
    again = both.with_columns(pl.col("value", "_was").fill_null(0.0), months=pl.lit(1))
    if again.height:
        report.note(f"street: the later files {revisions(again, 'crime_type')}")


def _by_month(tally: pl.DataFrame) -> pl.DataFrame:
    """The rows of a tally by crime type, force and month; those without one of them are left out, as they are there."""
    whole = tally.filter(pl.col("month").str.contains(MONTH), pl.col("area") != "", pl.col("crime_type").is_not_null())
    end = (pl.col("month") + "-01").str.to_date("%Y-%m-%d").dt.month_end()
    found = whole.group_by("crime_type", "area", end.alias("period_end")).agg(pl.col("rows").sum().alias("value"))
    return found.with_columns(pl.col("value").cast(pl.Float64))
