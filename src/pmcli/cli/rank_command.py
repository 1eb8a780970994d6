"""pm rank: rates and ranks against the country and the Most Similar Group."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli import options as o
from pmcli.cli.stage import Stage


def rank(
    measures: o.Measures = None,
    per: Annotated[
        str | None, typer.Option("--per", help="What the rate is per: '1000', 'million population' …")
    ] = None,
    to: o.To = None,
    months: o.Months = 12,
    inputs: o.Input = None,
    output: o.Output = None,
    format_: o.Format = None,
    force: o.Forces = None,
    group: o.Group = None,
    source: o.Source = None,
    without: o.Without = None,
    peers: o.Peers = None,
    population: o.PopulationFile = None,
    population_year: o.PopulationYear = None,
    average: o.Average = "simple",
    sd: o.Sd = "sample",
    include_self: o.IncludeSelf = True,
    funnel: Annotated[
        bool,
        typer.Option("--funnel", help="Counts against those expected of the population, with 95 and 99.8 % limits."),
    ] = False,
    limits: Annotated[
        str, typer.Option("--limits", help="A funnel's limits: quantile (even-handed) or garwood (as FunnelPlotR).")
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
    from pmcli.steps.averages import Conventions
    from pmcli.steps.funnel import funnel as funnel_step
    from pmcli.steps.rank import rank as step
    from pmcli.tables import FUNNEL, RANK

    if overdispersion and not funnel:
        raise UsageError("--overdispersion widens the limits of a funnel", "Give --funnel too.")
    with Stage("rank", output, format_) as stage:
        conventions = Conventions(average, sd, include_self)
        arrived = stage.read(inputs)
        if funnel:
            placed = funnel_step(
                stage.figures(arrived.for_windows(months), without),
                measures=stage.measures(measures, group),
                areas=stage.forces(force, default=False),
                source=source or stage.settings.source,
                to=stage.month(to),
                months=months,
                limits=limits,
                overdispersion=overdispersion,
                population=stage.population(population, population_year),
                catalogue=stage.catalogue,
            )
            stage.write(placed.collect(), FUNNEL, arrived, highlight=stage.settings.force)
            return
        result = step(
            stage.figures(arrived.for_windows(months), without),
            measures=stage.measures(measures, group),
            source=source or stage.settings.source,
            to=stage.month(to),
            months=months,
            per=per,
            peers=stage.peers(peers),
            population=stage.population(population, population_year),
            conventions=conventions,
            catalogue=stage.catalogue,
            areas=stage.forces(force, default=False),
        )
        stage.write(result.collect(), RANK, arrived, highlight=stage.settings.force)
