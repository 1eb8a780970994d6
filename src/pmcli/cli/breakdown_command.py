"""pm breakdown: what a measure is made of, now and at the baseline."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli import options as o
from pmcli.cli.stage import Stage


def breakdown(
    measures: o.Measures = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="DIMENSION", help="What to break down by; else all that there is.")
    ] = None,
    baseline: o.Baseline = None,
    to: o.To = None,
    months: o.Months = 12,
    inputs: o.Input = None,
    output: o.Output = None,
    format_: o.Format = None,
    force: o.Forces = None,
    group: o.Group = None,
    source: o.Source = None,
    test: o.Test = "dispersion",
) -> None:
    """Break counts down by category: this window, the baseline window, the difference, and a total that adds up.

    Reads observations that were loaded with --by. The grand total is the sum of its rows. A category that is absent
    from a window is 0 when the window is whole, and not known when it is not.

    Examples:

    pm load crimes.csv --map athena.toml --by weapon | pm breakdown firearms --by weapon --to 2022-06

    pm breakdown knife-crime --force all -i records.parquet -o knives.csv
    """
    from pmcli.steps.breakdown import breakdown as step
    from pmcli.tables import BREAKDOWN

    with Stage("breakdown", output, format_) as stage:
        arrived = stage.read(inputs)
        result = step(
            arrived.for_windows(months),
            measures=stage.measures(measures, group),
            areas=stage.forces(force),
            by=by,
            source=source or stage.settings.source,
            to=stage.month(to),
            months=months,
            baseline=stage.baseline(baseline),
            test=test,
            catalogue=stage.catalogue,
        )
        stage.write(result.collect(), BREAKDOWN, arrived)
