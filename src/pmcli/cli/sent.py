"""How a result leaves a command: which rows and in what order, laid out how, and as which document for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from pmcli import history
    from pmcli.cli.stage import Stage
    from pmcli.tables import Table
    from pmcli.views.blocks import Block


def chosen(stage: Stage, frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The rows that --since and --last, --floor, --sort and --top leave, in that order."""
    given = stage.given
    if given.since is not None or given.last is not None:
        from pmcli.views.span import span

        frame = span(frame, table, stage.month(given.since, "--since"), given.last)
    if given.sort is not None or given.top is not None or given.floor is not None:
        from pmcli.views.ordered import ordered

        frame = ordered(frame, table, sort=given.sort, top=given.top, floor=given.floor, catalogue=stage.catalogue)
    return frame


def in_order(stage: Stage) -> dict[str, list[str]]:
    """What a view is told of an order: the columns of --sort; nothing where the rows are as they come."""
    given = stage.given
    if given.sort is None and given.top is None:
        return {}
    return {"by": [word.strip().removeprefix("-") for word in (given.sort or "").split(",") if word.strip()]}


def laid_out(stage: Stage, frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The rows as --wide and, in CSV, --labels lay them out; a workbook is labelled where its cells are written."""
    if stage.to.wide:
        from pmcli.views.wide import wide

        frame = wide(frame, table)
    if stage.to.labels and stage.to.format == "csv":
        from pmcli.views.labels import labelled

        frame = labelled(frame, table, stage.catalogue)
    return frame


def document(
    stage: Stage,
    frame: pl.DataFrame,
    rows: pl.DataFrame,
    table: Table,
    stages: Sequence[history.Stage],
    view: dict[str, Any],
    kind: str,
) -> bytes:
    """A table as one of pipe.DOCUMENTS. rows: `frame` as laid out. stages: its history. view: what its view is told."""
    from pmcli.pack.write.one_table import Content
    from pmcli.pack.write.one_table import document as made
    from pmcli.views import console

    def blocks() -> list[Block]:
        return console.blocks(frame, table, stage.catalogue, **view)

    title = table.name.capitalize()
    return made(kind, Content(rows, table, title, blocks, stage.catalogue, stages, labels=stage.to.labels))


def listing_document(stage: Stage, frame: pl.DataFrame, title: str, kind: str) -> bytes:
    """A list (no table of the contract) as one of pipe.DOCUMENTS."""
    from pmcli.pack.write.one_table import Content
    from pmcli.pack.write.one_table import document as made
    from pmcli.views.listing import listing

    return made(kind, Content(frame, None, title, lambda: [listing(frame, title)], stage.catalogue))
