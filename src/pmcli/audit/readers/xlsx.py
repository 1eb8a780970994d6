"""Workbooks: every cell as its format shows it, each with its own place. A row with one cell is text, a row with
several is a row.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any, Final

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from pmcli.audit.document import Document, Line
from pmcli.audit.glyphs import cleaned
from pmcli.audit.places import Place
from pmcli.audit.readers import check_xml
from pmcli.audit.readers.numbers import as_shown
from pmcli.errors import PmError

MOST_CELLS: Final = 300_000


def read(data: bytes, name: str) -> Document:
    """The visible sheets of a workbook. Formulas count by the value that was last stored; nothing is computed or
    fetched.
    """
    check_xml(data, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (KeyError, ValueError, TypeError, InvalidFileException, zipfile.BadZipFile, OSError) as error:
        raise PmError(f"{name} is not a workbook that can be read: {error}") from error
    lines: list[Line] = []
    notes: list[str] = []
    left = MOST_CELLS
    try:
        for number, sheet in enumerate(book.worksheets, start=1):
            if sheet.sheet_state != "visible":
                notes.append(f"{name}: the hidden sheet {sheet.title} is not read")
                continue
            left = _sheet(sheet, lines, number, left)
            if left <= 0:
                notes.append(f"{name}: only the first {MOST_CELLS:,} cells are read")
                break
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise PmError(f"{name}: a sheet cannot be read: {error}") from error
    finally:
        book.close()
    return Document(name, lines, "xlsx", notes)


def _sheet(sheet: Any, lines: list[Line], number: int, left: int) -> int:
    part = f"sheet {cleaned(sheet.title)}"
    lines += [Line("", Place(part, 0)), Line(cleaned(sheet.title), Place(part, 0), level=1)]
    rows: list[tuple[int, dict[int, str]]] = []
    for row in sheet.iter_rows():
        cells: dict[int, str] = {}
        at = 0
        for cell in row:
            if cell.value is None:
                continue
            text = cleaned(as_shown(cell.value, cell.number_format)).strip()
            if text:
                cells[cell.column] = " ".join(text.split())
                at = cell.row
        left -= len(cells)
        if cells:
            rows.append((at, cells))
        if left <= 0:
            break
    for block, columns in enumerate(_blocks(rows)):
        _lines(rows, columns, part, number * 1000 + block, lines)
    return left


def _blocks(rows: list[tuple[int, dict[int, str]]]) -> list[range]:
    """The runs of columns that something stands in: tables side by side are parted by columns that are empty
    throughout.
    """
    used = sorted({column for _, cells in rows for column in cells})
    blocks: list[list[int]] = []
    for column in used:
        if blocks and column == blocks[-1][1] + 1:
            blocks[-1][1] = column
        else:
            blocks.append([column, column])
    return [range(first, last + 1) for first, last in blocks]


def _lines(rows: list[tuple[int, dict[int, str]]], columns: range, part: str, table: int, lines: list[Line]) -> None:
    before = 0
    for at, row in rows:
        cells = {column: row[column] for column in columns if column in row}
        if not cells:
            continue
        if at > before + 1:
            lines.append(Line("", Place(part, at)))
        before = at
        names = {column: f"{get_column_letter(column)}{at}" for column in range(columns.start, max(cells) + 1)}
        if len(cells) == 1 and len(next(iter(cells.values())).split()) > 2:
            column, text = next(iter(cells.items()))
            lines += [Line(text, Place(part, at, names[column])), Line("", Place(part, at))]
        else:
            lines.append(
                Line(
                    "",
                    Place(part, at),
                    cells=[cells.get(column, "") for column in names],
                    places=[Place(part, at, name) for name in names.values()],
                    table=table,
                )
            )
    lines.append(Line("", Place(part, before)))
