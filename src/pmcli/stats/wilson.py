"""The interval of a share, and of the gap between two."""

from __future__ import annotations

from math import sqrt
from typing import Final

Z95: Final = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


def wilson_interval(share: float, n: float, z: float = Z95) -> tuple[float, float]:
    """The score interval of a share of `n` (Wilson 1927; recommended by Newcombe 1998, method 3).

    share: between 0 and 1. n: the (effective) number of respondents, above 0; it need not be whole.
    Raises ValueError otherwise.
    """
    if not (0 <= share <= 1 and n > 0):
        raise ValueError(f"no share of respondents: {share} of {n}")
    centre = share + z * z / (2 * n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return max((centre - half) / whole, 0.0), min((centre + half) / whole, 1.0)


def gap_interval(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    """The interval of one share less another, each given as (share, n), from their Wilson intervals.

    Newcombe (1998), Statistics in Medicine 17:873-890, method 10. Raises ValueError as `wilson_interval` does.
    """
    (p, n), (q, m) = first, second
    p_low, p_high = wilson_interval(p, n)
    q_low, q_high = wilson_interval(q, m)
    return (
        p - q - sqrt((p - p_low) ** 2 + (q_high - q) ** 2),
        p - q + sqrt((p_high - p) ** 2 + (q - q_low) ** 2),
    )
