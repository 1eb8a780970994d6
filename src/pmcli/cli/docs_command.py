"""pm docs: the guides that come with pm."""

from __future__ import annotations

from typing import Annotated

import typer

from pmcli.cli.values import guide_names


def docs(
    topic: Annotated[
        str | None,
        typer.Argument(metavar="[TOPIC]", help="The guide; a list of them when left out.", autocompletion=guide_names),
    ] = None,
) -> None:
    """Print a guide that comes with pm: methods, mappings, packs, every column and more; without a topic, list them.

    On a terminal it is set for reading, a page at a time; anywhere else it is the Markdown that it was written in.

    Examples:

    pm docs

    pm docs methods
    """
    import io

    from pmcli import pipe
    from pmcli.handbook import guide, title, topics
    from pmcli.pager import paged

    if topic is None:
        known = topics()
        wide = max(map(len, known), default=0)
        pipe.write_stdout("".join(f"{name:<{wide}}  {title(path)}\n" for name, path in known.items()).encode())
        return
    text = guide(topic)
    to = pipe.destination(None, None, default="table")
    if to.terminal:
        from pmcli.views import console

        drawn = io.StringIO()
        console.render_markdown(text, drawn)
        text = drawn.getvalue()
        if to.pager and paged(text.encode()):
            return
    pipe.write_stdout(text.encode())
