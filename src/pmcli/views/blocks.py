"""A block: a titled table with lines under it. Views make blocks; who draws them need not know statistics.

A cell is a text, or a figure that stays a value until a medium asks for its text or its number format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from pmcli.views.language.forms import Figure
from pmcli.visible import visible

Cell = str | Figure


@dataclass(slots=True)
class Row:
    """One line of a block. kind: "" plain, "head" a heading inside the block, "hit" a flag, "mine" picked out."""

    cells: list[Cell]
    kind: str = ""

    @property
    def texts(self) -> list[str]:
        """The cells as people read them; what a cell of an extract may hold beside text is shown as symbols."""
        return [str(cell) if isinstance(cell, Figure) else _shown(cell) for cell in self.cells]


@dataclass(slots=True)
class Block:
    """A titled table.

    columns: heading -> "left" or "right". rows: cells in column order. lines: sentences under the table, each with a
    kind ("" plain, "verdict", "quiet").
    """

    title: str
    columns: dict[str, str]
    rows: list[Row] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    heading: bool = True
    """Whether the column headings are shown (a block whose rows bring their own headings hides them)."""

    def __post_init__(self) -> None:
        self.title = _shown(self.title)

    def add(self, *cells: Cell, kind: str = "") -> None:
        """Add a row of cells."""
        self.rows.append(Row(list(cells), kind))

    def say(self, sentence: str, kind: str = "") -> None:
        """Add a sentence under the table, once."""
        sentence = _shown(sentence)
        if (sentence, kind) not in self.lines:
            self.lines.append((sentence, kind))


@dataclass(frozen=True, slots=True)
class Look:
    """How a table is to be shown.

    width: characters across. highlight: the id of the force to pick out. brief: one line a series instead of a block.
    sources: name the source in the title, where other figures beside it come from another. alone: it stands on the page
    of its measure, whose name need not be in every row.
    """

    width: int = 1000
    highlight: str | None = None
    brief: bool = False
    sources: bool = False
    alone: bool = False


def _shown(text: str) -> str:
    """A text on one line, with whatever else moves a cursor as a symbol."""
    if text.isascii() and text.isprintable():  # as nearly all are: there is nothing to look for
        return text
    return visible(_BREAKS.sub(" ", text))


_BREAKS: Final = re.compile(r"[\r\n\t]+")
