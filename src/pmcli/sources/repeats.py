"""The refusal of figures that are given twice: in one file, or in two vintages of it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pmcli.errors import PmError
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
) -> None:
    """Raise PmError, naming the files and rows, when the same figure is given more than once.

    frame: _kind, _area, period_end, months, value, _table, _row. kinds: _kind and the classification columns.
    areas: _area and area. key: the classification columns that alone identify a row across tables, () for all.
    places: how messages name each _table. by_table: tables may repeat one another (it is settled later).
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
    raise PmError(
        f"{where} {given} for {first['area']}, {counted(first['months'], 'month')} to "
        f"{first['period_end']}; "
        f"{found.height:,} rows are given more than once",
        "They are the same figures twice, or two vintages of them: give one of them.",
    )


def _repeats(frame: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame | None:
    if frame.select(key).n_unique() == frame.height:
        return None
    return frame.filter(pl.struct(key).is_duplicated()).sort([*key, "_table", "_row"])
