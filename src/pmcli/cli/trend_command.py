"""pm trend: where a measure stands and which way it has been going."""

from __future__ import annotations

from typing import Annotated

import typer

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
    without: o.Without = None,
    everything: Annotated[bool, typer.Option("--all", help="All measures, one line each.")] = False,
    method: Annotated[
        str, typer.Option("--method", help="years, line (one line since the beginning) or seasonal-mann-kendall.")
    ] = "years",
    years: Annotated[int, typer.Option("--years", help="How many years before the long-term trend is taken from.")] = 5,
    test: o.Test = "dispersion",
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

    with Stage("trend", output, format_) as stage:
        arrived = stage.read(inputs)
        result = step(
            stage.figures(arrived.whole(), without),
            measures=stage.measures(measures, group),
            areas=stage.forces(force),
            source=source or stage.settings.source,
            to=stage.month(to),
            baseline=stage.baseline(baseline),
            method=method,
            years=years,
            test=test,
            catalogue=stage.catalogue,
        )
        brief = everything or (group is not None and not measures)
        stage.write(result.collect(), TREND, arrived, brief=brief)
