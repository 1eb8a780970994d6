"""What an outlier rule is: its criteria, their windows, and what people call them.

The rules are data: rules.toml describes them at its top, and rules_file.py reads it and a project's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from pmcli.tables import TABLES

AGAINST: Final = ("baseline", "previous-year")
"""The earlier windows that a window can be held against."""

SCOPES: Final = ("national", "peers")
"""Whose average a rate or a change can be held against."""

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "volume": ("months", "against"),
    "rate": ("months", "scope"),
    "change": ("months", "against", "scope"),
}
"""The kinds of criterion, and the keys that each needs."""

RESERVED: Final = frozenset(about for table in TABLES for about in table.about)
"""What else a sentence can be about: no criterion may be called so."""

MOST_MONTHS: Final = 120
"""The longest window that pm makes (steps.rolling)."""


class Criterion(NamedTuple):
    """One test of a rule; the fields are described at the top of rules.toml."""

    id: str
    kind: str
    months: int
    label: str
    against: str = ""
    scope: str = ""


class Rule(NamedTuple):
    """The outlier rule of a priority area; the fields are described at the top of rules.toml."""

    group: str
    measures: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    needed: int
    gate_months: int = 0
    gate_increase: float = 0.0
    gate_against: str = "previous-year"
    label: str = ""
    own: bool = False
    """Whether it is a project's own, in part or as a whole: then it is not the Home Office's."""

    @property
    def months(self) -> int:
        """The length of the window that the rule as a whole is about, as a heading names it."""
        return main_window(criterion.months for criterion in self.criteria)


def main_window(lengths: Iterable[int]) -> int:
    """The length of the window that criteria over these lengths are about together: 12 months, else the longest under
    a year, else the shortest over it.
    """
    return min(lengths, key=lambda months: (months > 12, abs(months - 12)))


def label_of(criterion: Criterion) -> str:
    """A criterion in words, as the labels of the shipped ones have it."""
    months = criterion.months
    if criterion.kind == "rate":
        whose = "national average" if criterion.scope == "national" else "Most Similar Group average"
        return f"{'' if months == 12 else f'{months}-month '}rate v. the {whose}"
    if criterion.kind == "change":
        whose = "national average" if criterion.scope == "national" else "Most Similar Group's"
        since = " since the baseline" if criterion.against == "baseline" else ""
        return f"{'' if since and months == 12 else f'{months}-month '}change{since} v. the {whose}"
    now = "12 months" if months == 12 else last(months)
    return f"{now} v. {earlier(months, criterion.against)}"


def last(months: int) -> str:
    """'last 6 months', 'last month'."""
    return "last month" if months == 1 else f"last {months} months"


def earlier(months: int, against: str, number: str = "") -> str:
    """An earlier window: 'the same 6 months a year before', 'the baseline'. number: how months is to be written."""
    span = "month" if months == 1 else f"{number or months} months"
    if against == "baseline":
        if months == 12:
            return "the baseline"
        return f"the last {span} of the baseline" if months < 12 else f"the {span} to the end of the baseline"
    return f"the same {span} a year before" if months < 12 else f"the {span} to a year before"
