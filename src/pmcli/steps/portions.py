"""Observations in portions that an analysis of each series by itself takes one after another.

What a step makes on its way (windows, comparisons, a Python list a series) is many times what it is given. In portions
that is needed for some rows at a time, and memory grows with the input and the result alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

ROWS: Final = 400_000
"""Rows that are taken together. A table of a force, or of all forces' published figures, is one portion."""


def portions(frame: pl.DataFrame, rows: int = ROWS) -> Iterator[pl.DataFrame]:
    """The frame itself, or, when it has more than `rows`, measures together in key order, each in one piece if it can.

    A measure that is too large alone comes in runs of areas; never is one area's part of a measure divided. The rows of
    a portion have the order they have in the frame.
    """
    if frame.height <= rows:
        yield frame
        return
    counts = frame.group_by("source", "measure").len().sort("source", "measure")
    for (source,), of_source in counts.group_by("source", maintain_order=True):
        for names in _runs(list(of_source.select("measure", "len").iter_rows()), rows):
            part = frame.filter(pl.col("source") == source, pl.col("measure").is_in(names))
            if part.height <= rows:
                yield part
                continue
            areas = part.group_by("area").len().sort("area")
            for these in _runs(list(areas.iter_rows()), rows):
                yield part.filter(pl.col("area").is_in(these))


def _runs(counts: list[tuple[str, int]], rows: int) -> Iterator[list[str]]:
    """Neighbours with at most `rows` together; one that has more by itself is alone."""
    names: list[str] = []
    total = 0
    for name, count in counts:
        if names and total + count > rows:
            yield names
            names, total = [], 0
        names.append(name)
        total += count
    if names:
        yield names
