"""Mass events among the figures of a force: one incident with many victims is no trend, and no ordinary year."""

from __future__ import annotations

from typing import Any

from pmcli.catalogue import Event
from pmcli.pack.view import View
from pmcli.views.language.caveats import held


def of_verdicts(view: View) -> list[tuple[dict[str, Any], Event]]:
    """The mass events that a verdict rests on, each with a row of the outliers table that holds it."""
    found = []
    for row in view.judged.iter_rows(named=True):
        for value, end in ((row["value"], row["period_end"]), (row["comparator"], row["against_end"])):
            found += [(row, event) for event in (held(row, value, end, view.catalogue) if end is not None else ())]
    return found


def in_series(view: View, row: dict[str, Any]) -> list[Event]:
    """The mass events within the series of a row of the trend table, by the 12-month totals that hold them."""
    totals = view.of("totals", row["measure"]).select("value", "period_end", "months").rows()
    events = [event for event in view.catalogue.events.values() if event.id not in view.figures.question.without]
    touching = [event for event in events if event.touches(row["measure"], row["area"])]
    return [event for event in touching if any(event.is_within(*total) for total in totals)]
