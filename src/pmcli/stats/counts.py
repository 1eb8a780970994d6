"""The test of two counts (two_counts.py) for arrays of pairs: forecasts, charts and evaluations test thousands at once.

What is tested, and why, stands there; a test holds the two together.
"""

from __future__ import annotations

from math import erfc, lgamma, log
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pmcli.stats.two_counts import DEEP, LEVEL, POWER

Floats = NDArray[np.float64]

_CHUNK: Final = 2_000_000


def two_count_test(a: Floats, b: Floats, dispersion: Floats | float) -> Floats:
    """Two-sided p-values of pairs of counts, given how dispersed what they count is.

    a, b: alike in shape. dispersion: `d`, what the variance of a count of 1,000 is to its mean; 1 (or less) is the
    exact test. Returns p in [0, 1]; NaN where a count is missing, negative or not whole (a correction, a weighted sum).
    Method: two_counts.two_count_p.
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    d = np.broadcast_to(np.asarray(dispersion, float), a.shape)
    log_p = log_exact_p(a, b)
    tested = np.exp(log_p)
    wider = (d > 1) & ~np.isnan(log_p)
    ratio = variance_ratio((a[wider] + b[wider]) / 2, d[wider])
    z = _deviates(log_p[wider], a[wider], b[wider])
    tested[wider] = [erfc(one) for one in (z / np.sqrt(2 * ratio)).tolist()]
    return tested


def variance_ratio(n: Floats, dispersion: Floats | float) -> Floats:
    """phi: the variance of a count of `n` over its mean, 1 + (d - 1) (n / 1000)^0.6; 1 where d is 1."""
    ratio: Floats = 1 + (np.maximum(dispersion, 1.0) - 1) * (np.maximum(n, 0.5) / 1000) ** POWER
    return ratio


def told_apart(b: Floats, dispersion: Floats | float) -> tuple[Floats, Floats]:
    """The counts nearest to each b that the test tells from it: the largest below and the smallest above.

    b: shape (n,). Below is -1 where even a count of 0 is not told from b. NaN where b is no count. By bisection, for
    the p-value falls the farther a count is from b.
    """
    b = np.asarray(b, float)
    valid = (b >= 0) & (b == np.floor(b))
    held = np.where(valid, b, 0.0)
    d = np.broadcast_to(np.asarray(dispersion, float), b.shape)
    ends = []
    for side in (-1.0, 1.0):
        near = held.copy()  # not told from b
        reach = held * np.expm1(6 * np.sqrt(variance_ratio(held, d) / np.maximum(held, 1.0))) + 40
        far = np.ceil(held + side * reach) if side > 0 else np.full(b.shape, -1.0)  # told from b, or -1
        while (np.abs(far - near) > 1).any():
            middle = np.floor((near + far) / 2) if side > 0 else np.ceil((near + far) / 2)
            told = two_count_test(middle, held, d) < LEVEL
            moving = np.abs(far - near) > 1
            far, near = np.where(moving & told, middle, far), np.where(moving & ~told, middle, near)
        ends.append(np.where(valid, far, np.nan))
    return ends[0], ends[1]


def log_exact_p(a: Floats, b: Floats) -> Floats:
    """The logarithm of the exact two-sided conditional binomial p-value; NaN where a count is not a count.

    Przyborowski & Wilenski (1940), Biometrika 31:313-323; two-sided as twice the smaller tail, which for a binomial
    with p = 1/2 is the sum of all outcomes no likelier than the one observed.
    """
    valid = (a >= 0) & (b >= 0) & (a == np.floor(a)) & (b == np.floor(b))
    total = np.where(valid, a + b, 0.0)
    smaller = np.where(valid, np.minimum(a, b), 0.0)
    log_p = np.where(valid, 0.0, np.nan)
    apart = np.flatnonzero(valid & (total - 2 * smaller > 1))  # else every outcome is as unlikely or more so: p = 1
    if apart.size:
        log_p[apart] = np.minimum(log(2) + _log_tails(smaller[apart], total[apart]), 0.0)
    return log_p


def _log_tails(k: Floats, n: Floats) -> Floats:
    """log P(X <= k) for X binomial(n, 1/2) and k below the middle, summed from the largest term down.

    Each term is the one before times k / (n - k + 1). After `far` terms the rest is below e^-40 of the first: about
    exp(-2 (j^2 + 2 d j) / n) at term j, d above the middle. Pairs are summed beside others of about as many terms, each
    in a row of its own, so that what stands beside it cannot change its last digit.
    """
    middle = n / 2 - k
    far = np.minimum(k, np.sqrt(middle * middle + 20 * n) - middle) + 2
    width = np.exp2(np.ceil(np.log2(far))).astype(np.int64)
    tails = np.array(
        [
            lgamma(m + 1) - lgamma(j + 1) - lgamma(m - j + 1) - m * log(2)
            for j, m in zip(k.tolist(), n.tolist(), strict=True)
        ]
    )
    for terms in np.unique(width).tolist():
        alike = np.flatnonzero(width == terms)
        step = np.arange(1.0, terms)
        for rows in np.array_split(alike, alike.size * terms // _CHUNK + 1):
            ratio = np.maximum(k[rows, None] + 1 - step, 0.0) / (n[rows, None] - k[rows, None] + step)
            tails[rows] += np.log1p(np.cumprod(ratio, axis=1).sum(axis=1))
    return tails


def _deviates(log_p: Floats, a: Floats, b: Floats) -> Floats:
    """The normal deviate of each two-sided p-value; the root of the deviance where the tail is below any float."""
    normal = NormalDist()
    z = np.array([-normal.inv_cdf(p / 2) for p in np.exp(np.maximum(log_p, DEEP)).tolist()])
    deep = log_p < DEEP
    if deep.any():
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = [np.where(one > 0, one * np.log(2 * one / (a + b)), 0.0) for one in (a, b)]
        z = np.where(deep, np.sqrt(2 * np.maximum(parts[0] + parts[1], 0.0)), z)
    return z
