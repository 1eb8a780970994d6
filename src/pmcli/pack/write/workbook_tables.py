"""The tables of the contract as sheets: a cell is a date, a number, a truth or a text, and empty where not known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from pmcli.pack.write.workbook_sheets import Book, Sheet
from pmcli.periods import month_name
from pmcli.tables import KEY, OBSERVATIONS, OUTLIERS, Table, recognise
from pmcli.views.language import words
from pmcli.views.language.forms import in_a_column

MOST_ROWS: Final = 1_048_575
"""Rows that a sheet holds under its header; a longer table goes on on a sheet of its own."""

_WIDEST: Final = 50
_ACROSS: Final = 230
"""Characters that are printed across a page at the most: at more no letter could be read."""
_TO_A_PAGE: Final = 0.22
"""Rows that a lying page holds to each character across it."""
_MEASURED: Final = 2_000
"""Rows whose texts the widths of the columns are fitted to."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cells of a table are read.

    table: whose columns they are; None: that which its columns make it. changes: the outlier criteria whose figures
    are fractions. labels: column -> what makes a label of an id in it. kinds: measure id -> what its figures are, where
    the rows do not say it. figure: the column that says which of the table's columns a row's figures are from, where
    periods stand across.
    """

    table: Table | None = None
    changes: Collection[str] = ()
    labels: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    figure: str = ""

    def form(self, name: str, row: Mapping[str, Any]) -> str:
        """The form of a cell: the contract's, and for a criterion about changes a fraction."""
        if self.figure and name not in {*KEY, self.figure}:
            name = str(row[self.figure])
        if self.table is None or name not in self.table.columns:
            return "figure"
        form = self.table.form(name, self._said(row))
        fraction = self.table is OUTLIERS and form in {"figure", "difference"} and row.get("criterion") in self.changes
        return "share" if fraction else form

    def _said(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """The row, and what its figures are; those of observations are counts, of a share above and below the line."""
        if "statistic" in row or self.table is OBSERVATIONS or row.get("measure") not in self.kinds:
            return row
        return {**row, "statistic": self.kinds[row["measure"]]}


def table_sheets(
    book: Book,
    name: str,
    frame: pl.DataFrame,
    reading: Reading | None = None,
    *,
    headings: Sequence[str] = (),
    brief: bool = False,
) -> None:
    """A sheet with `frame` under its column names, header frozen and filtered; several where one is too small.

    headings: what the columns are called instead. brief: one page of it is printed, as a sample of what the file holds.
    """
    about = f"{words.count(frame.height)} row{'' if frame.height == 1 else 's'} of the {name} table"
    read = reading or Reading()
    read = replace(read, table=read.table or recognise(frame.columns))
    for part in range(0, max(frame.height, 1), MOST_ROWS):
        sheet = book.sheet(name, about)
        widths = _fill(sheet, frame.slice(part, MOST_ROWS), read, headings or frame.columns)
        if brief:
            _sample(sheet, widths, min(frame.height - part, MOST_ROWS))


def _sample(sheet: Sheet, widths: Sequence[float], rows: int) -> None:
    """Print the first rows and columns that a page holds; who wants more sets another print area."""
    columns, wide = 0, 0.0
    while columns < len(widths) and wide + widths[columns] <= _ACROSS:
        wide += widths[columns]
        columns += 1
    sheet.worksheet.print_area(0, 0, min(rows, int(max(wide, 90.0) * _TO_A_PAGE)), max(columns, 1) - 1)


def _fill(sheet: Sheet, frame: pl.DataFrame, reading: Reading, headings: Sequence[str]) -> list[float]:
    """Write the sheet. Returns the widths of its columns."""
    names = frame.columns
    widths = [len(heading) + 4 for heading in headings]  # the arrow of the filter takes some
    sheet.header(0, headings)
    labels = [reading.labels.get(name) for name in names]
    for number, row in enumerate(frame.iter_rows(), start=1):
        known = dict(zip(names, row, strict=True))
        for column, value in enumerate(row):
            if value is None:
                continue
            label = labels[column]
            shown = _cell(sheet, number, column, label(value) if label else value, reading.form(names[column], known))
            if number <= _MEASURED:
                widths[column] = max(widths[column], shown)
    sheet.listed(frame.height, frame.width, keep=3 if tuple(names[:3]) == KEY[:3] else 0)
    shown_widths: list[float] = [min(width + 1, _WIDEST) for width in widths]
    sheet.widths(*shown_widths)
    return shown_widths


def _cell(sheet: Sheet, row: int, column: int, value: Any, form: str) -> int:
    """Write one cell by its type. Returns about how many characters wide it shows."""
    if isinstance(value, bool):
        sheet.truth(row, column, value)
        return 5
    if isinstance(value, int | float):
        sheet.number(row, column, value, in_a_column(form, value))
        return len(words.count(value)) + 3
    if isinstance(value, date) and not isinstance(value, datetime):
        sheet.day(row, column, value)
        return len(month_name(value))
    sheet.text(row, column, str(value))
    return len(str(value))
