"""From a mapping and a question to a Plan: what `pm sql`, `pm load --connect` and pmcli.load all begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlglot import exp

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError, did_you_mean
from pmcli.sources.loading import mapping_of
from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.report import Report
from pmcli.sources.records.count import conditions
from pmcli.sources.records.mapping import RecordsMapping
from pmcli.sources.records.read import asked
from pmcli.sources.warehouse.plan import Plan

ROWS_OF: dict[str, str] = {"duckdb": "ROW_NUMBER() OVER ()"}
"""Dialects whose rows are read in the order in which they are kept -> the word for it."""


def planned(
    mapping: str | Path | None,
    table: exp.Expr,
    dialect: str,
    catalogue: Catalogue,
    report: Report,
    *,
    by: Sequence[str] = (),
    area: str = "",
    since: date | None = None,
    latest: str = "",
    dated: bool = False,
) -> Plan:
    """What to count of a table that was not looked at. Raises UsageError and PmError as `pm load` does."""
    if mapping is None:
        raise UsageError(
            "--map is needed: which column of the table is what", "`pm mappings` lists those that come with pm."
        )
    read = mapping_of(mapping, None, catalogue)
    if not isinstance(read, RecordsMapping):
        layout = read.reader if read is not None else ""
        raise UsageError(f"--map {mapping}: this is a mapping of {layout}; a warehouse's crimes need one of records")
    dimensions, district = asked(read, by, area)
    found = conditions(read, catalogue, report)
    if not found and "victim_id" not in read.columns:
        raise PmError(f"{read.path}: no measure can be counted by what it maps", "See docs/records.md.")
    return Plan(
        read,
        catalogue,
        found,
        table,
        dialect,
        tuple(dimensions),
        district,
        since,
        dated,
        latest,
        ROWS_OF.get(dialect, ""),
    )


def fitted(plan: Plan, columns: Sequence[str], where: str) -> Plan:
    """The plan for a table with these columns. Raises PmError, with the closest, for one that is not there."""
    found = {}
    for published in plan.mapping.required:
        place = find_column(columns, published)
        if place is None:
            raise PmError(
                f"{where} lacks the column {published!r} that the mapping {plan.mapping.path} names",
                did_you_mean(published, columns, f"It has {', '.join(columns[:8])}{' …' if len(columns) > 8 else ''}."),
            )
        found[published] = columns[place]
    if plan.latest:
        place = find_column(columns, plan.latest)
        if place is None and plan.latest.lower() not in ("rowid", "ctid"):
            raise PmError(f"{where} has no column {plan.latest!r}", did_you_mean(plan.latest, columns))
        found[plan.latest] = columns[place] if place is not None else plan.latest
    return replace(plan, columns=found)
