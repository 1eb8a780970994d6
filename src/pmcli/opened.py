"""Every file that this run has read: what its history has to name, and what its output must not overwrite.

Whatever opens a file of the user's says so here with `reading`; the command line keeps the list while a command runs.
A file with a role (peers, population, settings …) goes into the history with its SHA-256, for it has a say in the
result; an extract or table is in the history by its own entry already and is listed so that it is safe from -o.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

_files: ContextVar[dict[str, str] | None] = ContextVar("pm_opened", default=None)
_streamed: dict[str, dict[str, Any]] = {}
"""What is known of the pipes that this process has read: name -> bytes and sha256."""


def reading(path: Path | str, role: str = "") -> None:
    """Note that a file is read. role: what it is to the result, as its history says; "" for an extract or a table."""
    files = _files.get()
    if files is not None:
        files[str(path)] = role or files.get(str(path), "")


def contents(path: Path) -> bytes:
    """What a file that may be a pipe holds. A pipe gives it once: its size and SHA-256 are kept for the history."""
    data = path.read_bytes()
    if not path.is_file():
        _streamed[str(path)] = _entry(data)
    return data


@contextmanager
def following() -> Iterator[dict[str, str]]:
    """Keep the list of what is read inside: path as given -> role."""
    files: dict[str, str] = {}
    token = _files.set(files)
    try:
        yield files
    finally:
        _files.reset(token)


def entries() -> list[dict[str, Any]]:
    """The files with a role as the history keeps inputs, in the order in which they were read."""
    made: list[dict[str, Any]] = []
    for name, role in (_files.get() or {}).items():
        if role:
            try:
                if not Path(name).is_file():  # a pipe gives its content once
                    made.append({"name": name, **_streamed.get(name, {}), "source": role})
                    continue
                data = Path(name).read_bytes()
            except OSError:  # gone since: it was read, and the history says what is known of it
                made.append({"name": name, "source": role})
                continue
            made.append({"name": name, **_entry(data), "source": role})
    return made


def _entry(data: bytes) -> dict[str, Any]:
    import hashlib

    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def same_as(path: Path) -> str | None:
    """The name of a file that this run reads and that `path` is too, by another name, a link or standard input."""
    try:
        there = path.stat()
    except OSError:
        return None
    if not stat.S_ISREG(there.st_mode):  # a device or pipe keeps nothing that could be lost
        return None
    for name in _files.get() or {}:
        try:
            if os.path.samestat(Path(name).stat(), there):
                return name
        except OSError:
            continue
    try:
        return "standard input" if os.path.samestat(os.fstat(0), there) else None
    except OSError:
        return None
