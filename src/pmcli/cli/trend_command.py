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
        str, typer.Option("--method", help="gls, or seasonal-mann-kendall (the plain test: periods as independent).")
    ] = "gls",
) -> None:
    """Where a measure stands: 12-month total, comparisons, long-term trend, direction of travel, last chart signal.

    Trend and direction are tested on the months or quarters themselves, never on rolling totals; a declared change in
    recording may step the level. With --all or a whole --group: one line a measure.

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
            catalogue=stage.catalogue,
        )
        brief = everything or (group is not None and not measures)
        stage.write(result.collect(), TREND, arrived, brief=brief)
