"""The two statements of a trend: where a measure stands beside some years ago, and which way it has been going lately.

Both rest on the test of two windows (steps/testing.py), which knows how much a measure varies by itself. A straight
line through many years speaks of nearly every series, one that wanders without a direction included (docs/methods.md),
so it only has to agree; and the place of a turn says since when, never that there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pmcli.catalogue import Catalogue
from pmcli.notes import collecting
from pmcli.periods import shift
from pmcli.stats.joinpoint import Direction, directions
from pmcli.stats.long_term import METHOD, LongTerm, long_term_trends
from pmcli.stats.mann_kendall import seasonal_kendall
from pmcli.stats.two_counts import LEVEL
from pmcli.steps.compare import pairs, tested, with_earlier
from pmcli.steps.rolling import windows
from pmcli.steps.series import Grid
from pmcli.steps.testing import IN_LINE
from pmcli.tables import SERIES

UP, DOWN, NO_CHANGE = "increasing", "decreasing", "no clear change"
FEWEST_YEARS: Final = 2
"""Nearer than this an earlier year says nothing about the long term."""

Key = tuple[Any, ...]


def long_term_by_years(
    grids: Sequence[Grid],
    frame: pl.DataFrame,
    rolled: pl.DataFrame,
    ends: Mapping[str, date],
    years: int,
    test: str,
    catalogue: Catalogue,
) -> list[dict[str, Any]]:
    """Each series' last 12 months against the 12 months `years` before, or the most whole years that there are.

    The word needs p < 0.05 and a log-linear line over those years that goes the same way; a mean, which has no test of
    two windows, takes the line's own p-value. The line's rate, its interval and its span describe the change.
    """
    past = _years_back(frame, rolled, ends, years, test, catalogue)
    found: list[dict[str, Any]] = [{} for _ in grids]
    spans: list[Grid | None] = []
    for grid in grids:
        then = past.get(_key(grid))
        spans.append(None if then is None else since(grid, shift(then["past_end"], -12)))
    lines = _lines(spans, catalogue)
    for row, grid, span, line in zip(found, grids, spans, lines, strict=True):
        then = past.get(_key(grid))
        if then is None or span is None:
            continue
        row.update({name: then[name] for name in ("years", "past_end", "past", "past_change", "least", "p_value")})
        row.update(first=span.ends[0], last=span.ends[-1], periods=_known(span.values))
        if line is not None:
            row.update(slope=line.slope, low=line.low, high=line.high, change_per_year=line.change_per_year)
        mean = then["statistic"] == "mean"
        p = line.p if mean and line is not None else then["p_value"]
        if p is None or line is None or line.slope is None:
            continue  # without a line nothing can agree
        row.update(p_value=p, method=_method(then, mean), trend=NO_CHANGE)
        way = np.sign(then["difference"])
        if p < LEVEL and then["grade"] != IN_LINE:
            row["trend"] = (
                UP if way == np.sign(line.slope) > 0 else DOWN if way == np.sign(line.slope) < 0 else NO_CHANGE
            )
    return found


def long_term_by_line(grids: Sequence[Grid], catalogue: Catalogue) -> list[dict[str, Any]]:
    """The same from one line since the beginning (`--method line`)."""
    found: list[dict[str, Any]] = []
    for line in _lines(grids, catalogue):
        row: dict[str, Any] = {}
        if line is not None:
            row = {"slope": line.slope, "low": line.low, "high": line.high, "method": METHOD}
            row.update(_word(line.p, line.change_per_year))
        found.append(row)
    return found


def long_term_by_ranks(grids: Sequence[Grid]) -> list[dict[str, Any]]:
    """The same from the plain seasonal Mann-Kendall test (`--method seasonal-mann-kendall`)."""
    found: list[dict[str, Any]] = []
    for grid in grids:
        row: dict[str, Any] = {}
        if grid.frequency in (4, 12):
            row["method"] = "seasonal Mann-Kendall (Hirsch, Slack & Smith 1982), periods taken as independent"
            if _known(grid.values) >= 3 * grid.frequency:
                test = seasonal_kendall(grid.values, np.arange(grid.values.size) % grid.frequency)
                mean = float(np.nanmean(grid.values))
                row.update(_word(test.p, test.slope / mean if mean > 0 else 0.0), slope=test.slope)
                if row.get("trend") in (UP, DOWN):
                    row["trend"] = UP if test.s > 0 else DOWN
        found.append(row)
    return found


def directions_of_travel(
    grids: Sequence[Grid], frame: pl.DataFrame, ends: Mapping[str, date], test: str, catalogue: Catalogue
) -> list[dict[str, Any]]:
    """Which way each series has been going: said when the last 6 months differ from the same 6 a year before.

    The segment that the joinpoint model ends with says since when, if it goes the same way; a mean takes the segment's
    own interval for a test. `no clear change` otherwise; nothing where the 6 months are not known.
    """
    halves = _halves(frame, ends, test, catalogue)
    found: list[dict[str, Any]] = [{} for _ in grids]
    for (_, frequency, steps), numbers in _alike(grids, catalogue).items():
        values = np.vstack([grids[number].values for number in numbers])
        for number, turn in zip(numbers, directions(values, frequency, steps=steps), strict=True):
            half = halves.get(_key(grids[number]))
            if half is not None:
                found[number] = _direction(half, turn, grids[number])
    return found


def _direction(half: Mapping[str, Any], turn: Direction, grid: Grid) -> dict[str, Any]:
    """The direction of one series by its last 6 months, and the segment that it goes with."""
    row = {"half": half["value"], "half_previous": half["against_value"], "half_p": half["p_value"]}
    row.update(direction_change=turn.change_per_year, direction_low=turn.low, direction_high=turn.high)
    word, goes = None, np.sign(turn.change_per_year or 0.0)
    if half["statistic"] == "mean":
        word = NO_CHANGE if turn.direction == "stable" else turn.direction
    elif half["p_value"] is not None:
        told = half["p_value"] < LEVEL and half["grade"] != IN_LINE
        word = NO_CHANGE if not told else UP if half["difference"] > 0 else DOWN
    row["direction"] = word
    if turn.turns and turn.since is not None and (word in (None, NO_CHANGE) or goes == {UP: 1, DOWN: -1}[word]):
        row["since"] = grid.ends[turn.since]
    return row


def since(grid: Grid, after: date) -> Grid | None:
    """The periods of a series that end after a day; None when there is none."""
    first = next((place for place, end in enumerate(grid.ends) if end > after), None)
    return None if first is None else Grid(grid.key, grid.months, grid.ends[first:], grid.values[first:])


def _years_back(
    frame: pl.DataFrame,
    rolled: pl.DataFrame,
    ends: Mapping[str, date],
    years: int,
    test: str,
    catalogue: Catalogue,
) -> dict[Key, dict[str, Any]]:
    """Series -> its comparison with the farthest of the years that has both windows, and how many years that is."""
    back: dict[str, date | int] = {str(number): 12 * number for number in range(years, FEWEST_YEARS - 1, -1)}
    both = pairs(frame, rolled, ends, 12, back, catalogue)
    known = both.filter(pl.col("value").is_not_null(), pl.col("against_value").is_not_null())
    farthest = known.sort(pl.col("against").cast(pl.Int8), descending=True).unique(
        SERIES, keep="first", maintain_order=True
    )
    farthest = (
        tested(farthest, 12, test=test, catalogue=catalogue)
        .with_columns(years=pl.col("against").cast(pl.Int8))
        .rename({"against_end": "past_end", "against_value": "past", "change": "past_change"})
    )
    return {tuple(row[name] for name in SERIES): row for row in farthest.iter_rows(named=True)}


def _halves(
    frame: pl.DataFrame, ends: Mapping[str, date], test: str, catalogue: Catalogue
) -> dict[Key, dict[str, Any]]:
    """Series -> its last 6 months against the same 6 a year before."""
    short = frame.filter(pl.lit(6) % pl.col("months") == 0)
    if short.is_empty():
        return {}
    with collecting():
        rolled = windows(short, 6)
        back: dict[str, date | int] = {"previous-year": 12}
        compared = with_earlier(short, rolled, ends, 6, back, test=test, catalogue=catalogue)
    return {tuple(row[name] for name in SERIES): row for row in compared.iter_rows(named=True)}


def _method(then: Mapping[str, Any], mean: bool) -> str:
    whole = f"12 months v. the 12 months {then['years']} years before"
    tested = "t test of the log-linear line" if mean else str(then["conventions"]).removeprefix("test: ")
    return f"{whole} ({tested}); the log-linear line over those years goes the same way"


def _lines(spans: Sequence[Grid | None], catalogue: Catalogue) -> list[LongTerm | None]:
    """The log-linear line of each span; alike ones go through the method together. None where there is none."""
    found: list[LongTerm | None] = [None] * len(spans)
    for (_, frequency, steps), numbers in _alike(spans, catalogue).items():
        values = np.vstack([span.values for number in numbers if (span := spans[number]) is not None])
        for number, line in zip(
            numbers, long_term_trends(values, frequency, steps=[steps] * len(numbers)), strict=True
        ):
            found[number] = line
    return found


def _alike(grids: Iterable[Grid | None], catalogue: Catalogue) -> dict[tuple[int, int, tuple[int, ...]], list[int]]:
    """The numbers of the series that the methods can take together: as long, as frequent, with the same steps."""
    batches: dict[tuple[int, int, tuple[int, ...]], list[int]] = {}
    for number, grid in enumerate(grids):
        if grid is not None and grid.frequency in (4, 12):
            steps = tuple(grid.breaks(catalogue, margin=grid.frequency))
            batches.setdefault((grid.values.size, grid.frequency, steps), []).append(number)
    return batches


def _word(p: float | None, change: float | None) -> dict[str, Any]:
    """A trend word only from a test."""
    word = None
    if p is not None and change is not None:
        word = NO_CHANGE if p >= LEVEL or change == 0 else UP if change > 0 else DOWN
    return {"p_value": p, "change_per_year": change, "trend": word}


def _key(grid: Grid) -> Key:
    return tuple(grid.key[name] for name in SERIES)


def _known(values: NDArray[np.float64]) -> int:
    return int(np.count_nonzero(~np.isnan(values)))
