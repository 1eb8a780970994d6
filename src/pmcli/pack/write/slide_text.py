"""Text that fits: how large the letters of a text can be in a box of a slide, and how wide the columns of a table are.

Measured with the metrics of Helvetica (drawing/text.py), which Arial and Liberation Sans share, so that nothing is cut
or runs out of its box whatever program shows the slide; a text is never shortened, a smaller letter or another
statement is taken instead. All lengths are in points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pmcli.drawing.text import width_of, wrap

LINE: Final = 1.2
"""Height of a line in letter sizes."""

INSET: Final = 4.0
"""Points between the edge of a text box and its text, at each side."""

CELL_SIDE: Final = 4.0
CELL_TOP: Final = 1.2
"""Points between the edge of a cell and its text, left and right, over and under."""

_MANY: Final = 400


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, in points from its top left."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph. mark: what stands before it, as a bullet. indent: points from the left, without its mark's room."""

    text: str
    bold: bool = False
    italic: bool = False
    mark: str = ""
    indent: float = 0.0
    colour: str = ""


def marked(words: Words, size: float) -> float:
    """Points that a paragraph's mark takes."""
    return max(size * 0.9, width_of(f"{words.mark} ", size)) if words.mark else 0.0


def height_of(paragraphs: Sequence[Words], width: float, size: float, between: float = 0.0) -> float:
    """Points from top to bottom of paragraphs in a box so wide, its insets among them. between: after each paragraph,
    in letter sizes.
    """
    lines = 0
    for words in paragraphs:
        room = width - 2 * INSET - words.indent - marked(words, size)
        lines += max(1, len(wrap(words.text, max(room, size), size, bold=words.bold, most=_MANY)))
    return lines * size * LINE + max(len(paragraphs) - 1, 0) * between * size + 2 * INSET


def fitting(paragraphs: Sequence[Words], box: Box, sizes: Sequence[float], between: float = 0.0) -> float | None:
    """The largest of the sizes at which paragraphs stand within a box; None where they do at none of them."""
    for size in sizes:
        if height_of(paragraphs, box.width, size, between) <= box.height:
            return size
    return None


@dataclass(frozen=True, slots=True)
class Cells:
    """A table that fits: the size of its letters, the widths of its columns, the heights of its rows."""

    size: float
    widths: list[float]
    heights: list[float]

    @property
    def height(self) -> float:
        """From top to bottom."""
        return sum(self.heights)


def table_fitting(
    rows: Sequence[Sequence[str]],
    box: Box,
    sizes: Sequence[float],
    *,
    bold: Sequence[bool] = (),
    fill: bool = False,
    whole: bool = False,
) -> Cells | None:
    """How a table stands within a box, as large as it can; None where it does not.

    A column is as wide as its longest text; where there is no room for that the widest columns wrap their texts at
    words, but none in the middle of one. bold: which rows are bold; the first, the headings, always is. fill: take the
    whole width of the box. whole: wrap no text.
    """
    many = max(map(len, rows), default=0)
    heavy = [place == 0 or (place < len(bold) and bold[place]) for place in range(len(rows))]
    for size in sizes:
        full, least = [0.0] * many, [0.0] * many
        for row, strong in zip(rows, heavy, strict=True):
            for place, text in enumerate(row):
                words = [width_of(word, size, bold=strong) for word in text.split()]
                full[place] = max(full[place], width_of(text, size, bold=strong))
                least[place] = max([least[place], *words])
        room = box.width - 2 * CELL_SIDE * many - 1
        if whole and sum(full) > room:
            continue
        widths = _shared(full, least, room)
        if widths is None:
            continue
        if fill and sum(widths) < room:
            widths = [width + (room - sum(widths)) / many for width in widths]
        heights = [
            max(len(wrap(text, width + 0.01, size, bold=strong, most=_MANY)) or 1
                for text, width in zip(row, widths, strict=False)) * size * LINE + 2 * CELL_TOP
            for row, strong in zip(rows, heavy, strict=True)
        ]  # fmt: skip
        if sum(heights) <= box.height:
            return Cells(size, [width + 2 * CELL_SIDE for width in widths], heights)
    return None


def _shared(full: list[float], least: list[float], room: float) -> list[float] | None:
    """The widths of columns: all they need, or where that is too much the widest give way, to their longest word."""
    if sum(full) <= room:
        return full
    if sum(least) > room:
        return None
    low, high = 0.0, max(full)
    for _ in range(40):  # the width that no column need be wider than
        middle = (low + high) / 2
        taken = sum(min(all_of, max(word, middle)) for all_of, word in zip(full, least, strict=True))
        low, high = (middle, high) if taken <= room else (low, middle)
    return [min(all_of, max(word, low)) for all_of, word in zip(full, least, strict=True)]
