"""What the columns of an unknown table are, judged by their names and by what is in them.

Nothing is decided by a name alone where the cells say otherwise: a column is a date because its cells are dates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.periods import MONTHS
from pmcli.sources.counts.texts import is_part
from pmcli.sources.reading.dates import parse_period
from pmcli.sources.reading.days import DAY_FIRST, MONTH_FIRST, day, month_only, order_of
from pmcli.sources.reading.files import DataFile
from pmcli.sources.reading.raw import RawTable, clean
from pmcli.sources.reading.report import Report
from pmcli.sources.reading.sheets import tables_of
from pmcli.sources.records.mapping import NO, YES

_MOST: Final = 0.9
"""The share of a column's cells that must be of a kind for the column to be of it."""

_SOME: Final = 0.5
_LOOKED_AT: Final = 50_000
_MONTHS: Final = frozenset(name.lower() for name in MONTHS)


@dataclass(slots=True)
class Column:
    """A column: its name in the file and what its cells are.

    distinct: texts and how many rows have each, the commonest first. kind: date, month, year, month name, number,
    flag, force, id, label or blank. order: of its dates. forces: the share of its texts that name a force.
    """

    name: str
    distinct: list[tuple[str, int]]
    filled: int
    kind: str
    order: str = DAY_FIRST
    forces: float = 0.0

    @property
    def texts(self) -> list[str]:
        """The distinct texts, the commonest first."""
        return [text for text, _ in self.distinct]


@dataclass(slots=True)
class Looked:
    """A table that was looked at: where it is, its columns, its rows, and the other sheets with something in them."""

    table: RawTable
    columns: list[Column]
    rows: int
    others: list[str] = field(default_factory=list)

    def named(self, *patterns: str, kinds: Sequence[str] = ()) -> Column | None:
        """The first column of one of the kinds (any, when none is said) whose name has one of the patterns in it."""
        for pattern in patterns:
            for column in self.columns:
                if (not kinds or column.kind in kinds) and re.search(pattern, column.name, re.IGNORECASE):
                    return column
        return None

    def of(self, *kinds: str) -> list[Column]:
        """The columns of these kinds."""
        return [column for column in self.columns if column.kind in kinds]


def look(file: DataFile, catalogue: Catalogue) -> Looked:
    """The table of a file with its columns judged: that of the sheet with the most rows. Raises PmError without one."""
    report = Report()
    _, unread = tables_of(file, lambda _cells: False, report)
    headers = [row for sheet in unread if (row := _header(sheet.top))]
    if not headers:
        raise PmError(f"{file.name}: no row of it looks like the header of a table", "Is it the right file?")
    tables, _ = tables_of(file, lambda cells: [clean(c) for c in cells] in headers, report)
    if not tables:
        raise PmError(f"{file.name}: no table in it has rows", "Is it the right file?")
    table = max(tables, key=lambda one: one.frame.height)
    columns = [
        _column(name, table.frame[held].cast(pl.String).head(_LOOKED_AT), catalogue)
        for name, held in zip(table.header, table.columns, strict=False)
        if name
    ]
    others = [one.sheet.strip() for one in tables if one is not table and one.sheet]
    return Looked(table, columns, table.frame.height, others)


def _header(top: Sequence[Sequence[str]]) -> list[str]:
    """The row that names columns: the first that is as full as the fullest, of different words and not of numbers."""
    most = max((sum(1 for cell in row if cell) for row in top), default=0)
    for row in top:
        cells = [cell for cell in row if cell]
        worded = [cell for cell in cells if not re.fullmatch(r"[-+\d.,%£ ]+", cell) or parse_period(cell)]
        whole = [cell for cell in cells if not is_part(cell)]  # Jan to Dec stand once under each year
        if len(cells) >= max(2, 0.7 * most) and len(set(whole)) >= 0.9 * len(whole) and len(worded) >= 0.7 * len(cells):
            return list(row)
    return []


def _column(name: str, cells: pl.Series, catalogue: Catalogue) -> Column:
    texts = cells.str.replace_all(r"\s+", " ").str.strip_chars()
    texts = texts.filter(texts.fill_null("") != "")
    counts = texts.value_counts(sort=True, name="rows")
    distinct = [(str(text), int(rows)) for text, rows in counts.iter_rows()]
    column = Column(name, distinct, texts.len(), "blank")
    if distinct:
        column.kind = _kind(column, counts[counts.columns[0]], counts["rows"], catalogue)
    return column


def _kind(column: Column, texts: pl.Series, rows: pl.Series, catalogue: Catalogue) -> str:
    low = {text.lower() for text in column.texts[:20]}
    if len(column.distinct) <= 6 and low <= {*YES, *NO} and low & {"y", "yes", "true", "t", "x", "n", "no", "false"}:
        return "flag"
    number = texts.str.replace_all(r"[,£% ]", "").cast(pl.Float64, strict=False).is_not_null()
    if texts.str.contains(r"\d.*[/.\- ].*\d|^\d{8}$").mean() or not number.all():
        told = order_of(texts, rows)
        order = MONTH_FIRST if told.against(DAY_FIRST) and not told.against(MONTH_FIRST) else DAY_FIRST
        if _share(day(texts, order).is_not_null()) >= _MOST:
            column.order = order
            return "date"
    months = month_only(texts).is_not_null() | pl.Series([parse_period(text) is not None for text in texts])
    named = re.search(r"month|period|date|year", column.name, re.IGNORECASE) is not None
    whole = bool(texts.str.contains(r"^\d{1,6}(\.0)?$").all())
    if whole and named and texts.str.contains(r"^(19|20)\d{2}(\.0)?$").all():
        return "year"
    if _share(months) >= _MOST and (named or not whole):
        return "month"
    if {text.lower()[:3] for text in column.texts} <= _MONTHS:
        return "month name"
    if _share(number) >= _MOST:
        return "number"
    column.forces = sum(catalogue.area_id(text)[1] for text in column.texts[:200]) / len(column.texts[:200])
    if column.forces >= _SOME or (column.forces and re.search(r"\bforces?\b|constabular", column.name, re.IGNORECASE)):
        return "force"
    if len(column.distinct) >= _MOST * column.filled and column.filled > 10 and texts.str.contains(r"\d").mean() == 1:
        return "id"
    return "label"


def _share(mask: pl.Series) -> float:
    return float(mask.cast(pl.Float64).mean() or 0)  # type: ignore[arg-type]
