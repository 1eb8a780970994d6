"""How high the parts of a page are on paper that no browser breaks: sentences, rows of charts and tables, boxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from pmcli.drawing.chart import Chart
from pmcli.pack.model import Comment, Exhibit, Page, Picture
from pmcli.pack.write import sheet_text

LONG: Final = 16
"""Rows from which on a table may go over two sheets, as the style sheet has it."""

SECTION: Final = 12.0
_TITLE: Final = 6.5
_LIST: Final = 1.7
_BETWEEN: Final = 2.7
_ROW: Final = 4.9
"""Millimetres of the heading of an area, of the title of a page and what is over it, of what is over a list of
sentences, between rows of charts and tables, and of a row of a table."""

Thing: TypeAlias = Exhibit | Picture
Tile: TypeAlias = tuple[str, Thing]
"""What stands in a place of a page: "table", "wide" for a table that takes the whole width, or "chart"."""
High: TypeAlias = Callable[[Chart], float]
"""How many millimetres high a chart is drawn."""


def text_heights(page: Page) -> list[float]:
    """The head of a page, each sentence, and each comment."""
    told = [sheet_text.said(one.text, tagged=bool(one.kind)) for one in page.statements if not one.detail]
    events = [sheet_text.said(one.text) for one in page.events]
    head = _TITLE + (sheet_text.about(" ".join(page.about)) if page.about else 0.0)
    parts = [*told, *map(comment_height, page.comments), *events]
    return [head + _LIST * (bool(told) + bool(events)) + sum(parts[:1]), *parts[1:]]


def row_heights(shown: Sequence[Tile], left: frozenset[int], sizes: Sizes) -> list[float]:
    """Each row of tiles, as high as the higher of the two; of a long table across the sheet each of its rows."""
    parts: list[float] = []
    row: list[float] = []
    for kind, one in shown:
        if id(one) in left:
            continue
        if kind == "wide":
            parts += [max(row) + _BETWEEN] if row else []
            parts += _wide(one, sizes)
            row = []
            continue
        row.append(sizes.of(kind, one))
        if len(row) == 2:
            parts, row = [*parts, max(row) + _BETWEEN], []
    parts += [max(row) + _BETWEEN] if row else []
    return [_BETWEEN + parts[0], *parts[1:]] if parts else []


def _wide(one: Thing, sizes: Sizes) -> list[float]:
    """A table across the sheet, whose rows a long one is broken between."""
    whole = sizes.of("wide", one) + _BETWEEN
    rows = len(one.block.rows) if isinstance(one, Exhibit) else 0
    return [whole] if rows < LONG else [whole - _ROW * rows, *[_ROW] * rows]


class Sizes:
    """How high charts and tables are at a place, each worked out once."""

    def __init__(self, high: High) -> None:
        self._high, self._known = high, dict[tuple[str, int], float]()

    def of(self, kind: str, one: Thing) -> float:
        """Millimetres of a thing at a place of a kind."""
        key = kind, id(one)
        if key not in self._known:
            self._known[key] = self._measured(kind, one)
        return self._known[key]

    def _measured(self, kind: str, one: Thing) -> float:
        if isinstance(one, Picture):
            chart = one.chart
            return self._high(chart) + sheet_text.chart_words(chart.title, chart.subtitle, chart.note)
        block, room = one.block, sheet_text.WIDE if kind == "wide" else sheet_text.HALF_WIDE
        under = sum(sheet_text.small_print(text, room) for text, _ in block.lines)
        return sheet_text.caption(block.title, room) + _ROW * (len(block.rows) + block.heading) + 0.6 + under


def gap_heights(page: Page) -> list[float]:
    """What is not available, in its box."""
    told = " · ".join(f"{one.what}: {one.why}" for one in page.missing)
    return [5.6 + sheet_text.gap(f"Not available {told}")] if told else []


def comment_height(one: Comment) -> float:
    """An author's words in their box."""
    changed = sheet_text.comment(f"Caution {one.changed}") if one.changed else 0.0
    return (
        11.0 + sheet_text.comment(one.heading) + changed + sum(sheet_text.comment(text.text) for text in one.paragraphs)
    )
