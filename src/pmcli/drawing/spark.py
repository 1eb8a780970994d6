"""The small picture of a row: a line of its past that ends in a dot, as wide as a word, in a page or in plain text.

It carries no words and no scale: the row beside it has the figures, and a reader who cannot see it misses none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Final

from pmcli.drawing.palette import BLUE, INK

BARS: Final = "▁▂▃▄▅▆▇█"
WIDTH: Final = 96
HEIGHT: Final = 22
_EDGE: Final = 3.0


def spark_svg(values: Sequence[float | None]) -> str:
    """The values as an SVG line, oldest first; a break where one is not known. Empty for fewer than two."""
    known = [value for value in values if value is not None and isfinite(value)]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    across, up = (WIDTH - 2 * _EDGE) / (len(values) - 1), HEIGHT - 2 * _EDGE

    def point(place: int, value: float) -> str:
        share = 0.5 if high == low else (value - low) / (high - low)
        return f"{round(_EDGE + place * across, 1)} {round(HEIGHT - _EDGE - share * up, 1)}"

    path, joined = [], False
    for place, value in enumerate(values):
        if value is None or not isfinite(value):
            joined = False
            continue
        path.append(f"{'L' if joined else 'M'}{point(place, value)}")
        joined = True
    last = max(place for place, value in enumerate(values) if value is not None)
    x, y = point(last, known[-1]).split()
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" aria-hidden="true">'
        f'<path d="{"".join(path)}" fill="none" stroke="{BLUE}" stroke-width="1.6"/>'
        f'<circle cx="{x}" cy="{y}" r="2.4" fill="{INK}"/></svg>'
    )


def spark_text(values: Sequence[float | None], most: int = 12) -> str:
    """The same as block characters, at most so many, evenly picked back from the last; empty for fewer than two."""
    known = [value for value in values if value is not None and isfinite(value)]
    if len(known) < 2:
        return ""
    step = max(1, -(-len(values) // most))
    picked = list(values)[::-1][::step][::-1]
    low, high = min(known), max(known)
    wide = high - low
    return "".join(
        " " if value is None or not isfinite(value)
        else BARS[round((value - low) / wide * (len(BARS) - 1))] if wide else BARS[3]
        for value in picked
    )  # fmt: skip
