"""The populations that ONS police force area workbooks print beside their rates and in their mid-year estimates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.sources.ons.areas import force_rows, title_of
from pmcli.sources.ons.layout import by_force
from pmcli.sources.reading.files import expand
from pmcli.sources.reading.raw import RawTable, clean
from pmcli.sources.reading.report import Report
from pmcli.sources.reading.sheets import tables_of
from pmcli.sources.reading.values import numbers


def population(paths: str | Path | Sequence[str | Path], catalogue: Catalogue | None = None) -> pl.DataFrame:
    """The mid-year populations that ONS workbooks print: force (id), year (Int32), population (Float64), sorted.

    See `estimates`. Raises PmError when none of the files has such a table.
    """
    found = estimates(paths, catalogue).filter(pl.col("unit") == "population")
    return found.select("force", "year", pl.col("number").alias("population"))


def estimates(paths: str | Path | Sequence[str | Path], catalogue: Catalogue | None = None) -> pl.DataFrame:
    """The mid-year numbers of people and households that ONS workbooks print.

    Returns force (id), year (Int32), unit ("population" or "households") and number (Float64), sorted. They stand
    beside the rates ("Household figures (mid-2018)") and in the tables of mid-year estimates,
    rounded to 100. A year that several tables print is taken from the workbook given last. Forces only.
    Raises PmError when none of the files has such a table.
    """
    catalogue = catalogue or Catalogue()
    report = Report()
    files = expand([paths] if isinstance(paths, str | Path) else paths)
    parts = []
    for file in files:
        for table in tables_of(file, by_force, report)[0]:
            for place, year, unit in _columns(table):
                frame = force_rows(table, catalogue, []).with_columns(pl.col(table.columns[place]).alias("_text"))
                frame = numbers(frame, "_text", "number", table, report, called=unit)
                kept = (pl.lit(year, dtype=pl.Int32).alias("year"), pl.lit(unit).alias("unit"), pl.col("number"))
                parts.append(frame.select("area", *kept))
    if not parts:
        raise PmError(f"{files[0].name}: no sheet of it holds populations", "Give a workbook with mid-year estimates.")
    found = pl.concat(parts).drop_nulls()
    ids = {name: catalogue.area_id(name)[0] for name in found["area"].unique().to_list()}
    found = found.with_columns(pl.col("area").replace_strict(ids, return_dtype=pl.String).alias("force"))
    return (
        found.unique(["force", "year", "unit"], keep="last", maintain_order=True)
        .select("force", "year", "unit", "number")
        .sort("force", "year", "unit")
    )


_UNITS: Final = {"population": "population", "household": "households"}


def _columns(table: RawTable) -> list[tuple[int, int, str]]:
    """Where numbers of people or households stand: (place, year, unit)."""
    beside = [
        (place, int(match[2]), _UNITS[match[1].lower()])
        for place, cell in enumerate(table.header)
        if (match := re.search(r"(?i)^(population|household)s?\b.*\(mid-(\d{4})\)", clean(cell)))
    ]
    titled = re.search(r"(?i)(population|household) estimates", title_of(table))
    if beside or titled is None:
        return beside
    unit = _UNITS[titled[1].lower()]
    # A year may have a footnote's digit glued to it: 20161 is 2016.
    years = [(place, re.fullmatch(r"((?:19|20)\d\d)\d?", clean(cell))) for place, cell in enumerate(table.header)]
    return [(place, int(year[1]), unit) for place, year in years if year]
