"""ONS tables by Community Safety Partnership: workbooks with 12-month counts by offence, a partnership a row.

A force is the sum of its partnerships; a partnership that stands in several rows, one a local authority, is the sum of
them. Rates and percentage changes are other sheets, and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

from pmcli.errors import PmError
from pmcli.sources.classify import Rule
from pmcli.sources.layout import Context
from pmcli.sources.ons.areas import title_of
from pmcli.sources.ons.layout import PARTNERSHIP, PARTNERSHIPS, offence_of, place_of
from pmcli.sources.parts import with_forces
from pmcli.sources.reading.columns import stack
from pmcli.sources.reading.dates import Period, parse_period
from pmcli.sources.reading.raw import RawTable, without_footnotes
from pmcli.sources.reading.report import counted
from pmcli.sources.reading.values import numbers
from pmcli.sources.tracing import HEADING, PARTS

_FORCE: Final = r"(policeforcearea|policeforce|force|pfa)(name)?"
_NO_OFFENCE: Final = r"(?i)\b(code|name|region|partnership|authority|force|country|population|households|rate)\b"


def observations(tables: Sequence[RawTable], context: Context) -> pl.DataFrame:
    """The observations of all sheets of counts, forces included. Raises PmError when no sheet holds counts."""
    found = {m.id: m.where["ons"] for m in context.catalogue.measures.values() if "ons" in m.where}
    rule = Rule(conditions=found, key=("offence",))
    observed = context.observed(rows(tables, context), PARTNERSHIPS.name, rule, tables)
    return with_forces(observed, context.report, context.source(PARTNERSHIPS.name))


def rows(tables: Sequence[RawTable], context: Context) -> pl.LazyFrame:
    """The counts of all sheets: subject ('offences'), offence, area (force/partnership), period_end, months (12) and
    value, with `_table` and `_row` for messages."""
    parts, passed = [], []
    for place, table in enumerate(tables):
        title = title_of(table)
        if re.search(r"(?i)\brates?\b|percentage|change|population|knife", title):
            passed.append(table.sheet.strip() or table.file.name)
            continue
        period = parse_period(title) or _named_in(title)
        if period is None:
            raise PmError(f"{table.where}: its title does not say which 12 months it is for: {title!r}")
        parts.append(_long(table, place, period, context))
    if not parts:
        raise PmError(f"{tables[0].file.name}: no sheet of it holds counts", "pm reads the tables of offence counts.")
    if passed:
        context.report.leave_out(f"{PARTNERSHIPS.name}: sheets without counts left out: {', '.join(passed)}")
    return stack(parts)


def _named_in(title: str) -> Period | None:
    """The year that a title names at its end: "…, year ending March 2023, England and Wales"."""
    found = re.search(r"(?i)(?:year|12 months) (?:ending|to) (?:in )?[a-z]+ \d{4}", title)
    return parse_period(found[0]) if found else None


def _long(table: RawTable, place: int, period: Period, context: Context) -> pl.DataFrame:
    at, of = place_of(table.header, PARTNERSHIP), place_of(table.header, _FORCE)
    places = [i for i, cell in enumerate(table.header) if cell and not re.search(_NO_OFFENCE, cell)]
    columns = {table.columns[i]: offence_of(table.header[i]) for i in places}
    table.used.update({i: f"value of {offence_of(table.header[i])}" for i in places})
    table.used.update({place: name for place, name in ((at, "partnership"), (of, "force")) if place is not None})
    part = pl.col(table.columns[at or 0]).str.strip_chars()
    force = pl.col(table.columns[of]).str.strip_chars() if of is not None else None
    frame = table.frame.with_columns(part.alias("_part"), (force if force is not None else pl.lit("")).alias("_force"))
    blank = frame.filter((pl.col("_part").fill_null("") == "") | (pl.col("_force").is_null()))
    if blank.height:
        context.report.leave_out(
            f"{table.where}: {counted(blank.height, 'row')} without a partnership left out (row {blank['_row'][0]})"
        )
    frame = frame.filter((pl.col("_part").fill_null("") != "") & pl.col("_force").is_not_null())
    name = pl.col("_part").map_elements(without_footnotes, return_dtype=pl.String)
    area = name if of is None else pl.col("_force").map_elements(without_footnotes, return_dtype=pl.String) + "/" + name
    frame = frame.with_columns(area.alias("area"))
    long = frame.unpivot(list(columns), index=["_row", "area"], variable_name="_column", value_name="_text")
    long = long.with_columns(pl.col("_column").replace_strict(columns, return_dtype=pl.String).alias("offence"))
    long = numbers(long, "_text", "value", table, context.report, heading="offence")
    # A partnership of several local authorities has a row for each.
    parts = pl.struct(pl.col("_row"), pl.col("value")).alias(PARTS)
    long = long.group_by("offence", "area", maintain_order=True).agg(
        pl.col("_row").first(),
        pl.when(pl.col("value").null_count() == 0).then(pl.col("value").sum()).alias("value"),
        *([parts] if context.trace is not None else []),
    )
    return long.select(
        pl.lit(place, dtype=pl.UInt32).alias("_table"),
        "_row",
        pl.lit("offences").alias("subject"),
        "offence",
        "area",
        pl.lit(period.end).alias("period_end"),
        pl.lit(12, dtype=pl.Int8).alias("months"),
        "value",
        *([pl.col(PARTS), pl.col("offence").alias(HEADING)] if context.trace is not None else []),
    )
