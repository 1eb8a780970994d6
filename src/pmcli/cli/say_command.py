"""pm say: what the figures say, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pmcli.cli.options import Options, takes

if TYPE_CHECKING:
    import polars as pl


@takes(
    "measures group force to baseline months inputs writing source without peers population"
    " population_year average sd include_self rules"
)
def say(
    given: Options,
    months: Annotated[
        int | None,
        typer.Option("--months", help="Length of the windows compared.  [default: each measure's own, mostly 12]"),
    ] = None,
) -> None:
    """Say what a table found, in sentences: a table of them, each with the figures it rests on, or text for people.

    Takes what any analysis writes (compare, trend, rank, outliers, waves, breakdown, spc), or observations, which it
    compares, tests for trends, ranks and judges itself.

    A sentence says "fewer" or "more" only where a test does (p < 0.05); under 2 % it says "slightly", and of a base
    under 50 it says no percentage. Recording changes between two windows are a caveat beside it.

    Examples:

    pm load prc.csv | pm say burglary --to 2023-09 --force essex

    pm load prc.csv | pm compare | pm say -f table

    pm say -i outliers.parquet -o sentences.csv
    """
    from pmcli.errors import UsageError
    from pmcli.steps.averages import Conventions
    from pmcli.tables import OBSERVATIONS, SENTENCES, SPC
    from pmcli.views.outside import reading
    from pmcli.views.say import SAYABLE
    from pmcli.views.say import say as step

    with given.stage() as stage:
        arrived = stage.read(OBSERVATIONS, *SAYABLE)
        if arrived.table is OBSERVATIONS:
            from pmcli.views.observed import say_observations  # it brings every step along

            said = say_observations(stage.figures(arrived.whole()), stage.ask(months=months))
        else:
            computing = {
                "--baseline": given.baseline, "--months": months, "--without": given.without, "--peers": given.peers,
                "--population": given.population, "--population-year": given.population_year,
            }  # fmt: skip
            late = [name for name, value in computing.items() if value]
            if late or stage.conventions != Conventions():
                name = late[0] if late else "--average, --sd or --exclude-self"
                maker = arrived.table.made_by
                raise UsageError(f"{name} comes too late for the {arrived.table.name} table", f"Give it to {maker}.")
            picked, areas = stage.measures(given.measures, given.group), stage.forces(given.force, default=False)
            rows = _kept(arrived.frame, measure=picked, area=areas, source=[given.source] if given.source else None)
            end = stage.month(given.to)
            if end is not None:  # a control chart is of all its periods, everything else of the window that ends there
                ends = rows.filter(rows["period_end"] <= end)["period_end"].unique().to_list()
                rows = _kept(rows, period_end=ends if ends and arrived.table is SPC else [end])
            said = reading(rows, arrived.table, lambda these: step(these, arrived.table, stage.catalogue))
        stage.write(said, SENTENCES, arrived)


def _kept(frame: pl.DataFrame, **wanted: object) -> pl.DataFrame:
    """The rows with one of the values wanted in each column (None: all). Raises PmError when there are none."""
    import polars as pl

    from pmcli.errors import PmError
    from pmcli.notes import listing

    for column, values in wanted.items():
        if not isinstance(values, list):
            continue
        kept = frame.filter(pl.col(column).is_in(values))
        if kept.is_empty() and frame.height:
            have = [str(value) for value in frame[column].unique().sort().to_list()]
            raise PmError(
                f"no rows for {listing([str(value) for value in values])}",
                f"The table has {column}: {listing(have, 12)}.",
            )
        frame = kept
    return frame
