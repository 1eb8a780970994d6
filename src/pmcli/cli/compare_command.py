"""pm compare: this window against the baseline and against last year."""

from __future__ import annotations

from typing import Annotated

import typer

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
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="WHAT",
            help="baseline, previous-year, five-years, national, peers (repeatable).  [default: the first two]",
        ),
    ] = None,
    peers: o.Peers = None,
    average: o.Average = "simple",
    include_self: o.IncludeSelf = True,
    test: o.Test = "dispersion",
) -> None:
    """Compare the window to --to (else the latest) with the baseline window and with the same window a year before.

    Counts get the difference, the percentage change and a two-sided p-value that knows how much the measure varies by
    itself, with the least change that it would have told; shares percentage points and a z test. A percentage on a
    base of zero is left empty. Changes in recording between the windows are named.

    --against national and --against peers hold shares and means (999 calls, surveys) against the average of the forces,
    in the same window; a count needs a population for that, which is `pm rank`.

    Examples:

    pm load prc.csv | pm compare --baseline 2019-12 --force essex

    pm compare burglary robbery --to 2023-09 -i observations.parquet -f csv

    pm load calls-999.csv | pm compare --months 1 --against national --force essex
    """
    from pmcli.steps.averages import Conventions
    from pmcli.steps.compare import TIMES
    from pmcli.steps.compare import compare as step
    from pmcli.tables import COMPARISON

    with Stage("compare", output, format_) as stage:
        conventions = Conventions(average, include_self=include_self)
        arrived = stage.read(inputs)
        result = step(
            stage.figures(arrived.for_windows(months), without),
            measures=stage.measures(measures, group),
            areas=stage.forces(force),
            source=source or stage.settings.source,
            to=stage.month(to),
            months=months,
            baseline=stage.baseline(baseline),
            against=against or TIMES,
            peers=stage.peers(peers) if "peers" in (against or ()) else {},
            conventions=conventions,
            test=test,
            catalogue=stage.catalogue,
        )
        stage.write(result.collect(), COMPARISON, arrived)
