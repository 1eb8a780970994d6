"""Where a measure stands and which way it has been going: totals, long-term trend, direction of travel, last signal.

Every test runs on the months or quarters as they were recorded, season by season. Rolling totals are never tested:
neighbouring ones share eleven of their twelve months, and a test would find trends in noise. A declared change in
recording may step the level, so that a trend is not made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import UsageError, did_you_mean
from pmcli.notes import collecting, listing, note
from pmcli.periods import month_name, shift
from pmcli.stats.joinpoint import directions
from pmcli.stats.long_term import METHOD, long_term_trends
from pmcli.stats.mann_kendall import seasonal_kendall
from pmcli.steps.compare import BASELINE, compare
from pmcli.steps.rolling import windows
from pmcli.steps.selecting import end_of, none_whole, select, window_ends
from pmcli.steps.series import Grid, grids_of, say_incidents
from pmcli.steps.spc import spc
from pmcli.tables import KEY, SERIES, TREND

LEVEL: Final = 0.05
METHODS: Final = ("gls", "seasonal-mann-kendall")
"""gls: log-linear regression with autocorrelated errors (stats.long_term), which holds its level on crime series;
seasonal-mann-kendall: the plain test, which takes periods as independent and cries wolf when they are not."""


def trend(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    source: str | None = None,
    to: date | None = None,
    baseline: date = BASELINE,
    method: str = "gls",
    catalogue: Catalogue | None = None,
) -> pl.LazyFrame:
    """Each series' standing: the trend table, one row a series, months = 12.

    observations: the observations table with rows of 1 or 3 months; longer ones are compared but not tested.
    Returns total, baseline and previous with their changes and p-values; trend (`increasing`, `decreasing`, `stable`;
    null when it cannot be tested) with change_per_year, its 95 % interval (low, high) and p_value; direction, the
    fraction a year of the last segment (direction_change, with its interval) and since, the last day of the segment's
    first period; signal, the last control-chart signal in the 12 months shown.
    Raises UsageError for an unknown method, PmError for two sources, or when there is not one whole window.
    """
    catalogue = catalogue or Catalogue()
    if method not in METHODS:
        raise UsageError(
            f"there is no method {method!r}", did_you_mean(method, METHODS, f"Methods: {', '.join(METHODS)}.")
        )
    frame = select(observations, measures=measures, areas=areas, source=source)
    if frame.is_empty():
        return TREND.empty().lazy()
    rolled = windows(frame, 12) if any(12 % length == 0 for length in frame["months"].unique()) else frame.clear()
    ends = window_ends(rolled, to, areas)
    if not ends:
        return none_whole(frame, 12, TREND)
    frame = frame.filter(pl.col("measure").is_in(list(ends))).sort(KEY)
    past = frame.filter(pl.col("period_end") <= end_of(ends))
    grids = grids_of(past)
    compared = compare(frame, to=to, areas=areas, baseline=baseline, catalogue=catalogue).collect()
    rows = [
        {**{name: grid.key[name] for name in SERIES}, "period_end": ends[grid.key["measure"]], "months": 12, **tested}
        for grid, tested in zip(grids, _tests(grids, method, catalogue), strict=True)
    ]
    schema = {name: dtype for name, dtype in TREND.schema().items() if rows and name in rows[0]}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    for part in (_standing(compared), _sparklines(rolled, ends), _signals(past, ends, catalogue)):
        table = table.join(part, on=list(SERIES), how="left", validate="1:1")
    _say(table, grids, ends)
    say_incidents(grids, catalogue)
    return table.select(*TREND.columns).sort(KEY).lazy()


def _tests(grids: Sequence[Grid], method: str, catalogue: Catalogue) -> list[dict[str, Any]]:
    """The long-term test and the direction of travel of each series; alike series go through the methods together."""
    found: list[dict[str, Any]] = [_untested(grid) for grid in grids]
    batches: dict[tuple[int, int, tuple[int, ...]], list[int]] = {}
    for number, grid in enumerate(grids):
        if grid.frequency in (4, 12):
            steps = tuple(grid.breaks(catalogue, margin=grid.frequency))
            batches.setdefault((grid.values.size, grid.frequency, steps), []).append(number)
    for (_, frequency, steps), numbers in batches.items():
        values = np.vstack([grids[number].values for number in numbers])
        for number, turn in zip(numbers, directions(values, frequency, steps=steps), strict=True):
            if turn.direction is not None:
                found[number].update(
                    direction=turn.direction,
                    since=grids[number].ends[turn.since or 0],
                    direction_change=turn.change_per_year,
                    direction_low=turn.low,
                    direction_high=turn.high,
                )
        if method == "gls":
            for number, test in zip(
                numbers, long_term_trends(values, frequency, steps=[steps] * len(numbers)), strict=True
            ):
                found[number].update(method=METHOD, slope=test.slope, low=test.low, high=test.high)
                _word(found[number], test.p, test.change_per_year)
        else:
            for number in numbers:
                _plain_test(found[number], grids[number])
    return found


def _untested(grid: Grid) -> dict[str, Any]:
    known = int(np.count_nonzero(~np.isnan(grid.values)))
    return {
        "first": grid.ends[0] if known else None,
        "last": grid.ends[-1] if known else None,
        "periods": known,
        "frequency": grid.frequency,
        "slope": None,
        "change_per_year": None,
        "p_value": None,
        "trend": None,
        "direction": None,
        "since": None,
        "method": "not tested",
        "low": None,
        "high": None,
        "direction_change": None,
        "direction_low": None,
        "direction_high": None,
    }


def _word(row: dict[str, Any], p: float | None, change: float | None) -> None:
    """A trend word only from a test."""
    row["p_value"], row["change_per_year"] = p, change
    if p is not None and change is not None:
        row["trend"] = "stable" if p >= LEVEL or change == 0 else "increasing" if change > 0 else "decreasing"


def _plain_test(row: dict[str, Any], grid: Grid) -> None:
    row["method"] = "seasonal Mann-Kendall (Hirsch, Slack & Smith 1982), periods taken as independent"
    if row["periods"] < 3 * grid.frequency:
        return
    test = seasonal_kendall(grid.values, np.arange(grid.values.size) % grid.frequency)
    mean = float(np.nanmean(grid.values))
    row["slope"] = test.slope
    _word(row, test.p, test.slope / mean if mean > 0 else 0.0)
    if row["trend"] not in (None, "stable"):
        row["trend"] = "increasing" if test.s > 0 else "decreasing"


def _standing(compared: pl.DataFrame) -> pl.DataFrame:
    """The 12-month total beside the baseline and last year, a row a series."""

    def against(name: str, prefix: str) -> pl.DataFrame:
        return compared.filter(pl.col("against") == name).select(
            *SERIES,
            pl.col("against_value").alias(prefix),
            pl.col("change").alias(f"{prefix}_change"),
            pl.col("p_value").alias(f"{prefix}_p"),
        )

    first = compared.filter(pl.col("against") == "baseline")
    total = first.select(*SERIES, pl.col("value").alias("total"), "breaks", baseline_end="against_end")
    total = total.join(against("baseline", "baseline"), on=list(SERIES), how="left", validate="1:1")
    return total.join(against("previous-year", "previous"), on=list(SERIES), how="left", validate="1:1")


_SPARKS: Final = 48
"""12-month totals in a sparkline: four years of months, or twelve of quarters."""


def _sparklines(rolled: pl.DataFrame, ends: dict[str, date]) -> pl.DataFrame:
    shown = rolled.filter(pl.col("period_end") <= end_of(ends))
    figure = pl.when(pl.col("base") > 0).then(pl.col("value") / pl.col("base")).otherwise("value")
    lists = (
        shown.sort(KEY)
        .group_by(list(SERIES), maintain_order=True)
        .agg(figure.tail(_SPARKS).alias("_totals"), pl.col("period_end").tail(_SPARKS).first().alias("sparkline_from"))
    )
    drawn = pl.Series("sparkline", [sparkline(totals) for totals in lists["_totals"].to_list()], dtype=pl.String)
    return lists.select(*SERIES, "sparkline_from", drawn)


def sparkline(values: Sequence[float | None]) -> str:
    """The values as a line of blocks, lowest to highest; a gap where one is not known."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    blocks = "▁▂▃▄▅▆▇█"
    scale = (len(blocks) - 1) / (high - low) if high > low else 0.0
    return "".join(" " if value is None else blocks[round((value - low) * scale)] for value in values)


def _signals(frame: pl.DataFrame, ends: dict[str, date], catalogue: Catalogue) -> pl.DataFrame:
    """The last control-chart signal of each series within the 12 months shown."""
    with collecting():  # what spc has to say about short phases is said by `pm spc`
        charts = spc(frame, catalogue=catalogue).collect()
    year = {measure: shift(end, -12) for measure, end in ends.items()}
    window = charts.filter(
        pl.col("period_end") > end_of(year),
        pl.col("rule").is_not_null(),
    )
    return (
        window.sort(KEY)
        .group_by(list(SERIES), maintain_order=True)
        .agg(
            pl.col("signal").last(),
            pl.col("rule").last().alias("signal_rule"),
            pl.col("period_end").last().alias("signal_end"),
        )
    )


def _say(table: pl.DataFrame, grids: Sequence[Grid], ends: dict[str, date]) -> None:
    untested = table.filter(pl.col("trend").is_null())["measure"].unique().sort().to_list()
    if untested:
        note(f"no trend word without a test: too few, too long or all equal periods for {listing(untested)}")
    early = [
        f"{grid.key['measure']} in {grid.key['area']} ({month_name(grid.ends[-1])})"
        for grid in grids
        if shift(grid.ends[-1], grid.months) <= ends[grid.key["measure"]]
    ]
    if early:
        note(f"ends before the window does, so its trend is not up to date: {listing(early, 4)}")
    gaps = [
        f"{grid.key['measure']} in {grid.key['area']}"
        for grid in grids
        if grid.values.size > 1 and bool((grid.values != grid.values).any())
    ]
    if gaps:
        note(f"periods not known keep their place in the test: {listing(gaps, 4)}")
