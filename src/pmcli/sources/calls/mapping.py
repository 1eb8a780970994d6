"""The mapping of a table of 999 calls whose columns are named otherwise than `calls` knows (docs/mappings.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

from pmcli import toml
from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.toml import Place
from pmcli.toml_marks import HYPHENED, OneOf

ROLES: Final = ("area", "period", "calls", "within_10s", "over_60s", "answer_time")


@dataclass(frozen=True, slots=True)
class CallsMapping:
    """What the mapping of a table of 999 calls says; the fields are described in docs/mappings.md."""

    reader: ClassVar[str] = "calls"
    path: str = ""
    title: str = "999 calls"
    source: Annotated[str, HYPHENED] = "calls"
    layout: str = "calls"
    force: str = ""
    columns: Mapping[Annotated[str, OneOf(ROLES)], str] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that a file must have, as published."""
        return tuple(dict.fromkeys(self.columns.values()))


def checked(path: Path, data: dict[str, Any], catalogue: Catalogue) -> CallsMapping:
    """The mapping that the TOML file `path` holds. Raises PmError for anything that is not as it should be."""
    place = Place(path, unknown=("a mapping of 999 calls has no field", "has no field"))
    mapping = toml.read(CallsMapping, data, place, path=str(path))
    for role in ("period", *(() if mapping.force else ("area",))):
        if role not in mapping.columns:
            raise PmError(f"{path}: a table of 999 calls needs [columns] {role}", "See docs/mappings.md.")
    if not set(mapping.columns) & {"within_10s", "over_60s", "answer_time"}:
        raise PmError(
            f"{path}: a table of 999 calls needs [columns] within_10s, over_60s or answer_time", "See docs/mappings.md."
        )
    if mapping.force:
        toml.known(place, "force", mapping.force, catalogue.forces, "`pm forces` lists them.")
    return mapping
