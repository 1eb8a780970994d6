"""The figure that is asked about: a row of a result table, with the windows that it is of and is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from pmcli.errors import PmError
from pmcli.notes import listing
from pmcli.periods import shift, window_start
from pmcli.tables import (
    AHEAD,
    BREAKDOWN,
    COMPARISON,
    FUNNEL,
    KEY,
    OBSERVATIONS,
    OUTLIERS,
    RANK,
    SERIES,
    SPC,
    TREND,
    WAVES,
    Table,
)

Row = Mapping[str, Any]

THIS: Final = "this window"

KNOWN: Final = (OBSERVATIONS, COMPARISON, RANK, OUTLIERS, TREND, SPC, BREAKDOWN, WAVES, FUNNEL, AHEAD)
"""The tables whose rows are figures made of periods."""

OTHERS: Final = ("national", "peers", "target")
"""What a figure is held against that is no window of its own."""


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time that a figure is of. name: THIS, or what it is compared with. figure: what the row says it comes
    to, None where the row does not say; a share or mean where `ratio`."""

    name: str
    end: date
    months: int
    figure: float | None = None
    ratio: bool = False

    @property
    def span(self) -> tuple[date, date]:
        """Its first and last day."""
        return window_start(self.end, self.months), self.end


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of a table, and what it is about."""

    table: Table
    row: Row

    @property
    def series(self) -> tuple[Any, ...]:
        """source, measure, area, dimension and category."""
        return tuple(self.row[name] for name in SERIES)

    def of_series(self) -> pl.Expr:
        """Whether the rows of observations are of this series."""
        return pl.all_horizontal(pl.col(name) == self.row[name] for name in SERIES)

    @property
    def key(self) -> dict[str, Any]:
        """Its key columns."""
        return {name: self.row[name] for name in KEY}

    def windows(self) -> list[Window]:
        """The window of the figure, then those that it is held against in time."""
        row, name = self.row, self.table.name
        if name == TREND.name:
            return _of_trend(row)
        end, months = row["period_end"], row["months"]
        if name == AHEAD.name:  # what is foreseen is made of the 12 months before
            return [Window(THIS, shift(end, -row["horizon"]), months)]
        ratio = name in (WAVES.name,) or row.get("statistic") in ("share", "mean")
        value = row.get("value") if name not in (OUTLIERS.name, OBSERVATIONS.name) else None
        if name == OBSERVATIONS.name and row["base"] is None:
            value = row["value"]
        if name == WAVES.name and row["kind"] == "gap":
            value = None
        found = [Window(THIS, end, months, value, ratio)]
        then = row.get("against_end")
        if then is not None and row.get("against") not in OTHERS:
            figure = row.get("against_value")
            found.append(Window(str(row.get("against") or "earlier"), then, months, figure, ratio))
        return found


def _of_trend(row: Row) -> list[Window]:
    """The windows of a trend row: 12 months now, and those that its changes are from."""
    last = row["last"]
    found = [Window(THIS, last, 12, row["total"])]
    if row["past_end"] is not None:
        found.append(Window("long-term", row["past_end"], 12, row["past"]))
    if row["baseline_end"] is not None and row["baseline"] is not None:
        found.append(Window("baseline", row["baseline_end"], 12, row["baseline"]))
    if row["previous"] is not None:
        found.append(Window("previous-year", shift(last, -12), 12, row["previous"]))
    return found


def chosen(frame: pl.DataFrame, table: Table, number: int | None) -> Figure:
    """The row of a table that is asked about: `number`, counted from 1, or its only row.

    Raises PmError for a table without figures, for no such row, and for several of which none is named.
    """
    if table not in KNOWN:
        raise PmError(
            f"pm why does not know the {table.name} table: its rows are no figures made of periods",
            f"It takes {listing([one.name for one in KNOWN], len(KNOWN))}.",
        )
    if number is not None and not 1 <= number <= frame.height:
        have = f"it has {frame.height:,} row{'' if frame.height == 1 else 's'}, counted from 1"
        raise PmError(f"there is no row {number:,} in this {table.name} table: {have}")
    if number is None and frame.height != 1:
        if frame.is_empty():
            raise PmError(f"this {table.name} table has no row to ask about")
        raise PmError(
            f"{frame.height:,} rows of this {table.name} table fit, and one figure is explained at a time",
            "Name one with --row 1 (as `pm show -f csv` lists them), or a measure, --force and --to.",
        )
    return Figure(table, frame.row((number or 1) - 1, named=True))


def periods_of(frame: pl.DataFrame, figure: Figure, window: Window, *, shortest: bool = False) -> pl.DataFrame | None:
    """The observations that make up a window, in order: the longest that do (a published total before its months), as
    `pm rolling` takes them, or the shortest. None where no length makes it whole."""
    mine = frame.filter(figure.of_series())
    lengths: Sequence[int] = mine["months"].unique().sort(descending=not shortest).to_list()
    for length in lengths:
        if window.months % length:
            continue
        ends = [shift(window.end, -length * back) for back in range(window.months // length)]
        part = mine.filter(pl.col("months") == length, pl.col("period_end").is_in(ends)).sort("period_end")
        if part.height == len(ends):
            return part
    return None
