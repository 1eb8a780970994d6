"""The SHA-256 of a file, whole or of blocks spread over it, and whether a file that a history names is still the same.

Light on purpose: `pm history --check` needs neither Polars nor the layouts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

WHOLE: Final = "sha256"
SAMPLED: Final = "sha256-sampled"
"""How a file was hashed, as the history says it."""

SAME, CHANGED, GONE, UNKNOWN = "the same bytes", "changed", "gone", "cannot be checked"
"""What can be said of a file that a history names."""


def digest(path: Path, method: str = WHOLE, block: int = 16384, blocks: int = 3) -> str:
    """The SHA-256 of a file: of all its bytes, or (SAMPLED) of its size and blocks from start, middle and end.

    Raises OSError when the file cannot be read.
    """
    with path.open("rb") as file:
        if method == WHOLE:
            return hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
        found = hashlib.sha256(str(size).encode())
        for part in range(blocks):
            file.seek(max(0, (size - block) * part // (blocks - 1)))
            found.update(file.read(block))
    return found.hexdigest()


def found(name: str, beside: Path | None = None) -> Path | None:
    """The file that a history names: from the working folder, else from the folder `beside`; None when it is gone."""
    for path in (Path(name), *([beside / name] if beside is not None else [])):
        try:
            if path.is_file():
                return path
        except (OSError, ValueError):  # a name that no file can have
            continue
    return None


def checked(item: Mapping[str, Any], beside: Path | None = None) -> str:
    """What has become of an input of a history: SAME, CHANGED, GONE, or UNKNOWN for what was never a file or has no
    hash. beside: the folder to look in when the working folder does not have it.
    """
    name, said, method = str(item.get("name", "")), item.get("sha256"), item.get("method", WHOLE)
    if "engine" in item:  # a table in a warehouse: the hash is that of the query
        return UNKNOWN
    path = found(name, beside)
    if path is None:
        return UNKNOWN if not said or _stream(name) else GONE
    if not said or method not in (WHOLE, SAMPLED):
        return UNKNOWN
    try:
        return SAME if digest(path, method) == said else CHANGED
    except OSError:
        return UNKNOWN


def _stream(name: str) -> bool:
    """Whether a history calls so what was read once and is nowhere: standard input, or a pipe."""
    return name == "standard input" or name.startswith(("pipe ", "/dev/", "/proc/"))
