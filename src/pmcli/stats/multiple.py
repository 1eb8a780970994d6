"""Many tests at once: p-values adjusted so that the chance of any false finding among them stays at the level.

Holm, S. (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6:65-70.
It needs nothing of how the tests depend on one another.
"""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """The Holm-adjusted p-values, in the order given; None stays None and is no member of the family.

    With m tested, the i-th smallest (from 0) is multiplied by m - i, is at least the adjusted one before it, and at
    most 1. Rejecting where the adjusted p is below the level is Holm's procedure.
    """
    tested = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    least = 0.0
    for rank, (p, place) in enumerate(tested):
        least = max(least, min(1.0, p * (len(tested) - rank)))
        adjusted[place] = least
    return adjusted
