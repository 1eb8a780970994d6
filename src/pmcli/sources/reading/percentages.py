"""Percentages as publishers write them: 81.1, 0.811 and "81.1%" are the same share.

A percent sign says so for its own cell. Which way the other cells are written is decided once for the whole column, by
most of them: one odd cell changes nothing but itself, and is named. A column that could be either is refused: one
reading is a hundred times the other.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pmcli.errors import PmError
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report, counted, verb
from pmcli.sources.reading.values import numbers

_SIGN: Final = r"\s*%\s*$"
_FEW: Final = 0.1
_UNITS: Final = {"percent": 100.0, "fraction": 1.0}


def fractions(
    frame: pl.DataFrame, column: str, into: str, table: RawTable, report: Report, *, called: str = "", unit: str = ""
) -> pl.DataFrame:
    """`frame` with the percentages of the text `column` as fractions (0.811) in `into`.

    frame: has the row numbers of `table` in `_row`. called: the column's name in the file. unit: "percent" or
    "fraction" where a mapping says it; "" decides by the column: fractions where more cells are bare figures of up to
    1 than are above 1 or have a percent sign, else percentages. What cannot be told even so is counted in the report
    and becomes null: a bare 0.811 among percentages, a figure below 0 % or above 100 %. Markers and words are dealt
    with as in `values.numbers`.
    Raises PmError when the unit is not said and every figure is 0 or 1.
    """
    called = called or column
    signed = frame[column].str.contains(_SIGN).fill_null(False)
    found = frame.with_columns(pl.col(column).str.replace(_SIGN, ""))
    found = numbers(found, column, into, table, report, called=called)
    figures = found[into].drop_nulls()
    if not unit:
        whole = bool(((figures == 0) | (figures == 1)).all())
        if figures.len() and whole and not signed.any() and not bool((figures == 0).all()):
            raise PmError(
                f"{table.where}: every figure in {called!r} is 0 or 1: 1 may be 1 % or all of them",
                'Say which in the mapping: unit = "percent" or unit = "fraction".',
            )
        percents = (pl.col(into) > 1) | (pl.col("_signed") & pl.col(into).is_not_null())
        fractional = (pl.col(into) > 0) & (pl.col(into) <= 1) & ~pl.col("_signed")
        judged = found.with_columns(signed.alias("_signed"))
        above, bare = judged.select(above=percents.sum(), bare=fractional.sum()).row(0)
        unit = "percent" if above and above >= bare else "fraction"
        if unit == "percent":
            found = _unclear(judged, column, into, table, report, called)
    _say_unsigned(found, pl.lit(signed), into, table, report, called)
    own = pl.when(signed).then(100.0).otherwise(_UNITS[unit])
    found = found.with_columns(pl.col(into) / own)
    odd = found.filter((pl.col(into) < 0) | (pl.col(into) > 1)).sort("_row")
    if odd.height:
        row = odd.row(0, named=True)
        what = f"percentages in {called!r} below 0 or above 100: not known"
        report.problem(
            table.file.name, what, odd.height, sheet=table.sheet, row=int(row["_row"]), example=str(row[column])
        )
    return found.with_columns(pl.when(pl.col(into).is_between(0, 1)).then(into).alias(into))


def _say_unsigned(
    found: pl.DataFrame, signed: pl.Expr, into: str, table: RawTable, report: Report, called: str
) -> None:
    """Note the few figures without a percent sign where nearly all have one."""
    without = found.filter(~signed, pl.col(into).is_not_null(), pl.col(into) != 0)
    known = found[into].count()
    if 0 < without.height <= _FEW * known and found.select(signed.any()).item():
        have = f"{counted(without.height, 'figure')} {verb(without.height, 'have')} no percent sign in {called!r}"
        report.note(
            f"{table.where}: {have}, where the others have one; the first is row {without.sort('_row')['_row'][0]:,}, "
            "read as the others are"
        )


def _unclear(found: pl.DataFrame, column: str, into: str, table: RawTable, report: Report, called: str) -> pl.DataFrame:
    """`found` without the bare figures of up to 1 that stand among percentages: 0.8 may be 0.8 % or 80 %."""
    bare = (pl.col(into) > 0) & (pl.col(into) <= 1) & ~pl.col("_signed")
    rows = found.filter(bare).sort("_row")
    if rows.height:
        first = rows.row(0, named=True)
        what = (
            f"figures of 1 or less among the percentages in {called!r}, which could be either (say unit in the mapping)"
        )
        report.problem(
            table.file.name,
            f"{what}: not known",
            rows.height,
            sheet=table.sheet,
            row=int(first["_row"]),
            example=str(first[column]),
        )
    return found.with_columns(pl.when(~bare).then(into).alias(into)).drop("_signed")
