"""Any table of counts, by a mapping: long, or with its periods or its measures across the page.

Without a mapping the plain long header area, measure, period, value is taken, with catalogue ids or labels as measures.
This is how iQuanta downloads, a force's own monthly totals and borough files come in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.sources.classify import Rule
from pmcli.sources.counts.layout import LAYOUT
from pmcli.sources.counts.lengths import with_months
from pmcli.sources.counts.mapping import PLAIN, CountsMapping
from pmcli.sources.counts.settle import settle
from pmcli.sources.counts.texts import (
    across,
    area_in,
    is_part,
    label_in,
    parse_parts,
    period_in,
    renamed,
    text_of,
    with_merged_labels,
    year_columns,
)
from pmcli.sources.counts.totals import without_total_labels, without_totals
from pmcli.sources.layout import Context, Mapping
from pmcli.sources.reading.columns import columns_of, find_column, stack
from pmcli.sources.reading.dates import Period, Spelling
from pmcli.sources.reading.dates import parse_period as parse_text
from pmcli.sources.reading.leftover import leftover, note_gaps
from pmcli.sources.reading.periods import periods, spelling_of
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report
from pmcli.sources.reading.values import DOTTED, numbers, without_merged
from pmcli.sources.tracing import HEADING
from pmcli.sources.unfinished import numbered_parts

LABEL: Final = "_label"


def rule(mapping: CountsMapping, catalogue: Catalogue) -> Rule:
    """How the rows of such a table become measures."""
    labels = dict(mapping.measures)
    if mapping.measure:
        labels[mapping.measure] = mapping.measure
    elif not labels and not mapping.where:
        labels = {name: measure.id for measure in catalogue.measures.values() for name in (measure.id, measure.label)}
    return Rule(
        conditions=mapping.where,
        labels=labels if _by_label(mapping) else {},
        label=LABEL,
        force=mapping.force if mapping.district else "",
        by_table=mapping.overlap != "error" or bool(mapping.district) or bool(mapping.zeros),
        overlaps=mapping.overlap != "error",
        based=True,
        named=tuple(mapping.where) or tuple(mapping.measures),
        whole=True,
    )


def _counts(mapping: Mapping | None) -> CountsMapping:
    return mapping if isinstance(mapping, CountsMapping) else PLAIN


def _by_label(mapping: CountsMapping) -> bool:
    return bool(mapping.measures or mapping.measure) or not mapping.where


def observations(tables: Sequence[RawTable], context: Context) -> pl.DataFrame:
    """The observations of all tables; where they overlap and the mapping says so, each figure from the later one."""
    mapping = _counts(context.mapping)
    if context.later_wins and mapping.overlap == "error":
        mapping = replace(mapping, overlap="later-file-wins")
    if mapping.note:
        context.report.note(f"{mapping.source}: {mapping.note}")
    how = rule(mapping, context.catalogue)
    tables = [renamed(table, mapping) for table in tables]
    found = context.observed(rows(tables, context), LAYOUT.name, how, tables)
    note_gaps(found, context.source(LAYOUT.name), context.report)
    if not how.by_table:
        return found
    return settle(found, [table.where for table in tables], context.report, mapping, context.trace)


def rows(tables: Sequence[RawTable], context: Context) -> pl.LazyFrame:
    """The rows of all tables: the classification columns of the mapping (its label as `_label`), area (the district's
    name where the mapping has one), period_end, months, value, base, with `_table` and `_row` for messages.
    """
    mapping = _counts(context.mapping)
    parts = []
    for place, table in enumerate(renamed(table, mapping) for table in tables):
        frame = _READERS[mapping.layout](table, mapping, context)
        frame = with_months(frame, table, mapping, context.report)
        parts.append(frame.with_columns(pl.lit(place, dtype=pl.UInt32).alias("_table")))
    found = stack(parts).collect()
    if mapping.district:
        found = without_totals(found, tables, mapping, context)
    return found.lazy()


# -- what stands where ------------------------------------------------------------------------------------------
def _own(table: RawTable, mapping: CountsMapping, context: Context) -> tuple[dict[str, str], dict[str, str]]:
    """(Columns as published -> as ours, ours -> the text that stands for every row) of area, measure and period."""
    columns: dict[str, str] = {}
    texts: dict[str, str] = {}
    catalogue = context.catalogue

    def take(ours: str, name: str) -> None:
        if not name.startswith("@"):
            columns[name] = ours
            return
        text = text_of(name, table)
        if ours == LABEL:
            text = label_in(text, rule(mapping, catalogue).labels)
        elif ours == "area" and not mapping.district:
            text = area_in(text, catalogue)
        elif ours.startswith("_period"):
            text = period_in(text, mapping.spelling)
        texts[ours] = text

    if mapping.district or mapping.named("area"):
        take("area", mapping.district or mapping.named("area")[0])
    else:
        texts["area"] = mapping.force
    if _by_label(mapping) and mapping.layout != "wide-measures":
        if mapping.measure:
            texts[LABEL] = mapping.measure
        else:
            take(LABEL, mapping.named("measure")[0])
    for number_, name in enumerate(mapping.named("period")):
        take(f"_period{number_}", name)
    if mapping.period:
        texts["_period0"] = mapping.period
    return columns, texts


def _with_texts(frame: pl.DataFrame, texts: dict[str, str]) -> pl.DataFrame:
    return frame.with_columns(pl.lit(text, dtype=pl.String).alias(ours) for ours, text in texts.items())


def _finish(
    frame: pl.DataFrame,
    table: RawTable,
    mapping: CountsMapping,
    context: Context,
    kinds: Sequence[str],
    heading: str | None = None,
) -> pl.DataFrame:
    report = context.report
    parts = sorted(name for name in frame.columns if name.startswith("_period"))
    names = list(mapping.named("period")) or ([mapping.period] if mapping.period else [])
    called = (*names, *(["the column's name"] if len(names) < len(parts) else []))
    settled = {"months": mapping.months, "dates": mapping.dates, "times": mapping.times}
    if len(parts) == 1:
        _refuse_without_year(frame[parts[0]].unique().to_list(), table, called[0])
        frame = periods(frame, (parts[0],), table, report, called=called, spelling=mapping.spelling, **settled)  # type: ignore[arg-type]
    else:
        read = partial(parse_parts, names=called, spelling=mapping.spelling._replace(years=False))
        frame = periods(frame, tuple(parts), table, report, read, called=called)
    value = mapping.named("value")
    called_value = value[0] if value else "value"
    frame = numbers(frame, "_value", "value", table, report, called=called_value, heading=heading, dots=True)
    frame = without_merged(frame, table, report, value[0] if value else "", heading)
    if "_base" in frame.columns:
        frame = numbers(frame, "_base", "base", table, report, called=(*mapping.named("base"), "base")[0])
    if context.trace is not None and heading is not None:
        frame = frame.with_columns(pl.col(heading).alias(HEADING))
    told = [HEADING] if context.trace is not None else []
    kept = [name for name in ("_months", "base", DOTTED, *told) if name in frame.columns]
    frame = frame.select("_row", *kinds, "area", "period_end", "period_months", "value", *kept)
    return without_total_labels(frame, kinds, table, mapping, report) if mapping.where else frame


def _refuse_without_year(texts: Sequence[str | None], table: RawTable, called: str) -> None:
    """Raise PmError where every text of a period is a month or quarter of no year."""
    words = sorted({text for text in texts if text and text.strip()})
    if not words or not all(is_part(text) for text in words):
        return
    years = year_columns(table)
    hint = (
        f'Its year may be in the column {years[0]!r}: period = ["{years[0]}", "{called}"] in the mapping.'
        if years
        else 'Name the column with the year too: period = ["Year", "Month"] in the mapping.'
    )
    raise PmError(f"{table.where}: {called!r} has months without a year ({words[0]!r})", hint)


# -- the three layouts ------------------------------------------------------------------------------------------
def _long(table: RawTable, mapping: CountsMapping, context: Context) -> pl.DataFrame:
    columns, texts = _own(table, mapping, context)
    columns[mapping.named("value")[0]] = "_value"
    for role in ("months", "base"):
        name = (*mapping.named(role), "")[0]
        if not name and mapping is PLAIN and find_column(table.header, role) is not None:
            name = role
        if name:
            columns[name] = f"_{role}"
    kinds = _kinds(table, mapping, {find_column(table.header, name) for name in columns}, context.report)
    frame = columns_of(table, {**columns, **{name: name for name in kinds}}, context.report)
    frame = _with_texts(with_merged_labels(frame, table, columns), texts)
    return _finish(frame, table, mapping, context, [*kinds, *([LABEL] if _by_label(mapping) else [])])


def _kinds(table: RawTable, mapping: CountsMapping, used: set[int | None], report: Report) -> list[str]:
    """The columns beside those used that the conditions may speak of, and those that number the parts of a year, which
    tell rows apart that are to be added up. What is in none of them is named as left out."""
    places = {place for place in used if place is not None}
    spoken = " ".join([*mapping.where.values(), *numbered_parts(table)])
    return leftover(table, places, report, spoken=spoken, words_too=not mapping.where)


def _wide_periods(table: RawTable, mapping: CountsMapping, context: Context) -> pl.DataFrame:
    pattern = re.compile(mapping.period_pattern) if mapping.period_pattern else None
    columns, texts = _own(table, mapping, context)
    own = {find_column(table.header, name) for name in columns}
    beside = any(ours.startswith("_period") for ours in [*columns.values(), *texts])
    base = mapping.spelling._replace(since_1904=table.since_1904)
    said = {"months": mapping.months, "dates": mapping.dates, "times": mapping.times}
    spelling = spelling_of(table.header, table.where, base=base, **said)  # type: ignore[arg-type]
    if pattern:
        found = {place: ("", cell) for place, cell in enumerate(table.header) if cell and pattern.fullmatch(cell)}
    elif beside:
        parts = [place for place, cell in enumerate(table.header) if is_part(cell) or _reads("", cell, spelling)]
        found = {place: ("", table.header[place]) for place in parts if place not in own}
    else:
        found = across(table, {place for place in own if place is not None}, partial(_reads, spelling=spelling))
    if not found:
        raise _no_periods(table, mapping)
    two_rows = any(over for over, _ in found.values())
    if two_rows:
        context.report.note(f"{table.where}: the periods are in two header rows; what stands over a column counts too")
    names = {table.columns[place]: pair for place, pair in found.items()}
    kinds = _kinds(table, mapping, {*own, *found}, context.report)
    frame = columns_of(table, {**columns, **{name: name for name in kinds}}, context.report)
    frame = with_merged_labels(frame, table, columns)
    frame = _with_texts(pl.concat([frame, table.frame.select(list(names))], how="horizontal"), texts)
    index = [name for name in frame.columns if name not in names]
    long = frame.unpivot(list(names), index=index, variable_name=HEADING, value_name="_value")
    for place in found:
        table.used.setdefault(place, "period and value")
    header = {name: _two(pair, spelling) if two_rows else pair[1] for name, pair in names.items()}
    long = long.with_columns(pl.col(HEADING).replace_strict(header, return_dtype=pl.String).alias("_period~"))
    labels = [*kinds, *([LABEL] if _by_label(mapping) else [])]
    return _finish(long, table, mapping, context, labels, heading=HEADING)


def _reads(over: str, cell: str, spelling: Spelling) -> Period | None:
    if not over:
        return parse_text(cell, spelling)
    return parse_parts(over, cell, names=("", ""), spelling=spelling)


def _two(pair: tuple[str, str], spelling: Spelling) -> str:
    """The period of a header in two rows as one text that every reader understands alike."""
    found = _reads(*pair, spelling=spelling)
    if found is None:
        return ""
    if found.months in (None, 1):
        return f"{found.end:%Y-%m}"
    return f"{found.months} months to {found.end:%b %Y}"


def _no_periods(table: RawTable, mapping: CountsMapping) -> PmError:
    if mapping.period_pattern:
        return PmError(
            f"{table.where}: no column matches the period_pattern {mapping.period_pattern!r}",
            "Mend period_pattern in the mapping.",
        )
    parts = [cell for cell in table.header if is_part(cell)]
    if parts:
        years = year_columns(table)
        name = years[0] if years else "Year"
        return PmError(
            f"{table.where}: the columns {', '.join(map(repr, parts[:3]))} … are months or quarters without a year",
            f'Say which column has the year: [columns] period = "{name}" in the mapping.',
        )
    return PmError(f"{table.where}: no column reads as a period", "Mend period_pattern in the mapping.")


def _wide_measures(table: RawTable, mapping: CountsMapping, context: Context) -> pl.DataFrame:
    columns, texts = _own(table, mapping, context)
    if mapping.named("months"):
        columns[mapping.named("months")[0]] = "_months"
    used = {find_column(table.header, name) for name in [*columns, *mapping.measures]}
    _kinds(table, mapping, used, context.report)
    frame = columns_of(table, {**columns, **{name: name for name in mapping.measures}}, context.report)
    frame = _with_texts(with_merged_labels(frame, table, columns), texts)
    index = [name for name in frame.columns if name not in mapping.measures]
    long = frame.unpivot(list(mapping.measures), index=index, variable_name=LABEL, value_name="_value")
    return _finish(long, table, mapping, context, [LABEL], heading=LABEL)


_READERS: Final = {"long": _long, "wide-periods": _wide_periods, "wide-measures": _wide_measures}
