"""Any table of counts, by a mapping: long, or with its periods or its measures across the page.

Without a mapping the plain long header area, measure, period, value is taken, with catalogue ids or labels as measures.
This is how iQuanta downloads, a force's own monthly totals and borough files come in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.sources.classify import Rule
from pmcli.sources.counts.mapping import PLAIN, CountsMapping
from pmcli.sources.counts.settle import settle, with_force
from pmcli.sources.layout import Context, Layout, Mapping
from pmcli.sources.reading.columns import columns_of, find_column, stack
from pmcli.sources.reading.dates import parse_period
from pmcli.sources.reading.periods import periods
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report
from pmcli.sources.reading.values import numbers

LABEL: Final = "_label"


def rule(mapping: CountsMapping, catalogue: Catalogue) -> Rule:
    """How the rows of such a table become measures."""
    labels = dict(mapping.measures)
    if not labels and not mapping.where:
        labels = {name: measure.id for measure in catalogue.measures.values() for name in (measure.id, measure.label)}
    return Rule(
        conditions=mapping.where,
        labels=labels if _by_label(mapping) else {},
        label=LABEL,
        force=mapping.force if mapping.district else "",
        by_table=mapping.overlap != "error",
        based=True,
    )


def _counts(mapping: Mapping | None) -> CountsMapping:
    return mapping if isinstance(mapping, CountsMapping) else PLAIN


def _by_label(mapping: CountsMapping) -> bool:
    return bool(mapping.measures) or not mapping.where


def observations(tables: Sequence[RawTable], context: Context) -> pl.DataFrame:
    """The observations of all tables; where tables overlap and the mapping says so, each figure from the later one.

    Where the mapping asks for it, the force is added as the sum of its districts.
    """
    mapping = _counts(context.mapping)
    how = rule(mapping, context.catalogue)
    found = context.observed(rows(tables, context), LAYOUT.name, how, tables)
    if how.by_table:
        found = settle(found, [table.where for table in tables], context.report)
    return with_force(found, mapping.force) if mapping.sum_to_force else found


def rows(tables: Sequence[RawTable], context: Context) -> pl.LazyFrame:
    """The rows of all tables: the classification columns of the mapping (its label as `_label`), area (the district's
    name where the mapping has one), period_end, months, value, base, with `_table` and `_row` for messages.
    """
    mapping = _counts(context.mapping)
    parts = []
    for place, table in enumerate(tables):
        frame = _READERS[mapping.layout](table, mapping, context.report)
        frame = _months(frame, table, mapping)
        parts.append(frame.with_columns(pl.lit(place, dtype=pl.UInt32).alias("_table")))
    return stack(parts)


def _area(mapping: CountsMapping) -> dict[str, str]:
    if mapping.district:
        return {mapping.district: "area"}
    return {mapping.columns["area"]: "area"} if "area" in mapping.columns else {}


def _finish(
    frame: pl.DataFrame,
    table: RawTable,
    mapping: CountsMapping,
    report: Report,
    kinds: Sequence[str],
    heading: str | None = None,
) -> pl.DataFrame:
    if "area" not in frame.columns:
        frame = frame.with_columns(pl.lit(mapping.force).alias("area"))
    called = mapping.columns.get("period", "")
    frame = periods(frame, ("_period",), table, report, called=(called or "the column's name",))
    frame = numbers(
        frame, "_value", "value", table, report, called=mapping.columns.get("value", "value"), heading=heading
    )
    if "_base" in frame.columns:
        frame = numbers(frame, "_base", "base", table, report, called=mapping.columns.get("base", "base"))
    kept = [name for name in ("_months", "base") if name in frame.columns]
    return frame.select("_row", *kinds, "area", "period_end", "period_months", "value", *kept)


def _long(table: RawTable, mapping: CountsMapping, report: Report) -> pl.DataFrame:
    columns = mapping.columns
    picked = {**_area(mapping), columns["period"]: "_period", columns["value"]: "_value"}
    for role in ("months", "base"):
        name = columns.get(role, role if mapping is PLAIN and find_column(table.header, role) is not None else "")
        if name:
            picked[name] = f"_{role}"
    kinds = []
    if mapping.where:
        used = _not_named(table.header, picked)
        picked |= {name: name for name in used}
        kinds += used
    if _by_label(mapping):
        picked[columns["measure"]] = LABEL
        kinds = [name for name in kinds if name != columns["measure"]] + [LABEL]
    return _finish(columns_of(table, picked), table, mapping, report, kinds)


def _not_named(header: Sequence[str], picked: Iterable[str]) -> list[str]:
    """The columns that are none of those picked."""
    places = {find_column(header, name) for name in picked}
    return [cell for place, cell in enumerate(header) if cell and place not in places]


def _wide_periods(table: RawTable, mapping: CountsMapping, report: Report) -> pl.DataFrame:
    pattern = re.compile(mapping.period_pattern) if mapping.period_pattern else None
    across = []
    for place, cell in enumerate(table.header):
        if cell and (pattern.fullmatch(cell) if pattern else parse_period(cell)):
            across.append(table.columns[place])
    if not across:
        wanted = f"matches the period_pattern {mapping.period_pattern!r}" if pattern else "reads as a period"
        raise PmError(f"{table.where}: no column {wanted}", "Mend period_pattern in the mapping.")
    own = _area(mapping)
    if _by_label(mapping):
        own[mapping.columns["measure"]] = LABEL
    named = columns_of(table, own)
    rest = [name for name, cell in zip(table.columns, table.header, strict=True) if name not in across and cell]
    own_places = {find_column(table.header, name) for name in own}
    own_names = {table.columns[at] for at in own_places if at is not None}
    kinds = [name for name in rest if name not in own_names] if mapping.where else []
    frame = pl.concat([named, table.frame.select(*kinds, *across)], how="horizontal")
    kinds = [*kinds, *([LABEL] if _by_label(mapping) else [])]
    long = frame.unpivot(
        across,
        index=["_row", *own.values(), *[k for k in kinds if k != LABEL]],
        variable_name="_period",
        value_name="_value",
    )
    long = long.with_columns(pl.col("_period").alias("_column"))
    return _finish(long, table, mapping, report, kinds, heading="_column")


def _wide_measures(table: RawTable, mapping: CountsMapping, report: Report) -> pl.DataFrame:
    own = {**_area(mapping), mapping.columns["period"]: "_period"}
    if "months" in mapping.columns:
        own[mapping.columns["months"]] = "_months"
    frame = columns_of(table, {**own, **{name: name for name in mapping.measures}})
    long = frame.unpivot(
        list(mapping.measures), index=["_row", *own.values()], variable_name=LABEL, value_name="_value"
    )
    return _finish(long, table, mapping, report, [LABEL], heading=LABEL)


_READERS: Final = {"long": _long, "wide-periods": _wide_periods, "wide-measures": _wide_measures}


def _months(frame: pl.DataFrame, table: RawTable, mapping: CountsMapping) -> pl.DataFrame:
    """`frame` with `months`: from its column, from the mapping, from the text of the period, or 1 for single months."""
    if "_months" in frame.columns:
        months = frame["_months"].cast(pl.Float64, strict=False)
        odd = frame.filter(months.is_null() | (months < 1) | (months > 127) | (months % 1 != 0))
        if odd.height:
            row = odd.sort("_row").row(0, named=True)
            raise PmError(f"{table.where}: row {row['_row']}: {row['_months']!r} is not a number of months")
        return frame.drop("_months", "period_months").with_columns(months.cast(pl.Int8).alias("months"))
    if mapping.months is not None:
        return frame.drop("period_months").with_columns(pl.lit(mapping.months, dtype=pl.Int8).alias("months"))
    unsaid = frame.filter(pl.col("period_months").is_null())
    index = pl.col("period_end").dt.year().cast(pl.Int32) * 12 + pl.col("period_end").dt.month().cast(pl.Int32)
    gap = unsaid.select(index.unique().sort().diff().min()).item() if unsaid.height else None
    if gap is not None and gap > 1:
        raise PmError(
            f"{table.where}: the periods are {gap} months apart, and nothing says how long they are",
            "Give a months column, or `months` in the mapping.",
        )
    return frame.rename({"period_months": "months"}).with_columns(pl.col("months").fill_null(1))


LAYOUT: Final = Layout(
    name="counts",
    title="any table of counts: area, measure, period and value, or with a mapping (--map)",
    columns=("area", "measure", "period", "value"),
    read=observations,
)
