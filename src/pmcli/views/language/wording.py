"""Nouns, numbers and windows as a sentence needs them: '42%', 'four more', 'one Drug offence', 'the 12 months to …'."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pmcli.catalogue import Measure
from pmcli.views.language import words
from pmcli.views.language.findings import SMALL_BASE

SMALL: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_HEADS: Final = {
    "offences": "offence", "crimes": "crime", "incidents": "incident", "victims": "victim", "businesses": "business",
    "homicides": "homicide", "thefts": "theft", "robberies": "robbery", "burglaries": "burglary", "calls": "call",
    "referrals": "referral", "people": "person", "deaths": "death", "arrests": "arrest", "searches": "search",
}  # fmt: skip
"""Plurals that make a label countable as it stands, with their singular."""


def noun(measure: Measure, number: float = 2) -> str:
    """What a count measure counts, for so many: 'Burglary offences', 'one Drug offence', 'offences involving knives'.

    The measure's own `noun` ("singular|plural") if it has one. Else its label: as it is when it names what is counted
    (in lower case when that is its first word), in the plural when it ends in homicide, and followed by "offences"
    otherwise; a bracket at its end stays at the end.
    """
    one = abs(number) == 1
    if measure.noun:
        singular, _, plural = measure.noun.partition("|")
        return singular if one else plural or f"{singular}s"
    label, _, bracket = measure.label.partition(" (")
    tail = f" ({bracket}" if bracket else ""
    for plural, singular in _HEADS.items():
        found = re.search(rf"\b{plural}\b", label, re.IGNORECASE)
        if found:
            name = label[: found.start()] + (singular if one else plural) + label[found.end() :]
            return name + tail
    if label.lower().endswith("homicide"):
        name = label[:-8] + label[-8:].lower()
        return (name if one else f"{name}s") + tail
    return f"{label} {'offence' if one else 'offences'}{tail}"


def short_noun(measure: Measure) -> str:
    """'offences', 'homicides': the plural head of what a measure counts, where the line already says which measure."""
    things = noun(measure)
    heads = [plural for plural in _HEADS if re.search(rf"\b{plural}\b", things, re.IGNORECASE)]
    return heads[0] if heads else things


def unit(measure: Measure) -> tuple[str, str]:
    """(name, unit) of a mean: 'Average 999 call answer time (seconds)' -> the name without it, and ' seconds'."""
    found = re.fullmatch(r"(.+) \(([a-z]+)\)", measure.label)
    return (found[1], f" {found[2]}") if found else (measure.label, "")


def spoken(value: float) -> str:
    """A count in a sentence: a word under ten, figures from there on."""
    whole = value == int(value)
    return SMALL[int(value)] if whole and 0 <= value < 10 else words.count(value)


def more(difference: float) -> str:
    """'four more', '171 fewer'."""
    return f"{spoken(abs(difference))} {'more' if difference > 0 else 'fewer'}"


def whole_percent(change: float) -> str:
    """42% of the fraction -0.4213, without its sign; a decimal below 2 %, 'under 0.1%' below what that can show.

    'over 99%' of a fall that leaves something: 100% fewer would be none.
    """
    size = abs(change) * 100
    if size < 0.05:
        return "under 0.1%"
    if -1 < change < -0.995:
        return "over 99%"
    return f"{size:.1f}%" if size < 2 else f"{size:,.0f}%"


def window(months: int, end: date) -> str:
    """'the 12 months to September 2023'; a single month is 'September 2023'."""
    return words.long_month(end) if months == 1 else f"the {months} months to {words.long_month(end)}"


def against(months: int, end: date) -> str:
    """'12 months to December 2019', as it stands after 'v.'."""
    return window(months, end).removeprefix("the ")


def mean_figures(now: float, then: float) -> tuple[str, str]:
    """Two means to one decimal, or to as many as it takes (four at most) to tell them apart."""
    return _apart(now, then, "{:,.{places}f}", 1)


def share_figures(now: float, then: float) -> tuple[str, str]:
    """Two shares as percentages to one decimal, or to as many as it takes to tell them apart."""
    return _apart(now * 100, then * 100, "{:.{places}f}%", 1)


def printed_points(pair: tuple[str, str], difference: float) -> str:
    """The points between two printed percentages, so that they subtract to what is said; of others the difference's."""
    if not all(one.endswith("%") for one in pair):
        return words.some_points(difference)
    apart = abs(Decimal(pair[0].removesuffix("%")) - Decimal(pair[1].removesuffix("%")))
    return f"{apart} point{'' if apart == 1 else 's'}"


def points_between(now: str, then: str) -> str:
    """'-5.0' from '62.0%' and '67.0%': the points between two printed percentages, signed, so that they subtract."""
    return f"{Decimal(now.removesuffix('%')) - Decimal(then.removesuffix('%')):+}"


def share_of(value: float, base: float | None) -> str:
    """A share as '81.1%'; of a base too small for a percentage as '14 of 28'."""
    if base is None or base >= SMALL_BASE:
        return words.share(value)
    return f"{words.count(round(value * base, 1))} of {words.count(base)}"


def one_in(value: float) -> str:
    """'about one in three' of a share that rounds to that per cent; nothing of one that no small part is near."""
    return _PARTS.get(round(value * 100), "")


_PARTS: Final = {
    10: "about one in ten", 20: "about one in five", 25: "about one in four", 33: "about one in three",
    50: "about half", 67: "about two in three", 75: "about three in four",
}  # fmt: skip


def shares_of(row: dict[str, Any], *, apart: bool) -> tuple[str, str]:
    """A row's share and the one it is held against, as `share_of`; apart: to the places that tell them apart."""
    now, then = row["value"], row["against_value"]
    pair = share_figures(now, then) if apart else (words.share(now), words.share(then))
    bases = row["base"], row["against_base"]
    small = [base is not None and base < SMALL_BASE for base in bases]
    return (share_of(now, bases[0]) if small[0] else pair[0], share_of(then, bases[1]) if small[1] else pair[1])


def rate_figures(now: float, then: float) -> tuple[str, str]:
    """Two rates to the places that packs print, or to as many as it takes to tell them apart."""
    printed = words.rate(now), words.rate(then)
    return printed if printed[0] != printed[1] else _apart(now, then, "{:,.{places}f}", 3 if abs(now) < 1 else 2)


def _apart(now: float, then: float, form: str, places: int) -> tuple[str, str]:
    for more_places in range(places, 5):
        pair = form.format(now, places=more_places), form.format(then, places=more_places)
        if pair[0] != pair[1]:
            return pair
    return form.format(now, places=places), form.format(then, places=places)
