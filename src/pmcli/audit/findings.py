"""The `audit` table: one row for each claim and what a check says of it, worst first when only contradictions are
asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from pmcli.audit.claims import CONTRADICTS, READING, SEVERITIES, Claim, Outcome
from pmcli.audit.glyphs import shown
from pmcli.audit.places import Place, places_text
from pmcli.tables import AUDIT

_ROLES: Final = (
    "percent",
    "difference",
    "points",
    "share",
    "n",
    "of",
    "base",
    "current",
    "total",
    "force",
    "average",
    "rate",
    "sd",
    "rank",
    "flags",
    "needed",
    "gate",
    "change",
)


class Finding(NamedTuple):
    """One claim and one outcome of it."""

    number: int
    claim: Claim
    outcome: Outcome

    @property
    def places(self) -> tuple[Place, ...]:
        """Where the claim stands."""
        return self.outcome.places or self.claim.places

    @property
    def other_places(self) -> tuple[Place, ...]:
        """Where it is contradicted or borne out."""
        if self.outcome.other_places:
            return self.outcome.other_places
        return tuple(dict.fromkeys(place for other in self.outcome.others for place in other.places))

    @property
    def counts(self) -> bool:
        """Whether it is a contradiction that the exit code tells: readings of words are not."""
        return self.outcome.result == CONTRADICTS and self.outcome.certainty != READING


def findings(claims: Sequence[Claim]) -> list[Finding]:
    """Every claim with each of its outcomes, in the order of the document; the same outcome once."""
    found: list[Finding] = []
    for number, claim in enumerate(claims, start=1):
        seen: set[tuple[str, str, str]] = set()
        for outcome in claim.outcomes:
            finding = Finding(number, claim, outcome)
            mark = (outcome.check, outcome.result, places_text(finding.other_places))
            if mark not in seen:
                seen.add(mark)
                found.append(finding)
    return found


def contradictions(found: Iterable[Finding]) -> list[Finding]:
    """The contradictions, worst first: by severity, then those that figures alone show, then by place."""
    certain = ("figures alone", "same series", "see the original", READING)
    wrong = [finding for finding in found if finding.outcome.result == CONTRADICTS]
    return sorted(
        wrong,
        key=lambda one: (
            one.outcome.certainty == READING,
            SEVERITIES.index(one.outcome.severity),
            certain.index(one.outcome.certainty),
            one.number,
        ),
    )


def table(found: Sequence[Finding]) -> pl.DataFrame:
    """The findings as the `audit` table of the contract."""
    return pl.DataFrame([_row(finding) for finding in found], schema=AUDIT.schema(), orient="row")


def _row(finding: Finding) -> dict[str, Any]:
    claim, outcome = finding.claim, finding.outcome
    quotes = dict.fromkeys(shown(other.quote) for other in outcome.others)
    return {
        "number": finding.number,
        "place": places_text(finding.places),
        "quote": shown(claim.quote),
        "kind": claim.kind,
        "claim": claim_text(claim),
        "measure": claim.measure,
        "area": "" if claim.area.startswith("elsewhere") else claim.area.removeprefix("place:"),
        "check": outcome.check,
        "result": outcome.result,
        "severity": outcome.severity if outcome.result == CONTRADICTS else "",
        "certainty": outcome.certainty if outcome.result == CONTRADICTS else "",
        "other_place": places_text(finding.other_places),
        "other_quote": " | ".join(quotes),
        "working": shown(outcome.working),
        "sentence": shown(outcome.sentence),
        "remedy": shown(outcome.remedy),
    }


def claim_text(claim: Claim) -> str:
    """How pm read a claim: its figures by role, what it is about and the windows: what a reader corrects pm by."""
    parts = [f"{role} {shown(claim.figures[role].text)}" for role in _ROLES if role in claim.figures]
    if claim.kind in {"flag", "outlier-verdict"} and claim.direction is not None:
        parts.append(
            ("flagged" if claim.direction else "not flagged")
            if claim.kind == "flag"
            else ("outlier" if claim.direction else "not an outlier")
        )
    elif claim.direction is not None and claim.kind not in {"flag", "outlier-verdict"}:
        parts.append({1: "up", -1: "down", 0: "no change"}[claim.direction])
    if claim.current is not None or claim.base is not None:
        windows = f"{claim.current or 'window not printed'}" + (f" v. {claim.base}" if claim.base is not None else "")
        parts.append(windows)
    return "; ".join(parts)
