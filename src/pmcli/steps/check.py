"""Coverage: which figures are missing, doubled, negative, or suspiciously low or high.

What to expect is read off the data itself: every force is expected to have every period between the first and the last
that any force of its source has for the measure. A suspicious figure is one far outside its own series, by a robust
yardstick; it is listed for a person to look at, never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.periods import index_to_end, month_index, strays
from pmcli.steps.selecting import select
from pmcli.tables import CHECK, KEY, SERIES

MISSING: Final = ("missing", "not known", "force missing", "doubled")
"""The findings that `--strict` fails on."""

FAR: Final = 5.0
"""A figure is suspicious beyond this many robust SDs (1.4826 x the median absolute deviation, but at least the Poisson
SD) from the median of its series: Leys et al. (2013), J. Exp. Soc. Psychol. 49:764-766, with a stricter cut-off than
their 3 because crime series have trends and seasons."""

FEWEST: Final = 8
"""Periods a series must have before any of them is called suspicious."""


def check(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    source: str | None = None,
    catalogue: Catalogue | None = None,
) -> pl.LazyFrame:
    """What is wrong or odd with the coverage of the observations.

    Returns the check table, a row a finding: `missing` (no row where its neighbours have one), `not known` (a null),
    `force missing` (a force of the national average without a single row, listed only when most of them have some),
    `doubled`, `negative` (a correction larger than the count), `low`, `high` (suspicious), `stray` (a handful far from
    the rest of its series). `expected` is the median of
    the series for the last two, the number of rows for `doubled`.
    """
    catalogue = catalogue or Catalogue()
    others = [force.id for force in catalogue.forces.values() if force.kind != "territorial"]
    frame = select(observations, measures=measures, source=source, one_source=False)
    frame = frame.filter(~pl.col("area").is_in(others))  # Action Fraud and its like set no pattern for the forces
    if frame.is_empty():
        return CHECK.empty().lazy()
    shortest = frame.filter(pl.col("months") == pl.col("months").min().over("source", "measure"))
    once = shortest.unique(subset=list(KEY), keep="first")
    stray = _strays(once)
    once = once.join(stray, on=list(KEY), how="anti")  # what they stand far from is not missing
    found = [
        _simple(stray, "stray", "a handful, far from the rest of its series: a date that is none, or a slip"),
        _missing(once),
        _force_missing(once, catalogue),
        _simple(once.filter(pl.col("value").is_null()), "not known", "the figure is empty"),
        _simple(once.filter(pl.col("value") < 0), "negative", "corrections exceed the count"),
        _doubled(frame),
        *_suspicious(once),
    ]
    table = pl.concat(part.select(*CHECK.columns).cast(CHECK.schema()) for part in found)
    if areas is not None:
        table = table.filter(pl.col("area").is_in(list(areas)))
    return table.sort(*KEY, "finding").lazy()


def summary(findings: pl.DataFrame) -> str:
    """'3 missing, 1 high', or that nothing was found."""
    counts = findings.group_by("finding").len().sort("finding").rows()
    return ", ".join(f"{count:,} {finding}" for finding, count in counts) or "nothing missing, nothing suspicious"


def _strays(once: pl.DataFrame) -> pl.DataFrame:
    """The counts that stand far from the rest of their series with a handful (periods.strays)."""
    counts = once.filter(pl.col("base").is_null(), pl.col("value").is_not_null()).with_columns(_index=month_index())
    listed = counts.sort("_index").group_by(*SERIES, "months").agg("_index", "value")
    # Only a series with a gap can have one.
    span = pl.col("_index").list.last() - pl.col("_index").list.first()
    gapped = listed.filter(span != (pl.col("_index").list.len() - 1).cast(pl.Int32) * pl.col("months").cast(pl.Int32))
    rows = [
        (*row[: len(SERIES) + 1], at) for row in gapped.iter_rows() for at in strays(row[-2], row[-1], row[len(SERIES)])
    ]
    schema = {**{name: counts.schema[name] for name in (*SERIES, "months")}, "_index": counts.schema["_index"]}
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return counts.join(found, on=[*SERIES, "months", "_index"], how="semi").drop("_index")


def _simple(rows: pl.DataFrame, finding: str, detail: str) -> pl.DataFrame:
    return rows.with_columns(finding=pl.lit(finding), expected=pl.lit(None, dtype=pl.Float64), detail=pl.lit(detail))


def _missing(frame: pl.DataFrame) -> pl.DataFrame:
    """Periods that some area of the same source and measure has, and this one, which has others, does not."""
    frame = frame.with_columns(_index=month_index())
    periods = frame.select("source", "measure", "months", "_index").unique()
    grid = frame.select(*SERIES, "months").unique().join(periods, on=["source", "measure", "months"], how="inner")
    spans = periods.group_by("source", "measure", "months").agg(
        first=pl.col("_index").min(), last=pl.col("_index").max()
    )
    steps = spans.filter(pl.col("months") <= 3).with_columns(
        _index=pl.int_ranges("first", pl.col("last") + 1, pl.col("months").cast(pl.Int32)).cast(pl.List(pl.Int32))
    )
    every = steps.explode("_index").select("source", "measure", "months", "_index")
    whole = frame.select(*SERIES, "months").unique().join(every, on=["source", "measure", "months"], how="inner")
    expected = pl.concat([grid.select(*SERIES, "months", "_index"), whole.select(*SERIES, "months", "_index")]).unique()
    gaps = expected.join(frame, on=[*SERIES, "months", "_index"], how="anti")
    return _simple(
        gaps.with_columns(period_end=index_to_end(pl.col("_index")), value=pl.lit(None, dtype=pl.Float64)),
        "missing",
        "no row for this period",
    )


def _force_missing(frame: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Forces of the national average that have no row at all, where most of the others have."""
    national = catalogue.national()
    rows: list[tuple[object, ...]] = []
    for (source, measure), part in frame.filter(pl.col("dimension") == "all").group_by("source", "measure"):
        have = set(part["area"])
        absent = [area for area in national if area not in have]
        if absent and len(absent) * 2 < len(national):
            end, months = part["period_end"].max(), part["months"].max()
            rows.extend((source, measure, area, "all", "all", end, months, None) for area in absent)
    schema = {name: CHECK.schema()[name] for name in (*KEY, "value")}
    return _simple(pl.DataFrame(rows, schema=schema, orient="row"), "force missing", "no row for this force at all")


def _doubled(frame: pl.DataFrame) -> pl.DataFrame:
    twice = frame.group_by(KEY).agg(pl.len().cast(pl.Float64).alias("expected"), pl.col("value").max())
    return twice.filter(pl.col("expected") > 1).with_columns(
        finding=pl.lit("doubled"), detail=pl.format("{} rows with this key", pl.col("expected").cast(pl.Int64))
    )


def _suspicious(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Figures far from the median of their series."""
    series = [*SERIES, "months"]
    known = frame.filter(pl.col("value").is_not_null(), pl.col("base").is_null())
    middle = known.with_columns(expected=pl.col("value").median().over(series), _n=pl.len().over(series))
    spread = (pl.col("value") - pl.col("expected")).abs().median().over(series) * 1.4826
    poisson = pl.max_horizontal(pl.col("expected"), pl.lit(1.0)).sqrt()
    scored = middle.with_columns(_score=(pl.col("value") - pl.col("expected")) / pl.max_horizontal(spread, poisson))
    scored = scored.filter(pl.col("_n") >= FEWEST)
    detail = pl.format("{} robust SDs from the median of its series", pl.col("_score").round(1))
    return [
        scored.filter(pl.col("_score") < -FAR).with_columns(finding=pl.lit("low"), detail=detail),
        scored.filter(pl.col("_score") > FAR).with_columns(finding=pl.lit("high"), detail=detail),
    ]
