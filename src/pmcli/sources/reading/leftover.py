"""The columns of a table that nothing was asked of: named and counted, so that no figure goes without a word."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

import polars as pl

from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report, counted
from pmcli.sources.reading.values import number

_SHOWN: Final = 8
_CELLS: Final = 5_000_000
"""Cells that are looked at together."""


def leftover(
    table: RawTable, used: Container[int], report: Report, *, spoken: str = "", words_too: bool = True
) -> list[str]:
    """The columns of words among those that are not used; those of figures, and without a name, are named as left out.

    used: the places of the columns that are. spoken: the conditions of a mapping, which may ask for a column of
    figures. words_too: columns of words are left out as well, and none is returned.
    """
    taken = {cell for place, cell in enumerate(table.header) if place in used}
    # Of a second column of a name that is used columns_of has a word.
    left = {
        name: (place, cell)
        for place, (name, cell) in enumerate(zip(table.columns, table.header, strict=True))
        if place not in used and not (cell and cell in taken)
    }
    figures: list[tuple[str, int]] = []
    words: list[str] = []
    for name, filled, amount, said in _contents(table.frame, list(left)):
        place, cell = left[name]
        if not cell and not said:
            continue
        if (amount > 0.5 * filled and cell.casefold() not in spoken.casefold()) or not cell or words_too:
            figures.append((cell or f"(column {place + 1})", amount))
        elif cell not in words:
            words.append(cell)
    if figures:
        shown = ", ".join(repr(cell) + (f" ({counted(n, 'figure')})" if n else "") for cell, n in figures[:_SHOWN])
        more = f" and {len(figures) - _SHOWN:,} more" if len(figures) > _SHOWN else ""
        report.leave_out(f"{table.where}: {counted(len(figures), 'column')} left out: {shown}{more}")
    return words


def _contents(frame: pl.DataFrame, columns: list[str]) -> Iterator[tuple[str, int, int, bool]]:
    """(column, filled cells, numbers among them, whether any is more than white space) of those that are not empty.

    Ten thousand columns are looked at as one: an expression for each would take minutes.
    """
    at_once = max(1, _CELLS // max(1, frame.height))
    text = pl.col("text")
    for start in range(0, len(columns), at_once):
        cells = frame.select(columns[start : start + at_once]).unpivot(variable_name="column", value_name="text")
        found = cells.drop_nulls("text").group_by("column", maintain_order=True)
        yield from found.agg(
            pl.len(), number("text").count().alias("numbers"), (text.str.strip_chars() != "").any().alias("said")
        ).rows()


def note_gaps(found: pl.DataFrame, source: str, report: Report) -> None:
    """Say which months or quarters nothing in the observations is about, between the first and the last."""
    ends = found.select("months", "period_end").unique().rows()
    for months in (1, 3):
        have = {end.year * 12 + end.month - 1 for length, end in ends if length == months}
        if len(have) < 3 or any((index - min(have)) % months for index in have):
            continue
        lacking = sorted(set(range(min(have), max(have), months)) - have)
        if lacking and len(lacking) < len(have):
            shown = ", ".join(f"{index // 12}-{index % 12 + 1:02d}" for index in lacking[:_SHOWN])
            more = f" and {len(lacking) - _SHOWN:,} more" if len(lacking) > _SHOWN else ""
            report.note(f"{source}: there are no figures for {shown}{more}")
