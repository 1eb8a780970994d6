"""Text cells of a CSV file that a spreadsheet would run as a formula, written so that it shows them instead.

A spreadsheet takes a cell that begins with = + - @ (or a tab or carriage return before one) for a formula, and a name
in an extract may hold anything. An apostrophe before it makes it text: the form that OWASP recommends against CSV
injection. A cell that has apostrophes before such a character gets one more, so that taking one off is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

_RUNS: Final = r"^('*[=+\-@\t\r])"
_KEPT: Final = r"^'('*[=+\-@\t\r])"


def protected(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before each text that a spreadsheet would run; figures and dates are as they are."""
    return _replaced(frame, _RUNS, "'${1}")


def unprotected(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame that `protected` was given."""
    return _replaced(frame, _KEPT, "${1}")


def _replaced(frame: pl.DataFrame, pattern: str, by: str) -> pl.DataFrame:
    import polars as pl

    return frame.with_columns(pl.col(pl.String).str.replace(pattern, by))
