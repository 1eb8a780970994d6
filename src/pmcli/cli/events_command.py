"""pm events: the change register."""

from __future__ import annotations

from pmcli.cli.options import Options, takes


@takes("listing")
def events(given: Options) -> None:
    """List the change register: what changed in recording or in the world, when, for which measures and areas.

    Examples:

    pm events

    pm events -o register.csv
    """
    import polars as pl

    with given.stage(default_format="table") as stage:
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
        ]
        stage.write_listing(
            pl.DataFrame(rows, schema_overrides={"count": pl.Int64}), "Change register", ("id", "date", "kind", "areas")
        )
