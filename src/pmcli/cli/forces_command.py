"""pm forces: the forces pm knows."""

from __future__ import annotations

from pmcli.cli.options import Options, takes


@takes("listing")
def forces(given: Options) -> None:
    """List the forces: id, ONS code, name, kind, and whether each is in the national average.

    Examples:

    pm forces

    pm forces -f csv
    """
    import polars as pl

    with given.stage(default_format="table") as stage:
        rows = [
            {
                "id": force.id,
                "ons_code": force.code,
                "name": force.name,
                "kind": force.kind,
                "in_national": force.in_national,
                "aliases": ";".join(force.aliases),
            }
            for force in stage.catalogue.forces.values()
        ]
        stage.write_listing(pl.DataFrame(rows), "Forces", ("id", "ons_code", "name", "in_national"))
