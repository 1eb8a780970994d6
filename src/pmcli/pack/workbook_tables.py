"""The tables of the contract as sheets: a cell is a date, a number, a truth or a text, and empty where not known."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from pmcli.pack.workbook_sheets import Book, Sheet
from pmcli.periods import month_name
from pmcli.tables import COMPARISON, KEY, OUTLIERS, WAVES, recognise

MOST_ROWS: Final = 1_048_575
"""Rows that a sheet holds under its header; a longer table goes on on a sheet of its own."""

PERCENT: Final = "0.0%"
P_VALUE: Final = "0.000"
_FRACTIONS: Final = frozenset(
    ("change", "share", "change_per_year", "low", "high", "direction_change", "direction_low", "direction_high",
     "baseline_change", "previous_change")
)  # fmt: skip
_P_VALUES: Final = frozenset(("p_value", "p_adjusted", "gap_p", "baseline_p", "previous_p"))
_RATES: Final = frozenset(
    ("rate", "mean", "ratio", "lower_95", "upper_95", "lower_998", "upper_998", "dispersion", "correlation")
)
_YEARS: Final = frozenset(["population_year"])
_FIGURES: Final = frozenset(("value", "against_value", "comparator", "difference", "sd"))
_WIDEST: Final = 50
_MEASURED: Final = 2_000
"""Rows whose texts the widths of the columns are fitted to."""


def table_sheets(book: Book, name: str, frame: pl.DataFrame, changes: Collection[str] = ()) -> None:
    """A sheet with `frame` under its column names, header frozen and filtered; several where one is too small.

    changes: the outlier criteria whose figures are fractions.
    """
    about = f"{frame.height:,} row{'' if frame.height == 1 else 's'} of the {name} table"
    for part in range(0, max(frame.height, 1), MOST_ROWS):
        _fill(book.sheet(name, about), frame.slice(part, MOST_ROWS), changes)


def _fill(sheet: Sheet, frame: pl.DataFrame, changes: Collection[str]) -> None:
    names = frame.columns
    table = recognise(names)
    kind = table.name if table else ""
    widths = [len(name) + 4 for name in names]  # the arrow of the filter takes some
    sheet.header(0, names)
    for number, row in enumerate(frame.iter_rows(), start=1):
        share = _of_shares(kind, dict(zip(names, row, strict=True)), changes) if kind in _SHARED else False
        for column, value in enumerate(row):
            if value is None:
                continue
            shown = _cell(sheet, number, column, value, names[column], share)
            if number <= _MEASURED:
                widths[column] = max(widths[column], shown)
    sheet.listed(frame.height, frame.width, keep=3 if tuple(names[:3]) == KEY[:3] else 0)
    sheet.widths(*[min(width + 1, _WIDEST) for width in widths])


def _cell(sheet: Sheet, row: int, column: int, value: Any, name: str, share: bool) -> int:
    """Write one cell by its type. Returns about how many characters wide it shows."""
    if isinstance(value, bool):
        sheet.truth(row, column, value)
        return 5
    if isinstance(value, int | float):
        sheet.number(row, column, value, figures(name, value, share=share))
        return len(f"{value:,.0f}") + 3
    if isinstance(value, date) and not isinstance(value, datetime):
        sheet.day(row, column, value)
        return len(month_name(value))
    sheet.text(row, column, str(value))
    return len(str(value))


def figures(name: str, value: float, *, share: bool = False) -> str:
    """The number format of a column's figure. share: whether the row's figures are fractions."""
    if name in _FRACTIONS or (share and name in _FIGURES):
        return PERCENT
    if name in _P_VALUES:
        return P_VALUE
    if name in _YEARS:
        return "0"
    if name in _RATES:
        return "#,##0.000"
    if abs(value) >= 1e15 or value == int(value):
        return "#,##0"
    return "#,##0.000" if abs(value) < 10 else "#,##0.0"


_SHARED: Final = frozenset([COMPARISON.name, WAVES.name, OUTLIERS.name])


def _of_shares(kind: str, row: dict[str, Any], changes: Collection[str]) -> bool:
    """Whether the figures of a row are fractions: a share, a survey's wave, a change held against another."""
    if kind == COMPARISON.name:
        return bool(row["statistic"] == "share")
    if kind == OUTLIERS.name:
        return row["criterion"] in changes
    return True
