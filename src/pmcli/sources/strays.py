"""Periods of an extract that a few rows with a date such as 01/01/1900 have made: left out, and said."""

from __future__ import annotations

from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.periods import month_index, month_name, strays
from pmcli.sources.reading.report import Report, counted, verb

_OF: Final = ("source", "_force", "months")


def without_strays(observations: pl.DataFrame, catalogue: Catalogue, report: Report) -> pl.DataFrame:
    """Observations without the periods in which a force has a handful of what it has in the others, far from them.

    A force's counts of all measures are looked at together: what is not whole is the period, not one measure of it.
    """
    force = pl.col("area").str.split("/").list.first().alias("_force")
    counts = observations.lazy().filter(pl.col("base").is_null(), pl.col("dimension") == "all")
    by_area = counts.group_by("source", "area", "months", "period_end").agg(pl.col("value").sum())
    by_force = by_area.group_by("source", force, "months", month_index().alias("_index")).agg(pl.col("value").sum())
    listed = by_force.sort("_index").group_by(_OF).agg("_index", "value").collect()
    rows = [
        (source, area, months, at)
        for source, area, months, index, values in listed.sort(_OF).iter_rows()
        for at in sorted(strays(index, values, months))
    ]
    if not rows:
        return observations
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "source": pl.String,
        "_force": pl.String,
        "months": observations.schema["months"],
        "_index": pl.Int32,
    }
    found = pl.DataFrame(rows, schema=schema, orient="row")
    marked = observations.with_columns(force, month_index().alias("_index"))
    key = [*_OF, "_index"]
    for (_, area, _), part in marked.join(found, on=key, how="semi").group_by(_OF, maintain_order=True):
        ends = part["period_end"].unique().sort()
        when = ", ".join(month_name(end) for end in ends.head(3)) + (" and more" if ends.len() > 3 else "")
        whole = float(part.filter(pl.col("dimension") == "all")["value"].max() or 0)  # type: ignore[arg-type]
        stand = f"{counted(part.height, 'figure')} of {when} {verb(part.height, 'stand')} far from the rest"
        report.leave_out(
            f"{catalogue.area_label(str(area))}: {stand}, with {whole:,.0f} at most: a stray date makes no whole "
            "period, and is left out"
        )
    return marked.join(found, on=key, how="anti", maintain_order="left").drop("_force", "_index")
