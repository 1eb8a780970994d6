"""The chart of 12-month totals: the whole history as a line, the baseline to hold it against, the declared changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final, TypeAlias

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.rolling import Rolling
from pmcli.errors import PmError
from pmcli.periods import month_name, shift
from pmcli.stats.wilson import wilson_interval
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
from pmcli.views.language import wording, words
from pmcli.views.observations.held import said_of
from pmcli.views.observations.together import lines_charts, multiples_chart

_WHAT = {"count": "totals", "share": "shares", "mean": "averages"}


def charts(frame: pl.DataFrame, wanted: Wanted) -> list[Chart]:
    """A chart of 12-month totals for every series that has a figure; shorter rows are rolled up.

    A measure that is stated over a month is drawn by month.
    """
    monthly = frame.filter(pl.col("months") == 1, pl.col("measure").is_in(_stated_monthly(wanted.catalogue)))
    if monthly.height:
        frame = frame.join(monthly.select("measure").unique(), on="measure", how="anti")
        by_month = _together(monthly, wanted) or [_monthly(part, monthly, wanted) for part in parts(monthly, *SERIES)]
        return with_figures([*by_month, *(charts(frame, wanted) if frame.height else [])])
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
    return with_figures(
        _together(drawn, wanted)
        or [
            rolling_chart(part, wanted.catalogue, baseline=wanted.baseline, since=wanted.since)
            for part in parts(drawn, *SERIES)
        ]
    )


def _together(frame: pl.DataFrame, wanted: Wanted) -> list[Chart]:
    """The charts of several series each, where such are wanted."""
    drawing = {"lines": lines_charts, "multiples": multiples_chart}.get(wanted.kind)
    return drawing(frame, wanted) if drawing is not None else []


def _stated_monthly(catalogue: Catalogue) -> list[str]:
    return [name for name, measure in catalogue.measures.items() if measure.window == 1]


def _monthly(part: pl.DataFrame, everyone: pl.DataFrame, wanted: Wanted) -> Chart:
    """A measure that is stated over a month, as 999 answering, by month beside the average of the forces."""
    row = part.row(0, named=True)
    rest = everyone.filter(pl.col("measure") == row["measure"], pl.col("source") == row["source"])
    beside = average_line(rest, wanted.catalogue)
    return rolling_chart(part, wanted.catalogue, baseline=wanted.baseline, average=beside, since=wanted.since)


def rolling_chart(
    totals: pl.DataFrame,
    catalogue: Catalogue,
    *,
    baseline: date,
    said: str = "",
    average: Series | None = None,
    since: date | None = None,
) -> Rolling:
    """The totals of one series over time, beside that of the baseline window.

    totals: observations of one series, all rows of one length (12 months as a rule); a share or mean is drawn as such.
    baseline: last day of the baseline window. Where a window is not whole the line breaks. said: the sentence that it
    shows, where that is not the one on the latest window. average: other forces' figures, to be drawn beside it. since:
    last day of the first month drawn.
    Raises PmError for no rows, or several series.
    """
    frame = totals.sort("period_end")
    row = one_series(frame, "a chart of rolling totals")
    based = frame["base"].is_not_null().any()
    figures = kind_of({**row, "base": 1.0 if based else None}, catalogue)
    columns = [frame[name].to_list() for name in ("period_end", "value", "base", "effective")]
    rows: list[tuple[date, float | None, float | None, float | None]] = list(zip(*columns, strict=True))
    values = [_figure(value, base, based) for _, value, base, _ in rows]
    intervals = {}
    if figures == "share":
        intervals = {
            end: _interval(share, b if n is None else n) for (end, _, b, n), share in zip(rows, values, strict=True)
        }
    ends, values = on_grid([end for end, *_ in rows], values)
    known = [(end, value) for end, value in zip(ends, values, strict=True) if value is not None]
    last, latest = known[-1] if known else (ends[-1], None)
    then = dict(zip(ends, values, strict=True)).get(baseline)
    ends, values = later(ends, values, since)
    length = f"{row['months']}-month {_WHAT[figures]}" if row["months"] > 1 else f"monthly {_WHAT[figures]}"
    series = [_line(length, ends, values, intervals)]
    notes = []
    if then is not None:
        name = f"{row['months']} months to {month_name(baseline)}: {words.figure(then, figures)}"
        series.append(Series(name, [ends[0], ends[-1]], [then, then], "comparator"))
    elif row["months"] > 1:
        notes.append(
            f"There is no total for the {row['months']} months to {words.long_month(baseline)} to compare with."
        )
    measure = catalogue.measures.get(row["measure"])
    if measure is not None and measure.target is not None and figures != "count":
        level = measure.target / 100 if figures == "share" else measure.target
        name = f"Standard: {words.figure(level, figures)}"
        series.append(Series(name, [ends[0], ends[-1]], [level, level], "target"))
    if average is not None:
        months, averages = later(average.x, average.y, since)
        series.append(replace(average, x=months, y=averages))
    marks = marks_for(row, catalogue, ends, values)
    if any(value is None for value in values[:-1]):
        notes.append("The line breaks where a window is not whole.")
    zero = figures == "count" or not flattened(values)
    if not zero:
        notes.append(TRUNCATED)
    if any(low is not None for low in series[0].low):
        notes.append("Band: 95% intervals (Wilson).")
    if latest is None:
        finding = f"{named(row, catalogue)}: no whole window of {row['months']} months."
    else:
        told = {last, baseline, shift(last, -12)}
        by_end = {
            end: {**row, "period_end": end, "value": value, "base": base, "effective": effective}
            for end, value, base, effective in rows
            if end in told
        }
        finding = said or said_of(by_end[last], by_end, baseline, catalogue)
    alt = (
        f"Line chart of the {length} of {named(row, catalogue)}, {wording.against(row['months'], ends[0])} to "
        f"{wording.against(row['months'], ends[-1])}. {finding} "
        f"{extremes(ends, values, figures)}{marks_in_words(marks)}"
    )
    return Rolling(
        title=finding,
        subtitle=f"{named(row, catalogue)}: {length} to {words.long_month(last)}",
        alt=alt,
        x_title="" if row["months"] == 1 else f"{row['months']} months to",
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


def _interval(share: float | None, n: float | None) -> tuple[float | None, float | None]:
    """The 95 % interval of a share; none where it is not known how many are behind it."""
    return wilson_interval(share, n) if share is not None and n and 0 <= share <= 1 else (None, None)


_Span: TypeAlias = tuple[float | None, float | None]


def _line(name: str, ends: list[date], values: list[float | None], intervals: dict[date, _Span]) -> Series:
    if all(low is None for low, _ in intervals.values()):
        return Series(name, list(ends), values)
    spans = [intervals.get(end, (None, None)) for end in ends]
    return Series(name, list(ends), values, low=[low for low, _ in spans], high=[high for _, high in spans])


def average_line(rows: pl.DataFrame, catalogue: Catalogue) -> Series | None:
    """The simple mean over the forces of the country of each period's share or mean; None of fewer than three forces.

    rows: observations of one measure and row length, every force's, with their bases.
    """
    forces = rows.filter(pl.col("area").is_in(catalogue.national()), pl.col("dimension") == "all", pl.col("base") > 0)
    figures = (
        forces.group_by("period_end").agg((pl.col("value") / pl.col("base")).mean(), n=pl.len()).sort("period_end")
    )
    known = figures.filter(pl.col("n") * 2 >= pl.col("n").max(), pl.col("n") >= FEWEST).drop_nulls()
    if known.height < 2:
        return None
    name = f"Average of {known['n'].to_list()[-1]} forces"
    return Series(name, known["period_end"].to_list(), known["value"].to_list(), "average")


FEWEST: Final = 3


def _of(row: dict[str, object]) -> tuple[str, ...]:
    return () if row["dimension"] == "all" else (str(row["dimension"]), str(row["category"]))
