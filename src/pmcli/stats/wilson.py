"""The interval of a share, for charts."""

from __future__ import annotations

import math
from typing import Final

_Z95: Final = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


def wilson_interval(share: float, n: float, z: float = _Z95) -> tuple[float, float]:
    """The score interval of a share of `n` (Wilson 1927; recommended by Newcombe 1998, method 3).

    share: between 0 and 1. n: the (effective) number of respondents, above 0; it need not be whole.
    Raises ValueError otherwise.
    """
    if not (0 <= share <= 1 and n > 0):
        raise ValueError(f"no share of respondents: {share} of {n}")
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return max((centre - half) / whole, 0.0), min((centre + half) / whole, 1.0)
