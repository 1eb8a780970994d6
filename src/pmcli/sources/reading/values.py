"""Numbers as publishers print them: padded, with thousands separators, footnote marks, or a marker instead.

A marker ("..", "-", "[x]" …) says that there is no figure: it becomes null, never 0. Any other text that is not a
number becomes null too, and is reported with its file, sheet and row.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report

DOTTED: Final = "_dotted"
"""The column of `numbers` that says where a figure is written as 1.234, which may be a thousand or a fraction."""

LARGEST: Final = 1e12
"""A figure beyond this is a slip of the keyboard, not a count of anything that police record."""

MARKERS: Final = (
    *("", ".", "..", "...", "-", "--", "–", "—", "+", ":", "*", "**", "~", "na", "n/a", "#n/a", "null"),
    *("[x]", "[c]", "[low]", "[z]", "[u]", "[w]"),
)

_SPACE: Final = r"[\s\u{00a0}\u{2009}\u{202f}\u{feff}]"
_FOOTNOTE: Final = _SPACE + r"*(?:\[(?:note|notes|r|p)[\s\d,]*\]|\((?:r|p)\))$"
_GROUPED: Final = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$|^[+-]?\d{1,3}(?:" + _SPACE + r"\d{3})+(?:\.\d*)?$"
_DOTTED: Final = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
_DOTS: Final = r"^[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$"
_PLAIN: Final = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"


def number(column: str) -> pl.Expr:
    """The numbers in a column of text, Float64; null for a marker, a blank, or text that is not a number.

    " 1,234 ", "1 234", "123.0", "123 [note 2]" and "-00" are numbers; negative ones are kept (they are corrections).
    "1,23" and "12 34" are not: a separator has to stand where thousands are.
    """
    text = _trimmed(column).str.replace("−", "-", literal=True).str.replace("(?i)" + _FOOTNOTE, "")
    text = pl.when(text.str.contains(_GROUPED)).then(text.str.replace_all("," + "|" + _SPACE, "")).otherwise(text)
    # + 0.0 turns the minus zero of "-00" into zero.
    value = pl.when(text.str.contains(_PLAIN)).then(text).otherwise(None).cast(pl.Float64, strict=False) + 0.0
    return pl.when(value.abs() <= LARGEST).then(value)


def marked(column: str) -> pl.Expr:
    """Whether the text is blank or a marker that says there is no figure."""
    return pl.col(column).is_null() | _trimmed(column).str.to_lowercase().is_in(list(MARKERS))


def _trimmed(column: str) -> pl.Expr:
    return pl.col(column).str.replace("^" + _SPACE + "+", "").str.replace(_SPACE + "+$", "")


def numbers(
    frame: pl.DataFrame,
    column: str,
    into: str,
    table: RawTable,
    report: Report,
    *,
    called: str = "",
    heading: str | None = None,
    dots: bool = False,
) -> pl.DataFrame:
    """`frame` with the numbers of the text `column` as `into`; what is not a number is counted in the report.

    frame: has the row numbers of `table` in `_row`. called: the column's name in the file. heading: the column of
    `frame` that says, for a table that has been turned from wide to long, in which column of the file a value stood.
    dots: mark in DOTTED which are written as 1.234.
    """
    # The text of most files is plain numbers: one cast settles them, and nothing else has to be looked at.
    plain = frame[column].cast(pl.Float64, strict=False)
    whole = plain.null_count() == 0 and bool((plain.abs() <= LARGEST).all())
    if whole and bool((plain == plain.floor()).all()) and not _may_have_dots(frame, column, table):
        return frame.with_columns((plain + 0.0).alias(into))
    frame = _without_dots(frame, column, table, report, called or column)
    found = frame.with_columns(number(column).alias(into))
    dotted = pl.col(column).str.strip_chars().str.contains(_DOTTED).fill_null(value=False)
    if dots and found.select(dotted.any()).item():
        found = found.with_columns(dotted.alias(DOTTED))
    odd = found.filter(pl.col(into).is_null())
    if not odd.height:
        return found
    words = odd.filter(~marked(column)).sort("_row")
    if words.height:
        first = words.row(0, named=True)
        what = (
            "values are not numbers, and are not known" if heading else f"rows without a number in {called or column!r}"
        )
        example = f"{first[column]} in the column {first[heading]}" if heading else str(first[column])
        report.problem(
            table.file.name, what, words.height, sheet=table.sheet, row=int(first["_row"]), example=example.strip()
        )
    empty = odd.height - words.height
    if empty:
        signs = odd.filter(marked(column)).select(_trimmed(column).fill_null("").unique().sort()).to_series().to_list()
        shown = ", ".join(repr(sign) if sign else "blank" for sign in signs[:4])
        report.note(f"{table.where}: {empty:,} value{'s are' if empty > 1 else ' is'} not given ({shown}): not known")
    return found


def _may_have_dots(frame: pl.DataFrame, column: str, table: RawTable) -> bool:
    return table.separator == ";" and bool(frame[column].str.contains(r"\.\d{3}", literal=False).any())


def _without_dots(frame: pl.DataFrame, column: str, table: RawTable, report: Report, called: str) -> pl.DataFrame:
    """`frame` with the numbers of a continental table as ours: 1.234,5 as 1234.5.

    A table with semicolons is one where a dot is only ever seen where thousands are, or a comma only as a decimal sign.
    """
    if table.separator != ";":
        return frame
    text = _trimmed(column)
    signs = frame.select(
        (text.str.contains(r"\.") & ~text.str.contains(_DOTS)).any().alias("decimal dots"),
        text.str.contains(_DOTS).any().alias("dots"),
        text.str.contains(r"^[+-]?\d+,(?:\d{1,2}|\d{4,})$").any().alias("decimal commas"),
        text.str.contains(r"^[+-]?\d{1,3}(?:,\d{3})+\.").any().alias("british"),
    ).row(0, named=True)
    if signs["decimal dots"] or signs["british"] or not (signs["dots"] or signs["decimal commas"]):
        return frame
    as_ours = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    report.note(f"{table.where}: in {called!r} a dot stands at the thousands and a comma before decimals: read so")
    continental = text.str.contains(r"^[+-]?\d{1,3}(?:\.\d{3})*(?:,\d+)?$|^[+-]?\d+(?:,\d+)?$")
    return frame.with_columns(pl.when(continental).then(as_ours).otherwise(pl.col(column)).alias(column))


def without_merged(
    frame: pl.DataFrame, table: RawTable, report: Report, called: str, heading: str | None = None
) -> pl.DataFrame:
    """`frame` with `value` not known where it stands in a merged cell: one figure for several rows or columns.

    called: the column of the values; heading: the column of `frame` that says it of a table turned from wide to long.
    """
    if not table.merged:
        return frame
    if heading is None:
        place = find_column(table.header, called)
        rows = table.merged.get(table.columns[place], set()) if place is not None else set()
        inside = pl.col("_row").is_in(list(rows))
    else:
        pairs = [(name, row) for name, rows in table.merged.items() for row in sorted(rows)]
        marks = pl.DataFrame(pairs, schema={heading: pl.String, "_row": pl.UInt32}, orient="row")
        marks = marks.with_columns(pl.lit(value=True).alias("_merged"))
        frame = frame.join(marks, on=[heading, "_row"], how="left", maintain_order="left")
        inside = pl.col("_merged").fill_null(value=False)
    lost = frame.filter(inside).sort("_row")
    if lost.height:
        report.problem(
            table.file.name,
            "values not known: merged cells, one figure for all the cells that they cover",
            lost.height,
            sheet=table.sheet,
            row=int(lost["_row"][0]),
        )
        frame = frame.with_columns(pl.when(~inside).then("value").alias("value"))
    return frame.drop("_merged", strict=False)
