"""Fit the three numbers of a measure (dispersion, usual_move, ahead) to a user's own counts, and say how well.

The catalogue's are fitted on 43 forces and 14 years. A measure of a force's own, or one that another recording practice
makes vary otherwise, is tested wrongly with them: too many words when they are too small, too few when too large.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.notes import listing, note
from pmcli.stats.dispersion_fit import crossed_pairs, fit_dispersion, fit_usual_move, fit_wander
from pmcli.steps.selecting import select, upto
from pmcli.steps.series import Grid, grids_of
from pmcli.steps.written import Month, area_ids, last_day, measure_ids

YEARS: Final = 5
AREAS: Final = 10
"""Five years of one area, or two years of ten."""

PANDEMIC: Final = date(2020, 3, 1), date(2021, 6, 30)
"""What these months did to counts is no measure's own way of varying: they are left out, as of the catalogue's fit."""

RESAMPLES: Final = 200
SEED: Final = 20230
COLUMNS: Final = {
    "measure": pl.String, "dispersion": pl.Float64, "low": pl.Float64, "high": pl.Float64, "usual_move": pl.Float64,
    "ahead": pl.Float64, "areas": pl.UInt32, "years": pl.Float64, "pairs": pl.UInt32, "catalogue": pl.Float64,
}  # fmt: skip


def dispersion(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    source: str | None = None,
    to: Month | None = None,
    catalogue: Catalogue | None = None,
) -> pl.DataFrame:
    """The numbers of every measure: dispersion with its 95 % interval (low, high), usual_move, ahead, and on how much.

    observations: counts by month or quarter. Declared changes in recording cut a series; March 2020 to June 2021 are
    left out. The interval comes of drawing the areas again 200 times (of one area alone, the pairs of its years).
    catalogue: what the catalogue says now. ahead is null where no area has five years and more. Raises PmError when no
    measure has five years of an area, or two years of ten.
    """
    measures, areas = measure_ids(measures, catalogue), area_ids(areas, catalogue)
    to = last_day(to)
    catalogue = catalogue or Catalogue()
    frame = upto(select(observations, measures=measures, areas=areas, source=source), to)
    counts = frame.filter(pl.col("base").is_null(), pl.col("dimension") == "all")
    parts: dict[str, list[NDArray[np.float64]]] = {}
    frequency: dict[str, int] = {}
    for grid in grids_of(counts):
        name = str(grid.key["measure"])
        if grid.frequency in (4, 12) and frequency.setdefault(name, grid.frequency) == grid.frequency:
            parts.setdefault(name, []).extend(_stretches(grid, catalogue))
    rows = [_fitted(name, mine, frequency[name], catalogue) for name, mine in sorted(parts.items())]
    found = [row for row in rows if row is not None]
    lacking = [name for name, row in zip(sorted(parts), rows, strict=True) if row is None]
    if not found and not frame.is_empty():
        raise PmError(
            "too little to fit a dispersion to",
            f"It takes counts by month or quarter over {YEARS} years, or over two years in {AREAS} areas.",
        )
    if lacking:
        note(f"too little to fit: {listing(lacking, 4)}")
    return pl.DataFrame(found, schema=COLUMNS, orient="row")


def stanzas(fitted: pl.DataFrame) -> str:
    """The numbers as TOML, to stand in a project's own measures file."""
    blocks = []
    for row in fitted.iter_rows(named=True):
        lines = [
            f"[{row['measure']}]",
            f"# fitted to {row['areas']} area{'s' if row['areas'] != 1 else ''} and {row['years']:.1f} years "
            f"({row['pairs']:,} crossed pairs): dispersion {row['low']:.2f} to {row['high']:.2f} (95 %); "
            f"{_how_well(row)}",
            f"dispersion = {row['dispersion']:.2f}",
            f"usual_move = {row['usual_move']:.3f}",
        ]
        if row["ahead"] is not None:
            lines.append(f"ahead = {row['ahead']:.3f}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _how_well(row: dict[str, Any]) -> str:
    ratio, pairs = (row["high"] - row["low"]) / row["dispersion"], row["pairs"]
    known = "hardly known: more areas or years would help"
    if ratio < 1 and pairs >= 50:
        known = "well known" if ratio < 0.5 and pairs >= 200 else "fairly known"
    return f"{known}; the catalogue has {row['catalogue']:g}"


def _stretches(grid: Grid, catalogue: Catalogue) -> list[NDArray[np.float64]]:
    """The series between declared changes in recording, each of two years or more."""
    cuts = [0, *grid.breaks(catalogue), grid.values.size]
    apart = np.array([PANDEMIC[0] <= end <= PANDEMIC[1] for end in grid.ends])
    values = np.where(apart, np.nan, grid.values)
    parts = [values[first:after] for first, after in pairwise(cuts)]
    return [part for part in parts if part.size >= 2 * grid.frequency]


def _fitted(
    name: str, parts: Sequence[NDArray[np.float64]], frequency: int, catalogue: Catalogue
) -> tuple[Any, ...] | None:
    longest = max((part.size for part in parts), default=0) / frequency
    if not parts or (longest < YEARS and len(parts) < AREAS):
        return None
    pairs = [tuple(one.ravel() for one in crossed_pairs(part[None], frequency)) for part in parts]
    pairs = [(a[~np.isnan(a + b)], b[~np.isnan(a + b)]) for a, b in pairs]
    a, b = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    d = fit_dispersion(a, b)
    if d != d:
        return None
    generator = np.random.default_rng(SEED)
    again = [_resampled(pairs, generator) for _ in range(RESAMPLES)]
    low, high = np.nanquantile([fit_dispersion(*one) for one in again], [0.025, 0.975])
    years = [_years(part, frequency) for part in parts]
    move = fit_usual_move(np.concatenate([one[0] for one in years]), np.concatenate([one[1] for one in years]), d)
    whole = [part for part in parts if part.size == max(one.size for one in parts)]
    wander = fit_wander(np.stack(whole), frequency)
    measure = catalogue.measures.get(name)
    return (
        name, d, float(low), float(high), move, None if wander != wander else wander, len(parts),
        float(np.mean([part.size for part in parts])) / frequency, a.size, measure.dispersion if measure else 4.2,
    )  # fmt: skip


def _resampled(
    pairs: Sequence[tuple[NDArray[np.float64], ...]], generator: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The pairs of as many areas drawn with replacement; of one area alone its pairs, drawn likewise."""
    if len(pairs) > 1:
        drawn = generator.integers(0, len(pairs), len(pairs))
        return np.concatenate([pairs[n][0] for n in drawn]), np.concatenate([pairs[n][1] for n in drawn])
    place = generator.integers(0, pairs[0][0].size, pairs[0][0].size)
    return pairs[0][0][place], pairs[0][1][place]


def _years(part: NDArray[np.float64], frequency: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every year of a series and the year before it."""
    total = np.convolve(part, np.ones(frequency), mode="valid")
    now, then = total[frequency:], total[:-frequency]
    known = ~np.isnan(now + then)
    return now[known], then[known]
