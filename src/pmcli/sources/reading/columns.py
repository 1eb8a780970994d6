"""A table's columns by the names that publishers give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import polars as pl

from pmcli.errors import PmError, did_you_mean
from pmcli.sources.reading.raw import RawTable, clean, folded, without_footnotes
from pmcli.sources.reading.report import Report

LONGEST: Final = 400
"""Characters of a cell that are looked at where it may be a header's name."""


def find_column(header: Sequence[str], name: str) -> int | None:
    """Where the column `name` stands in a header: as it is written, else without regard to case and white space, else
    without the footnote digits that the file may have glued to it.

    Digits are never taken from `name`: Q37 is not Q40. None as well when several columns fit equally well.
    """
    wanted = clean(name)
    exact, simple, bare = _places(tuple(header))
    if wanted in exact:
        return exact[wanted]
    sought = folded(wanted)
    found = simple.get(sought) or bare.get(sought) or []
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=512)
def _places(header: tuple[str, ...]) -> tuple[dict[str, int], dict[str, list[int]], dict[str, list[int]]]:
    """Where each cell stands: as written, folded, and folded without footnotes. Every layout asks of every row."""
    exact: dict[str, int] = {}
    simple: dict[str, list[int]] = {}
    bare: dict[str, list[int]] = {}
    for place, cell in enumerate(header):
        exact.setdefault(cell, place)
        if cell:
            name = cell[:LONGEST]
            simple.setdefault(folded(name), []).append(place)
            bare.setdefault(folded(without_footnotes(name)), []).append(place)
    return exact, simple, bare


def has_all(header: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether a header has all of the columns."""
    return all(find_column(header, name) is not None for name in columns)


def columns_of(table: RawTable, names: Mapping[str, str], report: Report | None = None) -> pl.DataFrame:
    """The table's columns `names` (as published -> as ours) and `_row`. Raises PmError when one is missing, or there
    twice with other contents; report: where one that is there twice alike is noted."""
    picked = [pl.col("_row")]
    for published, ours in names.items():
        place = find_column(table.header, published)
        if place is None:
            near = did_you_mean(published, [cell for cell in table.header if cell])
            raise PmError(f"{table.where}: there is no column {published!r}", near or its_columns(table.header))
        _refuse_twin(table, place, report)
        table.used.setdefault(place, ours)
        picked.append(pl.col(table.columns[place]).alias(ours))
    return table.frame.select(picked)


def _refuse_twin(table: RawTable, place: int, report: Report | None) -> None:
    """Raise PmError where another column has the same name and not the same cells."""
    for other in range(len(table.header)):
        if other == place or table.header[other] != table.header[place]:
            continue
        first, second = table.frame[table.columns[place]], table.frame[table.columns[other]]
        differ = first.ne_missing(second)
        if second.null_count() == second.len():
            continue
        where = f"{table.where}: the columns {place + 1} and {other + 1} are both called {table.header[place]!r}"
        if differ.any():
            row = table.frame.filter(differ)["_row"][0]
            raise PmError(f"{where} and differ (row {row:,})", "Rename one of them, or take it away.")
        if report is not None:
            report.leave_out(f"{where} and are alike: counted once")


def stack(parts: Sequence[pl.DataFrame]) -> pl.LazyFrame:
    """The rows of all parts; a column that some parts lack is null there."""
    return pl.concat([part.lazy() for part in parts], how="diagonal")


def its_columns(header: Sequence[str], hint: str = "") -> str:
    """A hint that begins with the first columns a header has."""
    named = [cell for cell in header if cell]
    if not named:
        return hint
    listed = ", ".join(named[:8]) + (" …" if len(named) > 8 else "")
    return f"Its columns are {listed}. {hint}".strip()
