"""Years that are not whole: rows of quarters or months mapped by their year alone, and added up.

Two quarters of an unfinished year, read as that year, are a fall of half that nobody had.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

from pmcli.errors import PmError
from pmcli.notes import listing
from pmcli.sources.reading.raw import RawTable

_PARTS: Final = {"quarter": (3, 4), "qtr": (3, 4), "month": (1, 12)}
"""What a column of parts of a year is called -> how many months each is, and how many a year has."""

_NAME: Final = "|".join(_PARTS)


def numbered_parts(table: RawTable) -> list[str]:
    """The columns whose figures are the numbers of quarters or months: 1 to 4, or 1 to 12. They are no counts."""
    found = []
    for name, cell in zip(table.columns, table.header, strict=True):
        part = re.search(_NAME, cell, re.IGNORECASE)
        if part is None:
            continue
        length, _ = _PARTS[part[0].lower()]
        numbers = {str(number) for number in range(1, 12 // length + 1)}
        texts = table.frame[name].unique().cast(pl.String).str.strip_chars().str.replace(r"^0(\d)$|^(\d+)\.0$", "$1$2")
        filled = texts.filter(texts.fill_null("") != "")
        if filled.len() and set(filled.unique()) <= numbers:
            found.append(cell)
    return found


def refuse_unfinished(
    frame: pl.DataFrame, kinds: pl.DataFrame, classification: Sequence[str], places: Sequence[str]
) -> None:
    """Raise PmError when rows are summed over a column of quarters or months that an area's period has not all of.

    frame: _kind, area, period_end, months, `_table`, `_row`. kinds: _kind and the classification columns.
    """
    for column in classification:
        found = re.search(_NAME, column, re.IGNORECASE)
        if found is None:
            continue
        length, _ = _PARTS[found[0].lower()]
        named = kinds.select("_kind", pl.col(column).cast(pl.String).str.strip_chars().alias("_part"))
        named = named.filter(pl.col("_part").fill_null("") != "")
        if named["_part"].n_unique() > 12 or not named.height:
            continue  # not parts of a year: dates, say
        rows = frame.filter(pl.col("months") > length).join(named, on="_kind")
        have = rows.group_by("_table", "area", "period_end", "months").agg(
            pl.col("_part").unique().sort(), pl.col("_row").min()
        )
        short = have.filter(pl.col("_part").list.len() < pl.col("months").cast(pl.Int32) // length)
        if short.height:
            row = short.sort("_table", "_row", "area").row(0, named=True)
            parts = listing([str(part) for part in row["_part"]])
            raise PmError(
                f"{places[row['_table']]}: {row['area']}, {row['months']} months to {row['period_end']}, has rows for "
                f"{column} {parts} only (row {row['_row']:,} and after): the period is not whole",
                f"Make {column!r} part of the period in the mapping, or leave out the rows of the unfinished year.",
            )
