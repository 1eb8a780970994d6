"""Workbooks as tables of text: merged cells in all the cells that they cover, hidden sheets named and left out.

What a workbook says of itself (merges, hidden rows, its date system) comes from xlsx.py; its cells from fastexcel.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import fastexcel
import polars as pl

from pmcli.errors import PmError, did_you_mean
from pmcli.panics import is_panic, unprinted
from pmcli.sources.reading.files import DataFile
from pmcli.sources.reading.ods import refuse_far_cells
from pmcli.sources.reading.raw import HEADER_WITHIN, Matcher, RawTable, Unread, clean, column_names
from pmcli.sources.reading.report import Report, counted
from pmcli.sources.reading.xlsx import SheetFacts, book_facts
from pmcli.visible import CELL, visible


def workbook_tables(
    file: DataFile, fits: Matcher, report: Report, sheets: Sequence[str]
) -> tuple[list[RawTable], list[Unread]]:
    """The tables of a workbook whose header `fits`, and the sheets that have none (sheets.tables_of)."""
    data = file.read()
    # An encrypted .xlsx is an OLE container, the old .xls signature, that holds an "EncryptedPackage".
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" and "EncryptedPackage".encode("utf-16-le") in data:
        raise PmError(f"{file.name} is protected with a password", "Save it without one first.")
    found: list[RawTable] = []
    unread: list[Unread] = []
    facts = book_facts(data, file.name)
    if file.suffix == ".ods":
        refuse_far_cells(data, file.name)
    wanted = {clean(name).casefold() for name in sheets}
    try:
        with unprinted():
            book = fastexcel.read_excel(data)
        names = {clean(name).casefold(): name for name in book.sheet_names}
        lacking = [name for name in sheets if clean(name).casefold() not in names]
        if lacking:
            raise PmError(
                f"{file.name} has no sheet {lacking[0]!r}, which the mapping names",
                did_you_mean(lacking[0], book.sheet_names, f"Its sheets are {', '.join(book.sheet_names[:8])}."),
            )
        for plain, sheet in names.items():
            with unprinted():
                read = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
            about = facts.sheets.get(sheet, SheetFacts())
            table = _sheet(file, sheet, read.to_polars(), fits, about)
            if isinstance(table, RawTable) and wanted and plain not in wanted:
                table = Unread(sheet, [list(table.header)], "not named in the mapping", table.frame.height)
            elif isinstance(table, RawTable) and not wanted and read.visible != "visible":
                table = Unread(sheet, [list(table.header)], "hidden", table.frame.height)
            if isinstance(table, RawTable):
                table.since_1904 = facts.since_1904
                found.append(table)
                _say_alone(table, report)
                for hidden, what in ((about.hidden_rows, "row"), (about.hidden_columns, "column")):
                    if hidden:
                        report.note(f"{table.where}: {counted(hidden, what)} hidden in the sheet: read as well")
            else:
                unread.append(table)
    except fastexcel.FastExcelError as error:
        first = str(error).splitlines()[0].removeprefix("calamine error: ")
        protected = "password" in first.lower() or "encrypt" in first.lower()
        hint = "Save it without a password first." if protected else "Open it in a spreadsheet and save it again."
        raise PmError(f"{file.name} cannot be read as a workbook: {first}", hint) from error
    except BaseException as error:
        if not is_panic(error):
            raise
        first = str(error).splitlines()[0]
        raise PmError(f"{file.name} is a damaged workbook: {first}", "Download or export it again.") from error
    return found, unread


def _sheet(file: DataFile, sheet: str, grid: pl.DataFrame, fits: Matcher, facts: SheetFacts) -> RawTable | Unread:
    first = grid.head(HEADER_WITHIN).rows()
    above = [[clean(cell) for cell in row] for row in first]
    top = [[clean(cell) for cell in row] for row in _spread(first, facts)]
    at = next((place for place, row in enumerate(top) if fits(row)), None)
    if at is None:
        return Unread(sheet, above)
    # A header in two rows has its names merged over both: the lower row then fits as well, and is the nearer one.
    while at + 1 < len(top) and fits(top[at + 1]) and _row_is_merged_down(facts, at + 1):
        at += 1
    names = column_names(top[at])
    grid.columns = names
    body, merged = _fill_merged(grid.with_row_index("_row", offset=1).slice(at + 1), names, facts, at + 1)
    filled = pl.sum_horizontal(pl.col(names).is_not_null().cast(pl.UInt32))
    alone = body.filter(filled == 1) if len(names) > 2 else body.clear()
    body = body.filter(filled > (1 if len(names) > 2 else 0))
    return RawTable(file, sheet, tuple(top[at]), above[:at], body, merged=merged, over=top[: at + 1], alone=alone)


def _say_alone(table: RawTable, report: Report) -> None:
    """Count the rows of one filled cell: a footnote, or a row that has lost its figures."""
    if table.alone is None or table.alone.is_empty():
        return
    row = table.alone.row(0, named=True)
    text = next(clean(row[name]) for name in table.columns if row[name] is not None)
    many = table.alone.height
    report.note(
        f"{table.where}: {counted(many, 'row')} with one filled cell left out; "
        f"{'it' if many == 1 else 'the first'} is row {row['_row']} ({visible(text, CELL)!r})"
    )


def _row_is_merged_down(facts: SheetFacts, row: int) -> bool:
    """Whether cells of the row (from 1) are merged with those of the row under it."""
    return any(merge.first_row <= row < merge.last_row for merge in facts.merges)


def _spread(rows: Sequence[Sequence[str | None]], facts: SheetFacts) -> list[list[str | None]]:
    """The first rows of a sheet with every merged cell standing in all the cells that it covers."""
    found = [list(row) for row in rows]
    for merge in facts.merges:
        if merge.first_row > len(found):
            continue
        left, right = merge.first_column - facts.offset, merge.last_column - facts.offset
        text = found[merge.first_row - 1][left] if 0 <= left < len(found[0]) else None
        for row in found[merge.first_row - 1 : merge.last_row]:
            row[max(left, 0) : right + 1] = [text] * (min(right + 1, len(row)) - max(left, 0))
    return found


def _fill_merged(
    body: pl.DataFrame, names: Sequence[str], facts: SheetFacts, header: int
) -> tuple[pl.DataFrame, dict[str, set[int]]]:
    """(The rows under the header with words in merged cells standing in all the rows that they cover, and in which
    rows of which column anything is merged).

    A merged number stays where it is: whether it is a label of all its rows (a year) or one figure for all of them
    together is for the layout to say.
    """
    merged: dict[str, set[int]] = {}
    fills: dict[str, list[tuple[int, int, str]]] = {}
    for merge in facts.merges:
        if merge.last_row <= header:
            continue
        lone = merge.first_row == merge.last_row
        left, right = merge.first_column - facts.offset, merge.last_column - facts.offset
        for place in range(max(left, 0), min(right + 1, len(names))):
            rows = range(max(merge.first_row, header + 1), merge.last_row + 1)
            merged.setdefault(names[place], set()).update(rows)
            top = merge.first_row - 1 - header
            text = body[names[left]][top] if not lone and 0 <= top < body.height and left >= 0 else None
            if text is not None and place == left:
                fills.setdefault(names[place], []).append((merge.first_row, merge.last_row, text))
    for name, spans in fills.items():
        texts = body[name].to_list()
        for first, last, text in spans:
            if not re.fullmatch(r"[-+]?[\d,. ]+", text.strip()):
                for row in range(first, min(last, header + len(texts)) + 1):
                    texts[row - 1 - header] = text
        body = body.with_columns(pl.Series(name, texts, dtype=pl.String))
    return body, merged
