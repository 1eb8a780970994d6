"""The mapping of a table of counts: which columns its area, measure, period and value stand in (docs/mappings.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, did_you_mean

LAYOUTS: Final = ("long", "wide-periods", "wide-measures")
OVERLAPS: Final = ("error", "later-file-wins")
ROLES: Final = ("area", "measure", "period", "months", "value", "base")
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class CountsMapping:
    """What the mapping of a table of counts says; the fields are described in docs/mappings.md."""

    reader: ClassVar[str] = "counts"
    path: str = ""
    title: str = ""
    source: str = "counts"
    layout: str = "long"
    months: int | None = None
    columns: dict[str, str] = field(default_factory=dict)
    force: str = ""
    district: str = ""
    sum_to_force: bool = False
    period_pattern: str = ""
    measures: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    overlap: str = "error"

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
    kinds: dict[str, type] = {
        **dict.fromkeys(("title", "source", "layout", "force", "district", "period_pattern", "overlap"), str),
        **dict.fromkeys(("columns", "measures", "where"), dict),
        "months": int,
        "sum_to_force": bool,
    }
    for key, value in data.items():
        if key not in kinds:
            raise PmError(f"{path}: a mapping has no field {key!r}", did_you_mean(key, kinds))
        if not isinstance(value, kinds[key]) or (kinds[key] is int and isinstance(value, bool)):
            raise PmError(f"{path}: {key} must be {_SPOKEN[kinds[key]]}, not {value!r}")
        if isinstance(value, dict) and not all(isinstance(text, str) for text in value.values()):
            raise PmError(f"{path}: [{key}] takes text only")
    mapping = CountsMapping(path=str(path), **data)
    _one_of(path, "overlap", mapping.overlap, OVERLAPS)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mapping.source):
        raise PmError(f"{path}: source must be lower-case words joined by hyphens, not {mapping.source!r}")
    if mapping.months is not None and not 1 <= mapping.months <= _LONGEST:
        raise PmError(f"{path}: months must be 1 to {_LONGEST}, not {mapping.months}")
    for role in mapping.columns:
        _one_of(path, "[columns]", role, ROLES)
    for measure in [*mapping.measures.values(), *mapping.where]:
        if measure not in catalogue.measures:
            raise PmError(
                f"{path}: there is no measure {measure!r}",
                did_you_mean(measure, catalogue.measures, "`pm measures` lists them."),
            )
    _complete(path, mapping, catalogue)
    return mapping


_SPOKEN: Final[dict[type, str]] = {str: "text", dict: "a table", int: "a whole number", bool: "true or false"}


def _one_of(path: Path, what: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        listed = ", ".join(allowed)
        raise PmError(f"{path}: {what} cannot be {value!r}", did_you_mean(value, allowed, f"It is one of {listed}."))


def _complete(path: Path, mapping: CountsMapping, catalogue: Catalogue) -> None:
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
    if mapping.force and mapping.force not in catalogue.forces:
        raise PmError(
            f"{path}: there is no force {mapping.force!r}",
            did_you_mean(mapping.force, catalogue.forces, "`pm forces` lists them."),
        )
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
