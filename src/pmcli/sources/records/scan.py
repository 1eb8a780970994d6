"""Crime records from file to memory: only the mapped columns, one row a record, small enough for millions of them.

A text file above STREAM_BYTES is never held whole. Its lines are looked at once, in a streaming scan, for rows with too
many or too few fields, and its columns are then streamed into categories and hashes. A file with line breaks inside
quotes, or that is not UTF-8, is read like any other (sheets.py). Crime numbers and victim ids are kept as 64-bit
hashes: among five million of them two that differ have the same one with a chance of less than one in a million.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.files import TEXT, DataFile
from pmcli.sources.reading.raw import Matcher, RawTable, column_names
from pmcli.sources.reading.report import Report
from pmcli.sources.reading.sheets import tables_of
from pmcli.sources.reading.text import find_header
from pmcli.sources.records.mapping import RecordsMapping

STREAM_BYTES: Final = 32 * 1024 * 1024
"""Text files on disk from this size on are streamed."""

_HEAD: Final = 1 << 18


@dataclass(slots=True)
class StreamedTable(RawTable):
    """A text file that is too large to hold: `frame` has no rows, `rows` says how many were read once they were."""

    separator: str = ","
    lines: int = 0
    """Lines up to and with the header."""


def streamed(file: DataFile, fits: Matcher, least: int | None = None) -> StreamedTable | None:
    """The table of a large text file on disk, unread; None when the file is small, packed, or has no such header."""
    if file.member or file.suffix not in TEXT or file.size < (STREAM_BYTES if least is None else least):
        return None
    with file.path.open("rb") as opened:
        head = opened.read(_HEAD)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    found = find_header(head.removeprefix(b"\xef\xbb\xbf"), fits, file.suffix)
    if found is None:
        return None
    separator, header, above, lines, _ = found
    empty = pl.DataFrame(schema=dict.fromkeys([*column_names(header), "_row"], pl.String))
    return StreamedTable(file, "", header, above, empty, separator=separator, lines=lines)


def compact(table: RawTable, mapping: RecordsMapping, report: Report) -> pl.DataFrame:
    """The records of a table, one row each.

    Returns _row (UInt32), _crime and _victim (UInt64 hashes; null when blank or no victim), _date (the text), and a
    column a role, flag and [by] name of the mapping with its text, all Categorical.
    """
    if not isinstance(table, StreamedTable):
        return _columns(table.frame.lazy(), table, mapping).collect()
    try:
        frame = _stream(table, mapping, report)
    except (pl.exceptions.PolarsError, OSError):
        frame = None
    if frame is None:
        read, _ = tables_of(table.file, lambda cells: tuple(cells[: len(table.header)]) == table.header, report)
        frame = _columns(read[0].frame.lazy(), read[0], mapping).collect()
    table.rows = frame.height
    return frame


def _columns(rows: pl.LazyFrame, table: RawTable, mapping: RecordsMapping) -> pl.LazyFrame:
    """The mapped columns of rows that have those of `table`, by their roles."""

    def column(published: str) -> pl.Expr:
        place = find_column(table.header, published)
        assert place is not None, published  # the header fits the mapping
        return pl.col(table.columns[place])

    columns = mapping.columns
    whose = column(columns["force"]).str.strip_chars().str.to_lowercase() if "force" in columns else None

    def hashed(published: str, blank: tuple[str, ...]) -> pl.Expr:
        text = column(published).str.strip_chars()
        known = text.is_not_null() & ~text.str.to_lowercase().is_in(list(blank))
        # A number is one force's own.
        whole = text if whose is None else pl.concat_str(whose, text, separator="\n", ignore_nulls=True)
        return pl.when(known).then(whole.hash())

    picked = [pl.col("_row").cast(pl.UInt32), hashed(columns["crime_number"], ("",)).alias("_crime")]
    picked.append(column(columns["recorded_date"]).cast(pl.Categorical).alias("_date"))
    if "victim_id" in columns:
        picked.append(hashed(columns["victim_id"], mapping.no_victim).alias("_victim"))
    named = {**mapping.categories, **({"force": columns["force"]} if "force" in columns else {})}
    picked += [column(published).cast(pl.Categorical).alias(name) for name, published in named.items()]
    return rows.select(picked)


def _stream(table: StreamedTable, mapping: RecordsMapping, report: Report) -> pl.DataFrame | None:
    wrong = _wrong_lines(table)
    if wrong is None:
        return None
    rows = pl.scan_csv(
        table.file.path,
        has_header=False,
        skip_lines=table.lines,
        separator=table.separator,
        schema=dict.fromkeys(table.columns, pl.String),
        infer_schema=False,
        row_index_name="_row",
        row_index_offset=table.lines + 1,
        truncate_ragged_lines=True,
        glob=False,
    )
    if wrong.height:
        rows = rows.filter(~pl.col("_row").is_in(wrong["_row"].implode()))
    frame = _columns(rows, table, mapping).collect(engine="streaming")
    for_real = wrong.filter(pl.col("line") != "")
    for than in ("more", "fewer"):
        found = for_real.filter(pl.col("more") if than == "more" else ~pl.col("more"))
        if found.height:
            report.problem(
                table.file.name,
                f"rows dropped: they have {than} fields than the header's {len(table.header)}, so which is which is "
                "not known",
                found.height,
                row=int(found["_row"][0]),
                example=str(found["line"][0])[:80],
            )
    return frame


def _wrong_lines(table: StreamedTable) -> pl.DataFrame | None:
    """The lines with too many or too few fields (_row, line, more), or None when lines are not rows."""
    lines = pl.scan_csv(
        table.file.path,
        has_header=False,
        skip_lines=table.lines,
        separator="\x1f",
        quote_char=None,
        schema={"line": pl.String},
        infer_schema=False,
        row_index_name="_row",
        row_index_offset=table.lines + 1,
        glob=False,
    )
    line = pl.col("line").fill_null("")
    signs = line.str.count_matches(table.separator, literal=True)
    # Separators inside quotes are none; only the lines that have both are looked at closely.
    quoted = line.str.contains('"', literal=True)
    between = len(table.columns) - 1
    unusual = lines.filter(quoted | (signs != between)).with_columns(line.str.strip_chars_end("\r").alias("line"))
    bare = pl.col("line").str.replace_all(r'"[^"]*"', "")
    looked = unusual.select(
        "_row",
        pl.when(bare.str.count_matches(table.separator, literal=True) != between).then("line").alias("line"),
        bare.str.count_matches(table.separator, literal=True).alias("signs"),
        bare.str.contains('"', literal=True).alias("open"),
    )
    found = looked.filter(pl.col("line").is_not_null() | pl.col("open")).collect(engine="streaming")
    if found["open"].any():
        return None
    found = found.with_columns((pl.col("signs") > between).alias("more")).sort("_row")
    blank = pl.col("line").str.replace_all(table.separator, "", literal=True).str.strip_chars() == ""
    return found.with_columns(pl.when(blank).then(pl.lit("")).otherwise("line").alias("line"))
