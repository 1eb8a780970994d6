"""Checks of a section's text against its tables, by the label of a row: "28 more offences involving a ball bearing
gun" and the row "Ball bearing gun 37 65 28". The same figures under another month are a mislabelled period: one
finding, which explains every cell of the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pmcli.audit.checks.within import percent_of, shown, signed
from pmcli.audit.claims import ALONE, ARITHMETIC, CONSISTENT, CONTRADICTS, PERIOD, SERIES, Claim, Outcome
from pmcli.audit.document import Row
from pmcli.audit.figures import Figure
from pmcli.audit.intervals import exactly, interval_text
from pmcli.audit.statements import names_time
from pmcli.audit.tables import Body, is_total
from pmcli.audit.windows import window_text

_WORD = re.compile(r"[a-z]+")
_SMALL = frozenset(
    [
        "of",
        "the",
        "a",
        "an",
        "and",
        "or",
        "in",
        "on",
        "to",
        "for",
        "by",
        "with",
        "not",
        "other",
        "all",
        "unknown",
        "known",
        "type",
        "number",
        "offences",
        "offence",
        "crime",
        "crimes",
    ]
)


def check_labels(claims: Sequence[Claim], bodies: Sequence[Body]) -> None:
    """Hold the text claims of each section against the rows that their sentences name."""
    seen: set[tuple[int, int]] = set()
    for claim in claims:
        if claim.table or not claim.figures:
            continue
        here = [
            (body, row) for body in bodies if body.section.number == claim.section and (row := _row_named(claim, body))
        ]
        for body, row in here:
            if len(here) == 1 or claim.current is not None or claim.base is not None:
                _compare(claim, body, *row, seen)


def words_of(text: str) -> set[str]:
    """The words of a label that tell it from others, without plurals."""
    return {word.rstrip("s") for word in _WORD.findall(text.lower()) if word not in _SMALL and len(word) > 2}


def _row_named(claim: Claim, body: Body) -> tuple[Row, dict[int, Figure], str] | None:
    """The row whose whole label the claim's own clause holds: the longest, when there is one."""
    clause = words_of(claim.quote)
    best: tuple[int, tuple[Row, dict[int, Figure], str]] | None = None
    for row in body.rows:
        label = words_of(row[2])
        if label and label <= clause and not is_total(row[2]):
            if best is not None and len(label) == best[0]:
                return None
            if best is None or len(label) > best[0]:
                best = (len(label), row)
    return best[1] if best is not None else None


def _levels(body: Body, figures: dict[int, Figure]) -> Iterable[int]:
    return [
        column
        for column in figures
        if column < len(body.columns) and body.columns[column].window is not None and figures[column].unit == "count"
    ]


def _compare(
    claim: Claim, body: Body, row: Row, figures: dict[int, Figure], label: str, seen: set[tuple[int, int]]
) -> None:
    columns = list(_levels(body, figures))
    if not columns:
        return
    if "n" in claim.figures:
        _compare_share(claim, body, row, figures, label, columns)
        return
    if claim.current is None and claim.base is None and len(columns) == 2 and not names_time(claim.about):
        first, second = sorted(columns)
        one, two = body.columns[first].window, body.columns[second].window
        if (
            one is not None
            and two is not None
            and one.end is not None
            and two.end is not None
            and one.months == two.months
        ):
            _same_windows(claim, row, figures, label, *((first, second) if one.end < two.end else (second, first)))
        return
    by_window = {window.key: column for column in columns if (window := body.columns[column].window) is not None}
    base = by_window.get(claim.base.key) if claim.base is not None and claim.base.key else None
    current = by_window.get(claim.current.key) if claim.current is not None and claim.current.key else None
    if base is not None and current is not None:
        _same_windows(claim, row, figures, label, base, current)
        return
    if base is None or claim.current is None or not claim.current.key:
        return
    for column in columns:
        window = body.columns[column].window
        assert window is not None
        if column == base or window.months != claim.current.months or window.end == claim.current.end or not window.key:
            continue
        agree = _agreements(claim, figures[base], figures[column])
        if agree >= 2 or (agree == 1 and abs(figures[column].value - figures[base].value) >= 10):
            mark = (body.number, column)
            if mark in seen:
                return
            seen.add(mark)
            head = body.head_places.get(column, row.place(column))
            claim.say(
                Outcome(
                    "period",
                    CONTRADICTS,
                    f"{label}: {figures[base].text} and {figures[column].text} under {window}; the text has the "
                    f"same change for the {claim.current}",
                    f"The column headed {window} holds the figures that the text gives for the {claim.current}.",
                    PERIOD,
                    ALONE,
                    remedy=f"A head of {window_text(*claim.current.key)}, or {window} in the text.",
                    places=claim.places,
                    other_places=(head, row.place(column)),
                )
            )
            return


def _agreements(claim: Claim, base: Figure, current: Figure) -> int:
    """How many of a claim's figures two levels would give: a change of nothing agrees with too much to count."""
    change = current.interval - base.interval
    if change.low == change.high == 0:
        return 0
    agree = 0
    if "difference" in claim.figures:
        agree += signed(claim.figures["difference"], claim.direction).meets(change)
        if not signed(claim.figures["difference"], claim.direction).meets(change):
            return 0
    if "percent" in claim.figures:
        computed = percent_of(change, base.interval)
        if computed is None or not signed(claim.figures["percent"], claim.direction).meets(computed):
            return 0
        agree += 1
    for role, level in (("base", base), ("current", current)):
        if role in claim.figures:
            if not claim.figures[role].interval.meets(level.interval):
                return 0
            agree += 1
    return agree


def _same_windows(claim: Claim, row: Row, figures: dict[int, Figure], label: str, base: int, current: int) -> None:
    change = figures[current].interval - figures[base].interval
    computed = percent_of(change, figures[base].interval)
    held = [
        (
            "difference",
            signed(claim.figures["difference"], claim.direction) if "difference" in claim.figures else None,
            change,
        ),
        (
            "percent",
            signed(claim.figures["percent"], claim.direction) if "percent" in claim.figures else None,
            computed,
        ),
        ("base", claim.interval("base"), figures[base].interval),
        ("current", claim.interval("current"), figures[current].interval),
    ]
    for role, printed, expected in held:
        if printed is None or expected is None or claim.figures[role].unit not in {"count", "percent"}:
            continue
        working = f"{label}: {figures[base].text} → {figures[current].text}; the text has {shown(claim.figures[role])}"
        if printed.meets(expected):
            claim.say(Outcome("text-v-table", CONSISTENT, working))
            continue
        claim.say(
            Outcome(
                "text-v-table",
                CONTRADICTS,
                working,
                f"The text has {shown(claim.figures[role])}; the row {label} of the table gives "
                f"{interval_text(expected, 1 if role == 'percent' else 0)}.",
                ARITHMETIC,
                ALONE,
                remedy=interval_text(expected, 1 if role == "percent" else 0),
                places=claim.places,
                other_places=(row.place(base), row.place(current)),
            )
        )
        return


def _compare_share(
    claim: Claim, body: Body, row: Row, figures: dict[int, Figure], label: str, columns: Sequence[int]
) -> None:
    """A share and its count against a row and the total of its table: "76% (n=96)" where 65 of 86 is 76 %."""
    n = claim.figures["n"]
    share = claim.figures.get("share")
    total = next(((one, values) for one, values, name in body.rows if is_total(name)), None)
    for column in sorted(columns, reverse=True):
        window = body.columns[column].window
        exact = (
            claim.current is not None
            and window is not None
            and claim.current.key is not None
            and claim.current.key == window.key
        )
        part = figures[column]
        whole = total[1].get(column) if total is not None else None
        ratio = percent_of(part.interval, whole.interval) if whole is not None else None
        same_share = share is not None and ratio is not None and share.interval.meets(ratio)
        if not exact and not same_share:
            continue
        working = f"{part.text}" + (
            f" of {whole.text} is {interval_text(ratio, 1, ' %')}"
            if whole is not None and ratio is not None
            else f" in the row {label}"
        )
        if n.interval.meets(part.interval):
            claim.say(Outcome("text-v-table", CONSISTENT, working))
            return
        places = [row.place(column)] + ([total[0].place(column)] if total is not None else [])
        implied = (
            n.interval / (share.interval * exactly(0.01)) if share is not None and share.interval.low > 0 else None
        )
        if implied is not None:
            working += (
                f"; {shown(n)} at {shown(share)} needs a total of {interval_text(implied)}" if share is not None else ""
            )
        claim.say(
            Outcome(
                "share",
                CONTRADICTS,
                working,
                f"The text has {shown(n)}; the row {label} of the table has {part.text}.",
                ARITHMETIC,
                ALONE if exact else SERIES,
                remedy=f"n = {part.text}.",
                places=claim.places,
                other_places=tuple(places),
            )
        )
        return
