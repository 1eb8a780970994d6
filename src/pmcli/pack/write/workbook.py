"""The pack as an Excel workbook to work on: an overview, a sheet per page with native charts, a sheet per table.

The tables hold real dates and numbers with formats, so that a pivot table or a formula can start from them. Every text
is written as text: what begins with = + - or @ in the data is never a formula, and no link leads out of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmcli.drawing.spark import spark_text
from pmcli.pack.model import Exhibit, Origin, Pack, Page, Statement
from pmcli.pack.write.workbook_pages import page_sheet, where_from, write_comments
from pmcli.pack.write.workbook_sheets import Book, Sheet
from pmcli.pack.write.workbook_tables import Reading, table_sheets
from pmcli.periods import month_name

_TAB = "#12436D"
FINDINGS = "Key findings"
_STANDING = {"good": "good_cell", "bad": "bad_cell", "mixed": "mixed_cell", "missing": "missing_cell"}
_STATED = 6
"""Columns of the statements that are printed; the facts behind each follow."""
_KINDS = {
    "alarm": "outlier",
    "good": "good",
    "bad": "bad",
    "verdict": "verdict",
    "caveat": "caveat",
    "quiet": "small print",
}


def workbook(pack: Pack) -> bytes:
    """The pack as an .xlsx file; the same pack gives the same bytes.

    Sheets: Overview, Statements, one per page (statements, tables, native charts with their figures beside them), Not
    available, one per table of `pack.tables` (typed cells), Measures, Sources and Method.
    Raises PmError when XlsxWriter is not installed.
    """
    said = pack.publication
    foot = " · ".join(part for part in (said.marking, said.owner, pack.title) if part)
    book = Book(pack.title, pack.to, foot, said.marking)
    overview = book.sheet("Overview")
    if pack.summary:
        _summary(book.sheet("Summary", "a row a measure: the figure, how it stands, and its past"), pack)
    statements = book.sheet("Statements", "every statement, chart and table, and where it comes from")
    pages = {
        page.id: book.sheet(_name(page), f"{section.title}: {page.title}", _TAB)
        for section in pack.sections
        for page in section.pages
    }
    for page in pack.pages():
        page_sheet(pages[page.id], page)
    _missing(book.sheet("Not available", "what belongs in the pack and cannot be computed, and why"), pack)
    for name, frame in pack.tables.items():
        table_sheets(book, name, frame, Reading(changes=pack.changes), brief=True)
    for exhibit in pack.appendix:
        _appendix(book, exhibit)
    _files(book.sheet("Sources", "the files behind the figures, with their SHA-256"), pack)
    _method(book.sheet("Method", "conventions, command lines and notes"), pack)
    _statements(statements, pack, pages)
    _overview(overview, pack, book, pages)
    book.carry(pack.history)
    return book.close()


def _name(page: Page) -> str:
    """A page's title, or where that is too long for a sheet the words of its id."""
    said = page.id.replace("-", " ")
    return page.title if len(page.title) <= 31 or len(said) > 31 else said[:1].upper() + said[1:]


def _overview(sheet: Sheet, pack: Pack, book: Book, pages: dict[str, Sheet]) -> None:
    """Title, key findings, the table with the pack's four columns, and what the other sheets hold."""
    sheet.widths(34, 44, 40, 62)
    sheet.across = 4
    logo = pack.publication.logo
    row = sheet.picture(0, logo.data, high=64, alt=logo.alt) if logo is not None else 0
    row = sheet.prose(row, pack.title, "title")
    windows = f"{pack.label}: 12 months to {month_name(pack.to)}; baseline: 12 months to {month_name(pack.baseline)}"
    row = sheet.prose(row, windows, "quiet")
    row = sheet.prose(row, pack.publication.marking, "verdict") if pack.publication.marking else row
    for name, text in pack.publication.lines():
        row = sheet.prose(row, f"{name}: {text}", "quiet")
    row += 1
    for title, said in pack.front.parts():
        row = sheet.prose(row, title, "heading")
        for finding in said:
            row = sheet.prose(row, finding.text, finding.kind or "prose")
        row += 1
    row = write_comments(sheet, row, pack.comments)
    for section in pack.sections:
        if section.comments:
            row = write_comments(sheet, sheet.prose(row, section.title, "heading"), section.comments)
    row = sheet.prose(row, pack.overview_title, "heading")
    sheet.header(row, ["Priority area", "National metrics", f"{pack.label} measure", "Current position"])
    for line in pack.overview:
        row += 1
        sheet.text(row, 0, line.area, "wrap")
        sheet.text(row, 1, line.metric, "wrap")
        sheet.link(row, 2, pages.get(line.page), line.measure)
        sheet.text(row, 3, line.position, _STANDING.get(line.standing, "wrap"))
    row = sheet.prose(row + 2, "Sheets of this workbook", "heading")
    for other in book.sheets[1:]:
        sheet.link(row, 0, other, other.name)
        sheet.text(row, 1, other.about, "plain")
        row += 1
    sheet.printed()


def _summary(sheet: Sheet, pack: Pack) -> None:
    """A row a measure, as the page has it; the past in block characters, which every program shows and prints."""
    against = f"Against 12 months to {month_name(pack.baseline)}"
    names = ["Measure", "Window", "Figure", against, "Against a year before", "Direction", "To be an outlier", "Past"]
    sheet.widths(38, 16, 16, 26, 26, 22, 18, 18)
    sheet.header(0, names)
    for number, row in enumerate(pack.summary, start=1):
        cells = [row.label, row.window, row.figure, row.baseline, row.previous, row.direction, row.margin]
        cells.append(spark_text(row.spark))
        for column, text in enumerate(cells):
            if text:
                sheet.text(number, column, text, "wrap")
    sheet.listed(len(pack.summary), len(names), keep=1)
    sheet.worksheet.print_area(0, 0, len(pack.summary), len(names) - 1)


def _statements(sheet: Sheet, pack: Pack, pages: dict[str, Sheet]) -> None:
    """A row per statement, then per chart and table; the facts of their origins in columns that are not printed."""
    rows: list[tuple[str, Page | None, str, str, str, Origin | None]] = [
        (FINDINGS, None, "statement", finding.text, _kind(finding), finding.origin) for finding in pack.findings
    ]
    beside: list[tuple[str, Page | None, str, str, str, Origin | None]] = []
    for section in pack.sections:
        for page in section.pages:
            said = [*page.statements, *page.events]
            rows += [(section.title, page, "statement", s.text, _kind(s), s.origin) for s in said]
            beside += [(section.title, page, "chart", p.chart.alt, "", p.origin) for p in page.pictures]
            beside += [(section.title, page, "table", e.block.title, "", e.origin) for e in page.exhibits]
    printed = len(rows)
    rows += beside
    facts = list(dict.fromkeys(name for *_, origin in rows if origin for name in origin.facts))
    sheet.widths(34, 32, 10, 105, 9, 16, *[36] * len(facts))
    sheet.header(0, ["Priority area", "Page", "What", "Text", "Kind", "Sources", *facts])
    for number, (area, about, what, text, kind, origin) in enumerate(rows, start=1):
        sheet.text(number, 0, area, "wrap")
        if about:
            sheet.link(number, 1, pages[about.id], about.title)
        told = origin.facts if origin else {}
        sources = ", ".join(origin.sources) if origin else ""
        for column, cell in enumerate([what, text, kind, sources], start=2):
            sheet.text(number, column, cell, "wrap")
        for column, name in enumerate(facts, start=_STATED):
            if told.get(name):  # on one line: a long one would make all of the row high
                sheet.text(number, column, told[name])
    sheet.listed(len(rows), _STATED + len(facts))
    sheet.worksheet.print_area(0, 0, printed, _STATED - 1)


def _kind(statement: Statement) -> str:
    return _KINDS.get(statement.kind, "")


def _missing(sheet: Sheet, pack: Pack) -> None:
    sheet.widths(32, 36, 44, 90)
    sheet.header(0, ["Priority area", "Page", "What", "Why"])
    lines = [
        [section.title, page.title, missing.what, missing.why]
        for section in pack.sections
        for page in section.pages
        for missing in page.missing
    ]
    lines += [["", "", gap.what, gap.why] for gap in pack.absent]
    for line in pack.overview:
        if line.standing == "missing":
            lines.append([line.area, pack.overview_title, line.measure, line.position])
    _rows(sheet, lines)


def _appendix(book: Book, exhibit: Exhibit) -> None:
    """A table of the appendix on a sheet of its own; what it says below follows after an empty row."""
    block = exhibit.block
    sheet = book.sheet("Measures", block.title)
    sheet.widths(*[36] * len(block.columns))
    sheet.header(0, list(block.columns))
    _rows(sheet, [row.cells for row in block.rows])
    told = [*block.lines, (where_from(exhibit.origin), "quiet")]
    for number, (line, kind) in enumerate(told, start=len(block.rows) + 2):
        sheet.text(number, 0, line, kind or "plain")


def _files(sheet: Sheet, pack: Pack) -> None:
    sheet.widths(18, 52, 14, 12, 68, 26)
    sheet.header(0, ["Source", "File", "Bytes", "Rows", "SHA-256", "Hashed"])
    _rows(sheet, [[f.source, f.name, f.bytes, f.rows, f.sha256, f.hashed] for f in pack.files])


def _method(sheet: Sheet, pack: Pack) -> None:
    sheet.widths(14, 130)
    sheet.header(0, ["What", "Text"])
    parts = (
        ("convention", pack.conventions),
        ("footnote", pack.footnotes),
        ("command", pack.commands),
        ("note", pack.notes),
    )
    _rows(sheet, [[what, text] for what, texts in parts for text in texts])


def _rows(sheet: Sheet, rows: Sequence[Sequence[Any]]) -> None:
    """Rows under a header, as a list that can be filtered: texts as texts, whole numbers as numbers."""
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.number(number, column, cell, "#,##0")
            elif cell:
                sheet.text(number, column, cell, "wrap")
    sheet.listed(len(rows), max(map(len, rows), default=0))
