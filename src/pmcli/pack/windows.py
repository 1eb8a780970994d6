"""A step run once for each window that the pack has, on the measures and forces that have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from pmcli.errors import PmError
from pmcli.pack.choose import Chosen


def by_window(
    frame: pl.DataFrame,
    pairs: pl.DataFrame,
    empty: pl.DataFrame,
    step: Callable[[pl.DataFrame, date, date], pl.LazyFrame],
    refused: dict[str, str] | None = None,
) -> pl.DataFrame:
    """A step run once for each pair of window and baseline, on the measures and forces that have it.

    refused: measure -> why, filled where the step cannot be run; without it that is an error.
    """
    parts = [empty]
    for (end, base), some in pairs.group_by("end", "baseline", maintain_order=True):
        part = frame.join(some, on=["measure", "area", "source"], how="semi")
        if part.height:
            parts.append(_run(step, (part, end, base), empty, refused))
    return pl.concat(parts)


def nationally(
    frame: pl.DataFrame,
    chosen: Chosen,
    empty: pl.DataFrame,
    step: Callable[[pl.DataFrame, date], pl.LazyFrame],
    refused: dict[str, str],
) -> pl.DataFrame:
    """A step run once for each window, on every force of the measures that have it; refused: see `by_window`."""
    parts = [empty]
    for (end,), some in chosen.national.group_by("end", maintain_order=True):
        part = frame.join(some, on=["measure", "source"], how="semi")
        if part.height:
            parts.append(_run(step, (part, end), empty, refused))
    return pl.concat(parts)


def _run(
    step: Callable[..., pl.LazyFrame], given: tuple[Any, ...], empty: pl.DataFrame, refused: dict[str, str] | None
) -> pl.DataFrame:
    """The step's table; what it refuses (no population of that year) is a reason on a page, not the end of the pack."""
    try:
        made: pl.DataFrame = step(*given).collect()
    except PmError as error:
        if refused is None:
            raise
        refused.update(dict.fromkeys(given[0]["measure"].unique().to_list(), error.message))
        return empty
    return made
