"""Text in a drawing: how wide it is, how it is broken into lines, and where the numbers of an axis stand.

Widths are those of Helvetica (Adobe's font metrics; Arial and Liberation Sans have the same), with room to spare for a
reader's wider font. Measuring here keeps the layout the same on every machine, whatever fonts it has.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from pmcli.drawing.palette import INK
from pmcli.periods import MONTHS, month_end

_SPARE: Final = 1.06
_BOLD: Final = 1.07
_WIDTHS: Final = {
    **dict.fromkeys("abdeghnopqu0123456789$#?_–+=<>~", 556),
    **dict.fromkeys("cksvxyzJ", 500),
    **dict.fromkeys("fIt.,:;/!\\ []|", 278),
    **dict.fromkeys("ijl'’‘`", 222),
    **dict.fromkeys("r-()“”\"", 340),
    **dict.fromkeys("ABEKPSVXY&", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("FTZ", 611),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("mM", 833),
    "L": 556, "W": 944, "%": 889, "@": 1015, "—": 1000,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text. x, y: pixels from the top left of the picture, y of its baseline. anchor: start, middle, end.

    halo: a band of paper around it, where it lies over lines.
    """

    x: float
    y: float
    text: str
    size: float = 12
    bold: bool = False
    colour: str = INK
    anchor: str = "start"
    halo: bool = False


def width_of(text: str, size: float = 12, *, bold: bool = False) -> float:
    """About how many pixels wide a line of text is; rather more than less."""
    return _pixels(_units(text), size, bold=bold)


def _pixels(units: int, size: float, *, bold: bool) -> float:
    return units / 1000 * size * _SPARE * (_BOLD if bold else 1.0)


@lru_cache(maxsize=8192)
def _units(text: str) -> int:
    """How wide a text is in thousandths of its size: whole numbers, so that parts of a text add up to it."""
    return sum(_WIDTHS.get(sign) or (1000 if unicodedata.east_asian_width(sign) in "WF" else 640) for sign in text)


def wrap(text: str, room: float, size: float = 12, *, bold: bool = False, most: int = 12) -> list[str]:
    """`text` in lines no wider than `room`; a word that is wider is cut. `most` lines, then an ellipsis."""
    lines: list[str] = []
    line, wide = "", 0
    for word in printable(text).split():
        while width_of(word, size, bold=bold) > room and len(word) > 1:
            fits = next(n for n in range(len(word) - 1, 0, -1) if width_of(word[:n], size, bold=bold) <= room or n == 1)
            if line:
                lines.append(line)
                line = ""
            lines.append(word[:fits])
            word = word[fits:]
        longer = wide + _units(" ") + _units(word)
        if line and _pixels(longer, size, bold=bold) <= room:
            line, wide = f"{line} {word}", longer
            continue
        lines += [line] if line else []
        line, wide = word, _units(word)
    lines = [*lines, line] if line else lines
    if len(lines) > most:
        lines = [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), room, size, bold=bold)]
    return lines


def balanced(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """`text` in as few lines as `room` allows, all about as wide: no word stands alone under a long line."""
    lines = wrap(text, room, size, bold=bold, most=_LINES)
    for share in (0.9, 0.8, 0.7, 0.6, 0.5):
        narrower = wrap(text, room * share, size, bold=bold, most=_LINES)
        # Where the last line is cut, fewer words in each would only cut more.
        if len(narrower) > len(lines) or len(lines) == 1 or " ".join(narrower) != " ".join(lines):
            break
        lines = narrower
    return lines


_LINES: Final = 8
"""A sentence takes no more in the narrowest picture."""


def cut(text: str, room: float, size: float = 12, *, bold: bool = False) -> str:
    """`text`, or as much of its beginning as fits, with an ellipsis."""
    text = printable(text)
    if width_of(text, size, bold=bold) <= room:
        return text
    units, fits = _units("…"), 0
    for sign in text:
        units += _units(sign)
        if _pixels(units, size, bold=bold) > room:
            break
        fits += 1
    return f"{text[:fits].rstrip()}…"


def printable(text: str) -> str:
    """`text` without control characters, which neither XML nor a terminal takes; white space as single blanks."""
    if text.isprintable():
        return " ".join(text.split())
    kept = "".join(" " if unicodedata.category(sign)[0] in "CZ" and sign != "\u200d" else sign for sign in text)
    return " ".join(kept.split())


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers from at or below `low` to at or above `high`, about `about` of them."""
    if not high > low:
        high = low + (abs(low) or 1.0)
    raw = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def tick_labels(values: list[float], figures: str) -> list[str]:
    """The numbers of an axis, with as many decimals as they need to differ."""
    scale, sign = (100, "%") if figures == "share" else (1, "")
    for places in range(5):
        if all(abs(round(value * scale, places) - value * scale) < 1e-9 for value in values):
            break
    return [f"{value * scale:,.{places}f}{sign}" for value in values]


def time_ticks(first: date, last: date, room: float) -> list[tuple[date, str]]:
    """Days to mark on a time axis with their labels: the start of years, or the end of months where time is short."""
    span = (last.year - first.year) * 12 + last.month - first.month
    if span > 30:
        step = next(n for n in (1, 2, 5, 10, 20, 50) if (span / 12 / n + 1) * 36 <= room or n == 50)
        years = range(first.year, last.year + 1)
        return [
            (date(year, 1, 1), str(year)) for year in years if year % step == 0 and first <= date(year, 1, 1) <= last
        ]
    step = next(n for n in (1, 3, 6, 12) if (span / n + 1) * 62 <= room or n == 12)
    months = [divmod(first.year * 12 + first.month - 1 + more, 12) for more in range(span + 1)]
    chosen = [(year, month) for year, month in months if (month + 1) % step == 0] or months[-1:]
    ends = [(month_end(year, month + 1), f"{MONTHS[month]} {year}") for year, month in chosen]  # where the figures are
    return [(end, label) for end, label in ends if first <= end <= last]
