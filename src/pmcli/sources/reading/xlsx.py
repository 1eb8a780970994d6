"""What an .xlsx workbook says of itself that its reader does not pass on: merged cells, hidden rows, its reach.

A cell somebody blanked in the last row and another in the last column make a sheet of 17 thousand million cells, and
the reader, which takes the rectangle between the outermost cells, asks for all of them at once. So the cells are
counted here first, in the sheet's own XML, and a sheet that is nearly all nothing is refused with the cells that do it.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

from pmcli.errors import PmError
from pmcli.visible import CELL, visible

ROOMY: Final = 20_000_000
"""Cells that a sheet may take whatever is in them; a larger one has to be filled to a twentieth."""
LARGEST: Final = 300_000_000
LARGEST_XML: Final = 3_000_000_000

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
"""A workbook's last row and column (XFD), by ECMA-376: its reader believes a cell that says it lies beyond them."""

_CELL: Final = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Za-z]+)(\d+)["'][^>]*(?<!/)>""")
_ROW: Final = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br\s*=\s*["'](\d{7,})["']""")
_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_HIDDEN_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\b([^>]*?\bhidden=\"(?:1|true)\"[^>]*)>")
_HIDDEN_ROW: Final = re.compile(rb'<(?:\w+:)?row\b[^>]*?\bhidden="(?:1|true)"')


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells merged into one: its rows (from 1) and columns (from 0), the last ones included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """merges: as the sheet has them. offset: the first column with anything in it. hidden_rows, hidden_columns: how
    many there are."""

    merges: tuple[Merge, ...] = ()
    offset: int = 0
    hidden_rows: int = 0
    hidden_columns: int = 0


@dataclass(frozen=True, slots=True)
class BookFacts:
    """sheets: by name. since_1904: whether its serial days are counted from 1904."""

    sheets: dict[str, SheetFacts]
    since_1904: bool = False


def book_facts(data: bytes, name: str) -> BookFacts:
    """What a workbook's own XML says; nothing for one that is no .xlsx (its reader says what is wrong).

    name: how messages name it. Raises PmError when a sheet reaches so far that reading it would take all memory.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                return BookFacts({})
            book = archive.read("xl/workbook.xml")
            relations = _tags(archive.read("xl/_rels/workbook.xml.rels"), "Relationship")
            targets = {one.get("id", ""): one.get("target", "") for one in relations}
            sheets = {}
            for sheet in _tags(book, "sheet"):
                target = targets.get(sheet.get("id", ""), "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
                title = sheet.get("name", "")
                if path in archive.namelist():
                    sheets[title] = _sheet_facts(archive, path, f"{name} [{title.strip()}]")
            since = any(one.get("date1904") in ("1", "true") for one in _tags(book, "workbookPr"))
            return BookFacts(sheets, since)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, OSError):
        return BookFacts({})
    except (RuntimeError, NotImplementedError):  # encrypted, or a compression that Python does not know
        return BookFacts({})


def _tags(xml: bytes, tag: str) -> list[dict[str, str]]:
    """The attributes of every element of that name, whatever their prefixes. Nothing is parsed, so nothing expands."""
    found = []
    for element in re.findall(rf"<(?:\w+:)?{tag}\b([^>]*)>", xml.decode("utf-8", errors="replace")):
        pairs = re.findall(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", element)
        found.append({name.rpartition(":")[2].lower(): html.unescape(one or other) for name, one, other in pairs})
    return found


def column_letters(number: int) -> str:
    """The letters of a column, from 0: A, B, …, XFD."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def _sheet_facts(archive: zipfile.ZipFile, path: str, where: str) -> SheetFacts:
    if archive.getinfo(path).file_size > LARGEST_XML:
        raise PmError(f"{where}: the sheet is too large to be read", "Save it as CSV, and load that.")
    xml = archive.read(path)
    cells = _CELL.findall(xml)
    columns = {letters: _column(letters) for letters in {letters for letters, _ in cells}}
    _refuse_beyond(cells, columns, xml, where)
    offset = min(columns.values(), default=0)
    if cells:
        rows = [int(row) for _, row in cells]
        deepest, rightmost = max(rows), max(columns.values())
        low = next(f"{letters.decode()}{row.decode()}" for letters, row in cells if int(row) == deepest)
        far = next(f"{letters.decode()}{row.decode()}" for letters, row in cells if columns[letters] == rightmost)
        refuse_roomy(where, deepest, rightmost, deepest * (rightmost - offset + 1), len(cells), (low, far))
    merges = tuple(
        Merge(int(top), int(bottom), _column(left), _column(right)) for left, top, right, bottom in _MERGE.findall(xml)
    )
    spans = [
        (re.search(rb'\bmin="(\d+)"', text), re.search(rb'\bmax="(\d+)"', text)) for text in _HIDDEN_COLUMN.findall(xml)
    ]
    last = max(columns.values(), default=0) + 1
    hidden = sum(max(0, min(int(high[1]), last) - int(low[1]) + 1) for low, high in spans if low and high)
    return SheetFacts(merges, offset, len(_HIDDEN_ROW.findall(xml)), hidden)


def refuse_roomy(where: str, deepest: int, rightmost: int, area: int, filled: int, outermost: tuple[str, str]) -> None:
    """Raise PmError for a sheet that is nearly all nothing. area: the cells that its reader would make room for."""
    if area <= LARGEST and (area <= ROOMY or area <= 20 * filled):
        return
    are = "is" if outermost[0] == outermost[1] else "are"
    raise PmError(
        f"{where}: the sheet reaches to {column_letters(rightmost)}{deepest}, {area:,} cells, with something "
        f"in {filled:,} of them; the outermost {are} {' and '.join(dict.fromkeys(outermost))}",
        "Delete the rows and columns beyond the table (not only what is in them), and save it again.",
    )


def _refuse_beyond(cells: list[tuple[bytes, bytes]], columns: dict[bytes, int], xml: bytes, where: str) -> None:
    """Raise PmError for a cell that no workbook can have: the reader would make room for all that lies before it."""
    beyond = {letters for letters, column in columns.items() if column >= LAST_COLUMN}
    names = (f"cell {a.decode()}{n.decode()}" for a, n in cells if a in beyond or len(n) > 7 or int(n) > LAST_ROW)
    rows = (f"row {number.decode()}" for number in _ROW.findall(xml) if len(number) > 7 or int(number) > LAST_ROW)
    found = next(names, None) or next(rows, None)
    if found is not None:
        raise PmError(
            f"{where}: the sheet says that it has {visible(found, CELL)}, and a sheet ends at "
            f"{column_letters(LAST_COLUMN - 1)}{LAST_ROW}",
            "Open it in a spreadsheet and save it again.",
        )
