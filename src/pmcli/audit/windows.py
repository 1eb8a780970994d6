"""The windows that a sentence or a column head names, in all their spellings, and when two of them are one.

`12 months to June 2023`, `12M Jul 23`, `YE March 2023`, `Q1 2023/24`, `FY 06/07`, `2014-15`, `April – Nov 06`,
`Jul 17 - Jun 18`, `August 2023`, and what refers to another: `v. 2022`, `the same period last year`, `6M TY`,
`the baseline`. A window is a number of months and the month it ends in; what a phrase leaves out stays unknown, and
two windows are the same only when both parts are known and equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

_MONTHS: Final = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
_NAMES: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_LENGTHS: Final = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "eighteen": 18,
    "twenty-four": 24,
    "thirty-six": 36,
}
_QUARTERS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


@dataclass(frozen=True, slots=True)
class Window:
    """One mention of a window. months and end (a month index, year × 12 + month - 1): None where not printed.

    year, month: what is printed of the end when it is not whole (`12M to July`, `v. 2022`). relative: how it refers to
    another window (`last-year`, `last-quarter`, `baseline`, `five-year-mean`, `this-year`, `latest`), else "".
    start, end_at: where in the text it was found. inherited: whether a part was taken from another phrase.
    """

    months: int | None
    end: int | None
    year: int | None = None
    month: int | None = None
    relative: str = ""
    start: int = 0
    end_at: int = 0
    text: str = ""
    inherited: bool = False

    @property
    def known(self) -> bool:
        """Whether both its length and its end are known."""
        return self.months is not None and self.end is not None

    @property
    def key(self) -> tuple[int, int] | None:
        """(months, end) when known."""
        return (self.months, self.end) if self.months is not None and self.end is not None else None

    def __str__(self) -> str:
        return window_text(self.months, self.end) if self.end is not None else self.text


def window_text(months: int | None, end: int | None) -> str:
    """`12 months to June 2023`, `June 2023`."""
    if end is None:
        return "an unnamed window"
    name = f"{_NAMES[end % 12]} {end // 12}"
    return name if months in {1, None} else f"{months} months to {name}"


def month_index(year: int, month: int) -> int:
    """The number of a month, counted from the year 0."""
    return year * 12 + month - 1


_MONTH: Final = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_YEAR: Final = r"(?:(?:19|20)\d\d|['’]?\d\d)(?!\d|[.,]\d|%|\s?per\b)"
_NUMBER: Final = rf"(?:\d{{1,2}}|{'|'.join(_LENGTHS)})"
_DAY: Final = r"(?:\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?)?"
_FY: Final = r"(?:(?:19|20)\d\d\s?[-/–]\s?(?:(?:19|20)\d\d|\d\d)|(?<=FY )\d\d\s?[-/–]\s?\d\d)(?!\d|[-/]\d)"
_TO: Final = r"(?:to|ending|ended|end|prior\s+to|up\s+to|until)"
_DASH: Final = r"\s*(?:to|-|–|—|and|until)\s*-?"

_PATTERNS: Final = re.compile(
    "|".join(
        (
            rf"(?P<long>\b(?P<ln>{_NUMBER})(?:\s|-)?(?:months?|mths?|mnths?|m)\b(?:\s+(?:rolling\s+)?(?:period"
            rf"|total|figure)s?)?"
            rf"(?:\s+{_TO})?(?:\s+(?:in"
            rf"|to))?(?:\s+the)?(?:\s+end\s+of)?\s+{_DAY}(?P<lm>{_MONTH})(?:[\s-]+(?P<ly>{_YEAR}))?\b)",
            rf"(?P<year>\b(?:YE|Y/E|years?(?:\s*[-–]?\s*(?:ending|ended|end|to|up to))"
            rf"|FYE)\s+(?:the\s+)?(?:end\s+of\s+)?{_DAY}(?P<ym>{_MONTH})[\s-]+(?P<yy>{_YEAR}))",
            rf"(?P<range>\b{_DAY}(?P<r1>{_MONTH})(?:[\s-]+(?P<ry1>{_YEAR}))?{_DASH}{_DAY}(?P<r2>{_MONTH}"
            rf")[\s-]+(?P<ry2>{_YEAR}))",
            rf"(?P<quarter>\b(?:by\s+the\s+end\s+of\s+(?:the\s+)?)?(?:(?:quarter|Qtr|Q)\s?(?P<q>[1-4])"
            rf"|(?P<qw>{'|'.join(_QUARTERS)})\s+quarter)(?:\s+of)?(?:\s+the)?(?:\s+FY)?,?\s+(?P<qy>{_FY}))",
            r"(?P<badquarter>\bQ(?P<bq>[05-9])\s+(?:19|20)\d\d(?:[-/–]\d\d)?)",
            r"(?P<calquarter>\bQ(?P<cq>[1-4])\s+(?P<cqy>(?:19|20)\d\d)\b)",
            r"(?P<tyly>\b(?P<tn>\d{1,2})\s?(?:M|months?|mths?)\s+(?P<tl>TY|LY)\b)",
            rf"(?P<fy>\b(?:(?:FY|financial\s+year|fiscal\s+year)\s+)?(?P<fyy>{_FY})\b)",
            rf"(?P<since>\b(?:since|from)\s+(?:at\s+least\s+)?{_DAY}(?:{_MONTH})\s+{_YEAR})",
            rf"(?P<date>\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTH})(?:\s+(?:19|20)\d\d)?\b)",
            rf"(?P<month>\b(?P<mm>{_MONTH})[\s-]+(?P<my>{_YEAR})\b)",
            r"(?P<versus>\b(?:v\.?|vs\.?|versus|compared\s+(?:to|with)|against|than|on)\s*(?P<vy>(?:19"
            r"|20)\d\d)(?![\d,/–-]))",
            r"(?P<calendar>\b(?:in|during|for|calendar\s+year)\s+(?P<cy>(?:19|20)\d\d)(?![\d,/–-]|\s+(?:offences"
            r"|crimes|incidents|victims|reports|cases|records)))",
            r"(?P<five>\b(?:the\s+)?(?P<fn>three|five|ten|3|5|10)[\s-]+year\s+(?:rolling\s+)?(?:mean|average))",
            r"(?P<lastyear>\b(?:the\s+|that\s+)?(?:(?:same|corresponding|equivalent"
            r"|comparable)\s+(?:\w+\s+)?(?:period|quarter|months?|time|point|term)\s*(?:of|in|the)*\s*(?:last"
            r"|(?:the\s+)?previous|(?:the\s+)?prior|(?:the\s+)?preceding|a|(?:the\s+)?year)\s*(?:year|before"
            r"|earlier|ago)+|year[\s-]on[\s-]year|YoY|(?:on\s+)?(?:the\s+)?(?:previous|prior"
            r"|preceding)\s+(?:12\s+months|twelve\s+months|year)|last\s+year|(?:the|a)\s+year\s+(?:before|earlier"
            r"|ago)|12\s+months\s+(?:before|earlier|ago)))",
            r"(?P<lastquarter>\b(?:the\s+)?(?:last|previous|preceding|prior)\s+quarter)",
            r"(?P<base>\b(?:the\s+)?baseline(?:\s+(?:year|period|window|figure))?)",
            rf"(?P<latest>\b(?:the\s+)?(?:last|latest|past|most\s+recent)\s+(?P<lat>{_NUMBER})\s+months)",
            r"(?P<this>\b(?:(?:the\s+)?(?:financial\s+)?year[\s-]to[\s-]date|YTD|FYTD"
            r"|(?:so\s+far\s+)?this\s+(?:financial\s+)?(?:year|quarter|month|period|term)|rolling\s+year)(?!\w))",
        )
    ),
    re.IGNORECASE,
)
_LONGEST: Final = 60


@lru_cache(maxsize=4096)
def find_windows(text: str) -> tuple[Window, ...]:
    """The windows named in `text` (plain signs), in order; dates and "since" phrases come as windows of no length."""
    if not _MAY.search(text):
        return ()
    found = []
    for match in _PATTERNS.finditer(text):
        window = _READERS[str(match.lastgroup and next(k for k in _READERS if match[k]))](match)
        if window is not None:
            found.append(replace(window, start=match.start(), end_at=match.end(), text=" ".join(match[0].split())))
    return tuple(found)


_MAY: Final = re.compile(r"\d|year|quarter|baseline|month|YTD|YoY|average|mean|this period|term", re.IGNORECASE)


def year_of(text: str) -> int:
    """A printed year: 2023, 23, '23 (00 to 49 are this century)."""
    digits = int(re.sub(r"\D", "", text))
    if digits >= 100:
        return digits
    return digits + (2000 if digits < 50 else 1900)


def _month_of(text: str) -> int:
    return _MONTHS[text[:3].lower()]


def _length_of(text: str) -> int:
    return int(text) if text.isdigit() else _LENGTHS[text.lower()]


def _long(m: re.Match[str]) -> Window | None:
    months = _length_of(m["ln"])
    if not (1 <= months <= 24 or months in {30, 36, 48, 60}):
        return None  # `42M Dec 40` is a misprint of something, not a window
    month = _month_of(m["lm"])
    if m["ly"] is None:
        return Window(months, None, month=month)
    return Window(months, month_index(year_of(m["ly"]), month))


def _year(m: re.Match[str]) -> Window | None:
    return Window(12, month_index(year_of(m["yy"]), _month_of(m["ym"])))


def _range(m: re.Match[str]) -> Window | None:
    last = month_index(year_of(m["ry2"]), _month_of(m["r2"]))
    first_month = _month_of(m["r1"])
    if m["ry1"]:
        first = month_index(year_of(m["ry1"]), first_month)
    else:
        first = month_index(last // 12 - (first_month > last % 12 + 1), first_month)
    months = last - first + 1
    return Window(months, last) if 1 <= months <= _LONGEST else None


def _quarter(m: re.Match[str]) -> Window | None:
    number = int(m["q"]) if m["q"] else _QUARTERS[m["qw"].lower()]
    year = _financial(m["qy"])
    if year is None:
        return None
    to_date = m[0].lower().startswith("by")
    return Window(3 * number if to_date else 3, month_index(year - 1, 3) + 3 * number)


def _financial(text: str) -> int | None:
    """The year in which a financial year ends; None for anything that is not one (`2010-20`)."""
    first, last = re.split(r"\s?[-/–]\s?", text)
    start = year_of(first)
    end = year_of(last) if len(last) == 4 else start // 100 * 100 + int(last)
    if end < start:
        end += 100
    return end if end == start + 1 else None


def _fy(m: re.Match[str]) -> Window | None:
    year = _financial(m["fyy"])
    return Window(12, month_index(year, 3)) if year else None


def _unread(_: re.Match[str]) -> Window | None:
    return Window(None, None, relative="date")


def _month(m: re.Match[str]) -> Window | None:
    if not m["mm"][0].isupper():  # "may 20 people"
        return None
    return Window(1, month_index(year_of(m["my"]), _month_of(m["mm"])), month=_month_of(m["mm"]))


_READERS: Final[dict[str, Callable[[re.Match[str]], Window | None]]] = {
    "long": _long,
    "year": _year,
    "range": _range,
    "quarter": _quarter,
    "badquarter": _unread,
    "calquarter": lambda m: Window(3, None, relative=f"Q{m['cq']} {m['cqy']}"),
    "tyly": lambda m: Window(int(m["tn"]), None, relative="this-year" if m["tl"].upper() == "TY" else "last-year"),
    "fy": _fy,
    "since": _unread,
    "date": _unread,
    "month": _month,
    "versus": lambda m: Window(None, None, year=int(m["vy"])),
    "calendar": lambda m: Window(12, month_index(int(m["cy"]), 12)),
    "five": lambda _: Window(None, None, relative="mean-of-years"),
    "lastyear": lambda _: Window(None, None, relative="last-year"),
    "lastquarter": lambda _: Window(None, None, relative="last-quarter"),
    "base": lambda _: Window(None, None, relative="baseline"),
    "latest": lambda m: Window(_length_of(m["lat"]), None, relative="latest"),
    "this": lambda _: Window(None, None, relative="this-year"),
}


def resolve(current: Window | None, base: Window | None) -> tuple[Window | None, Window | None]:
    """Both windows of a comparison, each with what the other says of it.

    `v. 2022` and `v. December 2019` have the length (and the month) of the window they are compared with; the same
    period last year ends twelve months before it; `12 months to September 2022` as the base of a comparison that names
    no window of its own leaves the window unknown.
    """
    if current is None or base is None or not current.known:
        return current, base
    months, end = current.months, current.end
    assert end is not None
    if base.relative == "last-year" and base.end is None and base.months in {None, months}:
        base = replace(base, months=months, end=end - 12)
    elif base.relative == "last-quarter" and base.end is None:
        base = replace(base, months=months, end=end - 3)
    elif base.year is not None and base.end is None:
        base = replace(base, months=months, end=month_index(base.year, end % 12 + 1), inherited=True)
    elif base.months == 1 and months != 1 and base.month is not None:
        base = replace(base, months=months, inherited=True)
    return current, base
