"""pm waves: survey shares wave by wave, what has changed, and gaps between groups."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes
from pmcli.cli.values import one_of


@takes("measures by last months adjust level gap to inputs writing ordering force group source")
def waves(
    given: Options,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="Show this breakdown (repeatable): district, sex …  [default: everything]"),
    ] = None,
    last: Annotated[int | None, typer.Option("--last", metavar="N", help="The latest N waves only.")] = None,
    adjust: Annotated[
        str,
        typer.Option(
            "--adjust",
            help="holm: allow for the number of changes that are tested; or none.",
            autocompletion=one_of("none", "holm"),
        ),
    ] = "none",
    level: Annotated[float, typer.Option("--level", help="A change with a p-value below this is significant.")] = 0.05,
    gap: Annotated[
        list[str] | None,
        typer.Option("--gap", metavar="A:B", help="Also the gap between two groups, A less B (repeatable)."),
    ] = None,
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

    with given.stage() as stage:
        arrived = stage.read()
        result = step(
            arrived.for_windows(given.months), by=by, last=last, adjust=adjust, level=level, gaps=gap or (),
            **stage.ask().of(step),
        )  # fmt: skip
        stage.write(result.collect(), WAVES, arrived)
