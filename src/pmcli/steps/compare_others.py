"""Compare a force's share or mean with the country's or its Most Similar Group's in the same window.

The average is that of `pm rank` and `pm outliers` (steps/averages.py): the simple mean of the forces' figures unless
a pooled one is asked for. A count is not compared here: a bigger force has more of everything, and rates are
`pm rank`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.notes import listing, note
from pmcli.stats.proportions import proportion_against_mean_test, two_proportion_test
from pmcli.steps.averages import Conventions, members, spread
from pmcli.steps.selecting import end_of, whole_forces
from pmcli.steps.testing import graded, with_interval
from pmcli.tables import COMPARISON, SERIES

OTHERS: Final = ("national", "peers")


def against_others(
    rolled: pl.DataFrame,
    ends: Mapping[str, date],
    months: int,
    scopes: Sequence[str],
    *,
    areas: Sequence[str] | None,
    peers: Mapping[str, Sequence[str]],
    conventions: Conventions,
    catalogue: Catalogue,
) -> pl.DataFrame:
    """Each force's share or mean beside the average over the scopes ("national", "peers"), as comparison rows.

    rolled: windows of `months`, of every force. ends: measure -> the end of its window. areas: report these only.
    p_value, for shares: the force against the others of the scope, itself left out, averaged as the convention says: a
    z test against their simple mean, or the two-proportion test against them pooled. Null for means and where a base is
    not known. against_base is the sum of the bases behind the average.
    Raises PmError when every measure is a count.
    """
    now = rolled.filter(pl.col("period_end") == end_of(ends), whole_forces())
    now = _shares_and_means(now, catalogue)
    alone = ((pl.col("effective") == 0) & (pl.col("base") > 0)).fill_null(value=False)
    now = now.with_columns(
        _figure=pl.when(pl.col("base") > 0).then(pl.col("value") / pl.col("base")),
        _trials=pl.when(~alone).then(pl.coalesce("effective", "base")),
        _known_base=pl.when(~alone).then("base"),
    )
    mine = now["area"].unique().sort().to_list()
    reported = mine if areas is None else [area for area in mine if area in set(areas)]
    _say_no_peers(scopes, reported, peers)
    pairs = members(reported, catalogue.national(), peers, conventions).filter(pl.col("scope").is_in(list(scopes)))
    stats = spread(now, pairs, "value", "base", 1.0, 0.0)
    _say_lacking(stats)
    rest = _rest(now, pairs)
    rows = now.filter(pl.col("area").is_in(reported)).join(stats, on=["measure", "area"], how="inner", validate="1:m")
    rows = rows.join(rest, on=["measure", "area", "scope"], how="left", validate="1:1")
    average = pl.col("simple") if conventions.average == "simple" else pl.when("_bases_known").then("pooled")
    rows = rows.with_columns(against_value=average).with_columns(
        difference=pl.col("_figure") - pl.col("against_value"),
        against_base=pl.when(pl.col("against_value").is_not_null() & pl.col("_bases_known")).then("_scope_base"),
    )
    tested = with_interval(
        rows.select(
            *SERIES,
            "period_end",
            "statistic",
            "against_value",
            "against_base",
            "difference",
            pl.lit(months, dtype=pl.Int8).alias("months"),
            pl.col("_figure").alias("value"),
            pl.col("_known_base").alias("base"),
            pl.col("scope").alias("against"),
            pl.col("period_end").alias("against_end"),
            pl.when(pl.col("against_value") > 0).then(pl.col("difference") / pl.col("against_value")).alias("change"),
            pl.Series("p_value", _p_values(rows, conventions), dtype=pl.Float64),
            pl.lit(None, dtype=pl.Float64).alias("least"),
            pl.lit("").alias("breaks"),
            pl.lit(value=False).alias("_unusual"),
            pl.col("_trials").alias("_n"),
            pl.concat_str(
                pl.lit(_convention(conventions)), pl.lit("; "), "n", pl.lit(" of "), "of", pl.lit(" forces")
            ).alias("conventions"),
        )
    )
    return tested.with_columns(grade=graded(tested, catalogue)).select(*COMPARISON.columns)


def _convention(conventions: Conventions) -> str:
    average = "simple mean of force values" if conventions.average == "simple" else "pooled (total over total)"
    self_too = "own force in its peer group" if conventions.include_self else "own force not in its peer group"
    return f"average: {average}; {self_too}"


def _shares_and_means(now: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """The measures with a base, with their statistic. Raises PmError when there is none."""
    counts = now.group_by("measure").agg(pl.col("base").is_null().all()).filter("base")["measure"].sort().to_list()
    if counts and set(counts) == set(now["measure"]):
        raise PmError(
            f"{listing(counts, 3)}: a count cannot be compared with other forces' without a population",
            f"Rates and ranks: pm rank {counts[0]}. Comparisons with the country or peers are for shares and means.",
        )
    if counts:
        note(f"not compared with other forces, because they are counts (pm rank): {listing(counts, 4)}")
    means = [name for name, measure in catalogue.measures.items() if measure.kind == "mean"]
    return now.filter(~pl.col("measure").is_in(counts)).with_columns(
        statistic=pl.when(pl.col("measure").is_in(means)).then(pl.lit("mean")).otherwise(pl.lit("share"))
    )


def _rest(now: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The others of each force's scope, and what base the whole scope has.

    Returns (measure, area, scope): _mean and _variance (of the others' simple mean), _pooled and _trials_of_rest (of
    the others together), null when a base among them is not known; _scope_base, _bases_known.
    """
    figures = now.filter(pl.col("_figure").is_not_null()).select(
        "measure", "value", "base", "_figure", "_trials", member="area"
    )
    joined = pairs.join(figures, on="member", how="inner")
    other = pl.col("member") != pl.col("area")
    known = pl.col("_trials").is_not_null()
    share = pl.col("_figure")
    variance = (share * (1 - share) / pl.col("_trials")).filter(other).sum() / other.sum().cast(pl.Float64).pow(2)
    joined = joined.sort("measure", "area", "scope", "member")  # the last digit of a sum depends on its order
    return joined.group_by("measure", "area", "scope", maintain_order=True).agg(
        share.filter(other).mean().alias("_mean"),
        pl.when(known.filter(other).all()).then(variance).alias("_variance"),
        (pl.col("value").filter(other).sum() / pl.col("base").filter(other).sum()).alias("_pooled"),
        pl.when(known.filter(other).all()).then(pl.col("_trials").filter(other).sum()).alias("_trials_of_rest"),
        pl.col("base").sum().alias("_scope_base"),
        known.all().alias("_bases_known"),
    )


def _p_values(rows: pl.DataFrame, conventions: Conventions) -> list[float | None]:
    columns = ("_figure", "_trials", "_mean", "_variance", "_pooled", "_trials_of_rest", "against_value")
    tested: list[float | None] = []
    for statistic, figures in zip(rows["statistic"], rows.select(columns).iter_rows(), strict=True):
        if statistic != "share" or None in figures:
            tested.append(None)
            continue
        share, trials, mean, variance, pooled, rest_trials, _ = figures
        if conventions.average == "simple":
            tested.append(proportion_against_mean_test(share, trials, mean, variance))
        else:
            tested.append(two_proportion_test(share * trials, trials, pooled * rest_trials, rest_trials))
    return tested


def _say_no_peers(scopes: Sequence[str], reported: Sequence[str], peers: Mapping[str, Sequence[str]]) -> None:
    without = [area for area in reported if area not in peers]
    if "peers" in scopes and without:
        note(f"no Most Similar Group for {listing(without)}: name a peers file with --peers or in pm.toml")


def _say_lacking(stats: pl.DataFrame) -> None:
    """A note when an average is over fewer forces than its scope has."""
    short = stats.filter(pl.col("lacking").list.len() > 0).unique(["measure", "scope"]).sort("measure", "scope")
    for row in short.rows(named=True):
        over = "the average is over the others" if row["simple"] is not None else "too few for an average"
        note(f"{row['measure']}, {row['scope']}: no figure for {listing(row['lacking'])}: {over}")
