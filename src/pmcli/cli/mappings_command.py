"""pm mappings: the mappings that come with pm, and what is in one."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes
from pmcli.cli.values import shipped_names


@takes("name listing")
def mappings(
    given: Options,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Print this one.", autocompletion=shipped_names)
    ] = None,
) -> None:
    """List the mappings that come with pm, or print one to copy and change; `pm load --map NAME` takes them by name.

    Examples:

    pm mappings

    pm mappings athena-records
    """
    from pmcli import pipe
    from pmcli.errors import UsageError, did_you_mean
    from pmcli.sources.mapping import HERE, read_mapping, shipped

    if name is not None:
        wanted = name.removesuffix(".toml")
        if wanted not in shipped():
            listed = f"They are {', '.join(shipped())}."
            raise UsageError(f"no mapping {name!r} comes with pm", did_you_mean(wanted, shipped(), listed))
        if given.format is not None:
            raise UsageError("a mapping is TOML: -f is for the list", "Leave -f out.")
        data = (HERE / f"{wanted}.toml").read_bytes()
        output = given.output
        if output is None or output == "-":
            pipe.write_stdout(data)
        else:
            from pathlib import Path

            pipe.write_file(Path(output), data)
            pipe.warn("mappings", [f"wrote {output}"])
        return
    import polars as pl

    with given.stage(default_format="table") as stage:
        read = [(one, read_mapping(one, stage.catalogue)) for one in shipped()]
        rows = [{"name": one, "layout": mapping.reader, "title": mapping.title} for one, mapping in read]
        stage.write_listing(pl.DataFrame(rows), "Mappings")
