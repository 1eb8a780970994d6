"""A street file looked at closely: its name, its first line, and every line of one that the fast counts call suspect.

The fast way of reading (street.py) sees only counts. When those do not look as published, the file comes here to be
read line by line, so that what is wrong can be counted and the first row named.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from pmcli.errors import PmError, did_you_mean
from pmcli.sources.reading.files import DataFile
from pmcli.sources.reading.raw import folded
from pmcli.sources.reading.report import Problem, Report

REQUIRED: Final = ("Month", "Falls within", "Crime type")
"""The columns that are read; Reported by may differ from Falls within, which is whose figures they are."""

LEFT_OUT: Final = "and are left out"

MONTH: Final = r"^(199\d|20\d\d)-(0[1-9]|1[0-2])$"
"""A month as published. Nothing was before December 2010; another century is a slip."""
PUBLISHED_NAME: Final = re.compile(
    r"(?P<key>(?P<month>\d{4}-\d{2})-.+-street)(\s*\(\d+\)|[\s-]+copy.*)?\.csv(\.gz)?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a file: its column names as written, what separates them, and where REQUIRED are."""

    names: tuple[str, ...]
    separator: str
    places: tuple[int, int, int]

    @property
    def required(self) -> list[str]:
        """The names that this file gives the columns of REQUIRED."""
        return [self.names[place] for place in self.places]


def line_by_line(place: int, file: DataFile, known: Container[str], report: Report) -> tuple[pl.DataFrame, int]:
    """(The tally of one file, the rows left out), with every row that is wrong counted and the first one named.

    A line is a row: these files have no line breaks inside a field, so a stray quotation mark spoils one row at most.
    known: the crime types that prove that surplus fields stand behind the crime type and have shifted nothing.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    wrong: dict[str, Problem] = {}
    for line in rows_of(file, known):
        if not line.what or not line.what.endswith(LEFT_OUT):
            counts[line.month, line.area, line.crime_type] += 1
        if line.what:
            wrong.setdefault(line.what, Problem(file.name, "", line.what, 0, line.number, line.example)).count += 1
    for trouble in wrong.values():
        report.problem(file.name, trouble.what, trouble.count, row=trouble.row, example=trouble.example)
    counted = [(place, *key, number) for key, number in counts.items()]
    tally = pl.DataFrame(counted, schema=tally_schema(), orient="row")
    return tally, sum(trouble.count for trouble in wrong.values() if trouble.what.endswith(LEFT_OUT))


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a street file. number: as a person counts it. what: what is wrong with it, with an example; "" for
    nothing. crime_id: its Crime ID, "" without one.
    """

    number: int
    month: str
    area: str
    crime_type: str
    crime_id: str
    what: str = ""
    example: str = ""


def rows_of(file: DataFile, known: Container[str]) -> Iterator[Line]:
    """Every row of a file, one by one, with what is wrong with it; see `line_by_line`."""
    lines = _lines(file)
    header = header_of(file, next(lines, b""))
    named = PUBLISHED_NAME.match(file.stem)
    at = next((place for place, name in enumerate(header.names) if folded(name) == "crimeid"), len(header.names))
    for number, raw in enumerate(lines, start=2):
        fields = _fields(raw, header)
        if not any(fields):
            continue
        month, area, crime_type, crime_id = ((fields[i] if i < len(fields) else "") for i in (*header.places, at))
        what, example = "", ""
        if len(fields) > len(header.names) and crime_type not in known:
            what, example = f"rows have more fields than the header {LEFT_OUT}", header.separator.join(fields)[-60:]
        elif not re.match(MONTH, month):
            what, example = f"rows have no month written YYYY-MM {LEFT_OUT}", month
        elif not area:
            what = f"rows do not say which force they fall within {LEFT_OUT}"
        elif not crime_type:
            what = f"rows have no crime type (blank, or the row is cut short) {LEFT_OUT}"
        elif named and month != named["month"]:
            what = f"rows not of {named['month']}, the month in the file's name; they count in their own month"
            example = month
        yield Line(number, month, area, crime_type, crime_id, what, example)


def _lines(file: DataFile) -> Iterator[bytes]:
    """The lines of a file one by one, so that a huge file on disk takes no more memory than a small one."""
    if file.member or file.suffix.endswith(".gz"):
        yield from io.BytesIO(file.read())
        return
    try:
        with file.path.open("rb") as opened:
            yield from opened
    except OSError as error:
        raise PmError(f"{file.name}: {error.strerror or error}") from error


def _fields(raw: bytes, header: Header) -> list[str]:
    """The fields of a line, stripped; quotation marks that do not pair up are taken for letters."""
    try:
        line = raw.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:  # what other encodings write differently is in columns that are not read
        line = raw.decode("cp1252", errors="replace").rstrip("\r\n")
    fields = line.split(header.separator)
    if '"' in line:
        try:
            quoted = next(csv.reader([line], delimiter=header.separator))
        except csv.Error:
            quoted = fields
        if len(fields) != len(header.names) or len(quoted) == len(header.names):
            fields = quoted
    return [field.strip() for field in fields]


def first_line(file: DataFile) -> bytes:
    """The first line of a file on disk, or as much of it as any header could be long."""
    try:
        with file.path.open("rb", buffering=1024) as opened:
            return opened.readline(65536)
    except OSError as error:
        raise PmError(f"{file.name}: {error.strerror or error}") from error


def header_of(file: DataFile, line: bytes) -> Header:
    """What the first line says. Raises PmError when it is not the first line of a street file."""
    text = line.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace").rstrip("\r\n")
    if "\r" in text:
        raise PmError(f"{file.name} has no line feeds, only carriage returns", "Save it again with LF or CRLF lines.")
    separator = max(",;\t", key=text.count)
    names = next(csv.reader([text], delimiter=separator), [])
    plain = [folded(name) for name in names]
    missing = [name for name in REQUIRED if folded(name) not in plain]
    if missing:
        raise PmError(
            f"{file.name} is not a street file: it lacks the column {missing[0]}" if names else f"{file.name} is empty",
            did_you_mean(
                missing[0], names, "Street files come from data.police.uk; download it again or leave it out."
            ),
        )
    for name in REQUIRED:
        if plain.count(folded(name)) > 1:
            raise PmError(f"{file.name} has two columns called {name}", "Take one of them away.")
    month, area, crime_type = (plain.index(folded(name)) for name in REQUIRED)
    return Header(tuple(names), separator, (month, area, crime_type))


def tally_schema() -> dict[str, pl.DataType]:
    """The columns of a tally: rows counted per file (its place in the list given), month, force and crime type."""
    return {
        "file": pl.UInt32(),
        "month": pl.String(),
        "area": pl.String(),
        "crime_type": pl.String(),
        "rows": pl.UInt32(),
    }
