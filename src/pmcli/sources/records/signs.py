"""Whether every record of a large text file has the fields that its header has, found without holding the file.

Polars fills a short row up and can be told to cut a long one, and says neither. So the signs are counted first, in the
cheapest way that is exact: where there is no quotation mark, separators and line ends are counted in one go and Polars
refuses a row that is too long. Else every line is looked at; and where a field breaks over lines, every byte is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

_CHUNK: Final = 1 << 22
_QUOTE: Final = ord('"')
_LINE: Final = ord("\n")
_NO: Final = np.zeros(0, dtype=np.int64)


@dataclass(slots=True)
class Signs:
    """What the signs under the header of a text file say.

    records: how many there are, blank lines included. exact: none of them has too many or too few fields, as long as
    Polars finds none that is too long. wrong: the numbers (from 0) of those that have, and of the blank ones. longer,
    shorter: number and text of those with too many and too few fields that are not blank. inner: for each line break
    inside a field, the number of its record.
    """

    records: int
    exact: bool = False
    wrong: NDArray[np.int64] = field(default_factory=lambda: _NO)
    longer: list[tuple[int, str]] = field(default_factory=list)
    shorter: list[tuple[int, str]] = field(default_factory=list)
    inner: NDArray[np.int64] = field(default_factory=lambda: _NO)

    def lines_of(self, records: NDArray[np.integer]) -> NDArray[np.int64]:
        """The lines on which records (numbers from 0) begin, counted from 0."""
        return records.astype(np.int64) + np.searchsorted(self.inner, records, side="left")


def read_signs(path: Path, start: int, lines: int, separator: str, wide: int) -> Signs | None:
    """The signs of a file from the byte `start` on, which is line `lines`; None when its quotation marks are astray.

    separator: what stands between fields. wide: how many fields the header has.
    """
    counted = _counted(path, start, lines, separator, wide)
    if counted is not None:
        return counted
    by_line = _by_line(path, lines, separator, wide)
    return by_line if by_line is not None else _by_byte(path, start, separator, wide)


# -- no quotation marks: counts are enough --------------------------------------------------------------------------
def _counted(path: Path, start: int, lines: int, separator: str, wide: int) -> Signs | None:
    sign, last = separator.encode(), b""
    with path.open("rb") as opened:
        head = opened.read(start)
        while chunk := opened.read(_CHUNK):
            if b'"' in chunk or (sign not in chunk and len(chunk) == _CHUNK):
                return None
            last = chunk[-1:]
    records = _count(path, "\n") - (last != b"\n") - lines + (last not in (b"\n", b""))
    signs = _count(path, separator) - (last != sign) - head.count(sign)
    return Signs(records, exact=True) if signs == records * (wide - 1) else None


def _count(path: Path, sign: str) -> int:
    """How often a sign that is not rare ends or parts something in a file, the rest after the last one included."""
    scan = pl.scan_csv(
        path, has_header=False, quote_char=None, separator="\x1f", eol_char=sign, schema={"text": pl.String},
        infer_schema=False, glob=False,
    )  # fmt: skip
    return int(scan.select(pl.len()).collect().item())


# -- lines that are records ------------------------------------------------------------------------------------------
def _by_line(path: Path, lines: int, separator: str, wide: int) -> Signs | None:
    """The signs where every line is a record; None where one has a quotation mark too few."""
    scan = pl.scan_csv(
        path, has_header=False, skip_lines=lines, separator="\x1f", quote_char=None, schema={"line": pl.String},
        infer_schema=False, row_index_name="_row", glob=False,
    )  # fmt: skip
    line = pl.col("line").fill_null("")
    # Separators inside quotes are none; only the lines that have both are looked at closely.
    quoted = line.str.contains('"', literal=True)
    unusual = scan.filter(quoted | (line.str.count_matches(separator, literal=True) != wide - 1))
    unusual = unusual.with_columns(line.str.strip_chars_end("\r").alias("line"))
    bare = pl.col("line").str.replace_all(r'"[^"]*"', "")
    looked = unusual.select(
        "_row",
        pl.when(bare.str.count_matches(separator, literal=True) != wide - 1).then("line").alias("line"),
        bare.str.count_matches(separator, literal=True).alias("signs"),
        bare.str.contains('"', literal=True).alias("open"),
    )
    try:
        found = looked.filter(pl.col("line").is_not_null() | pl.col("open")).collect(engine="streaming")
    except pl.exceptions.PolarsError:
        return None
    if found["open"].any():
        return None
    found = found.sort("_row")
    signs = Signs(-1, wrong=found["_row"].cast(pl.Int64).to_numpy())
    for row, text, between in found.select("_row", "line", "signs").iter_rows():
        _keep(signs, row, text, more=between >= wide, separator=separator)
    return signs


def _keep(signs: Signs, row: int, text: str, *, more: bool, separator: str) -> None:
    if text.replace(separator, "").strip():
        (signs.longer if more else signs.shorter).append((row, text))


# -- every byte ------------------------------------------------------------------------------------------------------
def _by_byte(path: Path, start: int, separator: str, wide: int) -> Signs | None:
    """The signs where fields may break over lines; None when a quotation mark opens or closes inside a field."""
    signs = Signs(0)
    wrong: list[NDArray[np.int64]] = []
    inner: list[NDArray[np.int64]] = []
    inside, since, began = False, 0, start
    for at, chunk in _chunks(path, start):
        quotes = np.flatnonzero(chunk == _QUOTE)
        ends = np.flatnonzero(chunk == _LINE)
        between = np.flatnonzero(chunk == ord(separator))
        if quotes.size:
            if not _well_placed(chunk, quotes, separator, inside):
                return None
            within = _within(ends, quotes, inside)
            broken, ends = ends[within], ends[~within]
            between = between[~_within(between, quotes, inside)]
            inside = bool((quotes.size + inside) % 2)
        elif inside:
            broken, ends, between = ends, _NO, _NO
        else:
            broken = _NO
        if broken.size:
            inner.append(signs.records + np.searchsorted(ends, broken))
        # How many separators stand before each end of a record, less those before the end of the one before it.
        before = np.searchsorted(between, ends)
        fields = np.diff(before, prepend=0)
        if ends.size:
            fields[0] += since
            since = 0
        since += between.size - (int(before[-1]) if ends.size else 0)
        off = np.flatnonzero(fields != wide - 1)
        if off.size:
            wrong.append(signs.records + off)
            for place in off.tolist():
                text = _text(path, at + int(ends[place - 1]) + 1 if place else began, at + int(ends[place]))
                _keep(signs, signs.records + place, text, more=int(fields[place]) >= wide, separator=separator)
        if ends.size:
            began = at + int(ends[-1]) + 1
        signs.records += int(ends.size)
    if inside:
        return None
    size = path.stat().st_size
    if began < size:  # the last record has no line end
        if since != wide - 1:
            wrong.append(np.array([signs.records]))
            text = _text(path, began, size)
            _keep(signs, signs.records, text, more=since >= wide, separator=separator)
        signs.records += 1
    signs.wrong = np.concatenate(wrong) if wrong else _NO
    signs.inner = np.concatenate(inner) if inner else _NO
    return signs


def _chunks(path: Path, start: int) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Pieces of a file with the place of their first byte; none but the last ends in a quotation mark."""
    with path.open("rb") as opened:
        opened.seek(start)
        at = start
        while data := opened.read(_CHUNK):
            while data.endswith((b'"', b"\r")) and (more := opened.read(1)):
                data += more
            yield at, np.frombuffer(data, dtype=np.uint8)
            at += len(data)


def _within(places: NDArray[np.int64], quotes: NDArray[np.int64], inside: bool) -> NDArray[np.bool_]:
    """Which places stand between quotation marks. inside: whether the piece begins between two."""
    odd: NDArray[np.bool_] = (np.searchsorted(quotes, places) + int(inside)) % 2 == 1
    return odd


def _well_placed(chunk: NDArray[np.uint8], quotes: NDArray[np.int64], separator: str, inside: bool) -> bool:
    """Whether quotation marks open where a field begins and close where it ends, or come in twos inside it."""
    ends = np.array([ord(separator), _LINE, _QUOTE], dtype=np.uint8)
    opens, closes = quotes[int(inside) :: 2], quotes[1 - int(inside) :: 2]
    before = chunk[opens[opens > 0] - 1]
    after = chunk[closes[closes < chunk.size - 1] + 1]
    return bool(np.isin(before, ends).all() and np.isin(after, np.append(ends, ord("\r"))).all())


def _text(path: Path, first: int, end: int) -> str:
    with path.open("rb") as opened:
        opened.seek(first)
        return opened.read(min(end - first, 400)).decode("utf-8", errors="replace").strip("\r\n")
