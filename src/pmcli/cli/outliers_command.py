"""pm outliers: the Home Office outlier criteria."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes


@takes(
    "measures group force to baseline inputs writing ordering source without peers population population_year"
    " average sd include_self rules sensitivity multiple"
)
def outliers(
    given: Options,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="Every verdict under the other conventions instead.")
    ] = False,
    multiple: Annotated[float, typer.Option("--multiple", help="How many SDs above the average flags.")] = 1.0,
) -> None:
    """Score forces against the Home Office outlier criteria, every criterion a row, with the verdict they come to.

    A criterion that cannot be tested is null, never N; the verdict is `undetermined` when it could still change.
    Who is in a Most Similar Group comes from a peers file (columns force, peer); rules of your own from --rules.
    `margin` is how many offences would turn each flag; --sensitivity turns one convention after the other, and all.

    Examples:

    pm load prc.csv | pm outliers --group serious-violence --force essex --peers peers.csv

    pm outliers --group homicide --to 2023-09 --force all -i observations.parquet -o outliers.csv
    """
    from pmcli.steps.averages import Conventions
    from pmcli.tables import OUTLIERS, SENSITIVITY

    if sensitivity:
        from pmcli.steps.sensitivity import sensitivity as step
    else:
        from pmcli.steps.outliers import outliers as step

    with given.stage() as stage:
        conventions = Conventions(given.average, given.sd, given.include_self, multiple)
        measures = stage.measures(given.measures)
        group = stage.catalogue.group(given.group) if given.group else None
        arrived = stage.read()
        ask = stage.ask(measures=measures, conventions=conventions)
        result = step(stage.figures(arrived.whole()), group=group, **ask.of(step))
        stage.write(result.collect(), SENSITIVITY if sensitivity else OUTLIERS, arrived)
