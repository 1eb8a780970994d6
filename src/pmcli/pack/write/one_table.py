"""One table as a file for people: a workbook to work on, Markdown to paste, a page to send.

The figures are those of the table, its notes and what it was made from are beside them, and a workbook or page carries
the whole history as the packs do, so that `pm history FILE` prints it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import polars as pl

from pmcli import carried, history
from pmcli.catalogue import Catalogue
from pmcli.pack.write import html, markdown
from pmcli.pack.write.workbook_sheets import Book, Sheet
from pmcli.pack.write.workbook_tables import Reading, table_sheets
from pmcli.tables import FORMS, Table
from pmcli.views.blocks import Block
from pmcli.views.labels import labels_of
from pmcli.views.listing import heading
from pmcli.views.wide import FIGURE

_LONG_AGO: Final = date(2000, 1, 1)
"""What a workbook says it was made on when no period is in it: no clock time goes in."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is written. frame: the rows. table: of the contract; None: a list. title: what it is called.

    blocks: how people see it. stages: its history, this run at its end. labels: whether a workbook has labels for ids.
    """

    frame: pl.DataFrame
    table: Table | None
    title: str
    blocks: Callable[[], Sequence[Block]]
    catalogue: Catalogue
    stages: Sequence[history.Stage] = field(default_factory=list)
    labels: bool = True

    @property
    def notes(self) -> list[str]:
        """The notes of every stage, each once."""
        return list(dict.fromkeys(str(text) for stage in self.stages for text in stage.get("notes", [])))

    @property
    def made_from(self) -> list[str]:
        """The history as lines, without the notes."""
        return history.sentences([{**stage, "notes": []} for stage in self.stages])

    @property
    def carried(self) -> str:
        """The history as a file carries it."""
        return carried.text_of(self.stages) if self.stages else ""


def document(kind: str, content: Content) -> bytes:
    """The table as one of KINDS. Raises PmError for a page where Jinja is not installed."""
    return KINDS[kind](content)


# ------------------------------------------------------------------------------------------------------- workbook
def _workbook(content: Content) -> bytes:
    """A sheet with the rows, then Notes: notes, history, what the columns mean, which ids the labels stand for."""
    frame, table = content.frame, content.table
    ends = (
        frame["period_end"].drop_nulls() if "period_end" in frame.columns and frame.height else pl.Series([_LONG_AGO])
    )
    book = Book(content.title, max(ends.to_list(), default=_LONG_AGO))
    labels = labels_of(table, content.catalogue) if table is not None and content.labels else {}
    reading = Reading(
        table,
        {one.id for rule in content.catalogue.rules.values() for one in rule.criteria if one.kind == "change"},
        labels,
        {measure.id: measure.kind for measure in content.catalogue.measures.values()},
        FIGURE if table is not None and FIGURE in frame.columns and FIGURE not in table.columns else "",
    )
    headings = [heading(name) if content.labels or table is None else name for name in frame.columns]
    table_sheets(book, content.title, frame, reading, headings=headings)
    if content.stages or table is not None:
        _notes(book.sheet("Notes"), content, labels)
    book.carry(content.carried)
    return book.close()


def _notes(sheet: Sheet, content: Content, labels: Mapping[str, Callable[[str], str]]) -> None:
    sheet.widths(22, 22, 40, 90)
    sheet.across = 4
    row = sheet.prose(0, content.title, "title")
    for title, lines in (("Notes", content.notes), ("What the figures were made from", content.made_from)):
        if lines:
            row = sheet.prose(row + 1, title, "heading")
            for line in lines:
                row = sheet.prose(row, line)
    if content.table is not None:
        row = sheet.prose(row + 1, "What the columns mean", "heading")
        sheet.header(row, ["Heading", "Column", "Read as", "Meaning"])
        for name, column in content.table.columns.items():
            row += 1
            told = (heading(name), name, FORMS[column.form], column.meaning.replace("`", ""))
            for place, text in enumerate(told):
                sheet.text(row, place, text, "wrap")
        row += 1
    rows = list(_ids(content.frame, labels))
    if rows:
        row = sheet.prose(row + 1, "Which ids the labels stand for", "heading")
        sheet.header(row, ["Column", "Id", "Label"])
        for cells in rows:
            row += 1
            for place, text in enumerate(cells):
                sheet.text(row, place, text, "wrap")
    sheet.printed()


def _ids(frame: pl.DataFrame, labels: Mapping[str, Callable[[str], str]]) -> Iterable[tuple[str, str, str]]:
    """(column, id, label) of every id in the rows that a label stands for."""
    for name, label in labels.items():
        if name not in frame.columns:
            continue
        for one in frame[name].drop_nulls().unique().sort().to_list():
            if label(one) != one:
                yield heading(name), one, label(one)


# --------------------------------------------------------------------------------------------- Markdown and HTML
def _markdown(content: Content) -> bytes:
    parts = [part for block in content.blocks() for part in markdown.block(block)]
    if content.notes:
        parts += ["Notes:", markdown.listed(content.notes)]
    if content.made_from:
        parts += ["Made from:", markdown.fenced(content.made_from)]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def _page(content: Content) -> bytes:
    blocks = content.blocks()
    title = blocks[0].title if len(blocks) == 1 and blocks[0].title else content.title
    made = html.table_page(title, blocks, notes=content.notes, made_from=content.made_from, history=content.carried)
    return made.encode()


KINDS: Final[Mapping[str, Callable[[Content], bytes]]] = {"xlsx": _workbook, "md": _markdown, "html": _page}
"""Format -> what writes a table so."""
