"""The first page of a pack: verdicts, a count, what has changed, findings of several measures, cautions, and gaps.

One side of A4 and at most 180 words, for whoever reads one page. Nothing here is computed: each sentence gathers what
the tables say of every measure that it names, and one that the tables do not bear out for each of them is not made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from pmcli.pack.combined import combined
from pmcli.pack.incidents import in_series, of_verdicts
from pmcli.pack.model import Front, Origin, Pack, Statement
from pmcli.pack.names import called, every
from pmcli.pack.verdicts import verdicts
from pmcli.pack.view import View
from pmcli.tables import COMPARISON
from pmcli.views.comparison import sentences as comparison
from pmcli.views.language.origins import joined
from pmcli.views.language.words import long_month
from pmcli.views.outliers import sentences as outliers
from pmcli.views.trend import sentences as trend

if TYPE_CHECKING:
    from pmcli.pack.previous import LastEdition

WORDS: Final = 134
"""Words that the sentences of the page may have: with its title and headings that makes 180 at the most."""

MOST: Final = 5
"""Findings at the most."""

_COUNTED: Final = {"improvement": "better", "deterioration": "worse", "no clear change": "unchanged"}


def front(view: View, pack: Pack) -> Front:
    """The first page of a force's pack whose pages are made."""
    made = Front(
        verdicts=verdicts(view),
        counted=_counted(view),
        findings=_telling(combined(view))[:MOST],
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


def _telling(findings: Sequence[Statement]) -> list[Statement]:
    """Where the counts stand first, then what is worse, then the rest: where words run out, no bad news goes first."""
    return [*findings[:1], *sorted(findings[1:], key=lambda one: one.kind != "bad")]


# -------------------------------------------------------------------------------------------------------- the count
def _counted(view: View) -> Statement | None:
    """'Of 19 measures, 2 are better than a year before, 14 show no clear change, 1 is worse and 2 cannot be told.'"""
    said = [
        one for one in view.saying(COMPARISON, "previous-year")
        if view.is_whole(one) and view.tells(one.row["measure"])
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
    text = f"Of {many} measure{'s' if many > 1 else ''} held against a year before, {every(parts)}."
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
    rows = [row for row in crossed.iter_rows(named=True) if view.tells(row["measure"])]
    changes = [name for row in rows for name in (row["breaks"] or "").split(";") if name in view.catalogue.events]
    if not changes:
        return []
    names = [called(view.catalogue.label(name)) for name in dict.fromkeys(row["measure"] for row in rows)]
    facts = {"Declared in": f"the register of changes: {every(sorted(set(changes)))}"}
    sources = tuple(dict.fromkeys(str(row["source"]) for row in rows))
    days = sorted({view.catalogue.events[name].day for name in changes})
    ends = [long_month(day) for day in dict.fromkeys((days[0], days[-1]))]
    when = f"in {ends[0]}" if len(ends) == 1 else f"between {ends[0]} and {ends[1]}"
    text = f"Recording of {every(names)} changed {when}."
    return [Statement(text, "caveat", Origin(sources, facts), "caution.recording")]


def _differing(pack: Pack) -> list[Statement]:
    pages = [page for page in pack.pages() if any(item.text.startswith("Sources differ") for item in page.statements)]
    if not pages:
        return []
    names = every([called(page.title) for page in pages])
    return [Statement(f"Sources differ on {names}.", "caveat", id="caution.sources")]


def _early(view: View) -> list[Statement]:
    early = [name for name, own in view.own.items() if own["end"] < view.to and view.tells(name)]
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
    names = every([called(view.catalogue.label(line.page)) for line in lines])
    text = f"{len(lines)} of {len(pack.overview)} measures: {names}."
    return Statement(text, "quiet", id="absent")


def _fit(made: Front, pack: Pack) -> None:
    """Keep to WORDS: the gaps are counted, not named, their reasons in the overview; then the last of the rest goes."""

    def length() -> int:
        return sum(len(one.text.split()) for one in made.statements())

    if length() > WORDS and made.absent is not None:
        count = sum(line.standing == "missing" for line in pack.overview)
        made.absent.text = f"{count} of {len(pack.overview)} measures: see the overview."
    for part, least in (
        (made.cautions, 2),
        (made.findings, 3),
        (made.since, 2),
        (made.findings, 1),
        (made.cautions, 1),
        (made.since, 1),
        (made.findings, 0),
    ):
        while length() > WORDS and len(part) > least:
            part.pop()
