"""CSV and its relatives as a table of text, whatever the encoding, the separator and the lines above the header.

A clean file is read by Polars as it is. One with ragged rows, blank lines or line breaks inside quotes goes through
Python's own reader, which knows on which line a row starts; rows with too many or too few fields are dropped and
counted, for nobody can know which field is which.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from pmcli.errors import PmError
from pmcli.sources.reading.files import DataFile
from pmcli.sources.reading.raw import HEADER_WITHIN, Matcher, RawTable, Unread, clean, column_names
from pmcli.sources.reading.report import Report, counted

SEPARATORS: Final = (",", "\t", ";", "|")


def read_text(file: DataFile, fits: Matcher, report: Report) -> tuple[list[RawTable], list[Unread]]:
    """The table of a text file, when it has a header that `fits`; see sheets.tables_of."""
    data = _utf8(file, report)
    found = find_header(data, fits, file.suffix)
    if found is None:
        _refuse_open_quote(file, data, fits)
        return [], [Unread("", _first_rows(data, _likely_separator(data)))]
    separator, header, above, lines, start = found
    names = column_names(header)
    body = data[start:]
    frame = _fast(body, names, separator, lines) if body.strip() else None
    if frame is None:
        frame = _careful(body, names, separator, lines, file, report)
    return [RawTable(file, "", header, above, frame, separator=separator, over=[*above, list(header)])], []


def _utf8(file: DataFile, report: Report) -> bytes:
    data = file.read()
    wide = _wide_encoding(data)
    if wide:
        return data.decode(wide, errors="replace").removeprefix("\ufeff").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        if not data.isascii():
            data.decode("utf-8")
    except UnicodeDecodeError:
        report.note(f"{file.name} is not UTF-8; it was read as Windows-1252 (Latin-1)")
        data = data.decode("cp1252", errors="replace").encode()
    if nothing := data.count(0):
        report.note(
            f"{file.name} holds {counted(nothing, 'zero byte')} amid its text; what they stand in is read with them"
        )
    if b"\n" not in data and b"\r" in data:
        data = data.replace(b"\r", b"\n")
    return data


def _wide_encoding(data: bytes) -> str:
    """UTF-16 or UTF-32, by its mark or by where its zero bytes stand; "" for text of one byte a letter."""
    for mark, name in ((b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16")):
        if data.startswith(mark):
            return name
    if data.startswith(b"\xfe\xff"):
        return "utf-16"
    head = data[:4096]
    for width, name in ((4, "utf-32"), (2, "utf-16")):
        units = len(head) // width
        zeros = [head[place::width][:units].count(0) for place in range(width)]
        # Text in Latin letters has a zero in every high byte, and hardly any in the low one.
        for low, end in ((0, "-le"), (width - 1, "-be")):
            high = [count for place, count in enumerate(zeros) if place != low]
            if units > 4 and all(count > 0.8 * units for count in high) and zeros[low] < 0.1 * units:
                return name + end
    return ""


def find_header(
    data: bytes, fits: Matcher, suffix: str
) -> tuple[str, tuple[str, ...], list[list[str]], int, int] | None:
    """(separator, header, rows above, lines up to and with the header, offset of the first byte under it)."""
    order = sorted(SEPARATORS, key=lambda sign: sign != "\t") if suffix.startswith(".tsv") else SEPARATORS
    for separator in order:
        reader = csv.reader(_lines(data), delimiter=separator)
        above: list[list[str]] = []
        try:
            for row in reader:
                cells = [clean(cell) for cell in row]
                if fits(cells):
                    start = _offset(data, reader.line_num)
                    while cells and not cells[-1]:
                        cells.pop()
                    return separator, tuple(cells), above, reader.line_num, start
                above.append(cells)
                if len(above) >= HEADER_WITHIN:
                    break
        except csv.Error:
            continue
    return None


def _refuse_open_quote(file: DataFile, data: bytes, fits: Matcher) -> None:
    """Raise PmError where the header is there, and a quotation mark that is never closed has swallowed it."""
    head = data[: 1 << 18]
    if b'"' not in head or find_header(head.replace(b'"', b""), fits, file.suffix) is None:
        return
    lines = head.split(b"\n")
    line = next((number for number, text in enumerate(lines, start=1) if text.count(b'"') % 2), 0)
    raise PmError(
        f"{file.name}: a quotation mark in line {line} is not closed there, and what follows is taken for one field",
        "Take the mark away, or close it in its own line.",
    )


def _lines(data: bytes, most: int = 4 * HEADER_WITHIN) -> list[str]:
    head = data[: 1 << 18].split(b"\n", most)[:most]
    return [line.decode("utf-8", errors="replace") + "\n" for line in head]


def _offset(data: bytes, lines: int) -> int:
    place = 0
    for _ in range(lines):
        place = data.find(b"\n", place) + 1
        if place == 0:
            return len(data)
    return place


def _likely_separator(data: bytes) -> str:
    first = data[:4096].decode("utf-8", errors="replace")
    return max(SEPARATORS, key=first.count)


def _first_rows(data: bytes, separator: str) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(_lines(data), delimiter=separator):
            rows.append([clean(cell) for cell in row])
            if len(rows) >= HEADER_WITHIN:
                break
    except csv.Error:
        pass
    return rows


def _fast(body: bytes, names: Sequence[str], separator: str, lines: int) -> pl.DataFrame | None:
    """The rows as Polars reads them, or None when a row might be ragged, blank, or broken over lines."""
    try:
        frame = pl.read_csv(
            body, has_header=False, separator=separator, schema=dict.fromkeys(names, pl.String), infer_schema=False
        )
    except pl.exceptions.PolarsError:
        return None
    ends = body.count(b"\n") + (not body.endswith(b"\n"))
    # Polars fills a short row up with nulls, so a null in the last column can be a row that lacks a field: where
    # nothing is quoted, counting the separators tells.
    if frame.height != ends:
        return None
    if frame[names[-1]].null_count():
        separators = body.count(separator.encode())
        if b'"' in body or separators != frame.height * (len(names) - 1):
            return None
    return frame.with_row_index("_row", offset=lines + 1)


def _careful(
    body: bytes,
    names: Sequence[str],
    separator: str,
    lines: int,
    file: DataFile,
    report: Report,
) -> pl.DataFrame:
    rows: list[list[str]] = []
    numbers: list[int] = []
    long: list[tuple[int, str]] = []
    short: list[tuple[int, str]] = []
    notes: list[tuple[int, str]] = []
    wide = len(names)
    try:
        for at, row in _records(body.decode("utf-8", errors="replace"), separator, lines, wide, file.name):
            filled = [cell for cell in row if cell and not cell.isspace()]
            if not filled:
                continue
            if len(filled) == 1 and wide > 2:
                notes.append((at, filled[0]))
            elif len(row) < wide:
                short.append((at, separator.join(row)))
            elif len(row) > wide and any(cell.strip() for cell in row[wide:]):
                long.append((at, separator.join(row)))
            else:
                rows.append(row[:wide])
                numbers.append(at)
    except csv.Error as error:
        raise PmError(f"{file.name} cannot be read as CSV: {error}") from error
    for found, than in ((long, "more"), (short, "fewer")):
        if found:
            report.problem(
                file.name,
                f"rows dropped: they have {than} fields than the header's {wide}, so which is which is not known",
                len(found),
                row=found[0][0],
                example=found[0][1][:80],
            )
    if notes:
        report.leave_out(f"{file.name}: {counted(len(notes), 'row')} of notes (a single cell) left out")
    columns = zip(*rows, strict=True) if rows else ((),) * wide
    data = {name: pl.Series(name, list(cells), dtype=pl.String) for name, cells in zip(names, columns, strict=True)}
    frame = pl.DataFrame(data).with_columns(pl.Series("_row", numbers, dtype=pl.UInt32))
    return frame.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)))


def _records(text: str, separator: str, lines: int, wide: int, name: str) -> Iterator[tuple[int, list[str]]]:
    """(The line it starts on, its fields) of every row.

    A field may have line breaks inside quotation marks. Where what they enclose looks like rows of the table, or the
    last one is never closed, a stray mark has swallowed them: raises PmError with its line.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    before = 0
    total = text.count("\n") + (not text.endswith("\n"))
    for row in reader:
        at, before = lines + before + 1, reader.line_num
        taken = before - (at - lines) + 1
        if taken > 1:
            inside = [line for cell in row for line in cell.splitlines()[1:]]
            rows = sum(line.count(separator) >= wide - 2 for line in inside) if wide > 2 else 0
            if rows or (before >= total and _is_open(text, at - lines, before)):
                raise PmError(
                    f"{name}: a quotation mark in line {at:,} takes lines {at:,} to {lines + before:,} for one row",
                    "Take the mark away, or close it in its own line.",
                )
        yield at, row


def _is_open(text: str, first: int, last: int) -> bool:
    """Whether lines `first` to `last` (from 1) have a quotation mark without its fellow."""
    return "".join(text.splitlines(keepends=True)[first - 1 : last]).count('"') % 2 == 1
