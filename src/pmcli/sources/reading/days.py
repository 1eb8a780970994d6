"""Days as extracts write them, and whether a column of them has the day or the month first.

01/02/2023 is 1 February unless the mapping says `dates = "month-first"`. What order a column is in shows in the dates
that only one of the two can be: 13/01/2023, 01/13/2023. Everything here works on the distinct texts of a column.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from typing import Final

import polars as pl

from pmcli.sources.reading.report import counted, verb

DAY_FIRST: Final = "day-first"
MONTH_FIRST: Final = "month-first"
ORDERS: Final = (DAY_FIRST, MONTH_FIRST)
"""What a mapping's `dates` may be; the first is how a column is read when it says nothing."""

UTC: Final = "utc"
"""What a mapping's `times` may be: days are written as their first moment in universal time, 23:00 in summer."""

FEW: Final = 3
"""So many dates of the other order are slips; more are a column written in that order."""

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
PIVOT: Final = 50
"""Years of two digits from here on are of the last century: 99 is 1999, 23 is 2023."""

ODD: Final = 0.01
"""Up to this share of the rows may be said to be written otherwise than the rest; more are another way to write."""

_SERIAL_FROM: Final = "1899-12-30"
_NUMERIC: Final = r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$"
_TIME: Final = r"[ t]\d{1,2}:\d{2}.*$"


def day(texts: pl.Series, order: str = DAY_FIRST, times: str = "") -> pl.Series:
    """The days that texts name, as `_day` (Date); null for one that names none from 1900 to 2100.

    Read are 01/02/2023, 1-2-23, 01.02.2023 (in the order that is said), 2023-02-01, 20230201, 1 Feb 2023,
    01-February-2023 and Excel's serial day numbers (44958), all with or without a time after them. times: UTC takes
    23:00 for the first moment of the next day.
    """
    raw = pl.col("_raw").str.replace_all(r"\s+", " ").str.strip_chars().str.to_lowercase()
    words = pl.col("_text")
    numbers = {name.lower(): f"{number:02}" for number, name in enumerate(calendar.month_name) if name}
    numbers |= {name[:3]: number for name, number in numbers.items()} | {"sept": "09"}
    serial = words.str.extract(r"^([2-6]\d{4})(?:\.\d+)?$").cast(pl.Int32, strict=False)
    frame = texts.cast(pl.String).alias("_raw").to_frame().select(raw.alias("_raw"))
    frame = frame.with_columns(pl.col("_raw").str.replace(_TIME, "").alias("_text")).with_columns(serial=serial)

    def iso(pattern: str, year: int, month: int, dayth: int, *, named: bool = False) -> pl.Expr:
        parts = [words.str.extract(pattern, place) for place in (year, month, dayth)]
        century = pl.when(parts[0].cast(pl.Int32, strict=False) >= PIVOT).then(pl.lit("19")).otherwise(pl.lit("20"))
        full = pl.when(parts[0].str.len_chars() == 2).then(century + parts[0]).otherwise(parts[0])
        month_part = parts[1].replace_strict(numbers, default=None, return_dtype=pl.String) if named else parts[1]
        padded = [text.str.zfill(2) for text in (month_part, parts[2])]
        return pl.concat_str(full, *padded, separator="-").str.to_date("%Y-%m-%d", strict=False)

    read = [
        iso(_NUMERIC, 3, 2, 1) if order == DAY_FIRST else iso(_NUMERIC, 3, 1, 2),
        iso(r"^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$", 1, 2, 3),
        iso(r"^(\d{4})(\d{2})(\d{2})$", 1, 2, 3),
        iso(r"^(\d{1,2})(?:st|nd|rd|th)?[ /.-]([a-z]+)[ /.,-]+'?(\d{4}|\d{2})$", 3, 2, 1, named=True),
        iso(r"^([a-z]+)[ /.-](\d{1,2})(?:st|nd|rd|th)?[ ,/.-]+(\d{4})$", 3, 1, 2, named=True),
        pl.lit(_SERIAL_FROM).str.to_date() + pl.duration(days=pl.col("serial")),
    ]
    found = pl.coalesce(read).cast(pl.Date)
    if times == UTC:
        late = pl.col("_raw").str.contains(r"[ t]23:00(:00(\.0+)?)?( ?utc| ?z|\+00:?00)?$")
        found = pl.when(late).then(found + pl.duration(days=1)).otherwise(found)
    possible = found.dt.year().is_between(FIRST_YEAR, LAST_YEAR)
    return frame.select(pl.when(possible).then(found).alias("_day"))["_day"]


def month_only(texts: pl.Series) -> pl.Series:
    """The last days of the months that texts name without a day, as Jan 2023, 2023-01 or 01/2023; null for others."""
    words = pl.col("_text").str.replace_all(r"\s+", " ").str.strip_chars().str.to_lowercase()
    numbers = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
    numbers |= {name[:3]: number for name, number in numbers.items()} | {"sept": 9}
    frame = texts.cast(pl.String).alias("_text").to_frame().select(words)

    def of(pattern: str, year: int, month: int, *, named: bool = False) -> pl.Expr:
        text = pl.col("_text").str.extract(pattern, month)
        number = text.replace_strict(numbers, default=None, return_dtype=pl.Int32) if named else text.cast(pl.Int32)
        year_text = pl.col("_text").str.extract(pattern, year)
        short = year_text.cast(pl.Int32) + pl.when(year_text.cast(pl.Int32) >= PIVOT).then(1900).otherwise(2000)
        full = pl.when(year_text.str.len_chars() == 2).then(short).otherwise(year_text.cast(pl.Int32))
        good = number.is_between(1, 12) & full.is_between(FIRST_YEAR, LAST_YEAR)
        return pl.when(good).then(pl.date(full, pl.when(good).then(number), 1).dt.month_end())

    named = r"^([a-z]+)\.?[ /-]*'?(\d{4}|\d{2})$"
    read = [
        of(named, 2, 1, named=True),
        of(r"^(\d{4})[ /-]?([a-z]+)$", 1, 2, named=True),
        of(r"^((?:19|20)\d{2})[-/]?(\d{2})$", 1, 2),
        of(r"^(\d{1,2})[-/](\d{4})$", 2, 1),
    ]
    return frame.select(pl.coalesce(read).alias("_day"))["_day"]


@dataclass(frozen=True, slots=True)
class Order:
    """How many rows have a date that can only be day first, only month first, and the first text of each."""

    day_first: int
    month_first: int
    day_text: str = ""
    month_text: str = ""

    def against(self, order: str) -> str:
        """Why a column is not read in `order`, as a sentence; "" when no more than a few of its dates are against it.

        One in a thousand of the dates that tell may be slips, whatever their number.
        """
        wrong, right = (self.month_first, self.day_first) if order == DAY_FIRST else (self.day_first, self.month_first)
        text, other = (self.month_text, self.day_text) if order == DAY_FIRST else (self.day_text, self.month_text)
        if wrong <= FEW or wrong * 1000 <= right:
            return ""
        read = MONTH_FIRST if order == DAY_FIRST else DAY_FIRST
        said = f"{counted(wrong, 'date')} can only be read {read} ({text!r})"
        if right:
            return f"{said}, {right:,} only {order} ({other!r}): the column mixes the two"
        return f"{said}, none only {order}"


def order_of(texts: pl.Series, rows: pl.Series) -> Order:
    """What order the dates of a column are in. texts: the distinct ones; rows: how many rows have each."""
    frame = pl.DataFrame({"_text": texts.cast(pl.String), "_rows": rows})
    word = pl.col("_text").str.strip_chars().str.to_lowercase().str.replace(_TIME, "")
    first, second = (word.str.extract(_NUMERIC, place).cast(pl.Int32) for place in (1, 2))
    frame = frame.select(
        "_text", "_rows",
        day=first.is_between(13, 31) & second.is_between(1, 12),
        month=second.is_between(13, 31) & first.is_between(1, 12),
    )  # fmt: skip
    days, months = frame.filter("day"), frame.filter("month")
    texts_of = [part["_text"].min() if part.height else "" for part in (days, months)]
    return Order(int(days["_rows"].sum()), int(months["_rows"].sum()), str(texts_of[0]), str(texts_of[1]))


def half_converted(texts: pl.Series) -> str:
    """Why a column's dates look half converted by a spreadsheet of the other order, as a sentence; "" when they do not.

    Such a spreadsheet takes 01/02/2023 for 2 January and writes it as a date of its own, and leaves 13/02/2023 as text:
    every date of the one kind has a day up to 12, every one of the other kind a first number above it.
    """
    plain = texts.cast(pl.String).drop_nulls().str.strip_chars().str.to_lowercase().str.replace(_TIME, "")
    as_numbers = plain.str.contains(_NUMERIC)
    numeric, own = plain.filter(as_numbers), plain.filter(~as_numbers)
    enough = 12
    if numeric.len() < enough or own.len() < enough or (days := day(own).drop_nulls()).len() < enough:
        return ""
    firsts, seconds = (numeric.str.extract(_NUMERIC, place).cast(pl.Int32) for place in (1, 2))
    if (days.dt.day() <= 12).all() and ((firsts > 12) != (seconds > 12)).all():
        return (
            f"dates such as {numeric.min()!r} are text and all have a day above 12, and those that a spreadsheet has "
            f"made its own ({own.min()!r}) all have one up to 12: it has swapped day and month in these"
        )
    return ""


def universal_time(texts: pl.Series) -> str:
    """A text whose 23:00 is the first moment of the next day in summer time, when a column has no other times; else "".

    All times are 23:00 or 0:00, and 23:00 stands on days of British Summer Time only.
    """
    plain = texts.cast(pl.String).drop_nulls().str.strip_chars().str.to_lowercase()
    timed = plain.filter(plain.str.contains(r"[ t]\d{1,2}:\d{2}"))
    hours = timed.str.extract(r"[ t](\d{1,2}:\d{2})")
    late = timed.filter(hours == "23:00")
    if late.len() <= FEW or not hours.is_in(["23:00", "00:00", "0:00"]).all():
        return ""
    months = day(late).drop_nulls().dt.month()
    return str(late.min()) if months.is_between(3, 10).all() else ""


def say_universal_time(name: str, text: str, rows: int) -> str:
    """The sentence for a column whose times are local midnights in universal time and that is read as it is written."""
    have = verb(rows, "have")
    return (
        f"{name!r}: {counted(rows, 'row')} {have} a time of 23:00 ({text!r}), all in summer, and no other but 0:00: "
        f'midnights written in universal time; times = "{UTC}" in the mapping reads them as the day after, as was meant'
    )


def written_otherwise(read: pl.DataFrame, name: str, what: str) -> str | None:
    """A sentence on the few dates that have fewer or more figures than all others of their kind: one may be lost.

    read: the distinct texts as `text`, how many rows have each as `len`, and the day (or period end) that each was read
    as, null where it was not. name: the column's. what: what a row is, in the singular. None where there is nothing to
    say: no such date, or so many that they are another way of writing.
    """
    text = pl.col("text").str.strip_chars().str.replace(rf"(?i){_TIME}", "")
    dates = read.filter(pl.col("day").is_not_null()).with_columns(text).filter(pl.col("text").str.contains(_NUMERIC))
    dates = dates.with_columns(pl.col("text").str.replace_all(r"[0-9]", "9").alias("shape"))
    shapes = dates.group_by("shape").agg(pl.col("len").sum()).sort("len", "shape", descending=[True, False])
    few = int(shapes["len"][1:].sum())
    if not few or few > ODD * int(shapes["len"].sum()):
        return None
    odd = dates.filter(pl.col("shape") != shapes["shape"][0]).sort("day", "text").row(0, named=True)
    return (
        f"{counted(few, what)} {verb(few, 'have')} a {name!r} written otherwise than the rest: the first, "
        f"{odd['text']!r}, was read as {odd['day'].day} {odd['day']:%b %Y}"
    )
