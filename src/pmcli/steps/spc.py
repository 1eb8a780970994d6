"""Control charts: which periods stand out from a measure's routine variation, and whether that is good or bad.

The year shown is held against limits from the two years before it, with the season taken out (steps/phases.py). With
the season left in, the whole series for a reference and all rules, it is the chart of NHS England's *Making Data
Count*.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.notes import listing, note
from pmcli.periods import window_start
from pmcli.stats.special_causes import NEAR, OUTSIDE, RULES
from pmcli.steps.phases import FEWEST, RUN, Chart, Limits, Phase, charts
from pmcli.steps.portions import portions
from pmcli.steps.selecting import select, upto
from pmcli.steps.series import Grid, grids_of
from pmcli.steps.testing import column_of, measures_of
from pmcli.steps.written import Month, area_ids, last_day, measure_ids
from pmcli.tables import KEY, SERIES, SPC


def spc(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    source: str | None = None,
    to: Month | None = None,
    chart: Chart | None = None,
    catalogue: Catalogue | None = None,
) -> pl.LazyFrame:
    """A control chart of every series, on its shortest periods.

    observations: the observations table. chart: how it is drawn (`Chart`).
    Returns the spc table, a row a period: value (the share or mean itself where there is a base), centre, lower, upper
    (null outside the reference and the year shown, in a phase of fewer than FEWEST points, and under one event a
    period), moving_range, rule (null, or one of stats.special_causes.RULES), phase (1, 2, …), signal (`improvement`,
    `deterioration`, or `change` where the catalogue says neither way is better; null without a rule that signals),
    reference (whether the limits come from this period too), proposed (whether the period belongs to a run at the end
    that asks for new limits) and method.
    Raises PmError for two sources.
    """
    measures, areas = measure_ids(measures, catalogue), area_ids(areas, catalogue)
    to = last_day(to)
    catalogue, chart = catalogue or Catalogue(), chart or Chart()
    frame = upto(select(observations, measures=measures, areas=areas, source=source), to)
    if frame.is_empty():
        return SPC.empty().lazy()
    parts, remarkable = [], []
    for portion in portions(frame):
        part, drawn = _drawn(portion, chart, catalogue)
        parts.append(part)
        remarkable += [
            one for one in drawn if one.proposed.any() or any(p.why in ("short", "rare") for p in one.phases)
        ]
    _say(remarkable)
    return pl.concat(parts).lazy()  # in key order, as the portions are


def _drawn(frame: pl.DataFrame, chart: Chart, catalogue: Catalogue) -> tuple[pl.DataFrame, list[Limits]]:
    """The spc table of some of the series, in key order, and how each is drawn."""
    based = set(frame.filter(pl.col("base").is_not_null())["measure"].unique())
    keys = pl.DataFrame({"measure": frame["measure"].unique().sort()})
    dispersion = dict(zip(keys["measure"], column_of(keys, "dispersion", catalogue), strict=True))
    grids = grids_of(frame)
    drawn = charts(grids, {name: None if name in based else dispersion[name] for name in dispersion}, chart, catalogue)
    return _table(grids, drawn, chart, catalogue).sort(KEY), drawn


def _table(grids: Sequence[Grid], drawn: Sequence[Limits], chart: Chart, catalogue: Catalogue) -> pl.DataFrame:
    """The spc table of the series, their periods one after another."""
    sizes = [grid.values.size for grid in grids]
    columns: dict[str, Any] = {name: _repeated([grid.key[name] for grid in grids], sizes) for name in SERIES}
    columns["period_end"] = [end for grid in grids for end in grid.ends]
    columns["months"] = np.repeat([grid.months for grid in grids], sizes)
    columns["value"] = np.concatenate([grid.values for grid in grids])
    columns["moving_range"] = np.concatenate([np.abs(np.diff(grid.values, prepend=np.nan)) for grid in grids])
    for name in ("centre", "lower", "upper", "reference", "proposed"):
        columns[name] = np.concatenate([getattr(one, name) for one in drawn])
    phases = [(number, phase) for one in drawn for number, phase in enumerate(one.phases, start=1)]
    lengths = [phase.after - phase.first for _, phase in phases]
    columns["phase"] = np.repeat([number for number, _ in phases], lengths)
    columns["method"] = _repeated([phase.method for _, phase in phases], lengths)
    columns["_rule"] = np.concatenate([one.rule for one in drawn])
    columns["_high"] = np.concatenate([one.high for one in drawn])
    table = pl.DataFrame(columns, strict=False)
    starts = np.cumsum([0, *lengths[:-1]])
    first = np.zeros(table.height, dtype=bool)
    first[starts] = True
    signals = range(len(RULES)) if chart.rules == "all" else (OUTSIDE, NEAR)
    better = {name: one.better for name, one in measures_of(table["measure"].unique().to_list(), catalogue).items()}
    good_if_high = pl.col("measure").replace_strict(better, return_dtype=pl.String)
    return (
        table.with_columns(
            pl.col(pl.Float64).fill_nan(None),
            rule=pl.col("_rule").replace_strict(dict(enumerate(RULES)), default=None, return_dtype=pl.String),
            signal=pl.when(~pl.col("_rule").is_in(list(signals)))
            .then(None)
            .when(good_if_high == "")
            .then(pl.lit("change"))
            .when(pl.col("_high") == (good_if_high == "up"))
            .then(pl.lit("improvement"))
            .otherwise(pl.lit("deterioration")),
        )
        .with_columns(moving_range=pl.when(~pl.lit(pl.Series(first))).then("moving_range"))
        .select(pl.col(name).cast(dtype) for name, dtype in SPC.schema().items())
    )


def _repeated(texts: Sequence[str], times: Sequence[int]) -> pl.Series:
    """Each text as many times: the rows share its letters."""
    return pl.Series(texts, dtype=pl.String).gather(np.repeat(np.arange(len(texts)), times))


def _say(drawn: Sequence[Limits]) -> None:
    phases = [phase for one in drawn for phase in one.phases]
    short = [f"{_name(phase)} from {_from(phase, phase.first)}" for phase in phases if phase.why == "short"]
    if short:
        note(f"fewer than {FEWEST} points to a phase, so no limits: {listing(short, 4)}")
    rare = [_name(phase) for phase in phases if phase.why == "rare"]
    if rare:
        note(f"under one event a period, so no chart; `pm compare` tests the 12 months: {listing(rare, 4)}")
    new = [
        f"{_name(one.phases[-1])} from {_from(one.phases[-1], int(one.proposed.argmax()))}"
        for one in drawn
        if one.proposed.any()
    ]
    if new:
        note(
            f"{RUN} periods or more on one side of the mean, and a clear change: new limits may be due "
            f"(--reference FROM..TO): {listing(new, 4)}"
        )


def _name(phase: Phase) -> str:
    return f"{phase.grid.key['measure']} in {phase.grid.key['area']}"


def _from(phase: Phase, place: int) -> str:
    return f"{window_start(phase.grid.ends[place], phase.grid.months):%B %Y}"
