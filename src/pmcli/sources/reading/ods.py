"""How far the sheets of an OpenDocument workbook reach, looked at before its reader makes room for all of it.

A cell or a row of such a workbook may say that it is repeated a million times. Blank ones at the end cost nothing; one
with something in it, or blank ones before a cell with something in it, are room that the reader asks for.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from typing import Final

from pmcli.errors import PmError
from pmcli.sources.reading.xlsx import LARGEST_XML, column_letters, refuse_roomy

_PIECE: Final = re.compile(
    rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*?)(/?)>|</table:(table-row|table)>"
)
_REPEATED: Final = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["'](\d+)["']""")
_NAME: Final = re.compile(rb"""table:name\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MOST: Final = 1 << 32


def refuse_far_cells(data: bytes, name: str) -> None:
    """Raise PmError when a sheet reaches so far that reading it would take all memory. name: how messages name it.

    A file that is no OpenDocument workbook is left to its reader, which says what is wrong with it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "content.xml" not in archive.namelist():
                return
            if archive.getinfo("content.xml").file_size > LARGEST_XML:
                raise PmError(f"{name}: it is too large to be read", "Save its sheets as CSV, and load those.")
            content = archive.read("content.xml")
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError, NotImplementedError):
        return
    for title, deepest, rightmost, filled, outermost in _reaches(content):
        refuse_roomy(f"{name} [{title.strip()}]", deepest, rightmost, deepest * (rightmost + 1), filled, outermost)


def _reaches(content: bytes) -> list[tuple[str, int, int, int, tuple[str, str]]]:
    """(name, last row with something in it, last column (from 0), filled cells, the outermost two) of every sheet."""
    found = []
    title, row, rows, column = "", 0, 1, 0
    deepest, rightmost, filled, low, far = 0, 0, 0, "", ""
    in_row = False
    for piece in _PIECE.finditer(content):
        opened, attributes, closed, ends = piece.groups()
        if opened == b"table":
            named = _NAME.search(attributes)
            title = html.unescape((named[1] or named[2] or b"").decode("utf-8", "replace")) if named else ""
            row, column, deepest, rightmost, filled, low, far = 0, 0, 0, 0, 0, "", ""
        elif opened == b"table-row":
            rows, column, in_row = _times(attributes), 0, not closed
            if closed:
                row += rows
        elif opened and in_row:
            times = _times(attributes)
            if not closed and opened == b"table-cell":
                filled += min(times * rows, _MOST)
                if row + rows > deepest:
                    deepest, low = row + rows, f"{column_letters(column + times - 1)}{row + rows}"
                if column + times - 1 >= rightmost:
                    rightmost, far = column + times - 1, f"{column_letters(column + times - 1)}{row + rows}"
            column += times
        elif ends == b"table-row":
            row, in_row = row + rows, False
        elif ends == b"table" and filled:
            found.append((title, deepest, rightmost, filled, (low, far)))
    return found


def _times(attributes: bytes) -> int:
    repeated = _REPEATED.search(attributes)
    return min(int(repeated[1][:12]), _MOST) if repeated else 1
