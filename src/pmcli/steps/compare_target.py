"""Compare a share or mean with the standard that the catalogue gives its measure (`target`), as 90 % of 999 calls.

A standard is no sample: the share is tested against it as one number, by a z test of one proportion.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import erfc, sqrt
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.stats.two_counts import Z
from pmcli.steps.testing import graded, with_interval
from pmcli.tables import COMPARISON, SERIES, series_of

TARGET: Final = "target"


def against_target(
    frame: pl.DataFrame, rolled: pl.DataFrame, ends: Mapping[str, date], months: int, catalogue: Catalogue
) -> pl.DataFrame:
    """Each series beside the standard of its measure, as comparison rows; none of a measure without one.

    frame: the series that are reported. rolled: windows of `months`. ends: measure -> the end of its window.
    p_value, for shares: z = (p - t) / sqrt(t (1 - t) / n), two-sided, on the effective base; null for means and where
    the base is not known.
    """
    measures = catalogue.measures
    levels = {
        name: one.target / 100 if one.kind == "share" else one.target
        for name in ends
        if (one := measures.get(name)) is not None and one.target is not None and one.kind != "count"
    }
    if not levels:
        return COMPARISON.empty()
    targets = pl.DataFrame(
        {
            "measure": list(levels),
            "period_end": [ends[name] for name in levels],
            "against_value": list(levels.values()),
        },
        schema_overrides={"period_end": pl.Date, "against_value": pl.Float64},
    )
    kinds = {name: measures[name].kind for name in levels}
    rows = rolled.join(series_of(frame), on=list(SERIES), how="semi")
    rows = rows.join(targets, on=["measure", "period_end"], how="inner", validate="m:1")
    alone = ((pl.col("effective") == 0) & (pl.col("base") > 0)).fill_null(value=False)
    rows = rows.with_columns(
        statistic=pl.col("measure").replace_strict(kinds, return_dtype=pl.String),
        value=pl.when(pl.col("base") > 0).then(pl.col("value") / pl.col("base")),
        base=pl.when(~alone).then("base"),
        _n=pl.when(~alone).then(pl.coalesce("effective", "base")),
    ).with_columns(difference=pl.col("value") - pl.col("against_value"))
    told = [_test(*row) for row in rows.select("statistic", "value", "against_value", "_n").iter_rows()]
    rows = with_interval(
        rows.with_columns(
            pl.lit(TARGET).alias("against"),
            pl.col("period_end").alias("against_end"),
            pl.lit(None, dtype=pl.Float64).alias("against_base"),
            pl.when(pl.col("against_value") > 0).then(pl.col("difference") / pl.col("against_value")).alias("change"),
            pl.Series("p_value", [p for p, _ in told], dtype=pl.Float64),
            pl.Series("least", [least for _, least in told], dtype=pl.Float64),
            pl.lit("").alias("breaks"),
            pl.lit("test: one proportion against the standard").alias("conventions"),
            pl.lit(value=False).alias("_unusual"),
            pl.lit(months, dtype=pl.Int8).alias("months"),
        )
    )
    return rows.with_columns(grade=graded(rows, catalogue)).select(*COMPARISON.columns)


def _test(statistic: str, value: float | None, level: float, n: float | None) -> tuple[float | None, float | None]:
    """The p-value, and the least difference that would have been told."""
    if statistic != "share" or value is None or not n or not 0 < level < 1:
        return None, None
    error = sqrt(level * (1 - level) / n)
    return erfc(abs(value - level) / error / sqrt(2)), Z * error
