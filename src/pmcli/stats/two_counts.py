"""The test of two counts for one pair, in plain numbers: what is said of a few pairs need not wait for numpy.

If nothing has changed each event was equally likely to fall in either window, so the first count is binomial(a + b,
1/2): the exact test, right at every size for events that come independently of one another. Most do not: an excess
beyond that, the dispersion of what is counted, makes the test wider the more there is to count. counts.py is the same
for arrays; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import erfc, exp, expm1, inf, lgamma, log, pi, sqrt
from statistics import NormalDist
from typing import Final

LEVEL: Final = 0.05
"""A change with a p-value below this is told from chance."""

Z: Final = 1.96
"""How many standard deviations hold 95 % of what chance brings."""

POWER: Final = 0.6
"""How the excess beyond Poisson grows with the count: fitted on 43 forces x 24 measures x 14 years
(docs/evaluation/changes.md)."""

DEEP: Final = -460.5
"""log(1e-200): below it a normal deviate is taken from the deviance, for no float holds the tail."""

_NORMAL: Final = NormalDist()
_LOG_2: Final = log(2)
_CLOSE: Final = 1e-14
_ENOUGH_FOR_THE_SERIES: Final = 40
"""From so many on four terms of Stirling's series are exact to the last digit of a float."""


def are_counts(a: float, b: float) -> bool:
    """Whether both are counts: whole and not below zero (a correction, a weighted sum and NaN are not)."""
    return 0 <= a < inf and 0 <= b < inf and a == int(a) and b == int(b)


def two_count_p(a: float, b: float, dispersion: float) -> float:
    """Two-sided p-value of a pair of counts (see `are_counts`), given how dispersed what they count is.

    dispersion: `d`, what the variance of a count of 1,000 is to its mean; 1 (or less) is the exact test. Returns p in
    [0, 1]. Method: the normal deviate z of the exact two-sided p-value over the square root of `variance_ratio`, so
    that the test stays exact where counts are small and the excess is nothing, and needs the two counts alone.
    """
    log_p, z = _exact(min(a, b), max(a, b))
    return exp(log_p) if dispersion <= 1 else erfc(z / sqrt(2 * variance_ratio((a + b) / 2, dispersion)))


def variance_ratio(n: float, dispersion: float) -> float:
    """phi: the variance of a count of `n` over its mean, 1 + (d - 1) (n / 1000)^0.6; 1 where d is 1."""
    return float(1 + (max(dispersion, 1.0) - 1) * (max(n, 0.5) / 1000) ** POWER)


def least_change(a: float, b: float, dispersion: float) -> float | None:
    """The smallest rise, as a fraction of the earlier count, that the test would tell from chance at counts like these.

    exp(1.96 sqrt(2 phi / n)) - 1 with n the mean of the two; None for no events at all. A fall needs a little less.
    """
    n = (a + b) / 2
    return expm1(Z * sqrt(2 * variance_ratio(n, dispersion) / n)) if n > 0 else None


def change_interval(a: float, b: float, dispersion: float, z: float = 1.645) -> tuple[float, float] | None:
    """The interval of the change a / b - 1 as a fraction, 90 % unless z says otherwise; None where either is 0 or less.

    On the log scale, where its standard error is sqrt(2 phi / n) with n the mean of the two, as for `least_change`.
    """
    if a <= 0 or b <= 0:
        return None
    n = (a + b) / 2
    half = z * sqrt(2 * variance_ratio(n, dispersion) / n)
    return expm1(log(a / b) - half), expm1(log(a / b) + half)


def unusually_large(a: float, b: float, dispersion: float, usual_move: float) -> bool:
    """Whether a move is large even beside those that the measure makes from year to year.

    |ln(a / b)| > 1.96 sqrt(2 phi / n + u^2), with u = `usual_move` the standard deviation of a year's real moves. A
    half is added to both where one is 0, which has no logarithm (Haldane 1956).
    """
    n = max((a + b) / 2, 0.5)
    half = 0.0 if a and b else 0.5
    move = abs(log((a + half) / (b + half)))
    return move > Z * sqrt(2 * variance_ratio(n, dispersion) / n + usual_move * usual_move)


@dataclass(frozen=True, slots=True)
class TwoCounts:
    """The working of `two_count_p`, with the names of docs/methods.md.

    n: the mean of the two. phi: `variance_ratio` there. p_exact: of the exact test (it may underflow to 0). z: its
    normal deviate. p: what the test gives. least: `least_change`. unusual: how far |ln(a / b)| has to reach beyond
    chance and the measure's usual move; move: how far it does, None where a count is 0.
    """

    n: float
    phi: float
    p_exact: float
    z: float
    p: float
    least: float | None
    unusual: float
    move: float | None


def two_count_working(a: float, b: float, dispersion: float, usual_move: float) -> TwoCounts | None:
    """What `two_count_p`, `least_change` and `unusually_large` compute on the way; None where there is no test."""
    if not are_counts(a, b):
        return None
    n, (log_p, z) = (a + b) / 2, _exact(min(a, b), max(a, b))
    phi = variance_ratio(n, dispersion)
    return TwoCounts(
        n=n,
        phi=phi,
        p_exact=exp(log_p),
        z=abs(z),
        p=two_count_p(a, b, dispersion),
        least=least_change(a, b, dispersion),
        unusual=Z * sqrt(2 * phi / max(n, 0.5) + usual_move * usual_move),
        move=abs(log(a / b)) if a and b else None,
    )


@lru_cache(maxsize=65536)
def _exact(smaller: float, larger: float) -> tuple[float, float]:
    """The logarithm of the exact two-sided conditional binomial p-value, and the normal deviate of it.

    Przyborowski & Wilenski (1940), Biometrika 31:313-323; two-sided as twice the smaller tail, which for a binomial
    with p = 1/2 is the sum of all outcomes no likelier than the one observed. The deviate of a tail below any float is
    the root of the deviance.
    """
    if larger - smaller <= 1:  # every outcome is as unlikely or more so
        return 0.0, 0.0
    log_p = min(_LOG_2 + _log_tail(smaller, smaller + larger), 0.0)
    if log_p >= DEEP:
        return log_p, -_NORMAL.inv_cdf(exp(log_p) / 2)
    n = smaller + larger
    deviance = larger * log(2 * larger / n) + (smaller * log(2 * smaller / n) if smaller else 0.0)
    return log_p, sqrt(2 * max(deviance, 0.0))


def _log_tail(k: float, n: float) -> float:
    """log P(X <= k) for X binomial(n, 1/2) and k below the middle, by the way that takes fewer steps."""
    near = n >= _ENOUGH_FOR_THE_SERIES and (n / 2 - k) ** 2 <= n
    return _log_tail_near(k, n) if near else _log_tail_far(k, n)


def _log_tail_near(k: float, n: float) -> float:
    """The tail within two standard deviations of the middle: a half, less what lies between.

    The largest probability is that of the middle, C(m, m/2) / 2^m = sqrt(2 / (pi m)) exp(-1/4m + 1/24m^3 - ...), which
    is Stirling's series (DLMF 5.11.1) for an even m; for an odd n it is that of n + 1. Each other is the one before
    times j / (n - j + 1), going down from j.
    """
    m = n + n % 2
    r = 1 / m
    series = r * (-1 / 4 + r * r * (1 / 24 + r * r * (-1 / 20 + r * r * (17 / 112))))
    j = n // 2
    here = sqrt(2 * r / pi) * exp(series)
    between = here if n % 2 else here / 2
    while j > k + 1:
        here *= j / (n - j + 1)
        j -= 1
        between += here
    return log(0.5 - between)


def _log_tail_far(k: float, n: float) -> float:
    """The tail as I_1/2(n - k, k + 1), the incomplete beta function.

    Its continued fraction (DLMF 8.17.22) by Wallis' recurrence, scaled at every step; it takes some 20 to 100 steps
    where summing the tail would take thousands of terms.
    """
    p, q = n - k, k + 1
    top_before = bottom_before = top = 1.0
    bottom = 1 - (n + 1) / (2 * (p + 1))
    step, place, last = 0.0, p, 0.0
    while True:
        step, place = step + 1, place + 2
        even = step * (q - step) / (2 * (place - 1) * place)
        top_before, bottom_before = top + even * top_before, bottom + even * bottom_before
        odd = -(p + step) * (n + 1 + step) / (2 * place * (place + 1))
        scale = bottom_before + odd * bottom
        top = (top_before + odd * top) / scale
        if abs(top - last) <= _CLOSE * top:
            break
        top_before, bottom_before, bottom, last = top_before / scale, bottom_before / scale, 1.0, top
    return lgamma(n + 1) - lgamma(q) - lgamma(p + 1) - n * _LOG_2 + log(top / 2)
