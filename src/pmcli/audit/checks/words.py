"""Checks of words against figures elsewhere: "are continuing to increase" against "1,567 fewer than the year before".

Words are held against the figures of the same measure only when they say against what: the year before (or that it
goes on), the baseline. A long-term trend is neither, and nothing printed contradicts it. Looser readings ("better",
"most", a statement assigned by elimination) are given only when they are asked for, and never count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pmcli.audit.checks.series import _difference, _percentage, key_of
from pmcli.audit.claims import CONSISTENT, CONTRADICTS, READING, SERIES, UNCHECKED, WORDING, Claim, Outcome

_GOES_ON: Final = re.compile(
    r"\b(?:continu\w+ to|(?:is|are|remains?|still|now)(?: still| now| again)?)\s+(?:\w+ly\s+)?(?:increas\w+|ris\w+"
    r"|grow\w*|climb\w*|decreas\w+|fall\w*|declin\w+|drop\w*|reduc\w+)\b",
    re.IGNORECASE,
)
_TREND: Final = re.compile(
    r"\btrend\b|\bdirection of travel\b|\bsince\b|\blong[- ]term\b|\brecent months\b|\blast (?:quarter|month|few)\b",
    re.IGNORECASE,
)
_BETTER: Final = re.compile(r"\b(?:better|improv\w+|stable)\b", re.IGNORECASE)


def check_words(claims: Sequence[Claim], *, words: bool) -> None:
    """Hold the words of each claim without figures against the figures of its measure. words: give loose readings
    too.
    """
    changes = [claim for claim in claims if claim.figures and _sign(claim) is not None and key_of(claim) is not None]
    for claim in claims:
        if claim.kind != "direction" or claim.figures or claim.outcomes:
            continue
        if claim.direction in {1, -1} and claim.own_measure and key_of(claim) is not None:
            _against_figures(claim, changes)
        if words and not claim.outcomes:
            _loosely(claim, changes)


def _sign(claim: Claim) -> int | None:
    """The way a claim's figures go, for certain: 1, -1, or None."""
    for change in (_difference(claim), _percentage(claim)):
        if change is not None:
            return 1 if change.low > 0 else -1 if change.high < 0 else None
    return None


def _against_figures(claim: Claim, changes: Sequence[Claim]) -> None:
    same = [other for other in changes if key_of(other) == key_of(claim)]
    quote = claim.quote
    if _GOES_ON.search(quote) or (claim.base is not None and claim.base.relative == "last-year"):
        held = [other for other in same if _year_apart(other)]
    elif claim.base is not None and claim.base.relative == "baseline":
        held = [
            other
            for other in same
            if other.base is not None
            and other.current is not None
            and other.base.key
            and other.current.key
            and other.base.months == other.current.months
            and (other.current.end or 0) - (other.base.end or 0) > 12
        ]
    elif claim.base is not None and claim.base.key and not _TREND.search(quote):
        held = [other for other in same if other.base is not None and other.base.key == claim.base.key]
        held = [
            other
            for other in held
            if claim.current is None
            or other.current is None
            or not claim.current.key
            or other.current.key == claim.current.key
        ]
    else:
        return
    if _TREND.search(quote) and not _GOES_ON.search(quote) and (claim.base is None or not claim.base.relative):
        return
    agree = [other for other in held if _sign(other) == claim.direction]
    against = [other for other in held if _sign(other) == -(claim.direction or 0)]
    if agree and not against:
        claim.say(Outcome("direction", CONSISTENT, _printed(agree[0]), others=(agree[0],)))
    elif against and not agree:
        word = "rise" if claim.direction == 1 else "fall"
        claim.say(
            Outcome(
                "direction",
                CONTRADICTS,
                "; ".join(_printed(other) for other in against[:3]),
                f"The words say a {word}, and the figures of the same measure go the other way.",
                WORDING,
                SERIES,
                tuple(against[:3]),
                remedy="The word that the figures bear out, or what it is compared with.",
            )
        )
    elif held:
        claim.say(
            Outcome("direction", UNCHECKED, "figures of the measure go both ways", remedy="what it is compared with")
        )


def _printed(claim: Claim) -> str:
    return "“" + claim.quote[:100] + ("…" if len(claim.quote) > 100 else "") + "”"


def _year_apart(claim: Claim) -> bool:
    current, base = claim.current, claim.base
    if base is not None and base.relative == "last-year":
        return True
    return bool(
        current
        and base
        and current.key
        and base.key
        and current.months == base.months == 12
        and (current.end or 0) - (base.end or 0) == 12
    )


def _loosely(claim: Claim, changes: Sequence[Claim]) -> None:
    """Readings that an analyst would want to look at: all "improving or stable" while printed measures rise."""
    if re.search(r"\b(?:otherwise|overall|all)\b.*\bimproving or stable\b", claim.quote, re.IGNORECASE):
        rising = [other for other in changes if _sign(other) == 1 and not other.table and _year_apart(other)]
        if rising:
            claim.say(
                Outcome(
                    "direction",
                    CONTRADICTS,
                    "; ".join(_printed(other) for other in rising[:4]),
                    "Everything is said to be improving or stable, and some measures rise.",
                    WORDING,
                    READING,
                    tuple(rising[:4]),
                    remedy="The measures that are meant.",
                )
            )
    elif (
        claim.direction in {1, -1}
        and not claim.own_measure
        and claim.measure
        and claim.base is not None
        and claim.base.key
    ):
        same = [
            other
            for other in changes
            if other.measure == claim.measure and other.base is not None and other.base.key == claim.base.key
        ]
        against = [other for other in same if _sign(other) == -(claim.direction or 0)]
        if against and len(against) == len(same):
            claim.say(
                Outcome(
                    "direction",
                    CONTRADICTS,
                    _printed(against[0]),
                    "Read under the heading above it, this goes the other way than the figures.",
                    WORDING,
                    READING,
                    tuple(against[:2]),
                    remedy="The measure that is meant.",
                )
            )
