"""pm plot: charts, as pictures, on a page or on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pmcli.cli.options import Options, takes
from pmcli.cli.values import one_of

if TYPE_CHECKING:
    import polars as pl

    from pmcli.cli.stage import Stage
    from pmcli.drawing.chart import Chart
    from pmcli.tables import Table

_TOGETHER: Final = 6
"""Forces up to which a chart has a line for each of them without being asked to."""

SUFFIXES: Final = {".svg": "svg", ".png": "png", ".html": "html", ".htm": "html", ".txt": "text"}


@takes("measures kind to since last baseline width inputs output format_ quiet force group source peers")
def plot(
    given: Options,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            help="lines (forces on one chart), multiples (a panel a series), scatter …  [default: by the table]",
            autocompletion=one_of("rolling", "lines", "multiples", "control", "rates", "funnel", "scatter", "waves"),
        ),
    ] = None,
    width: Annotated[int, typer.Option("--width", min=240, max=4000, help="Width of a picture in pixels.")] = 720,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", help="x.svg, x.png or x.html; or a folder, as charts/, for a file a chart."),
    ] = None,
    format_: Annotated[
        str | None, typer.Option("-f", "--format", metavar="FORMAT", help="svg, png, html or text.")
    ] = None,
) -> None:
    """Draw the table that arrives: on the terminal when it is one, else as SVG, PNG or a page of HTML.

    Observations become 12-month totals with their baseline and the declared changes; spc a control chart; rank the
    forces' rates; rank --funnel a funnel, or with --kind scatter counts by population; waves the shares of a survey.
    Among forces, --force (or pm.toml's) is picked out, with its Most Similar Group.

    Of observations, several forces that --force names are lines of one chart (--kind rolling: a chart each), and --kind
    multiples draws a panel for every series in one picture. --since and --last draw the latest part.

    A page takes any number of charts; a picture takes one, and a folder a file for each. Every chart states its finding
    in words for those who cannot see it.

    Examples:

    pm load prc.csv | pm plot burglary --force essex -o burglary.svg

    pm load prc.csv | pm rank | pm plot --force essex --peers peers.csv -o rates.html

    pm load prc.csv | pm spc robbery --force essex | pm plot

    pm load prc.csv | pm plot burglary --force essex --force kent -o two.svg

    pm load prc.csv | pm plot --group neighbourhood-crime --force essex --kind multiples --last 48 -o panels.svg
    """
    from functools import partial

    from pmcli.tables import OBSERVATIONS, TABLES
    from pmcli.views.outside import reading
    from pmcli.views.plot import BESIDE, charts_of, pick

    folder = _folder(output, format_)
    to = None if folder else output
    with given.stage(output=to, format=format_, default_format="svg", suffixes=SUFFIXES, screen="text") as stage:
        arrived = stage.read(OBSERVATIONS, *(table for table in TABLES if table is not OBSERVATIONS))
        table: Table = arrived.table
        frame: pl.DataFrame = arrived.for_windows(12) if table is OBSERVATIONS else arrived.frame
        beside = table in BESIDE
        _refuse("--baseline", given.baseline, table, takes=(OBSERVATIONS,))
        _refuse("--peers", given.peers, table, takes=BESIDE)
        ask = stage.ask() if beside else stage.ask(peers={})
        areas = None if beside else ask.areas
        frame = pick(frame, measures=ask.measures, areas=areas, source=ask.source, to=ask.to)
        since = stage.first_month(frame, table)
        if table is not OBSERVATIONS and since is not None:
            from pmcli.views.span import span

            frame = span(frame, table, since, None)
        if (
            kind is None
            and table is OBSERVATIONS
            and 1 < frame["area"].n_unique() <= _TOGETHER
            and len(given.force or ()) > 1
        ):
            kind = "lines"
        charts: list[Chart] = []
        for mine in ask.areas if beside and ask.areas else [None]:
            look = partial(
                charts_of, table=table, catalogue=stage.catalogue, kind=kind, highlight=mine, peers=ask.peers
            )
            charts += reading(frame, table, partial(look, baseline=ask.baseline, since=since))
        if folder is not None:
            _write_all(charts, folder, format_ or "svg", width)
        else:
            _write(charts, stage, width)
        stage.say()


def _refuse(option: str, given: object, table: Table, *, takes: Sequence[Table]) -> None:
    """Raise UsageError for an option that a chart of this table makes no use of."""
    from pmcli.errors import UsageError

    if given is not None and table not in takes:
        made = " or ".join(other.name for other in takes)
        raise UsageError(f"{option} is of no use to a chart of the {table.name} table", f"It is for {made}.")


def _folder(output: str | None, format_: str | None) -> Path | None:
    """The folder that -o names: one that is there, or a name that ends in a slash."""
    from pmcli.errors import UsageError
    from pmcli.windows import names_folder

    if output is None or not (names_folder(output) or Path(output).is_dir()):
        return None
    if format_ not in {None, "svg", "png"}:
        raise UsageError(f"-o {output} is a folder, which takes pictures, but -f says {format_}", "Give svg or png.")
    return Path(output)


def _write(charts: list[Chart], stage: Stage, width: int) -> None:
    """Send the charts where they go. Raises UsageError for several where one fits."""
    import shutil

    from pmcli import pipe
    from pmcli.errors import UsageError
    from pmcli.notes import listing

    to = stage.to
    if to.format in {"svg", "png"} and len(charts) > 1:
        names = listing([chart.subtitle for chart in charts], 3)
        raise UsageError(
            f"a picture holds one chart, and there are {len(charts)}: {names}",
            "Name one measure or force, write a page (-o x.html), or give a folder (-o charts/).",
        )
    if to.format == "svg":
        data = charts[0].svg(width).encode()
    elif to.format == "png":
        data = charts[0].png(width)
    elif to.format == "html":
        from pmcli.pack.write.html import charts_page

        data = charts_page(charts).encode()
    else:
        from pmcli.drawing.terminal import terminal

        size = shutil.get_terminal_size((80, 24)) if to.terminal else (80, 24)
        colour = to.terminal and pipe.may_colour()
        parts = [terminal(chart, width=size[0], height=size[1], colour=colour) for chart in charts]
        data = "\n".join(parts).encode()
    if to.path is None:
        pipe.write_stdout(data)
    else:
        pipe.write_file(to.path, data)


def _write_all(charts: list[Chart], folder: Path, format_: str, width: int) -> None:
    """A file a chart; all are drawn before the first is written."""
    from pmcli import pipe

    made: dict[str, bytes] = {}
    for chart in charts:
        name = next(name for name in _names(chart.name or chart.kind) if name not in made)
        made[name] = chart.png(width) if format_ == "png" else chart.svg(width).encode()
    pipe.write_folder(folder, {f"{name}.{format_}": data for name, data in made.items()})


def _names(name: str) -> Iterator[str]:
    """The name, and with a number for charts that would be called the same."""
    yield name
    yield from (f"{name}-{number}" for number in count(2))
