"""The gap between two shares, and whether it has changed."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, sqrt


def gap_change_test(now: Sequence[tuple[float, float]], before: Sequence[tuple[float, float]]) -> float | None:
    """Two-sided p-value of the hypothesis that the gap between two groups' shares is what it was.

    now, before: each two (share, sample size) pairs, the sample size being the effective one where weights make it
    smaller. The change of the gap is (a - b) - (c - d), four independent shares, and its variance the sum of their
    p(1 - p) / n; the test is z = change / sqrt(variance). (The linear contrast of independent proportions: Fleiss,
    Levin & Paik 2003, Statistical Methods for Rates and Proportions, section 9.1; unpooled, because the hypothesis
    says nothing about the shares themselves.)
    None when a sample is empty or all four shares are 0 or 1.
    """
    four = [*now, *before]
    if any(n <= 0 or not 0 <= share <= 1 for share, n in four):
        return None
    variance = sum(share * (1 - share) / n for share, n in four)
    if not variance > 0:
        return None
    change = (now[0][0] - now[1][0]) - (before[0][0] - before[1][0])
    return erfc(abs(change) / sqrt(2 * variance))
