"""Funnels: each force's count beside the one that its population would give, and whether the gap is more than chance.

A rank always has a first and a last; a funnel says which forces differ from the country by more than counts of their
size do by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import UsageError
from pmcli.notes import listing, note
from pmcli.stats.funnel import (
    between_variance,
    dispersion,
    poisson_limits,
    poisson_p,
    quantile_limits,
    random_effect_limits,
    z_scores,
)
from pmcli.steps.population import Population, read_population
from pmcli.steps.rank import with_rates
from pmcli.steps.rolling import windows
from pmcli.steps.selecting import counts_of_forces, end_of, none_whole, select, window_ends
from pmcli.steps.written import Month, area_ids, last_day, measure_ids
from pmcli.tables import FUNNEL, KEY

LEVELS: Final = {"95": 0.95, "998": 0.998}
LIMITS: Final = {
    "garwood": (poisson_limits, "exact Poisson (Garwood, as FunnelPlotR)"),
    "quantile": (quantile_limits, "exact Poisson quantiles (Spiegelhalter 2005)"),
}


def funnel(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    source: str | None = None,
    to: Month | None = None,
    months: int = 12,
    limits: str = "quantile",
    overdispersion: bool = False,
    population: Population | None = None,
    catalogue: Catalogue | None = None,
) -> pl.LazyFrame:
    """Every force's count against the one expected of its population at the national rate, with 95 and 99.8 % limits.

    observations: the observations table; counts only. areas: report these only (the limits are of all).
    limits: "quantile" (stats.funnel.quantile_limits) or "garwood" (poisson_limits).
    overdispersion: widen the limits by how much the forces differ beyond chance (stats.funnel.random_effect_limits).
    The national rate is the counts over the populations of the forces of the national average that have both; a
    force outside it (City of London) is held against the same rate. With fewer than half of those forces there is no
    national rate: expected, ratio, limits and position are null.
    Returns the funnel table, a row a force; correlation is of counts with population over the national forces,
    correlation_rest the same without the largest of them, which can make it alone; p_value is the exact Poisson one,
    whatever the limits. Raises PmError as `rank` does, UsageError for other limits.
    """
    measures, areas = measure_ids(measures, catalogue), area_ids(areas, catalogue)
    to = last_day(to)
    if limits not in LIMITS:
        raise UsageError(f"--limits {limits!r} is neither garwood nor quantile")

    catalogue = catalogue or Catalogue()
    population = population or read_population(None, catalogue)
    frame = counts_of_forces(select(observations, measures=measures, source=source))
    rolled = windows(frame, months)
    ends = window_ends(rolled, to, areas)
    if not ends:
        return none_whole(frame, months, FUNNEL)
    now = with_rates(rolled.filter(pl.col("period_end") == end_of(ends)), population, catalogue)
    now = now.filter(pl.col("value").is_not_null(), pl.col("population") > 0)
    parts = [
        _one(part, catalogue.national(), limits, overdispersion)
        for _, part in now.group_by("measure", maintain_order=True)
    ]
    table = pl.concat(parts) if parts else FUNNEL.empty()
    if areas is not None:
        table = table.filter(pl.col("area").is_in(list(areas)))
    return table.sort(KEY).lazy()


def _one(now: pl.DataFrame, national: Sequence[str], limits: str, overdispersion: bool) -> pl.DataFrame:
    """The funnel of one measure: its forces with a count and a population."""
    inside = now.filter(pl.col("area").is_in(list(national)))
    rate = float(inside["value"].sum()) / float(inside["population"].sum()) if inside.height else 0.0
    enough = inside.height * 2 >= len(national) and rate > 0
    if not enough:
        why = "no counts above 0" if inside.height * 2 >= len(national) else "too few for a national rate"
        note(f"{now['measure'][0]}: {inside.height} of {len(national)} national forces have a count: {why}")
    elif inside.height < len(national):
        lacking = sorted(set(national) - set(inside["area"]))
        note(f"{now['measure'][0]}: no count or population for {listing(lacking)}: the rate is over the others")
    expected = pl.when(pl.lit(enough)).then(pl.col("population") * rate)
    now = now.with_columns(expected=expected).with_columns(ratio=pl.col("value") / pl.col("expected"))
    phi, tau_squared = _spread(inside, rate) if enough else (None, 0.0)
    now = now.with_columns(*_figures(now, enough, limits, tau_squared if overdispersion else 0.0))
    return now.with_columns(
        position=_position(),
        dispersion=pl.lit(phi, dtype=pl.Float64),
        of=pl.lit(inside.height, dtype=pl.UInt32),
        method=pl.lit(_method(tau_squared, limits, overdispersion)),
        correlation=pl.lit(_correlation(inside), dtype=pl.Float64),
        correlation_rest=pl.lit(_correlation(_without_largest(inside)), dtype=pl.Float64),
    ).select(*FUNNEL.columns)


def _spread(inside: pl.DataFrame, rate: float) -> tuple[float, float]:
    """phi and tau squared of the national forces."""
    expected = inside["population"].to_numpy() * rate
    phi = dispersion(z_scores(inside["value"].to_numpy(), expected))
    return phi, between_variance(expected, phi)


def _figures(now: pl.DataFrame, enough: bool, limits: str, tau_squared: float) -> list[pl.Series]:
    """The limits and the p-values; null without a national rate."""
    if not enough:
        names = [f"{side}_{name}" for name in LEVELS for side in ("lower", "upper")]
        return [pl.Series(name, [None] * now.height, dtype=pl.Float64) for name in [*names, "p_value"]]
    expected = now["expected"].to_numpy()
    made = []
    for name, level in LEVELS.items():
        ends = (
            random_effect_limits(expected, tau_squared, level)
            if tau_squared > 0
            else LIMITS[limits][0](expected, level)
        )
        made += [pl.Series(f"{side}_{name}", end) for side, end in zip(("lower", "upper"), ends, strict=True)]
    return [*made, pl.Series("p_value", poisson_p(now["value"].to_numpy(), expected)).fill_nan(None)]


def _position() -> pl.Expr:
    ratio = pl.col("ratio")
    return (
        pl.when(ratio > pl.col("upper_998"))
        .then(pl.lit("above 99.8%"))
        .when(ratio > pl.col("upper_95"))
        .then(pl.lit("above 95%"))
        .when(ratio < pl.col("lower_998"))
        .then(pl.lit("below 99.8%"))
        .when(ratio < pl.col("lower_95"))
        .then(pl.lit("below 95%"))
        .when(ratio.is_not_null())
        .then(pl.lit("within"))
    )


def _method(tau_squared: float, limits: str, overdispersion: bool) -> str:
    exact = LIMITS[limits][1]
    if not overdispersion:
        return exact
    if not tau_squared > 0:
        return f"{exact}; the forces differ by no more than chance, so over-dispersion widens nothing"
    return f"random effects on the square-root scale (Spiegelhalter 2005), tau {tau_squared**0.5:.3f}, 10 % winsorised"


def _without_largest(inside: pl.DataFrame) -> pl.DataFrame:
    return inside.sort("population", "area").head(-1)


def _correlation(inside: pl.DataFrame) -> float | None:
    """Pearson's r of counts with population; null for fewer than three forces, or where either does not vary."""
    if inside.height < 3:
        return None
    found = inside.select(pl.corr("value", "population")).item()
    return None if found is None or found != found else float(found)
