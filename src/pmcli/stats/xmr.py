"""The XmR (individuals and moving range) control chart, as NHS England's *Making Data Count* uses it.

The chart separates routine variation from special causes: mean ± 2.66 x the mean moving range, and four rules for a
signal. Sources: Wheeler (2000), Understanding Variation; NHS England, Making Data Count: strengthening your decisions;
NHSRplotthedots (NHS-R community), whose published figures are the check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pmcli.stats.special_causes import special_causes

WIDTH: Final = 2.66
"""3 / d2 for moving ranges of two (d2 = 1.128)."""

SCREEN: Final = 3.267
"""A moving range above this many mean moving ranges is beyond its own upper limit (D4 for ranges of two)."""

NOISE: Final = 1e-9
"""Limits closer to the mean than this fraction of it are those of equal figures, but for rounding."""


@dataclass(frozen=True, slots=True)
class Xmr:
    """A chart over n points.

    centre, lower, upper: the mean and the process limits (NaN with fewer than two points). moving_range: shape (n,),
    NaN for the first point and next to a gap. rule: shape (n,), index into special_causes.RULES or -1. high: shape
    (n,), whether the signal is in the direction of high values.
    """

    centre: float
    lower: float
    upper: float
    moving_range: NDArray[np.float64]
    rule: NDArray[np.int64]
    high: NDArray[np.bool_]


def xmr(values: NDArray[np.float64], *, screen: bool = True) -> Xmr:
    """The XmR chart of one phase.

    values: shape (n,), NaN where unknown: the position is kept, and a gap ends any run.
    screen: leave moving ranges above SCREEN x their mean out of the mean moving range, once, so that one spike does not
        widen the limits that should catch it (False: as in the spreadsheet tool).
    """
    n = values.size
    moving = np.full(n, np.nan)
    moving[1:] = np.abs(np.diff(values))
    known = moving[~np.isnan(moving)]
    centre = float(np.nanmean(values)) if (~np.isnan(values)).any() else float("nan")
    if known.size == 0:
        nan = float("nan")
        return Xmr(centre, nan, nan, moving, np.full(n, -1), np.zeros(n, dtype=bool))
    width = float(known.mean())
    if screen:
        kept = known[known <= SCREEN * width]
        width = float(kept.mean()) if kept.size else width
    lower, upper = centre - WIDTH * width, centre + WIDTH * width
    if upper - centre <= NOISE * abs(centre):  # equal figures: what is left is rounding, and no signal
        return Xmr(centre, lower, upper, moving, np.full(n, -1), np.zeros(n, dtype=bool))
    rule, high = special_causes(values[None], values[None] - centre, np.full((1, 1), upper - centre))
    return Xmr(centre, lower, upper, moving, rule[0], high[0])
