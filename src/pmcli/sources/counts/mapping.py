"""The mapping of a table of counts: which columns its area, measure, period and value stand in (docs/mappings.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

from pmcli import toml
from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.toml import Place
from pmcli.toml_marks import HYPHENED, OneOf, Within

LAYOUTS: Final = ("long", "wide-periods", "wide-measures")
OVERLAPS: Final = ("error", "later-file-wins")
ROLES: Final = ("area", "measure", "period", "months", "value", "base")


@dataclass(frozen=True, slots=True)
class CountsMapping:
    """What the mapping of a table of counts says; the fields are described in docs/mappings.md."""

    reader: ClassVar[str] = "counts"
    path: str = ""
    title: str = ""
    source: Annotated[str, HYPHENED] = "counts"
    layout: str = "long"
    months: Annotated[int | None, Within(1, 120)] = None
    columns: Mapping[Annotated[str, OneOf(ROLES)], str] = field(default_factory=dict)
    force: str = ""
    district: str = ""
    sum_to_force: bool = False
    period_pattern: str = ""
    measures: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    overlap: Annotated[str, OneOf(OVERLAPS)] = "error"

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that a file must have, as published."""
        named = [name for role, name in self.columns.items() if role != "base" or self.layout == "long"]
        wide = list(self.measures) if self.layout == "wide-measures" else []
        district = [self.district] if self.district else []
        return tuple(dict.fromkeys([*named, *district, *wide]))


PLAIN: Final = CountsMapping(columns={"area": "area", "measure": "measure", "period": "period", "value": "value"})
"""A table of counts without a mapping: area, measure, period and value, perhaps months and base."""


def checked(path: Path, data: dict[str, Any], catalogue: Catalogue) -> CountsMapping:
    """The mapping that a file's content describes. Raises PmError that names the file and what is wrong in it."""
    place = Place(path, unknown=("a mapping has no field", "has no field"))
    mapping = toml.read(CountsMapping, data, place, path=str(path))
    for measure in [*mapping.measures.values(), *mapping.where]:
        toml.known(place, "measure", measure, catalogue.measures, "`pm measures` lists them.")
    if mapping.force:
        toml.known(place, "force", mapping.force, catalogue.forces, "`pm forces` lists them.")
    _complete(path, mapping)
    return mapping


def _complete(path: Path, mapping: CountsMapping) -> None:
    needed = {"long": ["period", "value"], "wide-periods": [], "wide-measures": ["period"]}[mapping.layout]
    if mapping.layout == "long" and not mapping.where:
        needed.append("measure")
    if mapping.layout == "wide-periods" and mapping.measures:
        needed.append("measure")
    if not mapping.force and not mapping.district:
        needed.append("area")
    for role in needed:
        if role not in mapping.columns:
            raise PmError(f"{path}: a {mapping.layout} table needs [columns] {role}", "See docs/mappings.md.")
    if (mapping.district or mapping.sum_to_force) and not (mapping.force and mapping.district):
        raise PmError(f"{path}: district and sum_to_force go with the force that the districts belong to")
    if mapping.layout != "long" and not (mapping.measures or mapping.where):
        raise PmError(f"{path}: a {mapping.layout} table needs [measures] or [where]", "See docs/mappings.md.")
    if mapping.layout == "wide-measures" and mapping.where:
        raise PmError(f"{path}: a wide-measures table names its measures in [measures]; [where] has nothing to test")
    try:
        re.compile(mapping.period_pattern)
    except re.error as error:
        raise PmError(f"{path}: period_pattern is not a regular expression: {error}") from error
