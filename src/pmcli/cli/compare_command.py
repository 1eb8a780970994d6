"""pm compare: this window against the baseline and against last year."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes
from pmcli.cli.values import one_of


@takes(
    "measures baseline to months inputs writing ordering force group source without against peers average"
    " include_self test"
)
def compare(
    given: Options,
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="WHAT",
            help="baseline, previous-year, five-years, national, peers, target (repeatable).  [default: the first two]",
            autocompletion=one_of("baseline", "previous-year", "five-years", "national", "peers", "target"),
        ),
    ] = None,
) -> None:
    """Compare the window to --to (else the latest) with the baseline window and with the same window a year before.

    Counts get the difference, the percentage change and a two-sided p-value that knows how much the measure varies by
    itself, with the least change that it would have told; shares percentage points and a z test. A percentage on a
    base of zero is left empty. Changes in recording between the windows are named.

    --against national and --against peers hold shares and means (999 calls, surveys) against the average of the forces,
    in the same window; a count needs a population for that, which is `pm rank`. --against target holds them against the
    standard of the measure, as 90 % of 999 calls within 10 seconds.

    Examples:

    pm load prc.csv | pm compare --baseline 2019-12 --force essex

    pm compare burglary robbery --to 2023-09 -i observations.parquet -f csv

    pm load calls-999.csv | pm compare --months 1 --against national --force essex
    """
    from pmcli.steps.compare import TIMES
    from pmcli.steps.compare import compare as step
    from pmcli.tables import COMPARISON

    with given.stage() as stage:
        arrived = stage.read()
        ask = stage.ask() if "peers" in (against or ()) else stage.ask(peers={})
        result = step(stage.figures(arrived.for_windows(given.months)), against=against or TIMES, **ask.of(step))
        stage.write(result.collect(), COMPARISON, arrived)
