"""Which files of crime records are streamed, and not read whole: large texts, and every Parquet and Arrow file.

This is asked of every file that is loaded, so it takes nothing that only records need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pmcli.sources.reading.columnar import COLUMNAR, columnar_header
from pmcli.sources.reading.files import TEXT, DataFile
from pmcli.sources.reading.raw import Matcher, RawTable, column_names
from pmcli.sources.reading.text import find_header

STREAM_BYTES: Final = 32 * 1024 * 1024
"""Text files on disk from this size on are streamed."""

_HEAD: Final = 1 << 18


@dataclass(slots=True)
class StreamedTable(RawTable):
    """A file that is too large to hold: `frame` has no rows, `rows` says how many were read once they were.

    separator, lines (up to and with the header), start (the byte under it): of a text file; "" for a columnar one.
    rows_of: the rows, of a table that is in no file; its columns are called as `columns` are.
    """

    separator: str = ","
    lines: int = 0
    start: int = 0
    rows_of: pl.LazyFrame | None = None


def streamed(file: DataFile, fits: Matcher, least: int | None = None) -> StreamedTable | None:
    """The table of a large text file or a columnar file on disk, unread; None when the file is small text, packed, or
    has no such header."""
    if file.member:
        return None
    if file.suffix in COLUMNAR:
        header = columnar_header(file)
        if not fits(header):
            return None
        empty = pl.DataFrame(schema=dict.fromkeys([*column_names(header), "_row"], pl.String))
        return StreamedTable(file, "", header, [], empty, separator="")
    if file.suffix not in TEXT or file.size < (STREAM_BYTES if least is None else least):
        return None
    with file.path.open("rb") as opened:
        head = opened.read(_HEAD)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    bom = len(head) - len(head.removeprefix(b"\xef\xbb\xbf"))
    found = find_header(head[bom:], fits, file.suffix)
    if found is None:
        return None
    separator, header, above, lines, start = found
    empty = pl.DataFrame(schema=dict.fromkeys([*column_names(header), "_row"], pl.String))
    return StreamedTable(file, "", header, above, empty, separator=separator, lines=lines, start=bom + start)
