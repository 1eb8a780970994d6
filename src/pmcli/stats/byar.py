"""The interval of what lies behind a count: Byar's, as public health uses it for rates."""

from __future__ import annotations

from math import sqrt

from pmcli.stats.wilson import Z95


def byar_interval(count: float, z: float = Z95) -> tuple[float, float]:
    """Byar's interval of the mean behind a Poisson count: close to the exact one from 10 upwards.

    count: 0 or more; the lower end for 0 is 0. Raises ValueError for one below (a correction is no count).
    Breslow & Day (1987), Statistical Methods in Cancer Research II, page 69; the method of the technical guide of
    Public Health England and of the R package PHEindicatormethods.
    """
    if not count >= 0:
        raise ValueError(f"no count: {count}")
    more = count + 1
    low = count * (1 - 1 / (9 * count) - z / (3 * sqrt(count))) ** 3 if count > 0 else 0.0
    return max(low, 0.0), more * (1 - 1 / (9 * more) + z / (3 * sqrt(more))) ** 3
