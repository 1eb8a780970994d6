"""How likely the outlier verdict of a force is to turn: the rules judged over many drawn futures of all forces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pmcli.catalogue import Catalogue, Criterion, Rule
from pmcli.errors import PmError
from pmcli.periods import shift
from pmcli.stats.outlook import NARROWER, TAILS, Outlook, outlook
from pmcli.stats.season import seasonal_factors
from pmcli.steps.averages import Conventions
from pmcli.steps.criteria import Ends
from pmcli.steps.outliers import judged_frame
from pmcli.steps.population import Population, per_unit, read_population
from pmcli.steps.series import Grid, grids_of
from pmcli.steps.testing import measures_of
from pmcli.steps.verdicts import VERDICTS, Counts, flags_of, group_masks, verdicts_of

Floats = NDArray[np.float64]

DRAWS: Final = 1000
SEED: Final = 20230
_SCHEMA: Final = {
    "source": pl.String, "measure": pl.String, "area": pl.String, "horizon": pl.Int8, "verdict": pl.String,
    "flip": pl.Float64,
}  # fmt: skip


def outlier_flips(
    observations: pl.DataFrame,
    horizons: Sequence[int],
    *,
    baseline: date,
    peers: Mapping[str, Sequence[str]],
    population: Population | None,
    conventions: Conventions,
    catalogue: Catalogue,
) -> pl.DataFrame:
    """source, measure, area, horizon, verdict (as it is) and flip (the probability that it is another by then).

    observations: of every force, up to the last period that is known. Every force's periods to come are its forecast
    times one draw a force (stats.outlook), 1,000 times from a fixed seed; the population is the latest there is.
    A measure that the rules do not judge, or that is not known by month or quarter, has no rows.
    """
    population = population or read_population(None, catalogue)
    judged = {name for rule in catalogue.rules.values() for name in rule.measures}
    mine = observations.filter(pl.col("measure").is_in(sorted(judged)))
    if mine.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    try:
        frame, rules, ends = judged_frame(
            mine,
            measures=sorted(set(mine["measure"])),
            group=None,
            areas=None,
            source=None,
            to=None,
            catalogue=catalogue,
        )
    except PmError:  # nothing of whole forces: no verdict to turn
        return pl.DataFrame(schema=_SCHEMA)
    rows = [
        row
        for rule in rules
        for name in rule.measures
        if name in ends
        for row in _measure(
            frame.filter(pl.col("measure") == name), rule, Ends(ends[name], baseline), horizons, peers, population,
            conventions, catalogue,
        )
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").unique(
        ["source", "measure", "area", "horizon"], keep="first", maintain_order=True
    )


def _measure(
    frame: pl.DataFrame,
    rule: Rule,
    ends: Ends,
    horizons: Sequence[int],
    peers: Mapping[str, Sequence[str]],
    population: Population,
    conventions: Conventions,
    catalogue: Catalogue,
) -> Iterator[tuple[str, str, str, int, str, float]]:
    grids = [grid for grid in grids_of(frame) if grid.frequency in (4, 12) and grid.ends[-1] == ends.to]
    if not grids or len({(grid.months, grid.values.size) for grid in grids}) != 1:
        grids = _alike(grids)
    if len(grids) < 2:
        return
    name, months = str(grids[0].key["measure"]), grids[0].months
    measure = measures_of([name], catalogue)[name]
    unit, factor = per_unit(measure.per)
    areas = [str(grid.key["area"]) for grid in grids]
    found = [population.of(area, name, ends.to, unit) for area in areas]
    people = np.array([np.nan if one is None else one[0] for one in found])
    known = np.stack([grid.values for grid in grids])
    looked = outlook(known, 12 // months, np.full(len(grids), measure.ahead), horizons)
    masks = group_masks(areas, catalogue.national(), peers, include_self=conventions.include_self)
    series = _Series(known, grids[0], people, factor)
    was = _judge(rule, series, ends, masks, conventions)
    generator = np.random.default_rng(SEED)
    deviate = generator.standard_t(TAILS, (DRAWS, len(grids))) * NARROWER
    for place, horizon in enumerate(horizons):
        drawn = _drawn(looked, place, deviate, generator)
        coming = series.with_more(drawn, horizon // months)
        then = _judge(rule, coming, Ends(shift(ends.to, horizon), ends.baseline), masks, conventions)
        flip = (then != was).mean(axis=0)
        for grid, verdict, chance in zip(grids, was, flip, strict=True):
            yield str(grid.key["source"]), name, str(grid.key["area"]), horizon, str(VERDICTS[verdict]), float(chance)


def _alike(grids: Sequence[Grid]) -> list[Grid]:
    """The series cut to the periods that all have."""
    if not grids:
        return []
    months = min(grid.months for grid in grids)
    same = [grid for grid in grids if grid.months == months]
    size = min(grid.values.size for grid in same)
    return [Grid(grid.key, months, grid.ends[-size:], grid.values[-size:]) for grid in same]


def _drawn(looked: Outlook, place: int, deviate: Floats, generator: np.random.Generator) -> Floats:
    """Draws of the part of each total that is to come: shape (draws, forces)."""
    total, kept, spread, shape = (one[:, place] for one in (looked.total, looked.kept, looked.spread, looked.shape))
    coming = np.maximum(total * np.exp(deviate * spread) - kept, 0.0)
    few = ~np.isnan(shape)
    if few.any():
        mean = (total - kept)[few]
        rate = generator.gamma(shape[few], mean / shape[few], (len(deviate), int(few.sum())))
        coming[:, few] = generator.poisson(rate)
    return np.rint(coming)


class _Series:
    """Counts by period whose last axis is the forces, and the windows that can be made of them."""

    def __init__(self, values: Floats, grid: Grid, people: Floats, factor: float) -> None:
        self.values = values.T  # (periods, forces), or (periods, draws, forces)
        self.ends, self.months, self.people, self.factor = list(grid.ends), grid.months, people, factor

    def with_more(self, drawn: Floats, periods: int) -> _Series:
        """The series with `periods` more, which share what was drawn (draws, forces) by season."""
        known, frequency = self.values.T, 12 // self.months
        season = seasonal_factors(known, frequency)[:, (known.shape[1] + np.arange(periods)) % frequency].T
        each = drawn * (season / season.sum(axis=0))[:, None, :]
        more = _Series.__new__(_Series)
        more.values = np.concatenate([np.broadcast_to(self.values[:, None, :], (len(self.values), *drawn.shape)), each])
        more.ends = [*self.ends, *(shift(self.ends[-1], self.months * (step + 1)) for step in range(periods))]
        more.months, more.people, more.factor = self.months, self.people, self.factor
        return more

    def window(self, months: int, end: date | None) -> Floats:
        """The count of each force (and draw) in a window; NaN where it is not whole."""
        nothing = np.full(self.values.shape[1:], np.nan)
        if end is None or end not in self.ends or months % self.months:
            return nothing
        last, periods = self.ends.index(end) + 1, months // self.months
        return np.asarray(self.values[last - periods : last].sum(axis=0)) if last >= periods else nothing

    def counts(self, criterion: Criterion, ends: Ends) -> Counts:
        """What a criterion compares."""
        now, then = self.window(criterion.months, ends.to), self.window(criterion.months, ends.of(criterion.against))
        return Counts(now, then, now - then, np.broadcast_to(self.people, now.shape), self.factor)


def _judge(
    rule: Rule,
    series: _Series,
    ends: Ends,
    masks: Mapping[str, tuple[NDArray[np.bool_], Floats]],
    conventions: Conventions,
) -> NDArray[np.int64]:
    flags = np.stack([flags_of(one, series.counts(one, ends), masks, conventions) for one in rule.criteria])
    gate = np.full(flags.shape[1:], np.nan)
    if rule.gate_months:
        now = series.window(rule.gate_months, ends.to)
        gate = now - series.window(rule.gate_months, ends.of(rule.gate_against))
    return verdicts_of(rule, flags, gate)[1]
