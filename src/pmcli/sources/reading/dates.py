"""Periods as publishers print them: "Dec 2019", "2019-12", "31-03-2003", "Apr '18 to Mar '19", "year ending June 2019".

Only the distinct texts of a column are parsed, so plain Python does; a period is its last day and, where the text says
so, its length in months. Days are read day first, as British publishers write them.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import polars as pl

from pmcli.periods import month_end
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report

_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT: Final = {name[:3]: number for name, number in _MONTHS.items()}
_FULL_YEAR: Final = 4


@dataclass(frozen=True, slots=True)
class Period:
    """A period read from text.

    end: the last day of its last month. months: its length, None when the text does not say.
    moved_from: the day as written, when that was neither the first nor the last of its month.
    """

    end: date
    months: int | None = None
    moved_from: date | None = None


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period | None:
    """The period that `text` names, or None. A date stands for the month it lies in."""
    words = re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("’", "'").replace("‘", "'")).strip().lower()
    for reader in (_span, _year_to, _quarter, _financial_year, _month, _numeric_month, _day, _serial):
        found = reader(words)
        if found is not None:
            return found
    return None


def _year(text: str) -> int:
    """The year at the start of a run of digits, to which a publisher may have glued footnote digits.

    "2019" and "20191,2" are 2019; "18" and "181,2,3" are 2018.
    """
    return int(text[:_FULL_YEAR]) if re.match(r"(19|20)\d\d", text) else 2000 + int(text[:2])


def _month_number(word: str) -> int | None:
    return _MONTHS.get(word) or (_SHORT.get(word[:3]) if word in {"sept", word[:3]} else None)


_MONTH_YEAR: Final = r"([a-z]{3,9})\.?[ \-/]*'?(\d{2,})"


def _end_of(month: str, year: str) -> date | None:
    number = _month_number(month)
    return month_end(_year(year), number) if number else None


def _span(words: str) -> Period | None:
    match = re.fullmatch(rf"{_MONTH_YEAR}[\d, ]*? (?:to|-|–) {_MONTH_YEAR}[\d, ]*", words)
    if match is None:
        return None
    first, last = _end_of(match[1], match[2]), _end_of(match[3], match[4])
    if first is None or last is None or last < first:
        return None
    return Period(last, (last.year - first.year) * 12 + last.month - first.month + 1)


def _year_to(words: str) -> Period | None:
    match = re.search(r"(?:year|12 months) (?:ending|ended|to)(?: in)? (.+)$", words)
    if match is None:
        return None
    inner = _month(re.sub(r"[,.;:].*$", "", match[1])) or _day(match[1]) or _numeric_month(match[1])
    return Period(inner.end, 12, inner.moved_from) if inner else None


def _quarter(words: str) -> Period | None:
    match = re.fullmatch(r"(\d{4}) ?[/-] ?(\d{2}|\d{4}),? q(?:uarter )?([1-4])", words)
    if match is None:
        swapped = re.fullmatch(r"q(?:uarter )?([1-4]),? (\d{4}) ?[/-] ?(\d{2}|\d{4})", words)
        if swapped is None:
            return None
        return financial_quarter(f"{swapped[2]}/{swapped[3]}", swapped[1])
    return financial_quarter(f"{match[1]}/{match[2]}", match[3])


def financial_quarter(year: str, quarter: str) -> Period | None:
    """The period of a quarter (1 is April to June) of a financial year ("2012/13"), or None."""
    started = re.fullmatch(r"\s*(\d{4})\s*[/-]\s*(\d{2}|\d{4})\s*", year)
    number = re.fullmatch(r"\s*(?:q(?:uarter)?\s*)?([1-4])(?:\.0)?\s*", quarter, re.IGNORECASE)
    if started is None or number is None or (int(started[1]) + 1) % 100 != int(started[2]) % 100:
        return None
    month = 3 + 3 * int(number[1])
    begins = int(started[1])
    return Period(month_end(begins, month) if month <= 12 else month_end(begins + 1, month - 12), 3)


def _financial_year(words: str) -> Period | None:
    match = re.fullmatch(r"(\d{4}) ?[/-] ?(\d{2})", words)
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        return None
    # "2019-12" is December; "2011-12" could be either, and so is left to the numeric reader.
    if "/" not in words and int(match[2]) <= 12:
        return None
    return Period(date(int(match[1]) + 1, 3, 31), 12)


def _month(words: str) -> Period | None:
    match = re.fullmatch(r"([a-z]{3,9})\.?[ \-/]*'?(\d{2,})", words)
    if match is not None:
        end = _end_of(match[1], match[2])
        return Period(end) if end else None
    match = re.fullmatch(r"(\d{4})[ \-/]?([a-z]{3,9})", words)
    if match is not None:
        end = _end_of(match[2], match[1])
        return Period(end) if end else None
    match = re.fullmatch(r"(\d{1,2})[ \-/]([a-z]{3,9})[ \-/]'?(\d{2}|\d{4})", words)
    number = _month_number(match[2]) if match else None
    return _from_day(_year(match[3]), number, int(match[1])) if match and number else None


def _numeric_month(words: str) -> Period | None:
    match = re.fullmatch(r"(\d{4})[-/ ]?(\d{2})", words)
    if match is None:
        swapped = re.fullmatch(r"(\d{1,2})[-/](\d{4})", words)
        if swapped is None:
            return None
        year, month = int(swapped[2]), int(swapped[1])
    else:
        year, month = int(match[1]), int(match[2])
    return Period(month_end(year, month)) if 1 <= month <= 12 and 1900 <= year <= 2100 else None


def _day(words: str) -> Period | None:
    match = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?z?)?", words)
    if match is not None:
        return _from_day(int(match[1]), int(match[2]), int(match[3]))
    match = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?: \d\d:\d\d(?::\d\d)?)?", words)
    return _from_day(_year(match[3]), int(match[2]), int(match[1])) if match else None


def _serial(words: str) -> Period | None:
    """An Excel serial day number, 1954 to 2078."""
    match = re.fullmatch(r"([2-6]\d{4})(?:\.0+)?", words)
    if match is None:
        return None
    day = date(1899, 12, 30) + timedelta(days=int(match[1]))
    return _from_day(day.year, day.month, day.day)


def _from_day(year: int, month: int, day: int) -> Period | None:
    try:
        written = date(year, month, day)
    except ValueError:
        return None
    end = month_end(year, month)
    return Period(end, None, None if written in (end, end.replace(day=1)) else written)


def periods(
    frame: pl.DataFrame,
    columns: tuple[str, ...],
    table: RawTable,
    report: Report,
    parse: Callable[..., Period | None] = parse_period,
    *,
    called: tuple[str, ...] = (),
    advice: str = "",
) -> pl.DataFrame:
    """`frame` with `period_end` (Date) and `period_months` (Int8, null when the text does not say) joined on.

    columns: the text columns that `parse` takes, in order; called: their names in the file; advice: what to do about
    texts that cannot be read. Rows whose period cannot be read are dropped, and counted in the report with the first
    of them; a day that is not the end of its month is moved there, with a note.
    """
    texts = frame.select(columns).unique()
    found = [parse(*(cell or "" for cell in row)) for row in texts.rows()]
    texts = texts.with_columns(
        pl.Series("period_end", [period.end if period else None for period in found], dtype=pl.Date),
        pl.Series("period_months", [period.months if period else None for period in found], dtype=pl.Int8),
    )
    moved = [period for period in found if period and period.moved_from]
    if moved:
        day = min(moved, key=lambda period: period.end)
        report.note(
            f"{table.where}: {len(moved)} period{'s were' if len(moved) > 1 else ' was'} not given as a month's end "
            f"and {'are' if len(moved) > 1 else 'is'} read as it ({day.moved_from} as {day.end})"
        )
    joined = frame.join(texts, on=list(columns), how="left", nulls_equal=True, maintain_order="left")
    lost = joined.filter(pl.col("period_end").is_null()).sort("_row")
    if lost.height:
        first = lost.row(0, named=True)
        named = " and ".join(repr(name) for name in called or columns)
        report.problem(
            table.file.name,
            f"rows dropped: {named} cannot be read as a period{advice}",
            lost.height,
            sheet=table.sheet,
            row=int(first["_row"]),
            example=" ".join(first[name] or "" for name in columns).strip(),
        )
        joined = joined.filter(pl.col("period_end").is_not_null())
    return joined
