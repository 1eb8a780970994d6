"""pm ahead: the 12-month totals to come, and how likely each verdict is to turn."""

from __future__ import annotations

from pmcli.cli.options import Options, takes


@takes(
    "measures inputs writing ordering force group to baseline source without peers population population_year"
    " average sd include_self test"
)
def ahead(given: Options) -> None:
    """Foresee the 12-month totals 3, 6, 9 and 12 months on, with 80 and 95 % intervals, and the chance of each turn.

    Counts by month or quarter over two years or more. A turn is another verdict than now: of pm compare against the
    baseline and a year before, and of pm outliers where a rule judges the measure. It knows of no change to come.

    Examples:

    pm load prc.csv | pm ahead robbery --force essex

    pm ahead --group neighbourhood-crime --force essex -i observations.parquet -o ahead.csv
    """
    from pmcli.steps.ahead import ahead as step
    from pmcli.tables import AHEAD

    with given.stage() as stage:
        arrived = stage.read()
        result = step(stage.figures(arrived.whole()), **stage.ask().of(step))
        stage.write(result.collect(), AHEAD, arrived)
