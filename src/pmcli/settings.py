"""pm.toml: a project's own defaults, looked for from the working folder upwards. A flag beats it.

Paths in it are relative to the folder it lies in.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pmcli.errors import PmError, did_you_mean
from pmcli.opened import reading

NAME: Final = "pm.toml"

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

# What `pm pack` reads beside `data`: surveys, 999 calls, crime records. Of a measure that several have, the first one
# named speaks (data first, then these in order).
# [[pack]]
# path = "survey.csv"                    # or a list of paths
# map = "smsr-survey"
# by = ["weapon"]                        # crime records: what to break the measures down by
# measures = ["confidence"]              # only these from this extract
"""

_FILES: Final = ("peers", "population", "measures", "forces", "events", "rules")
"""The settings that name a file beside pm.toml."""


@dataclass(frozen=True, slots=True)
class Extract:
    """An extract that only the pack reads: `pm load`'s own options, and which measures to take from it (none: all)."""

    paths: tuple[str, ...]
    map: str | None = None
    source: str | None = None
    by: tuple[str, ...] = ()
    area: str = ""
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """What pm.toml says; everything has a default. path: the file, or None when there is none."""

    path: Path | None = None
    data: tuple[str, ...] = ()
    map: str | None = None
    force: str | None = None
    peers: Path | None = None
    population: Path | None = None
    baseline: str | None = None
    measures: Path | None = None
    forces: Path | None = None
    events: Path | None = None
    rules: Path | None = None
    source: str | None = None
    pack: tuple[Extract, ...] = ()

    def __getattribute__(self, name: str) -> Any:
        """The setting; a pm.toml that says something which is asked for has a say in the result, and its history."""
        value = object.__getattribute__(self, name)
        if value and name in SETTINGS:
            reading(Path(os.path.relpath(object.__getattribute__(self, "path"))), "settings")
        return value


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
    import tomllib

    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PmError(f"{path} is not a TOML file: {error}") from error
    except OSError as error:
        raise PmError(f"{path}: {error.strerror or error}") from error
    known = [name for name in Settings.__dataclass_fields__ if name in SETTINGS]
    for key in values:
        if key not in known:
            raise PmError(
                f"{path}: there is no setting {key!r}", did_you_mean(key, known, f"There are {', '.join(known)}.")
            )
    folder = Path(os.path.relpath(path.parent))  # as seen from here: a history names no machine
    data = values.get("data", [])
    data = [data] if isinstance(data, str) else data
    if not isinstance(data, list) or not all(isinstance(item, str) for item in data):
        raise PmError(f"{path}: data must be a path or a list of paths")
    extracts = _extracts(values.pop("pack", []), path, folder)
    texts = {key: value for key, value in values.items() if key != "data"}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise PmError(f"{path}: {key} must be text in quotes, not {value!r}")
    paths = {key: folder / texts.pop(key) for key in _FILES if key in texts}
    if "map" in texts:
        texts["map"] = _mapping(texts["map"], folder)
    return Settings(path=path, data=tuple(str(folder / item) for item in data), pack=extracts, **texts, **paths)


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


def _mapping(name: str, folder: Path) -> str:
    """A mapping file beside pm.toml, else the name of one that comes with pm."""
    return str(folder / name) if (folder / name).is_file() else name


def _extracts(given: Any, path: Path, folder: Path) -> tuple[Extract, ...]:
    """The [[pack]] tables. Raises PmError for anything in them that is not what it should be."""
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise PmError(
            f"{path}: pack must be [[pack]] tables", 'Write [[pack]] on a line, and path = "survey.csv" below.'
        )
    known = ("path", "map", "as", "by", "area", "measures")
    made = []
    for number, item in enumerate(given, start=1):
        where = f"{path}: [[pack]] {number}"
        for key in item:
            if key not in known:
                raise PmError(f"{where} has no key {key!r}", did_you_mean(key, known, f"There are {', '.join(known)}."))
        lists = {key: _texts(item.get(key, []), f"{where}: {key}") for key in ("path", "by", "measures")}
        if not all(lists["path"]) or not lists["path"]:
            raise PmError(f"{where} names no path", 'As path = "survey.csv".')
        for key in ("map", "as", "area"):
            if not isinstance(item.get(key, ""), str):
                raise PmError(f"{where}: {key} must be text in quotes, not {item[key]!r}")
        made.append(
            Extract(
                paths=tuple(str(folder / name) for name in lists["path"]),
                map=_mapping(item["map"], folder) if item.get("map") else None,
                source=item.get("as") or None,
                by=tuple(lists["by"]),
                area=item.get("area", ""),
                measures=tuple(lists["measures"]),
            )
        )
    return tuple(made)


def _texts(value: Any, where: str) -> list[str]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise PmError(f"{where} must be text, or a list of texts")
    return items
