"""What to be careful about: recording that changed between two windows, a mass event inside one of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from pmcli.catalogue import Catalogue, Event
from pmcli.periods import window_start
from pmcli.views.language import words
from pmcli.views.language.wording import window


def comparison_caveat(row: dict[str, Any], catalogue: Catalogue) -> str | None:
    """The sentences about the recording changes and mass events that a row of two windows is touched by, or None.

    row: of the comparison table, or one with its period_end, months, value, against_end, against_value and breaks.
    """
    said = recording_changes((row["breaks"] or "").split(";"), catalogue)
    pairs = ((row["value"], row["period_end"]), (row["against_value"], row["against_end"]))
    found = [mass_events(row, value, end, catalogue) for value, end in pairs]
    said += dict.fromkeys(sentence for sentences in found for sentence in sentences)
    return " ".join(said) or None


def changes_between(row: dict[str, Any], catalogue: Catalogue) -> list[str]:
    """The ids of the declared recording changes that lie between a row's two windows, as `compare` finds them.

    row: with measure, area, period_end, against_end and months. A change on the earlier window's first day lies in both
    windows, and is none.
    """
    ends = sorted((row["period_end"], row["against_end"]))
    first = window_start(ends[0], row["months"])
    return [
        event.id
        for event in catalogue.events.values()
        if event.kind == "recording-change" and first < event.day <= ends[1]
        if event.touches(row["measure"], row["area"])
    ]


def recording_changes(ids: Iterable[str], catalogue: Catalogue) -> list[str]:
    """A sentence for each declared change in recording: when, what, and why it matters."""
    said = []
    for name in dict.fromkeys(name for name in ids if name):
        event = catalogue.events.get(name)
        if event is None:
            said.append(f"Recording changed between the windows: {name}.")
        else:
            said.append(f"Recording changed in {words.long_month(event.day)} ({event.label}). {_stop(event.why)}")
    return said


def mass_events(row: dict[str, Any], value: float | None, end: date, catalogue: Catalogue) -> list[str]:
    """A sentence for each declared mass event that the window to `end` holds, so that nobody takes it for a trend."""
    return [
        f"The {words.count(value)} in {window(row['months'], end)} include {event.count} of one incident in "
        f"{words.long_month(event.day)} ({event.label}); without them {words.count((value or 0) - event.count)}."
        for event in held(row, value, end, catalogue)
    ]


def mass_event_between(row: dict[str, Any], catalogue: Catalogue) -> bool:
    """Whether either window of a comparison holds a declared mass event."""
    pairs = ((row["value"], row["period_end"]), (row["against_value"], row["against_end"]))
    return any(held(row, value, end, catalogue) for value, end in pairs)


def incident(row: dict[str, Any], catalogue: Catalogue | None) -> str:
    """'39 of the 58 in one incident in October 2019' where a window of a comparison holds a declared mass event."""
    if catalogue is None:
        return ""
    for value, end in ((row["value"], row["period_end"]), (row["against_value"], row["against_end"])):
        for event in held(row, value, end, catalogue):
            return f"{event.count} of the {words.count(value)} in one incident in {words.long_month(event.day)}"
    return ""


def held(row: dict[str, Any], value: float | None, end: date, catalogue: Catalogue) -> list[Event]:
    """The mass events that the window to `end` of a row holds, where its figure is large enough for them."""
    if row["dimension"] != "all":
        return []
    return [
        event
        for event in catalogue.mass_events
        if event.touches(row["measure"], row["area"]) and event.is_within(value, end, row["months"])
    ]


def _stop(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
