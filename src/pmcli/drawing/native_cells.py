"""The figures of a chart as cells: series with the same x share its column, others have their own beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from pmcli.drawing.chart import Chart, Series
from pmcli.periods import month_name
from pmcli.views.language.forms import in_a_column

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Sheet(Protocol):
    """A sheet of a workbook, as a chart needs it. written: the cells that hold a text."""

    name: str
    book: Any
    worksheet: Any
    written: set[tuple[int, int]]

    def text(self, row: int, column: int, text: str, style: str = "plain") -> None:
        """Write a text."""

    def number(self, row: int, column: int, value: float | None, numbers: str, style: str = "plain") -> None:
        """Write a number in an Excel number format; an empty cell for one that is not known."""

    def day(self, row: int, column: int, value: date) -> None:
        """Write a date."""

    def header(self, row: int, names: Sequence[str], column: int = 0) -> None:
        """Write the headings of columns."""

    def held(self, text: str) -> str:
        """A text as a cell holds it."""


@dataclass(slots=True)
class Columns:
    """Columns of figures on a sheet: what the points are called (if they are), x, and a y for each series.

    top: the row of the headings. column: the first column. role: "mark" for the days of declared changes.
    """

    top: int
    column: int
    x: list[Any]
    series: list[Series]
    role: str = ""

    @property
    def labels(self) -> list[str]:
        """What the points are called; empty when they are not."""
        return self.series[0].labels if len(self.series) == 1 else []

    @property
    def at_x(self) -> int:
        """The column of x."""
        return self.column + (1 if self.labels else 0)

    @property
    def right(self) -> int:
        """The last column."""
        return self.at_x + len(self.series) + len(self.intervals)

    @property
    def intervals(self) -> list[tuple[str, list[float | None]]]:
        """What stands right of the figures: the ends of their 95 % intervals, with their headings."""
        return [
            (f"{series.name}: 95% interval, {name}", values)
            for series in self.series
            for name, values in (("low", series.low), ("high", series.high))
            if any(value is not None for value in values)
        ]

    @property
    def last(self) -> int:
        """The last row."""
        return self.top + len(self.x)

    @property
    def named(self) -> bool:
        """Whether x are names."""
        return any(isinstance(x, str) for x in self.x)

    def name(self, place: int) -> tuple[int, int]:
        """The cell with the name of a series."""
        return self.top, self.at_x + 1 + place

    def xs(self) -> tuple[int, int, int, int]:
        """The cells of x."""
        return self.top + 1, self.at_x, self.last, self.at_x

    def ys(self, place: int) -> tuple[int, int, int, int]:
        """The cells of a series."""
        column = self.at_x + 1 + place
        return self.top + 1, column, self.last, column

    def called(self) -> list[str]:
        """The cells with what each point is called, as $A$1; "" for a point without a name."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        cells = [xl_rowcol_to_cell(self.top + 1 + n, self.column, True, True) for n in range(len(self.labels))]
        return [cell if label else "" for cell, label in zip(cells, self.labels, strict=True)]


def lay_out(sheet: Sheet, row: int, column: int, chart: Chart) -> tuple[list[Columns], tuple[int, int]]:
    """Write the title and the figures of `chart` from (row, column) on.

    Returns the columns that the series lie in, and the cell of the title; beside it are the titles of x and of y.
    """
    for place, text in enumerate((chart.title, *_axes(chart))):
        if text:
            sheet.text(row, column + place, text, "plain" if place else "bold")
    groups: list[Columns] = []
    at = column
    for x, together in _together(chart):
        groups.append(Columns(row + 1, at, x, together))
        at = groups[-1].right + 2
    for letter, mark in marks(chart):
        known = [y for series in chart.series for y in series.y if y is not None] or [0.0, 1.0]
        low = 0.0 if chart.zero and min(known) >= 0 else min(known)
        line = Series(mark.label, [mark.day, mark.day], [low, max(known)], "mark", ["", letter])
        groups.append(Columns(row + 1, at, line.x, [line], "mark"))
        at = groups[-1].right + 2
    for group in groups:
        _write(sheet, group, chart)
    return groups, (row, column)


def _axes(chart: Chart) -> tuple[str, str]:
    """The titles of x and y. What has names lies on the page, with its figures along x, and stands here.

    Excel has no square-root scale, so none is claimed.
    """
    x, y = chart.x_title.removesuffix(" (square-root scale)"), chart.y_title
    return ("", x) if _named(chart) and not y else (x, y)


def _named(chart: Chart) -> bool:
    return any(isinstance(x, str) for series in chart.series for x in series.x)


def marks(chart: Chart) -> list[tuple[str, Any]]:
    """The declared changes of a chart, each with the letter that stands for it."""
    return [(_letter(number), mark) for number, mark in enumerate(chart.marks)]


def _letter(number: int) -> str:
    more, rest = divmod(number, len(_LETTERS))
    return _LETTERS[rest] + (str(more + 1) if more else "")


def marks_key(chart: Chart) -> str:
    """'a: First lockdown (Mar 2020); b: …', or nothing."""
    return "; ".join(f"{letter}: {mark.label} ({month_name(mark.day)})" for letter, mark in marks(chart))


def _together(chart: Chart) -> list[tuple[list[Any], list[Series]]]:
    """The series that share their x, in order. Names: all in one."""
    if _named(chart):
        return [_by_name(chart)]
    found: list[tuple[list[Any], list[Series]]] = []
    for series in chart.series:
        same = next((there for x, there in found if x == series.x and not series.labels and not there[0].labels), None)
        if same is None:
            found.append((series.x, [series]))
        else:
            same.append(series)
    return found


def _by_name(chart: Chart) -> tuple[list[Any], list[Series]]:
    """One column of names for all series, ranked bars by their figures; None where a series has none of a name.

    A level that all are held against, as an average, has a row of its own among them.
    """
    levels = {series.name: series for series in chart.series if series.role in {"comparator", "limit"}}
    bars = [series for series in chart.series if series.name not in levels] or chart.series
    height: dict[str, float] = {}
    for series in bars:
        for name, y in zip(series.x, series.y, strict=True):
            height[str(name)] = max(height.get(str(name), float("-inf")), float("-inf") if y is None else y)
    for name, series in levels.items():
        level = next((y for y in series.y if y is not None), None)
        if level is not None:
            height[name] = level
    names = sorted(height, key=lambda name: -height[name]) if chart.columns else list(height)
    made = []
    for series in chart.series:
        known, low, high = (_known(series, values) for values in (series.y, series.low, series.high))
        if series.name in levels:
            known, low, high = {series.name: height.get(series.name)}, {}, {}
        ys = [known.get(name) for name in names]
        ends = [[some.get(name) for name in names] if some else [] for some in (low, high)]
        made.append(Series(series.name, list(names), ys, series.role, low=ends[0], high=ends[1]))
    return list(names), made


def _known(series: Series, values: list[float | None]) -> dict[str, float | None]:
    return dict(zip(map(str, series.x), values, strict=True)) if values else {}


def _write(sheet: Sheet, group: Columns, chart: Chart) -> None:
    called = ["Mark" if group.role == "mark" else "Name"] if group.labels else []
    what = _axes(chart)[0] or (chart.thing if group.named else "x")
    names = [*(series.name for series in group.series), *(name for name, _ in group.intervals)]
    sheet.header(group.top, [*called, what, *names], group.column)
    for number, x in enumerate(group.x):
        row = group.top + 1 + number
        if group.labels:
            sheet.text(row, group.column, group.labels[number])
        if isinstance(x, date):
            sheet.day(row, group.at_x, x)
        elif isinstance(x, int | float):
            sheet.number(row, group.at_x, x, "#,##0" if abs(x) >= 100 else "#,##0.0##")
        else:
            sheet.text(row, group.at_x, str(x))
        columns = [*(series.y for series in group.series), *(values for _, values in group.intervals)]
        for place, values in enumerate(columns, start=1):
            sheet.number(row, group.at_x + place, values[number], _format(values[number], chart))


def _format(y: float | None, chart: Chart) -> str:
    if chart.figures == "share":
        return "0.0%"
    return "#,##0" if y is None else in_a_column("figure", y)
