"""Cell suppression: which figures of tables with totals must be withheld so that no small one can be worked out.

Primary cells are those below a threshold. Complementary cells are withheld beside them until nothing withheld is
determined by what is shown: a linear system of the totals says so, solved exactly (Cox, L. H. (1980). Suppression
methodology and statistical disclosure control. JASA 75:377-385; Hundepool et al. (2012), Statistical Disclosure
Control, chapter 4). The cell with the smallest figure is taken each time: that finds a safe pattern, not always the one
that withholds least.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

_ZERO = 1e-8


@dataclass(frozen=True, slots=True)
class Sum:
    """A published sum: the cell `total` is the sum of the cells `parts`, by their places."""

    total: int
    parts: tuple[int, ...]


def withheld(values: Sequence[float], sums: Sequence[Sum], least: float) -> set[int]:
    """The places of the cells that may not be shown.

    values: counts, none negative, one a cell. sums: which cell is the sum of which others; a cell may be in several.
    least: a figure below it is primary. Of every sum with a withheld part at least two are withheld, and those come to
    `least` or more together, as far as the sum has so many; and no withheld cell is determined by those shown.
    """
    hidden = {place for place, value in enumerate(values) if value < least}
    if not hidden:
        return hidden
    while more := _beside(values, sums, least, hidden) or _determined(values, sums, hidden):
        hidden |= more
    return hidden


def determined(sums: Sequence[Sum], hidden: Iterable[int]) -> set[int]:
    """The hidden cells whose figure follows from the sums and the cells that are shown.

    A cell follows when it is zero in every solution of the sums with nothing on their other side: when no direction of
    their null space moves it.
    """
    unknown = sorted(set(hidden))
    at = {cell: column for column, cell in enumerate(unknown)}
    rows = []
    for one in sums:
        row = np.zeros(len(unknown))
        for cell, sign in ((one.total, -1.0), *((part, 1.0) for part in one.parts)):
            if cell in at:
                row[at[cell]] += sign
        if row.any():
            rows.append(row)
    if not rows:
        return set()
    _, sizes, directions = np.linalg.svd(np.array(rows))
    rank = int((sizes > _ZERO).sum())
    free = directions[rank:]
    moved = np.abs(free).max(axis=0, initial=0.0) > _ZERO
    return {cell for cell, moves in zip(unknown, moved, strict=True) if not moves}


def _beside(values: Sequence[float], sums: Sequence[Sum], least: float, hidden: set[int]) -> set[int]:
    """One more cell of the first sum that gives a withheld part away: alone in it, or small even with the others."""
    for one in sums:
        parts = [part for part in one.parts if part in hidden]
        shown = sorted((part for part in one.parts if part not in hidden), key=lambda part: (values[part], part))
        alone = len(parts) == 1 or (parts and sum(values[part] for part in parts) < least)
        if shown and ((one.total in hidden and not parts) or (one.total not in hidden and alone)):
            return {shown[0]}
    return set()


def _determined(values: Sequence[float], sums: Sequence[Sum], hidden: set[int]) -> set[int]:
    """The smallest shown cell of a sum that a determined cell is in; the total itself where no part is shown."""
    found = determined(sums, hidden)
    for one in sums:
        cells = (one.total, *one.parts)
        if found.isdisjoint(cells):
            continue
        shown = sorted((cell for cell in one.parts if cell not in hidden), key=lambda cell: (values[cell], cell))
        if shown:
            return {shown[0]}
        if one.total not in hidden:
            return {one.total}
    return set()
