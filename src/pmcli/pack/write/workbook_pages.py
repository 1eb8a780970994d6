"""A page of the pack as a sheet: what it says, its charts with their figures beside them, and its tables as shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from pmcli.drawing.native import height, native_chart
from pmcli.drawing.native_cells import marks_key
from pmcli.pack.model import Comment, Origin, Page
from pmcli.pack.write.workbook_sheets import Sheet
from pmcli.views.blocks import Block, Cell
from pmcli.views.language.forms import Figure, for_workbook

ACROSS: Final = 10
"""Columns of a page; the figures of charts begin beyond them."""
_FIRST: Final = 34.0
_OTHERS: Final = 11.0
_FIGURES: Final = 13.0
_WIDEST: Final = 46.0
_ROW: Final = 20
"""Pixels of a row."""


def page_sheet(sheet: Sheet, page: Page) -> None:
    """Write a page: title and small print, statements, what is not available, charts, tables."""
    across = max([ACROSS, *(len(exhibit.block.columns) for exhibit in page.exhibits)])
    sheet.across = across
    sheet.widths(*_widths(page, across), 3, *[_FIGURES] * 60)
    row = sheet.prose(0, page.title, "title")
    for line in page.about:
        row = sheet.prose(row, line, "quiet")
    row += 1
    for statement in [*page.statements, *page.events]:
        row = sheet.prose(row, statement.text, statement.kind or "prose")
    row = write_comments(sheet, row, page.comments)
    for missing in page.missing:
        row = sheet.prose(row, f"Not available: {missing.what}: {missing.why}", "caveat")
    beside: list[tuple[int, int]] = []  # last row and last column of the figures written so far
    for picture in page.pictures:
        row = sheet.prose(row + 1, picture.chart.subtitle, "heading")
        column = max([across + 1, *(right + 2 for bottom, right in beside if bottom + 1 >= row)])
        beside.append(native_chart(sheet, row, column, picture.chart))
        row += height(picture.chart) // _ROW + 1
        for line in (marks_key(picture.chart), picture.chart.note, where_from(picture.origin)):
            if line:
                row = sheet.prose(row, line, "quiet")
    for exhibit in page.exhibits:
        row = _table(sheet, row + 1, exhibit.block)
        if told := where_from(exhibit.origin):
            row = sheet.prose(row, told, "quiet")
    sheet.worksheet.freeze_panes(1, 0)
    sheet.worksheet.print_area(0, 0, row, across - 1)
    sheet.printed()


def write_comments(sheet: Sheet, row: int, comments: Iterable[Comment]) -> int:
    """What people wrote, under who wrote it; a link is told with its address. Returns the row after it."""
    for one in comments:
        row = sheet.prose(row, one.heading, "verdict")
        if one.changed:
            row = sheet.prose(row, one.changed, "caveat")
        for text in one.paragraphs:
            said = "".join(f"{run.text} ({run.href})" if run.href else run.text for run in text.runs)
            lead = f"{'   ' * text.level}{text.mark} " if text.mark else ""
            row = sheet.prose(row, f"{lead}{said}", "heading" if text.kind == "heading" else "prose")
        row += 1
    return row


def _widths(page: Page, across: int) -> list[float]:
    """Widths that the tables of the page fit into, and that together make a line fit to read."""
    widths = [_OTHERS] * across
    for exhibit in page.exhibits:
        for line in [list(exhibit.block.columns), *(row.texts for row in exhibit.block.rows)]:
            for column, cell in enumerate(line[:across]):
                widths[column] = max(widths[column], min(len(cell) + 2.0, _WIDEST))
    return [max(widths[0], _FIRST - sum(widths[1:]) + _OTHERS * (across - 1)), *widths[1:]]


def where_from(origin: Origin) -> str:
    """'Window: 12 months to …. Test: exact. Sources: home-office', or nothing."""
    parts = [f"{name}: {text}" for name, text in origin.facts.items()]
    if origin.sources:
        parts.append(f"Source{'s' if len(origin.sources) > 1 else ''}: {', '.join(origin.sources)}")
    return " · ".join(parts)


def _table(sheet: Sheet, row: int, block: Block) -> int:
    """A block as it is shown, its figures as numbers that look as they do on the page."""
    if block.title:
        row = sheet.prose(row, block.title, "heading")
    if block.heading and block.columns:
        sheet.header(row, list(block.columns), right=[side == "right" for side in block.columns.values()])
        row += 1
    sides = list(block.columns.values())
    for line in block.rows:
        style = line.kind if line.kind in {"head", "hit", "mine"} else "plain"
        for column, cell in enumerate(line.cells):
            right = column < len(sides) and sides[column] == "right"
            _write(sheet, row, column, cell, _placed(style, right, column))
        row += 1
    for text, kind in block.lines:
        row = sheet.prose(row, text, kind or "prose")
    return row


def _write(sheet: Sheet, row: int, column: int, cell: Cell, style: str) -> None:
    value, numbers = for_workbook(cell) if isinstance(cell, Figure) else (None, "")
    if isinstance(value, date):
        sheet.day(row, column, value, style, numbers)
    elif value is not None:
        sheet.number(row, column, value, numbers, style)
    else:
        sheet.text(row, column, str(cell), style)


def _placed(style: str, right: bool, column: int) -> str:
    """The style of a cell by its side; a text that stands right of a figure keeps a distance from it."""
    side = "_right" if right else "_left" if column else "_first"
    return f"{style}{side}"
