"""pm check: which figures are missing, doubled, negative or suspicious."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.options import Options, takes


@takes("measures inputs writing ordering force group source strict")
def check(
    given: Options,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when something is missing or doubled.")] = False,
) -> None:
    """List what is wrong or odd with the coverage: missing, doubled, negative, suspiciously low or high figures.

    Every force is expected to have every period that its source has for the measure.

    Examples:

    pm load archive.zip | pm check

    pm check --strict -i observations.parquet -o findings.csv
    """
    from pmcli import notes, pipe
    from pmcli.errors import PmError
    from pmcli.steps.check import MISSING, summary
    from pmcli.steps.check import check as step
    from pmcli.tables import CHECK

    with given.stage() as stage:
        arrived = stage.read(doubles=True)
        ask = stage.ask(areas=stage.forces(given.force, default=False), source=given.source)
        result = step(arrived.whole(), **ask.of(step)).collect()
        for said in (text for item in arrived.stages for text in item.get("notes", [])):
            notes.note(said)  # what was left out when the figures were loaded is part of their coverage
        stage.write(result, CHECK, arrived)
        pipe.warn("check", [summary(result)])
        lacking = result.filter(result["finding"].is_in(MISSING)).height
        if strict and lacking:
            raise PmError(f"{lacking:,} missing or doubled figure{'s' if lacking > 1 else ''} (--strict)")
