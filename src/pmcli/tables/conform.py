"""Whether a frame keeps to the contract: which table it is, its columns and dtypes, its keys and its periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pmcli.errors import PmError, did_you_mean
from pmcli.notes import note
from pmcli.tables.contract import TABLES, YEARS
from pmcli.tables.model import BY_STATISTIC, KEY, SERIES, Table
from pmcli.tables.order import in_key_order

if TYPE_CHECKING:
    import polars as pl


def recognise(columns: Sequence[str]) -> Table | None:
    """Which table of the contract has these columns (order and extra columns do not matter), or None."""
    have = set(columns)
    fits = [table for table in TABLES if set(table.columns) <= have]
    return max(fits, key=lambda table: len(table.columns), default=None)


def conform(frame: pl.DataFrame, table: Table, where: str = "the input") -> pl.DataFrame:
    """`frame` with exactly the table's columns, in order and with their dtypes.

    where: how messages name the frame (a file, "standard input").
    Raises PmError when it is another table, lacks a column, or holds a value that the dtype cannot hold.
    """
    import polars as pl

    missing = [name for name in table.columns if name not in frame.columns]
    fuller = recognise(frame.columns)  # the waves table has every column that observations have
    if missing or (fuller is not None and set(fuller.columns) > set(table.columns)):
        raise _not_this_table(frame.columns, table, where, missing)
    columns = []
    for name, dtype in table.schema().items():
        column = frame.get_column(name)
        if column.dtype != dtype:
            try:
                if column.dtype.is_float() and dtype.is_integer() and (column % 1 != 0).any():
                    raise pl.exceptions.InvalidOperationError(f"{name} has a fraction, as {column[0]}")
                column = column.cast(dtype, strict=True)
                if column.dtype != dtype:  # a struct stays one
                    raise pl.exceptions.InvalidOperationError(f"{name} holds no single values")
            except pl.exceptions.PolarsError as error:
                first = str(error).splitlines()[0]
                raise PmError(
                    f"{where}: column {name!r} of the {table.name} table must be {dtype}, not {frame[name].dtype}",
                    f"Polars says: {first}",
                ) from error
        columns.append(column)
    return pl.DataFrame(columns)


def _not_this_table(columns: Sequence[str], table: Table, where: str, missing: Sequence[str]) -> PmError:
    other = recognise(columns)
    if other is not None and other is not table:
        return PmError(
            f"{where} is a {other.name} table (from {other.made_by}); this command reads the {table.name} table",
            f"Give it what {table.made_by} writes.",
        )
    near = did_you_mean(missing[0], columns)
    listed = ", ".join(missing[:4]) + (" …" if len(missing) > 4 else "")
    return PmError(
        f"{where} is not a table of pm: it lacks the column{'s' if len(missing) > 1 else ''} {listed}",
        near or f"Make one with `{table.made_by}`; docs/data-dictionary.md lists the columns.",
    )


def known_shares(frame: pl.DataFrame) -> pl.DataFrame:
    """Observations in which a figure without its base is not known where the rest of its series has one.

    A share whose base is missing in one month is no count in that month.
    """
    import polars as pl

    if frame["base"].null_count() in (0, frame.height):
        return frame
    orphan = pl.col("base").is_null() & pl.col("base").is_not_null().any().over(list(SERIES))
    return frame.with_columns(pl.when(~orphan).then("value").alias("value"))


def check_rows(frame: pl.DataFrame, table: Table, where: str = "the input") -> pl.DataFrame:
    """`frame` (conforming to `table`) when its rows make sense; a number that is not finite becomes null, and is noted.

    Raises PmError, naming the first row, for an empty key column, a length below one month, a date in no year of YEARS,
    a period that does not end with a month, or a category without what it is a category of.
    """
    import polars as pl

    def refuse(bad: pl.Expr, what: str) -> None:
        row = frame.select(bad.arg_true()).to_series()[0] + 1
        raise PmError(f"{where}: row {row} of the {table.name} table {what}")

    if frame.is_empty():
        return frame
    for name in table.key:
        if frame[name].null_count():
            refuse(pl.col(name).is_null(), f"has an empty key column ({name})")
    if "months" not in table.columns:  # the audit table is about a document, not about periods
        return frame
    if frame.select(pl.col("months").min()).item() < 1:
        refuse(pl.col("months") < 1, "has a length below one month (months)")
    first, last = ((date(year, 1, 1) - date(1970, 1, 1)).days for year in (YEARS[0], YEARS[1] + 1))
    for name in (name for name, column in table.columns.items() if column.dtype == "Date"):
        days = frame[name].to_physical()  # as numbers: Polars itself fails on days that no calendar has
        if days.len() > days.null_count() and not (first <= days.min() and days.max() < last):  # type: ignore[operator]
            row = (~days.is_between(first, last - 1)).fill_null(False).arg_true()[0] + 1
            what = "ends" if name == "period_end" else "has a date"
            raise PmError(f"{where}: row {row} of the {table.name} table {what} in a year that cannot be ({name})")
    ends = frame["period_end"].unique()
    if (ends != ends.dt.month_end()).any():
        refuse(pl.col("period_end") != pl.col("period_end").dt.month_end(), "does not end with a month (period_end)")
    half = (pl.col("dimension") == "all") != (pl.col("category") == "all")
    if frame.select(half.any()).item():
        refuse(half, "has a category without a dimension, or the other way round (category)")
    if "statistic" in table.columns:
        strange = ~pl.col("statistic").is_in(list(BY_STATISTIC["figure"])).fill_null(value=False)
        if frame.select(strange.any()).item():
            refuse(strange, f"is none of {', '.join(BY_STATISTIC['figure'])} (statistic)")
    floats = (name for name, column in table.columns.items() if column.dtype == "Float64")
    numbers = [name for name in floats if frame[name].null_count() < frame.height]
    if not all(frame[name].is_finite().all() and not _beyond(name, frame[name]).any() for name in numbers):
        possible = {name: pl.col(name).is_finite() & ~_beyond(name, pl.col(name)) for name in numbers}
        wild = frame.select(pl.any_horizontal(~one for one in possible.values()).sum()).item()
        note(f"{where}: {wild:,} rows hold a number that is not finite, or that no figure has: taken as not known")
        frame = frame.with_columns(pl.when(one).then(name).alias(name) for name, one in possible.items())
    return frame


_LARGEST: Final = 1e15
"""Above this a float has no whole numbers between two neighbours, and nothing is counted so high."""


_SMALLEST: Final = 1e-300
"""Below this a quotient may not be finite; only a probability is ever so small."""


def _beyond(name: str, column: Any) -> Any:  # a Series or an Expr, and the same again
    """Whether each number of a column is one that no figure has."""
    size = column.abs()
    return (size > _LARGEST) | ((size < _SMALLEST) & (size > 0) & (name != "p_value"))


def check_keys(frame: pl.DataFrame, table: Table, where: str = "the input") -> None:
    """Raise PmError, naming the rows, when a key comes twice."""
    import polars as pl

    key = list(table.key)
    if table.key == KEY and in_key_order(frame):  # as pm leaves them: far cheaper to see than that no two are equal
        return
    if frame.select(key).hash_rows().n_unique() == frame.height:  # equal keys have equal hashes: none is equal
        return
    numbered = frame.with_row_index("_row", offset=1).filter(pl.struct(key).is_duplicated()).sort([*key, "_row"])
    if numbered.is_empty():
        return
    first = numbered.row(0, named=True)
    same = numbered.filter([pl.col(name) == first[name] for name in key])
    rows = ", ".join(str(row) for row in same["_row"].to_list()[:4])
    name = " ".join(str(first[part]) for part in ("source", "measure", "area", "period_end"))
    if first["dimension"] != "all":
        name += f" {first['dimension']}={first['category']}"
    raise PmError(
        f"{where}: {numbered.height:,} rows share a key with another: rows {rows} are all {name} "
        f"({first['months']} months)",
        "The same figures were given twice, or two vintages of them: give one of them.",
    )
