"""Charts with a name on every row: where names, figures and the grid stand, and how long a name is on a terminal."""

from __future__ import annotations

from typing import Final

from pmcli.drawing.chart import Chart
from pmcli.drawing.layout import LABEL, MARGIN, SMALL
from pmcli.drawing.palette import AXIS, GRID, QUIET, Style
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import cut, printable, tick_labels, width_of

SUFFIX: Final = " (MSG)"
"""What stands behind the name of a force of the Most Similar Group."""

_NAME: Final = 30
"""Places that a name may take on a terminal."""


def row_frame(scene: Scene, numbers: list[float], names: list[str], figures: list[str]) -> None:
    """Set the plot's sides, with names and figures left of it, and its scale from the numbers of the axis."""
    longest = max([width_of(name, SMALL, bold=True) for name in names], default=0.0)
    widest = max([width_of(text, SMALL, bold=True) for text in figures], default=0.0) + 18
    scene.left = MARGIN + min(longest, scene.width * 0.5 - widest) + widest
    scene.right = scene.width - MARGIN - 14
    scene.x = (numbers[0], numbers[-1])
    scene.y = (0.0, 1.0)
    scene.figures = widest


def name_row(scene: Scene, at: float, name: str, figure: str, *, bold: bool = False) -> None:
    """A row's name at the left edge and its figure beside the plot."""
    room = scene.left - scene.figures - MARGIN + 2
    if name.endswith(SUFFIX):
        shown = cut(name.removesuffix(SUFFIX), room - width_of(SUFFIX, SMALL), SMALL) + SUFFIX
    else:
        shown = cut(name, room, SMALL, bold=bold)
    scene.write(MARGIN, at + 4, shown, size=SMALL, bold=bold)
    scene.write(scene.left - 8, at + 4, figure, size=SMALL, bold=bold, anchor="end")


def grid(scene: Scene, chart: Chart, numbers: list[float]) -> None:
    """Upright grid lines with their numbers under the plot, and the title of the axis."""
    for value, label in zip(numbers, tick_labels(numbers, chart.figures), strict=True):
        at = scene.px(value)
        base = value == (0.0 if 0.0 in numbers else numbers[0])
        scene.rule(at, scene.top, at, scene.bottom, Style(AXIS if base else GRID, width=1))
        scene.write(at, scene.bottom + 16, label, size=LABEL, colour=QUIET, anchor="middle")
    axis_title(scene, chart.x_title, scene.bottom + 33)


def axis_title(scene: Scene, title: str, y: float) -> None:
    """The title of the x axis, in the middle under the plot."""
    shown = cut(title, scene.width - 2 * MARGIN, LABEL)
    half = width_of(shown, LABEL) / 2
    middle = min(max((scene.left + scene.right) / 2, MARGIN + half), scene.width - MARGIN - half)
    scene.write(middle, y, shown, size=LABEL, colour=QUIET, anchor="middle")


def text_name(name: str, role: str) -> str:
    """A name on a terminal, marked by the role of its force."""
    text = printable(name)
    suffix = SUFFIX if role == "peer" else ""
    mark = "> " if role == "mine" else ""
    room = _NAME - len(suffix) - len(mark)
    return mark + (text if len(text) <= room else f"{text[: room - 1]}…") + suffix
