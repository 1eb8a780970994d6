"""The files that a pack's figures come from, out of the history that came with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pmcli.history import Stage
from pmcli.pack.model import SourceFile


def files_of(stages: Iterable[Stage], sources: Sequence[str]) -> list[SourceFile]:
    """Every file that was opened, once for each source that its figures go by.

    stages: the history, that of the command itself at its end. sources: those of the observations. A table that came
    without a history speaks for the sources that no file names.
    """
    entries = [item for stage in stages for item in stage.get("inputs", [])]
    named = {name for item in entries for name in _sources_of(item)}
    orphans = [name for name in sources if name not in named]
    files = []
    for item in entries:
        for source in _sources_of(item) or orphans:
            files.append(_file(item, source))
    return list({(file.source, file.sha256, file.name): file for file in files}.values())


def _sources_of(item: dict[str, Any]) -> list[str]:
    """The sources that a file's figures go by: what a mapping called them, else its layout."""
    return [str(name) for name in item.get("gives") or str(item.get("source", "")).split(",") if name]


def _file(item: dict[str, Any], source: str) -> SourceFile:
    return SourceFile(
        source=source,
        name=str(item.get("name", "")),
        bytes=int(item.get("bytes", 0)),
        sha256=str(item.get("sha256", "")),
        hashed="size and sampled blocks" if item.get("method") == "sha256-sampled" else "whole",
        rows=item.get("rows"),
    )
