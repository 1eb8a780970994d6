"""How long each period of a table of counts is: what its own text says holds, whatever the mapping says."""

from __future__ import annotations

import polars as pl

from pmcli.errors import PmError
from pmcli.sources.counts.mapping import CountsMapping
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report, counted


def with_months(frame: pl.DataFrame, table: RawTable, mapping: CountsMapping, report: Report) -> pl.DataFrame:
    """`frame` with `months`: from its column, from the text of the period, from the mapping, or 1 for single months.

    Where the texts say another length than the mapping, they hold, with a note; where only some do (a year's total
    beside its months), those rows are left out and counted. Raises PmError when nothing says how long a period is.
    """
    if "_months" in frame.columns:
        months = frame["_months"].cast(pl.Float64, strict=False)
        odd = frame.filter(months.is_null() | (months < 1) | (months > 127) | (months % 1 != 0))
        if odd.height:
            row = odd.sort("_row").row(0, named=True)
            raise PmError(f"{table.where}: row {row['_row']}: {row['_months']!r} is not a number of months")
        given = frame.with_columns(months.cast(pl.Int8).alias("months"))
        said = given.filter(pl.col("period_months") != pl.col("months")).sort("_row")
        if said.height:
            row = said.row(0, named=True)
            raise PmError(
                f"{table.where}: row {row['_row']:,} says {counted(row['months'], 'month')} in one column, and its "
                f"period is {counted(row['period_months'], 'month')} long",
                "Correct one of the two.",
            )
        return given.drop("_months", "period_months")
    if mapping.months is not None:
        return _as_said(frame, mapping.months, table, report)
    unsaid = frame.filter(pl.col("period_months").is_null())
    index = pl.col("period_end").dt.year().cast(pl.Int32) * 12 + pl.col("period_end").dt.month().cast(pl.Int32)
    gap = unsaid.select(index.unique().sort().diff().min()).item() if unsaid.height else None
    if gap is not None and gap > 1:
        raise PmError(
            f"{table.where}: the periods are {gap} months apart, and nothing says how long they are",
            "Give a months column, or `months` in the mapping.",
        )
    return frame.rename({"period_months": "months"}).with_columns(pl.col("months").fill_null(1))


def _as_said(frame: pl.DataFrame, months: int, table: RawTable, report: Report) -> pl.DataFrame:
    """`frame` with the mapping's months, except where the text of every period says another length."""
    said = pl.col("period_months")
    other = frame.filter(said != months)
    if not other.height:
        return frame.drop("period_months").with_columns(pl.lit(months, dtype=pl.Int8).alias("months"))
    lengths = other["period_months"].unique().sort().to_list()
    shown = " or ".join(counted(length, "month") for length in lengths[:3])
    if other.height == frame.height:
        report.note(
            f"{table.where}: its periods are {shown} long as they are written; the mapping says "
            f"{counted(months, 'month')}, and what is written holds"
        )
        return frame.rename({"period_months": "months"})
    ends = other["period_end"].unique().sort()
    report.leave_out(
        f"{table.where}: {counted(other.height, 'figure')} of {shown} left out (to {ends[0]}"
        + (f" and {counted(ends.len() - 1, 'other period')}" if ends.len() > 1 else "")
        + f"): the mapping says that a period is {counted(months, 'month')} long"
    )
    kept = frame.filter((said == months) | said.is_null())
    return kept.drop("period_months").with_columns(pl.lit(months, dtype=pl.Int8).alias("months"))
