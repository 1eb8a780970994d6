"""What travels with a table so that a number can be traced: which files it came from and what was done to them.

The history is a list of stages, oldest first, kept as JSON under the Parquet key `pm`. A stage holds the command line,
the version, the inputs it opened itself with their SHA-256, and the notes it printed. No clock time goes in: the same
input and command give the same bytes.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pmcli.addresses import shown
from pmcli.visible import sentence, visible

KEY: Final = "pm"

Stage = dict[str, Any]


_KINDS: Final = {
    "name": str, "bytes": int, "sha256": str, "method": str, "source": str, "rows": int, "gives": list,
    "engine": str, "table": str, "first": str, "last": str,
}  # fmt: skip
"""What an input of a stage holds; anything else in it was not written by pm."""


_SEEN: Final = frozenset({"-q", "--quiet", "--history", "--pager", "--no-pager"})


def command_line(arguments: Sequence[str]) -> str:
    """The command line of this run without the name of its output, and without what only a person sees of it: equal
    results are equal bytes wherever they go.
    """
    kept = []
    given = iter(arguments)
    for word in given:
        if word == "--":
            kept += [word, *given]
        elif word in ("-o", "--output"):
            next(given, None)
        elif word == "--connect":  # who asks, and with what, is nobody's business
            kept += [word, visible(shown(next(given, "")))]
        elif word.startswith("--connect="):
            kept.append(visible(f"--connect={shown(word.partition('=')[2])}"))
        elif word in _SEEN:
            continue
        elif not word.startswith("--output=") and not (word.startswith("-o") and len(word) > 2):
            kept.append(visible(word))
    return shlex.join(["pm", *kept])


def stage(command: str, version: str, inputs: list[dict[str, Any]], notes: list[str]) -> Stage:
    """One step of the history; empty parts are left out."""
    made: Stage = {"command": command, "version": version}
    if inputs:
        made["inputs"] = [{**item, "name": visible(str(item["name"]))} for item in inputs]
    if notes:
        made["notes"] = list(notes)
    return made


def to_json(stages: list[Stage]) -> str:
    """The history as it is written into a file."""
    return json.dumps({"stages": stages}, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str | None) -> list[Stage]:
    """The stages in a file's metadata; what in it pm did not write is passed over, whatever it is."""
    if not text:
        return []
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return []
    stages = read.get("stages") if isinstance(read, dict) else None
    return [_stage(item) for item in stages if isinstance(item, dict)] if isinstance(stages, list) else []


def _stage(item: dict[str, Any]) -> Stage:
    made: Stage = {key: item[key] for key in ("command", "version") if isinstance(item.get(key), str)}
    inputs = [_input(one) for one in _list(item.get("inputs")) if isinstance(one, dict)]
    notes = [text for text in _list(item.get("notes")) if isinstance(text, str)]
    return made | ({"inputs": inputs} if inputs else {}) | ({"notes": notes} if notes else {})


def _input(item: dict[str, Any]) -> dict[str, Any]:
    kept = {
        key: item[key]
        for key, kind in _KINDS.items()
        if isinstance(item.get(key), kind) and not isinstance(item[key], bool)
    }
    if "gives" in kept:
        kept["gives"] = [name for name in kept["gives"] if isinstance(name, str)]
    return kept


def file_of(item: Mapping[str, Any]) -> tuple[str, str]:
    """What tells a file of a history from the others: its name and SHA-256."""
    return str(item.get("name", "")), str(item.get("sha256", ""))


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


_METHODS: Final = {"sha256-sampled": " (size and sampled blocks)", "sha256-of-query": " of the query"}


def merged(histories: Iterable[list[Stage]]) -> list[Stage]:
    """The histories of several inputs as one, each stage once, in order."""
    stages: list[Stage] = []
    for history in histories:
        stages.extend(item for item in history if item not in stages)
    return stages


def sentences(stages: list[Stage], found: Mapping[tuple[str, str], str] | None = None) -> list[str]:
    """The history as lines for a person, each safe to show.

    found: what has become of the files (digests.checked), by name and SHA-256, where that was asked for.
    """
    lines = []
    for number, item in enumerate(stages, start=1):
        lines.append(f"{number}. {item.get('command', '?')}   (pm {item.get('version', '?')})")
        for file in item.get("inputs", []):
            size = f"{file['bytes']:,} bytes" if "bytes" in file else ""
            rows = f", {file['rows']:,} rows" if file.get("rows") is not None else ""
            now = f": {state}" if (state := (found or {}).get(file_of(file))) else ""
            lines.append(f"   from {file.get('name', '?')}  {size}{rows}{now}")
            if "first" in file and "last" in file:
                lines.append(f"     {file.get('engine', 'a warehouse')}: days from {file['first']} to {file['last']}")
            if "sha256" in file:
                sampled = _METHODS.get(file.get("method", ""), "")
                lines.append(f"     SHA-256 {file['sha256']}{sampled}")
        lines.extend(f"   note: {text}" for text in item.get("notes", []))
    return [" ".join(sentence(line).split("\n")) for line in lines]
