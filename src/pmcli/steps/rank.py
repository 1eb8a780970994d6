"""Rates and ranks: each force against the country and against its Most Similar Group, mean and SD beside the rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.notes import listing, note
from pmcli.stats.byar import byar_interval
from pmcli.steps.averages import Conventions, members, spread
from pmcli.steps.population import PER, Population, per_unit, read_population
from pmcli.steps.rolling import windows
from pmcli.steps.selecting import counts_of_forces, end_of, none_whole, select, window_ends
from pmcli.steps.written import Month, area_ids, last_day, measure_ids
from pmcli.tables import KEY, RANK


def rank(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    source: str | None = None,
    to: Month | None = None,
    months: int = 12,
    per: str | None = None,
    peers: Mapping[str, Sequence[str]] | None = None,
    population: Population | None = None,
    conventions: Conventions | None = None,
    catalogue: Catalogue | None = None,
    areas: Sequence[str] | None = None,
) -> pl.LazyFrame:
    """Every force's rate and its place, 1 = highest rate, within the country and within its own peer group.

    Counts only (a share or a mean needs no population). peers: force -> its Most Similar Group without itself.
    per: what the rate is per; None takes each measure's own. areas: report these only (all are ranked).
    Returns the rank table: a row per force and scope, with the mean and SD over the scope, how many it ranks (`of`) and
    the population and year used; low and high are the 95 % interval of the rate (Byar's, of the count). Ties share the
    better rank. A force without a figure or a population has no rank. Raises PmError for two sources, an unknown end,
    or a population file without the year it needs.
    """
    measures, areas = measure_ids(measures, catalogue), area_ids(areas, catalogue)
    to = last_day(to)
    catalogue = catalogue or Catalogue()
    conventions = conventions or Conventions()
    population = population or read_population(None, catalogue)
    frame = counts_of_forces(select(observations, measures=measures, source=source))
    rolled = windows(frame, months)
    ends = window_ends(rolled, to, areas)
    if not ends:
        return none_whole(frame, months, RANK)
    now = rolled.filter(pl.col("period_end") == end_of(ends))
    rated = with_rates(now, population, catalogue, per)
    outsiders = set(now["area"]) - {force.id for force in catalogue.forces.values()}
    if outsiders:
        note(f"not a force that pm knows, so not ranked nationally: {listing(sorted(outsiders))}")
    table = pl.concat(
        [_within(rated, scope, catalogue, peers or {}, conventions) for scope in ("national", "peers")]
    ).filter(pl.lit(value=True) if areas is None else pl.col("area").is_in(list(areas)))
    _say_absent(frame, now, rated, table, areas, catalogue)
    return table.select(*RANK.columns).sort(*KEY, "scope").lazy()


def with_rates(now: pl.DataFrame, population: Population, catalogue: Catalogue, per: str | None = None) -> pl.DataFrame:
    """Windows with the columns per, _factor, population, population_year and rate (count / population x factor)."""
    measures = now["measure"].unique().sort().to_list()
    pers = {name: per or (catalogue.measures[name].per if name in catalogue.measures else "") for name in measures}
    units = {name: per_unit(text or "1000 population") for name, text in pers.items()}
    labels = {name: next(label for label, unit in PER.items() if unit == units[name]) for name in measures}
    now = population.attach(now, {name: unit for name, (unit, _) in units.items()})
    _say_without_population(now, catalogue, population, {name: unit for name, (unit, _) in units.items()})
    factors = {name: factor for name, (_, factor) in units.items()}
    if not measures:
        return now.with_columns(per=pl.lit(""), _factor=pl.lit(0.0), rate=pl.lit(None, dtype=pl.Float64))
    return now.with_columns(
        per=pl.col("measure").replace_strict(labels, return_dtype=pl.String),
        _factor=pl.col("measure").replace_strict(factors, return_dtype=pl.Float64),
    ).with_columns(rate=pl.col("value") / pl.col("population") * pl.col("_factor"))


def _say_without_population(
    now: pl.DataFrame, catalogue: Catalogue, population: Population, unit_of: Mapping[str, str]
) -> None:
    known = [force.id for force in catalogue.forces.values() if force.kind == "territorial"]
    lacking = now.filter(pl.col("population").is_null(), pl.col("area").is_in(known))
    for unit in sorted({unit_of[measure] for measure in lacking["measure"].unique()}):
        mine = [measure for measure, of in unit_of.items() if of == unit]
        areas = lacking.filter(pl.col("measure").is_in(mine))["area"].unique().sort().to_list()
        what = "" if unit == "population" else f" of {unit}"
        note(f"{population.source(unit)}: no estimate{what} for {listing(areas)}: no rate for them, so not ranked")


def _say_absent(
    frame: pl.DataFrame,
    now: pl.DataFrame,
    rated: pl.DataFrame,
    table: pl.DataFrame,
    areas: Sequence[str] | None,
    catalogue: Catalogue,
) -> None:
    """A note for the forces that have no row in the ranking of a measure, with why."""
    national = set(catalogue.national())
    given = set(frame.select("measure", "area").unique().rows())
    window = {(measure, area): value for measure, area, value in now.select("measure", "area", "value").iter_rows()}
    rates = {(measure, area): rate for measure, area, rate in rated.select("measure", "area", "rate").iter_rows()}
    ranked = set(table.filter(pl.col("scope") == "national").select("measure", "area").rows())
    reasons: dict[tuple[str, str], list[str]] = {}
    for measure in sorted({measure for measure, _ in window}):
        for area in sorted(areas if areas is not None else {area for name, area in given if name == measure}):
            one = (measure, area)
            if one in ranked:
                continue
            if one not in given:
                why = "there are no figures of it"
            elif window.get(one) is None:
                why = "its window is not whole (`pm check` lists the gaps)"
            elif rates.get(one) is None:
                continue  # no estimate: said already
            elif area not in national:
                if area not in catalogue.forces:
                    continue  # not a force that pm knows: said already
                why = "it is not one of the forces of the national average"
            else:
                continue
            reasons.setdefault((why, measure), []).append(area)
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (why, measure), absent in reasons.items():
        alike.setdefault((why, tuple(absent)), []).append(measure)
    for (why, names), measures in alike.items():
        note(f"not ranked nationally in {listing(measures, 3)}: {listing(list(names))}: {why}")


def _within(
    rated: pl.DataFrame,
    scope: str,
    catalogue: Catalogue,
    peers: Mapping[str, Sequence[str]],
    conventions: Conventions,
) -> pl.DataFrame:
    """The rank rows of one scope: each force among the members of its scope that have a rate."""
    known = rated.filter(pl.col("rate").is_not_null())
    ranked = known["area"].unique().sort().to_list()
    national = catalogue.national()
    mine = [area for area in ranked if area in set(national)] if scope == "national" else ranked
    pairs = members(mine, national, peers, conventions).filter(pl.col("scope") == scope)
    stats = spread(known, pairs, "value", "population", pl.col("_factor"), 0.0)
    _say_lacking(stats, scope)
    rivals = pairs.join(known.select("measure", member="area", _rival="rate"), on="member", how="inner")
    places = (
        known.join(rivals, on=["measure", "area"], how="inner")
        .filter(pl.col("member") != pl.col("area"))
        .group_by("measure", "area")
        .agg((pl.col("_rival") > pl.col("rate")).sum().alias("_above"), pl.len().alias("_rivals"))
    )
    rows = known.join(stats, on=["measure", "area"], how="inner", validate="1:1")
    rows = rows.join(places, on=["measure", "area"], how="left", validate="1:1")
    ends = [byar_interval(count) if count >= 0 else (None, None) for count in rows["value"].to_list()]
    low, high = (pl.Series([pair[end] for pair in ends], dtype=pl.Float64) for end in (0, 1))
    a_rate = pl.col("_factor") / pl.col("population")
    return rows.with_columns(
        low=pl.lit(low) * a_rate,
        high=pl.lit(high) * a_rate,
        rank=(pl.col("_above").fill_null(0) + 1).cast(pl.UInt32),
        of=(pl.col("_rivals").fill_null(0) + 1).cast(pl.UInt32),
        mean=pl.col(conventions.average),
        sd=pl.col(conventions.sd_column),
        conventions=pl.lit(conventions.sentence(flags=False)),
    ).select(*RANK.columns)


def _say_lacking(stats: pl.DataFrame, scope: str) -> None:
    """A note when a mean is over fewer forces than its scope has."""
    for row in _first_by_measure(stats.filter(pl.col("lacking").list.len() > 0)):
        over = "the mean is over the others" if row["simple"] is not None else "too few for a mean"
        note(f"{row['measure']}, {scope}: no rate for {listing(row['lacking'])}: {over}")


def _first_by_measure(stats: pl.DataFrame) -> list[dict[str, Any]]:
    return stats.sort("measure", "area").unique("measure", keep="first", maintain_order=True).rows(named=True)
