"""A chart: what is drawn, in what role, with what words, and what every chart can do with that.

Views make charts; who draws them need not know statistics. Each kind of chart is a class of its own, which lays itself
out, says its figures as a table, and says what is special about it on a terminal and in a workbook.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from pmcli.drawing import pencil, raster
from pmcli.drawing.scene import Scene
from pmcli.errors import PmError
from pmcli.pipe import write_file

NARROWEST = 240
"""Pixels that a picture is wide at the least."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line, one set of points or one set of bars of a chart.

    name: how the legend calls it. x: dates, numbers or names, as the chart's kind wants. y: as many numbers, None where
    not known (a line breaks there). role: "main" what the chart is about; "mine" the force picked out; "peer" its Most
    Similar Group; "other" every other force; "comparator" a baseline or an average, level;
    "average" one that moves; "target" a standard to be met; "limit" a control or funnel limit;
    "signal" points that a rule picked out. labels: what each point is called, as a force's name; empty: not called.
    low, high: the ends of each point's 95 % interval; empty: it has none. small: which points rest on too few
    respondents to be relied on; empty: none does.
    """

    name: str
    x: list[Any]
    y: list[float | None]
    role: str = "main"
    labels: list[str] = field(default_factory=list)
    low: list[float | None] = field(default_factory=list)
    high: list[float | None] = field(default_factory=list)
    small: list[bool] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """What each point is called; "" for those of a series without labels."""
        return self.labels or [""] * len(self.x)


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on the time axis that a reader has to know of, as a declared change in recording."""

    day: date
    label: str
    kind: str = "recording-change"


@dataclass(frozen=True)
class Chart(ABC):
    """What a chart shows.

    title: what it finds, the very sentence that `pm say` has of it. subtitle: what it shows.
    alt: a text for who cannot see it, which states the finding with its
    figures. figures: how y is written, "count", "share" (a fraction) or "mean". note: small print. zero: whether the y
    axis starts at zero (a note says so when it does not). name: what it is called as a file. bare: drawn low, and
    without its title, subtitle and small print, for who writes them beside it.
    """

    title: str
    subtitle: str
    alt: str
    x_title: str
    y_title: str
    series: list[Series]
    marks: list[Mark] = field(default_factory=list)
    figures: str = "count"
    note: str = ""
    zero: bool = True
    name: str = ""
    bare: bool = False

    kind: ClassVar[str]
    """What `pm plot --kind` and the legend of the pack call it."""
    across: ClassVar[bool] = False
    """Whether x are numbers too, as the population of a force."""
    told_by_x: ClassVar[bool] = True
    """Whether its table of figures has a row for every x, the latest last."""
    thing: ClassVar[str] = "Name"
    """What the names are of where x are names."""

    # ------------------------------------------------------------------------------------------------ as a picture
    @abstractmethod
    def scene(self, width: float) -> Scene:
        """The chart laid out `width` pixels wide."""

    @abstractmethod
    def rows(self) -> tuple[list[str], list[list[Any]]]:
        """The headings and rows of its figures, unrounded; None where there is none."""

    def svg(self, width: int = 720, *, bare: bool = False) -> str:
        """The chart as an SVG element, `width` pixels wide (at least 240); the same chart gives the same bytes.

        bare: without its title, subtitle and small print; it tells them to who cannot see it all the same.
        """
        drawn = replace(self, title="", subtitle="", note="", bare=True) if bare else self
        scene = drawn.scene(max(float(width), NARROWEST))
        return pencil.svg(scene, title=self.title, description=self.alt)

    def png(self, width: int = 720, scale: float = 2) -> bytes:
        """The chart as a PNG, `width` times `scale` pixels wide. Raises PmError when resvg is not installed."""
        return raster.png(self.svg(width), scale=scale)

    def save(self, path: str | Path, width: int = 720) -> None:
        """Write the chart to a file that ends in .svg or .png, whole or not at all.

        Raises PmError for another ending, for a PNG when resvg is not installed, and when the file cannot be written.
        """
        suffix = Path(path).suffix.lower()
        if suffix not in {".svg", ".png"}:
            raise PmError(f"{path}: a chart is saved as SVG or PNG", "End the name in .svg or .png.")
        write_file(Path(path), self.png(width) if suffix == ".png" else self.svg(width).encode())

    def _repr_svg_(self) -> str:
        """What a notebook shows of it."""
        return self.svg()

    # ---------------------------------------------------------------------------------------------- on a terminal
    by_row: ClassVar[bool] = False
    """Whether a terminal shows it as `text_rows` and not as a plot."""
    hidden: ClassVar[str] = ""
    """How the names of limits begin that a terminal has no room for."""
    limits: ClassVar[str] = "limits"
    """What the limits that a terminal shows are together."""

    def text_rows(self, width: int, height: int) -> list[str]:
        """Its rows as text, `width` places wide and about `height` of them, with their legend. Only where `by_row`."""
        raise NotImplementedError

    def called(self, series: Series) -> str:
        """What the legend on a terminal calls a series."""
        return self.limits if series.role == "limit" else series.name

    def reach(self) -> list[float]:
        """The values that the y axis on a terminal has to reach."""
        return [value for series in self.series if series.role != "limit" for value in series.y if value is not None]

    # ------------------------------------------------------------------------------------------------ in a workbook
    columns: ClassVar[bool] = False
    """Whether figures with names are columns of a workbook's chart, highest first; else they are points."""
    dotted: ClassVar[bool] = False
    """Whether a workbook's chart has points on the line that it is about."""
    most_named: ClassVar[Mapping[str, int]] = {}
    """How many series of a role its legend names; all of those that are not here."""

    def ceiling(self, most: float) -> float | None:
        """Where the y axis ends when the highest figure is `most`; None: where Excel likes."""
        del most
        return None
