"""Where a measure stands and which way it has been going: totals, long-term trend, direction of travel, last signal.

A word needs a test of two windows that know how much the measure varies by itself (steps/trend_tests.py); lines and
turns describe what it found. They are fitted to the months or quarters as they were recorded, never to rolling totals:
neighbouring ones share eleven of their twelve months, and a line would find trends in noise.
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
from pmcli.periods import BASELINE, month_name, shift
from pmcli.steps.compare import with_earlier
from pmcli.steps.news import news_of
from pmcli.steps.portions import portions
from pmcli.steps.rolling import windows
from pmcli.steps.selecting import end_of, none_whole, say_overlap, select, window_ends
from pmcli.steps.series import Grid, grids_of, say_incidents
from pmcli.steps.since_change import since_changes
from pmcli.steps.spc import spc
from pmcli.steps.testing import known_test
from pmcli.steps.trend_tests import (
    FEWEST_YEARS,
    directions_of_travel,
    long_term_by_line,
    long_term_by_ranks,
    long_term_by_years,
)
from pmcli.steps.written import Month, area_ids, last_day, measure_ids
from pmcli.tables import KEY, SERIES, TREND

METHODS: Final = ("years", "line", "seasonal-mann-kendall")
"""years: the 12 months now against those some years before; line: one log-linear line since the beginning, with
autocorrelated errors (stats.long_term); seasonal-mann-kendall: the plain test, which takes periods as independent and
cries wolf when they are not. The last two speak of most series that wander without a direction."""
YEARS: Final = 5
_TESTED: Final = (
    "first", "last", "periods", "frequency", "slope", "change_per_year", "p_value", "trend", "direction", "since",
    "method", "low", "high", "direction_change", "direction_low", "direction_high", "years", "past_end", "past",
    "past_change", "least", "half", "half_previous", "half_p", "news", "expected",
    "expected_low", "expected_high",
)  # fmt: skip


def trend(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    source: str | None = None,
    to: Month | None = None,
    baseline: Month = BASELINE,
    method: str = "years",
    years: int = YEARS,
    test: str = "dispersion",
    catalogue: Catalogue | None = None,
) -> pl.LazyFrame:
    """Each series' standing: the trend table, one row a series, months = 12.

    observations: the observations table with rows of 1 or 3 months; longer ones are compared but not tested.
    method: one of METHODS. years: how many years before the long-term trend begins; fewer where there are not so many,
    at least two. test: as in `compare`.
    Returns total, baseline and previous with their changes and p-values; trend (`increasing`, `decreasing`, `no clear
    change`; null when it cannot be tested) with p_value, the earlier 12 months (years, past_end, past, past_change,
    least), and the line's change_per_year with its 95 % interval (low, high); direction (the same words) by half, the
    last 6 months, against half_previous, the same a year before; since, the last day of the first period of the last
    segment of the series, and direction_change, its rate a year with its interval; after, the last declared recording
    change that lies two years back, and the first 12 months after it (after_value, …); signal, the last control-chart
    signal in the 12 months shown.
    Raises UsageError for an unknown method or test or too few years, PmError for two sources, or when there is not one
    whole window.
    """
    measures, areas = measure_ids(measures, catalogue), area_ids(areas, catalogue)
    to, baseline = last_day(to), last_day(baseline, "baseline")
    catalogue = catalogue or Catalogue()
    if method not in METHODS:
        raise UsageError(
            f"there is no method {method!r}", did_you_mean(method, METHODS, f"Methods: {', '.join(METHODS)}.")
        )
    known_test(test)
    if years < FEWEST_YEARS:
        raise UsageError(f"--years {years} is no long term", f"Give at least {FEWEST_YEARS}.")
    frame = select(observations, measures=measures, areas=areas, source=source)
    if frame.is_empty():
        return TREND.empty().lazy()
    taken = [(portion, _rolled(portion)) for portion in portions(frame)]
    ends = _ends([rolled for _, rolled in taken], to, areas)
    if not ends:
        return none_whole(frame, 12, TREND)
    say_overlap(set(ends.values()), baseline, 12)
    parts, grids = [], []
    for portion, rolled in taken:
        part, its = _standing_of(portion, rolled, ends, baseline, method, years, test, catalogue)
        parts.append(part)
        grids += its
    table = pl.concat(parts)
    _say(table, grids, ends)
    say_incidents(grids, catalogue)
    return table.sort(KEY).lazy()


def _ends(rolled: Sequence[pl.DataFrame], to: date | None, areas: Sequence[str] | None) -> dict[str, date]:
    """The end of each measure's window; empty when there is not one whole window."""
    known = [one.group_by("measure", "area", "period_end").agg(pl.col("value").max()) for one in rolled]
    return window_ends(pl.concat(known), to, areas)


def _rolled(frame: pl.DataFrame) -> pl.DataFrame:
    return windows(frame, 12) if any(12 % length == 0 for length in frame["months"].unique()) else frame.clear()


def _standing_of(
    frame: pl.DataFrame,
    rolled: pl.DataFrame,
    ends: dict[str, date],
    baseline: date,
    method: str,
    years: int,
    test: str,
    catalogue: Catalogue,
) -> tuple[pl.DataFrame, list[Grid]]:
    """The trend table of some of the series, and what they are drawn from. rolled: their 12-month totals."""
    frame = frame.filter(pl.col("measure").is_in(list(ends))).sort(KEY)
    rolled = rolled.filter(pl.col("measure").is_in(list(ends)))
    past = frame.filter(pl.col("period_end") <= end_of(ends))
    grids = grids_of(past)
    back: dict[str, date | int] = {"baseline": baseline, "previous-year": 12}
    compared = with_earlier(frame, rolled, ends, 12, back, test=test, catalogue=catalogue)
    if not grids:
        return TREND.empty(), grids
    tests = _tests(grids, past, rolled, ends, method, years, test, catalogue)
    rows = [
        {**{name: grid.key[name] for name in SERIES}, "period_end": ends[grid.key["measure"]], "months": 12, **tested}
        for grid, tested in zip(grids, tests, strict=True)
    ]
    schema = {name: dtype for name, dtype in TREND.schema().items() if name in rows[0]}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    for part in (_standing(compared), _sparklines(rolled, ends), _signals(past, ends, catalogue)):
        table = table.join(part, on=list(SERIES), how="left", validate="1:1")
    return table.select(*TREND.columns), grids


def _tests(
    grids: Sequence[Grid],
    frame: pl.DataFrame,
    rolled: pl.DataFrame,
    ends: dict[str, date],
    method: str,
    years: int,
    test: str,
    catalogue: Catalogue,
) -> list[dict[str, Any]]:
    """The long-term test and the direction of travel of each series."""
    if method == "years":
        long_term = long_term_by_years(grids, frame, rolled, ends, years, test, catalogue)
    elif method == "line":
        long_term = long_term_by_line(grids, catalogue)
    else:
        long_term = long_term_by_ranks(grids)
    travel = directions_of_travel(grids, frame, ends, test, catalogue)
    based = set(frame.filter(pl.col("base").is_not_null())["measure"].unique())
    counted = {grid.key["measure"]: grid.key["measure"] not in based for grid in grids}
    news = news_of(grids, counted, catalogue)
    after = since_changes(grids, ends, counted, catalogue, test)
    return [
        {**_untested(grid), **before, **lately, **latest, **since}
        for grid, before, lately, latest, since in zip(grids, long_term, travel, news, after, strict=True)
    ]


def _untested(grid: Grid) -> dict[str, Any]:
    """Every column that a test fills, as it is without one."""
    known = int(np.count_nonzero(~np.isnan(grid.values)))
    given = {
        "first": grid.ends[0] if known else None,
        "last": grid.ends[-1] if known else None,
        "periods": known,
        "frequency": grid.frequency,
        "method": "not tested",
    }
    return {name: given.get(name) for name in _TESTED}


def _standing(compared: pl.DataFrame) -> pl.DataFrame:
    """The 12-month total beside the baseline and last year, a row a series."""

    def against(name: str, prefix: str) -> pl.DataFrame:
        return compared.filter(pl.col("against") == name).select(
            *SERIES,
            pl.col("against_value").alias(prefix),
            pl.col("change").alias(f"{prefix}_change"),
            pl.col("p_value").alias(f"{prefix}_p"),
            pl.col("least").alias(f"{prefix}_least"),
            pl.col("grade").alias(f"{prefix}_grade"),
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
        pl.col("signal").is_not_null(),
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
