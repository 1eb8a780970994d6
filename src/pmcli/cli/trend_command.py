"""pm trend: where a measure stands and which way it has been going."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes
from pmcli.cli.values import one_of


@takes("measures inputs writing ordering force group to baseline source without everything method years test")
def trend(
    given: Options,
    everything: Annotated[bool, typer.Option("--all", help="All measures, one line each.")] = False,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            help="years, line (one line since the beginning) or seasonal-mann-kendall.",
            autocompletion=one_of("years", "line", "seasonal-mann-kendall"),
        ),
    ] = "years",
    years: Annotated[int, typer.Option("--years", help="How many years before the long-term trend is taken from.")] = 5,
) -> None:
    """Where a measure stands: 12-month total, comparisons, long-term trend, direction of travel, last chart signal.

    The long-term trend is the 12 months now against the 12 months --years before, the direction of travel the last 6
    months against the same 6 a year before; a line and its turns, fitted to the months or quarters themselves, have to
    agree and say how fast and since when. With --all or a whole --group: one line a measure.

    Examples:

    pm load prc.csv | pm trend burglary --force essex

    pm trend --all --to 2023-09 -i observations.parquet

    pm trend homicide --without essex-lorry-deaths-2019 -i observations.parquet
    """
    from pmcli.steps.trend import trend as step
    from pmcli.tables import TREND

    with given.stage() as stage:
        arrived = stage.read()
        result = step(stage.figures(arrived.whole()), method=method, years=years, **stage.ask().of(step))
        brief = everything or (given.group is not None and not given.measures)
        stage.write(result.collect(), TREND, arrived, brief=brief)
