"""pm load: extracts in, observations out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pmcli.cli.options import Options, takes
from pmcli.cli.stage import input_entry
from pmcli.cli.values import layout_names, mapping_names


@takes("files source mapping by area strict hash_all later_wins explain max_size writing")
def load(
    given: Options,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Files, folders, globs, zip archives; - is standard input.")
    ],
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
    """
    from pmcli import notes, sources
    from pmcli.cli.progress import progress_bar
    from pmcli.sources.explain import listing
    from pmcli.tables import OBSERVATIONS

    with given.stage(default_format="table" if explain else "parquet") as stage:
        with progress_bar("Loading") as progress:
            loaded = sources.load(
                list(files),
                source=source,
                mapping=mapping,
                catalogue=stage.catalogue,
                strict=strict,
                hash_all=hash_all,
                max_size=_bytes(max_size),
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


def _bytes(text: str | None) -> int | None:
    """The number of bytes in '8GB', '500 MB' or '1000000'. Raises UsageError."""
    import re

    from pmcli.errors import UsageError

    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*", text, re.IGNORECASE)
    if found is None:
        raise UsageError(f"--max-size {text}: that is no size", "Write it as 8GB or 500MB.")
    return int(float(found[1]) * 1024 ** " kmgt".index(found[2].lower() or " "))
