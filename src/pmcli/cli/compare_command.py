"""pm compare: this window against the baseline and against last year."""

from __future__ import annotations

from pmcli.cli import options as o
from pmcli.cli.stage import Stage


def compare(
    measures: o.Measures = None,
    baseline: o.Baseline = None,
    to: o.To = None,
    months: o.Months = 12,
    inputs: o.Input = None,
    output: o.Output = None,
    format_: o.Format = None,
    force: o.Forces = None,
    group: o.Group = None,
    source: o.Source = None,
    without: o.Without = None,
) -> None:
    """Compare the window to --to (else the latest) with the baseline window and with the same window a year before.

    Counts get the difference, the percentage change and an exact two-sided p-value; shares percentage points and a
    z test. A percentage on a base of zero is left empty. Changes in recording between the windows are named.

    Examples:

    pm load prc.csv | pm compare --baseline 2019-12 --force essex

    pm compare burglary robbery --to 2023-09 -i observations.parquet -f csv
    """
    from pmcli.steps.compare import compare as step
    from pmcli.tables import COMPARISON

    with Stage("compare", output, format_) as stage:
        arrived = stage.read(inputs)
        result = step(
            stage.figures(arrived.for_windows(months), without),
            measures=stage.measures(measures, group),
            areas=stage.forces(force),
            source=source or stage.settings.source,
            to=stage.month(to),
            months=months,
            baseline=stage.baseline(baseline),
            catalogue=stage.catalogue,
        )
        stage.write(result.collect(), COMPARISON, arrived)
