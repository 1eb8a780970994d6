"""Crimes in a warehouse to observations: the query is sent there, and only the counts come back."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import polars as pl
from sqlglot import exp

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError
from pmcli.notes import listing
from pmcli.periods import month_name
from pmcli.sources.classify import area_ids
from pmcli.sources.layout import Context
from pmcli.sources.loading import Input, Loaded, together
from pmcli.sources.reading.report import Report, counted, verb
from pmcli.sources.records.victims import DAYS, MEASURE
from pmcli.sources.refusals import refuse_refused
from pmcli.sources.warehouse.asking import fitted, planned
from pmcli.sources.warehouse.connect import KEEPS, Warehouse, connected, given
from pmcli.sources.warehouse.plan import Plan
from pmcli.sources.warehouse.query import NOTED, SCHEMA, cut_query, query

if TYPE_CHECKING:
    from pmcli.sources.frames import Wanted

_METHOD: Final = "sha256-of-query"


def load_connected(
    url: str,
    table: str,
    mapping: str | Path | None,
    *,
    catalogue: Catalogue | None = None,
    by: Sequence[str] = (),
    area: str = "",
    since: date | None = None,
    latest: str = "",
    strict: bool = False,
) -> Loaded:
    """The observations of the crimes in a table of the warehouse at `url` (see connect.connected)."""
    catalogue = catalogue or Catalogue()
    report = Report(strict=strict)
    plan = planned(
        mapping, exp.table_("crimes"), "duckdb", catalogue, report, by=by, area=area, since=since, latest=latest
    )  # what is wrong with the question is said before anything is asked
    with contextlib.closing(connected(url, table)) as warehouse:
        return _counted(warehouse, plan, report)


def ibis_table(table: Any, wanted: Wanted) -> Loaded:
    """The observations of the crimes in an Ibis table (a Loader of frames.py)."""
    if wanted.source not in (None, "records"):
        raise UsageError(f"an Ibis table has crime records, not {wanted.source}", "Leave source out.")
    report = Report(strict=wanted.strict)
    catalogue = wanted.catalogue or Catalogue()
    plan = planned(
        wanted.mapping,
        exp.table_("crimes"),
        "duckdb",
        catalogue,
        report,
        by=wanted.by,
        area=wanted.area,
        latest=wanted.latest,
    )
    return _counted(given(table), plan, report)


def _counted(warehouse: Warehouse, plan: Plan, report: Report) -> Loaded:
    plan = _asked_of(warehouse, plan, report)
    frame, text = _rows(warehouse, plan)
    sent = int(frame.estimated_size())
    where = f"{warehouse.place} {warehouse.table}"
    refuse_refused(frame, where)
    is_note = (pl.col("measure") == NOTED) & (pl.col("dimension") == NOTED)
    noted = {row["category"]: row for row in frame.filter(is_note).iter_rows(named=True)}
    frame = frame.filter(~is_note)
    if "first" not in noted or frame.is_empty():
        raise PmError(f"{where}: there is no whole month in these records", "Look at the dates that it has.")
    rows = int(noted["read"]["value"])
    _say(plan, noted, frame, report)
    context = Context(plan.catalogue, report, plan.mapping, tuple(plan.by), plan.area)
    whole = together({"records": frame.with_columns(pl.col("months").cast(pl.Int8))}, context)
    asked = {
        "engine": warehouse.engine, "table": warehouse.table, "first": str(noted["first"]["period_end"]),
        "last": str(noted["last"]["period_end"]),
    }  # fmt: skip
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    gives = () if plan.mapping.source == "records" else (plan.mapping.source,)
    entry = Input(where, sent, sha256, _METHOD, "records", rows, gives, asked)
    return Loaded(whole, [entry], report, rows)


def _rows(warehouse: Warehouse, plan: Plan) -> tuple[pl.DataFrame, str]:
    """What the query gives, and the query as it was sent."""
    if warehouse.engine not in KEEPS:
        text = query(plan, noted=True)
        return warehouse.rows(text, SCHEMA), text
    prefix = f"pm_{secrets.token_hex(6)}"
    kept, then = cut_query(replace(plan, kept_kinds=True), prefix)
    with warehouse.keeping(kept):
        return warehouse.rows(then, SCHEMA), "\n".join((*kept.values(), then)).replace(prefix, "pm")


def _asked_of(warehouse: Warehouse, plan: Plan, report: Report) -> Plan:
    """The plan for this very table: its dialect, its columns' names and types, and the forces that it has."""
    where = f"{warehouse.place} {warehouse.table}"
    plan = replace(plan, dialect=warehouse.dialect, table=warehouse.source, ordered=warehouse.ordered)
    plan = fitted(plan, [column.name for column in warehouse.columns], where)
    kinds = {column.name: column for column in warehouse.columns}
    written = plan.mapping.columns["recorded_date"]
    dated = kinds[plan.columns[written]]
    if dated.zoned:
        raise PmError(
            f"{where}: {written!r} is a timestamp with a time zone: which day it is depends on who asks",
            "Map a view that has the day of Europe/London as a date.",
        )
    numbers = frozenset(
        name for name, own in plan.columns.items() if name in plan.mapping.required and kinds[own].point
    )
    plan = replace(plan, dated=dated.day, numbers=numbers)
    if "force" not in plan.mapping.columns:
        return plan
    column = plan.column(plan.mapping.columns["force"])
    asked = (
        exp.select(exp.alias_(exp.cast(column, "TEXT"), "area"))
        .distinct()
        .from_(exp.alias_(plan.table, "crime", table=True))
    )
    names = warehouse.rows(asked.sql(dialect=plan.dialect, identify=True), {"area": "string"})
    names = (
        names.select(pl.col("area").str.strip_chars()).filter(pl.col("area").fill_null("") != "").unique().sort("area")
    )
    ids = area_ids(names, "", plan.catalogue, report, plan.mapping.source)
    return replace(plan, forces=dict(zip(ids["_name"].to_list(), ids["area"].to_list(), strict=True)))


def _say(plan: Plan, noted: dict[str, Any], frame: pl.DataFrame, report: Report) -> None:
    read, kept = (int(noted[name]["value"]) for name in ("read", "kept"))
    cancelled = int(noted["cancelled"]["value"] or 0)
    lost = read - kept
    if lost:
        report.leave_out(
            f"records: {counted(lost, 'row')} of {read:,} left out: without a day{' in time' if plan.since else ''}, "
            "or repeating a crime number"
        )
    if cancelled:
        report.leave_out(f"records: {counted(cancelled, 'crime')} left out, cancelled by status")
    there = set(frame["measure"].unique())
    absent = [name for name in plan.conditions if name not in there]
    if absent:
        report.leave_out(f"records: no crime belongs to {listing(absent, 4)}: left out, for the table may not hold it")
    gaps = frame.filter(pl.col("value").is_null(), pl.col("measure") != MEASURE, pl.col("dimension") == "all")
    for name, count in gaps.group_by("measure").agg(pl.col("period_end").n_unique()).sort("measure").iter_rows():
        report.note(
            f"records: {name} {verb(1, 'are')} not known in {counted(count, 'month')}: a crime names its group only"
        )
    early = frame.filter(pl.col("value").is_null(), pl.col("measure") == MEASURE)["period_end"].max()
    if early is not None:
        report.note(
            f"{MEASURE}: without {DAYS} days of records before them, months up to "
            f"{month_name(cast('date', early))} are not known"
        )
