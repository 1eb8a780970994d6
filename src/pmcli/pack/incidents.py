"""Mass events among the figures of a force: one incident with many victims is no trend, and no ordinary year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pmcli.pack import origins
from pmcli.pack.model import Statement
from pmcli.views.sentences.caveats import held

if TYPE_CHECKING:
    from pmcli.catalogue import Event
    from pmcli.pack.view import View


def incidents(view: View) -> list[Statement]:
    """The mass events that a verdict or a direction of travel rests on, each once."""
    found: dict[str, Statement] = {}
    for row in view.judged.iter_rows(named=True):
        for value, end in ((row["value"], row["period_end"]), (row["comparator"], row["against_end"])):
            for event in held(row, value, end, view.catalogue) if end is not None else ():
                text = incident_sentence(view, row, event, "Criteria, ranks and trend")
                found[event.id] = Statement(text, "caveat", origins.of_outliers([row]))
    for row in view.trend.iter_rows(named=True):
        for event in in_series(view, row):
            if event.id not in found:
                text = incident_sentence(view, row, event, "Trend, direction of travel and control chart")
                found[event.id] = Statement(text, "caveat", origins.of_trend(row))
    return list(found.values())


def incident_sentence(view: View, row: dict[str, Any], event: Event, what: str) -> str:
    """Homicide holds one incident of 22 in May 2017 (…). Trend and chart count it; --without … leaves it out."""
    label = view.catalogue.label(row["measure"])
    return (
        f"{label} holds one incident of {event.count} in {event.day:%B %Y} ({event.label}). {what} count it; --without "
        f"{event.id} leaves it out."
    )


def in_series(view: View, row: dict[str, Any]) -> list[Event]:
    """The mass events within a row of the trend table, whose figure of that time is large enough to hold them."""
    events = [
        event for event in view.catalogue.events.values()
        if event.kind == "mass-event" and row["dimension"] == "all" and event.touches(row["measure"], row["area"])
        and event.id not in view.figures.question.without
        and row["first"] is not None and row["first"] <= event.day <= row["last"]
    ]  # fmt: skip
    return [event for event in events if _large_enough(view, row["measure"], event)]


def _large_enough(view: View, measure: str, event: Event) -> bool:
    totals = view.totals.filter((view.totals["measure"] == measure) & (view.totals["period_end"] >= event.day))
    first = totals.sort("period_end")["value"].head(1).to_list()
    return bool(first and first[0] is not None and first[0] >= event.count)
