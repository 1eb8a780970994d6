"""Periods of an extract that a few rows with a date such as 01/01/1900 have made: left out, and said."""

from __future__ import annotations

from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.periods import month_index, month_name, strays
from pmcli.sources.reading.report import Report, counted, verb
from pmcli.tables import series_starts

_OF: Final = ("source", "_force", "months")
_FORCE: Final = pl.col("area").str.split("/").list.first().alias("_force")


def without_strays(observations: pl.DataFrame, catalogue: Catalogue, report: Report) -> pl.DataFrame:
    """Observations without the periods in which a force has a handful of what it has in the others, far from them.

    observations: in key order. A force's counts of all measures are looked at together: what is not whole is the
    period, not one measure of it.
    """
    if _nowhere_a_gap(observations):
        return observations
    counts = observations.lazy().filter(pl.col("base").is_null(), pl.col("dimension") == "all")
    by_area = counts.group_by("source", "area", "months", "period_end").agg(pl.col("value").sum())
    by_force = by_area.group_by("source", _FORCE, "months", month_index().alias("_index")).agg(pl.col("value").sum())
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
    marked = observations.with_columns(_FORCE, month_index().alias("_index"))
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


def _nowhere_a_gap(observations: pl.DataFrame) -> bool:
    """Whether every series is seen to follow on without a gap, and those of a force too: then nothing is far from the
    rest. Only the ends of the series are looked at; False where that is not enough to tell.
    """
    counts = observations
    if observations["base"].null_count() < observations.height or (observations["dimension"] != "all").any():
        counts = observations.filter(pl.col("base").is_null(), pl.col("dimension") == "all")
    if counts.is_empty() or counts["months"].n_unique() > 1:
        return counts.is_empty()
    length = counts["months"][0]
    first = series_starts(counts).arg_true()
    last = first.shift(-1, fill_value=counts.height) - 1
    index = month_index().alias("_index")
    reach = counts[first].select("source", _FORCE, index).with_columns(_last=counts[last].select(index).to_series())
    if (reach["_last"] - reach["_index"] != (last - first).cast(pl.Int32) * length).any():
        return False
    reach = reach.sort("_index")
    before = pl.col("_last").cum_max().shift(1).over("source", "_force")
    return not reach.select((pl.col("_index") > before + length).any()).item()
