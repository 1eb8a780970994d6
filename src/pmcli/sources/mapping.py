"""The mapping files of `--map`: TOML that says which column of a table is what (docs/mappings.md).

`layout` says what kind of table it is. The ones for tables of counts are described here; the others are in the file
that LAYOUTS_ELSEWHERE names for them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

from pmcli.errors import PmError, UsageError, did_you_mean

if TYPE_CHECKING:
    from pmcli.catalogue import Catalogue

HERE: Final = Path(__file__).parent / "mappings"
LAYOUTS: Final = ("long", "wide-periods", "wide-measures")
LAYOUTS_ELSEWHERE: Final = {
    "calls": "pmcli.sources.calls_mapping",
    "records": "pmcli.sources.records_mapping",
    "respondents": "pmcli.sources.survey_mapping",
    "survey-table": "pmcli.sources.survey_mapping",
}
"""layout -> the module whose `checked(path, data, catalogue)` makes the mapping."""

OVERLAPS: Final = ("error", "later-file-wins")
ROLES: Final = ("area", "measure", "period", "months", "value", "base")
_LONGEST: Final = 120


class Mapping(Protocol):
    """What `load` needs of any mapping.

    reader: the layout of SOURCES that reads such a table. source: what the source column says. required: the columns
    that a file must have, as published.
    """

    @property
    def reader(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def required(self) -> tuple[str, ...]: ...  # noqa: D102


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


def shipped() -> list[str]:
    """The names of the mappings that come with pm."""
    return sorted(path.stem for path in HERE.glob("*.toml"))


def read_mapping(name: str | Path, catalogue: Catalogue) -> Mapping:
    """The mapping in a file, or the shipped one of that name.

    Raises UsageError when there is no such file, PmError when it is not a mapping.
    """
    path = Path(name)
    if not path.is_file():
        inside = HERE / f"{path.name.removesuffix('.toml')}.toml"
        if path.parent != Path() or not inside.is_file():
            listed = f"The mappings that come with pm are {', '.join(shipped())}."
            raise UsageError(f"{name}: no such mapping file", did_you_mean(path.stem, shipped(), listed))
        path = inside
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except OSError as error:
        raise PmError(f"{path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PmError(f"{path} is not a TOML file: {error}") from error
    # What else may be in it depends on the layout, so a slip in its name must not be taken for another.
    layout, layouts = data.get("layout", LAYOUTS[0]), (*LAYOUTS, *LAYOUTS_ELSEWHERE)
    if layout not in layouts:
        listed = f"The layouts are {', '.join(layouts)}."
        raise PmError(f"{path}: there is no layout {layout!r}", did_you_mean(str(layout), layouts, listed))
    elsewhere = LAYOUTS_ELSEWHERE.get(layout)
    if elsewhere is not None:
        made: Mapping = import_module(elsewhere).checked(path, data, catalogue)
        return made
    return _checked(path, data, catalogue)


def _checked(path: Path, data: dict[str, Any], catalogue: Catalogue) -> CountsMapping:
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
