"""The figures of a chart as a table: what stands under it for who reads figures, and in the workbook."""

from __future__ import annotations

from typing import Any

from pmcli.drawing.chart import Chart, Series


def rows_by_x(chart: Chart, *, level: bool = False) -> tuple[list[str], list[list[Any]]]:
    """The headings, and a row for every x with a column a series; None where a series has none there.

    Days come in order, names as the chart has them. level: a comparator is a level line, the same at every x.
    """
    places = list(dict.fromkeys(at for series in chart.series for at in series.x))
    if not (places and isinstance(places[0], str)):
        places.sort()
    columns: list[tuple[str, dict[Any, Any]]] = []
    for series in chart.series:
        if series.role == "signal":
            continue
        if series.role == "target" or (level and series.role == "comparator"):
            columns.append((series.name, dict.fromkeys(places, series.y[0])))
            continue
        columns.append((series.name, dict(zip(series.x, series.y, strict=True))))
        for name, values in (("95% interval, low", series.low), ("95% interval, high", series.high)):
            if any(value is not None for value in values):
                columns.append((f"{series.name}: {name}", dict(zip(series.x, values, strict=True))))
    headings = [chart.x_title or "To", *(name for name, _ in columns)]
    table = [[at, *(column.get(at) for _, column in columns)] for at in places]
    signals = [series for series in chart.series if series.role == "signal"]
    if signals:
        headings.append("Stands out")
        found = {at: _says(rule, series) for series in signals for at, rule in zip(series.x, series.names, strict=True)}
        table = [[*row, found.get(row[0])] for row in table]
    return headings, table


def _says(rule: str, series: Series) -> str:
    return f"{rule} ({series.name})" if rule else series.name
