"""Periods as publishers print them: "Dec 2019", "2019-12", "31-03-2003", "Apr '18 to Mar '19", "year ending June 2019".

Only the distinct texts of a column are parsed, so plain Python does; a period is its last day and, where the text says
so, its length in months. What one text alone cannot say (is 2010-11 a month, is 01/02/2023 in January?) is decided for
a whole column in periods.py, and told to this reader as a Spelling.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from pmcli.periods import month_end

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
PIVOT: Final = 50
"""Years of two digits from here on are of the last century: Dec-99 is 1999, Dec-19 is 2019."""

_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT: Final = {name[:3]: number for name, number in _MONTHS.items()}
_WORD: Final = r"([a-z]{3,9})\.?"
_MONTH_YEAR: Final = rf"{_WORD}[ \-/,]*('?\d{{2,}})"
_TO: Final = r" ?(?:to|until|-|–|—) ?"
_REMARK: Final = (
    r"\s*(?:[\[(](?:p|r|f|provisional|revised|final|estimated?|notes?\s*[\d, ]*)[\])]|(?<=\d) (?:provisional|revised)"
    r"|[*†‡#]+)$"
)
_TO_DATE: Final = r"\bytd\b|\bto[- ]date\b|\bcumulative\b|\bfytd\b|\bso far\b"
_SUMMER_HOUR: Final = 23


class Period(NamedTuple):
    """A period read from text.

    end: the last day of its last month. months: its length, None when the text does not say.
    moved_from: the day as written, when that was neither the first nor the last of its month.
    """

    end: date
    months: int | None = None
    moved_from: date | None = None


class Spelling(NamedTuple):
    """How a column writes its periods, where a text alone does not say.

    financial: 2010-11 is a financial year. years: a bare 2024 is a calendar year. quarters: 2019 Q1 is of a "calendar"
    or a "financial" year. month_first: 01/02/2023 is 2 January. utc: 23:00 is the first moment of the next day.
    since_1904: serial day numbers are counted from 1904.
    """

    financial: bool = False
    years: bool = False
    quarters: str = "calendar"
    month_first: bool = False
    utc: bool = False
    since_1904: bool = False


PLAIN: Final = Spelling()


@lru_cache(maxsize=8192)
def parse_period(text: str, spelling: Spelling = PLAIN) -> Period | None:
    """The period that `text` names, or None. A date stands for the month it lies in; a year to date is no period."""
    words = re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("’", "'").replace("‘", "'")).strip().lower()
    while (shorter := re.sub(_REMARK, "", words)) != words:
        words = shorter
    if re.search(_TO_DATE, words):
        return None
    for reader in (_span, _year_to, _quarter, _financial_year, _month, _numeric_month, _day, _bare_year, _serial):
        found = reader(words, spelling)
        if found is not None:
            return found if FIRST_YEAR <= found.end.year <= LAST_YEAR else None
    return None


def _year(text: str, *, glued: bool = False) -> int | None:
    """The year of a run of digits, to which a publisher may have glued footnote digits: "20191" is 2019.

    glued: digits may also be glued to a year of two, as titles have it: "181" is 2018. Four digits that are no year
    of our time (2203, 1823) are a slip, and None.
    """
    digits = text.removeprefix("'")
    if re.match(r"(19|20)\d\d", digits):
        return int(digits[:4])
    if len(digits) == 2 or (len(digits) == 3 and (glued or text.startswith("'"))):
        two = int(digits[:2])
        return (1900 if two >= PIVOT else 2000) + two
    return None


def month_number(word: str) -> int | None:
    """The number of a month by its English name, whole or short; None for another word."""
    return _MONTHS.get(word) or (_SHORT.get(word[:3]) if word in {"sept", word[:3]} else None)


def _end_of(month: str, year: str, *, glued: bool = False) -> date | None:
    number, of = month_number(month), _year(year, glued=glued)
    return month_end(of, number) if number and of else None


def _between(first: date | None, last: date | None) -> Period | None:
    if first is None or last is None or last < first:
        return None
    return Period(last, (last.year - first.year) * 12 + last.month - first.month + 1)


def _span(words: str, _: Spelling) -> Period | None:
    words = re.sub(r"^(?:from|between) ", "", words)
    match = re.fullmatch(rf"{_MONTH_YEAR}[\d, ]*?{_TO}{_MONTH_YEAR}[\d, ]*", words)
    if match is not None:
        return _between(_end_of(match[1], match[2]), _end_of(match[3], match[4], glued=True))  # a footnote ends it
    match = re.fullmatch(rf"{_WORD}{_TO}{_MONTH_YEAR}", words)
    if match is None:
        return None
    last = _end_of(match[2], match[3])
    return _between(_end_of(match[1], str(last.year)) if last else None, last)


_LENGTHS: Final = {"year": 12, "yr": 12, "rolling year": 12, "quarter": 3, "qtr": 3, "month": 1}


def _year_to(words: str, spelling: Spelling) -> Period | None:
    unit = r"(?:(\d{1,2}) ?(?:m|months?|mths?)|(rolling year|year|yr|quarter|qtr|month))"
    match = re.search(rf"\b{unit} (?:ending|ended|end|to)(?: in)?:? (.+)$", words)
    if match is None:
        match = re.fullmatch(r"()(y[./]?e\.?)[ :]*(.+)", words)
    if match is None:
        return None
    plain = re.sub(r"[,.;:].*$", "", match[3])
    named = re.fullmatch(rf"(?:\d{{1,2}}(?:st|nd|rd|th)? )?{_MONTH_YEAR}", plain)
    end = _end_of(named[1], named[2], glued=True) if named else None
    inner = Period(end) if end else _day(match[3], spelling) or _numeric_month(match[3], spelling)
    months = int(match[1]) if match[1] else _LENGTHS.get(match[2], 12)
    return Period(inner.end, months, inner.moved_from) if inner and 1 <= months <= 120 else None


def _quarter(words: str, spelling: Spelling) -> Period | None:
    match = re.fullmatch(r"(?:fy ?)?(\d{4}) ?[/-] ?(\d{2}|\d{4}),?[ -]?q(?:uarter ?|tr ?)?([1-4])", words)
    swapped = re.fullmatch(r"q(?:uarter ?|tr ?)?([1-4]),?[ -](?:fy ?)?(\d{4}) ?[/-] ?(\d{2}|\d{4})", words)
    if match is not None:
        return financial_quarter(f"{match[1]}/{match[2]}", match[3])
    if swapped is not None:
        return financial_quarter(f"{swapped[2]}/{swapped[3]}", swapped[1])
    match = re.fullmatch(r"(\d{4}),?[ \-/]?q(?:uarter ?|tr ?)?([1-4])", words)
    swapped = re.fullmatch(r"q(?:uarter ?|tr ?)?([1-4]),?[ \-/]?(\d{4})", words)
    year, number = (match[1], match[2]) if match else (swapped[2], swapped[1]) if swapped else ("", "")
    if not year or _year(year) is None:
        return None
    if spelling.quarters == "financial":
        return financial_quarter(f"{year}/{int(year) + 1}", number)
    return Period(month_end(int(year), 3 * int(number)), 3)


def financial_quarter(year: str, quarter: str) -> Period | None:
    """The period of a quarter (1 is April to June) of a financial year ("2012/13"), or None."""
    started = re.fullmatch(r"\s*(\d{4})\s*[/-]\s*(\d{2}|\d{4})\s*", year)
    number = re.fullmatch(r"\s*(?:q(?:uarter)?\s*)?([1-4])(?:\.0)?\s*", quarter, re.IGNORECASE)
    if started is None or number is None or (int(started[1]) + 1) % 100 != int(started[2]) % 100:
        return None
    month = 3 + 3 * int(number[1])
    begins = int(started[1])
    return Period(month_end(begins, month) if month <= 12 else month_end(begins + 1, month - 12), 3)


def financial_start(text: str) -> int | None:
    """The year in which a financial year written as 2012/13, 2012-13, 201213 or 2012/2013 begins, or None."""
    match = re.fullmatch(r"(?:fy ?)?(\d{4}) ?[/-]? ?(\d{2}|\d{4})", text.strip().lower())
    if match is None or (int(match[1]) + 1) % 100 != int(match[2][-2:]):
        return None
    if len(match[2]) == 4 and int(match[2]) != int(match[1]) + 1:
        return None
    return int(match[1])


def _financial_year(words: str, spelling: Spelling) -> Period | None:
    words = re.sub(r"^(?:financial|fiscal) year ", "fy ", words)
    begins = financial_start(words)
    if begins is None or not FIRST_YEAR <= begins <= LAST_YEAR:
        return None
    # 2009-10, 2010-11 and 2011-12 may be months too, and 2010/11 is taken for one only beside other months.
    months_too = re.fullmatch(r"\d{4} ?[-]? ?(?:0[1-9]|1[0-2])", words) is not None
    if months_too and not spelling.financial:
        return None
    if not spelling.financial and re.fullmatch(r"\d{6}", words):
        return None
    return Period(date(begins + 1, 3, 31), 12)


def _month(words: str, _: Spelling) -> Period | None:
    match = re.fullmatch(_MONTH_YEAR, words)
    if match is not None:
        end = _end_of(match[1], match[2])
        return Period(end) if end else None
    match = re.fullmatch(r"(\d{4})[ \-/]?([a-z]{3,9})", words)
    if match is not None:
        end = _end_of(match[2], match[1])
        return Period(end) if end else None
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?[ \-/]([a-z]{3,9})[ \-/,]*'?(\d{2}|\d{4})(?: \d\d:\d\d.*)?", words)
    number, year = (month_number(match[2]), _year(match[3])) if match else (None, None)
    return _from_day(year, number, int(match[1])) if match and number and year else None


def _numeric_month(words: str, _: Spelling) -> Period | None:
    match = re.fullmatch(r"(\d{4})(?:[-/ ]?|[ -]?m)(\d{2})", words) or re.fullmatch(r"(\d{4})[ -]?m(\d{1,2})", words)
    if match is None:
        swapped = re.fullmatch(r"(\d{1,2})[-/](\d{4})", words)
        if swapped is None:
            return None
        year, month = int(swapped[2]), int(swapped[1])
    else:
        year, month = int(match[1]), int(match[2])
    return Period(month_end(year, month)) if 1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR else None


DATE: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[t ](\d\d?):\d\d(?::\d\d)?)?")
"""A date in numbers, whose first two may be either way round."""


def _day(words: str, spelling: Spelling) -> Period | None:
    match = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[t ](\d\d):\d\d(?::\d\d(?:\.\d+)?)?z?)?", words)
    if match is not None:
        return _from_day(int(match[1]), int(match[2]), int(match[3]), _hour(match[4], spelling))
    match = DATE.fullmatch(words)
    year = _year(match[3]) if match else None
    if match is None or year is None:
        return None
    day, month = (int(match[2]), int(match[1])) if spelling.month_first else (int(match[1]), int(match[2]))
    return _from_day(year, month, day, _hour(match[4], spelling))


def _hour(text: str | None, spelling: Spelling) -> bool:
    """Whether a time of day is the summer hour before midnight, and the mapping says that times are universal."""
    return spelling.utc and text is not None and int(text) == _SUMMER_HOUR


def _bare_year(words: str, spelling: Spelling) -> Period | None:
    match = re.fullmatch(r"(?:(?:calendar )?year )?((?:19|20)\d\d)(?:\.0)?", words)
    return Period(date(int(match[1]), 12, 31), 12) if match and spelling.years else None


def _serial(words: str, spelling: Spelling) -> Period | None:
    """An Excel serial day number, 1980 to 2070: a year with a digit too many (20231) is none."""
    match = re.fullmatch(r"(\d{5})(?:\.0+)?", words)
    if match is None:
        return None
    day = date(1904, 1, 1) if spelling.since_1904 else date(1899, 12, 30)
    day += timedelta(days=int(match[1]))
    return _from_day(day.year, day.month, day.day) if 1980 <= day.year <= 2070 else None


def _from_day(year: int, month: int, day: int, next_day: bool = False) -> Period | None:
    try:
        written = date(year, month, day) + timedelta(days=next_day)
    except (ValueError, OverflowError):
        return None
    end = month_end(written.year, written.month)
    return Period(end, None, None if written in (end, end.replace(day=1)) else written)
