"""A figure and the form it is read in: the one place where a figure becomes text, or a number format of a workbook.

A view carries figures as values to the very end; the medium asks for the text, or for the number and its format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pmcli.periods import month_name, short_month
from pmcli.tables import BY_STATISTIC, Table
from pmcli.views.language import words

Value = float | date | bool | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is not text yet. form: one of `_TEXTS`. mark: what stands behind it, as a star or an arrow."""

    value: Value
    form: str = "count"
    mark: str = ""

    def __str__(self) -> str:
        return text(self.value, self.form) + self.mark


def of_kind(kind: str) -> str:
    """The form of a measure's figure by the measure's kind: a count, a share, a mean."""
    return BY_STATISTIC["figure"].get(kind, "count")


def difference_of_kind(kind: str) -> str:
    """The form of a difference of two figures of a measure by the measure's kind."""
    return BY_STATISTIC["difference"].get(kind, "signed")


def figures(table: Table, row: Mapping[str, Any], *columns: str, kind: str = "") -> list[Figure]:
    """The figures of a row in these columns, in the forms that the contract gives them.

    kind: the measure's kind, for a table whose rows do not say what their figures are.
    """
    known = row if "statistic" in row else {"statistic": kind, **row}
    return [Figure(row[name], table.form(name, known)) for name in columns]


def text(value: Value, form: str) -> str:
    """A value as people read it; a dash where it is not known. Raises KeyError for a form that nobody knows."""
    return _TEXTS[form](value)


_TEXTS: Final[Mapping[str, Callable[[Any], str]]] = {
    "count": words.count,
    "signed": words.signed,
    "expected": words.expected,
    "limit": words.limit,
    "rate": words.rate,
    "signed-rate": words.signed_rate,
    "ratio": words.ratio,
    "fine-ratio": words.fine_ratio,
    "percent": words.percent,
    "whole-percent": words.whole_change,
    "share": words.share,
    "points": words.points,
    "whole-points": words.whole_points,
    "p": words.p_value,
    "month": month_name,
    "short-month": short_month,
}
"""Form -> what makes text of a value of it."""


def for_workbook(figure: Figure) -> tuple[float | date | None, str]:
    """The value that a workbook's cell holds and the number format that shows it as `str(figure)` does.

    Points are fractions here and whole points in the cell, for no number format multiplies by 100 without a % sign.
    """
    value = figure.value
    if value is None:
        return None, "General"
    if isinstance(value, date):
        return value, _marked({"month": "mmm yyyy", "short-month": "mmm yy"}[figure.form], figure.mark)
    shown = _SHOWN[figure.form]
    if figure.form in {"points", "whole-points"}:
        value = round(value * 100, 9)
    return value, _marked(shown(value) if callable(shown) else shown, figure.mark)


def _marked(shown: str, mark: str) -> str:
    """A number format with the mark behind the number, in each of its sections."""
    quoted = '"' + mark.replace('"', '""') + '"'
    return ";".join(section + quoted for section in shown.split(";")) if mark else shown


def _whole(value: float) -> str:
    return "#,##0" if value == round(value) else "#,##0.0"


def _signed(value: float, shown: str, places: int, after: str = "") -> str:
    """A number format with a sign; none for what is shown as zero."""
    if round(abs(value), places) == 0:
        return f"{shown}{after};{shown}{after}"
    return f"+{shown}{after};-{shown}{after};{shown}{after}"


_SHOWN: Final[Mapping[str, str | Callable[[float], str]]] = {
    "count": _whole,
    "signed": lambda value: _signed(value, _whole(value), 9),
    "expected": lambda value: "#,##0.0" if value < 1000 else "#,##0",
    "limit": lambda value: "#,##0.0" if abs(value) < 100 else "#,##0",
    "rate": lambda value: "#,##0.000" if abs(value) < 1 else "#,##0.00",
    "signed-rate": "+0.00;-0.00;+0.00",
    "ratio": "0.00",
    "fine-ratio": "0.000",
    "percent": lambda value: _signed(value * 100, "0.0", 1, "%"),
    "whole-percent": lambda value: "0%" if round(value * 100) else "0%;0%",
    "share": "0.0%",
    "points": lambda value: _signed(value, "0.0", 1, '" pp"'),
    "whole-points": lambda value: _signed(value, "0", 0),
    "p": '[<0.001]"<0.001";[<0.1]0.000;0.00',
}
"""Form -> the number format that shows it as its text does, which may depend on the value that the cell holds."""


def in_a_column(form: str, value: float) -> str:
    """The number format of a figure in a table to work on, where a column has figures of every size."""
    if form in _IN_A_COLUMN:
        return _IN_A_COLUMN[form]
    if abs(value) >= 1e15 or value == int(value):
        return "#,##0"
    return "#,##0.000" if abs(value) < 10 else "#,##0.0"


_IN_A_COLUMN: Final[Mapping[str, str]] = {
    "percent": "0.0%", "share": "0.0%", "points": "0.0%", "p": "0.000", "year": "0", "rate": "#,##0.000",
    "ratio": "#,##0.000",
}  # fmt: skip
