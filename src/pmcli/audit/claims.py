"""What a document claims: one quantitative statement with its place, its printed figures and what is *not* known.

A claim is about a measure (or nothing that is known), an area, and one window or two; its figures keep the role they
play: `base`, `current`, `difference`, `percent`, `points`, `share`, `n`, `of`, `rate`, `average`, `sd`, `rank` … What
a check says of a claim is an `Outcome`: consistent, contradicts, or cannot be checked and what would have to be
printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from pmcli.audit.figures import Figure
from pmcli.audit.intervals import Interval
from pmcli.audit.places import Place
from pmcli.audit.windows import Window

CONSISTENT: Final = "consistent"
CONTRADICTS: Final = "contradicts"
UNCHECKED: Final = "cannot be checked"

ARITHMETIC: Final = "arithmetic error"
PERIOD: Final = "mislabelled period"
WORDING: Final = "wording against numbers"
BASIS: Final = "missing basis"
SEVERITIES: Final = (ARITHMETIC, PERIOD, WORDING, BASIS)

ALONE: Final = "figures alone"
SERIES: Final = "same series"
READING: Final = "reading of words"
ORIGINAL: Final = "see the original"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check says of one claim.

    others: the claims it was held against. working: the arithmetic, with the figures. sentence: what a reader is told.
    remedy: what would make it true, or what would have to be printed to check it.
    """

    check: str
    result: str
    working: str = ""
    sentence: str = ""
    severity: str = ""
    certainty: str = ALONE
    others: tuple[Claim, ...] = ()
    remedy: str = ""
    places: tuple[Place, ...] = ()
    other_places: tuple[Place, ...] = ()


@dataclass(eq=False, slots=True)
class Claim:
    """One claim. direction: what its words say (1 up, -1 down, 0 no change, None nothing). section: the number of the
    heading it stands under. sure_order: whether it is certain which figure is the earlier one. wrong: the roles whose
    figure another check has found wrong, so that it is not held against anything else.
    """

    kind: str
    places: tuple[Place, ...]
    quote: str
    measure: str = ""
    qualifiers: frozenset[str] = frozenset()
    area: str = ""
    current: Window | None = None
    base: Window | None = None
    figures: dict[str, Figure] = field(default_factory=dict)
    direction: int | None = None
    section: int = 0
    own_measure: bool = False
    sure_order: bool = True
    doubtful: bool = False
    table: bool = False
    label: str = ""
    about: str = ""
    source: str = ""
    wrong: frozenset[str] = frozenset()
    outcomes: list[Outcome] = field(default_factory=list)

    def interval(self, role: str) -> Interval | None:
        """The values that a figure may stand for; None when it is not printed."""
        figure = self.figures.get(role)
        return figure.interval if figure else None

    @property
    def contradicted(self) -> bool:
        """Whether a check found it impossible."""
        return any(outcome.result == CONTRADICTS for outcome in self.outcomes)

    def fold(self) -> None:
        """Make one finding of several contradictions of the claim by itself: one wrong figure is one cause."""
        found = [outcome for outcome in self.outcomes if outcome.result == CONTRADICTS]
        if len(found) > 1:
            first = min(found, key=lambda outcome: (SEVERITIES.index(outcome.severity), found.index(outcome)))
            working = "; ".join(dict.fromkeys(outcome.working for outcome in found))
            merged = replace(
                first, working=working, sentence=" ".join(dict.fromkeys(outcome.sentence for outcome in found))
            )
            self.outcomes = [outcome for outcome in self.outcomes if outcome not in found] + [merged]

    def say(self, outcome: Outcome) -> None:
        """Keep what a check says."""
        self.outcomes.append(outcome)
