"""Comparing two counts.

Two counts over windows of the same length are compared given their sum: under no change each event was equally likely
to fall in either window, so the first count is binomial(a + b, 1/2). The test is exact at every size and needs no
normal approximation, which matters for homicides.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from math import erfc, exp, lgamma, log, sqrt
from operator import mul, truediv


def two_count_test(pairs: Iterable[tuple[float | None, float | None]]) -> list[float | None]:
    """Exact two-sided conditional binomial p-values for pairs of counts over windows of the same length.

    pairs: (a, b), each a count. Returns one p in [0, 1] a pair; None where a count is missing, negative or not whole
    (a correction, a weighted sum: not a count of independent events).
    Method: Przyborowski & Wilenski (1940), Biometrika 31:313-323; two-sided as twice the smaller tail, which for a
    binomial with p = 1/2 is the sum of all outcomes no likelier than the one observed.
    """
    return [None if not (_count(a) and _count(b)) else _two_sided(int(a or 0), int(b or 0)) for a, b in pairs]


def _count(value: float | None) -> bool:
    return value is not None and value >= 0 and value == int(value)


@lru_cache(maxsize=65536)
def _two_sided(a: int, b: int) -> float:
    total, smaller = a + b, min(a, b)
    if total - 2 * smaller <= 1:  # the two likeliest splits: every outcome is as unlikely or more so
        return 1.0
    # P(X <= smaller), summed from its largest term down; each term is the one before times k / (n - k + 1). After `far`
    # terms the rest is below e^-40 of the first: about exp(-2 (j^2 + 2 d j) / n) at term j, d above the middle.
    apart = total / 2 - smaller
    far = min(smaller, int(sqrt(apart * apart + 20 * total) - apart) + 2)
    first = total - smaller + 1
    log_first = lgamma(total + 1) - lgamma(smaller + 1) - lgamma(first) - total * log(2)
    if log_first < -750:  # below the smallest float, however many terms follow
        return 0.0
    ratios = map(truediv, range(smaller, smaller - far, -1), range(first, first + far))
    relative: float = 1.0 + sum(accumulate(ratios, mul))
    return min(1.0, 2 * exp(log_first) * relative)


def two_proportion_test(x1: float, n1: float, x2: float, n2: float) -> float | None:
    """Two-sided p-value of the pooled two-proportion z test.

    x1 of n1 against x2 of n2, where n may be an effective sample size (x is then the proportion times it).
    None when a base is not positive, or when both proportions are 0 or both 1. Method: Fleiss, Levin & Paik (2003),
    Statistical Methods for Rates and Proportions, section 3.1 (without continuity correction).
    """
    if not (n1 > 0 and n2 > 0):
        return None
    pooled = (x1 + x2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    if not variance > 0:
        return None
    return erfc(abs(x1 / n1 - x2 / n2) / sqrt(2 * variance))


def proportion_against_mean_test(p: float, n: float, mean: float, variance: float) -> float | None:
    """Two-sided p-value of a proportion against the unweighted mean of other proportions.

    p of n trials; mean of the others, and the variance of that mean (the sum of p (1 - p) / n over the others, divided
    by their number squared). The z test with unpooled variances, because the mean weights every unit alike whatever
    its size. None when n is not positive or nothing varies. Fleiss, Levin & Paik (2003), section 3.1.
    """
    if not n > 0:
        return None
    both = p * (1 - p) / n + variance
    return erfc(abs(p - mean) / sqrt(2 * both)) if both > 0 else None
