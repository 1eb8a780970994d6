"""The key findings at the head of a pack, and the conventions at its end: what the pages say, gathered in sentences."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from pmcli.catalogue.rules import main_window
from pmcli.notes import listing
from pmcli.pack.changes import MANY, against_before, beside_the_country, directions
from pmcli.pack.incidents import incidents
from pmcli.pack.model import Origin, Pack, Statement
from pmcli.pack.view import View
from pmcli.views.language.origins import joined
from pmcli.views.language.wording import against
from pmcli.views.language.words import long_month
from pmcli.views.outliers import sentences as outliers
from pmcli.views.rank import sentences as rank


def findings(view: View, pack: Pack) -> list[Statement]:
    """Outliers first, then what improved and worsened, the other forces, the caveats, and what is not available."""
    return [
        *_verdicts(view),
        *incidents(view),
        *against_before(view, "baseline"),
        *against_before(view, "previous-year"),
        *beside_the_country(view),
        *directions(view),
        *_beside_peers(view),
        *_breaks(view),
        *_differing(pack),
        *_absent(pack),
    ]


def headline(view: View) -> str:
    """The outlier verdicts of a force in a line."""
    judged = _judged(view)
    parts = []
    for verdict in ("outlier", "not an outlier", "undetermined"):
        mine = [rows[0] for rows in judged if rows[0]["verdict"] == verdict]
        own = [" (this project's own rule)" if view.catalogue.rules[row["group"]].own else "" for row in mine]
        names = [f"{_called(view, row)}{whose}" for row, whose in zip(mine, own, strict=True)]
        if names:
            parts.append(f"{verdict[:1].upper()}{verdict[1:]}: {listing(names, MANY)}.")
    return " ".join(parts) or "Not judged: no figures for the measures with criteria."


def _verdicts(view: View) -> list[Statement]:
    """Who is an outlier on what; undetermined is said, never passed over."""
    made = []
    for own, verdict, kind, lead in (
        (False, "outlier", "bad", "is a Home Office outlier for"),
        (True, "outlier", "bad", "is an outlier by this project's own rules for"),
        (False, "not an outlier", "verdict", "is not a Home Office outlier for"),
        (True, "not an outlier", "verdict", "is not an outlier by this project's own rules for"),
        (False, "undetermined", "caveat", "cannot be told to be an outlier or not for"),
        (True, "undetermined", "caveat", "cannot be told to be an outlier or not by this project's own rules for"),
    ):
        rows = [
            item for item in _judged(view)
            if (view.catalogue.rules[item[0]["group"]].own, item[0]["verdict"]) == (own, verdict)
        ]  # fmt: skip
        if rows:
            why = _why_undetermined(rows) if verdict == "undetermined" else ""
            names = [_called(view, item[0]) for item in rows]
            text = f"{view.label} {lead} {listing(names, MANY)} ({_ends(rows)}){why}."
            made.append(Statement(text, kind, joined(outliers.origin_of(item) for item in rows)))
    force = view.catalogue.forces.get(view.area)
    if force is not None and force.kind != "territorial":
        made.append(
            Statement(f"The outlier criteria are for territorial forces: {view.label} is not judged.", "caveat")
        )
    elif view.judged.is_empty():
        made.append(Statement(f"No measure with outlier criteria has figures for {view.label}: not judged.", "caveat"))
    return made


def _judged(view: View) -> list[list[dict[str, Any]]]:
    """The rows of the criteria of each measure and rule."""
    parts = view.judged.partition_by("measure", "group", maintain_order=True)
    return [part.to_dicts() for part in parts]


def _called(view: View, row: dict[str, Any]) -> str:
    return outliers.judged_label(row["measure"], row["group"], view.catalogue)


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


def _why_undetermined(rows: list[list[dict[str, Any]]]) -> str:
    reasons = dict.fromkeys(row["reason"] for item in rows for row in item if row["flag"] is None and row["reason"])
    return f": {'; '.join(list(reasons)[:2])}" if reasons else ""


def _beside_peers(view: View) -> list[Statement]:
    """Rates more than one SD above the Most Similar Group's mean."""
    high = view.rank.filter(pl.col("scope") == "peers", pl.col("rate") > pl.col("mean") + pl.col("sd"))
    if high.is_empty():
        return []
    made = []
    for better, kind in (("down", "bad"), ("", ""), ("up", "good")):
        rows = [row for row in high.iter_rows(named=True) if view.catalogue.measures[row["measure"]].better == better]
        if rows:
            items = [f"{view.catalogue.label(row['measure'])} ({row['rank']} of {row['of']})" for row in rows]
            over = _ends([rows])
            text = f"More than one SD above the mean rate of the Most Similar Group: {listing(items, MANY)} ({over})."
            made.append(Statement(text, kind, joined(rank.origin_of([row]) for row in rows)))
    return made


def _breaks(view: View) -> list[Statement]:
    """The recording changes that comparisons of this pack lie across, each once."""
    found: dict[str, list[str]] = {}
    crossed = view.comparison.filter(pl.col("breaks") != "", pl.col("dimension") == "all")
    for row in crossed.iter_rows(named=True):
        if view.is_old(row["measure"]):
            continue
        for change in filter(None, (row["breaks"] or "").split(";")):
            found.setdefault(change, []).append(row["measure"])
    made = []
    for change, measures in found.items():
        event = view.catalogue.events.get(change)
        if event is not None:
            names = listing(_labels(view, list(dict.fromkeys(measures))), MANY)
            text = f"Recording changed (*): {event.label} ({long_month(event.day)}), for {names}. {event.why}"
            made.append(Statement(text, "caveat", Origin(facts={"Declared in": f"the register of changes, {change}: "
                                                                f"{event.source}"})))  # fmt: skip
    return made


def _differing(pack: Pack) -> list[Statement]:
    pages = [page for page in pack.pages() if any(item.text.startswith("Sources differ") for item in page.statements)]
    if not pages:
        return []
    names = listing([page.title for page in pages], MANY)
    return [Statement(f"Sources differ on {names}: the pages say which speaks and what the other says.", "caveat")]


def _absent(pack: Pack) -> list[Statement]:
    lines = [line for line in pack.overview if line.standing == "missing"]
    if not lines:
        return []
    titles = {page.id: page.title for page in pack.pages()}
    names = listing([titles[line.page] for line in lines], MANY)
    lead = f"Not available, {len(lines)} of {len(pack.overview)} measures"
    return [Statement(f"{lead}: {names}. The overview says why.", "quiet")]


def _labels(view: View, names: list[str]) -> list[str]:
    return [view.catalogue.label(name) for name in names]
