"""The query as an analyst gets it (`pm sql`), for a table that pm has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pmcli import __version__
from pmcli.catalogue import Catalogue
from pmcli.notes import note
from pmcli.sources.reading.report import Report
from pmcli.sources.warehouse.asking import planned
from pmcli.sources.warehouse.dialects import checked
from pmcli.sources.warehouse.names import table_node, table_parts
from pmcli.sources.warehouse.query import query


def written(
    mapping: str | Path | None,
    table: str,
    dialect: str,
    catalogue: Catalogue,
    *,
    by: Sequence[str] = (),
    area: str = "",
    since: date | None = None,
    latest: str = "",
    typed: bool = False,
) -> str:
    """The query for a table called `table` in a dialect. Measures that the mapping cannot tell are noted.

    since: a day of the first month that is read. latest: the column that says which of a crime's rows of one day
    stands. typed: the date is no text. Raises UsageError and PmError as `pm load` does of the same mapping.
    """
    source = table_node(table_parts(table))
    report = Report()
    since = since.replace(day=1) if since is not None else None
    plan = planned(
        mapping, source, checked(dialect), catalogue, report, by=by, area=area, since=since, latest=latest, dated=typed
    )
    header = [f"pm {__version__}, mapping {plan.mapping.title or Path(plan.mapping.path).name}, table {table}."]
    if since is not None:
        header.append(f"Records from {since} on, as though there were no others.")
    text = query(plan, header)
    for sentence in report.sentences():
        note(sentence)
    return text
