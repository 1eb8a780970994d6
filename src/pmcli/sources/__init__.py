"""Extract layouts. `load` turns files into observations; SOURCES is the literal table of the layouts it knows.

A layout is one file in this folder: the columns that its header must have, and `read`, which turns tables of text into
a long frame of classification, area, period and value. Recognising the layout, the catalogue's conditions, force names,
keys and the final conforming are done here, once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pmcli.sources.report import Problem, Report

if TYPE_CHECKING:
    import polars as pl

    from pmcli.catalogue import Catalogue

__all__ = ["SOURCES", "Input", "Loaded", "Problem", "Report", "Source", "load"]


@dataclass(frozen=True, slots=True)
class Source:
    """A layout that `load` knows.

    title: one line for people. module: where its `read` is. columns: header names, as published, that must be there;
    matching ignores case, white space and footnote digits in the file.
    """

    name: str
    title: str
    module: str
    columns: tuple[str, ...]


SOURCES: Final[dict[str, Source]] = {
    "home-office": Source(
        "home-office",
        "Home Office police recorded crime open data, by force and financial quarter",
        "pmcli.sources.home_office",
        (
            "Financial Year",
            "Financial Quarter",
            "Force Name",
            "Offence Description",
            "Offence Group",
            "Offence Subgroup",
            "Offence Code",
            "Number of Offences",
        ),
    ),
    "home-office-years": Source(
        "home-office-years",
        "Home Office police recorded crime, published 12-month totals",
        "pmcli.sources.home_office_years",
        ("12 months ending", "PFA", "Offence", "Rolling year total number of offences"),
    ),
    "street": Source(
        "street",
        "data.police.uk street-level crime: files, folders or whole archives",
        "pmcli.sources.street",
        ("Month", "Reported by", "Falls within", "Crime type"),
    ),
    "ons": Source(
        "ons",
        "ONS police force area tables (workbooks): offences, knife offences, population",
        "pmcli.sources.ons",
        ("Area Code", "Area Name"),
    ),
    "counts": Source(
        "counts",
        "any table of counts: area, measure, period and value, or with a mapping (--map)",
        "pmcli.sources.counts",
        ("area", "measure", "period", "value"),
    ),
    "records": Source(
        "records",
        "crime records, one row a crime (Business Objects, Athena), mostly with a mapping",
        "pmcli.sources.records",
        ("crime_number", "recorded_date", "force"),
    ),
    "calls": Source(
        "calls",
        "999 calls by force and month: answered within 10 seconds, in 60 or more, average answer time",
        "pmcli.sources.calls",
        (
            "Force",
            "Month",
            "Calls",
            "Answered within 10 seconds",
            "Answered in 60 seconds or more",
            "Average answer time",
        ),
    ),
    "survey": Source(
        "survey",
        "a survey: percentages with their base, or with a mapping (--map) one row a respondent",
        "pmcli.sources.survey",
        ("area", "measure", "period", "percentage", "base"),
    ),
}


@dataclass(slots=True)
class Input:
    """One file on disk, as the history keeps it.

    sha256, method: see files.fingerprints. source: the layout it was read as ("" when it was passed over).
    rows: rows read from it; for street files, which are read together, they are counted only in `Loaded.rows`.
    gives: the sources that its figures go by, where a mapping names them otherwise than the layout.
    """

    name: str
    bytes: int
    sha256: str
    method: str
    source: str
    rows: int | None
    gives: tuple[str, ...] = ()


@dataclass(slots=True)
class Loaded:
    """What `load` gives: observations (tables.OBSERVATIONS, sorted by key), where they came from, and what to know."""

    observations: pl.DataFrame
    inputs: list[Input]
    report: Report
    rows: int


def load(
    paths: str | Path | Sequence[str | Path],
    *,
    source: str | None = None,
    mapping: str | Path | None = None,
    catalogue: Catalogue | None = None,
    strict: bool = False,
    hash_all: bool = False,
    progress: Callable[[int, int], None] | None = None,
    by: Sequence[str] = (),
    area: str = "",
) -> Loaded:
    """Observations from files, folders, globs and archives.

    source: the layout (a name of SOURCES); None recognises it from each file's header. mapping: a mapping file, or the
    name of a shipped one. strict: the first row that cannot be used is an error. hash_all: hash large inputs whole.
    progress: called with bytes done and bytes in all, now and then. by, area: for records, the mapped columns to break
    every measure down by, and the one that districts (or other areas within the force) are in.
    Raises UsageError for an unknown source or mapping, PmError for everything that is wrong with the files.
    """
    from pmcli.sources.loading import load_files

    return load_files(
        [paths] if isinstance(paths, str | Path) else list(paths),
        source=source,
        mapping=mapping,
        catalogue=catalogue,
        report=Report(strict=strict),
        hash_all=hash_all,
        progress=progress,
        by=by,
        area=area,
    )
