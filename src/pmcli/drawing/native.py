"""Charts as native Excel charts: the figures as cells beside the chart, the chart drawn from those cells.

A chart over time or over numbers is an XY scatter, whose series may each have their own x (a control limit, a baseline
of two points, the day of a recording change); one over names is columns with lines. Titles, axis titles, legends and
point labels refer to cells, where a text is a text: as a literal, one that begins with = would become a formula.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import floor, log10
from typing import TYPE_CHECKING, Any, Final

from pmcli.drawing import palette
from pmcli.drawing.native_cells import Columns, Sheet, lay_out

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart as Native

    from pmcli.drawing.chart import Chart, Series

WIDTH: Final = 900
HEIGHT: Final = 400
_DASHES: Final = {
    (): "solid", (2, 2): "square_dot", (3, 3): "square_dot", (6, 3): "dash", (6, 4): "dash",
    (8, 3, 2, 3): "long_dash_dot", (10, 3, 2, 3): "long_dash_dot", (10, 3): "long_dash", (4, 2, 1, 2): "dash_dot",
}  # fmt: skip
_SHAPES: Final = {
    "circle": "circle", "square": "square", "diamond": "diamond", "triangle-up": "triangle", "triangle-down": "x",
    "cross": "plus",
}  # fmt: skip
_FIGURES: Final = {"count": "#,##0", "share": "0%", "mean": "#,##0.0##"}
_MARK: Final = palette.Style(palette.QUIET, (6, 3), width=1.0)
_YEAR: Final = 365.25
_CALLED: Final = 3
"""Points of a series that are called by name in the chart: more would lie over each other."""


def native_chart(sheet: Sheet, row: int, column: int, chart: Chart) -> tuple[int, int]:
    """Draw `chart` at `row`, with its figures from `column` on.

    Returns the last row and the last column of the figures.
    """
    groups, title = lay_out(sheet, row, column, chart)
    last_row = max([row + 1, *(group.last for group in groups)])
    last_column = max([column, *(group.right for group in groups)])
    named = any(group.named for group in groups)
    drawn = _columns(sheet, chart, groups) if named else _scatter(sheet, chart, groups)
    small = {"size": 9, "bold": False, "color": palette.QUIET}
    drawn.set_title(
        {"name": [sheet.name, *title], "name_font": {"size": 12, "bold": True, "color": palette.INK}, "overlay": False}
    )
    axis = {"name_font": small, "num_font": small}
    upright = {"num_font": small | {"rotation": -90}} if named else {}
    drawn.set_x_axis(_x_axis(chart, named) | axis | upright | _named(sheet, title[0], title[1] + 1))
    drawn.set_y_axis(_y_axis(chart) | axis | _named(sheet, title[0], title[1] + 2))
    unnamed = [number for number, told in enumerate(_legend(chart, groups)) if not told]
    drawn.set_legend({"position": "bottom", "font": small, "delete_series": unnamed})
    drawn.show_blanks_as("gap")
    drawn.set_size({"width": WIDTH, "height": height(chart)})
    drawn.set_chartarea({"border": {"none": True}})
    sheet.worksheet.insert_chart(row, 0, drawn, {"description": sheet.held(chart.alt), "object_position": 2})
    return last_row, last_column


def height(chart: Chart) -> int:
    """Pixels from top to bottom: names under columns stand upright and take room."""
    return HEIGHT + 80 * any(isinstance(x, str) for series in chart.series for x in series.x)


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


def _scatter(sheet: Sheet, chart: Chart, groups: list[Columns]) -> Native:
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
                    **_labels(sheet, group, place),
                    **_intervals(series),
                }
            )
    return drawn


def _columns(sheet: Sheet, chart: Chart, groups: list[Columns]) -> Native:
    """Over names: ranked rates as columns, a colour a series, everything else as points; levels as lines."""
    bars: Native = sheet.book.workbook.add_chart({"type": "column"})
    lines: Native = sheet.book.workbook.add_chart({"type": "line"})
    standing = 0
    for group in groups:
        for place, series in enumerate(group.series):
            common: dict[str, Any] = {
                "name": [sheet.name, *group.name(place)],
                "categories": [sheet.name, *group.xs()],
                "values": [sheet.name, *group.ys(place)],
            }
            if series.role in {"comparator", "limit"}:
                style = palette.COMPARATOR if series.role == "comparator" else palette.LIMIT
                lines.add_series(common | {"line": _line(style), "marker": {"type": "none"}})
            elif chart.columns:
                standing += 1
                fill, edge = palette.BARS.get(series.role, palette.BARS["mine"])
                look = {"fill": {"color": fill}, "border": {"color": edge}}
                bars.add_series(common | look | {"overlap": 100, "gap": 30})  # no two series share a bar
            else:
                style = palette.MAIN if series.role == "main" else palette.FORCES["other"]
                point = {"line": {"none": True}, "marker": _marker(style)}
                lines.add_series(common | point | _intervals(series))
    if not standing:
        return lines
    if standing < sum(len(group.series) for group in groups):
        bars.combine(lines)
    return bars


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


def _labels(sheet: Sheet, group: Columns, place: int) -> dict[str, Any]:
    """The names of points picked out, and the letter of a mark, by the cells that hold them."""
    series = group.series[place]
    if not series.labels or len(series.labels) > _CALLED or series.role not in {"mine", "signal", "mark"}:
        return {}
    called = zip(series.labels, group.called(), strict=True)
    custom = [_called(sheet, label, cell) if cell else {"delete": True} for label, cell in called]
    font = {"size": 9, "color": palette.INK}
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


def _x_axis(chart: Chart, named: bool) -> dict[str, Any]:
    look: dict[str, Any] = {
        "line": {"color": palette.AXIS},
        "label_position": "low",
        "major_gridlines": {"visible": False},
    }
    days = [day for series in chart.series for day in series.x if isinstance(day, date)]
    if named:
        return look
    if not days:
        return look | {"num_format": "#,##0"}
    first, last = min(days), max(days)
    years = (last - first).days / _YEAR
    yearly = years > 3 or (len({day.month for day in days}) == 1 and years >= 1)
    step = _YEAR * max(1, round(years / 12)) if yearly else _YEAR / 4
    # from the 28th on, steps of a quarter or a year stay in the month at whose end the point is
    ends = {"min": first.replace(day=min(first.day, 28)), "max": last + timedelta(20)}
    return look | ends | {"num_format": "mmm yyyy", "major_unit": step}


def _y_axis(chart: Chart) -> dict[str, Any]:
    """From zero where the chart says so and no figure is below it; a limit below it is cut off, as on the page."""
    known = [y for series in chart.series if series.role != "limit" for y in (*series.y, *series.low) if y is not None]
    least, most = min(known, default=0.0), max(known, default=1.0)
    start: dict[str, float] = {"min": 0} if chart.zero and least >= 0 else {}
    if not chart.zero and most > least:
        step = 10.0 ** floor(log10(most - least))
        start = {"min": floor(least / step) * step}
    ceiling = chart.ceiling(most)
    if ceiling is not None:
        start["max"] = ceiling
    return {
        "num_format": _FIGURES.get(chart.figures, "#,##0"),
        "major_gridlines": {"visible": True, "line": {"color": palette.GRID, "width": 0.75}},
        "line": {"none": True},
        **start,
    }


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
