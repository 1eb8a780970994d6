"""Parquet and Arrow files, scanned: their header is in their footer, and only the columns that are wanted are read."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Final, Literal, TypeVar

import polars as pl

from pmcli.errors import PmError
from pmcli.panics import unprinted
from pmcli.sources.reading.files import DataFile
from pmcli.sources.reading.raw import Matcher, RawTable, Unread, clean, column_names
from pmcli.tables import OBSERVATIONS
from pmcli.windows import respelt, respelt_error

_T = TypeVar("_T")

COLUMNAR: Final = (".parquet", ".arrow", ".feather", ".ipc")


def columnar_table(file: DataFile, fits: Matcher) -> tuple[list[RawTable], list[Unread]]:
    """The table of a columnar file, when its header `fits`; nothing but the header is read when it does not."""
    header = columnar_header(file)
    if not fits(header):
        return [], [Unread("", [list(header)])]
    scan = named(file, column_names(header))
    own = set(OBSERVATIONS.columns) <= set(header)  # pm's own table keeps its dtypes, and its rows in one piece
    if not own:
        scan = scan.select(as_text(name, dtype) for name, dtype in scan.collect_schema().items())
    engine: Literal["in-memory", "streaming"] = "in-memory" if own else "streaming"
    frame = _trying(file, lambda: scan.with_row_index("_row", offset=1).collect(engine=engine))
    return [RawTable(file, "", header, [], frame)], []


def columnar_header(file: DataFile) -> tuple[str, ...]:
    """The names of a file's columns, cleaned. Raises PmError when it is not what its name says."""
    return tuple(clean(name) for name in _trying(file, lambda: _scan(file).collect_schema().names()))


def named(file: DataFile, names: list[str]) -> pl.LazyFrame:
    """A scan of a file whose columns have other names."""
    scan = _scan(file)
    return scan.rename(dict(zip(scan.collect_schema().names(), names, strict=True)))


def as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as text; a float that is a whole number without its ".0", as a table in text would have it."""
    column = pl.col(name)
    if dtype == pl.String:
        return column
    if dtype.is_float():
        whole = (column == column.round()) & (column.abs() < 1e15)
        text = column.cast(pl.String)
        return pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(text).alias(name)
    return column.cast(pl.String, strict=False)


def _scan(file: DataFile) -> pl.LazyFrame:
    source = io.BytesIO(file.read()) if file.member else file.path
    if file.suffix == ".parquet":
        return pl.scan_parquet(source, glob=False)
    return pl.scan_ipc(source, glob=False) if not file.member else pl.read_ipc(source).lazy()


def _trying(file: DataFile, work: Callable[[], _T]) -> _T:
    kind = "Parquet" if file.suffix == ".parquet" else "Arrow"
    try:
        with unprinted():
            return work()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        if file.suffix == ".parquet" and respelt(file.read()):
            raise respelt_error(file.name) from error
        reason = str(error).splitlines()[0]
        raise PmError(f"{file.name} cannot be read as {kind}: {reason}", "Write or download it again.") from error
