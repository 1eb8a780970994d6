"""What a table of the contract is: its columns, each with its type, the form it is read in, and its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import polars as pl

KEY: Final = ("source", "measure", "area", "dimension", "category", "period_end", "months")
"""The columns that every table begins with."""

SERIES: Final = KEY[:5]

FORMS: Final = {
    "text": "a word, an id or a sentence",
    "truth": "true or false",
    "month": "a date, read as the month that ends with it",
    "year": "a calendar year",
    "count": "a number of things; a sum of weights may have a fraction",
    "signed": "a difference of two counts",
    "expected": "a count that is expected, with a fraction",
    "rate": "a number per so many people or households, or a mean",
    "ratio": "a number relative to another",
    "percent": "a change as a fraction: 0.137 is +13.7 %",
    "share": "a part of a whole as a fraction: 0.811 is 81.1 %",
    "points": "a difference of two shares as a fraction: 0.014 is 1.4 percentage points",
    "p": "a p-value",
    "figure": "a count, share or mean, whichever `statistic` or the measure's kind says",
    "difference": "a difference of two such figures",
}
"""Every form a column may have, and how it is read. views/language/forms.py makes text of them, and number formats."""

BY_STATISTIC: Final[Mapping[str, Mapping[str, str]]] = {
    "figure": {"count": "count", "share": "share", "mean": "rate"},
    "difference": {"count": "signed", "share": "points", "mean": "signed-rate"},
}
"""The forms that depend on what a figure is: form -> statistic (or a measure's kind) -> the form it then has."""


class Column(NamedTuple):
    """A column. dtype: a Polars dtype by name. form: one of FORMS. meaning: a sentence for the data dictionary."""

    dtype: str
    form: str
    meaning: str


class Table(NamedTuple):
    """A table of the contract.

    name: what it is called in messages and in the documentation.
    made_by: the command that makes it.
    columns: column name -> what it holds, in the order in which they are written.
    key: the columns that identify a row; a key that comes twice is an error.
    about: what a sentence of it may be about, in the order in which they are said; empty: nothing is said of it.
    """

    name: str
    made_by: str
    columns: dict[str, Column]
    key: tuple[str, ...]
    about: tuple[str, ...] = ()

    def schema(self) -> pl.Schema:
        """The Polars schema of the table."""
        import polars as pl

        return pl.Schema({name: getattr(pl, column.dtype)() for name, column in self.columns.items()})

    def empty(self) -> pl.DataFrame:
        """The table with no rows: the schema goes on down the pipe."""
        import polars as pl

        return pl.DataFrame(schema=self.schema())

    def form(self, column: str, row: Mapping[str, Any]) -> str:
        """The form of a row's figure; "figure" and "difference" only where the row itself does not say which."""
        form = self.columns[column].form
        return BY_STATISTIC[form].get(str(row.get("statistic")), form) if form in BY_STATISTIC else form

    @property
    def own(self) -> tuple[str, ...]:
        """The columns this table has beside the shared key columns."""
        return tuple(name for name in self.columns if name not in KEY)
