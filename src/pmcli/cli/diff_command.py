"""pm diff: what changed between two tables, why, and from what to what."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes


@takes("old new output format safe force")
def diff(
    given: Options,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The older table: a Parquet file.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The newer one of its kind; - is standard input.")],
) -> None:
    """Say what changed between two tables: new periods, revised figures, rows gone, verdicts that turned and why.

    Two files of observations, of any result table, or the Parquet that two packs wrote. Exit code 0: no difference;
    1: differences; 2: trouble. A figure is revised only where both have its period.

    Examples:

    pm diff observations-2023-04.parquet observations.parquet

    pm load prc.csv | pm diff observations-2023-04.parquet - --force essex -f csv
    """
    from pmcli import history, pipe
    from pmcli.errors import PmError
    from pmcli.steps.change_reasons import Differing
    from pmcli.steps.changes import DIFFERED
    from pmcli.steps.selecting import of_areas
    from pmcli.tables import CHANGES
    from pmcli.views.changes.compared import changes_table

    try:
        with given.stage() as stage:
            if old == new == "-":
                raise PmError("one of the two can be standard input, not both", "Write the other one to a file first.")
            sides = [pipe.read([name], DIFFERED, given.command) for name in (old, new)]
            first, second = sides
            if first.table is not second.table:
                raise PmError(
                    f"{old} holds the {first.table.name} table and {new} the {second.table.name} table",
                    "Give two tables of one kind.",
                )
            known = {area for side in sides for area in side.frame["area"].unique()}
            areas = [
                name if name in known else stage.catalogue.force(name) for name in given.force or () if name != "all"
            ]
            before, after = (of_areas(side.frame, areas) for side in sides)
            differing = Differing.between(first.stages, second.stages)
            result = changes_table(before, after, first.table, stage.catalogue, differing)
            stages = history.merged([first.stages, second.stages])
            both = pipe.Arrived(result, CHANGES, stages, [*first.inputs, *second.inputs])
            stage.write(result, CHANGES, both)
    except PmError as error:
        error.exit_code = 2  # 1 says that there are differences
        raise
    if result.height:
        raise typer.Exit(1)
