"""The figures of a text: what is printed, what it may have been before rounding, and what it is a figure of.

A figure keeps its printed string. Its unit is `count`, `percent`, `points`, `rank`, or `other` for seconds, pounds and
months, which nothing is computed from. Bound words belong to it: "over 38,000" is any value above, "nearly 24,000" lies
within five per cent below, "around 9k" within five per cent either way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pmcli.audit.intervals import INFINITY, Interval, exactly, printed

NEAR: Final = 0.05
"""How far "nearly", "around", "just under" reach, as a fraction of the figure."""

_UNITS: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS: Final = {word: number for number, word in enumerate(_UNITS)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
_WORD: Final = (
    rf"(?:(?:{'|'.join(_TENS)})[- ](?:{'|'.join(_UNITS[1:10])})|{'|'.join(sorted(WORDS, key=len, reverse=True))})"
)
_BOUNDS: Final = {
    "above": (
        "over",
        "well over",
        "more than",
        "greater than",
        "above",
        "higher than",
        "in excess of",
        "upwards of",
        "exceeding",
    ),
    "from": ("at least", "no fewer than", "no less than", "not less than", "a minimum of"),
    "below": ("fewer than", "less than", "under", "below", "lower than", "well under"),
    "upto": ("at most", "no more than", "not more than", "a maximum of"),
    "nearly": ("just under", "just below", "nearly", "almost", "close to", "approaching"),
    "beyond": ("just over", "just above", "slightly over", "slightly more than", "a little over"),
    "around": (
        "around",
        "about",
        "approximately",
        "approx.",
        "approx",
        "roughly",
        "some",
        "circa",
        "c.",
        "an estimated",
        "~",
    ),
}
_BOUND_OF: Final = {word: kind for kind, words in _BOUNDS.items() for word in words}
_BOUND: Final = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(_BOUND_OF, key=len, reverse=True))
_DIGITS: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
FIGURE: Final = re.compile(
    rf"(?:(?<![\w])(?P<bound>{_BOUND})\s*(?:a\s+(?:total\s+of\s+)?)?)?"
    rf"(?:(?P<money>[£$€])\s?)?(?:(?<![\w)%])(?P<sign>[-+–—]))?(?P<money2>[£$€])?"
    rf"(?:(?<![\w.,£$€])(?P<digits>{_DIGITS})(?P<scale>(?:\s?(?:million|billion|thousand|bn)"
    rf"|[mk])(?![A-Za-z]))?(?![0-9]|,[0-9]{{3}}|\.[0-9])"
    rf"|(?<![\w-])(?P<word>{_WORD})(?![\w-]))"
    r"(?P<unit>\s?(?:%|per\s?cents?|percentage|pc\b)\s?-?\s?points?\b|\s?(?:ppts?|pp|p\.p\.|pts)\b|\s?(?:%"
    r"|per\s?cent\b|pct\b|pc\b))?"
    r"(?P<after>[-/]?[A-Za-z]+)?",
    re.IGNORECASE,
)
_SCALES: Final = {"million": 6, "m": 6, "billion": 9, "bn": 9, "thousand": 3, "k": 3}


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed figure. text: as printed. unit: count, percent, points, rank or other. signed: whether a sign stands
    before it. bound: the kind of bound word, or "". doubtful: whether a sign of it may be a misreading.
    """

    text: str
    value: float
    decimals: int
    unit: str
    signed: bool = False
    bound: str = ""
    start: int = 0
    end: int = 0
    doubtful: bool = False

    @property
    def interval(self) -> Interval:
        """The values it may stand for, with its sign; percentages in per cent."""
        return interval_of(self.value, self.decimals, self.unit, self.bound)

    @property
    def magnitude(self) -> Interval:
        """The values its size may have."""
        return interval_of(abs(self.value), self.decimals, self.unit, self.bound)


def interval_of(value: float, decimals: int, unit: str, bound: str) -> Interval:
    """The values that a printed figure may stand for. Counts are exact unless scaled (352k) or bounded."""
    rounded = exactly(value) if unit in {"count", "rank"} and decimals == 0 else printed(value, decimals)
    size = abs(value)
    match bound:
        case "above" | "from":
            return Interval(value, INFINITY) if bound == "above" else Interval(rounded.low, INFINITY)
        case "below" | "upto":
            return Interval(-INFINITY if value < 0 else 0.0, rounded.high)
        case "nearly":
            return Interval(value - NEAR * size, rounded.high)
        case "beyond":
            return Interval(rounded.low, value + NEAR * size)
        case "around":
            room = max(NEAR * size, rounded.width / 2, 0.5)
            return Interval(value - room, value + room)
    return rounded


def read_number(digits: str, scale: str = "") -> tuple[float, int]:
    """The value and the decimals (negative for `352k`) of printed digits."""
    text = digits.replace(",", "")
    decimals = len(text.partition(".")[2])
    power = _SCALES.get(scale.strip().lower(), 0)
    return float(text) * 10**power, decimals - power


def word_number(word: str) -> int:
    """The number that a word such as "twenty-one" says."""
    return sum(WORDS[part] for part in word.lower().replace("-", " ").split())


def figure_of(match: re.Match[str], unit: str) -> Figure:
    """The figure of a match of FIGURE, as the unit that its surroundings give it."""
    if match["digits"]:
        value, decimals = read_number(match["digits"], match["scale"] or "")
    else:
        value, decimals = float(word_number(match["word"])), 0
    sign = match["sign"]
    negative = sign in {"-", "–", "—"}
    bound = _BOUND_OF.get(" ".join(match["bound"].lower().split()), "") if match["bound"] else ""
    if unit == "count" and decimals > 0:
        unit = "rate"  # nobody counts half an offence
    last = (
        match.end("unit")
        if match["unit"]
        else match.end("scale")
        if match["scale"]
        else max(match.end("digits"), match.end("word"))
    )
    first = match.start("sign") if sign else match.start("digits") if match["digits"] else match.start("word")
    return Figure(
        match.string[first:last], -value if negative else value, decimals, unit, bool(sign), bound, first, last
    )


CELL: Final = re.compile(
    rf"\s*\(?\s*(?P<sign>[-+–—]\s?)?(?P<digits>{_DIGITS})(?P<scale>k|m)?\s*"
    r"(?P<unit>%?\s?points?|ppts?|pp|pts|%|per\s?cent)?\s*\)?\s*[*†‡^#]*(?:\s*(?P<mark>\([a-z0-9]\)"
    r"|\[[a-z0-9]+\]))?\s*",
    re.IGNORECASE,
)


def cell_figure(text: str) -> Figure | None:
    """The figure that a whole cell is (plain signs, arrows taken off); None for anything else.

    A sign may stand apart from its digits (`- 63`), as tables print it. A number in brackets with no sign is itself.
    """
    match = CELL.fullmatch(text)
    if match is None:
        return None
    value, decimals = read_number(match["digits"], match["scale"] or "")
    sign = (match["sign"] or "").strip()
    unit = (match["unit"] or "").lower()
    kind = "points" if "p" in unit and "per" not in unit else "percent" if unit else "count"
    if kind == "count" and decimals > 0:
        kind = "rate"
    return Figure(text.strip(), -value if sign in {"-", "–", "—"} else value, decimals, kind, bool(sign))
