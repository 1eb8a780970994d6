"""The mapping of a table of counts: which columns its area, measure, period and value stand in (docs/mappings.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Final

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, did_you_mean
from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.dates import Spelling, parse_period
from pmcli.sources.reading.periods import DATES, TIMES

LAYOUTS: Final = ("long", "wide-periods", "wide-measures")
OVERLAPS: Final = ("error", "later-file-wins")
ZEROS: Final = ("left out",)
QUARTERS: Final = ("calendar", "financial")
ROLES: Final = ("area", "measure", "period", "months", "value", "base")
PLACES: Final = ("@sheet", "@file", "@title")
"""What a role may be instead of a column: the sheet's name, the file's, or the text over the header."""
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class CountsMapping:
    """What the mapping of a table of counts says; the fields are described in docs/mappings.md."""

    reader: ClassVar[str] = "counts"
    path: str = ""
    title: str = ""
    note: str = ""
    source: str = "counts"
    layout: str = "long"
    months: int | None = None
    columns: dict[str, str | list[str]] = field(default_factory=dict)
    names: dict[str, str | list[str]] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)
    force: str = ""
    measure: str = ""
    period: str = ""
    district: str = ""
    districts: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)
    zeros: str = ""
    sum_to_force: bool = False
    period_pattern: str = ""
    dates: str = ""
    times: str = ""
    quarters: str = ""
    measures: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    overlap: str = "error"

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
        given = self.columns.get(role, [])
        return (given,) if isinstance(given, str) else tuple(given)

    def called(self, name: str) -> tuple[str, ...]:
        """The names that a column may have: its own, then those that [names] gives it."""
        others = self.names.get(name, [])
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
    texts = (
        *("title", "note", "source", "layout", "force", "measure", "period", "district", "period_pattern", "overlap"),
        *("zeros", "dates", "times", "quarters"),
    )
    kinds: dict[str, type] = {
        **dict.fromkeys(texts, str),
        **dict.fromkeys(("columns", "measures", "where", "names"), dict),
        **dict.fromkeys(("sheets", "districts", "gone", "totals"), list),
        "months": int,
        "sum_to_force": bool,
    }
    for key, value in data.items():
        if key not in kinds:
            raise PmError(f"{path}: a mapping has no field {key!r}", did_you_mean(key, kinds))
        if not isinstance(value, kinds[key]) or (kinds[key] is int and isinstance(value, bool)):
            raise PmError(f"{path}: {key} must be {_SPOKEN[kinds[key]]}, not {value!r}")
        lists = key in ("columns", "names")
        if isinstance(value, dict) and not all(_is_text(text, lists=lists) for text in value.values()):
            raise PmError(f"{path}: [{key}] takes text only" + (", or lists of text" if lists else ""))
        if isinstance(value, list) and not _is_text(value, lists=True):
            raise PmError(f"{path}: {key} takes a list of text")
    mapping = _constants(CountsMapping(path=str(path), **data), catalogue)
    _one_of(path, "overlap", mapping.overlap, OVERLAPS)
    for name, allowed in (("zeros", ZEROS), ("dates", DATES), ("times", TIMES), ("quarters", QUARTERS)):
        if given := getattr(mapping, name):
            _one_of(path, name, given, allowed)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mapping.source):
        raise PmError(f"{path}: source must be lower-case words joined by hyphens, not {mapping.source!r}")
    if mapping.months is not None and not 1 <= mapping.months <= _LONGEST:
        raise PmError(f"{path}: months must be 1 to {_LONGEST}, not {mapping.months}")
    for role in mapping.columns:
        _one_of(path, "[columns]", role, ROLES)
        if len(mapping.named(role)) != 1 and role != "period":
            raise PmError(f"{path}: [columns] {role} is one column; only a period may be in several")
        for name in mapping.named(role):
            if name.startswith("@"):
                _one_of(path, f"[columns] {role}", name, PLACES)
    for measure in [*mapping.measures.values(), *mapping.where, *([mapping.measure] if mapping.measure else [])]:
        if measure not in catalogue.measures:
            raise PmError(
                f"{path}: there is no measure {measure!r}",
                did_you_mean(measure, catalogue.measures, "`pm measures` lists them."),
            )
    _complete(path, mapping, catalogue)
    return mapping


_SPOKEN: Final[dict[type, str]] = {
    str: "text",
    dict: "a table",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
}


def _is_text(value: object, *, lists: bool) -> bool:
    if isinstance(value, list) and lists:
        return bool(value) and all(isinstance(text, str) and text for text in value)
    return isinstance(value, str)


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
        if role not in mapping.columns and not (role in ("measure", "period") and getattr(mapping, role)):
            raise PmError(f"{path}: a {mapping.layout} table needs [columns] {role}", "See docs/mappings.md.")
    if mapping.force and mapping.force not in catalogue.forces:
        raise PmError(
            f"{path}: there is no force {mapping.force!r}",
            did_you_mean(mapping.force, catalogue.forces, "`pm forces` lists them."),
        )
    if mapping.period and parse_period(mapping.period, mapping.spelling) is None:
        raise PmError(f"{path}: period cannot be {mapping.period!r}", "Write a month as 2023-07, a year as 2022/23.")
    if (mapping.district or mapping.sum_to_force) and not (mapping.force and mapping.district):
        raise PmError(f"{path}: district and sum_to_force go with the force that the districts belong to")
    for name in ("districts", "gone"):
        if getattr(mapping, name) and not mapping.district:
            raise PmError(f"{path}: {name} goes with district, the column that they are in")
    if mapping.layout != "long" and not (mapping.measures or mapping.where or mapping.measure):
        raise PmError(f"{path}: a {mapping.layout} table needs [measures] or [where]", "See docs/mappings.md.")
    if mapping.layout == "wide-measures" and (mapping.where or mapping.measure):
        raise PmError(f"{path}: a wide-measures table names its measures in [measures]; [where] has nothing to test")
    try:
        re.compile(mapping.period_pattern)
    except re.error as error:
        raise PmError(f"{path}: period_pattern is not a regular expression: {error}") from error
