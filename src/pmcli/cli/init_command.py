"""pm init: a commented pm.toml to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a pm.toml that is there.")] = False,
) -> None:
    """Write a commented pm.toml into this folder: your force, your data, your peers, once for all commands.

    Examples:

    pm init
    """
    from pmcli import pipe, settings
    from pmcli.errors import PmError

    path = Path(settings.NAME)
    if path.exists() and not overwrite:
        raise PmError(f"{path} is here already", "--overwrite replaces it.")
    pipe.write_file(path, settings.TEMPLATE.encode())
    pipe.warn("init", [f"wrote {path}; edit it, then try `pm outliers`"])
