"""pm rank: rates and ranks against the country and the Most Similar Group."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes
from pmcli.cli.values import one_of


@takes(
    "measures per to months inputs writing ordering force group source without peers population population_year"
    " average sd include_self funnel limits overdispersion"
)
def rank(
    given: Options,
    per: Annotated[
        str | None, typer.Option("--per", help="What the rate is per: '1000', 'million population' …")
    ] = None,
    funnel: Annotated[
        bool,
        typer.Option("--funnel", help="Counts against those expected of the population, with 95 and 99.8 % limits."),
    ] = False,
    limits: Annotated[
        str,
        typer.Option(
            "--limits",
            help="A funnel's limits: quantile (even-handed) or garwood (as FunnelPlotR).",
            autocompletion=one_of("quantile", "garwood"),
        ),
    ] = "quantile",
    overdispersion: Annotated[
        bool, typer.Option("--overdispersion", help="Widen a funnel's limits by how much forces differ beyond chance.")
    ] = False,
) -> None:
    """Rank forces by rate, 1 = highest, within the country and within each force's own Most Similar Group.

    All forces are ranked; --force reports those named only. The mean and SD over the scope stand beside the rank.

    --funnel says instead which forces differ from the country by more than chance: each count beside the one that its
    population would give at the national rate, exact Poisson limits, and the correlation of counts with population.

    Examples:

    pm load prc.csv | pm rank violence-with-injury --to 2023-09

    pm rank homicide --per "million population" --force essex --peers peers.csv -i observations.parquet

    pm load prc.csv | pm rank homicide --funnel --overdispersion
    """
    from pmcli.errors import UsageError
    from pmcli.steps.rank import rank as step
    from pmcli.tables import FUNNEL, RANK

    if overdispersion and not funnel:
        raise UsageError("--overdispersion widens the limits of a funnel", "Give --funnel too.")
    with given.stage() as stage:
        arrived = stage.read()
        figures = stage.figures(arrived.for_windows(given.months))
        areas = stage.forces(given.force, default=False)
        if funnel:
            from pmcli.steps.funnel import funnel as funnel_step

            ask = stage.ask(areas=areas, peers={})
            table = FUNNEL
            result = funnel_step(figures, limits=limits, overdispersion=overdispersion, **ask.of(funnel_step))
        else:
            table = RANK
            result = step(figures, per=per, **stage.ask(areas=areas).of(step))
        stage.write(result.collect(), table, arrived, highlight=stage.settings.force)
