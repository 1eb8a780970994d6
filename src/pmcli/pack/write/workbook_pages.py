"""A page of the pack as a sheet: what it says, its charts with their figures beside them, and its tables as shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from pmcli.drawing.native import HEIGHT, WIDTH, Look, height, native_chart
from pmcli.drawing.native_cells import marks_key
from pmcli.pack.model import Comment, Exhibit, Origin, Page, Picture
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
_HALF: Final = 330
"""Pixels from top to bottom of a chart with another beside it."""


def page_sheet(sheet: Sheet, page: Page) -> None:
    """Write a page: title and small print, statements, what is not available, charts two by two, and tables.

    What the page has in detail follows under what is printed. Where figures come from stands beside them, unprinted.
    """
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
    laid = _Laid(sheet, across, row)
    laid.shown([one for one in page.pictures if not one.detail], [one for one in page.exhibits if not one.detail])
    printed = laid.row
    more = [one for one in page.pictures if one.detail], [one for one in page.exhibits if one.detail]
    if any(more):
        laid.row = sheet.prose(printed + 1, "In more detail (not printed)", "heading")
        laid.shown(*more)
    sheet.worksheet.freeze_panes(1, 0)
    sheet.printed_whole(printed, across, laid.whole)


class _Laid:
    """The charts and tables of a page as they are laid out from a row on.

    whole: first and last rows of what is not to be parted on paper. beside: the last row and column of the figures that
    stand right of the page.
    """

    def __init__(self, sheet: Sheet, across: int, row: int) -> None:
        self.sheet, self.across, self.row = sheet, across, row
        self.whole: list[tuple[int, int]] = []
        self.beside: list[tuple[int, int]] = []
        half, widths = sheet.pixels(0, across - 1) / 2, [sheet.pixels(0, place) for place in range(across)]
        self.split = next((place + 1 for place, wide in enumerate(widths[:-1]) if wide >= half - 20), across - 1)

    def shown(self, pictures: Sequence[Picture], exhibits: Sequence[Exhibit]) -> None:
        """Charts two by two, one that is high by itself, then the tables."""
        waiting = list(pictures)
        while waiting:
            pair = waiting[:2] if len(waiting) > 1 and all(height(one.chart) <= HEIGHT for one in waiting[:2]) else (
                waiting[:1])  # fmt: skip
            waiting = waiting[len(pair) :]
            self._charts(pair)
        for exhibit in exhibits:
            start = self.row + 1
            self.row = _table(self.sheet, start, exhibit.block)
            self.whole.append((start, self.row - 1))
            self._aside(start, where_from(exhibit.origin))

    def _charts(self, pictures: Sequence[Picture]) -> None:
        start = self.row + 1
        sides = [(0, self.split - 1), (self.split, self.across - 1)] if len(pictures) > 1 else [(0, self.across - 1)]
        top = start + 1
        ends = []
        for picture, (first, last) in zip(pictures, sides, strict=True):
            self.sheet.prose(start, picture.chart.subtitle, "heading", (first, last))
            left = self.sheet.pixels(0, first - 1) if first else 0
            wide = min(self.sheet.pixels(first, last) - 8, WIDTH)
            high = _HALF if len(pictures) > 1 else height(picture.chart)
            column = self._free(start)
            look = Look(wide, high, title=11 if len(pictures) > 1 else 12, left=left)
            self.beside.append(native_chart(self.sheet, top, column, picture.chart, look))
            if told := where_from(picture.origin):
                self.sheet.text(start, column, told)
            row = top + -(-high // _ROW)
            for line in (marks_key(picture.chart), picture.chart.note):
                if line:
                    row = self.sheet.prose(row, line, "quiet", (first, last))
            ends.append(row)
        self.row = max(ends)
        self.whole.append((start, self.row - 1))

    def _free(self, row: int) -> int:
        """The first column right of the page that nothing stands in from a row on."""
        return max([self.across + 1, *(right + 2 for bottom, right in self.beside if bottom + 1 >= row)])

    def _aside(self, row: int, told: str) -> None:
        if told:
            column = self._free(row)
            self.sheet.text(row, column, told)
            self.beside.append((row, column))


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
