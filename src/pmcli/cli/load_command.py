"""pm load: extracts in, observations out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pmcli.cli.options import Options, takes
from pmcli.cli.stage import input_entry
from pmcli.cli.values import layout_names, mapping_names


@takes("files source mapping by area connect table since latest strict hash_all later_wins explain max_size writing")
def load(
    given: Options,
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE...", help="Files, folders, globs, zip archives; - is standard input."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--as", metavar="SOURCE", help="The layout, when not the header's.", autocompletion=layout_names),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--map", help="Which column is what: a TOML file, or the name of one of pm's.", autocompletion=mapping_names
        ),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by", metavar="COLUMN", help="Records: break measures down by this too (repeatable), as weapon."
        ),
    ] = None,
    area: Annotated[
        str | None, typer.Option("--area", metavar="COLUMN", help="Records: give districts too; where they are named.")
    ] = None,
    connect: Annotated[
        str | None,
        typer.Option(
            "--connect", metavar="URL", help="Instead of files: count records in this warehouse, as duckdb://x.db."
        ),
    ] = None,
    table: Annotated[
        str | None, typer.Option("--table", help="Warehouse: the table of crimes, as crimes or dbo.crimes.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="MONTH", help="Warehouse: first month to read, as 2018-01.")
    ] = None,
    latest: Annotated[
        str | None,
        typer.Option(
            "--latest", metavar="COLUMN", help="Warehouse: of a crime's rows of one day, the greatest of this stands."
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first row that cannot be read.")] = False,
    hash_all: Annotated[
        bool, typer.Option("--hash-all", help="Hash every input whole, even above 256 MB (slower).")
    ] = False,
    later_wins: Annotated[
        bool,
        typer.Option("--later-wins", help="Of street files or tables of counts that overlap, the later one counts."),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Say how each column and label was understood, and what was left out."),
    ] = False,
    max_size: Annotated[
        str | None, typer.Option("--max-size", metavar="SIZE", help="What a packed file may unpack to, as 8GB.")
    ] = None,
) -> None:
    """Read extracts of any layout pm knows into observations: one row per measure, area and period.

    The layout is recognised from the header. Reads csv, tsv (also gz), xlsx, xls, ods, parquet, arrow, and zip archives
    of them. What could not be read is counted on standard error; nothing is dropped in silence.

    Examples:

    pm load prc-pfa.csv.gz -o observations.parquet

    pm load archive.zip | pm rolling | pm show

    pm load totals.csv --map iquanta-monthly | pm outliers --force essex

    pm load totals.csv --map iquanta-monthly --explain

    cat crimes.csv | pm load - --map athena.toml -o records.parquet

    pm load crimes.csv --map athena.toml --by weapon --area district -o records.parquet

    pm load --connect duckdb://crimes.db --table crimes --map athena-records -o observations.parquet
    """
    from pmcli import notes, sources
    from pmcli.cli.progress import progress_bar
    from pmcli.errors import UsageError
    from pmcli.sources.explain import listing
    from pmcli.tables import OBSERVATIONS

    if connect is None and (table or since or latest):
        raise UsageError("--table, --from and --latest are for a warehouse", "Say which with --connect URL.")
    if connect is None and not files:
        raise UsageError(
            "no files were given", "Name the files, folders or archives to load, or a warehouse: --connect."
        )
    if connect is not None:
        if files or source or explain or later_wins or hash_all or max_size or strict:
            raise UsageError(
                "--connect counts in a warehouse, and takes no files nor options about files", "See --help."
            )
        _from_warehouse(given, connect, table, mapping, by or (), area or "", since, latest or "")
        return
    with given.stage(default_format="table" if explain else "parquet") as stage:
        with progress_bar("Loading") as progress:
            loaded = sources.load(
                list(files or ()),
                source=source,
                mapping=mapping,
                catalogue=stage.catalogue,
                strict=strict,
                hash_all=hash_all,
                max_size=bytes_of(max_size),
                progress=progress,
                by=by or (),
                area=area or "",
                later_wins=later_wins,
                explain=explain,
            )
        if explain:
            stage.write_listing(listing(loaded.report), "How the extract was understood")
            return
        for sentence in loaded.report.sentences():
            notes.note(sentence)
        stage.write(loaded.observations, OBSERVATIONS, inputs=[input_entry(item) for item in loaded.inputs])


def _from_warehouse(
    given: Options,
    url: str,
    table: str | None,
    mapping: Path | None,
    by: Sequence[str],
    area: str,
    since: str | None,
    latest: str,
) -> None:
    from pmcli import addresses, notes
    from pmcli.errors import UsageError
    from pmcli.sources.warehouse.extra import imported
    from pmcli.tables import OBSERVATIONS

    addresses.checked(url)
    if not table:
        raise UsageError("--table is needed: which table has the crimes", "Write it as --table crimes, or dbo.crimes.")
    with given.stage() as stage:
        first = stage.month(since, "--from")
        loaded = imported("pmcli.sources.warehouse.load").load_connected(
            url, table, mapping, catalogue=stage.catalogue, by=by, area=area,
            since=first.replace(day=1) if first else None, latest=latest,
        )  # fmt: skip
        for sentence in loaded.report.sentences():
            notes.note(sentence)
        stage.write(loaded.observations, OBSERVATIONS, inputs=[input_entry(item) for item in loaded.inputs])


def bytes_of(text: str | None) -> int | None:
    """The number of bytes in '8GB', '500 MB' or '1000000'. Raises UsageError."""
    import re

    from pmcli.errors import UsageError

    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*", text, re.IGNORECASE)
    if found is None:
        raise UsageError(f"--max-size {text}: that is no size", "Write it as 8GB or 500MB.")
    return int(float(found[1]) * 1024 ** " kmgt".index(found[2].lower() or " "))
