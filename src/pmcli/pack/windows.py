"""A step run once for each window that the pack has, on the measures and forces that have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from pmcli.pack.choose import Chosen

if TYPE_CHECKING:
    import polars as pl

Lazy = Any
"""A LazyFrame; the alias keeps polars out of the import of this file."""


def by_window(
    frame: pl.DataFrame, pairs: pl.DataFrame, empty: pl.DataFrame, step: Callable[[pl.DataFrame, date, date], Lazy]
) -> pl.DataFrame:
    """A step run once for each pair of window and baseline, on the measures and forces that have it."""
    import polars as pl

    parts = [empty]
    for (end, base), some in pairs.group_by("end", "baseline", maintain_order=True):
        part = frame.join(some, on=["measure", "area", "source"], how="semi")
        if part.height:
            parts.append(step(part, end, base).collect())
    return pl.concat(parts)


def nationally(
    frame: pl.DataFrame, chosen: Chosen, empty: pl.DataFrame, step: Callable[[pl.DataFrame, date], Lazy]
) -> pl.DataFrame:
    """A step run once for each window, on every force of the measures that have it."""
    import polars as pl

    parts = [empty]
    for (end,), some in chosen.national.group_by("end", maintain_order=True):
        part = frame.join(some, on=["measure", "source"], how="semi")
        if part.height:
            parts.append(step(part, end).collect())
    return pl.concat(parts)
