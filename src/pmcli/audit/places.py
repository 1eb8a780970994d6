"""Where something stands in a document, and how a reader is told: `line 463`, `page 12, line 4`, `sheet Burglary, B7`.

A place is the part it stands in (`page 12`, `slide 3`, `sheet Burglary`, or nothing), what is counted there (`line`,
`cell`) and which one. Several places are joined by `;`, and neighbouring lines become a range: `line 285-300`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Place(NamedTuple):
    """One line or cell. part: "" for a text without pages; number: the line's, or the row's of a cell; cell: `B7`."""

    part: str
    number: int
    cell: str = ""

    def __str__(self) -> str:
        return places_text([self])


def places_text(places: Iterable[Place]) -> str:
    """`line 4`, `line 285-300`, `page 12, line 4; page 13, line 2`: in the order of the document, none twice."""
    lines: dict[str, list[int]] = {}
    cells: dict[str, list[str]] = {}
    order: list[str] = []
    for place in sorted(set(places), key=lambda one: (one.part, one.number, len(one.cell), one.cell)):
        if place.part not in order:
            order.append(place.part)
        if place.cell:
            cells.setdefault(place.part, []).append(place.cell)
        else:
            lines.setdefault(place.part, []).append(place.number)
    said = []
    for part in order:
        before = f"{part}, " if part else ""
        said += [f"{before}line {run}" for run in _runs(lines.get(part, []))]
        said += [f"{before}{cell}" for cell in cells.get(part, [])]
    return "; ".join(said)


def _runs(numbers: list[int]) -> list[str]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [str(first) if first == last else f"{first}-{last}" for first, last in runs]
