"""How the pages of a pack go onto A4: what stands side by side, and which measure begins a new sheet.

A measure has a sheet to itself; a short one, and one that follows a sheet which is not yet half full, goes on below. A
browser breaks pages, not pm: the heights here are estimates of what the style sheet comes to, good to a tenth or so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final

from pmcli.pack.model import Comment, Exhibit, Pack, Page, Picture

SHEET: Final = 265.0
"""Millimetres of a sheet between its margins."""

HALF: Final = 0.53
"""The part of a sheet that is filled where it is half full, and a little more."""

SCALES: Final = (0.93, 0.955, 0.985)
"""What the heights come to in a browser: those below are a little more than they are."""

CHART: Final = 80.5
_LINE: Final = 4.75
_ROW: Final = 5.1
_LETTERS: Final = 118
"""Letters of a line across the sheet."""
_TILE: Final = 66
"""Letters of a line of a table that is half as wide."""

LONG: Final = 16
"""Rows from which on a table may go over two sheets, as the style sheet has it."""

Tile = tuple[str, Exhibit | Picture]
"""What stands in a place of a page: "table", "wide" for a table that takes the whole width, or "chart"."""


Filled = tuple[float, ...]
"""How far down a sheet the pages so far go, by each of SCALES."""
Way = tuple[float, tuple[str, ...]]
"""What a way of breaking pages costs, and which of them begin a sheet."""


def tiles(page: Page) -> list[Tile]:
    """What is printed of a page's tables and charts, in pairs: the first table, ranks, its series; then the rest."""
    tables: list[Tile] = [("wide" if _is_wide(one) else "table", one) for one in page.exhibits if not one.detail]
    charts: list[Tile] = [("chart", one) for one in page.pictures if not one.detail]
    ranks = [one for one in charts if isinstance(one[1], Picture) and one[1].chart.kind == "rates"]
    series = [one for one in charts if one not in ranks]
    if page.annex or not tables:
        return [*tables, *charts]
    if ranks or len(series) == 1:
        return [tables[0], *ranks, *series, *tables[1:]]
    return [("wide", tables[0][1]), *series, *tables[1:]]


def _is_wide(exhibit: Exhibit) -> bool:
    """Whether a table needs the whole width for its rows to be a line each."""
    lines = [list(exhibit.block.columns), *(row.texts for row in exhibit.block.rows)]
    columns = len(exhibit.block.columns)
    return sum(max(len(line[place]) + 2 for line in lines if place < len(line)) for place in range(columns)) > _TILE


def sheets(pack: Pack) -> set[str]:
    """The ids of the pages that begin a sheet: of all ways to break them that which leaves the best sheets.

    Bad is first of all a sheet that is not half full, then a page that goes over two sheets where one would do; and
    that by whichever of SCALES it comes out worst.
    """
    ways: dict[Filled, Way] = {tuple(SHEET for _ in SCALES): (0.0, ())}
    for name, parts in _articles(pack):
        made: dict[Filled, Way] = {}
        for filled, (cost, begun) in ways.items():
            leaving = max(map(_left, filled))
            for starts, more, names in ((filled, 0.0, begun), (tuple(0.0 for _ in SCALES), leaving, (*begun, name))):
                flows = [_flow(parts, start, scale) for start, scale in zip(starts, SCALES, strict=True)]
                ends = tuple(end for end, _ in flows)
                found = (cost + more + max(worse for _, worse in flows), names)
                made[ends] = min(made.get(ends, found), found)
        ways = made
    return set(min(ways.values())[1])


def _articles(pack: Pack) -> Iterator[tuple[str, list[float]]]:
    """The pages of the measures, and how high the parts of each are that no browser breaks."""
    for section in pack.sections:
        lead = [12.0 + sum(map(_comment, section.comments))]
        for page in section.pages:
            if not page.annex:
                parts = heights(page)
                yield page.id, [lead[0] + parts[0], *parts[1:]] if lead else parts
                lead = []


def _flow(parts: Sequence[float], start: float, scale: float) -> tuple[float, float]:
    """Where parts that begin `start` down a sheet end on their last one, and what the breaks between them cost."""
    filled, cost = start, 0.0
    broken = 1.0 if sum(parts) > SHEET else 10.0
    for part in parts:
        if filled + part * scale > SHEET:
            cost += _left(filled) + broken
            filled = 0.0
        filled += part * scale
    return round(min(filled, SHEET), 1), cost


def _left(filled: float) -> float:
    """What it costs to leave a sheet that is so far filled."""
    return 1000.0 if filled < HALF * SHEET else 1.0 - filled / SHEET


def heights(page: Page) -> list[float]:
    """About how many millimetres the parts of a page take in print: its head, each sentence, each row of tiles …"""
    texts = [*[one.text for one in page.statements if not one.detail], *[one.text for one in page.events]]
    parts = [ceil(len(text) / _LETTERS) * _LINE + 1.6 for text in texts]
    parts += map(_comment, page.comments)
    row: list[float] = []
    for tile in tiles(page):
        if tile[0] == "wide":
            parts += [*([max(row)] if row else []), *_table(tile)]
            row = []
            continue
        row.append(_tile(tile))
        if len(row) == 2:
            parts, row = [*parts, max(row)], []
    if row:
        parts.append(max(row))
    gaps = [ceil(len(one.what + one.why) / _LETTERS) * _LINE for one in page.missing]
    return [20.0 + sum(parts[:1]), *parts[1:], *([sum(gaps) + 10.0] if gaps else [])]


def _table(tile: Tile) -> list[float]:
    """A table across the sheet, whose rows a long one is broken between."""
    rows = len(tile[1].block.rows) if isinstance(tile[1], Exhibit) else 0
    whole = _tile(tile)
    return [whole] if rows < LONG else [whole - _ROW * rows, *[_ROW] * rows]


def _tile(tile: Tile) -> float:
    if isinstance(tile[1], Picture):
        return CHART
    block = tile[1].block
    letters = _LETTERS if tile[0] == "wide" else _LETTERS / 2.1
    lines = sum(ceil(len(text) / letters) * _LINE for text, _ in block.lines)
    return 10.0 + _ROW * (len(block.rows) + block.heading) + lines


def _comment(one: Comment) -> float:
    return 12.0 + sum(ceil(len(text.text) / (_LETTERS - 8)) * _LINE + 1.5 for text in one.paragraphs)
