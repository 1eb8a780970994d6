"""The colours, dashes and shapes of the charts: read without colour, by colour-blind readers and in grey print.

One colour means one thing: blue the force or what a chart is about, violet its Most Similar Group, sky better, orange
worse, pink a change that is neither, ink what a line is held against, leaf green a standard to be met. The colours of
LINES tell groups apart and mean nothing else. Blue, pink and lilac are of the Government Analysis Function's accessible
palette ("Data visualisation: colours in charts"), orange and sky of Okabe & Ito (2008); the rest is chosen to be far
from them for colour-blind readers too.
Each stands 3:1 or more against white, text 4.5:1 or more (WCAG 2.2); a test computes that and the distances. No meaning
rests on colour alone: lines have dashes, points shapes, and what matters is named in the chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

INK: Final = "#1f2328"
"""Titles and labels."""
QUIET: Final = "#50575e"
"""Small print, axis labels."""
GRID: Final = "#dfe2e5"
AXIS: Final = "#8a9096"
PAPER: Final = "#ffffff"

BLUE: Final = "#12436d"
ORANGE: Final = "#d55e00"
GOLD: Final = "#9a7b00"
GREEN: Final = "#00a37a"
MAGENTA: Final = "#a3138f"
LILAC: Final = "#a285d1"
BROWN: Final = "#4c1300"
PINK: Final = "#801650"
GREY: Final = "#6f777d"
SKY: Final = "#0072b2"
VIOLET: Final = "#6a3fb5"
LEAF: Final = "#3d7a00"

FONT: Final = "Arial, Helvetica, 'Liberation Sans', Arimo, 'Nimbus Sans', sans-serif"
"""Fonts of one width under several names; a reader who has none of them gets the browser's own."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a line or point is drawn. shape: one that the pencil has; fill False leaves it hollow."""

    colour: str
    dash: tuple[int, ...] = ()
    shape: str = "circle"
    width: float = 2.0
    size: float = 36.0
    fill: bool = True


LINES: Final = (
    Style(BLUE, (), "circle"),
    Style(GOLD, (6, 3), "triangle-up"),
    Style(GREEN, (2, 2), "square"),
    Style(MAGENTA, (8, 3, 2, 3), "diamond"),
    Style(LILAC, (10, 3), "triangle-down"),
    Style(BROWN, (4, 2, 1, 2), "cross"),
)
"""The groups of one chart, told apart by colour, dash and shape."""

MAIN: Final = Style(BLUE, width=2.5)
COMPARATOR: Final = Style(INK, (6, 4), width=1.5)
TARGET: Final = Style(LEAF, (10, 3, 2, 3), width=1.75)
LIMIT: Final = Style(GREY, (3, 3), width=1.25)
OUTER_LIMIT: Final = Style(GREY, (), width=1.25)

BAND: Final = "#d3e0eb"
"""The 95 % interval about a line."""

SIGNALS: Final = {
    "improvement": Style(SKY, shape="diamond", size=110),
    "deterioration": Style(ORANGE, shape="triangle-up", size=100),
    "change": Style(PINK, shape="square", size=80),
    "marked only": Style(GREY, shape="circle", size=70, fill=False, width=1.4),
}
"""Points that a rule picked out, by what they mean; those that it marks without a signal are hollow. Any other meaning
is drawn as a change (see `signal_style`).
"""

FORCES: Final = {
    "mine": Style(BLUE, shape="circle", size=130),
    "peer": Style(VIOLET, shape="diamond", size=75),
    "other": Style(GREY, shape="circle", size=34, fill=False, width=1.2),
}

BARS: Final = {"mine": (BLUE, BLUE), "peer": ("#bba8e0", VIOLET), "other": ("#e6e9ec", GREY)}
"""Fill and outline: dark, middle and light also in grey print; the outline stands out from the paper."""


def signal_style(meaning: str) -> Style:
    """How points of a meaning are drawn; one that says neither improvement nor deterioration is a change."""
    return SIGNALS.get(meaning, SIGNALS["change"])


def line_style(number: int) -> Style:
    """How the line of a group is drawn, by its place among them; they begin again when all styles are taken."""
    return LINES[number % len(LINES)]


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour: str, other: str = PAPER) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(colour), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
