"""pm forces: the forces pm knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pmcli.cli.options import Options, takes
from pmcli.cli.values import force_names

if TYPE_CHECKING:
    from pmcli.catalogue import Force


@takes("text listing")
def forces(
    given: Options,
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help="Part of a name, id or ONS code.", autocompletion=force_names),
    ] = None,
) -> None:
    """List the forces: id, ONS code, name, kind, and whether each is in the national average.

    With a text, those whose id, ONS code, name or other spelling has it in it, whatever its case.

    Examples:

    pm forces

    pm forces devon

    pm forces -f csv
    """
    import polars as pl

    from pmcli.errors import UsageError, did_you_mean

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
            if text is None or _has(text, force)
        ]
        if not rows:
            known = [name for force in stage.catalogue.forces.values() for name in (force.name, force.id)]
            hint = did_you_mean(text or "", known, "`pm forces` lists them all.")
            raise UsageError(f"no force has {text!r} in its name, id or ONS code", hint)
        stage.write_listing(pl.DataFrame(rows), "Forces", ("id", "ons_code", "name", "in_national"))


def _has(text: str, force: Force) -> bool:
    """Whether a text is in a name of the force, spelt as it is or as ids are."""
    from pmcli.catalogue import slug

    names = (force.id, force.code, force.name, *force.aliases)
    return any(text.casefold().strip() in name.casefold() for name in names) or slug(text) in force.id
