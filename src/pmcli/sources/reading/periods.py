"""A column of periods: how it is spelt, decided once for all of its texts, and its rows with what they say joined on.

Some texts say too little by themselves. 2010-11 is a month beside 2010-10 and a financial year beside 2012-13;
01/02/2023 is February unless its column has the month first; 31/03/2023 23:00 may be the first of April in summer time.
Where the column does not settle it and a reading would be wrong, the load is refused and says what the mapping can
answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

import polars as pl

from pmcli.errors import PmError
from pmcli.sources.reading.dates import DATE, PLAIN, Period, Spelling, financial_start, parse_period
from pmcli.sources.reading.days import written_otherwise
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report, counted

DATES: Final = ("day-first", "month-first")
TIMES: Final = ("utc",)
FEW: Final = 3
LONGEST: Final = 120
"""Months of the longest period: more are a slip in one of its two ends."""
"""So many dates of the other order are slips; more are a column written in that order."""

_TWO_PARTS: Final = re.compile(r"(?P<year>\d{4})(?P<by> ?[-/]? ?)(?P<part>\d{2})")
_MIDNIGHT: Final = re.compile(r"(?P<day>.+?)[t ](?P<hour>\d\d?):(?P<rest>[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)z?")


def spelling_of(
    texts: Iterable[str],
    where: str,
    *,
    months: int | None = None,
    dates: str = "",
    times: str = "",
    base: Spelling = PLAIN,
) -> Spelling:
    """How a column with these texts is spelt, as far as its texts and the mapping (months, dates, times) say.

    Raises PmError where two readings are possible and a guess would be wrong half the time.
    """
    words = sorted({re.sub(r"\s+", " ", text).strip().lower() for text in texts if text and text.strip()})
    return base._replace(
        financial=_financial(words, where, months),
        month_first=_month_first(words, where, dates),
        utc=times == "utc" or _refuse_summer_hours(words, where),
    )


def _financial(words: list[str], where: str, months: int | None) -> bool:
    """Whether texts like 2010-11 are financial years: each ends a year after it begins, and no other is a month."""
    parts = [match for match in map(_TWO_PARTS.fullmatch, words) if match]
    if not parts:
        return False
    years = [match for match in parts if financial_start(match[0]) is not None]
    either = [match for match in years if 1 <= int(match["part"]) <= 12]
    if not either:
        return len(years) == len(parts)
    if len(years) < len(parts):
        return False
    if months == 12 or len(years) > len(either) or all(match["by"].strip() == "/" for match in either):
        return True
    if months == 1 and len(either) > 1 and all(match["by"].strip() for match in either):
        shown = " and ".join(repr(match[0]) for match in either[:2])
        raise PmError(
            f"{where}: {shown} each end a year after they begin, as financial years do, and the mapping says 1 month",
            "Say months = 12 in the mapping; a month may be written as Nov 2010.",
        )
    if months is not None:
        return False
    if len(either) > 1:
        return True
    text = either[0][0]
    raise PmError(
        f"{where}: {text!r} may be {int(text[-2:])}/{text[:4]}, a month, or a financial year of 12 months",
        "Say which in the mapping: months = 1 or months = 12.",
    )


def _month_first(words: list[str], where: str, dates: str) -> bool:
    if dates:
        return dates == "month-first"
    found = [(int(match[1]), int(match[2]), match[3]) for match in map(DATE.fullmatch, words) if match]
    day_only = [pair for pair in found if pair[0] > 12 >= pair[1]]
    month_only = [pair for pair in found if pair[1] > 12 >= pair[0]]
    hint = 'Say dates = "month-first" in the mapping, or dates = "day-first" if they are not.'
    if month_only and (len(month_only) > FEW or not day_only):
        first = next(word for word in words if (m := DATE.fullmatch(word)) and int(m[2]) > 12 >= int(m[1]))
        raise PmError(
            f"{where}: {counted(len(month_only), 'date')} can only be read month first, as {first!r}"
            + ("" if day_only else ", and none only day first"),
            hint,
        )
    either = [pair for pair in found if pair[0] <= 12 and pair[1] <= 12]
    if day_only or month_only or not either:
        return False
    # 01/01/2023, 02/01/2023, 03/01/2023: the first of each month, month first; day first they are days of January.
    inside = [pair for pair in either if pair[0] != 1]
    if inside and all(pair[1] == 1 for pair in either):
        shown = ", ".join(repr(word) for word in words[:3])
        raise PmError(f"{where}: {shown} are days of one month, or the first of each month written month first", hint)
    return False


def _refuse_summer_hours(words: list[str], where: str) -> bool:
    """Raise PmError where periods are given as 23:00 on the last day of a summer month: the next month, in UTC."""
    for word in words:
        match = _MIDNIGHT.fullmatch(word)
        if match is None or int(match["hour"]) != 23 or not match["rest"].startswith("00"):
            continue
        found = parse_period(match["day"])
        if found and found.moved_from is None and 3 <= found.end.month <= 9 and not _is_first(match["day"]):
            raise PmError(
                f"{where}: {word!r} is 23:00 on the last day of a month: the first of the next month in summer time, "
                "written in universal time?",
                'Say times = "utc" in the mapping if so; if not, give the dates without a time.',
            )
    return False


def _note_assumed(texts: Iterable[str], quarters: str, table: RawTable, report: Report) -> None:
    """Say how texts are read that publishers use for two things: 2024, 2019 Q1."""
    for text in sorted({re.sub(r"\s+", " ", text).strip() for text in texts}):
        if re.fullmatch(r"(19|20)\d\d", text):
            report.note(f"{table.where}: {text!r} and its like are read as calendar years")
            return
        if quarters != "financial" and re.fullmatch(r"(?i)\d{4}[ ,\-]*q[1-4]|q[1-4][ ,\-]*\d{4}", text):
            report.note(
                f"{table.where}: {text!r} and its like are read as quarters of calendar years; if Q1 is April to June, "
                'say quarters = "financial" in the mapping'
            )
            return


def _is_first(day: str) -> bool:
    return re.match(r"\d{4}[-/]\d{1,2}[-/]0?1$|0?1[-/.]", day) is not None


def periods(
    frame: pl.DataFrame,
    columns: tuple[str, ...],
    table: RawTable,
    report: Report,
    parse: Callable[..., Period | None] | None = None,
    *,
    called: tuple[str, ...] = (),
    advice: str = "",
    months: int | None = None,
    dates: str = "",
    times: str = "",
    spelling: Spelling = PLAIN,
) -> pl.DataFrame:
    """`frame` with `period_end` (Date) and `period_months` (Int8, null when the text does not say) joined on.

    columns: the text columns that `parse` takes, in order, parse_period in the column's own spelling when it is None;
    called: their names in the file; advice: what to do about texts that cannot be read. months, dates, times: what the
    mapping says of them. Rows whose period cannot be read are dropped, and counted in the report with the first of
    them; a day that is not the end of its month is moved there, with a note.
    Raises PmError when the whole column may be read in two ways.
    """
    texts = frame.select(columns).unique()
    rows = [tuple(cell or "" for cell in row) for row in texts.rows()]
    if parse is None:
        base = spelling._replace(since_1904=table.since_1904)
        known = [row[0] for row in rows]
        parse = partial(
            parse_period,
            spelling=spelling_of(known, table.where, months=months, dates=dates, times=times, base=base),
        )
        _note_assumed(known, spelling.quarters, table, report)
    read = [parse(*row) for row in rows]
    found = [period if period and (period.months or 1) <= LONGEST else None for period in read]
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
    report.learn_periods(table, " and ".join(called), joined, columns)
    if len(columns) == 1 and any(DATE.fullmatch(row[0]) for row in rows):
        tally = joined.group_by(pl.col(columns[0]).alias("text"), pl.col("period_end").alias("day")).len()
        if odd := written_otherwise(tally, (*called, columns[0])[0], "row"):
            report.note(f"{table.where}: {odd}")
    if joined["period_end"].null_count():
        lost = joined.filter(pl.col("period_end").is_null()).sort("_row")
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
