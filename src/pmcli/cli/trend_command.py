"""pm trend: where a measure stands and which way it has been going."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes


@takes("measures inputs output format force group to baseline source without everything method")
def trend(
    given: Options,
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

    with given.stage() as stage:
        arrived = stage.read()
        result = step(stage.figures(arrived.whole()), method=method, **stage.ask().of(step))
        brief = everything or (given.group is not None and not given.measures)
        stage.write(result.collect(), TREND, arrived, brief=brief)
