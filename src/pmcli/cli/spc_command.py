"""pm spc: control charts."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from pmcli.cli.options import Options, takes
from pmcli.cli.values import one_of
from pmcli.periods import parse_month


@takes("measures inputs writing force group to source without season reference rules screen rebase")
def spc(
    given: Options,
    season: Annotated[
        str,
        typer.Option(
            "--season", help="on: take the season out (three years or more); off.", autocompletion=one_of("on", "off")
        ),
    ] = "on",
    reference: Annotated[
        str, typer.Option("--reference", metavar="MONTHS", help="Months before the year shown, all, or FROM..TO.")
    ] = "24",
    rules: Annotated[
        str,
        typer.Option(
            "--rules",
            help="Which rules signal: limits (outside; two of three near one) or all.",
            autocompletion=one_of("limits", "all"),
        ),
    ] = "limits",
    screen: Annotated[
        bool, typer.Option("--screen/--no-screen", help="Leave extreme moving ranges out of the limits.")
    ] = True,
    rebase: Annotated[
        bool, typer.Option("--rebase/--no-rebase", help="Restart the limits at declared changes in recording.")
    ] = True,
) -> None:
    """Control charts: which periods stand out from what their measure does by itself, and whether that is good or bad.

    The last 12 months against limits from the 24 before (--reference), the season taken out, never narrower than counts
    of that size vary. Signals: outside the limits; two of three beyond two thirds of one. Seven on one side, and seven
    rising or falling, are marked only. Limits start anew where `pm events` declares a change in recording.

    --season off --reference all --rules all is the XmR chart of NHS Making Data Count.

    Examples:

    pm load prc.csv | pm spc burglary --force essex

    pm spc robbery --reference 2021-04..2023-03 -i observations.parquet -o chart.csv

    pm spc homicide --season off --reference all --rules all -i observations.parquet
    """
    from pmcli.steps.phases import Chart
    from pmcli.steps.spc import spc as step
    from pmcli.tables import SPC

    with given.stage() as stage:
        arrived = stage.read()
        chart = Chart(season=_on(season), reference=_reference(reference), rules=rules, screen=screen, rebase=rebase)
        result = step(stage.figures(arrived.whole()), chart=chart, **stage.ask().of(step))
        stage.write(result.collect(), SPC, arrived)


def _on(season: str) -> bool:
    from pmcli.errors import UsageError

    if season not in {"on", "off"}:
        raise UsageError(f"--season {season!r} is neither on nor off")
    return season == "on"


def _reference(text: str) -> int | str | tuple[date, date]:
    """A number of months, "all", or the last days of two months."""
    first, dots, last = text.partition("..")
    if dots:
        return parse_month(first, "--reference"), parse_month(last, "--reference")
    return int(text) if text.isdecimal() else text
