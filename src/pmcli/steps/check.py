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
from pmcli.steps.written import area_ids, measure_ids
from pmcli.tables import CHECK, KEY, SERIES

MISSING: Final = ("missing", "not known", "force missing", "doubled")
"""The findings that `--strict` fails on."""

FAR: Final = 5.0
"""A figure is suspicious beyond this many robust SDs (1.4826 x the median absolute deviation, but at least the Poisson
SD) from the median of its series: Leys et al. (2013), J. Exp. Soc. Psychol. 49:764-766, with a stricter cut-off than
their 3 because crime series have trends and seasons."""

FEWEST: Final = 8
"""Periods a series must have before any of them is called suspicious."""


AT_ONCE: Final = 2_000_000
"""Figures whose medians are worked out at a time, so that memory does not grow with the table."""


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
    measures, areas = measure_ids(measures, catalogue), area_ids(areas, catalogue)
    catalogue = catalogue or Catalogue()
    frame = select(observations, measures=measures, source=source, one_source=False)
    if frame.is_empty():
        return CHECK.empty().lazy()
    figures, series = _numbered(frame)
    del frame, observations
    others = [force.id for force in catalogue.forces.values() if force.kind != "territorial"]
    series = series.filter(~pl.col("area").is_in(others))  # Action Fraud and its like set no pattern for the forces
    figures = figures.join(series.select("_series"), on="_series", how="semi")
    shortest = series.filter(pl.col("months") == pl.col("months").min().over("source", "measure"))
    doubled = _doubled(figures)
    once = figures.join(shortest.select("_series"), on="_series", how="semi")
    once = once.sort("_row").unique(["_series", "_index"], keep="first") if doubled.height else once
    stray = _strays(once, series)
    once = once.join(stray, on=["_series", "_index"], how="anti")  # what they stand far from is not missing
    found = [
        _simple(stray, "stray", "a handful, far from the rest of its series: a date that is none, or a slip"),
        _missing(once, shortest),
        _simple(once.filter(pl.col("value").is_null()), "not known", "the figure is empty"),
        _simple(once.filter(pl.col("value") < 0), "negative", "corrections exceed the count"),
        doubled,
        *_suspicious(once),
    ]
    columns = ["_series", "_index", "value", "finding", "expected", "detail"]
    listed = pl.concat(part.select(columns) for part in found if part.height) if any(map(len, found)) else None
    parts = [_force_missing(shortest, once, catalogue)]
    if listed is not None:
        named = listed.join(series, on="_series", how="inner", validate="m:1")
        parts.append(named.with_columns(period_end=index_to_end(pl.col("_index"))))
    table = pl.concat(part.select(*CHECK.columns).cast(CHECK.schema()) for part in parts)
    if areas is not None:
        table = table.filter(pl.col("area").is_in(list(areas)))
    return table.sort(*KEY, "finding").lazy()


def _numbered(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The figures with a number for their series instead of its names, and the series by number.

    Millions of figures belong to thousands of series: what is searched, sorted and joined here are numbers.
    Returns (_series, _row, _index (months since year 0), value, _count (whether it is a count)) and (_series, SERIES,
    months). Series are known by a 64-bit hash of their names and length.
    """
    names = [*SERIES, "months"]
    numbers = frame.select(names).hash_rows().alias("_series")
    figures = frame.select(
        numbers, pl.int_range(pl.len(), dtype=pl.UInt32).alias("_row"), month_index().cast(pl.Int32).alias("_index"),
        "value", pl.col("base").is_null().alias("_count"),
    )  # fmt: skip
    first = figures.select("_series", "_row").unique("_series", keep="first")
    return figures, frame[first["_row"].to_numpy()].select(first["_series"], *names)


def summary(findings: pl.DataFrame) -> str:
    """'3 missing, 1 high', or that nothing was found."""
    counts = findings.group_by("finding").len().sort("finding").rows()
    return ", ".join(f"{count:,} {finding}" for finding, count in counts) or "nothing missing, nothing suspicious"


def _strays(once: pl.DataFrame, series: pl.DataFrame) -> pl.DataFrame:
    """The counts that stand far from the rest of their series with a handful (periods.strays)."""
    known = once.lazy().filter(pl.col("value").is_not_null(), "_count")
    ends = known.group_by("_series").agg(
        pl.len().cast(pl.Int32).alias("_n"),
        pl.col("_index").min().alias("_first"),
        pl.col("_index").max().alias("_last"),
    )
    ends = ends.join(series.lazy().select("_series", pl.col("months").cast(pl.Int32)), on="_series")
    # Only a series with a gap can have one.
    gapped = ends.filter(pl.col("_last") - pl.col("_first") != (pl.col("_n") - 1) * pl.col("months"))
    listed = known.select("_series", "_index", "value").join(gapped.select("_series", "months"), on="_series")
    listed = listed.sort("_index").group_by("_series", "months").agg("_index", "value")
    rows = [
        (number, at)
        for number, months, index, values in listed.collect(engine="streaming").iter_rows()
        for at in strays(index, values, months)
    ]
    found = pl.DataFrame(rows, schema={"_series": pl.UInt64, "_index": pl.Int32}, orient="row")
    return once.join(found, on=["_series", "_index"], how="semi")


def _simple(rows: pl.DataFrame, finding: str, detail: str) -> pl.DataFrame:
    return rows.with_columns(finding=pl.lit(finding), expected=pl.lit(None, dtype=pl.Float64), detail=pl.lit(detail))


def _missing(once: pl.DataFrame, series: pl.DataFrame) -> pl.DataFrame:
    """Periods that some area of the same source and measure has, and this one, which has others, does not."""
    group = ["source", "measure", "months"]
    groups = series.select(group).unique().with_row_index("_group")
    grouped = series.select("_series", *group).join(groups, on=group, validate="m:1").select("_series", "_group")
    have = once.lazy().select("_series", "_index")
    periods = have.join(grouped.lazy(), on="_series").select("_group", "_index").unique().collect(engine="streaming")
    spans = periods.group_by("_group").agg(first=pl.col("_index").min(), last=pl.col("_index").max())
    spans = spans.join(groups, on="_group").filter(pl.col("months") <= 3)
    every = spans.select(
        "_group",
        pl.int_ranges("first", pl.col("last") + 1, pl.col("months").cast(pl.Int32))
        .cast(pl.List(pl.Int32))
        .alias("_index"),
    ).explode("_index")
    expected = pl.concat([periods, every]).unique()
    # Only a series with fewer periods than its group has can lack one.
    sizes = expected.group_by("_group").len("_of")
    counts = have.group_by("_series").len("_n").collect(engine="streaming").join(grouped, on="_series")
    short = counts.join(sizes, on="_group").filter(pl.col("_n") < pl.col("_of")).select("_series", "_group")
    wanted = short.join(expected, on="_group")
    there = have.join(short.lazy(), on="_series", how="semi").collect(engine="streaming")
    gaps = wanted.join(there, on=["_series", "_index"], how="anti")
    return _simple(gaps.with_columns(value=pl.lit(None, dtype=pl.Float64)), "missing", "no row for this period")


def _force_missing(series: pl.DataFrame, once: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Forces of the national average that have no row at all, where most of the others have."""
    national = catalogue.national()
    last = once.group_by("_series").agg(pl.col("_index").max())
    ended = series.filter(pl.col("dimension") == "all").join(last, on="_series", validate="1:1")
    rows: list[tuple[object, ...]] = []
    for (source, measure), part in ended.group_by("source", "measure"):
        have = set(part["area"])
        absent = [area for area in national if area not in have]
        if absent and len(absent) * 2 < len(national):
            end = part.select(index_to_end(pl.col("_index").max())).item()
            rows.extend((source, measure, area, "all", "all", end, part["months"].max(), None) for area in absent)
    schema = {name: CHECK.schema()[name] for name in (*KEY, "value")}
    return _simple(pl.DataFrame(rows, schema=schema, orient="row"), "force missing", "no row for this force at all")


def _doubled(figures: pl.DataFrame) -> pl.DataFrame:
    key = ["_series", "_index"]
    again = figures.filter(figures.select(key).hash_rows().is_duplicated())
    twice = again.group_by(key).agg(pl.len().cast(pl.Float64).alias("expected"), pl.col("value").max())
    return twice.filter(pl.col("expected") > 1).with_columns(
        finding=pl.lit("doubled"), detail=pl.format("{} rows with this key", pl.col("expected").cast(pl.Int64))
    )


def _suspicious(once: pl.DataFrame) -> list[pl.DataFrame]:
    """Figures far from the median of their series, some series at a time."""
    parts = once.height // AT_ONCE + 1
    found = (_far(once.filter(pl.col("_series") % parts == part) if parts > 1 else once) for part in range(parts))
    return [frame for pair in found for frame in pair]


def _far(once: pl.DataFrame) -> list[pl.DataFrame]:
    known = once.filter(pl.col("value").is_not_null(), "_count").select("_series", "_index", "value")
    middles = known.group_by("_series").agg(expected=pl.col("value").median(), _n=pl.len())
    scored = known.join(middles.filter(pl.col("_n") >= FEWEST), on="_series", validate="m:1")
    distance = (pl.col("value") - pl.col("expected")).abs()
    spreads = scored.group_by("_series").agg(_spread=distance.median() * 1.4826)
    poisson = pl.max_horizontal(pl.col("expected"), pl.lit(1.0)).sqrt()
    far = distance > FAR * pl.max_horizontal("_spread", poisson)
    beyond = scored.join(spreads, on="_series", validate="m:1").filter(far)
    score = (pl.col("value") - pl.col("expected")) / pl.max_horizontal("_spread", poisson)
    detail = pl.format("{} robust SDs from the median of its series", score.round(1))
    return [
        beyond.filter(score < 0).with_columns(finding=pl.lit("low"), detail=detail),
        beyond.filter(score > 0).with_columns(finding=pl.lit("high"), detail=detail),
    ]
