"""pm outliers: the Home Office outlier criteria."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli import options as o
from pmcli.cli.stage import Stage


def outliers(
    measures: o.Measures = None,
    group: o.Group = None,
    force: o.Forces = None,
    to: o.To = None,
    baseline: o.Baseline = None,
    inputs: o.Input = None,
    output: o.Output = None,
    format_: o.Format = None,
    source: o.Source = None,
    without: o.Without = None,
    peers: o.Peers = None,
    population: o.PopulationFile = None,
    population_year: o.PopulationYear = None,
    average: o.Average = "simple",
    sd: o.Sd = "sample",
    include_self: o.IncludeSelf = True,
    rules: o.Rules = None,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="Every verdict under the other conventions instead.")
    ] = False,
    multiple: Annotated[float, typer.Option("--multiple", help="How many SDs above the average flags.")] = 1.0,
) -> None:
    """Score forces against the Home Office outlier criteria, every criterion a row, with the verdict they come to.

    A criterion that cannot be tested is null, never N; the verdict is `undetermined` when it could still change.
    Who is in a Most Similar Group comes from a peers file (columns force, peer); rules of your own from --rules.
    `margin` is how many offences would turn each flag; --sensitivity turns one convention after the other, and all.

    Examples:

    pm load prc.csv | pm outliers --group serious-violence --force essex --peers peers.csv

    pm outliers --group homicide --to 2023-09 --force all -i observations.parquet -o outliers.csv
    """
    from pmcli.steps.averages import Conventions
    from pmcli.steps.outliers import outliers as step
    from pmcli.steps.sensitivity import sensitivity as sensitivity_step
    from pmcli.tables import OUTLIERS, SENSITIVITY

    with Stage("outliers", output, format_, rules=rules) as stage:
        conventions = Conventions(average, sd, include_self, multiple)
        picked = [stage.catalogue.measure(name).id for name in measures] if measures else None
        wanted = stage.catalogue.group(group) if group else None
        arrived = stage.read(inputs)
        result = (sensitivity_step if sensitivity else step)(
            stage.figures(arrived.whole(), without),
            measures=picked,
            group=wanted,
            areas=stage.forces(force),
            source=source or stage.settings.source,
            to=stage.month(to),
            baseline=stage.baseline(baseline),
            peers=stage.peers(peers),
            population=stage.population(population, population_year),
            conventions=conventions,
            catalogue=stage.catalogue,
        )
        stage.write(result.collect(), SENSITIVITY if sensitivity else OUTLIERS, arrived)
