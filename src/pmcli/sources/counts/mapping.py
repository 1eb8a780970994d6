"""The mapping of a table of counts: which columns its area, measure, period and value stand in (docs/mappings.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

from pmcli import toml
from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.dates import Spelling, parse_period
from pmcli.sources.reading.periods import DATES, TIMES
from pmcli.toml import Place
from pmcli.toml_marks import HYPHENED, OneOf, Within

OVERLAPS: Final = ("error", "later-file-wins")
ZEROS: Final = ("left out",)
QUARTERS: Final = ("calendar", "financial")
ROLES: Final = ("area", "measure", "period", "months", "value", "base")
PLACES: Final = ("@sheet", "@file", "@title")
"""What a role may be instead of a column: the sheet's name, the file's, or the text over the header."""

Names = str | tuple[str, ...]
"""A column, or several."""


@dataclass(frozen=True, slots=True)
class CountsMapping:
    """What the mapping of a table of counts says; the fields are described in docs/mappings.md."""

    reader: ClassVar[str] = "counts"
    path: str = ""
    title: str = ""
    note: str = ""
    source: Annotated[str, HYPHENED] = "counts"
    layout: str = "long"
    months: Annotated[int | None, Within(1, 120)] = None
    columns: Mapping[Annotated[str, OneOf(ROLES)], Names] = field(default_factory=dict)
    names: Mapping[str, Names] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    force: str = ""
    measure: str = ""
    period: str = ""
    district: str = ""
    districts: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    zeros: Annotated[str, OneOf(ZEROS)] = ""
    sum_to_force: bool = False
    period_pattern: str = ""
    dates: Annotated[str, OneOf(DATES)] = ""
    times: Annotated[str, OneOf(TIMES)] = ""
    quarters: Annotated[str, OneOf(QUARTERS)] = ""
    measures: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    overlap: Annotated[str, OneOf(OVERLAPS)] = "error"

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that a file must have, as published."""
        roles = [role for role in self.columns if role != "base" or self.layout == "long"]
        named = [name for role in roles for name in self.named(role) if not name.startswith("@")]
        wide = list(self.measures) if self.layout == "wide-measures" else []
        district = [self.district] if self.district and not self.district.startswith("@") else []
        return tuple(dict.fromkeys([*named, *district, *wide]))

    def named(self, role: str) -> tuple[str, ...]:
        """The columns (or @places) of a role, none when it has none."""
        given: Names = self.columns.get(role, ())
        return (given,) if isinstance(given, str) else tuple(given)

    def called(self, name: str) -> tuple[str, ...]:
        """The names that a column may have: its own, then those that [names] gives it."""
        others: Names = self.names.get(name, ())
        return (name, others) if isinstance(others, str) else (name, *others)

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether a row of cells is the header of such a table."""
        return all(any(find_column(cells, name) is not None for name in self.called(one)) for one in self.required)

    @property
    def spelling(self) -> Spelling:
        """How its periods are spelt, as far as the mapping says."""
        return Spelling(years=self.months in (None, 12), quarters=self.quarters or "calendar")


PLAIN: Final = CountsMapping(columns={"area": "area", "measure": "measure", "period": "period", "value": "value"})
"""A table of counts without a mapping: area, measure, period and value, perhaps months and base."""


def checked(path: Path, data: dict[str, Any], catalogue: Catalogue) -> CountsMapping:
    """The mapping that a file's content describes. Raises PmError that names the file and what is wrong in it."""
    place = Place(path, unknown=("a mapping has no field", "has no field"))
    mapping = _constants(toml.read(CountsMapping, data, place, path=str(path)), catalogue)
    for role in mapping.columns:
        if not mapping.named(role) or not all(mapping.named(role)):
            raise PmError(f"{path}: [columns] {role} names no column")
        if len(mapping.named(role)) != 1 and role != "period":
            raise PmError(f"{path}: [columns] {role} is one column; only a period may be in several")
        for name in mapping.named(role):
            if name.startswith("@"):
                OneOf(PLACES).check(name, f"{path}: [columns] {role}")
    for measure in [*mapping.measures.values(), *mapping.where, *([mapping.measure] if mapping.measure else [])]:
        toml.known(place, "measure", measure, catalogue.measures, "`pm measures` lists them.")
    if mapping.force:
        toml.known(place, "force", mapping.force, catalogue.forces, "`pm forces` lists them.")
    _complete(path, mapping)
    return mapping


def _constants(mapping: CountsMapping, catalogue: Catalogue) -> CountsMapping:
    """The mapping with a role that names a measure, a force or a period itself as that, for the whole file."""
    columns = dict(mapping.columns)
    measure, force, period = mapping.measure, mapping.force, mapping.period
    if columns.get("measure") in catalogue.measures and not mapping.measures:
        measure = measure or str(columns.pop("measure"))
    if columns.get("area") in catalogue.forces:
        force = force or str(columns.pop("area"))
    named = columns.get("period")
    if isinstance(named, str) and parse_period(named) is not None:
        period = period or str(columns.pop("period"))
    return replace(mapping, columns=columns, measure=measure, force=force, period=period)


def _complete(path: Path, mapping: CountsMapping) -> None:
    needed = {"long": ["period", "value"], "wide-periods": [], "wide-measures": ["period"]}[mapping.layout]
    if mapping.layout == "long" and not mapping.where:
        needed.append("measure")
    if mapping.layout == "wide-periods" and mapping.measures:
        needed.append("measure")
    if not mapping.force and not mapping.district:
        needed.append("area")
    for role in needed:
        if role not in mapping.columns and not (role in ("measure", "period") and getattr(mapping, role)):
            raise PmError(f"{path}: a {mapping.layout} table needs [columns] {role}", "See docs/mappings.md.")
    if mapping.period and parse_period(mapping.period, mapping.spelling) is None:
        raise PmError(f"{path}: period cannot be {mapping.period!r}", "Write a month as 2023-07, a year as 2022/23.")
    if (mapping.district or mapping.sum_to_force) and not (mapping.force and mapping.district):
        raise PmError(f"{path}: district and sum_to_force go with the force that the districts belong to")
    for name in ("districts", "gone"):
        if getattr(mapping, name) and not mapping.district:
            raise PmError(f"{path}: {name} goes with district, the column that they are in")
    if mapping.layout != "long" and not (mapping.measures or mapping.where or mapping.measure):
        raise PmError(f"{path}: a {mapping.layout} table needs [measures] or [where]", "See docs/mappings.md.")
    if mapping.layout == "wide-measures" and not all(mapping.measures):
        raise PmError(f"{path}: [measures] of a wide-measures table are its columns, and one of them has no name")
    if mapping.layout == "wide-measures" and (mapping.where or mapping.measure):
        raise PmError(f"{path}: a wide-measures table names its measures in [measures]; [where] has nothing to test")
    try:
        re.compile(mapping.period_pattern)
    except re.error as error:
        raise PmError(f"{path}: period_pattern is not a regular expression: {error}") from error
