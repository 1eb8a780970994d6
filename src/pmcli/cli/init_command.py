"""pm init: a commented pm.toml to start from, or the draft of a mapping for an extract."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    map_file: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE", help="Draft a mapping for this extract instead."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where the draft goes; - is standard output.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented pm.toml into this folder: your force, your data, your peers, once for all commands.

    With --map FILE, write the draft of a mapping for that extract: what its columns are, judged by what is in them, and
    which measures its labels are. It is called as the file is, and goes into this folder. Lines with a question mark
    are for you to look at.

    Examples:

    pm init

    pm init --map totals.csv && pm load totals.csv --map totals.toml -o totals.parquet
    """
    from pmcli import pipe, settings
    from pmcli.errors import PmError, UsageError

    if map_file is None:
        if output is not None:
            raise UsageError("-o goes with --map", "pm.toml is written into this folder.")
        path, text = Path(settings.NAME), settings.TEMPLATE
    else:
        from pmcli.catalogue import Catalogue
        from pmcli.sources.drafting.write import drafted

        own = settings.read()
        text = drafted(map_file, Catalogue(own.measures, own.events, own.forces))
        path = output or Path(f"{map_file.name.partition('.')[0] or 'mapping'}.toml")
        if str(path) == "-":
            pipe.write_stdout(text.encode())
            return
    if path.exists() and not overwrite:
        raise PmError(f"{path} is here already", "--overwrite replaces it, -o writes the draft elsewhere.")
    pipe.write_file(path, text.encode())
    then = "edit it, then try `pm outliers`"
    if map_file is not None:
        asked = sum(1 for line in text.splitlines() if "# ?" in line)
        then = f"{asked} lines have a question; then try `pm load {map_file} --map {path}`"
    pipe.warn("init", [f"wrote {path}; {then}"])
