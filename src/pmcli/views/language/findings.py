"""What a test found, in a word, and what that means by the polarity of a measure. The thresholds stand here.

A verb follows a test and the polarity, never a difference alone.
"""

from __future__ import annotations

from typing import Any, Final

from pmcli.catalogue import Catalogue, Measure

LEVEL: Final = 0.05
"""A p-value below it is called a difference."""

NO_CHANGE: Final = "no clear change"
"""What is said where a test does not tell a change from chance; never that there is none."""

SLIGHT: Final = 0.02
"""A tested change of a count by less than this, and a trend of less than this a year, is "slightly"."""

SLIGHT_POINTS: Final = 0.01
"""A tested difference of two shares below this (one percentage point) is "slightly"."""

SMALL_BASE: Final = 50
"""A percentage of fewer than this many is not said."""

GOOD: Final = frozenset({"improvement", "better"})
BAD: Final = frozenset({"deterioration", "worse", "outlier"})


FINDINGS: Final = (
    "improvement", "deterioration", "change", "no clear change",
    "better", "worse", "different", "no clear difference", "in line with",
    "no signal",
    "outlier", "not an outlier", "undetermined", "met", "not met",
    "high", "low", "expected", "stated", "stable", "ranked", "largest", "lowest", "highest",
    "not tested", "not available",
)  # fmt: skip
"""Every word that `finding` may be."""


def kind_of(finding: str) -> str:
    """ "good", "bad" or "": how to colour a finding."""
    return "good" if finding in GOOD else "bad" if finding in BAD else ""


def judged(direction: str | None, better: str) -> str:
    """What a tested direction means: improvement, deterioration, change (no way is better) or no clear change."""
    if direction is None:
        return "not tested"
    if direction == NO_CHANGE:
        return NO_CHANGE
    if not better:
        return "change"
    return "improvement" if (direction == "increasing") == (better == "up") else "deterioration"


def light(direction: str | None, better: str) -> str:
    """A traffic light that needs no colour."""
    arrow = {"increasing": "▲", "decreasing": "▼", NO_CHANGE: "●"}.get(direction or "", "○")
    word = {"improvement": "better", "deterioration": "worse", "change": "change", NO_CHANGE: NO_CHANGE}
    return f"{arrow} {word.get(judged(direction, better), 'not tested')}"


def measure_of(catalogue: Catalogue, row: dict[str, Any]) -> Measure:
    """The measure of a row; one of the user's own that is in no catalogue is a count without a polarity."""
    found = catalogue.measures.get(row["measure"])
    return found or Measure(row["measure"], row["measure"])


def capital(text: str) -> str:
    """The text with its first letter as a sentence begins."""
    return text[:1].upper() + text[1:]
