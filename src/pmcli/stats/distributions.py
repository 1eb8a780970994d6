"""Student's t distribution for real degrees of freedom, so that pm needs numpy alone and not scipy.

The tail comes from the regularised incomplete beta function by its continued fraction; the quantile from the tail by
Newton's method, which climbs to it from the normal quantile without ever overshooting.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_STEPS = 400
CLOSE = 1e-15


def t_two_sided(t: NDArray[np.float64], df: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(|T| >= |t|) for Student's t with df degrees of freedom (any real number above 0).

    t and df: alike in shape. Returns the same shape; 1 at t = 0, 0 at infinity. NIST Digital Library of Mathematical
    Functions, 8.17 and 8.17.22: P(|T| >= t) = I_x(df/2, 1/2) at x = df / (df + t^2).
    """
    with np.errstate(over="ignore"):
        square = np.square(np.asarray(t, float))
        x = np.where(np.isinf(square), 0.0, df / (df + np.where(np.isinf(square), 0.0, square)))
        rest = np.where(np.isinf(square), 1.0, square / (df + np.where(np.isinf(square), 1.0, square)))
    return incomplete_beta(x, rest, np.asarray(df, float) / 2, np.full(np.shape(x), 0.5))


def t_quantile(p: float, df: NDArray[np.float64]) -> NDArray[np.float64]:
    """The p-quantile of Student's t (1/2 < p < 1) for each of df degrees of freedom (1 or more).

    The distribution function is concave to the right of 0 and the t quantile lies beyond the normal one, so Newton's
    method from there climbs to the root and never passes it. Raises ValueError for another p.
    """
    from statistics import NormalDist

    if not 0.5 < p < 1:
        raise ValueError(f"p must lie between 1/2 and 1, not {p}")
    df = np.asarray(df, float)
    t = np.full(df.shape, NormalDist().inv_cdf(p))
    log_scale = _log_gamma((df + 1) / 2) - _log_gamma(df / 2) - 0.5 * np.log(np.pi * df)
    for _ in range(60):
        density = np.exp(log_scale - (df + 1) / 2 * np.log1p(t * t / df))
        move = (t_two_sided(t, df) / 2 - (1 - p)) / density
        t = t + move
        if not (np.abs(move) > 1e-12 * t).any():
            break
    return t


def incomplete_beta(
    x: NDArray[np.float64], rest: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The regularised incomplete beta function I_x(a, b), elementwise; `rest` is 1 - x, given so that none is lost.

    Where x is large the fraction is taken of I_(1-x)(b, a), which converges fast there (DLMF 8.17.4).
    """
    swap = x > (a + 1) / (a + b + 2)
    first, second = np.where(swap, rest, x), np.where(swap, x, rest)
    p, q = np.where(swap, b, a), np.where(swap, a, b)
    with np.errstate(divide="ignore"):
        log_front = p * np.log(first) + q * np.log(second) + _log_gamma(p + q) - _log_gamma(p) - _log_gamma(q)
    part = np.exp(log_front) / p * _fraction(first, p, q)
    inside: NDArray[np.float64] = np.clip(np.where(swap, 1 - part, part), 0.0, 1.0)
    return inside


def _fraction(x: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """The continued fraction of DLMF 8.17.22 by the modified Lentz method (Thompson & Barnett 1986)."""
    tiny = 1e-300
    c = np.ones_like(x)
    d = 1 / _away_from_zero(1 - (a + b) * x / (a + 1), tiny)
    total = d.copy()
    for m in range(1, MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d, tiny)
            c = _away_from_zero(1 + term / c, tiny)
            total *= c * d
        if not (np.abs(c * d - 1) > CLOSE).any():
            break
    return total


def _away_from_zero(x: NDArray[np.float64], tiny: float) -> NDArray[np.float64]:
    return np.where(np.abs(x) < tiny, tiny, x)


def _log_gamma(x: NDArray[np.float64]) -> NDArray[np.float64]:
    import math

    values: NDArray[np.float64] = np.vectorize(math.lgamma, otypes=[float])(x)
    return values
