"""ONS police force area tables: workbooks with 12-month counts by offence, knife offences and populations.

A sheet is known by its title and header, not by its number, which changes between editions. Areas are known by their
ONS code; regions and countries are left out. The knife table with the latest year and the one with all years print the
same latest year: it is taken once. Each edition revises the back series of the one before, so the latest edition wins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pmcli.errors import PmError
from pmcli.sources.classify import catalogue_rule
from pmcli.sources.layout import Context
from pmcli.sources.ons.areas import force_rows, title_of
from pmcli.sources.ons.layout import CODE, FORCES, NAME
from pmcli.sources.reading.columns import stack
from pmcli.sources.reading.dates import Period, parse_period
from pmcli.sources.reading.raw import RawTable, without_footnotes
from pmcli.sources.reading.report import Report, counted
from pmcli.sources.reading.values import numbers
from pmcli.sources.tracing import HEADING

KEY: Final = ("subject", "offence")


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of counts: where it stands, what it counts and when."""

    place: int
    subject: str
    offence: str
    period: Period


def observations(tables: Sequence[RawTable], context: Context) -> pl.DataFrame:
    """The observations of all sheets, by the catalogue's conditions. Raises PmError when no sheet holds counts."""
    rule = catalogue_rule(context.catalogue, FORCES.name, KEY)
    return context.observed(rows(tables, context), FORCES.name, rule, tables)


def rows(tables: Sequence[RawTable], context: Context) -> pl.LazyFrame:
    """The counts of all sheets: subject ('offences' or 'knife'), offence, area (ONS code, or the name of a body that
    has none), period_end, months (12) and value, with `_table` and `_row` for messages.

    Raises PmError when no sheet holds counts.
    """
    parts = []
    passed = []
    left: list[str] = []
    for place, table in enumerate(tables):
        columns = _offence_columns(table) or _knife_columns(table)
        if columns:
            frame = force_rows(table, context.catalogue, left)
            traced = context.trace is not None
            parts.append(_long(frame, columns, table, place, context.report, traced=traced))
        else:
            passed.append(table.sheet.strip() or table.file.name)
    if not parts:
        raise PmError(
            f"{tables[0].file.name}: no sheet of it holds counts",
            "pm reads the tables of offence counts and of knife or sharp instrument offences.",
        )
    if passed:
        context.report.leave_out(f"ons: sheets without counts left out: {', '.join(dict.fromkeys(passed))}")
    if left:
        context.report.leave_out(
            f"ons: {len(left)} rows of countries and regions left out (the first is {without_footnotes(left[0])!r})"
        )
    return _latest_edition(stack(parts).collect(), tables, context.report).lazy()


def _long(
    frame: pl.DataFrame,
    columns: Sequence[_Column],
    table: RawTable,
    place: int,
    report: Report,
    *,
    traced: bool = False,
) -> pl.DataFrame:
    """One row an area and column, with what the column counts joined on."""
    table.used.update({column.place: f"value of {column.offence}" for column in columns})
    meaning = pl.DataFrame(
        {
            "_column": [table.columns[column.place] for column in columns],
            "subject": [column.subject for column in columns],
            "offence": [column.offence for column in columns],
            "period_end": [column.period.end for column in columns],
        }
    )
    long = frame.unpivot(
        meaning["_column"].to_list(), index=["_row", "area"], variable_name="_column", value_name="_text"
    )
    long = long.join(meaning, on="_column", maintain_order="left")
    long = long.with_columns(pl.format("{} ({})", "offence", "period_end").alias("_heading"))
    long = numbers(long, "_text", "value", table, report, heading="_heading")
    return long.select(
        pl.lit(place, dtype=pl.UInt32).alias("_table"),
        *("_row", "subject", "offence", "area", "period_end"),
        pl.lit(12, dtype=pl.Int8).alias("months"),
        "value",
        *([pl.col("offence").alias(HEADING)] if traced else []),
    )


# -- what a sheet's columns count -------------------------------------------------------------------------------
def _offence_columns(table: RawTable) -> list[_Column]:
    title = title_of(table)
    if re.search(r"(?i)\brates?\b|percentage|knife|population|household|incident", title):
        return []
    headings = [_heading(table, place) for place in range(len(table.header))]
    if not {"Homicide", "Violence with injury"} <= set(headings):
        return []
    period = parse_period(title)
    if period is None:
        raise PmError(f"{table.where}: its title does not say which 12 months it is for: {title!r}")
    skipped = {"", without_footnotes(NAME), *CODE}
    return [
        _Column(place, "offences", offence, period)
        for place, offence in enumerate(headings)
        if offence not in skipped and not offence.startswith("Area")
    ]


def _heading(table: RawTable, place: int) -> str:
    """A column's own heading, or the one over it where the header's own row leaves it out."""
    for row in [table.header, *reversed(table.above)]:
        if place < len(row) and row[place]:
            text = re.sub(r"\s*\(excluding fraud.*?\)", "", row[place], flags=re.IGNORECASE)
            return without_footnotes(text) if row is not table.above[0] else ""
    return ""


def _knife_columns(table: RawTable) -> list[_Column]:
    title = title_of(table)
    if not re.search(r"(?i)knife", title) or re.search(r"(?i)\brates?\b", title):
        return []
    over = table.above[-1] if table.above else []
    wide: list[_Column] = []
    for place, cell in enumerate(over):
        period = parse_period(cell) if cell else None
        if period and period.months == 12 and place < len(table.header) and _counts(table.header[place]):
            wide.append(_Column(place, "knife", "Total", period))
    if wide:
        return wide
    period = parse_period(title)
    total = next((place for place, cell in enumerate(over) if re.match(r"(?i)total of selected", cell)), None)
    if period is None or total is None or total >= len(table.header) or not _counts(table.header[total]):
        return []
    return [_Column(total, "knife", "Total", period)]


def _counts(heading: str) -> bool:
    return re.match(r"(?i)number of", heading) is not None


# -- editions ---------------------------------------------------------------------------------------------------
def _latest_edition(frame: pl.DataFrame, tables: Sequence[RawTable], report: Report) -> pl.DataFrame:
    """Each figure once: from the latest edition, and of two tables of one workbook from the first."""
    books = list(dict.fromkeys(table.file for table in tables))
    book = [books.index(table.file) for table in tables]
    frame = frame.with_columns(
        pl.col("_table").replace_strict(dict(enumerate(book)), return_dtype=pl.UInt32).alias("_book")
    )
    edition = frame.group_by("_book").agg(pl.col("period_end").max().alias("_edition"))
    key = ["subject", "offence", "area", "period_end", "months"]
    within = frame.sort("_table").unique([*key, "_book"], keep="first", maintain_order=True)
    twice = frame.join(within, on=[*key, "_book"], suffix="_first").filter(pl.col("_table") != pl.col("_table_first"))
    differ = twice.filter(pl.col("value").ne_missing(pl.col("value_first")))
    if differ.height:
        row = differ.sort("_table", "_row").row(0, named=True)
        report.note(
            f"{tables[row['_table']].where}: {counted(differ.height, 'figure')} not as on another sheet, "
            f"which is taken (the first is row {row['_row']}, {row['value']} for {row['value_first']})"
        )
    within = within.join(edition, on="_book").sort([*key, "_edition"])
    older = within.filter(pl.col("_edition") < pl.col("_edition").max().over(key))
    if older.height:
        kept = within.filter(pl.col("_edition") == pl.col("_edition").max().over(key))
        pairs = older.join(kept.select(*key, pl.col("value").alias("_now")).unique(key), on=key)
        revised = pairs.filter(pl.col("value").ne_missing(pl.col("_now"))).height
        report.note(
            f"ons: {older.height:,} figures are in more than one edition; the latest is taken and revised {revised:,}"
        )
        within = kept
    return within.drop("_book", "_edition")
