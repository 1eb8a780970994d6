"""Control charts: which periods stand out from a measure's routine variation, and whether that is good or bad.

Limits restart (a new phase) where the change register declares a change in recording, and nowhere else: a chart that
re-bases itself wherever it likes can never signal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final

import numpy as np
import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.notes import listing, note
from pmcli.periods import window_start
from pmcli.stats.xmr import RULES, xmr
from pmcli.steps.selecting import select, upto
from pmcli.steps.series import Grid, grids_of
from pmcli.tables import KEY, SPC

FEWEST: Final = 12
"""Points below which limits are shown, but not to be relied on (Making Data Count asks for at least 12)."""


def spc(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    source: str | None = None,
    to: date | None = None,
    screen: bool = True,
    rebase: bool = True,
    catalogue: Catalogue | None = None,
) -> pl.LazyFrame:
    """An XmR chart of every series, on its shortest periods.

    observations: the observations table. screen, rebase: see stats.xmr.xmr; rebase=False keeps one phase.
    Returns the spc table, a row a period: value (the share or mean itself where there is a base), centre, lower, upper,
    moving_range, rule (null, or one of stats.xmr.RULES), phase (1, 2, …) and signal (`improvement`, `deterioration`, or
    `change` where the catalogue says neither way is better; null without a rule).
    Raises PmError for two sources.
    """
    catalogue = catalogue or Catalogue()
    frame = upto(select(observations, measures=measures, areas=areas, source=source), to)
    if frame.is_empty():
        return SPC.empty().lazy()
    grids = grids_of(frame)
    short: list[str] = []
    rows = [row for grid in grids for row in _rows(grid, screen, rebase, catalogue, short)]
    if short:
        note(f"fewer than {FEWEST} points to a phase, so its limits are not to be relied on: {listing(short, 4)}")
    table = pl.DataFrame(rows, schema=SPC.schema(), orient="row")
    return table.with_columns(pl.col(pl.Float64).fill_nan(None)).sort(KEY).lazy()


def _rows(grid: Grid, screen: bool, rebase: bool, catalogue: Catalogue, short: list[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of one series, in the order of the table's columns."""
    measure = grid.key["measure"]
    better = catalogue.measures[measure].better if measure in catalogue.measures else ""
    starts = [0, *(grid.breaks(catalogue) if rebase else []), grid.values.size]
    for phase, (first, after) in enumerate(pairwise(starts), start=1):
        values = grid.values[first:after]
        if np.count_nonzero(~np.isnan(values)) < FEWEST:
            short.append(f"{measure} in {grid.key['area']} from {window_start(grid.ends[first], grid.months):%B %Y}")
        chart = xmr(values, screen=screen)
        limits = (chart.centre, chart.lower, chart.upper)
        points = zip(grid.ends[first:after], values, chart.moving_range, chart.rule, chart.high, strict=True)
        for end, value, moving, rule, high in points:
            marked = (RULES[rule], phase, _signal(bool(high), better)) if rule >= 0 else (None, phase, None)
            yield (*grid.key.values(), end, grid.months, float(value), *limits, float(moving), *marked)


def _signal(high: bool, better: str) -> str:
    if not better:
        return "change"
    return "improvement" if high == (better == "up") else "deterioration"
