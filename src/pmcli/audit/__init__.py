"""Audit a published document against itself: its quantitative claims, and which of them cannot be true together.

    document -> lines and cells with places -> claims -> linked groups -> constraints -> findings

`audit` takes a document that a reader gave and a catalogue, and returns every claim with what each check says of it.
No model, no network, one pass; the same result for the same bytes. docs/auditing.md says what is read and what is
checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmcli.audit.checks import flags, labels, others, rows, series, within, words
from pmcli.audit.claims import UNCHECKED, Claim, Outcome
from pmcli.audit.document import Document, take_apart
from pmcli.audit.names import Lexicon
from pmcli.audit.places import Place
from pmcli.audit.statements import read_statements
from pmcli.audit.tables import head_claims, read_tables, settle_years

if TYPE_CHECKING:
    from pmcli.catalogue import Catalogue

__all__ = ["audit"]


def audit(document: Document, catalogue: Catalogue, *, wording: bool = False) -> list[Claim]:
    """The claims of a document in its order, each with its outcomes.

    wording: give readings of words as well, which a person has to judge and which never count as contradictions.
    """
    lexicon = Lexicon(catalogue)
    parts = take_apart(document, lexicon)
    claims = read_statements(parts, lexicon)
    bodies = read_tables(parts, lexicon)
    settle_years(bodies)
    for body in bodies:
        claims += head_claims(body)
        claims += rows.check_table(body, lexicon)
    _one_area(claims)
    for claim in claims:
        if not claim.table:
            within.check_within(claim)
    rows.check_volume_flags(claims)
    labels.check_labels(claims, bodies)
    series.check_series(claims)
    flags.check_flags(claims, bodies, lexicon)
    others.check_ranks(claims)
    others.check_targets(claims)
    others.check_months(claims)
    others.check_extremes(claims, bodies)
    others.check_populations(claims, bodies)
    words.check_words(claims, words=wording)
    claims += others.check_dates(parts)
    claims += others.check_columns(bodies)
    for claim in claims:
        if not claim.outcomes:
            claim.say(Outcome("", UNCHECKED, remedy=_remedy(claim)))
    order = {line.place: number for number, line in enumerate(document.lines)}
    return sorted(
        claims,
        key=lambda claim: min(
            (order.get(replace_cell(place), order.get(place, 0)) for place in claim.places), default=0
        ),
    )


def replace_cell(place: Place) -> Place:
    """The place of the row that a cell stands in."""
    return place._replace(cell="")


def _one_area(claims: list[Claim]) -> None:
    """A document that names one area is about it throughout, whether a sentence says so or not."""
    named = {claim.area for claim in claims if claim.area and not claim.area.startswith("elsewhere")}
    if len(named) == 1:
        for claim in claims:
            if claim.area in named:
                claim.area = ""


def _remedy(claim: Claim) -> str:
    """What would have to be printed to check a claim."""
    match claim.kind:
        case "comparison" | "table-difference":
            return (
                "one of the two counts"
                if {"difference", "percent"} <= set(claim.figures)
                else "the counts of both windows"
            )
        case "percentage":
            return "the counts of both windows"
        case "share":
            return "the count behind the share and the whole it is of"
        case "direction":
            return "the figures that the words describe, and what they are compared with"
        case "rate":
            return "the count and the population behind the rate"
        case "target":
            return "the figure that the aim is held against"
        case "extreme":
            return "the series or the table it is the extreme of"
        case "period":
            return "the same window named elsewhere for the same figures"
        case "correlation":
            return "the coefficient and its data"
    return "another figure of the same thing"
