"""pm trend: where a measure stands and which way it has been going."""

from __future__ import annotations

from pmcli.cli import options as o
from pmcli.cli.stage import Stage


def trend(
    measures: o.Measures = None,
    inputs: o.Input = None,
    output: o.Output = None,
    format_: o.Format = None,
    force: o.Forces = None,
    group: o.Group = None,
    to: o.To = None,
    baseline: o.Baseline = None,
    source: o.Source = None,
) -> None:
    """The 12-month total now, against the baseline and last year, with the long-term trend of the periods themselves.

    The trend comes from a seasonal Mann-Kendall test on months or quarters, never on rolling totals.

    Examples:

    pm load prc.csv | pm trend burglary --force essex

    pm trend burglary robbery -i observations.parquet
    """
    from pmcli.steps.trend import trend as step
    from pmcli.tables import TREND

    with Stage("trend", output, format_) as stage:
        arrived = stage.read(inputs)
        result = step(
            arrived.whole(),
            measures=stage.measures(measures, group),
            areas=stage.forces(force),
            source=source or stage.settings.source,
            to=stage.month(to),
            baseline=stage.baseline(baseline),
            catalogue=stage.catalogue,
        )
        stage.write(result.collect(), TREND, arrived)
