"""How high the texts of a page are on paper, in millimetres: the letters and distances of the style sheet's print part.

Widths are those of Helvetica (drawing/text.py), which are rather more than less, so that a browser takes no more room
than is said here.
"""

from __future__ import annotations

from math import ceil
from typing import Final

from pmcli.drawing.text import width_of

MM: Final = 25.4 / 96
"""Millimetres of a CSS pixel."""

WIDE: Final = 182 / MM
"""Pixels of a line across a sheet."""
HALF_WIDE: Final = (WIDE - 15) / 2
"""Pixels of each of two things side by side."""

LETTERS: Final = 9.25 * 96 / 72
"""Pixels of a letter of running text."""


LEADING: Final = 1.35
"""Height of a line in letters."""


def lines(text: str, room: float, size: float, *, bold: bool = False) -> int:
    """About how many lines a text takes in `room` pixels: a line is left ragged by half a word."""
    wide = width_of(text, size, bold=bold) / 1.05
    return 1 if wide <= room else ceil(wide / (room - 1.3 * size))


def said(text: str, *, tagged: bool = False) -> float:
    """A sentence of a page. tagged: whether a word like "Better" stands before it."""
    many = lines(f"{'Cautionn ' if tagged else ''}{text}", WIDE - 16, LETTERS)
    return many * LETTERS * LEADING * MM + 1.1


def about(text: str) -> float:
    """The small print under the title of a page."""
    return lines(text, WIDE, LETTERS * 0.9375) * LETTERS * 0.9375 * LEADING * MM + 1.6


def comment(text: str) -> float:
    """A paragraph of an author's comment."""
    return lines(text, WIDE - 36, LETTERS) * LETTERS * LEADING * MM + 1.2


def gap(text: str) -> float:
    """A line of what is not available."""
    return lines(text, WIDE - 40, LETTERS * 0.9375, bold=True) * LETTERS * 0.9375 * LEADING * MM


def caption(title: str, room: float) -> float:
    """The title of a table."""
    return lines(title, room, 11, bold=True) * 13.75 * MM + 1.4 if title else 0.0


def small_print(text: str, room: float) -> float:
    """A line under a table."""
    return lines(text, room, LETTERS * 0.9375) * LETTERS * 0.9375 * LEADING * MM + 1.3


def chart_words(title: str, subtitle: str, note: str) -> float:
    """What stands over and under a chart that has half a sheet."""
    over = lines(title, HALF_WIDE, 11, bold=True) * 14.3 if title else 0.0
    small = [text for text in (subtitle, note) if text]
    return (over + sum(lines(text, HALF_WIDE, 9.67) * 13.05 + 3.2 for text in small) + 3.5) * MM
