"""pm breakdown: what a measure is made of, now and at the baseline."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes


@takes("measures by baseline to months inputs writing ordering force group source test")
def breakdown(
    given: Options,
    by: Annotated[
        str | None, typer.Option("--by", metavar="DIMENSION", help="What to break down by; else all that there is.")
    ] = None,
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

    with given.stage() as stage:
        arrived = stage.read()
        result = step(arrived.for_windows(given.months), by=by, **stage.ask().of(step))
        stage.write(result.collect(), BREAKDOWN, arrived)
