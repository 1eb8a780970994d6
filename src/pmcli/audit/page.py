"""The findings as one HTML page that needs nothing else: no network, no script; legible to a screen reader and on
paper.

The template escapes every text, and the page's own policy (a hash of its style sheet, and nothing else allowed)
forbids a browser to run or fetch anything, whatever the audited document holds.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pmcli import __version__
from pmcli.audit.claims import CONSISTENT, CONTRADICTS, UNCHECKED, Claim
from pmcli.audit.document import Document
from pmcli.audit.findings import Finding, contradictions
from pmcli.audit.glyphs import shown
from pmcli.audit.places import places_text
from pmcli.audit.show import how_sure
from pmcli.errors import lacks

_TEMPLATES: Final = Path(__file__).with_name("templates")
MOST: Final = 5_000
"""Rows listed of the claims that nothing contradicts; the table (-o x.csv --all) has them all."""


def page(document: Document, found: Sequence[Finding]) -> str:
    """The whole page. The same document gives the same text. Raises PmError when Jinja is not installed."""
    try:
        import jinja2
        from markupsafe import Markup
    except ModuleNotFoundError as error:
        raise lacks("the page of findings", "jinja2", "audit") from error
    style = (_TEMPLATES / "audit.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    wrong = contradictions(found)
    numbers = {finding.number for finding in found if finding.outcome.result == CONTRADICTS}
    fine = _listed(found, CONSISTENT, numbers)
    numbers |= {finding.number for finding in found if finding.outcome.result == CONSISTENT}
    rest = _listed(found, UNCHECKED, numbers)
    notes = [shown(note) for note in document.notes]
    if len(fine) > MOST or len(rest) > MOST:
        notes.append(f"Of each list the first {MOST:,} are here; -o audit.csv --all has every claim.")
    return environment.get_template(
        "audit.html.j2"
    ).render(
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        style=Markup(style),  # noqa: S704 - our own file, not a text of the document
        version=__version__,
        heading=f"Audit of {shown(Path(document.name).name)}",
        claims=len({finding.number for finding in found}),
        cards=[_card(finding) for finding in wrong],
        consistent=fine[:MOST],
        unchecked=rest[:MOST],
        notes=notes,
    )


def _listed(found: Sequence[Finding], result: str, without: set[int]) -> list[dict[str, str]]:
    rows: dict[int, dict[str, str]] = {}
    for finding in found:
        if finding.outcome.result == result and finding.number not in without and finding.number not in rows:
            note = (
                finding.outcome.working if result == CONSISTENT else finding.outcome.remedy or finding.outcome.working
            )
            rows[finding.number] = {
                "place": places_text(finding.places),
                "quote": shown(finding.claim.quote),
                "note": shown(note),
            }
    return list(rows.values())


def _card(finding: Finding) -> dict[str, Any]:
    outcome = finding.outcome
    places = [(places_text(finding.places), _marked(finding.claim))]
    others = [other for other in outcome.others if other is not finding.claim][:6]
    if others and not (len(others) == 1 and outcome.other_places):
        places += [(places_text(other.places), _marked(other)) for other in others]
    elif finding.other_places:
        places.append((places_text(finding.other_places), _marked(others[0]) if others else []))
    return {
        "severity": outcome.severity.capitalize(),
        "sure": how_sure(outcome.certainty),
        "sentence": shown(outcome.sentence),
        "places": places,
        "working": shown(outcome.working),
        "remedy": shown(outcome.remedy),
    }


def _marked(claim: Claim) -> list[tuple[str, bool]]:
    """A claim's quote in pieces, its figures marked."""
    quote = shown(claim.quote)
    figures = sorted(
        {shown(figure.text) for figure in claim.figures.values() if figure.text.strip()}, key=len, reverse=True
    )
    if not figures:
        return [(quote, False)]
    pieces = re.split("(" + "|".join(rf"(?<![\w.,]){re.escape(figure)}(?![\d])" for figure in figures) + ")", quote)
    return [(piece, piece in figures) for piece in pieces if piece]
