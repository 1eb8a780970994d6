"""Series laid out on their time grid, as the statistical methods take them: every period in place, unknown ones NaN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pmcli.catalogue import Catalogue, Event
from pmcli.notes import listing, note
from pmcli.periods import month_end, month_index, month_name, strays, window_start
from pmcli.tables import SERIES, known_shares


@dataclass(frozen=True, slots=True)
class Grid:
    """One series. key: its key columns. months: length of a period. ends: the last day of each.

    values: the count, or the share or mean itself where there is a base; NaN where not known. The first and the last
    are known, unless none is: then there is one period, and it is NaN.
    """

    key: dict[str, Any]
    months: int
    ends: tuple[date, ...]
    values: NDArray[np.float64]

    @property
    def frequency(self) -> int:
        """Periods a year; 0 when a year is not a whole number of them."""
        return 12 // self.months if 12 % self.months == 0 else 0

    def breaks(self, catalogue: Catalogue, margin: int = 1) -> list[int]:
        """The positions at which a declared change in recording took effect, at least `margin` periods from both ends.

        A change in the middle of a period takes effect with the period it falls in.
        """
        positions = set()
        for event in catalogue.events.values():
            if event.kind == "recording-change" and event.touches(self.key["measure"], self.key["area"]):
                after = next((place for place, end in enumerate(self.ends) if end >= event.day), None)
                if after is not None and window_start(self.ends[0], self.months) < event.day:
                    positions.add(after)
        return sorted(place for place in positions if margin <= place <= len(self.ends) - margin)


def say_incidents(grids: Sequence[Grid], catalogue: Catalogue) -> None:
    """A note for each mass event in a series: one incident bends a trend, and is none."""
    for grid in grids:
        for event in _incidents(grid, catalogue):
            note(
                f"{grid.key['measure']} in {grid.key['area']} holds one incident of {event.count} in "
                f"{month_name(event.day)} ({event.label}): trend and direction count it; --without {event.id} does not"
            )


def _incidents(grid: Grid, catalogue: Catalogue) -> list[Event]:
    """The declared mass events that a series holds: of its measure and area, in a period with a figure as large."""
    if grid.key["dimension"] != "all":
        return []
    return [
        event
        for event in catalogue.events.values()
        if event.touches(grid.key["measure"], grid.key["area"])
        for end, value in zip(grid.ends, grid.values.tolist(), strict=True)
        if event.is_within(value, end, grid.months)
    ]


def grids_of(frame: pl.DataFrame) -> list[Grid]:
    """The grid of every series in a frame of observations: its shortest rows, from the first known to the last.

    Rows of a series that are not a whole number of periods from its first (published 12-month totals overlap) are left
    out; so are strays (periods.strays), with a note. In key order.
    """
    shortest = known_shares(frame).filter(pl.col("months") == pl.col("months").min().over(list(SERIES)))
    over_base = pl.when(pl.col("base") > 0).then(pl.col("value") / pl.col("base"))
    known = pl.col("_figure").is_not_null()
    counts = set(shortest.filter(pl.col("base").is_null())["measure"].unique())
    listed = (
        shortest.with_columns(
            _index=month_index(), _figure=pl.when(pl.col("base").is_null()).then("value").otherwise(over_base)
        )
        .sort(*SERIES, "_index")
        .group_by(list(SERIES), maintain_order=True)
        .agg(
            pl.col("months").first().cast(pl.Int32),
            pl.col("_index").filter(known),
            pl.col("_figure").filter(known),
            pl.col("_index").last().alias("_last"),
        )
    )
    grids = []
    out: list[tuple[str, str, int, float]] = []
    for row in listed.iter_rows():
        key, (months, index, figures, last) = dict(zip(SERIES, row[:5], strict=True)), row[5:]
        if not index:
            grids.append(Grid(key, months, _ends(last, months, 1), np.array([np.nan])))
            continue
        if key["measure"] in counts and (stray := strays(index, figures, months)):
            out += [
                (key["measure"], key["area"], at, value)
                for at, value in zip(index, figures, strict=True)
                if at in stray
            ]
            kept = [place for place, at in enumerate(index) if at not in stray]
            index, figures = [index[place] for place in kept], [figures[place] for place in kept]
        places = np.array(index) - index[0]
        in_step = places % months == 0
        places = places[in_step] // months
        values = np.full(int(places[-1]) + 1, np.nan)
        values[places] = np.array(figures)[in_step]
        grids.append(Grid(key, months, _ends(index[0], months, values.size), values))
    _say_strays(out)
    return grids


def _say_strays(out: Sequence[tuple[str, str, int, float]]) -> None:
    if not out:
        return
    named = [
        f"{measure} in {area}, {month_name(month_end(at // 12, at % 12 + 1))} ({value:,.0f})"
        for measure, area, at, value in out
    ]
    note(f"stands far from the rest of its series with a handful, so kept out of it: {listing(named, 3)}")


@lru_cache(maxsize=1024)
def _ends(first: int, months: int, periods: int) -> tuple[date, ...]:
    """The last days of consecutive periods, from the month index of the first."""
    indices = range(first, first + months * periods, months)
    return tuple(month_end(index // 12, index % 12 + 1) for index in indices)
