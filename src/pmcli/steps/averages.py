"""The average and the spread that a force is held against, over the country or over its Most Similar Group.

Published packs differ on how; every choice is an option here, and a result says in words which were made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pmcli.errors import UsageError


@dataclass(frozen=True, slots=True)
class Conventions:
    """How an average is taken and when a difference from it counts.

    average: "simple" (mean of the forces' rates) or "pooled" (total over total). sd: "sample" (n - 1) or "population".
    include_self: whether a force is one of its own peer group. multiple: how many SDs above the average flags.
    """

    average: str = "simple"
    sd: str = "sample"
    include_self: bool = True
    multiple: float = 1.0

    def __post_init__(self) -> None:
        if self.average not in {"simple", "pooled"}:
            raise UsageError(f"--average {self.average!r} is neither simple nor pooled")
        if self.sd not in {"sample", "population"}:
            raise UsageError(f"--sd {self.sd!r} is neither sample nor population")
        if not self.multiple > 0:
            raise UsageError(f"--multiple {self.multiple:g} must be above 0")

    @property
    def sd_column(self) -> str:
        """The column of `spread` that holds the SD."""
        return "sample" if self.sd == "sample" else "population_sd"

    def sentence(self, *, flags: bool = True) -> str:
        """The conventions in words; flags: with what flags, where something does."""
        average = "simple mean of force values" if self.average == "simple" else "pooled (total over total)"
        self_too = "own force in its peer group" if self.include_self else "own force not in its peer group"
        text = f"average: {average}; SD: {self.sd}; {self_too}"
        return f"{text}; flag above {self.multiple:g} SD" if flags else text


def members(
    areas: Sequence[str], national: Sequence[str], peers: Mapping[str, Sequence[str]], conventions: Conventions
) -> pl.DataFrame:
    """Who each area is held against: one row (area, scope, member) a pair.

    A force in the national set is held against all of it; a force with a peer group against that group.
    """
    nation = pl.DataFrame({"member": list(national)}, schema={"member": pl.String}).with_columns(
        scope=pl.lit("national")
    )
    everyone = pl.DataFrame({"area": list(areas)}, schema={"area": pl.String}).join(nation, how="cross")
    pairs = [
        (area, "peers", member)
        for area in areas
        if area in peers
        for member in [*([area] if conventions.include_self else []), *peers[area]]
    ]
    groups = pl.DataFrame(pairs, schema={"area": pl.String, "scope": pl.String, "member": pl.String}, orient="row")
    return pl.concat([everyone.select("area", "scope", "member"), groups])


def spread(
    figures: pl.DataFrame, pairs: pl.DataFrame, numerator: str, denominator: str, factor: float | pl.Expr, shift: float
) -> pl.DataFrame:
    """Mean (simple and pooled) and SD (sample and population) of numerator / denominator x factor - shift, by pair.

    figures: one row per (measure, area). pairs: from `members`.
    Returns one row per (measure, area, scope): simple, pooled (averages), sample, population_sd (SDs), n (members with
    a figure), of (members), lacking (members without). When fewer than half have a figure the averages and SDs are
    null: an average over those few is not the scope's.
    """
    value = pl.when(pl.col(denominator) > 0).then(pl.col(numerator) / pl.col(denominator) * factor - shift)
    known = figures.with_columns(_figure=value)
    known = known.with_columns(
        _top=pl.when(pl.col("_figure").is_not_null()).then(pl.col(numerator)),
        _bottom=pl.when(pl.col("_figure").is_not_null()).then(pl.col(denominator)),
        _factor=factor if isinstance(factor, pl.Expr) else pl.lit(float(factor)),
    ).select("measure", "_figure", "_top", "_bottom", "_factor", member="area")
    grid = figures.select("measure").unique().join(pairs, how="cross")
    joined = grid.join(known, on=["measure", "member"], how="left", validate="m:1")
    joined = joined.sort("measure", "area", "scope", "member")  # the last digit of a sum depends on its order
    stats = joined.group_by("measure", "area", "scope", maintain_order=True).agg(
        pl.col("_figure").mean().alias("simple"),
        (pl.col("_top").sum() / pl.col("_bottom").sum() * pl.col("_factor").max() - shift).alias("pooled"),
        pl.col("_figure").std(ddof=1).alias("sample"),
        pl.when(pl.col("_figure").count() > 1).then(pl.col("_figure").std(ddof=0)).alias("population_sd"),
        pl.col("_figure").count().alias("n"),
        pl.len().alias("of"),
        pl.col("member").filter(pl.col("_figure").is_null()).sort().alias("lacking"),
    )
    averages = ("simple", "pooled", "sample", "population_sd")
    return stats.with_columns(pl.when(pl.col("n") * 2 >= pl.col("of")).then(name).alias(name) for name in averages)
