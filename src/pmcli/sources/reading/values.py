"""Numbers as publishers print them: padded, with thousands separators, footnote marks, or a marker instead.

A marker ("..", "-", "[x]" …) says that there is no figure: it becomes null, never 0. Any other text that is not a
number becomes null too, and is reported with its file, sheet and row.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report

LARGEST: Final = 1e12
"""A figure beyond this is a slip of the keyboard, not a count of anything that police record."""

MARKERS: Final = (
    *("", ".", "..", "...", "-", "--", "–", "—", "+", ":", "*", "**", "~", "na", "n/a", "#n/a", "null"),
    *("[x]", "[c]", "[low]", "[z]", "[u]", "[w]"),
)

_SPACE: Final = r"[\s\u{00a0}\u{2009}\u{202f}\u{feff}]"
_FOOTNOTE: Final = _SPACE + r"*(?:\[(?:note|notes|r|p)[\s\d,]*\]|\((?:r|p)\))$"
_GROUPED: Final = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$|^[+-]?\d{1,3}(?:" + _SPACE + r"\d{3})+(?:\.\d*)?$"
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
) -> pl.DataFrame:
    """`frame` with the numbers of the text `column` as `into`; what is not a number is counted in the report.

    frame: has the row numbers of `table` in `_row`. called: the column's name in the file. heading: the column of
    `frame` that says, for a table that has been turned from wide to long, in which column of the file a value stood.
    """
    # The text of most files is plain numbers: one cast settles them, and nothing else has to be looked at.
    plain = frame[column].cast(pl.Float64, strict=False)
    if plain.null_count() == 0 and bool((plain.abs() <= LARGEST).all()):
        return frame.with_columns((plain + 0.0).alias(into))
    found = frame.with_columns(number(column).alias(into))
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
