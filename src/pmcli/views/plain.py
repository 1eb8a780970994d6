"""Tables as plain text: what a file, a pipe or a pager gets, in full width, every row, without colour.

The same blocks that console.py draws on a terminal, laid out here with nothing but padding, because a league table of
thousands of rows should not wait for a terminal library.
"""

from __future__ import annotations

from collections.abc import Sequence

from pmcli.views.blocks import Block

_GAP = "   "


def text(blocks: Sequence[Block]) -> str:
    """The blocks one under the other, an empty line between them, a line end after the last."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks) + "\n"


def _lines(block: Block) -> list[str]:
    lines = [block.title] if block.title else []
    if block.columns and block.rows:
        lines.extend(_grid(block))
    lines.extend(sentence for sentence, _ in block.lines)
    return lines


def _grid(block: Block) -> list[str]:
    """The headings, a rule, and the rows, each column as wide as its widest cell."""
    body = [row.texts for row in block.rows]
    headings = [list(block.columns)] if block.heading else []
    widths = [max(map(len, column)) for column in zip(*headings, *body, strict=True)]
    right = [side == "right" for side in block.columns.values()]

    def line(cells: Sequence[str]) -> str:
        padded = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True)]
        return _GAP.join(padded).rstrip()

    rule = ["─" * (sum(widths) + len(_GAP) * (len(widths) - 1))] if headings else []
    return [*map(line, headings), *rule, *map(line, body)]
