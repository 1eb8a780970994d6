"""pm history: what a table was made from."""

from __future__ import annotations

from typing import Annotated

import typer


def history(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Parquet files; else standard input.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for a script.")] = False,
) -> None:
    """Print where a table's figures come from: input files with their SHA-256, command lines, version, notes.

    Examples:

    pm history outliers.parquet

    pm load prc.csv | pm rolling | pm history
    """
    from pmcli import history as records
    from pmcli import pipe
    from pmcli.errors import UsageError
    from pmcli.tables import TABLES

    if not files and not pipe.stdin_has_data():
        raise UsageError(
            "no input: nothing is piped in and no FILE is given", "For example: pm history outliers.parquet"
        )
    arrived = pipe.read(files or ["-"], TABLES, "history")
    text = records.to_json(arrived.stages) if as_json else "\n".join(records.sentences(arrived.stages))
    pipe.write_stdout((text or "this file has no history of pm").encode() + b"\n")
