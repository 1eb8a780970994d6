"""The populations that ONS police force area workbooks print beside their rates and in their mid-year estimates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.sources.ons.areas import force_rows, is_header, title_of
from pmcli.sources.reading.files import expand
from pmcli.sources.reading.raw import RawTable, clean
from pmcli.sources.reading.report import Report
from pmcli.sources.reading.sheets import tables_of
from pmcli.sources.reading.values import numbers


def population(paths: str | Path | Sequence[str | Path], catalogue: Catalogue | None = None) -> pl.DataFrame:
    """The mid-year populations that ONS workbooks print: force (id), year (Int32), population (Float64), sorted.

    They stand beside the rates ("Population figures (mid-2018)") and in the table of mid-year estimates, rounded to
    100. A year that several tables print is taken from the workbook given last. Forces only.
    Raises PmError when none of the files has such a table.
    """
    catalogue = catalogue or Catalogue()
    report = Report()
    files = expand([paths] if isinstance(paths, str | Path) else paths)
    parts = []
    for file in files:
        for table in tables_of(file, is_header, report)[0]:
            for place, year in _population_columns(table):
                frame = force_rows(table, catalogue, []).with_columns(pl.col(table.columns[place]).alias("_text"))
                frame = numbers(frame, "_text", "population", table, report, called="population")
                parts.append(frame.select("area", pl.lit(year, dtype=pl.Int32).alias("year"), "population"))
    if not parts:
        raise PmError(f"{files[0].name}: no sheet of it holds populations", "Give a workbook with mid-year estimates.")
    found = pl.concat(parts).drop_nulls()
    ids = {name: catalogue.area_id(name)[0] for name in found["area"].unique().to_list()}
    found = found.with_columns(pl.col("area").replace_strict(ids, return_dtype=pl.String).alias("force"))
    return (
        found.unique(["force", "year"], keep="last", maintain_order=True)
        .select("force", "year", "population")
        .sort("force", "year")
    )


def _population_columns(table: RawTable) -> list[tuple[int, int]]:
    beside = [
        (place, int(match[1]))
        for place, cell in enumerate(table.header)
        if (match := re.search(r"(?i)^population.*\(mid-(\d{4})\)", clean(cell)))
    ]
    if beside or not re.search(r"(?i)population estimates", title_of(table)):
        return beside
    return [(place, int(cell)) for place, cell in enumerate(table.header) if re.fullmatch(r"(19|20)\d\d", cell)]
