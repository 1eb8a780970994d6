"""A table as a notebook shows it: the blocks that `pm show` prints, as HTML where there is a browser and as text where
there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from pmcli.views import plain
from pmcli.views.blocks import Block

_KINDS = {"head": "font-weight:normal;opacity:.7", "hit": "font-weight:bold", "mine": "font-weight:bold"}
_LINES = {"verdict": "font-weight:bold", "quiet": "opacity:.7"}


@dataclass(frozen=True, slots=True)
class Shown:
    """Blocks for people. A notebook asks for the HTML, a terminal for the text."""

    blocks: tuple[Block, ...]

    def __repr__(self) -> str:
        """What a terminal shows of it."""
        return plain.text(self.blocks).rstrip("\n")

    def _repr_html_(self) -> str:
        """What a notebook shows of it."""
        return "\n".join(_block(block) for block in self.blocks)


def _block(block: Block) -> str:
    parts = [f"<p><strong>{escape(block.title)}</strong></p>"] if block.title else []
    if block.rows:
        parts.append("<table>")
        if block.heading:
            parts.append(f"<thead><tr>{_cells('th', list(block.columns), block)}</tr></thead>")
        body = (f"<tr{_style(_KINDS.get(row.kind, ''))}>{_cells('td', row.texts, block)}</tr>" for row in block.rows)
        parts += ["<tbody>", *body, "</tbody></table>"]
    parts += [f"<p{_style(_LINES.get(kind, ''))}>{escape(sentence)}</p>" for sentence, kind in block.lines]
    return "\n".join(parts)


def _cells(tag: str, texts: Sequence[str], block: Block) -> str:
    sides = block.columns.values()
    return "".join(
        f'<{tag} style="text-align:{side}">{escape(text)}</{tag}>' for text, side in zip(texts, sides, strict=True)
    )


def _style(css: str) -> str:
    return f' style="{css}"' if css else ""
