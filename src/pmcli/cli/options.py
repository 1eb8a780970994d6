"""The options that subcommands share, each spelt once, and how a command takes those that it names.

>>> @takes("measures inputs output format months by")
... def rolling(given: Options, by: Annotated[str | None, typer.Option("--by", help="…")] = None) -> None: ...

The words are in the order of the help; a word of SETS stands for several. A word that is a parameter of the command is
an option of its own, even where a shared one has that name; any other is a field of `Options`, its value is in `given`.
"""
# No `from __future__ import annotations`: the annotations are what Typer reads, and are evaluated here once.

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Concatenate, Final, NamedTuple

import typer

from pmcli.cli.stage import Stage
from pmcli.cli.values import event_names, force_names, group_names, layout_names, measure_names, one_of


class Options(NamedTuple):
    """The values of the options that are shared; the default where the command does not take one.

    command: its name. taken: the options that it takes.
    """

    command: str = ""
    taken: frozenset[str] = frozenset()
    measures: Annotated[
        list[str] | None,
        typer.Argument(metavar="[MEASURE]...", help="Measures by id; all when left out.", autocompletion=measure_names),
    ] = None
    inputs: Annotated[
        list[str] | None, typer.Option("-i", "--input", help="Parquet file to read (repeatable); else standard input.")
    ] = None
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", help="File to write; its suffix chooses the format. - is standard output."),
    ] = None
    format: Annotated[
        str | None,
        typer.Option(
            "-f",
            "--format",
            metavar="FORMAT",
            help="parquet, csv, json, ndjson, table, xlsx, md or html.",
            autocompletion=one_of("parquet", "csv", "json", "ndjson", "table", "xlsx", "md", "html"),
        ),
    ] = None
    safe: Annotated[
        bool | None,
        typer.Option(
            "--safe/--no-safe",
            help="CSV: an apostrophe before text that a spreadsheet would run.  [default: with -o only]",
        ),
    ] = None
    labels: Annotated[
        bool | None,
        typer.Option("--labels/--no-labels", help="CSV, workbook: labels instead of ids.  [default: in a workbook]"),
    ] = None
    wide: Annotated[bool, typer.Option("--wide", help="CSV, workbook: periods across, a row for each figure.")] = False
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No notes on standard error.")] = False
    history: Annotated[
        bool, typer.Option("--history", help="Print what the figures were made from, on standard error.")
    ] = False
    pager: Annotated[
        bool, typer.Option("--pager/--no-pager", help="Whether a long table on a terminal goes to PAGER, or less.")
    ] = True
    sort: Annotated[
        str | None,
        typer.Option("--sort", metavar="COL[,-COL]", help="Order the rows by these columns; - for the largest first."),
    ] = None
    top: Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="The first N rows of that order.")] = None
    floor: Annotated[
        int | None,
        typer.Option(
            "--floor",
            metavar="N",
            min=0,
            help="Leave out rows with a smaller base.  [default: 50 with --top by a percentage or rate]",
        ),
    ] = None
    since: Annotated[
        str | None, typer.Option("--since", metavar="MONTH", help="Only what ends in this month or later, as 2019-01.")
    ] = None
    last: Annotated[
        int | None, typer.Option("--last", metavar="N", min=1, help="Only what ends in the latest N months.")
    ] = None
    force: Annotated[
        list[str] | None,
        typer.Option("--force", help="Force, by id or name (repeatable); `all` for all.", autocompletion=force_names),
    ] = None
    group: Annotated[
        str | None, typer.Option("--group", help="Priority area, as serious-violence.", autocompletion=group_names)
    ] = None
    to: Annotated[str | None, typer.Option("--to", metavar="MONTH", help="Last month of the window, as 2023-07.")] = (
        None
    )
    months: Annotated[int, typer.Option("--months", help="Length of the window in months.")] = 12
    baseline: Annotated[
        str | None,
        typer.Option("--baseline", metavar="MONTH", help="Last month of the baseline window.  [default: 2019-12]"),
    ] = None
    source: Annotated[
        str | None, typer.Option("--source", help="Use the figures of this source only.", autocompletion=layout_names)
    ] = None
    peers: Annotated[
        Path | None, typer.Option("--peers", help="CSV of Most Similar Groups: columns force, peer.", dir_okay=False)
    ] = None
    population: Annotated[
        Path | None,
        typer.Option("--population", help="CSV (force, year, population) or ONS workbook to take populations from."),
    ] = None
    population_year: Annotated[
        int | None,
        typer.Option("--population-year", metavar="YEAR", help="Use this mid-year estimate for every window."),
    ] = None
    average: Annotated[
        str,
        typer.Option(
            "--average",
            help="simple (mean of force rates) or pooled (total over total).",
            autocompletion=one_of("simple", "pooled"),
        ),
    ] = "simple"
    sd: Annotated[
        str, typer.Option("--sd", help="sample (n - 1) or population.", autocompletion=one_of("sample", "population"))
    ] = "sample"
    include_self: Annotated[
        bool, typer.Option("--include-self/--exclude-self", help="Whether a force is one of its own peer group.")
    ] = True
    rules: Annotated[
        Path | None,
        typer.Option(
            "--rules", help="Your own outlier rules (TOML), laid over those that come with pm.", dir_okay=False
        ),
    ] = None
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            metavar="EVENT",
            help="Take a mass event of `pm events` out of the counts (repeatable).",
            autocompletion=event_names,
        ),
    ] = None
    test: Annotated[
        str,
        typer.Option(
            "--test",
            help="dispersion (counts vary by more than chance) or exact (as if by chance alone).",
            autocompletion=one_of("dispersion", "exact"),
        ),
    ] = "dispersion"

    def stage(self, **more: Any) -> Stage:
        """The run of the command. more: what Stage is told beside the options, or instead of one."""
        return Stage(self, **{"output": self.output, "format": self.format, **more})


SETS: Final = {
    "writing": "output format safe labels wide quiet history pager",
    "listing": "output format safe pager",
    "ordering": "sort top floor",
}
"""A word -> the options that go together and are told by it."""

Function = Callable[Concatenate[Options, ...], None]
"""What a command is made of."""


def takes(words: str) -> Callable[[Function], Callable[..., None]]:
    """Make a command of a function, with the options that the words name: see the top of this file."""

    def command(function: Function) -> Callable[..., None]:
        own = dict(inspect.signature(function, eval_str=True).parameters)
        del own[next(iter(own))]  # the first, for the options that are shared
        names = [name for word in words.split() for name in SETS.get(word, word).split()]
        shared = frozenset(names) - own.keys()
        if odd := (own.keys() - frozenset(names)) | (shared - _SHARED.keys()):
            raise TypeError(f"pm {function.__name__}: {', '.join(odd)}: an option that is not listed, or not there")

        def run(**values: Any) -> None:
            given = Options(function.__name__, shared, **{name: values.pop(name) for name in shared})
            function(given, **values)

        parameters = [own.get(name) or _SHARED[name] for name in names]
        run.__name__, run.__doc__, run.__module__ = function.__name__, function.__doc__, function.__module__
        run.__dict__["__signature__"] = inspect.Signature(parameters)  # which is what Typer reads
        return run

    return command


_SHARED = inspect.signature(Options).parameters
