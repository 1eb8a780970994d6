"""Findings for people, on a terminal or in a text file: a card for each contradiction, worst first, then the counts
of the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from pmcli.audit.claims import CONSISTENT, CONTRADICTS, READING, UNCHECKED
from pmcli.audit.document import Document
from pmcli.audit.findings import Finding, contradictions
from pmcli.audit.glyphs import shown
from pmcli.audit.places import places_text

_SURE = {
    "figures alone": "the figures alone show it",
    "same series": "if both places mean the same series",
    "see the original": "a sign of it is doubtful: see the original first",
    READING: "turns on how the words are read",
}


def how_sure(certainty: str) -> str:
    """How sure a finding is, in words."""
    return _SURE.get(certainty, certainty)


def cards(document: Document, found: Sequence[Finding], *, everything: bool = False, width: int = 100) -> str:
    """The findings as text. everything: list the consistent and the unchecked claims too."""
    wrong = contradictions(found)
    lines = [heading(document, found), ""]
    for number, finding in enumerate(wrong, start=1):
        lines += _card(number, finding, width)
    lines += summary(found)
    lines += [f"Note: {shown(note)}." for note in document.notes]
    if everything:
        for result, title in ((CONSISTENT, "Consistent"), (UNCHECKED, "Cannot be checked")):
            lines += ["", title]
            for finding in found:
                if finding.outcome.result == result:
                    lines += _line(finding, width)
    return "\n".join(lines) + "\n"


def heading(document: Document, found: Sequence[Finding]) -> str:
    """One line that says what was read and what was found."""
    wrong = sum(finding.outcome.result == CONTRADICTS for finding in found)
    claims = len({finding.number for finding in found})
    said = "nothing contradicts itself" if not wrong else f"{wrong} contradiction{'s' if wrong > 1 else ''}"
    return f"{shown(document.name)}: {claims:,} claim{'s' if claims != 1 else ''} read, {said}"


def summary(found: Sequence[Finding]) -> list[str]:
    """How many claims are consistent and how many cannot be checked."""
    wrong = {finding.number for finding in found if finding.outcome.result == CONTRADICTS}
    fine = {finding.number for finding in found if finding.outcome.result == CONSISTENT} - wrong
    rest = {finding.number for finding in found} - wrong - fine
    return [
        f"Consistent: {len(fine):,} claims. Cannot be checked: {len(rest):,}; --all lists them and what would have "
        f"to be printed."
    ]


def _card(number: int, finding: Finding, width: int) -> list[str]:
    claim, outcome = finding.claim, finding.outcome
    lines = _wrapped(f"{number}. {outcome.severity.capitalize()}: {shown(outcome.sentence)}", width, "   ")
    lines += _place(places_text(finding.places), claim.quote, width)
    seen = {shown(claim.quote)}
    others = [other for other in outcome.others if shown(other.quote) not in seen]
    if others:
        for other in others[:4]:
            if shown(other.quote) not in seen:
                seen.add(shown(other.quote))
                lines += _place(
                    places_text(outcome.other_places if len(others) == 1 and outcome.other_places else other.places),
                    other.quote,
                    width,
                )
    elif finding.other_places:
        lines += _place(places_text(finding.other_places), "", width)
    lines += _wrapped(f"   Working: {shown(outcome.working)}", width, "     ")
    if outcome.remedy:
        lines += _wrapped(f"   What would make it true: {shown(outcome.remedy)}", width, "     ")
    lines += _wrapped(f"   How sure: {how_sure(outcome.certainty)}.", width, "     ")
    return [*lines, ""]


def _place(place: str, quote: str, width: int) -> list[str]:
    return _wrapped(f"   {place}: {shown(quote)}" if quote else f"   {place}", width, "     ")


def _line(finding: Finding, width: int) -> list[str]:
    outcome = finding.outcome
    why = f"needs {shown(outcome.remedy)}" if outcome.result == UNCHECKED and outcome.remedy else shown(outcome.working)
    check = f" [{outcome.check}]" if outcome.check else ""
    return _wrapped(f"  {places_text(finding.places)}: {shown(finding.claim.quote)[:160]}{check} {why}", width, "    ")


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    import textwrap

    return textwrap.wrap(
        text, max(width, 40), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ) or [""]
