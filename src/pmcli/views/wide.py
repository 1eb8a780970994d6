"""Periods across: a table as people lay it out on a sheet, a row for each figure of a series, a column a period."""

from __future__ import annotations

from typing import Final

import polars as pl

from pmcli.errors import PmError
from pmcli.notes import listing, note
from pmcli.tables import Table

FIGURE: Final = "figure"
"""The column that says which column of the table a row's figures are from."""


def wide(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Series down, periods across, oldest first: the other key columns, `figure`, and a column a period ("2023-07").

    A row holds one column of numbers of the table, named in `figure`; columns without a figure are left out, and so,
    with a note, are dates and words. A period that a series has no row for is null, as one that is not known.
    Raises PmError for a table whose rows have no period.
    """
    if "period_end" not in table.columns:
        raise PmError(f"--wide puts periods across, and the {table.name} table has none", "Leave --wide out.")
    index = [name for name in table.key if name != "period_end"]
    numbers = [
        name
        for name in table.own
        if name not in index and frame.schema[name].is_numeric() and frame[name].is_not_null().any()
    ]
    words = [name for name in table.own if name not in index and not frame.schema[name].is_numeric()]
    lost = [name for name in words if frame[name].is_not_null().any()]
    if lost:
        note(f"--wide has room for figures only: {listing(lost, 20)} {'is' if len(lost) == 1 else 'are'} left out")
    ends = frame["period_end"].unique().sort()
    months = ends.dt.strftime("%Y-%m")
    by_month = months.n_unique() == months.len()
    named = dict(zip(ends.to_list(), (months if by_month else ends.cast(pl.String)).to_list(), strict=True))
    empty = pl.DataFrame(schema={**{name: frame.schema[name] for name in index}, FIGURE: pl.String})
    if not numbers:
        return empty
    order = {name: place for place, name in enumerate(numbers)}
    long = pl.concat(
        [
            frame.select(
                *index, "period_end", pl.lit(name).alias(FIGURE), pl.col(name).cast(pl.Float64).alias("_value")
            )
            for name in numbers
        ]
    )
    across = long.pivot("period_end", index=[*index, FIGURE], values="_value", aggregate_function="first")
    columns = {str(end): name for end, name in named.items()}
    ordered = across.with_columns(_order=pl.col(FIGURE).replace_strict(order, return_dtype=pl.Int32))
    if frame.height:
        ordered = ordered.sort([*index, "_order"])
    return ordered.select(*index, FIGURE, *columns).rename(columns)
