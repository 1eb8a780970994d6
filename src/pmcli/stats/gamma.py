"""The gamma distribution, for exact limits of Poisson counts, so that pm needs numpy alone and not scipy."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_CLOSE: Final = 1e-15
_TINY: Final = 1e-300
_LOWEST: Final = -700.0
"""Below this logarithm a quantile is as good as 0."""


def gamma_quantile(p: float, shape: NDArray[np.float64]) -> NDArray[np.float64]:
    """The p-quantile (0 < p < 1) of the gamma distribution with each `shape` (above 0) and scale 1.

    ln P is a concave function of ln x, so Newton's method on the two logarithms climbs to the root from the left and
    never passes it; a start on its right takes one step to the left first. Raises ValueError for another p.
    """
    from statistics import NormalDist

    if not 0 < p < 1:
        raise ValueError(f"p must lie between 0 and 1, not {p}")
    a = np.asarray(shape, float)
    # Wilson & Hilferty (1931) where it serves, else the first term of the series of P.
    cube = 1 - 1 / (9 * a) + NormalDist().inv_cdf(p) / (3 * np.sqrt(a))
    first = (np.log(p) + _log_gamma(a + 1)) / a
    u = np.where(cube > 0.1, np.log(a) + 3 * np.log(np.maximum(cube, 0.1)), first)
    for _ in range(100):
        u = np.maximum(u, _LOWEST)
        x = np.exp(u)
        below = np.maximum(gamma_below(a, x), _TINY)
        slope = np.exp(a * u - x - _log_gamma(a)) / below
        move = (np.log(p) - np.log(below)) / np.maximum(slope, _TINY)
        move = np.clip(move, -50.0, 50.0)
        u = u + move
        if not (np.abs(move) > 1e-13 * np.maximum(1, np.abs(u))).any():
            break
    quantile: NDArray[np.float64] = np.where(u <= _LOWEST, 0.0, np.exp(u))
    return quantile


def gamma_below(a: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The regularised lower incomplete gamma function P(a, x), elementwise, for a > 0 and x >= 0.

    NIST Digital Library of Mathematical Functions: the series 8.11.4 where x < a + 1, elsewhere 1 less the continued
    fraction 8.9.2.
    """
    a, x = np.broadcast_arrays(np.asarray(a, float), np.asarray(x, float))
    small = x < a + 1
    with np.errstate(divide="ignore"):
        front = np.exp(a * np.log(x) - x - _log_gamma(a))
    by_series = front * _series(a, np.where(small, x, 0.0))
    by_fraction = 1 - front * _fraction(a, np.where(small, a + 2, x))
    inside: NDArray[np.float64] = np.clip(np.where(small, by_series, by_fraction), 0.0, 1.0)
    return inside


def _steps(a: NDArray[np.float64]) -> int:
    """How many terms are enough where x is about a: their number grows with the square root of a."""
    return 200 + int(12 * float(a.max(initial=1.0)) ** 0.5)


def _series(a: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    term = 1 / a
    total = term.copy()
    for n in range(1, _steps(a)):
        term = term * x / (a + n)
        total += term
        if not (term > _CLOSE * total).any():
            break
    return total


def _fraction(a: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """By the modified Lentz method (Thompson & Barnett 1986)."""
    b = x + 1 - a
    c = np.full_like(b, 1 / _TINY)
    d = 1 / b
    total = d.copy()
    for n in range(1, _steps(a)):
        weight = -n * (n - a)
        b = b + 2
        d = 1 / _away_from_zero(weight * d + b)
        c = _away_from_zero(b + weight / c)
        total *= c * d
        if not (np.abs(c * d - 1) > _CLOSE).any():
            break
    return total


def _away_from_zero(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.abs(x) < _TINY, _TINY, x)


def _log_gamma(x: NDArray[np.float64]) -> NDArray[np.float64]:
    import math

    values: NDArray[np.float64] = np.vectorize(math.lgamma, otypes=[float])(x)
    return values
