"""Whether a label has the place to itself: no line of the picture runs through it."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from pmcli.drawing.palette import AXIS, GRID
from pmcli.drawing.scene import Line, Place, Scene

_FAINT: Final = frozenset({GRID, AXIS})
"""Grid lines lie behind everything, and a label on them is read all the same."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


def crossed(scene: Scene, box: Box, room: float = 2.0) -> bool:
    """Whether a line that the scene has so far runs through the box, or within `room` pixels of it."""
    wide = (box[0] - room, box[1] - room, box[2] + room, box[3] + room)
    return any(
        _meets(wide, start, end)
        for one in scene.drawn
        if isinstance(one, Line) and one.style.colour not in _FAINT
        for run in one.runs
        for start, end in pairwise(run)
    )


def _meets(box: Box, start: Place, end: Place) -> bool:
    """Whether a segment has a point in a box: what is left of it between the box's sides (Liang & Barsky 1984)."""
    first, last = 0.0, 1.0
    for axis in (0, 1):
        way = end[axis] - start[axis]
        low, high = box[axis] - start[axis], box[axis + 2] - start[axis]
        if way == 0:
            if low > 0 or high < 0:
                return False
            continue
        near, far = sorted((low / way, high / way))
        first, last = max(first, near), min(last, far)
    return first <= last
