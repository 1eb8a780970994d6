"""A block as the cells of an HTML table: which of them head a column or a row, and which rows go together.

A screen reader says the headings of a cell with it, so each row has one cell that names it, and a block whose rows
bring their own headings becomes a body per heading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from pmcli.views.blocks import Block, Row

BESIDE: Final = 3
"""Columns of eight letters and more that stand side by side on the narrowest phone."""


@dataclass(slots=True)
class Cell:
    """A cell. tag: "td" or "th". scope: what a heading heads. right: a number. long: breaks anywhere, as a hash.

    under: the heading of its column, for a screen too narrow for columns; "" where the table has room on every one.
    """

    text: str
    tag: str = "td"
    scope: str = ""
    right: bool = False
    anchor: str = ""
    long: bool = False
    under: str = ""


@dataclass(slots=True)
class Line:
    """A row of cells and its kind, as a block's rows have it."""

    cells: list[Cell]
    kind: str = ""


@dataclass(slots=True)
class Grid:
    """A table: the cells of its head (none when hidden) and its bodies."""

    head: list[Cell]
    bodies: list[list[Line]] = field(default_factory=list)

    @property
    def wide(self) -> bool:
        """Whether it may be wider than a phone, and so has to be reached by the keyboard to be moved."""
        lines = [line.cells for body in self.bodies for line in body]
        return max(map(len, [self.head, *lines])) > 2

    @property
    def stacked(self) -> bool:
        """Whether a phone shows each row as a list of its figures: it has no room for so many columns side by side."""
        lines = [line.cells for body in self.bodies for line in body]
        return max(map(len, [self.head, *lines])) > BESIDE

    def labelled(self) -> Grid:
        """The same table; where a phone stacks it, each cell told what stands over it."""
        if not self.stacked:
            return self
        for body in self.bodies:
            over = self.head
            for line in body:
                if line.kind == "head":
                    over = line.cells
                    continue
                for cell, head in zip(line.cells, over, strict=False):
                    if cell.tag != "th":
                        cell.under = head.text
        return self


def grid_of(block: Block) -> Grid:
    """The table of a block that has rows.

    A heading without text is no heading. A row is named by its first cell with text that stands to the left, in a block
    without any such column by its first cell.
    """
    sides = [side == "right" for side in block.columns.values()]
    head = _heads(list(block.columns), sides) if block.heading else []
    bodies: list[list[Line]] = []
    for row in block.rows:
        if not bodies or row.kind == "head":
            bodies.append([])
        bodies[-1].append(Line(_heads(row.texts, sides) if row.kind == "head" else _named(row, sides), row.kind))
    return Grid(head, bodies).labelled()


def _heads(texts: list[str], sides: list[bool]) -> list[Cell]:
    return [
        Cell(text, "th", "col", right) if text.strip() else Cell("", right=right)
        for text, right in zip(texts, sides, strict=True)
    ]


def _named(row: Row, sides: list[bool]) -> list[Cell]:
    cells = [Cell(text, right=right) for text, right in zip(row.texts, sides, strict=True)]
    left = [place for place, cell in enumerate(cells) if not cell.right and cell.text.strip()]
    place = left[0] if left else 0
    if cells and cells[place].text.strip():
        cells[place] = Cell(cells[place].text, "th", "row", cells[place].right)
    return cells
