"""Checks of outlier criteria: how many flags are printed against how many are said, the verdict against the rule, and
the month of its data.

The rule ("at least 3 flags out of a possible 4") is the one printed in the same section. A verdict can be checked
only when the flags that are printed decide it, whatever the missing ones are.
"""

from __future__ import annotations

from collections.abc import Sequence

from pmcli.audit.claims import ALONE, ARITHMETIC, CONSISTENT, CONTRADICTS, PERIOD, UNCHECKED, WORDING, Claim, Outcome
from pmcli.audit.names import Lexicon
from pmcli.audit.tables import Body
from pmcli.audit.windows import Window, window_text


def check_flags(claims: Sequence[Claim], bodies: Sequence[Body], lexicon: Lexicon) -> None:
    """Check every flag count, rule, verdict and the period that a verdict names."""
    for claim in claims:
        if claim.kind == "flag-count":
            _count(claim, claims, lexicon)
        elif claim.kind == "outlier-verdict":
            _verdict(claim, claims)
            _period(claim, bodies)
        elif claim.kind == "rule":
            _rule(claim)


def _flags(claims: Sequence[Claim], section: int, measure: str = "") -> list[Claim]:
    return [
        claim
        for claim in claims
        if claim.kind == "flag" and claim.section == section and (not measure or claim.measure == measure)
    ]


def _count(claim: Claim, claims: Sequence[Claim], lexicon: Lexicon) -> None:
    named = [mention.measure for mention in lexicon.mentions(claim.label) if mention.known]
    here = _flags(claims, claim.section)
    if claim.label and named:
        section = {one.measure for one in here}
        wanted = [measure if measure in section else _kin(measure, section) for measure in named]
    else:
        wanted = [claim.measure] if claim.measure else []
    said = int(claim.figures["flags"].value)
    of = int(claim.figures["of"].value) if "of" in claim.figures else None
    checked: list[Claim] = []
    for measure in wanted:
        rows = [one for one in here if one.measure == measure]
        if not rows or (of is not None and len(rows) > of):
            continue
        flagged = sum(bool(one.direction) for one in rows)
        missing = (of or len(rows)) - len(rows)
        checked += rows
        if flagged > said or flagged + missing < said:
            doubtful = any(one.doubtful for one in rows)
            claim.say(
                Outcome(
                    "flag-count",
                    CONTRADICTS,
                    f"{flagged} of {len(rows)} printed flags are Y",
                    f"{said} criteria are said to be met; the table prints {flagged}.",
                    ARITHMETIC,
                    "see the original" if doubtful else ALONE,
                    tuple(rows),
                    remedy=f"{flagged}.",
                )
            )
            return
    if checked:
        claim.say(Outcome("flag-count", CONSISTENT, f"{said} said, {said} printed", others=tuple(checked)))
    else:
        claim.say(Outcome("flag-count", UNCHECKED, remedy="the table of flags in the same section"))


def _kin(measure: str, section: set[str]) -> str:
    """The measure of the section's tables that a plain name means: "Robbery" beside a table of personal robbery."""
    return next((one for one in section if one.endswith(measure)), measure)


def _rule(claim: Claim) -> None:
    if claim.label == "rule":
        needed = claim.figures["needed"].value
        of = claim.figures["of"].value if "of" in claim.figures else None
        if of is not None and needed > of:
            claim.say(
                Outcome(
                    "rule",
                    CONTRADICTS,
                    f"{needed:.0f} of {of:.0f}",
                    "More flags are needed than there are criteria.",
                    ARITHMETIC,
                    ALONE,
                    remedy="Another number.",
                )
            )
        else:
            claim.say(Outcome("rule", CONSISTENT, f"{needed:.0f} flags" + (f" of {of:.0f}" if of else "")))
    else:
        claim.say(Outcome("rule", CONSISTENT, "a further condition"))


def _verdict(claim: Claim, claims: Sequence[Claim]) -> None:
    rule = next(
        (one for one in claims if one.kind == "rule" and one.label == "rule" and one.section == claim.section), None
    )
    gate = next(
        (one for one in claims if one.kind == "rule" and one.label == "gate" and one.section == claim.section), None
    )
    flags = _flags(claims, claim.section)
    if rule is None or not flags or claim.direction is None:
        claim.say(Outcome("verdict", UNCHECKED, remedy="the rule and the flags in the same section"))
        return
    needed = int(rule.figures["needed"].value)
    of = int(rule.figures["of"].value) if "of" in rule.figures else None
    undecided = False
    outliers: list[str] = []
    for measure in dict.fromkeys(one.measure for one in flags):
        rows = [one for one in flags if one.measure == measure]
        met = sum(bool(one.direction) for one in rows)
        missing = max((of or len(rows)) - len(rows), 0)
        if met >= needed:
            outliers.append(measure)
        elif met + missing >= needed:
            undecided = True
    doubtful = any(one.doubtful for one in flags)
    if outliers and not claim.direction and gate is None:
        claim.say(
            Outcome(
                "verdict",
                CONTRADICTS,
                f"{', '.join(outliers)}: at least {needed} flags are printed",
                "It says no outlier, and the flags make one.",
                WORDING,
                "see the original" if doubtful else ALONE,
                tuple(one for one in flags if one.measure in outliers),
                remedy="The other verdict, or other flags.",
            )
        )
    elif claim.direction and not outliers and not undecided:
        claim.say(
            Outcome(
                "verdict",
                CONTRADICTS,
                f"no measure has {needed} flags",
                "It says outlier, and the flags make none.",
                WORDING,
                "see the original" if doubtful else ALONE,
                tuple(flags),
                remedy="The other verdict, or other flags.",
            )
        )
    elif undecided or (outliers and gate is not None):
        claim.say(Outcome("verdict", UNCHECKED, "some criteria are not printed", remedy="all criteria of the rule"))
    else:
        claim.say(Outcome("verdict", CONSISTENT, f"{needed} flags are needed", others=tuple(flags[:4])))


def _period(claim: Claim, bodies: Sequence[Body]) -> None:
    """The month that a verdict says its data end with, against the heads of the tables it stands under."""
    said = claim.current
    if said is None or (said.end is None and said.month is None):
        return
    month = said.month if said.month is not None else (said.end or 0) % 12 + 1
    heads: list[tuple[Window, Body, int]] = []
    for body in bodies:
        if body.section.number != claim.section:
            continue
        for column in sorted(body.head_places):
            window = body.columns[column].window
            if window is not None and window.end is not None and window.months == said.months and not window.inherited:
                heads.append((window, body, column))
    if not heads:
        return
    latest = max(window.end or 0 for window, _, _ in heads)
    current = [(window, body, column) for window, body, column in heads if window.end == latest]
    agree = latest == said.end if said.end is not None else latest % 12 + 1 == month
    if agree:
        claim.say(Outcome("period", CONSISTENT, f"{said.text}; the tables are headed {current[0][0]}"))
        return
    claim.say(
        Outcome(
            "period",
            CONTRADICTS,
            f"the text names {said.text}; the tables are headed {window_text(said.months, latest)}",
            f"The conclusion names {said.text}, and the tables above it are headed {window_text(said.months, latest)}.",
            PERIOD,
            ALONE,
            remedy="The month of the tables.",
            places=claim.places,
            other_places=tuple(body.head_places[column] for _, body, column in current),
        )
    )
