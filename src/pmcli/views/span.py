"""The latest part of a table by time: --since a month, or the --last so many months."""

from __future__ import annotations

from datetime import date

import polars as pl

from pmcli.errors import PmError, UsageError
from pmcli.periods import month_name, shift
from pmcli.tables import Table


def span(frame: pl.DataFrame, table: Table, since: date | None, last: int | None) -> pl.DataFrame:
    """The rows whose period ends in or after the month `since`, and within the `last` months up to the latest.

    since: the last day of that month. Both: what fits both. Raises UsageError for a table without periods, PmError when
    nothing of a table that has rows is as late.
    """
    if "period_end" not in table.columns:
        raise UsageError(f"--since and --last choose periods, and the {table.name} table has none", "Leave them out.")
    if frame.is_empty():
        return frame
    latest: date = frame.select(pl.col("period_end").max()).item()
    kept = frame
    if since is not None:
        kept = kept.filter(pl.col("period_end") > shift(since, -1))
        if kept.is_empty():
            raise PmError(f"nothing ends in {month_name(since)} or later: the figures end with {month_name(latest)}")
    if last is not None:
        kept = kept.filter(pl.col("period_end") > shift(latest, -last))
    return kept
