"""The mapping of a table of 999 calls whose columns are named otherwise than `calls` knows (docs/mappings.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, did_you_mean

ROLES: Final = ("area", "period", "calls", "within_10s", "over_60s", "answer_time")


@dataclass(frozen=True, slots=True)
class CallsMapping:
    """What the mapping of a table of 999 calls says; the fields are described in docs/mappings.md."""

    reader: ClassVar[str] = "calls"
    path: str = ""
    title: str = "999 calls"
    source: str = "calls"
    force: str = ""
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that a file must have, as published."""
        return tuple(dict.fromkeys(self.columns.values()))


def checked(path: Path, data: dict[str, Any], catalogue: Catalogue) -> CallsMapping:
    """The mapping that the TOML file `path` holds. Raises PmError for anything that is not as it should be."""
    fields = ("title", "source", "layout", "force", "columns")
    for key, value in data.items():
        if key not in fields:
            raise PmError(f"{path}: a mapping of 999 calls has no field {key!r}", did_you_mean(key, fields))
        if key != "columns" and not isinstance(value, str):
            raise PmError(f"{path}: {key} must be text, not {value!r}")
    columns = data.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(name, str) for name in columns.values()):
        raise PmError(f"{path}: [columns] takes text only")
    for role in columns:
        if role not in ROLES:
            listed = f"It is one of {', '.join(ROLES)}."
            raise PmError(f"{path}: [columns] cannot be {role!r}", did_you_mean(role, ROLES, listed))
    mapping = CallsMapping(path=str(path), **{key: value for key, value in data.items() if key != "layout"})
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mapping.source):
        raise PmError(f"{path}: source must be lower-case words joined by hyphens, not {mapping.source!r}")
    for role in ("period", *(() if mapping.force else ("area",))):
        if role not in columns:
            raise PmError(f"{path}: a table of 999 calls needs [columns] {role}", "See docs/mappings.md.")
    if not set(columns) & {"within_10s", "over_60s", "answer_time"}:
        raise PmError(
            f"{path}: a table of 999 calls needs [columns] within_10s, over_60s or answer_time", "See docs/mappings.md."
        )
    if mapping.force and mapping.force not in catalogue.forces:
        raise PmError(
            f"{path}: there is no force {mapping.force!r}",
            did_you_mean(mapping.force, catalogue.forces, "`pm forces` lists them."),
        )
    return mapping
