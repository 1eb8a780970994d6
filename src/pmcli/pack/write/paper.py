"""How the pages of a pack go onto A4: what stands side by side, which measure begins a new sheet, and what is printed.

A measure has a sheet, or a part of one, and is not broken over two where it can be helped: what there is no room for (a
table whose figures a chart has, a chart of the fifth breakdown) stays on the screen, and the sheet says so. A browser
breaks pages, not pm: the heights here are what the style sheet comes to, rather a little more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import ceil
from typing import Final, TypeAlias

from pmcli.pack.model import Exhibit, Pack, Page, Picture
from pmcli.pack.write.sheet_heights import (
    SECTION,
    High,
    Sizes,
    Thing,
    Tile,
    comment_height,
    gap_heights,
    row_heights,
    text_heights,
)  # fmt: skip

SHEET: Final = 263.0
"""Millimetres of a sheet between its margins, without three of them in reserve."""

HALF: Final = 0.54
"""The part of a sheet that is filled where it is half full, and a little more."""

SCALES: Final = (1.0, 0.93)
"""What the heights come to in a browser: as said here, or a little less. A way has to be good by both."""

_NEW: Final = 1.5
"""What a sheet of its own costs, in what it costs to leave a thing unprinted."""
_EMPTY: Final = 1000.0
"""What a sheet costs that is not half full."""
_BROKEN: Final = 6.0
"""What it costs to break a measure over two sheets."""
_HOPE: Final = 40.0
"""What a way may cost more than the best so far and still become the best."""
_WAYS: Final = 8
"""So many ways to print a measure are tried."""


Filled: TypeAlias = tuple[float, ...]
"""How far down a sheet the pages so far go, by each of SCALES."""


@dataclass(slots=True)
class Layout:
    """begins: ids of the pages that begin a sheet. left: page id -> ids (of Python) of what is not printed of it."""

    begins: set[str] = field(default_factory=set)
    left: dict[str, frozenset[int]] = field(default_factory=dict)

    def prints(self, page: Page, thing: Thing) -> bool:
        """Whether a table or chart of a page is printed."""
        return id(thing) not in self.left.get(page.id, ())

    def told(self, page: Page) -> str:
        """What is said on the sheet of what is not on it: 'On a screen this page has 2 charts and a table more.'"""
        left = self.left.get(page.id, frozenset())
        charts = sum(id(one) in left for one in page.pictures)
        tables = sum(id(one) in left for one in page.exhibits)
        many = [
            f"{number if number > 1 else 'a'} {name}{'s' * (number > 1)}"
            for number, name in ((charts, "chart"), (tables, "table"))
            if number
        ]
        return f"On a screen this page has {' and '.join(many)} more." if many else ""


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to print a page. cost: of what is left out. parts: how high what no browser breaks is. left: what is."""

    cost: float
    parts: tuple[float, ...]
    left: frozenset[int]

    @property
    def high(self) -> float:
        return sum(self.parts)


State: TypeAlias = tuple[float, tuple[tuple[str, bool, _Way], ...]]
"""What the pages so far cost, and for each whether it begins a sheet and how it is printed."""


# -------------------------------------------------------------------------------------------------- side by side
def tiles(page: Page, left: frozenset[int] = frozenset(), wide: frozenset[int] | None = None) -> list[Tile]:
    """What is shown of a page's tables and charts, in pairs: the first table, ranks, series and groups, the rest.

    The first table stands beside a chart where that makes pairs of what is printed, and by itself where it does not.
    left: ids of what is not printed. wide: ids of the tables that need the whole width, where they are known.
    """
    wide = _wide_ones(page) if wide is None else wide
    tables: list[Tile] = [("wide" if id(one) in wide else "table", one) for one in page.exhibits if not one.detail]
    charts: list[Tile] = [("chart", one) for one in page.pictures if not one.detail]
    ranks = [one for one in charts if isinstance(one[1], Picture) and one[1].chart.kind == "rates"]
    ordered = [*ranks, *(one for one in charts if one not in ranks)]
    if page.annex or not tables:
        return [*tables, *ordered]
    odd = sum(id(one) not in left for _, one in ordered) % 2 == 1
    return [tables[0] if odd else ("wide", tables[0][1]), *ordered, *tables[1:]]


def _wide_ones(page: Page) -> frozenset[int]:
    return frozenset(id(one) for one in page.exhibits if not one.detail and _is_wide(one, page.annex))


def _is_wide(exhibit: Exhibit, annex: bool) -> bool:
    """Whether a table needs the whole width for its rows to be a line each."""
    lines = [list(exhibit.block.columns), *(row.texts for row in exhibit.block.rows)]
    columns = len(exhibit.block.columns)
    room = 80 if annex else 66  # letters, which are smaller there
    return sum(max(len(line[place]) + 2 for line in lines if place < len(line)) for place in range(columns)) > room


# --------------------------------------------------------------------------------------------------- onto sheets
def laid_out(pack: Pack, high: High) -> Layout:
    """Of all ways to break the pages and to leave things unprinted that which leaves the best sheets.

    Bad is first of all a sheet that is not half full, then a measure on two sheets where one would do, then every sheet
    more, and what is not printed.
    """
    states: dict[Filled, State] = {tuple(SHEET for _ in SCALES): (0.0, ())}
    for page, lead in _articles(pack):
        made: dict[Filled, State] = {}
        for way in ways(page, high, lead):
            for filled, (cost, taken) in states.items():
                for begins in (True, False) if taken else (True,):
                    starts = tuple(0.0 for _ in SCALES) if begins else filled
                    flows = [_flow(way.parts, start, scale) for start, scale in zip(starts, SCALES, strict=True)]
                    empty = max(map(_left, filled)) if begins and taken else 0.0
                    worse = max(more for _, more in flows)
                    found = (cost + way.cost + empty + worse + _NEW * begins, (*taken, (page.id, begins, way)))
                    ends = tuple(ceil(end / 4) * 4.0 for end, _ in flows)
                    if ends not in made or found[0] < made[ends][0]:
                        made[ends] = found
        least = min(cost for cost, _ in made.values())
        states = {ends: state for ends, state in made.items() if state[0] <= least + _HOPE}
    taken = min(states.values(), key=lambda state: state[0])[1]
    return Layout({name for name, begins, _ in taken if begins}, {name: way.left for name, _, way in taken if way.left})


def _articles(pack: Pack) -> Iterator[tuple[Page, float]]:
    """The pages of the measures, and how high the heading and the comments of an area over the first of each are."""
    for section in pack.sections:
        lead = SECTION + sum(map(comment_height, section.comments))
        for page in section.pages:
            if not page.annex:
                yield page, lead
                lead = 0.0


def _flow(parts: Sequence[float], start: float, scale: float) -> tuple[float, float]:
    """Where parts that begin `start` down a sheet end on their last one, and what the breaks between them cost."""
    filled, cost = start, 0.0
    if start + sum(parts) * scale <= SHEET:
        return start + sum(parts) * scale, 0.0
    for part in parts:
        if filled + part * scale > SHEET:
            cost += _left(filled) + _BROKEN
            filled = 0.0
        filled += part * scale
    return min(filled, SHEET), cost


def _left(filled: float) -> float:
    """What it costs to leave a sheet that is so far filled."""
    return _EMPTY if filled < HALF * SHEET else 1.0 - filled / SHEET


# ---------------------------------------------------------------------------------------------- how high a page is
def ways(page: Page, high: High, lead: float = 0.0) -> list[_Way]:
    """Ways to print a page, of all that can be left out those that make it lower for what they cost."""
    charts = [one for one in page.pictures if not one.detail]
    tables = [one for one in page.exhibits if not one.detail][1:]
    text = [lead + first for first in text_heights(page)[:1]] + text_heights(page)[1:]
    gaps, wide, sizes = gap_heights(page), _wide_ones(page), Sizes(high)
    tried: list[_Way] = []
    for some in _subsets(charts):
        every: list[Thing] = [*charts, *tables]
        worth = {id(one): _worth(page, one, some) for one in every}
        without = sorted(tables, key=lambda one: worth[id(one)])
        for many in range(len(without) + 1):
            gone: list[Thing] = [*(one for one in charts if one not in some), *without[:many]]
            left = frozenset(map(id, gone))
            rows = row_heights(tiles(page, left, wide), left, sizes)
            parts = (*text, *rows, *gaps, *([4.5] if gone else []))
            tried.append(_Way(sum(worth[id(one)] for one in gone), parts, left))
    tried.sort(key=lambda way: (way.cost, way.high))
    best: list[_Way] = []
    for way in tried:
        if not best or way.high < best[-1].high - 2:
            best.append(way)
    if len(best) <= _WAYS:
        return best
    fitting = [way for way in best if way.high <= SHEET][: _WAYS - 1]
    return [best[0], *(way for way in fitting if way is not best[0])] if fitting else [best[0], best[-1]]


def _subsets(charts: Sequence[Picture]) -> Iterator[tuple[Picture, ...]]:
    """What may be printed of charts: all of them, or fewer; at least one, where there is any."""
    for many in range(len(charts), 0, -1):
        yield from combinations(charts, many)
    if not charts:
        yield ()


def _worth(page: Page, one: Thing, charts: Sequence[Picture]) -> float:
    """What it costs to leave a thing unprinted: what is written about is worth most, what a chart shows too least."""
    told = {comment.title for comment in page.comments if comment.title}
    if isinstance(one, Exhibit):
        if one.about in told:
            return 1.5
        return 0.4 if any(one.about and picture.about == one.about for picture in charts) else 0.8
    if one.chart.kind in {"rates", "rolling"} or len(page.pictures) == 1:
        return 3.0
    return 3.5 if one.about in told else 0.9 if one.chart.kind == "control" else 1.0
