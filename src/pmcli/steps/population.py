"""Rates: how many people (or households) a window's count is divided by.

The population of a window is the mid-year (30 June) estimate on or before its end, else the latest before it, with a
note; a rate never uses an estimate for a date after its window. A population file may carry a `measure` column: a row
that names a measure is its denominator and beats the general one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from math import isfinite, nan
from pathlib import Path
from typing import Final

import polars as pl

from pmcli import opened
from pmcli.catalogue import HERE, Catalogue
from pmcli.errors import PmError, UsageError, did_you_mean
from pmcli.notes import listing, note

PER: Final = {
    "1000 population": ("population", 1_000.0),
    "100000 population": ("population", 100_000.0),
    "million population": ("population", 1_000_000.0),
    "1000 households": ("households", 1_000.0),
}


OWN: Final = {
    "population": "ONS mid-year estimates",
    "households": "the ONS households of 2017 that come with pm",
}
"""How notes name the estimates that come with pm."""


def per_unit(per: str) -> tuple[str, float]:
    """('population' or 'households', how many of them) for what a rate is per. Raises UsageError."""
    cleaned = per.lower().replace(",", "").replace("per ", "").strip()
    cleaned = {"1000": "1000 population", "million": "million population", "100000": "100000 population"}.get(
        cleaned, cleaned
    )
    if cleaned not in PER:
        raise UsageError(f"a rate cannot be per {per!r}", f"Choose one of: {'; '.join(PER)}.")
    return PER[cleaned]


FEWEST: Final = 1_000
"""People or households that any force area has at the least: the City of London has 7,000 people."""
MOST: Final = 100_000_000
"""More than there are in the whole country."""


@dataclass(slots=True)
class Population:
    """Estimates by force and year.

    estimates: unit ("population" or "households") -> (force, measure or "") -> year -> how many.
    name: how notes and conventions name where they come from. year: use this year for every window (None: the rule).
    borrowed: unit -> where its estimates come from, for one that the file `name` has none of.
    """

    estimates: dict[str, dict[tuple[str, str], dict[int, float]]]
    name: str
    year: int | None = None
    borrowed: dict[str, str] = field(default_factory=dict)
    _noted: set[str] = field(default_factory=set)

    def of(self, area: str, measure: str, end: date, unit: str = "population") -> tuple[float, int] | None:
        """(estimate, its year) for the window that ends at `end`; None when there is none to use."""
        table = self.estimates.get(unit, {})
        years = table.get((area, measure)) or table.get((area, ""))
        if not years:
            return None
        if self.year is not None:
            return (years[self.year], self.year) if self.year in years else None
        wanted = _mid_year(end)
        usable = [year for year in years if year <= wanted]
        if not usable:
            return None
        used = max(usable)
        if used != wanted:
            self._note_older(unit, wanted, used)
        return years[used], used

    def source(self, unit: str) -> str:
        """How notes name where the estimates of a unit come from."""
        return self.borrowed.get(unit, self.name)

    def _say_borrowed(self, units: Collection[str]) -> None:
        for unit in sorted(set(units) & set(self.borrowed)):
            note(f"{self.name} has no {unit}: rates per {unit} are on {self.borrowed[unit]}")

    def _note_older(self, unit: str, wanted: int, used: int) -> None:
        said = f"{unit}{wanted}{used}"
        if said not in self._noted:
            self._noted.add(said)
            note(f"{self.source(unit)}: no mid-{wanted} {unit} estimate; the latest before it, mid-{used}, is used")

    def attach(self, frame: pl.DataFrame, unit_of: dict[str, str]) -> pl.DataFrame:
        """`frame` (measure, area, period_end) with the columns population and population_year; null where unknown.

        unit_of: measure -> "population" or "households".
        Raises PmError when there is an estimate for none of the forces (a file without the year it needs).
        """
        keys = frame.select("measure", "area", "period_end").unique().sort("measure", "area", "period_end")
        self._say_borrowed([unit_of[measure] for measure in keys["measure"].unique()])
        found = [self.of(area, measure, end, unit_of[measure]) for measure, area, end in keys.iter_rows()]
        if keys.height and not any(found):
            self._refuse(keys, unit_of)
        looked_up = keys.with_columns(
            population=pl.Series([row[0] if row else None for row in found], dtype=pl.Float64),
            population_year=pl.Series([row[1] if row else None for row in found], dtype=pl.Int32),
        )
        return frame.join(looked_up, on=["measure", "area", "period_end"], how="left", validate="m:1")

    def _refuse(self, keys: pl.DataFrame, unit_of: dict[str, str]) -> None:
        """Raise PmError when the forces are known here, but not for the year that is needed."""
        measure, _, end = keys.row(0)
        unit = unit_of[measure]
        known = {area for area, _ in self.estimates.get(unit, {})}
        if not known & set(keys["area"]):
            return  # no force of these is in the file at all: their rates are null, and the reason says so
        years = sorted({year for table in self.estimates.get(unit, {}).values() for year in table})
        when = f"for {self.year}" if self.year else f"of mid-{_mid_year(end)} or before"
        raise PmError(
            f"{self.source(unit)} has no {unit} estimate {when}; its years are {years[0]} to {years[-1]}",
            "Give another file with --population, or fix the year with --population-year.",
        )


def _mid_year(end: date) -> int:
    """The year of the last 30 June on or before `end`."""
    return end.year if (end.month, end.day) >= (6, 30) else end.year - 1


def read_population(path: str | Path | None, catalogue: Catalogue, year: int | None = None) -> Population:
    """The estimates that come with pm, or a user's own: a CSV (force, year, population, and optionally measure or
    households) or an ONS police force area workbook.

    Raises PmError when the file cannot be read or lacks a column.
    """
    estimates: dict[str, dict[tuple[str, str], dict[int, float]]] = {"population": {}, "households": {}}
    if path is None:
        _read_csv(HERE / "households.csv", catalogue, estimates)
        _read_csv(HERE / "population.csv", catalogue, estimates)
        return Population(estimates, OWN["population"], year)
    path = Path(path)
    if path.suffix.lower() in {".csv", ".tsv", ".txt"} or path.is_fifo():  # what comes through a pipe is text
        _read_csv(path, catalogue, estimates)
    else:
        from pmcli.sources.ons.population import estimates as printed  # every reader comes with it: only for a workbook

        for force, in_year, unit, number in printed([path]).iter_rows():
            estimates[unit].setdefault((force, ""), {})[in_year] = number
    borrowed = {}
    # A file of people alone leaves the households to those that come with pm, which is said; one of households alone
    # leaves the people. A file's own households stand alone: two sources in one ranking would not compare.
    for unit, name in (("households", "households.csv"), ("population", "population.csv")):
        if not estimates[unit]:
            _read_csv(HERE / name, catalogue, estimates)
            borrowed[unit] = OWN[unit]
    return Population(estimates, path.name, year, borrowed)


def _read_csv(path: Path, catalogue: Catalogue, into: dict[str, dict[tuple[str, str], dict[int, float]]]) -> None:
    columns, rows = _rows_of(path)
    area_column = next((name for name in ("force", "area") if name in columns), None)
    units = [unit for unit in into if unit in columns]
    if area_column is None or "year" not in columns or not units:
        lacking = "force" if area_column is None else "year" if "year" not in columns else "population"
        raise PmError(
            f"{path.name}: a population file has the columns force, year and population; it lacks {lacking}",
            did_you_mean(lacking, columns),
        )
    strangers = set()
    seen = set()
    for number, cells in rows:
        area, known = catalogue.area_id(cells[area_column])
        if not known:
            strangers.add(cells[area_column])
        for unit in units:
            if not cells[unit]:
                continue
            year = _number(path, number, "year", cells["year"])
            if year != int(year):
                raise PmError(f"{path.name}: row {number}: year {cells['year']!r} is not a year")
            people = _count(path, number, unit, cells[unit])
            key = (area, cells.get("measure", ""))
            if (unit, key, year) in seen:
                raise PmError(
                    f"{path.name}: row {number} gives {area} {int(year)} a second time", "Keep one of the two."
                )
            seen.add((unit, key, year))
            into[unit].setdefault(key, {})[int(year)] = people
    if strangers:
        note(f"{path.name}: areas nobody knows, kept as they are: {listing(sorted(strangers))}")


def _rows_of(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The columns of a small CSV file in lower case, and its rows with their numbers. Raises PmError."""
    try:
        reader = csv.DictReader(io.StringIO(opened.contents(path).decode("utf-8-sig"), newline=""))
        columns = [name.strip().lower() for name in reader.fieldnames or ()]
        rows = [
            (number, {(key or "").strip().lower(): (value or "") for key, value in row.items() if key})
            for number, row in enumerate(reader, start=2)
        ]
    except OSError as error:
        raise PmError(f"{path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise PmError(f"{path.name} is not a CSV file in UTF-8", "Save it again as CSV UTF-8.") from error
    return columns, [(number, {key: value.strip() for key, value in row.items()}) for number, row in rows]


def _count(path: Path, row: int, column: str, text: str) -> float:
    """People or households: a whole number, not in thousands and not with another country's separators."""
    value = _number(path, row, column, text)
    where = f"{path.name}: row {row}: {column}"
    if value <= 0:
        raise PmError(f"{where} must be above 0, not {text}")
    if not re.fullmatch(r"\d{1,3}(,\d{3})+|\d+(\.0+)?", text, re.ASCII):
        raise PmError(f"{where} {text!r} is not a whole number", "Write it as 1892500 or 1,892,500.")
    if value < FEWEST:
        raise PmError(
            f"{where} {text!r} is fewer than {FEWEST:,}, which no force has",
            "Give people and households, not thousands of them.",
        )
    if value > MOST:
        raise PmError(f"{where} {text[:40]!r} is more than {MOST:,}, which no force has", "Mend the figure.")
    return value


def _number(path: Path, row: int, column: str, text: str) -> float:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        value = nan
    if not isfinite(value):
        raise PmError(f"{path.name}: row {row}: {column} {text!r} is not a number")
    return value


def read_peers(path: str | Path, catalogue: Catalogue) -> dict[str, list[str]]:
    """A peers file (columns force, peer) as force -> its Most Similar Group without itself.

    Raises PmError when the file cannot be read, lacks a column, or names a force nobody knows.
    """
    path = Path(path)
    columns, rows = _rows_of(path)
    if "force" not in columns or "peer" not in columns:
        raise PmError(f"{path.name}: a peers file has the columns force and peer, one row a pair")
    groups: dict[str, list[str]] = {}
    for number, cells in rows:
        pair = []
        for column in ("force", "peer"):
            name = cells.get(column, "")
            if not name:
                raise PmError(f"{path.name}: row {number}: the {column} is blank")
            area, known = catalogue.area_id(name)
            if not known:
                names = [force.id for force in catalogue.forces.values()]
                raise PmError(f"{path.name}: row {number}: there is no force {name!r}", did_you_mean(name, names))
            pair.append(area)
        members = groups.setdefault(pair[0], [])
        if pair[1] != pair[0] and pair[1] not in members:
            members.append(pair[1])
    return groups
