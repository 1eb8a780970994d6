"""The first page of a pack: verdicts, a count, what has changed, findings of several measures, cautions, and gaps.

One side of A4 and at most 180 words, for whoever reads one page. Nothing here is computed: each sentence gathers what
the tables say of every measure that it names, and one that the tables do not bear out for each of them is not made.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import chain
from typing import Any, Final

import polars as pl

from pmcli.catalogue.rules import main_window
from pmcli.notes import listing
from pmcli.pack.combined import combined
from pmcli.pack.incidents import in_series, of_verdicts
from pmcli.pack.model import Front, Origin, Pack, Statement
from pmcli.pack.names import called, either
from pmcli.pack.previous import LastEdition
from pmcli.pack.view import View
from pmcli.tables import COMPARISON
from pmcli.views.comparison import sentences as comparison
from pmcli.views.language.origins import joined
from pmcli.views.language.wording import against
from pmcli.views.language.words import long_month
from pmcli.views.outliers import sentences as outliers
from pmcli.views.trend import sentences as trend

WORDS: Final = 134
"""Words that the sentences of the page may have: with its title and headings that makes 180 at the most."""

MOST: Final = 5
"""Findings at the most."""

MANY: Final = 30
"""More names than any sentence has: `listing` names them all."""

_COUNTED: Final = {"improvement": "better", "deterioration": "worse", "no clear change": "unchanged"}


def front(view: View, pack: Pack) -> Front:
    """The first page of a force's pack whose pages are made."""
    made = Front(
        verdicts=verdicts(view),
        counted=_counted(view),
        findings=combined(view)[:MOST],
        cautions=_cautions(view, pack),
        absent=_absent(view, pack),
    )
    _fit(made, pack)
    return made


def since_last(pack: Pack, last: LastEdition) -> None:
    """Put a pack beside its last edition: what has changed stands on the first page, within its words."""
    pack.previous = last
    pack.front.since = [Statement(text, id=f"since.{n}") for n, text in enumerate(last.headlines(), start=1)]
    _fit(pack.front, pack)


def headline(view: View) -> str:
    """The outlier verdicts of a force in a line."""
    judged = _judged(view)
    parts = []
    for verdict, said in (("outlier", "Outlier"), ("not an outlier", "Not an outlier"), ("undetermined", "Not told")):
        mine = [rows[0] for rows in judged if rows[0]["verdict"] == verdict]
        own = [" (this project's own rule)" if view.catalogue.rules[row["group"]].own else "" for row in mine]
        names = [f"{_label(view, row)}{whose}" for row, whose in zip(mine, own, strict=True)]
        if names:
            parts.append(f"{said}: {listing(names, MANY)}.")
    return " ".join(parts) or "Not judged: no figures for the measures with criteria."


# ------------------------------------------------------------------------------------------------------- verdicts
def verdicts(view: View) -> list[Statement]:
    """Who is an outlier on what, by priority area: an outlier first, and what cannot be judged is never passed over."""
    made = []
    for own in (False, True):
        judged = [rows for rows in _judged(view) if view.catalogue.rules[rows[0]["group"]].own is own]
        by_verdict = {
            verdict: [rows for rows in judged if rows[0]["verdict"] == verdict]
            for verdict in ("outlier", "not an outlier", "undetermined")
        }
        whose = "an outlier by this project's own rules" if own else "a Home Office outlier"
        for kind, verdict, text in (
            ("alarm", "outlier", _is_one(view, by_verdict["outlier"], whose)),
            ("verdict", "not an outlier", _is_none(view, judged, whose)),
            ("caveat", "undetermined", _untold(view, by_verdict["undetermined"], own)),
        ):
            if text:
                origin = joined(outliers.origin_of(rows) for rows in by_verdict[verdict])
                name = f"verdict.{'own.' if own else ''}{verdict.replace(' ', '-')}"
                made.append(Statement(text, kind, origin, name))
    force = view.catalogue.forces.get(view.area)
    if force is not None and force.kind != "territorial":
        text = f"The outlier criteria are for territorial forces: {view.label} is not judged."
        made.append(Statement(text, "caveat", id="verdict.none"))
    elif view.judged.is_empty():
        text = f"No measure with outlier criteria has figures for {view.label}: not judged."
        made.append(Statement(text, "caveat", id="verdict.none"))
    return sorted(made, key=lambda one: one.kind != "alarm")


def _judged(view: View) -> list[list[dict[str, Any]]]:
    """The rows of the criteria of each measure and rule."""
    parts = view.judged.partition_by("measure", "group", maintain_order=True)
    return [part.to_dicts() for part in parts]


def _label(view: View, row: dict[str, Any]) -> str:
    return outliers.judged_label(row["measure"], row["group"], view.catalogue)


def _names(view: View, judged: list[list[dict[str, Any]]]) -> list[str]:
    return [called(_label(view, rows[0])) for rows in judged]


def _is_one(view: View, judged: list[list[dict[str, Any]]], whose: str) -> str:
    if not judged:
        return ""
    return f"{view.label} is {whose} for {listing(_names(view, judged), MANY)} ({_ends(judged)})."


def _is_none(view: View, judged: list[list[dict[str, Any]]], whose: str) -> str:
    """Priority areas in which no measure is an outlier, then the measures that are none in the areas not all clear."""
    groups: dict[str, list[list[dict[str, Any]]]] = {}
    for rows in judged:
        groups.setdefault(rows[0]["group"], []).append(rows)
    clear = {name: found for name, found in groups.items() if all(_clear(rows) for rows in found)}
    # An area is clear as a whole only where all that its rule judges was judged.
    clear = {name: found for name, found in clear.items() if len(found) == len(view.catalogue.rules[name].measures)}
    rest = [rows for name, found in groups.items() if name not in clear for rows in found if _clear(rows)]
    areas = either([name.replace("-", " ") for name in clear])
    others = either(_names(view, rest))
    if not areas and not others:
        return ""
    said = f"{areas}, nor for {others}" if areas and others else areas or others
    return f"{view.label} is not {whose} for {said} ({_ends([*chain(*clear.values()), *rest])})."


def _clear(rows: list[dict[str, Any]]) -> bool:
    return bool(rows[0]["verdict"] == "not an outlier")


def _untold(view: View, judged: list[list[dict[str, Any]]], own: bool) -> str:
    """What cannot be judged; its page says why."""
    by = " by this project's own rules" if own else ""
    return f"Too little is known to judge {listing(_names(view, judged), MANY)}{by}." if judged else ""


def _ends(rows: list[list[dict[str, Any]]]) -> str:
    """The windows that verdicts are of: '12 months to September 2023 and December 2023'."""
    ends: dict[int, set[date]] = {}
    for item in rows:
        ends.setdefault(main_window(row["months"] for row in item), set()).update(row["period_end"] for row in item)
    spans = [
        against(months, min(some)) if len(some) == 1
        else f"{months} months to {listing([long_month(end) for end in sorted(some)])}"
        for months, some in sorted(ends.items(), reverse=True)
    ]  # fmt: skip
    return listing(spans)


# -------------------------------------------------------------------------------------------------------- the count
def _counted(view: View) -> Statement | None:
    """'Of 19 measures, 2 are better than a year before, 14 show no clear change, 1 is worse and 2 cannot be told.'"""
    said = [
        one for one in view.saying(COMPARISON, "previous-year")
        if view.is_whole(one) and not view.is_old(one.row["measure"])
    ]  # fmt: skip
    if not said:
        return None
    found = Counter(_COUNTED.get(one.sentence.finding, "untold") for one in said)
    parts = []
    for name, one, several in (
        ("better", "is better", "are better"), ("unchanged", "shows no clear change", "show no clear change"),
        ("worse", "is worse", "are worse"), ("untold", "cannot be told", "cannot be told"),
    ):  # fmt: skip
        if found[name]:
            parts.append(f"{found[name]} {one if found[name] == 1 else several}")
    many = len(said)
    text = f"Of {many} measure{'s' if many > 1 else ''} held against a year before, {listing(parts, MANY)}."
    return Statement(text, "", joined(comparison.origin_of(one.row) for one in said), "count")


# ------------------------------------------------------------------------------------------------ cautions and gaps
def _cautions(view: View, pack: Pack) -> list[Statement]:
    return [*_incidents(view), *_breaks(view), *_differing(pack), *_early(view)]


def _incidents(view: View) -> list[Statement]:
    """The mass events that a verdict or a direction of travel rests on, each once."""
    made = {event.id: (row, event, outliers.origin_of([row])) for row, event in of_verdicts(view)}
    for row in view.trend.iter_rows(named=True):
        for event in in_series(view, row):
            made.setdefault(event.id, (row, event, trend.origin_of(row)))
    return [
        Statement(
            f"{view.catalogue.label(row['measure'])} counts one incident of {event.count} in {long_month(event.day)}.",
            "caveat", origin, f"caution.{event.id}",
        )
        for row, event, origin in made.values()
    ]  # fmt: skip


def _breaks(view: View) -> list[Statement]:
    """The measures that are compared across a recording change, which is shown and not judged."""
    crossed = view.comparison.filter(pl.col("breaks") != "", pl.col("dimension") == "all")
    rows = [row for row in crossed.iter_rows(named=True) if not view.is_old(row["measure"])]
    changes = [name for row in rows for name in (row["breaks"] or "").split(";") if name in view.catalogue.events]
    if not changes:
        return []
    names = [called(view.catalogue.label(name)) for name in dict.fromkeys(row["measure"] for row in rows)]
    days = sorted({view.catalogue.events[name].day for name in changes})
    when = listing([long_month(day) for day in days], MANY)
    facts = {"Declared in": f"the register of changes: {listing(sorted(set(changes)), MANY)}"}
    sources = tuple(dict.fromkeys(str(row["source"]) for row in rows))
    text = f"Recording of {listing(names, MANY)} changed ({when}): not judged across it."
    return [Statement(text, "caveat", Origin(sources, facts), "caution.recording")]


def _differing(pack: Pack) -> list[Statement]:
    pages = [page for page in pack.pages() if any(item.text.startswith("Sources differ") for item in page.statements)]
    if not pages:
        return []
    names = listing([called(page.title) for page in pages], MANY)
    return [Statement(f"Sources differ on {names}, as its page says." if len(pages) == 1 else
                      f"Sources differ on {names}, as their pages say.", "caveat", id="caution.sources")]  # fmt: skip


def _early(view: View) -> list[Statement]:
    early = [name for name, own in view.own.items() if own["end"] < view.to and not view.is_old(name)]
    if not early:
        return []
    names = [called(view.catalogue.label(name)) for name in view.catalogue.measures if name in early]
    said = names[0] if len(names) == 1 else f"{len(names)} measures"
    text = f"Figures of {said} end before {long_month(view.to)}."
    return [Statement(text, "caveat", id="caution.early")]


def _absent(view: View, pack: Pack) -> Statement | None:
    """What is not available, in one line."""
    lines = [line for line in pack.overview if line.standing == "missing"]
    if not lines:
        return None
    names = listing([called(view.catalogue.label(line.page)) for line in lines], MANY)
    text = f"{len(lines)} of {len(pack.overview)} measures: {names}."
    return Statement(text, "quiet", id="absent")


def _fit(made: Front, pack: Pack) -> None:
    """Keep to WORDS: the gaps are counted, not named; then the last cautions and findings go; verdicts never."""

    def length() -> int:
        return sum(len(one.text.split()) for one in made.statements())

    if length() > WORDS and made.absent is not None:
        count = sum(line.standing == "missing" for line in pack.overview)
        made.absent.text = f"{count} of {len(pack.overview)} measures, listed with the reasons after the last page."
    for part, least in ((made.cautions, 2), (made.findings, 3), (made.since, 2), (made.findings, 1)):
        while length() > WORDS and len(part) > least:
            part.pop()
