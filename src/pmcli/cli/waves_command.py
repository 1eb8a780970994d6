"""pm waves: survey shares wave by wave, what has changed, and gaps between groups."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli import options as o
from pmcli.cli.stage import Stage


def waves(
    measures: o.Measures = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="Show this breakdown (repeatable): district, sex …  [default: everything]"),
    ] = None,
    last: Annotated[int | None, typer.Option("--last", metavar="N", help="The latest N waves only.")] = None,
    months: o.Months = 12,
    adjust: Annotated[
        str, typer.Option("--adjust", help="holm: allow for the number of changes that are tested; or none.")
    ] = "none",
    level: Annotated[float, typer.Option("--level", help="A change with a p-value below this is significant.")] = 0.05,
    gap: Annotated[
        list[str] | None,
        typer.Option("--gap", metavar="A:B", help="Also the gap between two groups, A less B (repeatable)."),
    ] = None,
    to: o.To = None,
    inputs: o.Input = None,
    output: o.Output = None,
    format_: o.Format = None,
    force: o.Forces = None,
    group: o.Group = None,
    source: o.Source = None,
) -> None:
    """Show survey shares wave by wave, with the change from the wave before and whether it is significant.

    Areas or groups down, waves across; ↑ and ↓ where the change is significant by a two-proportion z test on the
    effective sample sizes. A wave of fewer than 30 respondents is shown, marked, and not tested. --gap tests the gap
    between two groups, and whether it has changed.

    Examples:

    pm load survey.csv --map smsr-survey | pm waves confidence --by district

    pm waves confidence --by victim --gap "Victim of crime:Non victim" --adjust holm -i survey.parquet
    """
    from pmcli.steps.waves import waves as step
    from pmcli.tables import WAVES

    with Stage("waves", output, format_) as stage:
        arrived = stage.read(inputs)
        result = step(
            arrived.for_windows(months),
            measures=stage.measures(measures, group),
            areas=stage.forces(force),
            source=source or stage.settings.source,
            by=by,
            to=stage.month(to),
            last=last,
            months=months,
            adjust=adjust,
            level=level,
            gaps=gap or (),
            catalogue=stage.catalogue,
        )
        stage.write(result.collect(), WAVES, arrived)
