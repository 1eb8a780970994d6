"""The figures of forces from those of their parts: Community Safety Partnerships, districts.

A force is the sum of its parts, and known for a measure and period only when every part that it has in these files is
there and known; a smaller total is never given for the whole.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pmcli.sources.reading.report import Report, counted

_SHOWN: Final = 3
_WHEN: Final = ["source", "measure", "dimension", "category", "period_end", "months"]


def with_forces(found: pl.DataFrame, report: Report, source: str) -> pl.DataFrame:
    """Observations of parts (`essex/basildon`) with those of their forces added, where these are not given themselves.

    A force whose figure is given beside its parts keeps the one that is given.
    """
    parts = found.filter(pl.col("area").str.contains("/", literal=True))
    if parts.is_empty():
        return found
    parts = parts.with_columns(pl.col("area").str.split("/").list.first().alias("_force"))
    many = parts.group_by("_force").agg(pl.col("area").n_unique().alias("_many"))
    whole = parts.group_by("_force", *_WHEN).agg(
        pl.col("area").n_unique().alias("_have"),
        pl.when(pl.col("value").null_count() == 0).then(pl.col("value").sum()).alias("value"),
    )
    whole = whole.join(many, on="_force").with_columns(
        pl.when(pl.col("_have") == pl.col("_many")).then("value").alias("value"), pl.col("_force").alias("area")
    )
    lacking = whole.filter(pl.col("_have") < pl.col("_many")).sort("area", "measure", "period_end")
    if lacking.height:
        shown = "; ".join(
            f"{area} {measure} to {end} ({have} of {of})"
            for area, measure, end, have, of in lacking.head(_SHOWN)
            .select("area", "measure", "period_end", "_have", "_many")
            .rows()
        )
        more = f" and {lacking.height - _SHOWN:,} more" if lacking.height > _SHOWN else ""
        report.note(
            f"{source}: {counted(lacking.height, 'force total')} not known, for partnerships without a row: "
            f"{shown}{more}"
        )
    whole = whole.join(found.select("area", *_WHEN), on=["area", *_WHEN], how="anti")
    report.note(
        f"{source}: forces are the sums of their {counted(parts['area'].n_unique(), 'Community Safety Partnership')}"
    )
    none = pl.lit(None, dtype=pl.Float64)
    whole = whole.with_columns(*(none.alias(name) for name in found.columns if name not in whole.columns))
    return pl.concat([found, whole.select(found.columns)])
