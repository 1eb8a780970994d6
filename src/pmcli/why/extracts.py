"""The extracts that a history names, read once more with the rows of a figure kept.

One mechanism serves every table: the `pm load` commands of its history (or the data of pm.toml) are run again with a
Trace. Nothing has to be asked for when the data are loaded, and what is found is held against the figure: rows that no
longer add up to it are never passed off as its own.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import polars as pl

from pmcli import digests, notes, sources
from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.history import Stage, file_of
from pmcli.sources.tracing import Trace

_OPTIONS: Final = ("source", "mapping", "by", "area", "later_wins", "max_size")


@dataclass(frozen=True, slots=True)
class Extract:
    """What one `pm load` read. options: those of sources.load. inputs: its files, as the history has them."""

    paths: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[Mapping[str, Any], ...] = ()


@dataclass(slots=True)
class Reread:
    """Extracts read once more. read: the observations and the trace of each. states: what has become of every file of
    the history (digests), by its name and SHA-256. trouble: sentences on what could not be read again.
    """

    read: list[tuple[pl.DataFrame, Trace]] = field(default_factory=list)
    states: dict[tuple[str, str], str] = field(default_factory=dict)
    inputs: list[Mapping[str, Any]] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    @property
    def observations(self) -> pl.DataFrame | None:
        """All observations of what was read, None when nothing was."""
        return pl.concat([frame for frame, _ in self.read]) if self.read else None


def extracts_of(stages: Sequence[Stage], parse: Callable[[list[str]], dict[str, Any] | None]) -> list[Extract]:
    """What the `pm load` commands of a history read. parse: the words after `pm load` as its parameters, None where
    they are none (a history may say anything)."""
    found = []
    for stage in stages:
        try:
            words = shlex.split(str(stage.get("command", "")))
        except ValueError:
            continue
        given = parse(words[2:]) if words[:2] == ["pm", "load"] else None
        if given is not None:
            options = {name: given[name] for name in _OPTIONS if given.get(name)}
            if given.get("connect"):
                options["connect"] = given["connect"]
            found.append(Extract(tuple(given.get("files") or ()), options, tuple(stage.get("inputs", []))))
    return found


def reread(
    extracts: Sequence[Extract],
    stages: Sequence[Stage],
    trace: Trace,
    source: str,
    catalogue: Catalogue,
    beside: Path | None = None,
) -> Reread:
    """Read the extracts that the figures of `source` may come from once more.

    trace: what is asked about; each extract gets one of its own. beside: the folder where files are looked for that the
    working folder does not have.
    """
    made = Reread()
    for stage in stages:
        for item in stage.get("inputs", []):
            if file_of(item) not in made.states:
                made.states[file_of(item)] = digests.checked(item, beside)
                made.inputs.append(item)
    for extract in extracts:
        if not _may_give(extract, source):
            continue
        if "connect" in extract.options:
            made.trouble.append("the figures were counted in a warehouse: their rows are there, and not read again")
            continue
        gone = [path for path in extract.paths if _place(path, beside) is None]
        if gone:
            made.trouble.append(_gone(gone))
            continue
        own = replace(trace, _parts=[])
        options = dict(extract.options)
        if mapping := options.get("mapping"):
            options["mapping"] = _place(str(mapping), beside) or mapping
        try:
            with notes.collecting():  # they were said when it was loaded
                loaded = sources.load(
                    [_place(path, beside) or path for path in extract.paths], catalogue=catalogue, trace=own, **options
                )
        except PmError as error:
            made.trouble.append(f"{', '.join(extract.paths)} cannot be read again: {error.message}")
            continue
        made.read.append((loaded.observations, own))
    return made


def _may_give(extract: Extract, source: str) -> bool:
    """Whether figures of a source may come from an extract, as far as its history says."""
    named = [name for item in extract.inputs for name in (item.get("gives") or str(item.get("source", "")).split(","))]
    return source in named or not any(named) or "observations" in named


def _place(name: str, beside: Path | None) -> str | None:
    """The path of a file, folder or glob as it is found from here, None when it is gone or was a stream.

    A history may come from anybody: what is no file (a device, a pipe that nobody writes to) is never opened.
    """
    if name == "-" or name.startswith(("/dev/", "/proc/")):
        return None
    for path in (Path(name), *([beside / name] if beside is not None else [])):
        try:
            if (
                path.is_file()
                or path.is_dir()
                or (any(mark in name for mark in "*?[") and any(path.parent.glob(path.name)))
            ):
                return str(path)
        except (OSError, ValueError):
            continue
    return None


def _gone(names: Sequence[str]) -> str:
    if "-" in names:
        return "the extract came by standard input and cannot be read again: its rows are not known"
    if any("://" in name for name in names):
        return f"the records are in a warehouse ({names[0]}): the rows of the figure have to be asked for there"
    are = "is" if len(names) == 1 else "are"
    return f"{notes.listing(list(names), 3)} {are} gone: the rows of the figure are not known"
