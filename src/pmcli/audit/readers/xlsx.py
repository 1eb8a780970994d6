"""Workbooks: every cell as its format shows it, each with its own place. A row with one cell is text, a row with several is a row."""

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
    """The visible sheets of a workbook. Formulas count by the value that was last stored; nothing is computed or fetched."""
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
    before = 0
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
        if not cells:
            continue
        if at > before + 1:
            lines.append(Line("", Place(part, at)))
        before = at
        if len(cells) == 1 and len(next(iter(cells.values())).split()) > 2:
            column, text = next(iter(cells.items()))
            lines += [Line(text, Place(part, at, f"{get_column_letter(column)}{at}")), Line("", Place(part, at))]
        else:
            width = max(cells)
            names = [f"{get_column_letter(column)}{at}" for column in range(1, width + 1)]
            lines.append(
                Line("", Place(part, at), cells=[cells.get(column, "") for column in range(1, width + 1)], places=[Place(part, at, cell) for cell in names], table=number)
            )
        if left <= 0:
            break
    return left
