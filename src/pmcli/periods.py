"""Months and the windows made of them.

A period is known by the last day it covers and its length in months. Arithmetic is done on a month index (the number
of months since year 0), so that a leap year or a month's length never enters into it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, Final

from pmcli.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def shift(end: date, months: int) -> date:
    """The month end that lies `months` after (before, when negative) the month of `end`."""
    year, month = divmod(end.year * 12 + end.month - 1 + months, 12)
    return month_end(year, month + 1)


def window_start(end: date, months: int) -> date:
    """The first day of the window of `months` that ends at `end`."""
    start = shift(end, 1 - months)
    return start.replace(day=1)


def parse_month(text: str, option: str = "--to") -> date:
    """The last day of the month that a user wrote: 2023-07, 2023-07-31, Jul 2023, July 2023.

    Raises UsageError naming the option.
    """
    cleaned = text.strip()
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})(?:-\d{1,2})?", cleaned):
        year, month = int(found[1]), int(found[2])
    elif found := re.fullmatch(r"([A-Za-z]{3,9})[ -](\d{4})", cleaned):
        names = [name.lower() for name in MONTHS]
        short = found[1][:3].lower()
        year, month = int(found[2]), names.index(short) + 1 if short in names else 0
    else:
        year, month = 0, 0
    if not (1 <= month <= 12 and 1800 <= year <= 2200):
        raise UsageError(f"{option} {text!r} is not a month", f"Write it as {option} 2023-07.")
    return month_end(year, month)


def month_name(end: date | None) -> str:
    """'Jul 2023'."""
    return f"{MONTHS[end.month - 1]} {end.year}" if end else "not known"


def short_month(end: date | None) -> str:
    """'Jul 23'."""
    return f"{MONTHS[end.month - 1]} {end.year % 100:02d}" if end else "?"


def month_index(column: str = "period_end") -> pl.Expr:
    """A date column as months since year 0 (Int32)."""
    import polars as pl

    return pl.col(column).dt.year() * 12 + pl.col(column).dt.month().cast(pl.Int32) - 1


def index_to_end(index: pl.Expr) -> pl.Expr:
    """A month index back to the last day of its month."""
    import polars as pl

    return pl.date(index // 12, index % 12 + 1, 1).dt.month_end()
