"""The figures of a chart as a table: what stands under it for who reads figures, and in the workbook."""

from __future__ import annotations

from typing import Any

from pmcli.drawing.chart import Chart, Series


def rows_of(chart: Chart) -> tuple[list[str], list[list[Any]]]:
    """The headings and rows of a chart's figures, unrounded; None where there is none.

    Over time: a row a day, a column a series. Points and bars: a row a force, with its group and both its figures.
    """
    if chart.kind in {"funnel", "scatter"}:
        return _points(chart)
    if chart.kind == "rates":
        return _bars(chart)
    return _by_x(chart)


def _by_x(chart: Chart) -> tuple[list[str], list[list[Any]]]:
    """A row for every x, in order; names stay in the order in which the chart has them."""
    places = list(dict.fromkeys(at for series in chart.series for at in series.x))
    if not (places and isinstance(places[0], str)):
        places.sort()
    columns: list[tuple[str, dict[Any, Any]]] = []
    for series in chart.series:
        if series.role == "comparator" and chart.kind == "rolling":  # level: the same at both its ends
            columns.append((series.name, dict.fromkeys(places, series.y[0])))
        elif series.role == "signal":
            continue
        else:
            columns.append((series.name, dict(zip(series.x, series.y, strict=True))))
            for name, values in (("95% interval, low", series.low), ("95% interval, high", series.high)):
                if any(value is not None for value in values):
                    columns.append((f"{series.name}: {name}", dict(zip(series.x, values, strict=True))))
    headings = [chart.x_title or "To", *(name for name, _ in columns)]
    table = [[at, *(column.get(at) for _, column in columns)] for at in places]
    signals = [series for series in chart.series if series.role == "signal"]
    if signals:
        headings.append("Stands out")
        found = {
            at: f"{rule} ({series.name})" if rule else series.name
            for series in signals
            for at, rule in _labelled(series)
        }
        table = [[*row, found.get(row[0])] for row in table]
    return headings, table


def _labelled(series: Series) -> list[tuple[Any, str]]:
    return list(zip(series.x, names_of(series), strict=True))


def names_of(series: Series) -> list[str]:
    """What each point of a series is called; "" for those of a series without labels."""
    return series.labels or [""] * len(series.x)


def _bars(chart: Chart) -> tuple[list[str], list[list[Any]]]:
    bars: list[list[Any]] = [
        [name, series.name, value]
        for series in chart.series
        if series.role in {"mine", "peer", "other"}
        for name, value in zip(names_of(series), series.y, strict=True)
        if value is not None
    ]
    bars.sort(key=lambda row: (-row[2], row[0]))
    levels = [[series.name, "", series.y[0]] for series in chart.series if series.role in {"comparator", "limit"}]
    return ["Force", "Group", chart.x_title], [*bars, *levels]


def _points(chart: Chart) -> tuple[list[str], list[list[Any]]]:
    """A row a force; in a funnel with the limits at its place."""
    limits = [series for series in chart.series if series.role == "limit"]
    found = [
        [name, series.name, at, value]
        for series in chart.series
        if series.role in {"mine", "peer", "other"}
        for name, at, value in zip(names_of(series), series.x, series.y, strict=True)
    ]
    found.sort(key=lambda row: (row[2], row[0]))
    at_place = [dict(zip(series.x, series.y, strict=True)) for series in limits]
    table = [[*row, *(limit.get(row[2]) for limit in at_place)] for row in found]
    return ["Force", "Group", chart.x_title, chart.y_title, *(series.name for series in limits)], table
