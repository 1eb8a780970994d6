"""pm events: the change register."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes
from pmcli.cli.values import measure_names


@takes("measure force listing")
def events(
    given: Options,
    measure: Annotated[
        str | None,
        typer.Argument(metavar="[MEASURE]", help="Those that touch this measure.", autocompletion=measure_names),
    ] = None,
) -> None:
    """List the change register: what changed in recording or in the world, when, for which measures and areas.

    An entry without measures touches all of them, one without areas every force.

    Examples:

    pm events

    pm events burglary --force essex

    pm events -o register.csv
    """
    import polars as pl

    with given.stage(default_format="table") as stage:
        wanted = stage.catalogue.measure(measure).id if measure is not None else None
        forces = stage.forces(given.force, default=False)
        rows = [
            {
                "id": event.id,
                "date": event.day,
                "kind": event.kind,
                "label": event.label,
                "measures": ";".join(event.measures) or "all",
                "areas": ";".join(event.areas) or "all",
                "count": event.count or None,
                "why": event.why,
                "source": event.source,
            }
            for event in sorted(stage.catalogue.events.values(), key=lambda event: (event.day, event.id))
            if wanted is None or not event.measures or wanted in event.measures
            if forces is None or not event.areas or set(forces) & set(event.areas)
        ]
        kinds = {"count": pl.Int64, "date": pl.Date}
        columns = ["id", "date", "kind", "label", "measures", "areas", "count", "why", "source"]
        frame = pl.DataFrame(rows, schema={name: kinds.get(name, pl.String) for name in columns})
        stage.write_listing(frame, "Change register", ("id", "date", "kind", "areas"))
