"""How a series stands since its last declared recording change: the 12 months now against the first 12 after it.

Across a change nothing is judged; after it, everything is counted alike again. That a test finds no change is not that
there is none: "stable" needs the whole interval of the change to lie within STABLE (an equivalence test, Schuirmann,
D. J. (1987). J. Pharmacokinetics and Biopharmaceutics 15:657-680: two one-sided tests at 5 % are a 90 % interval).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from pmcli.catalogue import Catalogue, Event
from pmcli.periods import window_start
from pmcli.stats.two_counts import are_counts, change_interval, two_count_p
from pmcli.steps.series import Grid
from pmcli.steps.testing import measures_of

YEAR: Final = 12
COLUMNS: Final = ("after", "after_end", "after_value", "after_p", "after_low", "after_high")


def since_changes(
    grids: Sequence[Grid], ends: Mapping[str, date], counted: Mapping[str, bool], catalogue: Catalogue, test: str
) -> list[dict[str, Any]]:
    """COLUMNS of each series, null without a recording change that lies two years or more back within it.

    ends: measure -> the end of its window. counted: measure -> whether it is a count; only counts are held against one
    another. test: as in `compare`.
    """
    made: list[dict[str, Any]] = [dict.fromkeys(COLUMNS) for _ in grids]
    names = sorted({grid.key["measure"] for grid in grids})
    measures = measures_of(names, catalogue)
    for number, grid in enumerate(grids):
        measure = grid.key["measure"]
        if not counted[measure] or grid.frequency not in (4, 12) or grid.ends[-1] != ends[measure]:
            continue
        found = _last_change(grid, catalogue)
        if found is None:
            continue
        event, start = found
        then, now = grid.values[start : start + grid.frequency], grid.values[-grid.frequency :]
        a, b = float(now.sum()), float(then.sum())
        if not are_counts(a, b):
            continue
        d = 1.0 if test == "exact" else measures[measure].dispersion
        low, high = change_interval(a, b, d) or (None, None)
        figures = (event.id, grid.ends[start + grid.frequency - 1], b, two_count_p(a, b, d), low, high)
        made[number] = dict(zip(COLUMNS, figures, strict=True))
    return made


def _last_change(grid: Grid, catalogue: Catalogue) -> tuple[Event, int] | None:
    """The latest recording change with 12 whole months after it before the last 12, and the place they begin at."""
    found: tuple[Event, int] | None = None
    for event in sorted(catalogue.events.values(), key=lambda event: event.day):
        if event.kind != "recording-change" or not event.touches(grid.key["measure"], grid.key["area"]):
            continue
        if event.day <= window_start(grid.ends[0], grid.months):
            continue
        start = next((at for at, end in enumerate(grid.ends) if window_start(end, grid.months) >= event.day), None)
        # After a change within the last two years there is too little to say, and before it another way of counting.
        found = (event, start) if start is not None and start + 2 * grid.frequency <= len(grid.ends) else None
    return found
