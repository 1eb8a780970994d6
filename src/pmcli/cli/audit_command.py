"""pm audit: check a published pack against itself, and against the data."""

from __future__ import annotations

from typing import IO, Annotated

import typer

from pmcli.cli.options import Options, takes


@takes("document inputs output format_ safe labels quiet history pager force source everything words")
def audit(
    given: Options,
    document: Annotated[
        str,
        typer.Argument(
            metavar="DOCUMENT", help="A .pdf, .docx, .pptx, .xlsx, .html, .md or .txt; - is text on standard input."
        ),
    ],
    inputs: Annotated[
        list[str] | None,
        typer.Option("-i", "--input", help="Observations (Parquet) to check its figures against (repeatable)."),
    ] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="x.html for a page; or a table: x.xlsx, x.csv, x.md …")
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option("-f", "--format", metavar="FORMAT", help="table, html, md, xlsx, parquet, csv, json, ndjson."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="List the consistent and the unchecked claims too.")
    ] = False,
    words: Annotated[
        bool, typer.Option("--words", help="Give readings of words too; they never count as contradictions.")
    ] = False,
) -> None:
    """Find what a published document says that cannot be true together: counts, percentages, tables, ranks, dates.

    Every figure stands for what may have been rounded to it, and two claims contradict one another only when no
    values of both fit and they are about the same measure, window and area. What nothing printed can check is said
    to be so. With observations, each figure is held against what pm computes for its measure, window and force.

    Exits with 1 when something contradicts, with 0 when nothing does.

    Examples:

    pm audit pack.pdf

    pm audit pack.docx -o audit.html

    pm audit pack.pdf -i observations.parquet --force essex

    pdftotext -layout pack.pdf - | pm audit - --all -f csv
    """
    from pmcli import opened, pipe
    from pmcli.audit import audit as step
    from pmcli.audit.findings import contradictions, findings, table
    from pmcli.audit.readers import read
    from pmcli.errors import UsageError
    from pmcli.tables import AUDIT

    with given.stage(output=output, format=format_) as stage:
        if (given.force or given.source) and not inputs:
            raise UsageError(
                "--force and --source say whose data to check against, and no -i FILE is given",
                "Add -i observations.parquet.",
            )
        if document != "-":
            opened.reading(document, "document")
        text = read(document)
        claims = step(text, stage.catalogue, wording=words)
        arrived = None
        if inputs:
            from pmcli.audit.data import check_data

            arrived = stage.read(inputs=inputs)
            source = given.source or stage.settings.source
            check_data(claims, arrived.whole(), stage.forces(given.force), source, stage.catalogue)
        found = findings(claims)
        kept = found if everything else contradictions(found)

        def render(stream: IO[str], terminal: bool) -> None:
            import shutil

            from pmcli.audit.show import cards

            width = shutil.get_terminal_size((80, 24)).columns if terminal else 100
            stream.write(cards(text, found, everything=everything, width=width))

        if stage.to.format == "html":
            from pmcli.audit.page import page

            stage.say()
            data = page(text, found).encode()
            if stage.to.path is None:
                pipe.write_stdout(data)
            else:
                pipe.write_file(stage.to.path, data)
        else:
            stage.write(table(kept), AUDIT, arrived, render=render)
        pipe.warn("audit", text.notes)
        if any(finding.counts for finding in found):
            raise typer.Exit(1)
