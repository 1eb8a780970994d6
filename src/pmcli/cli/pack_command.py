"""pm pack: the whole report of a force, in one command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pmcli.cli.options import Options, takes


@takes(
    "inputs output quiet force to baseline previous xlsx md pptx template suppress source without peers population"
    " population_year average sd include_self rules"
)
def pack(
    given: Options,
    output: Annotated[
        str, typer.Option("-o", "--output", help="Folder, or for one force a file: .html, .xlsx, .md or .pptx.")
    ] = "pack",
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="MONTH", help="Last month of the window.  [default: where most counts end]"),
    ] = None,
    previous: Annotated[
        str | None,
        typer.Option(
            "--previous", metavar="PATH", help="The last edition: its .parquet, or the folder of the packs before."
        ),
    ] = None,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="A workbook too: a sheet a table, native charts.")] = False,
    md: Annotated[bool, typer.Option("--md", help="Markdown too.")] = False,
    pptx: Annotated[bool, typer.Option("--pptx", help="Slides too: one a measure, native charts.")] = False,
    template: Annotated[
        Path | None,
        typer.Option("--template", help="Your own presentation (.pptx) to make the slides in.", dir_okay=False),
    ] = None,
    suppress: Annotated[
        int | None,
        typer.Option(
            "--suppress",
            min=0,
            metavar="N",
            help="Least number of people asked, or victims, of whom a figure is shown; 0 shows all, for internal use."
            "  [default: 10]",
        ),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", help="Which source speaks where several have a measure (repeatable, best first)."),
    ] = None,
) -> None:
    """Make a force's pack: key findings, the performance overview, a page a measure, the outlier pages, the sources.

    One self-contained page to read, print and send: charts, statements and tables, and for every figure where it
    comes from. Data come from pm.toml: `data`, and the [[pack]] extracts beside it. What cannot be computed stands on
    the page as not available, with the reason. A measure whose figures end before --to is taken to where they end.

    Beside each pack stands a small Parquet of its statements and figures: give it to the next one with --previous.

    Examples:

    pm pack --force essex --to 2023-09 -o pack/ --xlsx -i observations.parquet

    pm pack --force essex --to 2023-09 --previous essex-2023-06.parquet -o packs/ -i observations.parquet

    pm load prc.csv | pm pack --force all --to 2023-09 -o packs/
    """
    from pmcli import carried, pipe
    from pmcli.cli.progress import progress_bar
    from pmcli.errors import UsageError
    from pmcli.notes import listing, note
    from pmcli.pack.choose import Question, latest_month, sources_in_order
    from pmcli.pack.commentary import read_comments
    from pmcli.pack.edition import SUFFIX, edition_bytes, read_editions, refuse_another_table
    from pmcli.pack.files import files_of
    from pmcli.pack.front import since_last
    from pmcli.pack.gather import gather
    from pmcli.pack.model import Pack
    from pmcli.pack.pages import pack_of, say_everything
    from pmcli.pack.publish import logo_of, published
    from pmcli.pack.suppress import LEAST
    from pmcli.pack.write.output import place, render_all
    from pmcli.settings import Publish

    with given.stage() as stage:
        settings = stage.settings
        if not given.force and not settings.force:
            raise UsageError("whose pack?", "Give --force essex (repeatable), or --force all.")
        arrived = stage.read(extracts=True)
        frame = stage.figures(arrived.whole())
        ask = stage.ask()
        publish = settings.publish or Publish()
        first = source or ([settings.source] if settings.source else [])
        question = Question(
            to=stage.month(to) or latest_month(frame, ask.areas),
            baseline=ask.baseline,
            forces=tuple(ask.areas) if ask.areas is not None else None,
            sources=tuple(sources_in_order(frame, first) if stage.from_settings else first),
            peers=ask.peers,
            population=ask.population,
            conventions=stage.conventions,
            catalogue=ask.catalogue,
            without=ask.without,
            suppress=next(number for number in (suppress, publish.suppress, LEAST) if number is not None),
        )
        figures = gather(frame, question)
        areas = {area: stage.catalogue.area_label(area) for area in figures.chosen.forces}
        where = place(output, xlsx=xlsx, md=md, pptx=pptx, forces=len(areas))
        look = None
        if "pptx" in where.kinds:
            from pmcli.pack.write.slide_template import template_of

            look = template_of(template or settings.template)
        if template is not None and look is None:
            raise UsageError(f"--template {template} is for slides", "Add --pptx, or name a file that ends in .pptx.")
        for area in areas:
            refuse_another_table(where.path(area, question.to, SUFFIX))
        last = read_editions(previous, areas, question.to) if previous else {}
        if previous and (without := [label for area, label in areas.items() if area not in last]):
            note(f"--previous {previous} has no edition of {listing(without)}: nothing is said of what changed there")
        said = say_everything(figures)
        logo = logo_of(publish.logo, publish.owner)
        drafts = read_comments(settings.path, settings.comment or {}, areas)
        stages = stage.history(arrived)
        files = files_of(stages, frame["source"].unique(maintain_order=True).to_list())
        commands = [str(item.get("command", "")) for item in stages]
        carry = carried.text_of(stages)
        own = settings.force or (next(iter(areas)) if len(areas) == 1 else "")
        editions: dict[Path, bytes] = {}

        def pack_for(area: str) -> Pack:
            one = pack_of(figures, said, area, files=files, commands=commands, history=carry)
            one.template = look
            if area in last:
                from pmcli.pack.previous import put_beside

                since_last(one, put_beside(one, last[area], stages, ask.catalogue))
            editions[where.path(area, question.to, SUFFIX)] = edition_bytes(one, stages)
            return published(one, publish, drafts, logo=logo, own=area == own)

        made: dict[Path, bytes] = {}
        with progress_bar("Packs", counted=True) as progress:
            for path, data in render_all(map(pack_for, areas), where, areas, question.to):
                made[path] = data
                progress(len({name.stem for name in made}), len(areas))
        made |= editions
        pipe.write_folder(where.folder, {path.name: data for path, data in made.items()})
        stage.say()
        pipe.warn("pack", [f"wrote {path} ({len(data):,} bytes)" for path, data in made.items()])
