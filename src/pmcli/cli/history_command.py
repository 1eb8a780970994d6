"""pm history: what a table, page or workbook was made from, and whether its files are still the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pmcli.history import Stage


def history(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]...", help="Parquet files, pages or workbooks of pm; else standard input."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for a script.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Say which of the files are still the same bytes; exit 1 if one is not.")
    ] = False,
) -> None:
    """Print where a table's figures come from: input files with their SHA-256, command lines, version, notes.

    Takes the tables, and the pages and workbooks of `pm pack`, which carry it too. --check hashes the files that it
    names again, looked for from the working folder, then from the folder that FILE is in.

    Examples:

    pm history outliers.parquet

    pm history outliers.parquet --check

    pm load prc.csv | pm rolling | pm history
    """
    from pmcli import history as records
    from pmcli import pipe
    from pmcli.errors import PmError, UsageError

    if not files and not pipe.stdin_has_data():
        raise UsageError(
            "no input: nothing is piped in and no FILE is given", "For example: pm history outliers.parquet"
        )
    names = list(files or ["-"])
    stages = _stages(names)
    states: dict[tuple[str, str], str] = {}
    if check:
        states = _states(stages, names)
        for stage in stages if as_json else ():
            stage |= {"inputs": [item | {"check": states[records.file_of(item)]} for item in stage.get("inputs", [])]}
    text = records.to_json(stages) if as_json else "\n".join(records.sentences(stages, states))
    pipe.write_stdout((text or "this file has no history of pm").encode() + b"\n")
    if check and (trouble := _trouble(states)):
        raise PmError(trouble, "What pm made of it cannot be made again from the files as they are.")


def _stages(names: Sequence[str]) -> list[Stage]:
    """The histories of tables, pages and workbooks, as one."""
    from pmcli import carried, pipe
    from pmcli import history as records
    from pmcli.tables import TABLES

    data = {name: pipe.bytes_of(name) for name in names}
    tables = [name for name in names if not carried.carries(data[name])]
    found = {name: carried.stages_in(data[name], name) for name in names if name not in tables}
    if tables:
        found[tables[0]] = pipe.read(tables, TABLES, "history", given=data).stages
    return records.merged(found[name] for name in names if name in found)


def _states(stages: Sequence[Stage], names: Sequence[str]) -> dict[tuple[str, str], str]:
    """What has become of every file of a history, by its name and SHA-256."""
    from pmcli.digests import checked
    from pmcli.history import file_of

    beside = next((Path(name).parent for name in names if name != "-"), None)
    once = {file_of(item): item for stage in stages for item in stage.get("inputs", [])}
    return {key: checked(item, beside) for key, item in once.items()}


def _trouble(states: dict[tuple[str, str], str]) -> str:
    """The files that are not what they were, in a sentence; "" when there is none."""
    from pmcli.digests import CHANGED, GONE
    from pmcli.notes import listing

    parts = [
        f"{listing([name for (name, _), found in states.items() if found == state], 3)} {said}"
        for state, said in ((CHANGED, "changed since"), (GONE, "gone"))
        if state in states.values()
    ]
    bad = sum(state in (CHANGED, GONE) for state in states.values())
    return f"{bad} of {len(states)} files not as they were: {'; '.join(parts)}" if parts else ""
