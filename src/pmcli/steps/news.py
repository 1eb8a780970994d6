"""News: whether the latest period is one that its own past did not lead one to expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from pmcli.catalogue import Catalogue
from pmcli.stats.outlook import outlook
from pmcli.steps.series import Grid
from pmcli.steps.testing import measures_of

ABOVE, BELOW, EXPECTED = "above", "below", "as expected"
LEVEL: Final = 0.95


def news_of(grids: Sequence[Grid], counted: Mapping[str, bool], catalogue: Catalogue) -> list[dict[str, Any]]:
    """The last 12 months of each series against their own forecast a period earlier: outside its 95 % interval, or not.

    counted: measure -> whether it is a count; shares and means have no forecast. Returns news, expected, expected_low
    and expected_high of each; nothing for a series of under two years before its last period.
    """
    found: list[dict[str, Any]] = [{} for _ in grids]
    alike: dict[tuple[int, int], list[int]] = {}
    for number, grid in enumerate(grids):
        if grid.frequency in (4, 12) and counted.get(grid.key["measure"], False):
            alike.setdefault((grid.values.size, grid.frequency), []).append(number)
    known = measures_of([grid.key["measure"] for grid in grids], catalogue)
    for (_, frequency), numbers in alike.items():
        values = np.stack([grids[number].values for number in numbers])
        wander = np.array([known[grids[number].key["measure"]].ahead for number in numbers])
        looked = outlook(values[:, :-1], frequency, wander, (12 // frequency,))
        total = values[:, -frequency:].sum(axis=1)
        low, high = (looked.quantile(p)[:, 0] for p in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
        for row, number in enumerate(numbers):
            expected = looked.total[row, 0]
            if np.isnan(expected) or np.isnan(total[row]):
                continue
            word = ABOVE if total[row] > high[row] else BELOW if total[row] < low[row] else EXPECTED
            ends = {"expected": expected, "expected_low": low[row], "expected_high": high[row]}
            found[number] = {"news": word, **{name: float(end) for name, end in ends.items()}}
    return found
