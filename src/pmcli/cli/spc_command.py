"""pm spc: control charts."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes


@takes("measures inputs output format force group to source without screen rebase")
def spc(
    given: Options,
    screen: Annotated[
        bool, typer.Option("--screen/--no-screen", help="Leave extreme moving ranges out of the limits.")
    ] = True,
    rebase: Annotated[
        bool, typer.Option("--rebase/--no-rebase", help="Restart the limits at declared changes in recording.")
    ] = True,
) -> None:
    """XmR control charts, as in NHS Making Data Count: which periods stand out, and whether that is good or bad.

    Rules, the first that holds: outside the limits; two of three beyond two thirds of a limit; seven on one side of the
    mean; seven rising or falling. Limits restart only where `pm events` declares a change in recording.

    Examples:

    pm load prc.csv | pm spc burglary --force essex

    pm spc homicide --no-screen -i observations.parquet -o chart.csv
    """
    from pmcli.steps.spc import spc as step
    from pmcli.tables import SPC

    with given.stage() as stage:
        arrived = stage.read()
        result = step(stage.figures(arrived.whole()), screen=screen, rebase=rebase, **stage.ask().of(step))
        stage.write(result.collect(), SPC, arrived)
