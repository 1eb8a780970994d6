"""The published 12-month totals of police recorded crime by force and offence (open data, "rolling years")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pmcli.sources.classify import catalogue_rule
from pmcli.sources.home_office.layout import BY_YEAR
from pmcli.sources.home_office.layout import YEARS as COLUMNS
from pmcli.sources.layout import Context
from pmcli.sources.reading.columns import columns_of, stack
from pmcli.sources.reading.periods import periods
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.values import numbers

KEY: Final = ("offence",)


def observations(tables: Sequence[RawTable], context: Context) -> pl.DataFrame:
    """The observations of all tables, by the catalogue's conditions."""
    rule = catalogue_rule(context.catalogue, BY_YEAR.name, KEY, {"offence": ()})
    return context.observed(rows(tables, context), BY_YEAR.name, rule, tables)


def rows(tables: Sequence[RawTable], context: Context) -> pl.LazyFrame:
    """The rows of all tables: area, offence, period_end, months (12) and value, with `_table` and `_row` for messages.

    Rows whose date cannot be read are dropped and counted in the report; a date that is not the end of its month
    ("30-12-2017") is moved there, with a note.
    """
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
