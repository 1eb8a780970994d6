"""The contract: what each table that flows through the pipe is called, holds and is keyed by.

Every loader and every step returns one of these tables; every step that reads one checks it here first. A table is
recognised by its columns, so a file written by pm (or by a script that follows the contract) says for itself what it
is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pmcli.errors import PmError, did_you_mean
from pmcli.notes import note

if TYPE_CHECKING:
    import polars as pl

KEY: Final = ("source", "measure", "area", "dimension", "category", "period_end", "months")
SERIES: Final = KEY[:5]
YEARS: Final = (1800, 2200)
"""The years in which a period can end; an option that names a month takes no other either."""

_KEY_TYPES: Final = {
    "source": "String",
    "measure": "String",
    "area": "String",
    "dimension": "String",
    "category": "String",
    "period_end": "Date",
    "months": "Int8",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the contract.

    name: what it is called in messages and in the documentation.
    made_by: the command that makes it.
    columns: column name -> Polars dtype name, in the order in which they are written.
    key: the columns that identify a row; a key that comes twice is an error.
    """

    name: str
    made_by: str
    columns: dict[str, str]
    key: tuple[str, ...]

    def schema(self) -> pl.Schema:
        """The Polars schema of the table."""
        import polars as pl

        return pl.Schema({name: getattr(pl, dtype)() for name, dtype in self.columns.items()})

    def empty(self) -> pl.DataFrame:
        """The table with no rows: the schema goes on down the pipe."""
        import polars as pl

        return pl.DataFrame(schema=self.schema())

    @property
    def own(self) -> tuple[str, ...]:
        """The columns this table has beside the shared key columns."""
        return tuple(name for name in self.columns if name not in KEY)


def _table(name: str, made_by: str, own: dict[str, str], key: Sequence[str]) -> Table:
    return Table(name, made_by, {**_KEY_TYPES, **own}, tuple(key))


OBSERVATIONS: Final = _table(
    "observations",
    "pm load",
    {"value": "Float64", "base": "Float64", "effective": "Float64"},
    KEY,
)

COMPARISON: Final = _table(
    "comparison",
    "pm compare",
    {
        "statistic": "String",
        "value": "Float64",
        "base": "Float64",
        "against": "String",
        "against_end": "Date",
        "against_value": "Float64",
        "against_base": "Float64",
        "difference": "Float64",
        "change": "Float64",
        "p_value": "Float64",
        "breaks": "String",
        "conventions": "String",
    },
    (*KEY, "against"),
)

RANK: Final = _table(
    "rank",
    "pm rank",
    {
        "value": "Float64",
        "population": "Float64",
        "per": "String",
        "rate": "Float64",
        "scope": "String",
        "rank": "UInt32",
        "of": "UInt32",
        "mean": "Float64",
        "sd": "Float64",
        "population_year": "Int32",
        "conventions": "String",
    },
    (*KEY, "scope"),
)

OUTLIERS: Final = _table(
    "outliers",
    "pm outliers",
    {
        "group": "String",
        "criterion": "String",
        "value": "Float64",
        "comparator": "Float64",
        "difference": "Float64",
        "sd": "Float64",
        "flag": "Boolean",
        "flags": "UInt32",
        "testable": "UInt32",
        "needed": "UInt32",
        "verdict": "String",
        "against_end": "Date",
        "population": "Float64",
        "population_year": "Int32",
        "conventions": "String",
        "reason": "String",
    },
    (*KEY, "group", "criterion"),
)

TREND: Final = _table(
    "trend",
    "pm trend",
    {
        "first": "Date",
        "last": "Date",
        "periods": "UInt32",
        "frequency": "Int8",
        "slope": "Float64",
        "change_per_year": "Float64",
        "p_value": "Float64",
        "trend": "String",
        "direction": "String",
        "since": "Date",
        "method": "String",
        "low": "Float64",
        "high": "Float64",
        "direction_change": "Float64",
        "direction_low": "Float64",
        "direction_high": "Float64",
        "total": "Float64",
        "baseline_end": "Date",
        "baseline": "Float64",
        "baseline_change": "Float64",
        "baseline_p": "Float64",
        "previous": "Float64",
        "previous_change": "Float64",
        "previous_p": "Float64",
        "signal": "String",
        "signal_rule": "String",
        "signal_end": "Date",
        "breaks": "String",
        "sparkline": "String",
        "sparkline_from": "Date",
    },
    KEY,
)

SPC: Final = _table(
    "spc",
    "pm spc",
    {
        "value": "Float64",
        "centre": "Float64",
        "lower": "Float64",
        "upper": "Float64",
        "moving_range": "Float64",
        "rule": "String",
        "phase": "Int32",
        "signal": "String",
    },
    KEY,
)

BREAKDOWN: Final = _table(
    "breakdown",
    "pm breakdown",
    {
        "value": "Float64",
        "against_end": "Date",
        "against_value": "Float64",
        "difference": "Float64",
        "change": "Float64",
        "share": "Float64",
        "total": "Boolean",
    },
    (*KEY, "total"),
)

WAVES: Final = _table(
    "waves",
    "pm waves",
    {
        "kind": "String",
        "value": "Float64",
        "base": "Float64",
        "effective": "Float64",
        "against_end": "Date",
        "against_value": "Float64",
        "against_base": "Float64",
        "difference": "Float64",
        "p_value": "Float64",
        "p_adjusted": "Float64",
        "significant": "Boolean",
        "too_small": "Boolean",
        "gap_p": "Float64",
    },
    (*KEY, "kind"),
)

FUNNEL: Final = _table(
    "funnel",
    "pm rank --funnel",
    {
        "value": "Float64",
        "population": "Float64",
        "expected": "Float64",
        "ratio": "Float64",
        "lower_95": "Float64",
        "upper_95": "Float64",
        "lower_998": "Float64",
        "upper_998": "Float64",
        "position": "String",
        "dispersion": "Float64",
        "of": "UInt32",
        "population_year": "Int32",
        "method": "String",
        "correlation": "Float64",
        "p_value": "Float64",
    },
    KEY,
)

CHECK: Final = _table(
    "check",
    "pm check",
    {"finding": "String", "value": "Float64", "expected": "Float64", "detail": "String"},
    (*KEY, "finding"),
)

SENTENCES: Final = _table(
    "sentences",
    "pm say",
    {
        "table": "String",
        "about": "String",
        "against_end": "Date",
        "value": "Float64",
        "comparator": "Float64",
        "difference": "Float64",
        "change": "Float64",
        "p_value": "Float64",
        "finding": "String",
        "caveat": "String",
        "sentence": "String",
    },
    (*KEY, "table", "about"),
)

AUDIT: Final = Table(
    "audit",
    "pm audit",
    {"number": "Int32"}
    | dict.fromkeys(
        (
            "place", "quote", "kind", "claim", "measure", "area", "check", "result", "severity", "certainty", "other_place",
            "other_quote", "working", "sentence", "remedy",
        ),
        "String",
    ),
    ("number", "check", "result", "other_place"),
)  # fmt: skip

TABLES: Final = (
    OBSERVATIONS, COMPARISON, RANK, OUTLIERS, TREND, SPC, BREAKDOWN, WAVES, FUNNEL, CHECK, SENTENCES, AUDIT,
)  # fmt: skip


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


def sort_by_key(frame: pl.DataFrame) -> pl.DataFrame:
    """Observations in key order: the few distinct series are sorted as text, their many rows by number."""
    import polars as pl

    if frame.select(pl.struct(KEY).is_sorted()).item():
        return frame
    hashed = frame.with_columns(frame.select(SERIES).hash_rows().alias("_hash"))
    series = hashed.unique("_hash").sort(SERIES).select("_hash").with_row_index("_series")
    numbered = hashed.join(series, on="_hash", how="left", validate="m:1")
    return numbered.sort("_series", "period_end", "months").drop("_hash", "_series")


def check_rows(frame: pl.DataFrame, table: Table, where: str = "the input") -> pl.DataFrame:
    """`frame` (conforming to `table`) when its rows make sense; a number that is not finite becomes null, and is noted.

    Raises PmError, naming the first row, for an empty key column, a length below one month, a period that does not
    end with a month, or one that ends in no year of YEARS.
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
    ends = frame["period_end"].unique()
    if (ends != ends.dt.month_end()).any():
        refuse(pl.col("period_end") != pl.col("period_end").dt.month_end(), "does not end with a month (period_end)")
    if not ends.dt.year().is_between(*YEARS).all():
        refuse(~pl.col("period_end").dt.year().is_between(*YEARS), "ends in a year that cannot be (period_end)")
    numbers = [name for name in ("value", "base", "effective") if name in table.columns]
    if not all(frame[name].is_finite().all() for name in numbers):
        wild = frame.select(pl.any_horizontal(~pl.col(numbers).is_finite()).sum()).item()
        note(f"{where}: {wild:,} rows hold a number that is not finite: taken as not known")
        frame = frame.with_columns(pl.when(pl.col(name).is_finite()).then(name).alias(name) for name in numbers)
    return frame


def check_keys(frame: pl.DataFrame, table: Table, where: str = "the input") -> None:
    """Raise PmError, naming the rows, when a key comes twice."""
    import polars as pl

    key = list(table.key)
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
