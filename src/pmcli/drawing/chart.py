"""A chart: what is drawn, in what role, with what words. Views make charts; who draws them need not know statistics.

Like a block for a table: the same chart becomes SVG, PNG, a native chart of a workbook, or text on a terminal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(slots=True)
class Series:
    """One line, one set of points or one set of bars of a chart.

    name: how the legend calls it. x: dates, numbers or names, as the chart's kind wants. y: as many numbers, None where
    not known (a line breaks there). role: "main" what the chart is about; "mine" the force picked out; "peer" its Most
    Similar Group; "other" every other force; "comparator" a baseline or an average; "limit" a control or funnel limit;
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


@dataclass(slots=True)
class Mark:
    """A day on the time axis that a reader has to know of, as a declared change in recording."""

    day: date
    label: str
    kind: str = "recording-change"


@dataclass(slots=True)
class Chart:
    """What a chart shows.

    kind: rolling (12-month totals over time), control (an XmR chart), rates (ranked bars), funnel, scatter (count by
    population) or waves. title: what it shows. subtitle: what it finds. alt: a text for who cannot see it, which states
    the finding with its figures. figures: how y is written, "count", "share" (a fraction) or "mean". note: small print.
    zero: whether the y axis starts at zero (a note says so when it does not). name: what it is called as a file.
    """

    kind: str
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
