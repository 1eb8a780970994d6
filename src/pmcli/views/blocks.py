"""A block: a titled table of text with lines under it. Views make blocks; who draws them need not know statistics."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Row:
    """One line of a block. kind: "" plain, "head" a heading inside the block, "hit" a flag, "mine" picked out."""

    cells: list[str]
    kind: str = ""


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

    def add(self, *cells: str, kind: str = "") -> None:
        """Add a row of cells."""
        self.rows.append(Row(list(cells), kind))

    def say(self, sentence: str, kind: str = "") -> None:
        """Add a sentence under the table, once."""
        if (sentence, kind) not in self.lines:
            self.lines.append((sentence, kind))
