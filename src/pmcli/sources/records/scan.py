"""Crime records from file to memory: only the mapped columns, one row a record, small enough for millions of them.

A large text file, and any Parquet or Arrow file (streamed.py), is never held whole: its columns are streamed into
categories and hashes. That the rows of a text file have the fields that they should is known by counting its signs
(signs.py). A file with quotation marks that open in the middle of a field, or that is not UTF-8, is read like any other
(sheets.py). Crime numbers and victim ids are kept as 64-bit hashes: among five million of them two that differ have the
same one with a chance of less than one in a million.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl

from pmcli.errors import PmError
from pmcli.sources.reading.columnar import as_text, named
from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report
from pmcli.sources.reading.sheets import tables_of
from pmcli.sources.records.mapping import RecordsMapping
from pmcli.sources.records.signs import Signs, read_signs
from pmcli.sources.records.streamed import StreamedTable

DAMAGED: Final = 0
"""The hash of a number that a spreadsheet has damaged: 4.21E+11 may be any of a hundred thousand numbers."""

_SPOILT: Final = r"^(?:\d(?:[.,]\d+)?[eE]\+?\d+|#.*)$"


def compact(table: RawTable, mapping: RecordsMapping, report: Report) -> pl.DataFrame:
    """The records of a table, one row each.

    Returns _row (UInt32), _crime and _victim (UInt64 hashes; null when blank or no victim, DAMAGED), _date (the text),
    _count (Float64, where rows stand for several crimes; null when it is no number), and a column for each name of
    mapping.stored with its text, all Categorical.
    """
    if not isinstance(table, StreamedTable):
        return _columns(table.frame.lazy(), table, mapping).collect()
    frame = None
    if not table.separator:
        frame = _columnar(table, mapping)
    else:
        signs = read_signs(table.file.path, table.start, table.lines, table.separator, len(table.columns))
        if signs is not None:
            try:
                frame = _stream(table, signs, mapping, report)
            except (pl.exceptions.PolarsError, OSError):
                frame = None
    if frame is None:
        read, _ = tables_of(table.file, lambda cells: tuple(cells[: len(table.header)]) == table.header, report)
        frame = _columns(read[0].frame.lazy(), read[0], mapping).collect()
    table.rows = frame.height
    return frame


def _columns(
    rows: pl.LazyFrame, table: RawTable, mapping: RecordsMapping, text: Callable[[str], pl.Expr] = pl.col
) -> pl.LazyFrame:
    """The mapped columns of rows that have those of `table`, by their roles. text: a column as text."""

    def column(published: str) -> pl.Expr:
        place = find_column(table.header, published)
        assert place is not None, published  # the header fits the mapping
        return text(table.columns[place])

    columns = mapping.columns
    whose = column(columns["force"]).str.strip_chars().str.to_lowercase() if "force" in columns else None

    def hashed(published: str, blank: tuple[str, ...]) -> pl.Expr:
        plain = column(published).str.strip_chars()
        known = plain.is_not_null() & ~(plain.str.to_lowercase().is_in(list(blank)) if len(blank) > 1 else plain == "")
        # A number is one force's own.
        whole = plain if whose is None else pl.concat_str(whose, plain, separator="\n", ignore_nulls=True)
        spoilt = plain.str.contains(_SPOILT)
        return pl.when(known).then(pl.when(spoilt).then(pl.lit(DAMAGED, dtype=pl.UInt64)).otherwise(whole.hash()))

    picked = [pl.col("_row").cast(pl.UInt32), column(columns["recorded_date"]).cast(pl.Categorical).alias("_date")]
    if "crime_number" in columns:
        picked.append(hashed(columns["crime_number"], ("",)).alias("_crime"))
    else:
        picked.append(pl.lit(None, dtype=pl.UInt64).alias("_crime"))
    if "victim_id" in columns:
        picked.append(hashed(columns["victim_id"], mapping.no_victim).alias("_victim"))
    if "count" in columns:
        number = column(columns["count"]).str.strip_chars().str.replace_all(r"(\d),(\d{3})\b", "${1}${2}")
        picked.append(number.cast(pl.Float64, strict=False).alias("_count"))
    named = {**mapping.categories, **({"force": columns["force"]} if "force" in columns else {})}
    picked += [column(named[name]).cast(pl.Categorical).alias(name) for name in dict.fromkeys(mapping.stored.values())]
    return rows.select(picked)


def _columnar(table: StreamedTable, mapping: RecordsMapping) -> pl.DataFrame:
    rows = named(table.file, table.columns) if table.rows_of is None else table.rows_of
    schema = rows.collect_schema()
    text = lambda name: as_text(name, schema[name])  # noqa: E731
    try:
        return _columns(rows.with_row_index("_row", offset=1), table, mapping, text).collect(engine="streaming")
    except (pl.exceptions.PolarsError, OSError) as error:
        hint = "Write it again." if table.rows_of is None else ""
        raise PmError(f"{table.file.name} cannot be read: {str(error).splitlines()[0]}", hint) from error


def _stream(table: StreamedTable, signs: Signs, mapping: RecordsMapping, report: Report) -> pl.DataFrame:
    rows = pl.scan_csv(
        table.file.path,
        has_header=False,
        skip_lines=table.lines,
        separator=table.separator,
        schema=dict.fromkeys(table.columns, pl.String),
        infer_schema=False,
        row_index_name="_row",
        truncate_ragged_lines=not signs.exact,
        missing_columns="insert",
        glob=False,
    )
    if signs.wrong.size:
        rows = rows.filter(~pl.col("_row").is_in(pl.Series(signs.wrong, dtype=pl.UInt32).implode()))
    frame = _columns(rows, table, mapping).collect(engine="streaming")
    if signs.records >= 0 and frame.height != signs.records - signs.wrong.size:
        raise pl.exceptions.ComputeError("Polars and the signs do not agree on how many records there are")
    lines = signs.lines_of(frame["_row"].to_numpy()) if signs.inner.size else frame["_row"]
    frame = frame.with_columns((pl.Series("_row", lines, dtype=pl.UInt32) + (table.lines + 1)).cast(pl.UInt32))
    for than, found in (("more", signs.longer), ("fewer", signs.shorter)):
        if found:
            line = int(signs.lines_of(np.array([found[0][0]]))[0]) + table.lines + 1
            report.problem(
                table.file.name,
                f"rows dropped: they have {than} fields than the header's {len(table.header)}, so which is which is "
                "not known",
                len(found),
                row=line,
                example=found[0][1][:80],
            )
    return frame
