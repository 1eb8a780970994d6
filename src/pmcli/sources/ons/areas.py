"""What all sheets of an ONS police force area workbook share: their header, their title, and which rows are forces."""

from __future__ import annotations

from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.sources.ons.layout import CODE, NAME
from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.raw import RawTable, without_footnotes

_FORCE_CODE: Final = r"^(E23|W15)\d{6}$"
_TOTAL_NAME: Final = r"(?i)^\s*(england|wales)\b"


def title_of(table: RawTable) -> str:
    """A sheet's title: the first text over the header."""
    return next((cell for row in table.above for cell in row if cell), "")


def force_rows(table: RawTable, catalogue: Catalogue, left: list[str]) -> pl.DataFrame:
    """The rows of forces with `area`: the code where the catalogue knows it, else the name without footnotes.

    The names of the countries and regions that are left out are added to `left`.
    """
    code = next(place for name in CODE if (place := find_column(table.header, name)) is not None)
    name = find_column(table.header, NAME)
    names = table.columns
    table.used.update({code: "area", name or 0: "area"})
    codes = pl.col(names[code]).str.strip_chars().fill_null("")
    written = pl.col(names[name or 0]).str.replace_all(r"\s+", " ").str.strip_chars()
    # A row of which only the first cells are filled is a note or a row of units.
    figures = [column for place, column in enumerate(names) if place not in (code, name)]
    frame = table.frame.with_columns(codes.alias("_code"), written.alias("_name"))
    frame = frame.filter(pl.any_horizontal(pl.col(figures).is_not_null()) & pl.col("_name").is_not_null())
    force = pl.col("_code").str.contains(_FORCE_CODE)
    body = (pl.col("_code") == "") & ~pl.col("_name").str.contains(_TOTAL_NAME)
    left.extend(frame.filter(~(force | body))["_name"].to_list())
    frame = frame.filter(force | body)
    areas = [_area(c, n, catalogue) for c, n in frame.select("_code", "_name").rows()]
    return frame.with_columns(pl.Series("area", areas, dtype=pl.String))


def _area(code: str, name: str, catalogue: Catalogue) -> str:
    return code if code and catalogue.area_id(code)[1] else without_footnotes(name)
