"""The charts of a measure's page that need more than one table: by month beside the other forces, and breakdowns."""

from __future__ import annotations

import polars as pl

from pmcli.catalogue import Measure
from pmcli.pack.model import Picture
from pmcli.pack.view import View
from pmcli.tables import COMPARISON
from pmcli.views.breakdown.charts import breakdown_chart
from pmcli.views.charting import parts
from pmcli.views.language.origins import of_rows
from pmcli.views.observations.charts import average_line, rolling_chart

FEWEST = 3
"""Categories, and months, that a chart is worth."""


def by_month(view: View, measure: Measure) -> list[Picture]:
    """A measure that is stated over a month, as 999 answering: each month, the average of the forces, the standard."""
    own = view.own[measure.id]
    whole = view.figures.chosen.whole.filter(
        pl.col("measure") == measure.id, pl.col("source") == own["source"], pl.col("months") == 1
    )
    mine = whole.filter(pl.col("area") == view.area, pl.col("period_end") <= view.to)
    if mine.height < FEWEST:
        return []
    others = average_line(whole.filter(pl.col("period_end") <= view.to), view.catalogue)
    said = [one.sentence.text for one in view.saying(COMPARISON, "national") if one.row["measure"] == measure.id]
    beside = said[0] if said and others is not None else ""
    chart = rolling_chart(mine, view.catalogue, baseline=own["baseline"], said=beside, average=others)
    return [Picture(chart, of_rows("observations", mine.to_dicts()))]


def breakdowns(view: View, measure: Measure, *, room: int) -> list[Picture]:
    """The categories of each breakdown as bars; of more than there is room for the rest is for whoever asks."""
    rows = view.of("breakdown", measure.id)
    made: list[Picture] = []
    for part in parts(rows, "source", "measure", "area", "dimension", "period_end", "months") if rows.height else []:
        if part.filter(~pl.col("total")).height >= FEWEST and (part["value"] > 0).any():
            chart, origin = breakdown_chart(part, view.catalogue), of_rows("breakdown", part.to_dicts())
            made.append(Picture(chart, origin, detail=len(made) >= room, about=str(part["dimension"][0])))
    return made
