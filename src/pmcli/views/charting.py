"""What the charts of several tables share: what is asked of them, their parts, time grids, and the declared changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Final

import polars as pl

from pmcli.catalogue import Catalogue, slug
from pmcli.drawing.chart import Chart, Mark
from pmcli.errors import PmError
from pmcli.notes import listing, note
from pmcli.periods import month_end, month_name, shift
from pmcli.tables import SERIES, recognise
from pmcli.views.language import words
from pmcli.views.language.caveats import held
from pmcli.views.language.parts import category

TRUNCATED: Final = "The axis does not start at zero."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a table's charts.

    kind: one of the table's kinds of chart. highlight: the area id picked out among forces. peers: area id -> the area
    ids of its Most Similar Group. baseline: last day of the baseline window. since: last day of the first month drawn
    of what goes over time; None: all of it.
    """

    catalogue: Catalogue
    baseline: date
    kind: str = ""
    highlight: str | None = None
    peers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    since: date | None = None


def with_figures(charts: list[Chart]) -> list[Chart]:
    """The charts that have a figure to draw; what has none is noted. Raises PmError when none has."""
    drawn = [chart for chart in charts if any(value is not None for value in chart.series[0].y)]
    if not drawn:
        raise PmError("there is nothing to draw: not one figure is known", "`pm check` lists what is missing.")
    empty = [chart.subtitle for chart in charts if chart not in drawn]
    if empty:
        note(f"not one figure is known, so not drawn: {listing(empty, 3)}")
    return drawn


def parts(frame: pl.DataFrame, *by: str) -> list[pl.DataFrame]:
    """The rows with the same values of the columns `by`, a frame each, in their order."""
    return frame.sort(*by, maintain_order=True).partition_by(*by, maintain_order=True)


def beside(frame: pl.DataFrame, wanted: Wanted, draw: Callable[..., Chart], table: pl.DataFrame) -> list[Chart]:
    """A chart for every measure and window of rows in which forces stand side by side, one of them picked out.

    table: what the rows are of; a force that is not in it is not picked out, and a note says so.
    """
    highlight = wanted.highlight
    group = wanted.peers.get(highlight or "", ())
    if highlight is not None and highlight not in set(table["area"]):
        kind = recognise(table.columns)
        called = f"the {kind.name} table" if kind else "the table"
        note(f"{wanted.catalogue.area_label(highlight)} is not in {called}, so it is not picked out")
        highlight = None
    return [
        draw(part, wanted.catalogue, highlight=highlight, peers=group)
        for part in parts(frame, "source", "measure", "period_end", "months")
    ]


def role_of(area: str, highlight: str | None, peers: Sequence[str]) -> str:
    """The role of a force among others: mine, peer or other."""
    return "mine" if area == highlight else "peer" if area in peers else "other"


def one_series(frame: pl.DataFrame, what: str) -> dict[str, Any]:
    """The first row of a frame that must hold one series. Raises PmError when it holds none, or several."""
    if frame.is_empty():
        raise PmError("there is nothing to draw: the table has no rows")
    if frame.select(SERIES).n_unique() > 1:
        raise PmError(f"{what} is of one series; the table has {words.count(frame.select(SERIES).n_unique())}")
    return frame.row(0, named=True)


def one_measure(frame: pl.DataFrame, what: str) -> dict[str, Any]:
    """The first row of a frame that must be about one measure. Raises PmError when it holds none, or several."""
    if frame.is_empty():
        raise PmError("there is nothing to draw: the table has no rows")
    if frame.select("source", "measure", "period_end", "months").n_unique() > 1:
        raise PmError(f"{what} is of one measure and window; the table has several")
    return frame.row(0, named=True)


def named(row: dict[str, Any], catalogue: Catalogue) -> str:
    """'Burglary, Essex' or 'Offences involving firearms (weapon: Air weapon), Essex'."""
    return f"{catalogue.label(row['measure'])}{category(row)}, {catalogue.area_label(row['area'])}"


def file_name(*parts: str) -> str:
    """A name for a file from ids and labels of any kind: letters, digits and hyphens."""
    return "-".join(slug(part) for part in parts if part)[:100]


def kind_of(row: dict[str, Any], catalogue: Catalogue) -> str:
    """How a row's figure is written: count, share or mean; by its base, and by the catalogue what a base means."""
    if row["base"] is None:
        return "count"
    measure = catalogue.measures.get(row["measure"])
    return measure.kind if measure is not None and measure.kind != "count" else "share"


def on_grid(ends: Sequence[date], values: Sequence[float | None]) -> tuple[list[date], list[float | None]]:
    """The figures on an even time grid: None for every period that is missing, so that a line breaks there."""
    index = [end.year * 12 + end.month - 1 for end in ends]
    step = min((after - before for before, after in pairwise(index)), default=1)
    known = dict(zip(index, values, strict=True))
    places = sorted({*range(index[0], index[-1] + 1, step), *index})
    return [month_end(place // 12, place % 12 + 1) for place in places], [known.get(place) for place in places]


def later(
    ends: Sequence[date], values: Sequence[float | None], since: date | None
) -> tuple[list[date], list[float | None]]:
    """The figures from the month that `since` is the last day of; all of them when that leaves none, or for None."""
    kept = [place for place, end in enumerate(ends) if since is None or end > shift(since, -1)] or range(len(ends))
    return [ends[place] for place in kept], [values[place] for place in kept]


def marks_for(
    row: dict[str, Any], catalogue: Catalogue, ends: Sequence[date], values: Sequence[float | None]
) -> list[Mark]:
    """The declared changes that touch a series while it runs, from its first figure to its last, oldest first.

    row: any row of the series, for its measure, area, dimension and months. A mass event is marked where a figure is
    large enough to hold it: one that was left out, or that a sample never had, would mark nothing.
    """
    known = [end for end, value in zip(ends, values, strict=True) if value is not None] or list(ends)
    touching = [event for event in catalogue.events.values() if event.touches(row["measure"], row["area"])]
    held_by_any: set[str] = set()
    if any(event.kind == "mass-event" for event in touching):
        pairs = zip(ends, values, strict=True)
        held_by_any = {event.id for end, value in pairs for event in held(row, value, end, catalogue)}
    found = [
        Mark(event.day, event.label, event.kind)
        for event in touching
        if known[0] <= event.day <= known[-1]
        if event.kind != "mass-event" or event.id in held_by_any
    ]
    return sorted(found, key=lambda mark: (mark.day, mark.label))


def marks_in_words(marks: Sequence[Mark]) -> str:
    """' Declared changes: COVID-19 restrictions (March 2020).' or nothing."""
    if not marks:
        return ""
    return f" Declared changes: {'; '.join(f'{mark.label} ({words.long_month(mark.day)})' for mark in marks)}."


def extremes(ends: Sequence[date], values: Sequence[float | None], figures: str) -> str:
    """'From 9,120 (Mar 2013) to 4,400 (Sep 2023); lowest 4,100 (Feb 2021), highest 9,870 (Mar 2014).'"""
    known = [(value, end) for value, end in zip(values, ends, strict=True) if value is not None]
    if not known:
        return "No figure is known."
    said = [f"{words.figure(value, figures)} ({month_name(end)})" for value, end in (known[0], known[-1])]
    low, high = min(known, key=lambda pair: pair[0]), max(known, key=lambda pair: pair[0])
    ends_said = [f"{words.figure(value, figures)} ({month_name(end)})" for value, end in (low, high)]
    return f"From {said[0]} to {said[1]}; lowest {ends_said[0]}, highest {ends_said[1]}."


def flattened(values: Sequence[float | None], floor: float = 0.75) -> bool:
    """Whether an axis from zero would flatten these figures: they all lie above so much of the highest."""
    known = [value for value in values if value is not None]
    return bool(known) and min(known) > 0 and min(known) > floor * max(known)
