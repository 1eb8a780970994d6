"""pm help: how a command is used."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.values import command_names


def help(
    command: Annotated[
        str | None,
        typer.Argument(
            metavar="[COMMAND]", help="The command; all of them when left out.", autocompletion=command_names
        ),
    ] = None,
) -> None:
    """Show how a command is used, with its options and examples, as `pm COMMAND --help` does; else list the commands.

    Examples:

    pm help

    pm help compare
    """
    from pmcli.cli import usage
    from pmcli.commands import COMMANDS, overview
    from pmcli.errors import UsageError, did_you_mean

    if command is None:
        typer.echo(overview(), nl=False)
    elif command in COMMANDS:
        typer.echo(usage(command))
    else:
        raise UsageError(f"there is no command {command!r}", did_you_mean(command, COMMANDS, "`pm` lists them."))
