"""The chart of 12-month totals: the whole history as a line, the baseline to hold it against, the declared changes."""

from __future__ import annotations

from datetime import date

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.rolling import Rolling
from pmcli.errors import PmError
from pmcli.periods import month_name
from pmcli.steps.rolling import rolling
from pmcli.tables import SERIES
from pmcli.views.charting import (
    TRUNCATED,
    Wanted,
    extremes,
    file_name,
    flattened,
    kind_of,
    later,
    marks_for,
    marks_in_words,
    named,
    on_grid,
    one_series,
    parts,
    with_figures,
)
from pmcli.views.language import words
from pmcli.views.observations.together import lines_charts, multiples_chart

_WHAT = {"count": "totals", "share": "shares", "mean": "averages"}


def charts(frame: pl.DataFrame, wanted: Wanted) -> list[Chart]:
    """A chart of 12-month totals for every series that has a figure; shorter rows are rolled up."""
    if (frame["months"] < 12).any():
        frame = rolling(frame).collect()
    frame = frame.filter(pl.col("months") == 12) if (frame["months"] == 12).any() else frame
    if frame.is_empty():
        raise PmError("there is nothing to draw: no 12 months are whole", "`pm check` lists the gaps.")
    lengths = frame["months"].unique().to_list()
    if len(lengths) > 1:
        raise PmError(f"rows of {', '.join(map(str, sorted(lengths)))} months cannot be drawn in one line")
    known = pl.col("value").is_not_null().any().over(list(SERIES))
    kept = frame.filter(known)
    drawn = kept if kept.height else frame
    if wanted.kind in {"lines", "multiples"}:
        return with_figures((lines_charts if wanted.kind == "lines" else multiples_chart)(drawn, wanted))
    return with_figures(
        [
            rolling_chart(part, wanted.catalogue, baseline=wanted.baseline, since=wanted.since)
            for part in parts(drawn, *SERIES)
        ]
    )


def rolling_chart(totals: pl.DataFrame, catalogue: Catalogue, *, baseline: date, since: date | None = None) -> Rolling:
    """The totals of one series over time, beside that of the baseline window.

    totals: observations of one series, all rows of one length (12 months as a rule); a share or mean is drawn as such.
    baseline: last day of the baseline window. since: last day of the first month drawn. Where a window is not whole the
    line breaks.
    Raises PmError for no rows, or several series.
    """
    frame = totals.sort("period_end")
    row = one_series(frame, "a chart of rolling totals")
    based = frame["base"].is_not_null().any()
    figures = kind_of({**row, "base": 1.0 if based else None}, catalogue)
    values = [_figure(value, base, based) for value, base in frame.select("value", "base").rows()]
    ends, values = on_grid(frame["period_end"].to_list(), values)
    known = [(end, value) for end, value in zip(ends, values, strict=True) if value is not None]
    last, latest = known[-1] if known else (ends[-1], None)
    then = dict(zip(ends, values, strict=True)).get(baseline)
    ends, values = later(ends, values, since)
    length = f"{row['months']}-month {_WHAT[figures]}"
    series = [Series(length, list(ends), values)]
    said = [f"{words.figure(latest, figures)} in the {row['months']} months to {words.long_month(last)}"]
    if latest is None:
        said = [f"No whole window of {row['months']} months"]
    notes = []
    if then is not None:
        name = f"{row['months']} months to {month_name(baseline)}: {words.figure(then, figures)}"
        series.append(Series(name, [ends[0], ends[-1]], [then, then], "comparator"))
        if baseline != last:
            said.append(f"{words.figure(then, figures)} in the {row['months']} months to {words.long_month(baseline)}")
    else:
        notes.append(
            f"There is no total for the {row['months']} months to {words.long_month(baseline)} to compare with."
        )
    marks = marks_for(row, catalogue, ends, values)
    if any(value is None for value in values[:-1]):
        notes.append("The line breaks where a window is not whole.")
    zero = figures == "count" or not flattened(values)
    if not zero:
        notes.append(TRUNCATED)
    finding = "; ".join(said)
    alt = (
        f"Line chart of the {length} of {named(row, catalogue)}, {row['months']} months to "
        f"{words.long_month(ends[0])} to {row['months']} months to {words.long_month(ends[-1])}. {finding}. "
        f"{extremes(ends, values, figures)}{marks_in_words(marks)}"
    )
    return Rolling(
        title=f"{named(row, catalogue)}: {length} to {words.long_month(last)}",
        subtitle=finding,
        alt=alt,
        x_title=f"{row['months']} months to",
        y_title=_Y[figures],
        series=series,
        marks=marks,
        figures=figures,
        note=" ".join(notes),
        zero=zero,
        name=file_name(row["measure"], row["area"], *_of(row), "rolling"),
    )


_Y = {"count": "Number", "share": "Share", "mean": "Average"}


def _figure(value: float | None, base: float | None, based: bool) -> float | None:
    if not based or value is None:
        return value
    return value / base if base else None


def _of(row: dict[str, object]) -> tuple[str, ...]:
    return () if row["dimension"] == "all" else (str(row["dimension"]), str(row["category"]))
