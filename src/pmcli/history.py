"""What travels with a table so that a number can be traced: which files it came from and what was done to them.

The history is a list of stages, oldest first, kept as JSON under the Parquet key `pm`. A stage holds the command line,
the version, the inputs it opened itself with their SHA-256, and the notes it printed. No clock time goes in: the same
input and command give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

KEY: Final = "pm"

Stage = dict[str, Any]


def stage(command: str, version: str, inputs: list[dict[str, Any]], notes: list[str]) -> Stage:
    """One step of the history; empty parts are left out."""
    made: Stage = {"command": command, "version": version}
    if inputs:
        made["inputs"] = inputs
    if notes:
        made["notes"] = notes
    return made


def to_json(stages: list[Stage]) -> str:
    """The history as it is written into a file."""
    return json.dumps({"stages": stages}, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str | None) -> list[Stage]:
    """The stages in a file's metadata; none when it has no history, or one that pm did not write."""
    if not text:
        return []
    try:
        stages = json.loads(text)["stages"]
    except (ValueError, KeyError, TypeError):
        return []
    return [dict(item) for item in stages if isinstance(item, dict)] if isinstance(stages, list) else []


def merged(histories: Iterable[list[Stage]]) -> list[Stage]:
    """The histories of several inputs as one, each stage once, in order."""
    stages: list[Stage] = []
    for history in histories:
        stages.extend(item for item in history if item not in stages)
    return stages


def sentences(stages: list[Stage]) -> list[str]:
    """The history as lines for a person."""
    lines = []
    for number, item in enumerate(stages, start=1):
        lines.append(f"{number}. {item.get('command', '?')}   (pm {item.get('version', '?')})")
        for file in item.get("inputs", []):
            size = f"{file['bytes']:,} bytes" if "bytes" in file else ""
            rows = f", {file['rows']:,} rows" if file.get("rows") is not None else ""
            lines.append(f"   from {file.get('name', '?')}  {size}{rows}")
            if "sha256" in file:
                sampled = " (size and sampled blocks)" if file.get("method") == "sha256-sampled" else ""
                lines.append(f"     SHA-256 {file['sha256']}{sampled}")
        lines.extend(f"   note: {text}" for text in item.get("notes", []))
    return lines
