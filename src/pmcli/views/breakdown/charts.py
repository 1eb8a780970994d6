"""The chart of a breakdown: its categories as bars, the largest first, with their counts in the earlier window."""

from __future__ import annotations

from typing import Any

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.drawing.bars import Bars
from pmcli.drawing.chart import Chart, Series
from pmcli.errors import PmError
from pmcli.periods import month_name
from pmcli.views.breakdown.sentences import largest_row, largest_sentence
from pmcli.views.charting import Wanted, file_name, parts, with_figures
from pmcli.views.language import wording, words
from pmcli.views.language.findings import capital, measure_of
from pmcli.views.language.parts import spoken

MOST = 20
"""Categories that are drawn; the table has all of them."""


def charts(frame: pl.DataFrame, wanted: Wanted) -> list[Chart]:
    """A chart for every measure, area and dimension."""
    whole = parts(frame, "source", "measure", "area", "dimension", "period_end", "months")
    return with_figures([breakdown_chart(part, wanted.catalogue) for part in whole])


def breakdown_chart(frame: pl.DataFrame, catalogue: Catalogue) -> Bars:
    """The categories of one measure and dimension, as `pm breakdown` counted them; the total is not drawn.

    frame: the breakdown table, one measure, area, dimension and window. Raises PmError for no rows.
    """
    every = frame.rows(named=True)
    rows = [row for row in every if not row["total"]]
    if not rows:
        raise PmError("there is nothing to draw: the breakdown has no categories")
    rows.sort(key=lambda row: (-(row["value"] or 0.0), -(row["against_value"] or 0.0), row["category"]))
    shown, first = rows[:MOST], rows[0]
    measure = measure_of(catalogue, first)
    names = [str(row["category"]) for row in shown]
    series = [Series(_window(first, "period_end"), list(names), [row["value"] for row in shown])]
    if first["against_end"] is not None and any(row["against_value"] is not None for row in shown):
        then = [row["against_value"] for row in shown]
        series.append(Series(_window(first, "against_end"), list(names), then, "comparator"))
    by = spoken(first["dimension"])
    when = wording.against(first["months"], first["period_end"])
    subtitle = f"{catalogue.label(first['measure'])} by {by}, {catalogue.area_label(first['area'])}: {when}"
    largest = largest_row(every)
    things = capital(wording.noun(measure))
    said = largest_sentence(largest, measure).text if largest else f"{things} by {by}: no category is the largest."
    notes = [f"The {MOST} largest of {len(rows)} categories."] if len(rows) > MOST else []
    if len(series) > 1:
        notes.append(f"The tick on a bar: {series[1].name}.")
    each = "; ".join(f"{row['category']} {words.count(row['value'])}" for row in shown)
    return Bars(
        title=said,
        subtitle=subtitle,
        alt=f"Bar chart of {subtitle}. {said} {each}.",
        x_title="Number",
        y_title="",
        series=series,
        note=" ".join(notes),
        name=file_name(first["measure"], first["area"], str(first["dimension"]), "bars"),
    )


def _window(row: dict[str, Any], end: str) -> str:
    return f"{row['months']} months to {month_name(row[end])}"
