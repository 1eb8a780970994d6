"""How often each flag and verdict of the shipped rules would come by chance alone: chances.csv, by size of count.

Made by simulation (docs/evaluation/make_chances.py): nothing had changed, and forces did not differ.
"""

from __future__ import annotations

import csv
from bisect import bisect_left
from functools import cache
from math import log
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
VERDICT, WITHOUT_PEERS = "verdict", "verdict without peers"


def chance_of(group: str, measure: str, criterion: str, size: float) -> float | None:
    """The probability that `criterion` (or VERDICT, or WITHOUT_PEERS) flags a force with `size` offences a year.

    Interpolated in the logarithm of the size; beyond the smallest and the largest force, theirs. None where nothing was
    simulated: a project's own rule or measure.
    """
    known = _chances().get((group, measure, criterion))
    if known is None:
        return None
    sizes, chances = known
    at = log(max(size, 0.5))
    after = bisect_left(sizes, at)
    if after in (0, len(sizes)):
        return chances[0 if after == 0 else -1]
    share = (at - sizes[after - 1]) / (sizes[after] - sizes[after - 1])
    return chances[after - 1] + share * (chances[after] - chances[after - 1])


@cache
def _chances() -> dict[tuple[str, str, str], tuple[list[float], list[float]]]:
    """(group, measure, criterion) -> the logarithms of the sizes, and the chances."""
    found: dict[tuple[str, str, str], tuple[list[float], list[float]]] = {}
    with (HERE / "chances.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sizes, chances = found.setdefault((row["group"], row["measure"], row["criterion"]), ([], []))
            sizes.append(log(float(row["size"])))
            chances.append(float(row["chance"]))
    return found
