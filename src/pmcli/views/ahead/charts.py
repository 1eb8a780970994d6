"""The fan chart of totals to come."""

from __future__ import annotations

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.fan import Fan
from pmcli.periods import month_name, shift
from pmcli.tables import SERIES
from pmcli.views.ahead.sentences import total_sentence
from pmcli.views.charting import Wanted, file_name, named, one_series, parts, with_figures
from pmcli.views.language import words
from pmcli.views.language.findings import measure_of


def charts(frame: pl.DataFrame, wanted: Wanted) -> list[Chart]:
    """A fan for every series."""
    return with_figures([fan_chart(part, wanted.catalogue) for part in parts(frame, *SERIES)])


def fan_chart(frame: pl.DataFrame, catalogue: Catalogue) -> Fan:
    """The totals to come of one series, from the total now on, with the baseline that they are held against.

    frame: the ahead table, one series. Raises PmError for no rows, or several series.
    """
    row = one_series(frame, "a fan")
    rows = frame.unique("horizon", keep="first").sort("horizon").rows(named=True)
    now = shift(rows[0]["period_end"], -rows[0]["horizon"])
    ends = [now, *(each["period_end"] for each in rows)]

    def line(name: str) -> list[float | None]:
        return [row["total"], *(each[name] for each in rows)]

    series = [Series("Expected 12-month total", list(ends), line("value"))]
    for share in ("95", "80"):
        for side in ("low", "high"):
            end = "lower" if side == "low" else "upper"
            series.append(Series(f"{share}% interval, {end}", list(ends), line(f"{side}_{share}"), "limit"))
    held = next((each for each in frame.rows(named=True) if each["against"] == "baseline"), None)
    if held is not None and held["against_value"] is not None:
        level = f"12 months to {month_name(held['against_end'])}: {words.count(held['against_value'])}"
        series.append(Series(level, [ends[0], ends[-1]], [held["against_value"]] * 2, "comparator"))
    said = total_sentence(rows[-1], measure_of(catalogue, row)).text
    return Fan(
        title=said,
        subtitle=f"{named(row, catalogue)}: the 12-month total to {words.long_month(ends[-1])}",
        alt=f"Fan chart of {named(row, catalogue)}. {said}",
        x_title="",
        y_title="12-month total",
        series=series,
        note="Bands: 80 and 95% intervals. A forecast from the figures alone: it knows of no change to come.",
        name=file_name(row["measure"], row["area"], "ahead"),
    )
