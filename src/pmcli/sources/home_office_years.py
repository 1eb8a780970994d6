"""The published 12-month totals of police recorded crime by force and offence (open data, "rolling years")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pmcli.sources.dates import periods
from pmcli.sources.layouts import Context, columns_of, stack
from pmcli.sources.values import numbers

if TYPE_CHECKING:
    import polars as pl

    from pmcli.sources.raw import RawTable

COLUMNS: Final = {
    "12 months ending": "ending",
    "PFA": "area",
    "Offence": "offence",
    "Rolling year total number of offences": "text",
}

KEY: Final = ("offence",)


def read(tables: Sequence[RawTable], context: Context) -> pl.LazyFrame:
    """The rows of all tables: area, offence, period_end, months (12) and value, with `_table` and `_row` for messages.

    Rows whose date cannot be read are dropped and counted in the report; a date that is not the end of its month
    ("30-12-2017") is moved there, with a note.
    """
    import polars as pl

    parts = []
    for place, table in enumerate(tables):
        frame = columns_of(table, COLUMNS)
        frame = periods(frame, ("ending",), table, context.report, called=("12 months ending",))
        frame = numbers(frame, "text", "value", table, context.report, called=list(COLUMNS)[-1])
        parts.append(
            frame.select(
                pl.lit(place, dtype=pl.UInt32).alias("_table"),
                "_row",
                "offence",
                "area",
                "period_end",
                pl.lit(12, dtype=pl.Int8).alias("months"),
                "value",
            )
        )
    return stack(parts)
