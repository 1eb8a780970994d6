"""Random numbers that come out the same on every machine, and the arithmetic that bends them to a mean and an SD.

Only `random.Random.random()` and plain arithmetic are used: Python promises to keep that stream from one version to the
next, which it does not promise for its other distributions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from statistics import NormalDist, fmean, pstdev
from typing import Final

SEED: Final = "pm samples 1"


def stream(*names: object) -> Random:
    """A random stream of its own for whatever is named, so that adding one thing moves no other."""
    return Random("/".join([SEED, *map(str, names)]))


def normal(rng: Random) -> float:
    """A standard normal number."""
    return NormalDist().inv_cdf(min(max(rng.random(), 1e-12), 1 - 1e-12))


def allocate(total: int, weights: Sequence[float], rng: Random | None = None) -> list[int]:
    """`total` as non-negative whole numbers in proportion to `weights`, by largest remainder.

    With rng, and few to share out (under 20 a place), each one falls in a place at random instead: small counts are
    not smooth.
    """
    whole = sum(weights)
    if rng is not None and total < 20 * len(weights):
        counts = [0] * len(weights)
        for _ in range(total):
            point, place = rng.random() * whole, 0
            while place < len(weights) - 1 and point >= weights[place]:
                point -= weights[place]
                place += 1
            counts[place] += 1
        return counts
    exact = [total * weight / whole for weight in weights]
    counts = [math.floor(share) for share in exact]
    order = sorted(range(len(weights)), key=lambda i: (counts[i] - exact[i], i))
    for i in order[: total - sum(counts)]:
        counts[i] += 1
    return counts


def rest_of(known: Sequence[float], mean: float, sd: float, size: int) -> tuple[float, float]:
    """(mean, population SD) that the rest must have for all `size` values to have this mean and sample SD.

    known: the values that are fixed already. Raises AssertionError when no such values exist.
    """
    rest = size - len(known)
    centre = (size * mean - sum(known)) / rest
    squares = (size - 1) * sd**2 - sum((value - mean) ** 2 for value in known) - rest * (centre - mean) ** 2
    assert squares > 0, f"the known values are too far from {mean} for an SD of {sd}"
    return centre, math.sqrt(squares / rest)


def bend(z: Sequence[float], mean: float, sd: float) -> list[float]:
    """Any numbers -> numbers in the same order with this mean and population SD."""
    centre, spread = fmean(z), pstdev(z)
    return [mean + sd * (value - centre) / spread for value in z]


def bend_positive(z: Sequence[float], mean: float, sd: float) -> list[float]:
    """Any numbers -> positive numbers in the same order with this mean and population SD.

    exp(sigma * z), with sigma found by bisection so that SD / mean is right, then scaled to the mean.
    """
    low, high = 0.0, 6.0
    for _ in range(100):
        sigma = (low + high) / 2
        values = [math.exp(sigma * value) for value in z]
        low, high = (sigma, high) if pstdev(values) / fmean(values) < sd / mean else (low, sigma)
    values = [math.exp(low * value) for value in z]
    assert abs(pstdev(values) / fmean(values) - sd / mean) < 1e-9, (
        f"no values like these have SD / mean {sd / mean:.3f}"
    )
    return [mean * value / fmean(values) for value in values]
