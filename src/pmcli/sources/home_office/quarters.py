"""Police recorded crime open data: counts by force, financial quarter and offence code, as the Home Office publishes.

One row is one offence code in one force, or one Community Safety Partnership of it, in one quarter. Negative counts are
corrections of earlier quarters and are kept; codes that were recoded stay in the file as zeros.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pmcli.sources.classify import catalogue_rule
from pmcli.sources.home_office.layout import BY_QUARTER
from pmcli.sources.home_office.layout import QUARTERS as COLUMNS
from pmcli.sources.layout import Context
from pmcli.sources.parts import with_forces
from pmcli.sources.reading.columns import columns_of, find_column, stack
from pmcli.sources.reading.dates import financial_quarter
from pmcli.sources.reading.periods import periods
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.values import numbers

PARTNERSHIP: Final = ("CSP Name", "Community Safety Partnership Name", "Community Safety Partnership", "CSP")
"""What the tables by Community Safety Partnership call the column that those by force lack."""

OTHERS: Final = {
    "offence_group": ("Theft offences", "Violence against the person", "Fraud offences"),
    "offence_subgroup": (
        *("Arson", "Criminal damage", "Other sexual offences", "Possession of drugs", "Trafficking of drugs"),
        *("Fraud offences to 2012/13", "Fraud: Action Fraud", "Fraud: CIFAS", "Fraud: Financial Fraud Action UK"),
        "Fraud: UK Finance",
    ),
}
"""The published names that no measure of the catalogue asks for."""

KEY: Final = ("offence_code",)
"""What a row of one vintage shares with the same row of another, in which names may have drifted."""


def observations(tables: Sequence[RawTable], context: Context) -> pl.DataFrame:
    """The observations of all tables, by the catalogue's conditions."""
    rule = catalogue_rule(context.catalogue, BY_QUARTER.name, KEY, OTHERS)
    found = context.observed(rows(tables, context), BY_QUARTER.name, rule, tables)
    if any(_partnership(table) for table in tables):
        found = with_forces(found, context.report, context.source(BY_QUARTER.name))
    return found


def _partnership(table: RawTable) -> str:
    """The column that names the Community Safety Partnership of a row, or "" in a table by force."""
    return next((name for name in PARTNERSHIP if find_column(table.header, name) is not None), "")


def rows(tables: Sequence[RawTable], context: Context) -> pl.LazyFrame:
    """The rows of all tables: area, offence_group, offence_subgroup, offence_code, offence_description, period_end,
    months (3) and value, with `_table` and `_row` for messages. Rows whose quarter cannot be read are dropped and
    counted in the report.
    """
    parts = []
    for place, table in enumerate(tables):
        part = _partnership(table)
        frame = columns_of(table, {**COLUMNS, part: "_part"} if part else COLUMNS, context.report)
        if part:
            named = pl.col("_part").str.strip_chars().replace("", None).fill_null("not stated")
            frame = frame.with_columns((pl.col("area") + "/" + named).alias("area"))
        frame = periods(frame, ("year", "quarter"), table, context.report, financial_quarter, called=tuple(COLUMNS)[:2])
        frame = numbers(frame, "text", "value", table, context.report, called="Number of Offences")
        frame = _number_joint_codes(frame)
        parts.append(
            frame.select(
                pl.lit(place, dtype=pl.UInt32).alias("_table"),
                "_row",
                *(name for name in COLUMNS.values() if name.startswith("offence_")),
                "area",
                "period_end",
                pl.col("period_months").alias("months"),
                "value",
            )
        )
    return stack(parts)


def _number_joint_codes(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with the rows of a joint code told apart.

    The 2017/18 tables publish homicide under one code, "1/4.1/4.10/4.2", with a row for each of the four: rows that
    look alike but are four counts, not one count four times. As many rows as the code has parts are taken; another one
    is a repeat, and is refused like any other.
    """
    code = pl.col("offence_code")
    shared = code.str.contains("/", literal=True)
    rows = frame.filter(shared)
    if not rows.height:
        return frame
    same = ["year", "quarter", "area", "offence_group", "offence_subgroup", "offence_code", "offence_description"]
    part = pl.int_range(pl.len()).over(same) % (code.str.count_matches("/", literal=True) + 1) + 1
    rows = rows.sort("_row").with_columns(pl.format("{} (row {})", code, part).alias("offence_code"))
    return pl.concat([frame.filter(~shared.fill_null(False)), rows.select(frame.columns)])
