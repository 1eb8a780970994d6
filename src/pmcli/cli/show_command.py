"""pm show: any table of pm, for people."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes


@takes("files everything rules inputs writing ordering since last")
def show(
    given: Options,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Parquet files; else standard input.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every row, however many, on a terminal too.")] = False,
) -> None:
    """Show any table of pm as a table for people; in full and without colour when it is not on a terminal.

    Examples:

    pm show outliers.parquet

    pm load prc.csv | pm rolling | pm compare | pm show | less
    """
    from pmcli.tables import TABLES
    from pmcli.views import console as _console  # noqa: F401  imported while the stage before is still at work

    with given.stage(default_format="table") as stage:
        arrived = stage.read(*TABLES, inputs=files or (), catalogue=stage.to.format == "table")
        mine = stage.settings.force
        stage.write(arrived.frame, arrived.table, arrived, everything=everything, highlight=mine, from_outside=True)
