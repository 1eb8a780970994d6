"""pm ahead: the 12-month totals to come, and how likely each verdict is to turn."""

from __future__ import annotations

from pmcli.cli import options as o
from pmcli.cli.stage import Stage


def ahead(
    measures: o.Measures = None,
    inputs: o.Input = None,
    output: o.Output = None,
    format_: o.Format = None,
    force: o.Forces = None,
    group: o.Group = None,
    to: o.To = None,
    baseline: o.Baseline = None,
    source: o.Source = None,
    without: o.Without = None,
    peers: o.Peers = None,
    population: o.PopulationFile = None,
    population_year: o.PopulationYear = None,
    average: o.Average = "simple",
    sd: o.Sd = "sample",
    include_self: o.IncludeSelf = True,
    test: o.Test = "dispersion",
) -> None:
    """Foresee the 12-month totals 3, 6, 9 and 12 months on, with 80 and 95 % intervals, and the chance of each turn.

    Counts by month or quarter over two years or more. A turn is another verdict than now: of pm compare against the
    baseline and a year before, and of pm outliers where a rule judges the measure. It knows of no change to come.

    Examples:

    pm load prc.csv | pm ahead robbery --force essex

    pm ahead --group neighbourhood-crime --force essex -i observations.parquet -o ahead.csv
    """
    from pmcli.steps.ahead import ahead as step
    from pmcli.steps.averages import Conventions
    from pmcli.tables import AHEAD

    with Stage("ahead", output, format_) as stage:
        conventions = Conventions(average, sd, include_self)
        arrived = stage.read(inputs)
        result = step(
            stage.figures(arrived.whole(), without),
            measures=stage.measures(measures, group),
            areas=stage.forces(force),
            source=source or stage.settings.source,
            to=stage.month(to),
            baseline=stage.baseline(baseline),
            test=test,
            peers=stage.peers(peers),
            population=stage.population(population, population_year),
            conventions=conventions,
            catalogue=stage.catalogue,
        )
        stage.write(result.collect(), AHEAD, arrived)
