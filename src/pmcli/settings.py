"""pm.toml: a project's own defaults, looked for from the working folder upwards. A flag beats it.

Paths in it are relative to the folder it lies in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

from pmcli import toml
from pmcli.errors import PmError
from pmcli.opened import reading
from pmcli.toml import Place
from pmcli.toml_marks import ALONE, BESIDE, Key, Matches, Says, Texts, Within

NAME: Final = "pm.toml"

Beside = Annotated[str, BESIDE]

TEMPLATE: Final = """\
# pm.toml: this project's defaults. pm looks for it in the working folder and the folders above it.
# A flag on the command line beats what stands here. Paths are relative to this file.

# The extracts that a command reads when nothing is piped in and no -i is given.
# data = ["extracts/*.csv"]

# How to read them, when the layout is not one that pm recognises (a TOML mapping; see docs/mappings.md).
# map = "iquanta-monthly"

# Your force: outliers and comparisons are about it. `pm forces` lists the ids.
# force = "essex"

# Your Most Similar Group: a CSV with the columns force, peer. It is not open data; ask your performance unit.
# peers = "peers.csv"

# Another population than the ONS mid-year estimates that come with pm: a CSV with force, year, population.
# population = "population.csv"

# The baseline window: the 12 months to this month.
baseline = "2019-12"

# Your own measures, forces and recording changes, laid over the ones that come with pm.
# measures = "measures.toml"
# forces = "forces.csv"
# events = "events.toml"

# Your own outlier rules, laid over the Home Office's: another threshold, criterion or group (see docs/methods.md).
# rules = "rules.toml"

# Your own presentation, that `pm pack --pptx` makes its slides in (see docs/packs.md).
# template = "force.pptx"

# What a terminal gets: table, md, csv, json or ndjson. A pipe or a file gets what it gets without it.
# format = "table"

# What `pm pack` reads beside `data`: surveys, 999 calls, crime records. Of a measure that several have, the first one
# named speaks (data first, then these in order).
# [[pack]]
# path = "survey.csv"                    # or a list of paths
# map = "smsr-survey"
# by = ["weapon"]                        # crime records: what to break the measures down by
# measures = ["confidence"]              # only these from this extract

# How the pack is published; what you write in commentary/burglary.md stands on that measure's page (see docs/packs.md).
# [publish]
# owner = "Performance and Analysis"
# contact = "performance@example.org"
# date = 2023-10-12
# marking = "OFFICIAL"
# logo = "crest.png"
# hide = ["drug-related-homicide"]       # pages and statements, by id; pin and order too
"""


class Extract(NamedTuple):
    """An extract that only the pack reads: `pm load`'s own options, and which measures to take from it (none: all)."""

    paths: Annotated[tuple[Beside, ...], Key("path"), ALONE] = ()
    map: str | None = None
    source: Annotated[str | None, Key("as")] = None
    by: Texts = ()
    area: str = ""
    measures: Texts = ()


@dataclass(frozen=True, slots=True)
class Publish:
    """How a pack is published: who by, when, under which marking, what of it and in which order.

    owner, contact: who answers for it. date: of publication. marking: the protective marking, on every page. peers:
    what to say of the Most Similar Group, as that it is invented. hide, pin, order: ids of pages and statements.
    suppress: the least number of people of whom a figure is shown; 0 shows all, None is pm's own.
    """

    owner: str = ""
    contact: str = ""
    date: date | None = None
    marking: str = ""
    logo: Path | None = None
    peers: str = ""
    hide: Texts = ()
    pin: Texts = ()
    order: Texts = ()
    suppress: Annotated[int | None, Within(0)] = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What pm.toml says; everything has a default. path: the file, or None when there is none."""

    path: Path | None = None
    data: Annotated[tuple[Beside, ...], ALONE, Matches("(?s).+", "a path or a list of paths")] = ()
    map: str | None = None
    force: str | None = None
    peers: Path | None = None
    population: Path | None = None
    baseline: str | None = None
    measures: Path | None = None
    forces: Path | None = None
    events: Path | None = None
    rules: Path | None = None
    template: Path | None = None
    source: str | None = None
    format: str | None = None
    publish: Publish | None = None
    comment: Mapping[str, str] | None = None
    pack: Annotated[
        tuple[Extract, ...],
        Says("[[pack]] tables", 'Write [[pack]] on a line, and path = "survey.csv" below.'),
    ] = ()

    def __getattribute__(self, name: str) -> Any:
        """The setting; a pm.toml that says something which is asked for has a say in the result, and its history."""
        value = object.__getattribute__(self, name)
        if value and name in SETTINGS:
            reading(Path(os.path.relpath(object.__getattribute__(self, "path"))), "settings")
        return value

    @property
    def main(self) -> tuple[Extract, ...]:
        """The extract that every command reads, if it names one."""
        return (Extract(self.data, self.map),) if self.data else ()


SETTINGS: Final = frozenset(Settings.__dataclass_fields__) - {"path"}


def find(start: Path | None = None) -> Path | None:
    """The nearest pm.toml from `start` (the working folder) upwards."""
    try:
        folder = (start or Path.cwd()).resolve()
    except OSError:
        return None
    return next((path for path in (parent / NAME for parent in (folder, *folder.parents)) if path.is_file()), None)


def read(start: Path | None = None) -> Settings:
    """The settings that hold in `start` (the working folder).

    Raises PmError when the file is not TOML, has a key that pm does not know, or a value of the wrong kind.
    """
    path = find(start)
    if path is None:
        return Settings()
    _refuse_foreign(path)
    place = Place(path, unknown=("there is no setting", "has no key"))
    read_as = toml.read(Settings, toml.load(path), place, path=path)
    said = {name: object.__getattribute__(read_as, name) for name in SETTINGS}  # which is not to ask for it
    for number, extract in enumerate(said["pack"], start=1):
        if not extract.paths or not all(extract.paths):
            raise PmError(f"{place.below('pack', number)} names no path", 'As path = "survey.csv".')
    pack = tuple(
        extract._replace(map=_mapping(extract.map, place), source=extract.source or None) for extract in said["pack"]
    )
    return Settings(**{**said, "path": path, "map": _mapping(said["map"], place), "pack": pack})


def _refuse_foreign(path: Path) -> None:
    """Raise PmError when another user owns pm.toml: in a shared folder it would decide what others compute there.

    Root's own file is taken: whoever administers the machine could do anything else too. A person who means it owns a
    copy, or sets PM_TRUST to the folder.
    """
    if not hasattr(os, "getuid"):
        return
    try:
        owner = path.stat().st_uid
    except OSError:
        return  # what opens it says why it cannot
    if owner in (os.getuid(), 0) or os.environ.get("PM_TRUST") == str(path.parent):
        return
    raise PmError(
        f"{path} belongs to another user, and would decide what pm computes here",
        f"Copy it into a folder of your own, or set PM_TRUST={path.parent} when you mean it.",
    )


def _mapping(name: str | None, place: Place) -> str | None:
    """A mapping file beside pm.toml, else the name of one that comes with pm."""
    beside = place.folder / name if name else None
    return str(beside) if beside is not None and beside.is_file() else name or None
