"""The refusal of figures that are given twice: in one file, or in two vintages of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from pmcli.errors import PmError
from pmcli.sources.reading.raw import RawTable, clean
from pmcli.sources.reading.report import counted


def refuse_repeats(
    frame: pl.DataFrame,
    kinds: pl.DataFrame,
    areas: pl.DataFrame,
    classification: Sequence[str],
    key: tuple[str, ...],
    places: Sequence[str],
    *,
    by_table: bool = False,
    tables: Sequence[RawTable] = (),
) -> None:
    """Raise PmError, naming the files and rows, when the same figure is given more than once.

    frame: _kind, _area, period_end, months, value, _table, _row. kinds: _kind and the classification columns.
    areas: _area and area. key: the classification columns that alone identify a row across tables, () for all.
    places: how messages name each _table. by_table: tables may repeat one another (it is settled later). tables: they
    themselves, to say in which columns the rows differ.
    """
    # Two spellings of a name are one area, so rows are compared by area id.
    frame = frame.join(areas.select("_area", "area"), on="_area")
    same = ["area", "period_end", "months"]
    found = _repeats(frame, ["_kind", *same, *(["_table"] if by_table else [])])
    if found is None and key and frame["_table"].n_unique() > 1:
        # Across tables, a row is known by its key alone: another vintage may name the rest of it differently.
        named = frame.join(kinds.select("_kind", *key), on="_kind")
        across = (
            named.group_by(*key, *same).agg(pl.col("_table").n_unique().alias("_tables")).filter(pl.col("_tables") > 1)
        )
        found = None if not across.height else named.join(across, on=[*key, *same], nulls_equal=True)
        if found is not None:
            found = found.sort([*key, *same, "_table", "_row"], nulls_last=True)
    if found is None:
        return
    first, second = found.row(0, named=True), found.row(1, named=True)
    kind = kinds.filter(pl.col("_kind") == first["_kind"]).row(0, named=True)
    what = " / ".join(str(kind[name]) for name in classification if kind[name])
    given = f"give {what!r}" if what else "give a figure"
    here, there = places[first["_table"]], places[second["_table"]]
    where = (
        f"{here}: rows {first['_row']:,} and {second['_row']:,} both"
        if here == there
        else f"{here} (row {first['_row']:,}) and {there} (row {second['_row']:,}) both"
    )
    differ, hint = _why(first, second, tables)
    raise PmError(
        f"{where} {given} for {first['area']}, {counted(first['months'], 'month')} to "
        f"{first['period_end']}; "
        f"{found.height:,} rows are given more than once{differ}",
        hint,
    )


def _why(first: dict[str, Any], second: dict[str, Any], tables: Sequence[RawTable]) -> tuple[str, str]:
    """(In which columns two rows differ, what to do about it)."""
    if first["_table"] != second["_table"]:
        return "", (
            "They are the same figures twice, or two vintages of them: give one of them, or let the later have them "
            '(--later-wins, or overlap = "later-file-wins" in the mapping of a table of counts).'
        )
    if first["_table"] >= len(tables):
        return "", "They are the same figures twice, or two vintages of them: give one of them."
    table = tables[first["_table"]]
    rows = [_row(table, one["_row"]) for one in (first, second)]
    if not all(rows):
        return "", "They are the same figures twice, or two vintages of them: give one of them."
    if first["_row"] == second["_row"]:
        return "", "Two columns of the row are of the same period: take one of them away."
    names = dict(zip(table.columns, table.header, strict=True))
    differ = [name for name in table.columns if clean(rows[0][name]) != clean(rows[1][name])]
    if not differ:
        return "; the rows are alike in every column", "Take one of them away."
    shown = ", ".join(f"{names[name]!r} ({clean(rows[0][name])!r}, {clean(rows[1][name])!r})" for name in differ[:3])
    hint = (
        "Say in the mapping which rows count ([where] takes conditions on any column), or how periods are written "
        "(dates, months); of the same figures twice, take one away."
    )
    return f"; the two differ in {shown}" + (f" and {len(differ) - 3} more columns" if len(differ) > 3 else ""), hint


def _row(table: RawTable, number: int) -> dict[str, Any]:
    found = table.frame.filter(pl.col("_row") == number)
    return found.row(0, named=True) if found.height else {}


def _repeats(frame: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame | None:
    if frame.select(key).n_unique() == frame.height:
        return None
    return frame.filter(pl.struct(key).is_duplicated()).sort([*key, "_table", "_row"])
