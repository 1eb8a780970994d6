"""Where a table ends: a header that is repeated inside it, and another table that begins under it.

Rows under a second header may be anything (rates, percentage changes, other months), in columns that happen to stand
where the counts stood. A header repeated as it is, as on every printed page, is passed over; from the title of another
table on, everything is left out, named and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from pmcli.sources.reading.dates import Spelling, parse_period
from pmcli.sources.reading.raw import RawTable, clean, folded
from pmcli.sources.reading.report import Report, counted
from pmcli.sources.reading.values import marked, number

_YEARS: Final = Spelling(years=True)
_MOST: Final = 0.5
"""A column is one of figures when so much of what is in it is numbers; a header names so many columns again."""


def first_table(table: RawTable, report: Report) -> RawTable:
    """The table without the headers that are repeated in it, and without another table under it."""
    frame = table.frame
    if frame.height < 2:
        return table
    rows = frame["_row"]
    gaps: list[int] = rows.filter((rows > rows.shift(1) + 1).fill_null(value=False)).to_list()
    repeats, starts = _headers(table, gaps)
    end = int(rows.max()) + 1  # type: ignore[arg-type]
    start = min([*starts, *_starts_after(table, gaps, repeats), end])
    again = [row for row in repeats if row < start]
    if again:
        report.leave_out(
            f"{table.where}: {counted(len(again), 'row')} that repeat the header left out (row {again[0]})"
        )
    left = frame.filter(pl.col("_row") >= start) if start < end else frame.clear()
    if left.height:
        report.leave_out(
            f"{table.where}: another table begins at row {start:,} ({_shown(left)}); its {counted(left.height, 'row')} "
            "with that header are left out"
        )
    if not again and not left.height:
        return table
    return replace(table, frame=frame.filter((pl.col("_row") < start) & ~pl.col("_row").is_in(again)))


def _shown(frame: pl.DataFrame) -> str:
    cells = [clean(cell) for name, cell in frame.row(0, named=True).items() if name != "_row" and cell]
    return repr(", ".join(cells[:4])[:80])


def _headers(table: RawTable, after_gaps: Sequence[int]) -> tuple[list[int], list[int]]:
    """(Rows that repeat the header, rows that are another header): those with names of columns in their own columns."""
    named = [(name, cell) for name, cell in zip(table.columns, table.header, strict=True) if cell]
    words = [(name, cell) for name, cell in named if parse_period(cell, _YEARS) is None]
    first = words[:3]
    # Told apart by a look-up first: only rows that have a name of a column in that column are compared cell by cell.
    writings = [
        (name, [cell, cell.lower(), cell.upper(), cell.title(), f" {cell}", f"{cell} "]) for name, cell in first
    ]
    suspect = pl.any_horizontal([pl.col(name).is_in(texts) for name, texts in writings] or [pl.lit(value=False)])
    rows = table.frame.filter(suspect)
    repeats, starts = [], []
    for row in rows.head(10_000).iter_rows(named=True):
        same = [folded(row[name] or "") == folded(cell) for name, cell in named]
        of_words = [folded(row[name] or "") == folded(cell) for name, cell in words]
        if all(same):
            repeats.append(row["_row"])
        elif sum(of_words) >= 2 and sum(of_words) >= _MOST * len(of_words):
            starts.append(row["_row"])
    # The same header again after a title or a blank row, or after what is left out, belongs to another table.
    gaps = set(after_gaps)
    gaps |= {table.frame["_row"][0]} if repeats and table.frame["_row"][0] == repeats[0] else set()
    first_row = table.frame["_row"][0]
    anew = [row for row in repeats if row in gaps and row != first_row]
    return [row for row in repeats if row not in anew], [*starts, *anew]


def _starts_after(table: RawTable, gaps: Sequence[int], known: Sequence[int]) -> list[int]:
    """Rows that follow a gap (blank rows, a title) and have words or periods where the columns have figures."""
    frame = table.frame
    if not gaps or len(gaps) > frame.height // 2:
        return []
    columns = table.columns
    filled = frame.select((~marked(name)).sum().alias(name) for name in columns).row(0)
    numbers = frame.select(number(name).count().alias(name) for name in columns).row(0)
    figures = [n for n, all_, some in zip(columns, filled, numbers, strict=True) if all_ and some >= _MOST * all_]
    if not figures:
        return []
    first = next((name for name, cell in zip(columns, table.header, strict=True) if cell), columns[0])
    found = []
    for row in frame.filter(pl.col("_row").is_in(list(gaps))).head(1000).iter_rows(named=True):
        if row["_row"] in known:
            continue
        one = pl.DataFrame({name: [row[name]] for name in figures}, schema=dict.fromkeys(figures, pl.String))
        blank = one.select(marked(name).alias(name) for name in figures).row(0)
        value = one.select(number(name).alias(name) for name in figures).row(0)
        words = [
            text_is_blank or figure is None or parse_period(clean(row[name]), _YEARS) is not None
            for name, text_is_blank, figure in zip(figures, blank, value, strict=True)
        ]
        seen = frame.filter(pl.col("_row") < row["_row"], pl.col(first) == row[first]).height
        if all(words) and not all(blank) and not seen:
            found.append(row["_row"])
    return found
