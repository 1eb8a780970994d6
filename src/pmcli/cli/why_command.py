"""pm why: what a figure is made of, down to the rows of the files."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmcli.cli.options import Options, takes

if TYPE_CHECKING:
    import polars as pl

    from pmcli.cli.stage import Stage
    from pmcli.history import Stage as Done
    from pmcli.pipe import Arrived
    from pmcli.why.extracts import Extract


@takes(
    "measures group force to row limit months baseline inputs writing source peers population"
    " population_year average sd include_self rules test without"
)
def why(
    given: Options,
    row: Annotated[
        int | None, typer.Option("--row", help="Which row of the input is the figure, counted from 1.", metavar="N")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Rows named of each period; 0 for all.")] = 20,
    months: Annotated[
        int | None,
        typer.Option("--months", help="Length of the window.  [default: the measure's own, mostly 12]"),
    ] = None,
) -> None:
    """Show what a figure is made of: its periods, the rows of the files behind them, the test, the peers, the changes.

    Takes observations with a measure, --force and --to, or a row of any result. The files in its history are read
    again: rows are counted as a spreadsheet counts them, and a file that has changed since is named. Of crime records
    the crime numbers are given. As a table (-f csv) it has a row for each step of the working.

    Examples:

    pm load prc.csv | pm why burglary --to 2023-09 --force essex

    pm why -i outliers.parquet --row 3

    pm load prc.csv | pm compare -o compare.parquet; pm why burglary -i compare.parquet --row 2 -f csv
    """
    from pmcli import opened
    from pmcli.tables import OBSERVATIONS, WORKING
    from pmcli.why.explain import figures_of
    from pmcli.why.explain import why as step
    from pmcli.why.figure import KNOWN, chosen

    with given.stage() as stage:
        arrived = stage.read(*KNOWN)
        observed = arrived.table is OBSERVATIONS
        if observed and row is None:
            frame = stage.figures(arrived.whole())
            if frame.is_empty():
                stage.write(WORKING.empty(), WORKING, arrived)
                return
            ask = stage.ask(measures=[_one_measure(stage, frame)], areas=[_one_area(stage, frame)], months=months)
            figures = figures_of(frame, ask)
        else:
            stage.take_over(_options_of(arrived))
            frame = arrived.whole() if observed else arrived.frame
            rows = arrived.frame if row is not None else _kept(stage, arrived.frame)
            figures = [chosen(rows, arrived.table, row)]
            ask = stage.ask(measures=None, areas=None, to=None, months=None)
        stages = [*arrived.stages, {"command": "", "inputs": [*arrived.inputs, *opened.entries()]}]
        beside = next((Path(name).parent for name in given.inputs or () if name != "-"), None)

        def read(trace: Any, source: str) -> Any:
            from pmcli.why.extracts import reread

            return reread(_extracts(stage, stages), stages, trace, source, stage.catalogue, beside)

        working = step(figures, ask, read, frame if observed else None, limit)
        stage.write(working, WORKING, arrived)


# -- which figure -------------------------------------------------------------------------------------------------
def _one_measure(stage: Stage, frame: pl.DataFrame) -> str:
    from pmcli.errors import UsageError
    from pmcli.notes import listing

    asked = stage.measures(stage.given.measures, stage.given.group) or frame["measure"].unique().sort().to_list()
    if len(asked) != 1:
        have = listing(asked, 8)
        raise UsageError(f"one figure is explained at a time, and there are {have}", "Name one: pm why burglary …")
    return str(asked[0])


def _one_area(stage: Stage, frame: pl.DataFrame) -> str:
    from pmcli.errors import UsageError
    from pmcli.notes import listing

    asked = stage.forces(stage.given.force) or frame["area"].unique().sort().to_list()
    if len(asked) != 1:
        have = listing(asked, 8)
        raise UsageError(f"one figure is explained at a time, and there are {have}", "Name one with --force essex.")
    return str(asked[0])


def _kept(stage: Stage, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a result that the measure, --force, --source and --to leave."""
    import polars as pl

    given = stage.given
    wanted = {
        "measure": stage.measures(given.measures, given.group),
        "area": stage.forces(given.force, default=False),
        "source": [given.source] if given.source else None,
        "period_end": [stage.month(given.to)] if given.to else None,
    }
    for name, values in wanted.items():
        if values is not None:
            frame = frame.filter(pl.col(name).is_in(values))
    return frame


# -- where it came from -------------------------------------------------------------------------------------------
def _parameters(command: str, words: Sequence[str]) -> dict[str, Any] | None:
    """The parameters of `pm COMMAND WORDS…`; None for a line that is none."""
    from importlib import import_module

    from pmcli.commands import COMMANDS

    if command not in COMMANDS:
        return None
    app = typer.Typer(add_completion=False)
    app.command(command)(getattr(import_module(f"pmcli.cli.{command}_command"), command))
    try:
        return dict(typer.main.get_command(app).make_context(command, list(words)).params)
    except Exception:  # a history may say anything: whatever typer makes of it, it is no command line
        return None


def _loaded(words: list[str]) -> dict[str, Any] | None:
    """The parameters of `pm load WORDS…`, --max-size as the number that it is."""
    from pmcli.cli.load_command import bytes_of
    from pmcli.errors import UsageError

    given = _parameters("load", words)
    try:
        return given and given | {"max_size": bytes_of(given.get("max_size"))}
    except UsageError:
        return None


def _options_of(arrived: Arrived) -> dict[str, Any]:
    """The options that the command was given which made the table."""
    maker = arrived.table.made_by.split()[1]
    for stage in reversed(arrived.stages):
        try:
            words = shlex.split(str(stage.get("command", "")))
        except ValueError:
            continue
        if words[:2] == ["pm", maker]:
            given = _parameters(maker, words[2:]) or {}
            if not isinstance(given.get("rules"), Path):  # of `pm spc` they are other rules: those of its charts
                given.pop("rules", None)
            return given
    return {}


def _extracts(stage: Stage, stages: Sequence[Done]) -> list[Extract]:
    """What the history says was loaded: by `pm load`, or by a command that read the data of pm.toml."""
    from pmcli.sources import LAYOUTS
    from pmcli.why.extracts import Extract, extracts_of

    found = extracts_of(stages, _loaded)
    for done in stages:
        inputs = done.get("inputs", [])
        own = [item for item in inputs if set(str(item.get("source", "")).split(",")) & {*LAYOUTS, "observations"}]
        if not own or str(done.get("command", "")).startswith("pm load "):
            continue
        settings = stage.settings
        names = {str(item.get("name")) for item in own}
        for extract in (*settings.main, *settings.pack):
            if any(_within(name, extract.paths) for name in names):
                options = {"source": extract.source, "mapping": extract.map, "by": extract.by, "area": extract.area}
                inside = tuple(item for item in own if _within(str(item.get("name")), extract.paths))
                found.append(Extract(tuple(extract.paths), options, inside))
    return found


def _within(name: str, paths: Sequence[str]) -> bool:
    """Whether a file is one of the paths, or in a folder or archive of them."""
    return any(Path(name) == Path(path) or Path(path) in Path(name).parents or Path(name).match(path) for path in paths)
