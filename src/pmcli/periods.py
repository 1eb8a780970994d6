"""Months and the windows made of them.

A period is known by the last day it covers and its length in months. Arithmetic is done on a month index (the number
of months since year 0), so that a leap year or a month's length never enters into it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
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


USUAL_FEW: Final = 10
"""Figures of a period up to which one without any is nothing unusual."""

FAR: Final = 120
"""Months without a figure beyond which one that is a handful is a stray, however few the usual ones are."""

HANDFUL: Final = 3
"""So few stand for no period when they are FAR from the rest."""

_LACKING: Final = 10.0
"""A period lacks so many that chance alone would do it once in exp(10) = 22,000."""


def strays(index: Sequence[int], counts: Sequence[float], length: int = 1) -> set[int]:
    """The periods (of `index`) that stand apart from the rest with a handful of what the others have.

    index: month indices of the periods that have a figure, ascending. counts: their figures. length: months of a
    period. Dates such as 01/01/1900 are what systems write for none: their period is not whole. A run of periods apart
    from the longest-filled one is stray when each of its figures is a twentieth of the usual one or less, and lacks
    more than chance explains; or when it is FAR away and HANDFUL in all, and the rest is ten times as much.
    """
    if len(index) < 2 or index[-1] - index[0] == (len(index) - 1) * length:
        return set()
    runs: list[list[int]] = [[0]]
    for place in range(1, len(index)):
        if index[place] - index[place - 1] > length:
            runs.append([])
        runs[-1].append(place)
    usual = _median(counts)
    main = max(runs, key=lambda run: (sum(counts[place] for place in run), len(run)))
    if len(main) > 1:
        usual = _median([counts[place] for place in main])
    if usual <= USUAL_FEW:  # with so few, an empty month is no gap: the runs are what lies FAR apart
        runs = _joined(runs, index)
        main = max(runs, key=lambda run: (sum(counts[place] for place in run), len(run)))
    found: set[int] = set()
    whole = sum(counts[place] for place in main)
    for run in runs:
        if run is main:
            continue
        away = min(abs(index[a] - index[b]) for a in (run[0], run[-1]) for b in (main[0], main[-1]))
        if min(counts[place] for place in run) < 0 or not any(counts[place] for place in run):
            continue  # a correction, or nothing happened
        thin = all(counts[place] * 20 <= usual and usual - counts[place] > _LACKING for place in run)
        few = away > FAR and sum(counts[place] for place in run) <= HANDFUL and whole >= 10 * len(run)
        if thin or few:
            found.update(index[place] for place in run)
    return found


def _median(values: Sequence[float]) -> float:
    """The middle one, the higher of two: the statistics module would be the slowest import of all."""
    return sorted(values)[len(values) // 2]


def _joined(runs: list[list[int]], index: Sequence[int]) -> list[list[int]]:
    joined = [list(runs[0])]
    for run in runs[1:]:
        if index[run[0]] - index[joined[-1][-1]] > FAR:
            joined.append([])
        joined[-1].extend(run)
    return joined


def month_index(column: str = "period_end") -> pl.Expr:
    """A date column as months since year 0 (Int32)."""
    import polars as pl

    return pl.col(column).dt.year() * 12 + pl.col(column).dt.month().cast(pl.Int32) - 1


def index_to_end(index: pl.Expr) -> pl.Expr:
    """A month index back to the last day of its month."""
    import polars as pl

    return pl.date(index // 12, index % 12 + 1, 1).dt.month_end()
