"""The mapping of crime records: which column says what, which texts mean yes, cancelled or nobody (docs/mappings.md).

Without a mapping the columns have to be called as the fields of this file are, with a `force` column beside them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, did_you_mean
from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.days import DAY_FIRST, ORDERS, UTC

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


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes-or-no column: which texts mean yes, or (contains) which of several markers, as "Knife; Hate", does."""

    column: str
    true: tuple[str, ...] = ()
    contains: str = ""


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
    source: str = "records"
    layout: str = "records"
    force: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, Flag] = field(default_factory=dict)
    by: Mapping[str, str] = field(default_factory=dict)
    subgroups: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    cancelled: tuple[str, ...] = CANCELLED
    no_victim: tuple[str, ...] = NO_VICTIM
    measures: tuple[str, ...] = ()
    dates: str = DAY_FIRST
    times: str = ""
    rows: str = ""

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
    data = dict(data)
    texts = {name: _text(path, name, data.pop(name, default)) for name, default in _TEXTS.items()}
    lists = {
        name: _texts(path, name, data.pop(name)) for name in ("cancelled", "no_victim", "measures") if name in data
    }
    tables = {name: _table(path, name, data.pop(name, {})) for name in ("columns", "flags", "by", "subgroups", "where")}
    if data:
        known = [*_TEXTS, "cancelled", "no_victim", "measures", *tables]
        raise PmError(f"{path}: a mapping of records has no field {next(iter(data))!r}", _near(next(iter(data)), known))
    for role in tables["columns"]:
        if role not in ROLES:
            hint = f"It is one of {', '.join(ROLES)}; yes-or-no columns go in [flags], any others in [by]."
            raise PmError(f"{path}: [columns] cannot have {role!r}", did_you_mean(role, ROLES, hint))
    lowered = {name: tuple(text.strip().lower() for text in found) for name, found in lists.items()}
    mapping = RecordsMapping(
        path=str(path),
        title=texts["title"],
        source=texts["source"],
        force=texts["force"],
        dates=texts["dates"],
        times=texts["times"],
        rows=texts["rows"],
        cancelled=lowered.get("cancelled", CANCELLED),
        no_victim=("", *lowered["no_victim"]) if "no_victim" in lowered else NO_VICTIM,
        measures=lowered.get("measures", ()),
        columns={role: _text(path, f"[columns] {role}", name) for role, name in tables["columns"].items()},
        flags={name: _flag(path, name, value) for name, value in tables["flags"].items()},
        by={name: _text(path, f"[by] {name}", value) for name, value in tables["by"].items()},
        subgroups={key: _text(path, f"[subgroups] {key}", value) for key, value in tables["subgroups"].items()},
        where={name: _text(path, f"[where] {name}", value) for name, value in tables["where"].items()},
    )
    _complete(path, mapping, catalogue, lists)
    _conditions(path, mapping, catalogue)
    return mapping


_TEXTS: Final = {
    **{"title": "", "source": "records", "layout": "records", "force": ""},
    **{"dates": DAY_FIRST, "times": "", "rows": ""},
}
_WORDS: Final = {"dates": ORDERS, "times": (UTC,), "rows": (ROWS,)}
"""Fields that take one of few words."""


def _complete(path: Path, mapping: RecordsMapping, catalogue: Catalogue, given: Collection[str]) -> None:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mapping.source):
        raise PmError(f"{path}: source must be lower-case words joined by hyphens, not {mapping.source!r}")
    for name, words in _WORDS.items():
        if getattr(mapping, name) not in ("", *words):
            listed = " or ".join(f'"{word}"' for word in words)
            raise PmError(f"{path}: {name} must be {listed}, not {getattr(mapping, name)!r}", "See docs/records.md.")
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
    if "cancelled" in given and "status" not in mapping.columns:
        raise PmError(f"{path}: `cancelled` says which texts of the status mean so", "Give [columns] status too.")
    if mapping.force and mapping.force not in catalogue.forces:
        hint = did_you_mean(mapping.force, catalogue.forces, "`pm forces` lists them.")
        raise PmError(f"{path}: there is no force {mapping.force!r}", hint)
    for measure in mapping.measures:
        if measure not in catalogue.measures:
            hint = did_you_mean(measure, catalogue.measures, "`pm measures` lists them.")
            raise PmError(f"{path}: there is no measure {measure!r}", hint)
    for name in mapping.by:
        if name in (*ROLES, *mapping.flags, "all", "value") or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise PmError(f"{path}: [by] {name!r} must be a new name of lower-case letters, digits and _")


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


def _near(word: str, known: Sequence[str]) -> str:
    return did_you_mean(word, known, f"The fields are {', '.join(known)}.")


def _text(path: Path, name: str, value: object) -> str:
    if not isinstance(value, str):
        raise PmError(f"{path}: {name} must be text, not {value!r}")
    return value


def _texts(path: Path, name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise PmError(f"{path}: {name} must be a list of texts, not {value!r}")
    return tuple(value)


def _table(path: Path, name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PmError(f"{path}: {name} must be a table, not {value!r}", f"Write [{name}] and its lines under it.")
    return value


def _flag(path: Path, name: str, value: object) -> Flag:
    if isinstance(value, str):
        return Flag(value)
    if not isinstance(value, dict) or not set(value) <= {"column", "true", "contains"} or "column" not in value:
        raise PmError(
            f"{path}: [flags] {name} must be a column, or a column with what means yes",
            f'For example {name} = {{ column = "Markers", contains = "Knife" }}',
        )
    true = tuple(text.strip().lower() for text in _texts(path, f"[flags] {name} true", value.get("true", [])))
    contains = _text(path, f"[flags] {name} contains", value.get("contains", "")).strip().lower()
    return Flag(_text(path, f"[flags] {name} column", value["column"]), true, contains)
