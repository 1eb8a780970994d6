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
) -> None:
    """Rank forces by rate, 1 = highest, within the country and within each force's own Most Similar Group.

    All forces are ranked; --force reports those named only. The mean and SD over the scope stand beside the rank.

    Examples:

    pm load prc.csv | pm rank violence-with-injury --to 2023-09

    pm rank homicide --per "million population" --force essex --peers peers.csv -i observations.parquet
    """
    from pmcli.steps.averages import Conventions
    from pmcli.steps.rank import rank as step
    from pmcli.tables import RANK

    with Stage("rank", output, format_) as stage:
        conventions = Conventions(average, sd, include_self)
        arrived = stage.read(inputs)
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
