"""Tables on a terminal: the only importer of rich.

On a terminal a block is drawn in the terminal's width and with colour (unless NO_COLOR is set); anywhere else plain.py
draws it. Colour never carries a meaning that the text does not.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.pipe import may_colour
from pmcli.tables import Table
from pmcli.views import blocks_of, ordered, plain
from pmcli.views.blocks import Block, Look
from pmcli.views.language import words
from pmcli.views.listing import listing
from pmcli.views.outside import reading

if TYPE_CHECKING:
    from rich.console import Console

_ROW_STYLES = {"": "", "head": "dim", "hit": "bold", "mine": "bold cyan"}
_LINE_STYLES = {"": "", "verdict": "bold", "quiet": "dim"}
_WIDE = 1000
_MOST_ROWS = 200
"""Rows drawn of one block on a terminal, unless all are asked for."""


def render(
    frame: pl.DataFrame,
    table: Table,
    stream: IO[str],
    *,
    terminal: bool,
    catalogue: Catalogue,
    everything: bool = False,
    highlight: str | None = None,
    brief: bool = False,
    from_outside: bool = False,
    by: Sequence[str] | None = None,
) -> None:
    """Draw a table of the contract on `stream`.

    terminal: whether that ends on one. from_outside: whether a script may have changed it since pm made it. by: the
    columns that it was ordered by; then it is one list in that order.
    """
    width = shutil.get_terminal_size((80, 24)).columns if terminal else _WIDE
    made = blocks(
        frame, table, catalogue, width=width, highlight=highlight, brief=brief, from_outside=from_outside, by=by
    )
    draw(made, stream, terminal=terminal, everything=everything or not terminal)


def blocks(
    frame: pl.DataFrame,
    table: Table,
    catalogue: Catalogue,
    *,
    width: int = _WIDE,
    everything: bool = True,
    highlight: str | None = None,
    brief: bool = False,
    from_outside: bool = False,
    by: Sequence[str] | None = None,
) -> list[Block]:
    """The blocks of a table; `everything` is for who draws them."""
    del everything
    look = Look(width, highlight, brief)

    def make(rows: pl.DataFrame) -> list[Block]:
        if by is not None and rows.height:
            return [ordered.block(rows, table, catalogue, by)]
        return blocks_of(rows, table, catalogue, look)

    return reading(frame, table, make) if from_outside else make(frame)


def render_listing(frame: pl.DataFrame, title: str, stream: IO[str], *, terminal: bool) -> None:
    """Draw any frame as a plain listing."""
    draw([listing(frame, title)], stream, terminal=terminal, everything=True)


def draw(blocks: Sequence[Block], stream: IO[str], *, terminal: bool, everything: bool = True) -> None:
    """Draw blocks one under the other."""
    if not terminal:
        stream.write(plain.text(blocks))
        return
    from rich.console import Console

    console = Console(
        file=stream,
        width=shutil.get_terminal_size((80, 24)).columns,
        force_terminal=True,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
    )
    for number, block in enumerate(blocks):
        if number:
            console.print()
        _draw(block, console, None if everything else _MOST_ROWS)


def _draw(block: Block, console: Console, most: int | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as RichTable
    from rich.text import Text

    if block.title:
        console.print(Text(block.title, style="bold"))
    if block.columns and block.rows:
        drawn = RichTable(
            box=SIMPLE_HEAD,
            show_header=block.heading,
            pad_edge=False,
            show_edge=False,
            padding=(0, 1, 0, 0),
            header_style="dim",
        )
        for name, side in block.columns.items():
            drawn.add_column(Text(name), justify="right" if side == "right" else "left", overflow="fold")
        for row in block.rows[:most]:
            style = _ROW_STYLES[row.kind]
            drawn.add_row(*[Text(cell, style=style) for cell in row.texts])
        console.print(drawn)
        if most is not None and len(block.rows) > most:
            console.print(
                Text(f"… {words.count(len(block.rows) - most)} more rows: `pm show --all`, or -o FILE.csv", style="dim")
            )
    for sentence, kind in block.lines:
        console.print(Text(sentence, style=_LINE_STYLES[kind]))


def render_markdown(text: str, stream: IO[str]) -> None:
    """Set Markdown for reading on a terminal, not wider than is read with ease."""
    from rich.console import Console
    from rich.markdown import Markdown

    width = min(shutil.get_terminal_size((80, 24)).columns, 110)
    console = Console(file=stream, width=width, force_terminal=True, no_color=not may_colour())
    console.print(Markdown(text, hyperlinks=False))


class Bar:
    """A progress bar over bytes, or over things that are counted, gone without a trace when it stops."""

    def __init__(self, what: str, total: int, stream: IO[str], *, counted: bool = False) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )  # fmt: skip

        amount = MofNCompleteColumn() if counted else DownloadColumn()
        columns = (TextColumn(what), BarColumn(), amount, TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(file=stream), transient=True)
        self._progress.start()
        self._task = self._progress.add_task(what, total=total)

    def update(self, done: int) -> None:
        """Draw how far it is."""
        self._progress.update(self._task, completed=done)

    def stop(self) -> None:
        """Take the bar away."""
        self._progress.stop()
