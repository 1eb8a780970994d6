"""pm say: what the figures say, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pmcli.cli import options as o
from pmcli.cli.stage import Stage

if TYPE_CHECKING:
    import polars as pl


def say(
    measures: o.Measures = None,
    group: o.Group = None,
    force: o.Forces = None,
    to: o.To = None,
    baseline: o.Baseline = None,
    months: Annotated[
        int | None,
        typer.Option("--months", help="Length of the windows compared.  [default: each measure's own, mostly 12]"),
    ] = None,
    inputs: o.Input = None,
    output: o.Output = None,
    format_: o.Format = None,
    source: o.Source = None,
    without: o.Without = None,
    peers: o.Peers = None,
    population: o.PopulationFile = None,
    population_year: o.PopulationYear = None,
    average: o.Average = "simple",
    sd: o.Sd = "sample",
    include_self: o.IncludeSelf = True,
    rules: o.Rules = None,
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

    with Stage("say", output, format_, rules=rules) as stage:
        conventions = Conventions(average, sd, include_self)
        arrived = stage.read(inputs, OBSERVATIONS, *SAYABLE)
        picked = stage.measures(measures, group)
        if arrived.table is OBSERVATIONS:
            from pmcli.views.observed import Wanted, say_observations  # it brings every step along

            wanted = Wanted(
                stage.catalogue,
                measures=picked,
                areas=stage.forces(force),
                source=source or stage.settings.source,
                to=stage.month(to),
                months=months,
                baseline=stage.baseline(baseline),
                peers=stage.peers(peers),
                population=stage.population(population, population_year),
                conventions=conventions,
            )
            said = say_observations(stage.figures(arrived.whole(), without), wanted)
        else:
            computing = {
                "--baseline": baseline, "--months": months, "--without": without, "--peers": peers,
                "--population": population, "--population-year": population_year,
            }  # fmt: skip
            late = [name for name, value in computing.items() if value]
            if late or conventions != Conventions():
                name = late[0] if late else "--average, --sd or --exclude-self"
                maker = arrived.table.made_by
                raise UsageError(f"{name} comes too late for the {arrived.table.name} table", f"Give it to {maker}.")
            areas = stage.forces(force, default=False)
            rows = _kept(arrived.frame, measure=picked, area=areas, source=[source] if source else None)
            end = stage.month(to)
            if end is not None:  # a control chart is of all its periods, everything else of the window that ends there
                ends = rows.filter(rows["period_end"] <= end)["period_end"].unique().to_list()
                rows = _kept(rows, period_end=ends if ends and arrived.table is SPC else [end])
            said = reading(rows, arrived.table, lambda given: step(given, arrived.table, stage.catalogue))
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
