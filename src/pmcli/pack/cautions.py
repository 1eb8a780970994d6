"""What a reader of a measure's page has to know before quoting it, and what the page should have and has not."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import polars as pl

from pmcli.catalogue import Measure
from pmcli.notes import listing
from pmcli.pack.incidents import in_series
from pmcli.pack.model import Missing, Origin, Statement
from pmcli.pack.view import LONG, View
from pmcli.periods import shift
from pmcli.views.language import words
from pmcli.views.language.caveats import recording_changes
from pmcli.views.language.origins import long_window
from pmcli.views.language.parts import source_called, spoken
from pmcli.views.language.wording import against
from pmcli.views.language.words import long_month

ABOUT: Final = {
    "baseline": "Comparison with the baseline", "previous-year": "Comparison with the year before",
    "long-term": "Long-term trend", "direction": "Direction of travel", "signal": "Control chart",
    "news": "The latest period against its forecast",
    "national": "Comparison with the country", "peers": "Comparison with the Most Similar Group",
    "target": "Comparison with the standard",
}  # fmt: skip
"""What a sentence is about -> what is missing when it cannot be said."""


def cautions(view: View, measure: Measure) -> list[Statement]:
    """What a reader has to know before quoting: figures that end early, and a source that says otherwise."""
    own, found = view.own[measure.id], []
    origin = Origin((own["source"],), {"Window": long_window(12, own["end"])})
    if own["end"] < view.to:
        latest, asked = long_month(own["end"]), long_month(view.to)
        text = f"The latest figures end in {latest}: everything here is to that month, not to {asked}."
        found.append(Statement(text, "caveat", origin))
    for event in (view.catalogue.events.get(name) for name in view.figures.question.without):
        if event is not None and event.touches(measure.id, view.area):
            text = f"Left out of every count here: {event.label} ({event.count}, {long_month(event.day)})."
            found.append(Statement(text, "caveat", origin))
    placed = view.of("rank", measure.id).filter(pl.col("scope") == "peers")["of"].to_list()
    if placed and placed[0] < len(view.peers) + 1:
        text = (
            f"The Most Similar Group has {len(view.peers) + 1} forces: the rank in it is of {placed[0]} with figures."
        )
        found.append(Statement(text, "caveat", origin))
    mine = {
        row["period_end"]: row
        for row in view.of("totals", measure.id).iter_rows(named=True)
        if row["value"] is not None
    }
    for row in view.of("others", measure.id).iter_rows(named=True):
        if row["end"] not in mine:
            continue
        ours, theirs = (_stated(item, measure) for item in (mine[row["end"]], row))
        if ours != theirs:
            here, there = source_called(own["source"]), source_called(row["source"])
            text = (
                f"Sources differ: for the 12 months to {long_month(row['end'])} {there} says {theirs}, "
                f"{here} {ours}. This page is {here}'s."
            )
            facts = {"Window": long_window(12, row["end"])}
            found.append(Statement(text, "caveat", Origin((own["source"], row["source"]), facts)))
    parts = view.of("breakdown", measure.id).sort("dimension")
    for (source, end), part in parts.partition_by("source", "period_end", as_dict=True).items():
        if (source, end) != (own["source"], own["end"]):
            kinds = listing([spoken(str(name)) for name in part["dimension"].unique(maintain_order=True)])
            whose = source_called(str(source))
            text = f"Broken down by {kinds}: {whose}'s figures, of the 12 months to {long_month(end)}."
            facts = {"Window": long_window(12, part["period_end"].to_list()[0])}
            found.append(Statement(text, "caveat", Origin((str(source),), facts)))
    return found


def reasons(view: View, measure: Measure) -> list[Statement]:
    """Why each declared event among the figures of a measure matters, once: what its tables and charts mark."""
    own = view.own[measure.id]
    first = view.of("series", measure.id)["period_end"].min()
    trend = view.row("trend", measure.id)
    counted = in_series(view, trend) if trend is not None else []
    made = []
    for event in view.catalogue.events.values():
        inside = isinstance(first, date) and shift(first, -1) < event.day <= own["end"]
        if inside and event.touches(measure.id, view.area) and event.id not in view.figures.question.without:
            star = "* " if event.kind == "recording-change" else ""
            text = f"{star}{long_month(event.day)}, {event.label}: {event.why}"
            if event in counted:
                text += " Trend, direction of travel and control chart count it."
            facts = {"Declared in": f"the register of changes: {event.source}"}
            made.append(Statement(text, "quiet", Origin((own["source"],), facts), f"{measure.id}.event.{event.id}"))
    return made


def told_once(caveat: str | None, view: View) -> str:
    """A sentence's caveat without the recording changes in it, which the page gives the reasons of."""
    text = caveat or ""
    for line in recording_changes(view.catalogue.events, view.catalogue):
        text = text.replace(line, "")
    return " ".join(text.split())


def _stated(row: dict[str, Any], measure: Measure) -> str:
    """A window's figure, as a share or mean where it has a base."""
    return words.figure(row["value"] / row["base"], measure.kind) if row["base"] else words.count(row["value"])


def missing(view: View, measure: Measure) -> list[Missing]:
    """What a page of a count has, and this one has not."""
    found = []
    if measure.window == LONG and view.own[measure.id]["baseline"] >= view.own[measure.id]["end"]:
        found.append(
            Missing(ABOUT["baseline"], f"the baseline, {against(12, view.own[measure.id]['baseline'])}, is no earlier.")
        )
    if measure.kind != "count":
        return found
    if view.too_few(measure):
        found.append(Missing(ABOUT["signal"], "too few for one: on average under one a period."))
    scopes = set(view.of("rank", measure.id)["scope"])
    if "national" not in scopes:
        found.append(Missing("Rank and rate among forces", _why_unranked(view, measure)))
    elif view.peers and "peers" not in scopes:
        found.append(Missing("Rank in the Most Similar Group", "no other force of it has figures."))
    return found


def withheld(view: View, measure: Measure) -> list[Missing]:
    """The small numbers that are not published of a measure."""
    mine = (view.area, measure.id)
    return [Missing(one.what, one.why) for one in view.figures.withheld if (one.area, one.measure) == mine]


def _why_unranked(view: View, measure: Measure) -> str:
    if measure.id in view.figures.refused:
        return f"{view.figures.refused[measure.id]}."
    if view.area not in view.catalogue.national():
        return f"{view.label} is not one of the forces that are ranked (`pm forces` lists them)."
    if view.figures.rank.filter(pl.col("measure") == measure.id).height:
        return f"{view.label} has no figure or no population in the window that the other forces are ranked on."
    return "the data have no figures of other forces for it."
