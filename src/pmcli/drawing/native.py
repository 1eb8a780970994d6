"""Charts as native Excel charts: the figures as cells beside the chart, the chart drawn from those cells.

A chart over time or over numbers is an XY scatter, whose series may each have their own x (a control limit, a baseline
of two points, the day of a recording change); one over names is bars, with the names written along the page. Titles,
axis titles, legends and point labels refer to cells, where a text is a text: as a literal, one that begins with = would
become a formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from pmcli.drawing import palette
from pmcli.drawing.native_cells import Columns, Sheet, lay_out
from pmcli.drawing.text import tick_labels, ticks

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart as Native

    from pmcli.drawing.chart import Chart, Series

WIDTH: Final = 900
HEIGHT: Final = 400
_BAR: Final = 17
"""Pixels of a name's row."""
_DASHES: Final = {
    (): "solid", (2, 2): "square_dot", (3, 3): "square_dot", (6, 3): "dash", (6, 4): "dash",
    (8, 3, 2, 3): "long_dash_dot", (10, 3, 2, 3): "long_dash_dot", (10, 3): "long_dash", (4, 2, 1, 2): "dash_dot",
}  # fmt: skip
_SHAPES: Final = {
    "circle": "circle", "square": "square", "diamond": "diamond", "triangle-up": "triangle", "triangle-down": "x",
    "cross": "plus",
}  # fmt: skip
_RATES: Final = "[<1]#,##0.000;#,##0.00"
"""As `words.rate` writes a rate."""
_MARK: Final = palette.Style(palette.QUIET, (6, 3), width=1.0)
_YEAR: Final = 365.25
_MONTH: Final = 8.0
"""Pixels that the label of a month takes, to a point of its letters."""
_CALLED: Final = 3
"""Points of a series that are called by name in the chart: more would lie over each other."""


@dataclass(frozen=True, slots=True)
class Look:
    """How large a chart and its letters are, in pixels and points. titled: whether it bears its title itself.

    left: pixels from the left of the sheet.
    """

    width: int = WIDTH
    height: int | None = None
    letters: float = 9
    title: float = 12
    titled: bool = True
    left: int = 0


def native_chart(sheet: Sheet, row: int, column: int, chart: Chart, look: Look = Look()) -> tuple[int, int]:
    """Draw `chart` at `row`, with its figures from `column` on.

    Returns the last row and the last column of the figures.
    """
    drawn, last_row, last_column = drawn_chart(sheet, row, column, chart, look)
    place = {"description": sheet.held(chart.alt), "object_position": 2, "x_offset": look.left}
    sheet.worksheet.insert_chart(row, 0, drawn, place)
    return last_row, last_column


def drawn_chart(sheet: Sheet, row: int, column: int, chart: Chart, look: Look) -> tuple[Native, int, int]:
    """The chart with its figures written from (row, column) on, but not put anywhere yet; their last row and column."""
    groups, title = lay_out(sheet, row, column, chart)
    last_row = max([row + 1, *(group.last for group in groups)])
    last_column = max([column, *(group.right for group in groups)])
    named = any(group.named for group in groups)
    drawn = _bars(sheet, chart, groups, look) if named else _scatter(sheet, chart, groups, look)
    small = {"size": look.letters, "bold": False, "color": palette.QUIET}
    if look.titled:
        font = {"size": look.title, "bold": True, "color": palette.INK}
        drawn.set_title({"name": [sheet.name, *title], "name_font": font, "overlay": False})
    else:
        drawn.set_title({"none": True})
    axis = {"name_font": small, "num_font": small}
    x, y = _x_axis(chart, named, look), _y_axis(chart, named)
    if named:  # the names go down, the figures along
        x, y = y, x
    drawn.set_x_axis(x | axis | _named(sheet, title[0], title[1] + (2 if named else 1)))
    drawn.set_y_axis(y | axis | ({} if named else _named(sheet, title[0], title[1] + 2)))
    unnamed = [number for number, told in enumerate(_legend(chart, groups)) if not told]
    drawn.set_legend({"position": "bottom", "font": small, "delete_series": unnamed})
    drawn.show_blanks_as("gap")
    drawn.set_size({"width": look.width, "height": look.height or height(chart)})
    drawn.set_chartarea({"border": {"none": True}})
    return drawn, last_row, last_column


def height(chart: Chart) -> int:
    """Pixels from top to bottom: each name of a chart of names has its row."""
    names = {str(x) for series in chart.series for x in series.x if isinstance(x, str)}
    levels = sum(series.role in {"comparator", "limit"} for series in chart.series) if names else 0
    return max(HEIGHT, 150 + _BAR * (len(names) + levels)) if names else HEIGHT


def _named(sheet: Sheet, row: int, column: int) -> dict[str, Any]:
    """An axis title from a cell; none from an empty one, for which Excel would write "Axis Title"."""
    return {"name": [sheet.name, row, column]} if (row, column) in sheet.written else {}


def _legend(chart: Chart, groups: list[Columns]) -> list[bool]:
    """Whether the legend names each series, in the order of drawing.

    Marks are named under the chart, and of the phases of a control chart, whose lines look alike, the first are enough.
    """
    roles = [series.role for group in groups for series in group.series]
    most = {"mark": 0, **chart.most_named}
    return [roles[:number].count(role) < most.get(role, len(roles)) for number, role in enumerate(roles)]


def _scatter(sheet: Sheet, chart: Chart, groups: list[Columns], look: Look) -> Native:
    drawn: Native = sheet.book.workbook.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    several = sum(series.role == "main" for series in chart.series)
    count = 0
    for group in groups:
        for place, series in enumerate(group.series):
            style, line, points = (
                (_MARK, True, False) if group.role == "mark" else _style(chart, series, count, several)
            )
            count += series.role == "main" and group.role != "mark"
            drawn.add_series(
                {
                    "name": [sheet.name, *group.name(place)],
                    "categories": [sheet.name, *group.xs()],
                    "values": [sheet.name, *group.ys(place)],
                    "line": _line(style) if line else {"none": True},
                    "marker": _marker(style) if points else {"type": "none"},
                    **_labels(sheet, group, place, look),
                    **_intervals(series),
                }
            )
    return drawn


def _bars(sheet: Sheet, chart: Chart, groups: list[Columns], look: Look) -> Native:
    """Over names: a bar each, in a colour a series; what all are held against is a bar of its own, by its figure."""
    bars: Native = sheet.book.workbook.add_chart({"type": "bar"})
    for group in groups:
        for place, series in enumerate(group.series):
            fill, edge = palette.BARS.get(series.role, palette.BARS["mine"])
            if series.role in {"comparator", "limit"}:
                fill, edge = palette.PAPER, palette.INK
            bars.add_series(
                {
                    "name": [sheet.name, *group.name(place)],
                    "categories": [sheet.name, *group.xs()],
                    "values": [sheet.name, *group.ys(place)],
                    "fill": {"color": fill},
                    "border": {"color": edge},
                    "overlap": 100 if chart.columns else 0,  # ranked, no two series share a bar
                    "gap": 30 if chart.columns else 60,
                    **_intervals(series),
                    **_figured(chart, look),
                }
            )
    return bars


def _figured(chart: Chart, look: Look) -> dict[str, Any]:
    """The figure at the end of a ranked bar."""
    if not chart.columns:
        return {}
    font = {"size": look.letters, "color": palette.INK}
    return {"data_labels": {"value": True, "font": font, "position": "outside_end", "num_format": _RATES}}


def _style(chart: Chart, series: Series, count: int, several: int) -> tuple[palette.Style, bool, bool]:
    """How a series is drawn: its style, whether as a line, whether with points."""
    if series.role == "mark":
        return _MARK, True, False
    if series.role in palette.FORCES:
        return palette.FORCES[series.role], False, True
    if series.role == "signal":
        means = next((name for name in palette.SIGNALS if name in series.name.casefold()), "change")
        return palette.SIGNALS[means], False, True
    if series.role in {"comparator", "average"}:
        return palette.COMPARATOR, True, False
    if series.role == "target":
        return palette.TARGET, True, False
    if series.role == "limit":
        return (palette.OUTER_LIMIT if "99.8" in series.name else palette.LIMIT), True, False
    if several > 1:
        return palette.LINES[count % len(palette.LINES)], True, True
    return palette.MAIN, True, chart.dotted


def _line(style: palette.Style) -> dict[str, Any]:
    return {"color": style.colour, "width": style.width, "dash_type": _DASHES.get(style.dash, "dash")}


def _marker(style: palette.Style) -> dict[str, Any]:
    """A style has the square of a point's width in pixels, Excel wants its width in points."""
    size = max(4, min(14, round(style.size**0.5 * 0.85)))
    fill = {"color": style.colour if style.fill else palette.AXIS}
    return {"type": _SHAPES[style.shape], "size": size, "fill": fill, "border": {"color": style.colour}}


def _labels(sheet: Sheet, group: Columns, place: int, look: Look) -> dict[str, Any]:
    """The names of points picked out, and the letter of a mark, by the cells that hold them."""
    series = group.series[place]
    if not series.labels or len(series.labels) > _CALLED or series.role not in {"mine", "signal", "mark"}:
        return {}
    called = zip(series.labels, group.called(), strict=True)
    custom = [_called(sheet, label, cell) if cell else {"delete": True} for label, cell in called]
    font = {"size": look.letters, "color": palette.INK}
    where = "above" if series.role == "mark" else "right"
    return {"data_labels": {"value": True, "custom": custom, "position": where, "font": font}}


def _called(sheet: Sheet, label: str, cell: str) -> dict[str, Any]:
    """A point's name as a text, which every program shows; by its cell where XlsxWriter would take it for a formula."""
    return {"value": f"={_quoted(sheet.name)}!{cell}" if label.startswith("=") or "!" in label else sheet.held(label)}


def _intervals(series: Series) -> dict[str, Any]:
    """A 95 % interval as error bars, where the series carries one."""
    if not series.low or not series.high:
        return {}
    triples = list(zip(series.y, series.low, series.high, strict=True))
    down = [0.0 if y is None or low is None else y - low for y, low, _ in triples]
    up = [0.0 if y is None or high is None else high - y for y, _, high in triples]
    bars = {"type": "custom", "plus_values": up, "minus_values": down, "line": {"color": palette.GREY, "width": 0.75}}
    return {"y_error_bars": bars}


def _x_axis(chart: Chart, named: bool, look: Look) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "line": {"color": palette.AXIS},
        "label_position": "low",
        "major_gridlines": {"visible": False},
    }
    days = [day for series in chart.series for day in series.x if isinstance(day, date)]
    if named:
        # every name is written, the first at the top
        return axis | {"reverse": True, "crossing": "max", "interval_unit": 1, "major_tick_mark": "none"}
    if not days:
        return axis | {"num_format": "#,##0"}
    first, last = min(days), max(days)
    years = (last - first).days / _YEAR
    yearly = years > 3 or (len({day.month for day in days}) == 1 and years >= 1)
    fit = max(int(look.width * 0.8 / (look.letters * _MONTH)), 2)  # labels beside each other, none of them slanting
    unit = _YEAR if yearly else _YEAR / 4
    step = unit * max(1, ceil((last - first).days / unit / fit))
    # from the 28th on, steps of a quarter or a year stay in the month at whose end the point is
    ends = {"min": first.replace(day=min(first.day, 28)), "max": last + timedelta(20)}
    return axis | ends | {"num_format": "mmm yyyy", "major_unit": step}


def _y_axis(chart: Chart, named: bool) -> dict[str, Any]:
    """Round numbers, from zero where the chart says so or has bars; a limit below zero is cut off, as on the page."""
    known = [y for series in chart.series if series.role != "limit" for y in _reached(series) if y is not None]
    least, most = min(known, default=0.0), max(known, default=1.0)
    low = min(0.0, least) if chart.zero or named else least
    numbers = ticks(low, most if most > low else low + 1.0, 5)
    ceiling = chart.ceiling(most)
    if chart.figures == "share" and most <= 1:
        numbers = [number for number in numbers if number <= 1] or numbers
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 1.0
    if chart.figures == "count" and step < 1:  # whole offences have no halves
        step = 1.0
    end = numbers[-1] if numbers[-1] >= most else numbers[-1] + step
    return {
        "num_format": _written(numbers, chart),
        "major_gridlines": {"visible": True, "line": {"color": palette.GRID, "width": 0.75}},
        "line": {"none": True},
        "min": numbers[0],
        "max": ceiling if ceiling is not None else min(end, 1.0) if chart.figures == "share" and most <= 1 else end,
        "major_unit": step,
    }


def _reached(series: Series) -> list[float | None]:
    return [*series.y, *series.low, *series.high]


def _written(numbers: list[float], chart: Chart) -> str:
    """A number format with as many decimals as the numbers of an axis need to differ."""
    label = tick_labels(numbers, chart.figures)[-1].rstrip("%")
    decimals = len(label.partition(".")[2])
    return ("0" if chart.figures == "share" else "#,##0") + ("." + "0" * decimals if decimals else "") + (
        "%" if chart.figures == "share" else "")  # fmt: skip


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
