"""The flags and verdicts of a rule as arrays, so that many conventions, or many drawn futures, are judged at once.

The same judgement as steps/criteria.py and steps/outliers.py make row by row; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pmcli.catalogue import Criterion, Rule
from pmcli.steps.averages import Conventions
from pmcli.steps.criteria import NOT_OUTLIER, OUTLIER, UNDETERMINED, Ends, column, increase

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

VERDICTS = np.array([NOT_OUTLIER, OUTLIER, UNDETERMINED])


@dataclass(frozen=True, slots=True)
class Counts:
    """What one criterion compares, arrays whose last axis is the forces; NaN where not known.

    now: the window's counts. then: the earlier window's (NaN for a rate). increase: now less then, where it is known.
    population: for a rate, with factor what it is per.
    """

    now: Floats
    then: Floats
    increase: Floats
    population: Floats
    factor: float = 1.0


def counts_of(figures: pl.DataFrame, criterion: Criterion, ends: Ends) -> Counts:
    """What the criterion compares, as arrays over the forces of `figures` (criteria.figures_of)."""
    nothing = pl.lit(None, dtype=pl.Float64)
    other = ends.of(criterion.against)
    made = figures.select(
        pl.col(column(criterion.months, ends.to)).alias("now"),
        (pl.col(column(criterion.months, other)) if other is not None else nothing).alias("then"),
        (increase(criterion.months, criterion.against, ends) if other is not None else nothing).alias("increase"),
        pl.col("population").cast(pl.Float64),
        pl.col("_factor").fill_null(1.0),
    )
    factor = made.drop_in_place("_factor")
    arrays = {column.name: column.to_numpy() for column in made.iter_columns()}
    return Counts(**arrays, factor=float(factor[0]) if made.height else 1.0)


def group_masks(
    areas: Sequence[str], national: Sequence[str], peers: Mapping[str, Sequence[str]], *, include_self: bool
) -> dict[str, tuple[Bools, Floats]]:
    """scope -> who each force is held against (forces, forces), and how many that should be (with those not here)."""
    place = {area: number for number, area in enumerate(areas)}
    masks = {name: np.zeros((len(areas), len(areas)), dtype=bool) for name in ("national", "peers")}
    of = {name: np.zeros(len(areas)) for name in masks}
    inside = [place[name] for name in national if name in place]
    masks["national"][:, inside] = True
    of["national"][:] = len(national)
    for area, number in place.items():
        if area in peers:
            members = [*([area] if include_self else []), *peers[area]]
            masks["peers"][number, [place[name] for name in members if name in place]] = True
            of["peers"][number] = len(members)
    return {name: (masks[name], of[name]) for name in masks}


def flags_of(
    criterion: Criterion,
    counts: Counts,
    masks: Mapping[str, tuple[Bools, Floats]],
    conventions: Conventions,
    *,
    rounded: bool = False,
) -> Floats:
    """1 where a force meets the criterion, 0 where not, NaN where it cannot be tested.

    rounded: compare the figures as a pack prints them: rates to two places (three under 0.1), changes to whole percent.
    """
    if criterion.kind == "volume":
        return np.where(np.isnan(counts.increase), np.nan, counts.increase > 0)
    rate = criterion.kind == "rate"
    top, bottom = counts.now, counts.population if rate else counts.then
    factor, shift = (counts.factor, 0.0) if rate else (1.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(bottom > 0, top / bottom * factor - shift, np.nan)
        known = ~np.isnan(value)
        mask, of = masks[criterion.scope]
        n = known @ mask.T.astype(float)
        held = np.where(known, value, 0.0)
        mean = held @ mask.T / n
        apart = np.where(known[..., None, :] & mask, np.square(held[..., None, :] - mean[..., None]), 0.0).sum(axis=-1)
        free = n - 1 if conventions.sd == "sample" else np.where(n > 1, n, np.nan)
        sd = np.sqrt(np.where(free > 0, apart / free, np.nan))
        average = mean
        if conventions.average == "pooled":
            average = (np.where(known, top, 0.0) @ mask.T) / (np.where(known, bottom, 0.0) @ mask.T) * factor - shift
        enough = (2 * n >= of) & (of > 0)
        if rounded:
            places = 3 if rate and not (average >= 0.1).any() else 2
            value, average, sd = (np.round(one, int(places)) for one in (value, average, sd))
        above = np.round(value - average, 9) > np.round(conventions.multiple * sd, 9) if rounded else (
            value - average > conventions.multiple * sd
        )  # fmt: skip
    return np.where(known & enough & ~np.isnan(sd), above, np.nan)


def verdicts_of(rule: Rule, flags: Floats, gate: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many flags each force has, and its verdict as an index into VERDICTS.

    flags: shape (criteria, …, forces). gate: shape (…, forces), the increase that the rule's gate is about.
    """
    met, open_ = np.nansum(flags, axis=0), np.isnan(flags).sum(axis=0)
    holds = gate >= rule.gate_increase if rule.gate_months else np.ones(met.shape, dtype=bool)
    fails = gate < rule.gate_increase if rule.gate_months else np.zeros(met.shape, dtype=bool)
    verdict = np.where((met >= rule.needed) & holds, 1, np.where((met + open_ < rule.needed) | fails, 0, 2))
    return met.astype(np.int64), verdict
