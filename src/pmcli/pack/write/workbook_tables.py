"""The tables of the contract as sheets: a cell is a date, a number, a truth or a text, and empty where not known."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from pmcli.pack.write.workbook_sheets import Book, Sheet
from pmcli.periods import month_name
from pmcli.tables import KEY, OUTLIERS, Table, recognise
from pmcli.views.language import words
from pmcli.views.language.forms import in_a_column

MOST_ROWS: Final = 1_048_575
"""Rows that a sheet holds under its header; a longer table goes on on a sheet of its own."""

_WIDEST: Final = 50
_MEASURED: Final = 2_000
"""Rows whose texts the widths of the columns are fitted to."""


def table_sheets(book: Book, name: str, frame: pl.DataFrame, changes: Collection[str] = ()) -> None:
    """A sheet with `frame` under its column names, header frozen and filtered; several where one is too small.

    changes: the outlier criteria whose figures are fractions.
    """
    about = f"{words.count(frame.height)} row{'' if frame.height == 1 else 's'} of the {name} table"
    for part in range(0, max(frame.height, 1), MOST_ROWS):
        _fill(book.sheet(name, about), frame.slice(part, MOST_ROWS), changes)


def _fill(sheet: Sheet, frame: pl.DataFrame, changes: Collection[str]) -> None:
    names = frame.columns
    table = recognise(names)
    widths = [len(name) + 4 for name in names]  # the arrow of the filter takes some
    sheet.header(0, names)
    for number, row in enumerate(frame.iter_rows(), start=1):
        known = dict(zip(names, row, strict=True))
        for column, value in enumerate(row):
            if value is None:
                continue
            own = table is not None and names[column] in table.columns
            form = _form(table, names[column], known, changes) if table and own else "figure"
            shown = _cell(sheet, number, column, value, form)
            if number <= _MEASURED:
                widths[column] = max(widths[column], shown)
    sheet.listed(frame.height, frame.width, keep=3 if tuple(names[:3]) == KEY[:3] else 0)
    sheet.widths(*[min(width + 1, _WIDEST) for width in widths])


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


def _form(table: Table, name: str, row: dict[str, Any], changes: Collection[str]) -> str:
    """The form of a cell: the contract's, and for a criterion about changes a fraction."""
    form = table.form(name, row)
    fraction = table is OUTLIERS and form in {"figure", "difference"} and row["criterion"] in changes
    return "share" if fraction else form
