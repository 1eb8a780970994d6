"""Mass events among the figures of a force: one incident with many victims is no trend, and no ordinary year."""

from __future__ import annotations

from typing import Any

from pmcli.catalogue import Event
from pmcli.pack.model import Statement
from pmcli.pack.view import View
from pmcli.views.language.caveats import held
from pmcli.views.language.words import long_month
from pmcli.views.outliers import sentences as outliers
from pmcli.views.trend import sentences as trend


def incidents(view: View) -> list[Statement]:
    """The mass events that a verdict or a direction of travel rests on, each once."""
    found: dict[str, Statement] = {}
    for row in view.judged.iter_rows(named=True):
        for value, end in ((row["value"], row["period_end"]), (row["comparator"], row["against_end"])):
            for event in held(row, value, end, view.catalogue) if end is not None else ():
                text = incident_sentence(view, row, event, "Criteria, ranks and trend")
                found[event.id] = Statement(text, "caveat", outliers.origin_of([row]))
    for row in view.trend.iter_rows(named=True):
        for event in in_series(view, row):
            if event.id not in found:
                text = incident_sentence(view, row, event, "Trend, direction of travel and control chart")
                found[event.id] = Statement(text, "caveat", trend.origin_of(row))
    return list(found.values())


def incident_sentence(view: View, row: dict[str, Any], event: Event, what: str) -> str:
    """Homicide holds one incident of 22 in May 2017 (…). Trend and chart count it; --without … leaves it out."""
    label = view.catalogue.label(row["measure"])
    return (
        f"{label} holds one incident of {event.count} in {long_month(event.day)} ({event.label}). {what} count it; "
        f"--without {event.id} leaves it out."
    )


def in_series(view: View, row: dict[str, Any]) -> list[Event]:
    """The mass events within the series of a row of the trend table, by the 12-month totals that hold them."""
    totals = view.totals.filter(view.totals["measure"] == row["measure"]).select("value", "period_end", "months").rows()
    events = [event for event in view.catalogue.events.values() if event.id not in view.figures.question.without]
    touching = [event for event in events if event.touches(row["measure"], row["area"])]
    return [event for event in touching if any(event.is_within(*total) for total in totals)]
