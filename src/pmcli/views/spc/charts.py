"""The control chart: every period, the limits of each phase, and the periods that a special-cause rule picked out."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.control import Control
from pmcli.drawing.palette import SIGNALS
from pmcli.notes import listing
from pmcli.periods import month_name
from pmcli.tables import SERIES
from pmcli.views.charting import (
    TRUNCATED,
    Wanted,
    file_name,
    flattened,
    marks_for,
    marks_in_words,
    named,
    on_grid,
    one_series,
    parts,
    with_figures,
)
from pmcli.views.language import words
from pmcli.views.language.findings import measure_of
from pmcli.views.spc.sentences import marks_too_many, spc_sentence

PERIODS: Final = {1: ("monthly", "month"), 3: ("quarterly", "quarter"), 12: ("yearly", "year")}
HOLLOW: Final = "marked only"
"""Points that a rule marks without a signal."""

_NOUN: Final = {"count": "count", "share": "share", "mean": "average"}


def charts(frame: pl.DataFrame, wanted: Wanted) -> list[Chart]:
    """A control chart for every series that has a figure."""
    return with_figures([control_chart(part, wanted.catalogue) for part in parts(frame, *SERIES)])


def control_chart(frame: pl.DataFrame, catalogue: Catalogue) -> Control:
    """The XmR chart of one series, as `pm spc` computed it.

    frame: the spc table, one series. A phase has its own mean and limits, each a series; points that a rule picked out
    are series of the role "signal", one for each thing that a signal can mean, labelled with the rule.
    Raises PmError for no rows, or several series.
    """
    frame = frame.sort("period_end")
    row = one_series(frame, "a control chart")
    rows = frame.rows(named=True)
    measure = catalogue.measures.get(row["measure"])
    figures = measure.kind if measure is not None else "count"
    how, unit = PERIODS.get(row["months"], (f"{row['months']}-monthly", f"period of {row['months']} months"))
    ends, values = on_grid([each["period_end"] for each in rows], [each["value"] for each in rows])
    series = [Series(f"{how.capitalize()} {_NOUN[figures]}", list(ends), values)]
    for phase in sorted({each["phase"] for each in rows}):
        series += _limits([each for each in rows if each["phase"] == phase], several=row["phase"] != rows[-1]["phase"])
    said = spc_sentence(rows, measure_of(catalogue, row)).text
    over = marks_too_many(rows)
    if over:
        series = series[:1]
        rows = [{**each, "rule": None, "signal": None, "lower": None, "upper": None, "centre": None} for each in rows]
    picked = [each for each in rows if each["signal"] is not None and each["value"] is not None]
    hollow = [each for each in rows if each["rule"] and not each["signal"] and each["value"] is not None]
    for meaning in SIGNALS:
        mine = hollow if meaning == HOLLOW else [each for each in picked if each["signal"] == meaning]
        if mine:
            called = [each["rule"] for each in mine]
            points = [each["value"] for each in mine]
            series.append(Series(meaning, [each["period_end"] for each in mine], points, "signal", called))
    notes = (
        ["The plain line, for a control chart would mark over a third of its points."] if over else _notes(rows, unit)
    )
    zero = not flattened([each[name] for each in rows for name in ("value", "lower", "upper")])
    if not zero:
        notes.append(TRUNCATED)
    marks = marks_for(row, catalogue, ends, values)
    finding = _finding(rows, unit, figures)
    kind = "Line chart" if over else "Control chart"
    alt = (
        f"{kind} of the {how} {_NOUN[figures]} of {named(row, catalogue)}, {words.long_month(ends[0])} to "
        f"{words.long_month(ends[-1])}. {said} {finding}. {_stand_out(picked, figures)}{marks_in_words(marks)}"
    )
    return Control(
        title=said,
        subtitle=f"{named(row, catalogue)}: {how} {'figures' if over else 'control chart'} to "
        f"{words.long_month(ends[-1])}; {finding}",
        alt=alt,
        x_title="",
        y_title={"count": "Number", "share": "Share", "mean": "Average"}[figures],
        series=series,
        marks=marks,
        figures=figures,
        note=" ".join(notes),
        zero=zero,
        name=file_name(
            row["measure"],
            row["area"],
            *((row["dimension"], row["category"]) if row["dimension"] != "all" else ()),
            "control",
        ),
    )


def _limits(rows: list[dict[str, Any]], *, several: bool) -> list[Series]:
    """The mean and the limits of one phase, as level lines."""
    if rows[0]["centre"] is None:
        return []
    since = f" from {month_name(rows[0]['period_end'])}" if several else ""
    ends = [row["period_end"] for row in rows]
    return [
        Series(f"{name}{since}", list(ends), [row[column] for row in rows], role)
        for name, column, role in (
            ("Mean", "centre", "comparator"),
            ("Upper limit", "upper", "limit"),
            ("Lower limit", "lower", "limit"),
        )
    ]


def _notes(rows: list[dict[str, Any]], unit: str) -> list[str]:
    phases = sorted({row["phase"] for row in rows})
    method = next((row["method"] for row in reversed(rows) if row["method"]), "")
    notes = [f"{method[:1].upper()}{method[1:]}."]
    if len(phases) > 1:
        starts = [next(row["period_end"] for row in rows if row["phase"] == phase) for phase in phases[1:]]
        when = listing([month_name(at) for at in starts])
        since = "" if rows[0]["months"] == 1 else f"the {unit} to "
        notes.append(f"Limits begin anew with {since}{when}.")
    if any(row["lower"] is not None and row["lower"] < 0 <= (row["value"] or 0) for row in rows):
        notes.append("A limit below zero is drawn at zero.")
    return notes


def _finding(rows: list[dict[str, Any]], unit: str, figures: str) -> str:
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return "No figure is known"
    last = known[-1]
    when = "" if last["months"] == 1 else f"the {unit} to "
    said = f"{words.figure(last['value'], figures)} in {when}{words.long_month(last['period_end'])}"
    if last["lower"] is None:
        said += ", without limits"
    elif last["centre"] is not None:
        said += f", limits {words.limit_figure(last['lower'], figures)} to {words.limit_figure(last['upper'], figures)}"
    return said


def _stand_out(picked: list[dict[str, Any]], figures: str) -> str:
    """'Stand out: Mar 2020, 210 (below the lower limit; improvement); …', the latest first."""
    if not picked:
        return "No period stands out."
    said = [
        f"{month_name(row['period_end'])}, {words.figure(row['value'], figures)} "
        f"({row['rule']}; {row['signal'] or 'change'})"
        for row in reversed(picked)
    ]
    return f"Stand out, latest first: {listing(said, 8)}."
