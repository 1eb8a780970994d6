"""The mapping of crime records: which column says what, which texts mean yes, cancelled or nobody (docs/mappings.md).

Without a mapping the columns have to be called as the fields of this file are, with a `force` column beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

import polars as pl

from pmcli import toml
from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, did_you_mean
from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.days import DAY_FIRST, ORDERS, UTC
from pmcli.toml import Place
from pmcli.toml_marks import HYPHENED, OneOf, Says, Spelt

REQUIRED: Final = ("crime_number", "recorded_date")
ROLES: Final = (
    *(*REQUIRED, "force", "ho_code", "ho_subgroup", "offence", "district", "victim_id", "victim_age", "weapon"),
    *("offence_class", "status", "count"),
)
FLAGS: Final = (*("knife", "vawg", "domestic_abuse", "cyber", "business_victim", "drug_related", "firearm_discharge"),)
NOT_CATEGORIES: Final = ("crime_number", "recorded_date", "victim_id", "force", "count")
"""Roles that are no categories: nothing is broken down by them."""

YES: Final = ("y", "yes", "true", "t", "1", "1.0", "x")
NO: Final = ("", "n", "no", "false", "f", "0", "0.0", "-", "null", "none", "n/a")
ROWS: Final = "crimes"
"""What a mapping's `rows` may be: every row is a crime, though there are no crime numbers to tell repeats by."""

CANCELLED: Final = ("cancelled", "canceled", "cancelled crime", "crime cancelled", "no crime", "no-crime", "nocrime")
NO_VICTIM: Final = ("", "0", "-", "null", "none", "n/a", "na", "unknown", "not known", "no victim", "state", "regina")


_ELSEWHERE: Final = "; yes-or-no columns go in [flags], any others in [by]."
_FLAG: Final = Says(
    "a column, or a column with what means yes", 'For example knife = { column = "Markers", contains = "Knife" }'
)

Lowered = Annotated[
    tuple[str, ...], Spelt(tuple[str, ...], lambda texts: tuple(text.strip().lower() for text in texts))
]
"""Texts that are compared without regard to case."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes-or-no column: which texts mean yes, or (contains) which of several markers, as "Knife; Hate", does."""

    column: str
    true: Lowered = ()
    contains: Annotated[str, Spelt(str, lambda text: text.strip().lower())] = ""


def _flag(said: str | Flag) -> Flag:
    return said if isinstance(said, Flag) else Flag(said)


@dataclass(frozen=True, slots=True)
class RecordsMapping:
    """What the mapping of crime records says.

    columns: role -> column. flags: name -> Flag. by: name -> column, for whatever else to break down by.
    subgroups: text of the subgroup column, or Home Office code -> subgroup as the catalogue's conditions write it.
    where: measure -> SQL condition on these names, instead of the catalogue's. cancelled, no_victim: texts, lower case.
    measures: the only measures to load, () for all that can be.
    dates, times: how days are written (see reading.days). rows: ROWS for a file without crime numbers.
    """

    reader: ClassVar[str] = "records"
    path: str = ""
    title: str = ""
    source: Annotated[str, HYPHENED] = "records"
    layout: str = "records"
    force: str = ""
    columns: Mapping[Annotated[str, OneOf(ROLES, _ELSEWHERE, "have")], str] = field(default_factory=dict)
    flags: Mapping[str, Annotated[Flag, Spelt(str | Flag, _flag), _FLAG]] = field(default_factory=dict)
    by: Mapping[str, str] = field(default_factory=dict)
    subgroups: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    cancelled: Lowered = CANCELLED
    no_victim: Annotated[tuple[str, ...], Spelt(Lowered, lambda texts: ("", *texts))] = NO_VICTIM
    measures: Lowered = ()
    dates: Annotated[str, OneOf(ORDERS)] = DAY_FIRST
    times: Annotated[str, OneOf((UTC,))] = ""
    rows: Annotated[str, OneOf((ROWS,))] = ""

    @property
    def stored(self) -> dict[str, str]:
        """Each category, and the force -> the name under which its column is kept: one that has two roles, once."""
        named = {**self.categories, **({"force": self.columns["force"]} if "force" in self.columns else {})}
        first: dict[str, str] = {}
        return {name: first.setdefault(column, name) for name, column in named.items()}

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that a file must have, as published."""
        flagged = [flag.column for flag in self.flags.values()]
        return tuple(dict.fromkeys([*self.columns.values(), *flagged, *self.by.values()]))

    @property
    def categories(self) -> dict[str, str]:
        """What rows can be broken down by -> its column."""
        roles = {role: column for role, column in self.columns.items() if role not in NOT_CATEGORIES}
        return {**roles, **{name: flag.column for name, flag in self.flags.items()}, **self.by}


def plain_mapping(header: Sequence[str]) -> RecordsMapping:
    """The mapping of a file whose columns are called as the fields are; every further column can be broken down by."""
    columns = {role: role for role in ROLES if find_column(header, role) is not None}
    flags = {flag: Flag(flag) for flag in FLAGS if find_column(header, flag) is not None}
    known = {find_column(header, name) for name in (*columns, *flags)}
    rest = [cell for place, cell in enumerate(header) if cell and place not in known]
    return RecordsMapping(columns=columns, flags=flags, by={_name(cell): cell for cell in rest})


def _name(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def checked(path: Path, data: dict[str, Any], catalogue: Catalogue) -> RecordsMapping:
    """The mapping in a file's data. Raises PmError, naming the field, when something in it is not as it should be."""
    place = Place(path, unknown=("a mapping of records has no field", "has no field"))
    mapping = toml.read(RecordsMapping, data, place, path=str(path))
    for role in REQUIRED:
        if role in mapping.columns:
            continue
        if role == "crime_number" and (mapping.rows or "count" in mapping.columns):
            continue
        hint = "See docs/records.md."
        if role == "crime_number":
            hint = f'Where there are none and each row is one crime, say rows = "{ROWS}"; or give [columns] count.'
        raise PmError(f"{path}: records need [columns] {role}", hint)
    if "count" in mapping.columns and "crime_number" in mapping.columns:
        raise PmError(f"{path}: [columns] has crime_number and count", "A row is one crime, or stands for several.")
    if "count" in mapping.columns and "victim_id" in mapping.columns:
        raise PmError(f"{path}: [columns] has victim_id and count", "Repeat victims need one row a crime.")
    if not mapping.force and "force" not in mapping.columns:
        raise PmError(f"{path}: whose records they are is not said", 'Give force = "essex", or [columns] force.')
    if "cancelled" in data and "status" not in mapping.columns:
        raise PmError(f"{path}: `cancelled` says which texts of the status mean so", "Give [columns] status too.")
    if mapping.force:
        toml.known(place, "force", mapping.force, catalogue.forces, "`pm forces` lists them.")
    for measure in mapping.measures:
        toml.known(place, "measure", measure, catalogue.measures, "`pm measures` lists them.")
    for part, names, taken in (("by", mapping.by, (*ROLES, *mapping.flags)), ("flags", mapping.flags, ROLES)):
        for name in names:
            if name in (*taken, "all", "value") or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                raise PmError(f"{path}: [{part}] {name!r} must be a new name of lower-case letters, digits and _")
    _conditions(path, mapping, catalogue)
    return mapping


def _conditions(path: Path, mapping: RecordsMapping, catalogue: Catalogue) -> None:
    """Raise PmError for a [where] that is about no measure of counts, or about columns that are not mapped."""
    for measure, condition in mapping.where.items():
        known = catalogue.measures.get(measure)
        if known is None:
            hint = did_you_mean(measure, catalogue.measures, "`pm measures` lists them.")
            raise PmError(f"{path}: [where]: there is no measure {measure!r}", hint)
        if known.kind != "count":
            raise PmError(f"{path}: [where]: {measure} is a {known.kind}, and records are counted")
        try:
            names = pl.sql_expr(condition).meta.root_names()
        except pl.exceptions.PolarsError as error:
            reason = str(error).splitlines()[0]
            raise PmError(f"{path}: [where] {measure}: not a condition: {condition}", reason) from error
        for name in names:
            if name not in mapping.categories:
                listed = f"There are {', '.join(mapping.categories)}."
                hint = did_you_mean(name, mapping.categories, listed)
                raise PmError(f"{path}: [where] {measure}: no column is mapped to {name!r}", hint)
