"""Which figures have the base that their measure needs: a share or a mean without one is not known, a count has none.

A share whose base is lost would otherwise be read as a count, and be wrong without anybody noticing.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.sources.reading.report import Report
from pmcli.sources.reading.values import DOTTED


def with_known_bases(
    frame: pl.DataFrame, pairs: pl.DataFrame, catalogue: Catalogue, report: Report, places: Sequence[str]
) -> pl.DataFrame:
    """`frame` with value and base null where a share or mean has no base, or a share is not between 0 and its base.

    frame: _kind, value, perhaps base, `_table` and `_row`. pairs: which _kind counts in which measure. Each row that
    loses its value is counted in the report. Raises PmError when a share or mean comes without any base column, or a
    count comes with a base.
    """
    kinds = {measure.id: measure.kind for measure in catalogue.measures.values()}
    pairs = pairs.with_columns(pl.col("measure").replace_strict(kinds, return_dtype=pl.String).alias("_of"))
    based = pairs.filter(pl.col("_of") != "count").sort("measure")
    if "base" not in frame.columns:
        if based.height:
            measure, of = based.select("measure", "_of").row(0)
            raise PmError(
                f"{places[0]}: {measure} is a {of}, and no column is its base",
                "Say which column is: base in a long table, [columns] base in its mapping (docs/mappings.md).",
            )
        return frame
    _refuse_base_of_count(frame, pairs.filter(pl.col("_of") == "count"), places)
    value, base = pl.col("value"), pl.col("base")
    is_based = pl.col("_kind").is_in(based["_kind"].unique().implode())
    is_share = pl.col("_kind").is_in(based.filter(pl.col("_of") == "share")["_kind"].unique().implode())
    lacking = (is_based & (base.is_null() | (base < 0))).fill_null(value=False)
    outside = (is_share & ((value < 0) | (value > base))).fill_null(value=False) & ~lacking
    frame = frame.with_columns(lacking.alias("_lacking"), outside.alias("_outside"))
    for mark, what in (
        ("_lacking", "values not known: the base is blank, no number or below 0"),
        ("_outside", "values not known: a share is below 0 or above its base"),
    ):
        rows = frame.filter(pl.col(mark), value.is_not_null()).sort("_table", "_row")
        for (table,), part in rows.group_by("_table", maintain_order=True):
            first = part.row(0, named=True)
            of = "no base" if first["base"] is None else f"a base of {first['base']:g}"
            example = f"{first['value']:g} of {of}"
            report.problem(places[int(str(table))], what, part.height, row=int(first["_row"]), example=example)
    kept = ~(pl.col("_lacking") | pl.col("_outside"))
    frame = frame.with_columns(pl.when(kept).then("value").alias("value"), pl.when(kept).then("base").alias("base"))
    return frame.drop("_lacking", "_outside")


def _refuse_base_of_count(frame: pl.DataFrame, counts: pl.DataFrame, places: Sequence[str]) -> None:
    found = frame.filter(pl.col("base").is_not_null()).join(counts, on="_kind").sort("_table", "_row", "measure")
    if not found.height:
        return
    first = found.row(0, named=True)
    raise PmError(
        f"{places[first['_table']]}: row {first['_row']:,} gives a base of {first['base']:g} to {first['measure']}, "
        "which is a count and has none",
        "Name a measure that is a share or mean, or leave base out for this one.",
    )


def with_whole_counts(
    frame: pl.DataFrame, pairs: pl.DataFrame, catalogue: Catalogue, report: Report, places: Sequence[str]
) -> pl.DataFrame:
    """`frame` with the counts noted that are no whole numbers, and those not known that are written as 1.234: they may
    be a thousand and more.

    frame: _kind, value, _table, _row, perhaps DOTTED. pairs: _kind and measure.
    """
    if DOTTED not in frame.columns and not (frame["value"] % 1 != 0).any():
        return frame
    counts = {measure.id for measure in catalogue.measures.values() if measure.kind == "count"}
    kinds = pairs.filter(pl.col("measure").is_in(list(counts)))["_kind"].unique()
    odd = pl.col("_kind").is_in(kinds.implode()) & (pl.col("value") % 1 != 0)
    dotted = pl.col(DOTTED).fill_null(value=False) if DOTTED in frame.columns else pl.lit(value=False)
    lost = (odd | pl.col("_kind").is_in(kinds.implode())) & dotted & pl.col("value").is_not_null()
    for mask, what in (
        (lost, "counts not known: they are written as 1.234, which is a thousand and more, or a fraction"),
        (odd & ~dotted, "counts with a fraction, no whole number: taken as written"),
    ):
        rows = frame.filter(mask.fill_null(value=False)).sort("_table", "_row")
        for (table,), part in rows.group_by("_table", maintain_order=True):
            first = part.row(0, named=True)
            example = f"{first['value']:g}"
            report.problem(places[int(str(table))], what, part.height, row=int(first["_row"]), example=example)
    return frame.with_columns(pl.when(~lost.fill_null(value=False)).then("value").alias("value")).drop(
        DOTTED, strict=False
    )
