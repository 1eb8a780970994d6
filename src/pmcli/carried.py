"""The history inside what is published: a pack's page and a workbook carry it as the tables carry it, as JSON.

A page has it in a <meta> of its head, which its own policy need not allow for and nothing can run; a workbook has it on
a hidden sheet, in pieces that a cell can hold. `pm history` reads both back, whoever has saved the workbook since.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Final

from pmcli import history
from pmcli.errors import PmError

META: Final = "pm-history"
"""The name of the <meta> that holds a page's history."""

SHEET: Final = "pm history"
"""The hidden sheet that holds a workbook's; "History" alone is a name that Excel keeps for itself."""

_PIECE: Final = 30_000
"""Characters of JSON in a cell; it holds 32,767."""

_MOST: Final = 1024**3
"""Bytes that a workbook may unpack to for its history to be looked for."""


def text_of(stages: Sequence[history.Stage]) -> str:
    """The history as a page or workbook holds it: JSON in plain ASCII, which no program respells."""
    plain = json.dumps({"stages": list(stages)}, separators=(",", ":"))
    return plain.replace("_", "\\u005f")  # a workbook reads _x0041_ as a letter


def pieces(text: str) -> list[str]:
    """The text in pieces that a cell can hold."""
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def carries(data: bytes) -> bool:
    """Whether bytes are a page or a workbook, as far as their beginning says."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return data[:2] == b"PK" or head.startswith((b"<!doctype html", b"<html"))


def stages_in(data: bytes, name: str) -> list[history.Stage]:
    """The history that a page or workbook carries; empty when it has none. Raises PmError when it cannot be read."""
    return history.from_json(_of_workbook(data, name) if data[:2] == b"PK" else _of_page(data))


def _of_page(data: bytes) -> str:
    class Head(HTMLParser):
        """Looks for the <meta>."""

        content = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if tag == "meta" and given.get("name") == META:
                self.content = given.get("content") or ""

    head = Head()
    head.feed(data.decode("utf-8", errors="replace").partition("</head>")[0])
    return head.content


def _of_workbook(data: bytes, name: str) -> str:
    import fastexcel

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > _MOST:
            raise PmError(f"{name} unpacks to {unpacked / 1024**2:,.0f} MB; its history is not looked for")
        book = fastexcel.read_excel(data)
        if SHEET not in book.sheet_names:
            return ""
        sheet = book.load_sheet(SHEET, header_row=None, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, zipfile.BadZipFile, ValueError, OSError) as error:
        raise PmError(
            f"{name} is not a workbook that can be read: {str(error).splitlines()[0]}",
            "`pm history` reads Parquet files, and the pages and workbooks that pm makes.",
        ) from error
    return "".join(text for text in sheet.to_series(0).to_list()[1:] if text)
