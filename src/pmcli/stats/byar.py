"""The interval of what lies behind a count: Byar's, as public health uses it for rates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pmcli.stats.wilson import Z95

Floats = NDArray[np.float64]


def byar_intervals(counts: Floats, z: float = Z95) -> tuple[Floats, Floats]:
    """Byar's interval of the mean behind each Poisson count: close to the exact one from 10 upwards.

    counts: any shape, 0 or more; NaN in gives NaN out, and so does a count below 0. The lower end for 0 is 0.
    Breslow & Day (1987), Statistical Methods in Cancer Research II, page 69; the method of the technical guide of
    Public Health England and of the R package PHEindicatormethods.
    """
    o = np.asarray(counts, float)
    o = np.where(o >= 0, o, np.nan)
    more = o + 1
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        low = np.where(o > 0, o * (1 - 1 / (9 * o) - z / (3 * np.sqrt(o))) ** 3, o)
    return np.maximum(low, 0.0), more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
