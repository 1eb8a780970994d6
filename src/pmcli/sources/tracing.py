"""From a figure to its rows: what a traced load keeps beside the observations, which rows of which file made them.

`pm why` reads the files of the history once more with a Trace, which says what is asked about. A layout that can name
its rows hands them over here just before it adds them up, with the value that each brings along; so the rows of a
figure add up to it, and `Trace.of` says whether they do. A layout that hands nothing over gives file and sheet only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

import polars as pl

from pmcli.sources.reading.files import TEXT, DataFile
from pmcli.sources.reading.raw import RawTable

PARTS: Final = "_parts"
"""A column of a layout's long rows while it is traced: the rows (structs of _row and value) that it has summed."""

HEADING: Final = "_column"
"""Another: the heading under which the value of a row stands, in a table that has several of them side by side."""

SCHEMA: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "source": pl.String,
    "area": pl.String,
    "dimension": pl.String,
    "category": pl.String,
    "period_end": pl.Date,
    "months": pl.Int8,
    "value": pl.Float64,
    "base": pl.Float64,
    "file": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "record": pl.String,
}
"""A row of an extract that a figure is made of. value, base: what it brings to it. column: the heading of its value in
a wide table, else null. record: the crime number or id that it has, else null."""

_TABLE: Final = "_table"
_LARGEST: Final = 256 * 1024**2


@dataclass(slots=True, eq=False)
class Trace:
    """What is asked about, and the rows that were found.

    measure, area: ids; area is a force or one of its districts. dimension, category: of a breakdown. windows: (first
    day, last day) of the spans that the periods asked about end in.
    """

    measure: str
    area: str
    windows: Sequence[tuple[date, date]]
    dimension: str = "all"
    category: str = "all"
    _parts: list[pl.DataFrame] = field(default_factory=list)

    @property
    def force(self) -> str:
        """The force that the area is, or is in."""
        return self.area.partition("/")[0]

    def within(self, day: str = "period_end") -> pl.Expr:
        """Whether the periods of a column of last days are asked about."""
        return pl.any_horizontal(pl.lit(value=False), *(pl.col(day).is_between(*window) for window in self.windows))

    def here(self, area: str = "area") -> pl.Expr:
        """Whether the areas of a column are the one asked about, or parts of it that may add up to it."""
        return (pl.col(area) == self.area) | pl.col(area).str.starts_with(f"{self.area}/")

    # -- what layouts hand over -------------------------------------------------------------------------------------
    def add(self, rows: pl.DataFrame, source: str, tables: Sequence[RawTable] = ()) -> None:
        """Keep rows: of SCHEMA those columns that they have, others null; with `tables`, file and sheet are those of
        the table that `_table` names, and row is `_row`. Rows of other areas and periods than asked about are left out.
        """
        rows = rows.filter(self.within(), self.here())
        if PARTS in rows.columns:
            rows = rows.drop("value", "_row", strict=False).explode(PARTS).unnest(PARTS)
        if tables:
            names = {"file": [one.file.name for one in tables], "sheet": [one.sheet.strip() for one in tables]}
            rows = rows.with_columns(
                pl.col(_TABLE).replace_strict(range(len(tables)), texts, return_dtype=pl.String).alias(name)
                for name, texts in names.items()
            )
            rows = _as_in_a_spreadsheet(rows, tables)
        own = {name: name for name in SCHEMA if name in rows.columns}
        given = {"row": "_row", "column": HEADING} | own
        fixed = {"source": source, "dimension": "all", "category": "all"}
        made = {
            name: (
                pl.col(given[name])
                if given.get(name) in rows.columns
                else pl.lit(fixed.get(name), dtype=pl.String if name in fixed else None)
            ).cast(dtype)
            for name, dtype in SCHEMA.items()
        }
        place = pl.col(_TABLE) if _TABLE in rows.columns else pl.lit(0)
        self._parts.append(rows.select(**made, _table=place.cast(pl.UInt32)))

    def classed(
        self, rows: pl.DataFrame, pairs: pl.DataFrame, areas: pl.DataFrame, source: str, tables: Sequence[RawTable]
    ) -> None:
        """Keep the classified long rows that count in the measure (sources.classify): `pairs` says which `_kind` counts
        in which measure, `areas` which `_area` is which id."""
        kinds = pairs.filter(pl.col("measure") == self.measure).select("_kind").unique()
        placed = areas.filter(self.here()).select("_area", "area")
        self.add(rows.join(kinds, on="_kind").join(placed, on="_area"), source, tables)

    def keep(self, kept: pl.DataFrame) -> None:
        """Of the rows so far, keep those of the tables that have the figures: kept has measure, _force, period_end,
        months and `_table`, one row a figure of a force that was taken."""
        mine = kept.filter(pl.col("measure") == self.measure, pl.col("_force") == self.force)
        key = ["period_end", "months", _TABLE]
        taken = mine.select(key).unique().cast({"months": pl.Int8, _TABLE: pl.UInt32})
        self._parts = [part.join(taken, on=key, how="semi", maintain_order="left") for part in self._parts]

    # -- what is asked of it ----------------------------------------------------------------------------------------
    def of(self, end: date, months: int, source: str) -> pl.DataFrame:
        """The rows (SCHEMA) behind the figure of one period, in the order of the files: the area's own, else those of
        its parts. Empty where the layout names none, or there was none to name.
        """
        whole = pl.concat([pl.DataFrame(schema=SCHEMA), *(part.select(list(SCHEMA)) for part in self._parts)])
        rows = whole.filter(
            pl.col("period_end") == end,
            pl.col("months") == months,
            pl.col("source") == source,
            pl.col("dimension") == self.dimension,
            pl.col("category") == self.category,
        )
        own = rows.filter(pl.col("area") == self.area)
        return (own if own.height else rows).sort("file", "sheet", "row", "column", maintain_order=True)


def _as_in_a_spreadsheet(rows: pl.DataFrame, tables: Sequence[RawTable]) -> pl.DataFrame:
    """`rows` with `_row` as a spreadsheet numbers it: of a text file pm counts lines, and a quoted cell that
    goes on over several of them is one row there."""
    for place in rows[_TABLE].unique().to_list():
        starts = _starts(tables[place].file, tables[place].separator or ",")
        if starts is None:
            continue
        numbers = pl.DataFrame({"_row": starts}, schema={"_row": rows.schema["_row"]}).with_row_index("_nth", offset=1)
        mine = pl.col(_TABLE) == place
        found = pl.coalesce(pl.when(mine).then(pl.col("_nth")), pl.col("_row")).cast(rows.schema["_row"])
        rows = rows.join(numbers, on="_row", how="left", maintain_order="left").with_columns(found.alias("_row"))
        rows = rows.drop("_nth")
    return rows


@lru_cache(maxsize=64)
def _starts(file: DataFile, separator: str) -> list[int] | None:
    """The line that each record of a text file begins on; None where every line is one, and for a file that is none or
    is too large to look."""
    if not file.suffix.startswith(TEXT) or file.size > _LARGEST:
        return None
    data = file.read()
    if b'"' not in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    reader = csv.reader(io.StringIO(data.decode("latin-1"), newline=""), delimiter=separator)
    starts, line = [], 0
    try:
        for _ in reader:
            starts.append(line + 1)
            line = reader.line_num
    except csv.Error:
        return None
    return starts if line != len(starts) else None


def adds_up(rows: pl.DataFrame, value: float | None, base: float | None) -> bool:
    """Whether rows of a trace sum to a figure: value, and base where it has one; a figure not known has nothing to
    sum to."""
    if value is None:
        return True
    near = _near(rows["value"], value)
    if base is None or rows["base"].null_count():
        return near
    return near and _near(rows["base"], base)


def _near(parts: pl.Series, whole: float) -> bool:
    return abs(float(parts.sum()) - whole) <= 1e-6 * max(1.0, abs(whole))
