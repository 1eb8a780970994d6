"""The chart of survey waves: one line with its interval, a few groups as lines, or many as dots of the latest waves."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.drawing.chart import Chart, Mark, Series
from pmcli.drawing.dots import Dots
from pmcli.drawing.waves import MOST_WITH_INTERVALS, Waves
from pmcli.errors import PmError
from pmcli.periods import month_name
from pmcli.stats.wilson import wilson_interval
from pmcli.views.charting import (
    TRUNCATED,
    Wanted,
    file_name,
    flattened,
    marks_for,
    marks_in_words,
    parts,
)
from pmcli.views.language import words
from pmcli.views.language.findings import measure_of
from pmcli.views.language.parts import spoken
from pmcli.views.waves.groups import changed_groups, each_group
from pmcli.views.waves.sentences import extreme_row, extreme_sentence, level_sentence, wave_sentence

MOST_LINES: Final = 6
"""Groups drawn as lines; more of them are drawn as dots."""

_MOST_SAID: Final = 20
"""Groups whose figures are in the alternative text; the table of figures has all."""


def charts(frame: pl.DataFrame, wanted: Wanted) -> list[Chart]:
    """A chart a measure and breakdown: the whole force, its districts, each dimension."""
    groups = frame.filter(pl.col("kind") == "group")
    if groups.is_empty():
        raise PmError("there is nothing to draw: the table has no rows of the kind group", "Run `pm waves`.")
    district = pl.col("area").str.contains("/", literal=True)
    force = pl.col("area").str.split("/").list.first()
    whose = pl.when(pl.col("dimension") != "all").then("area").when(district).then(force).otherwise(pl.lit(""))
    one = pl.when((pl.col("dimension") == "all") & ~district).then("area").otherwise(pl.lit(""))
    keyed = groups.with_columns(_whose=whose, _one=one, _broken=pl.col("dimension") != "all")
    whole = parts(keyed, "source", "measure", "months", "_broken", "_whose", "_one", "dimension")
    return [wave_chart(part.drop("_whose", "_one", "_broken"), wanted.catalogue) for part in whole]


def wave_chart(frame: pl.DataFrame, catalogue: Catalogue) -> Waves | Dots:
    """The shares of one measure, wave by wave.

    frame: the waves table; its rows of the kind "group": one series, or the groups of one dimension or the districts of
    one force. Intervals are Wilson's 95 % on the effective bases. Waves too small to test are marked as such.
    Raises PmError for no rows, or several measures or dimensions.
    """
    rows = frame.filter(pl.col("kind") == "group").sort("period_end").rows(named=True)
    if not rows:
        raise PmError("there is nothing to draw: the table has no rows of waves")
    several = {(row["source"], row["measure"], row["dimension"], row["months"], _whose(row)) for row in rows}
    if len(several) > 1:
        raise PmError("a chart of waves is of one measure and one breakdown; the table has several")
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(_group(row, catalogue), []).append(row)
    last = rows[-1]["period_end"]
    if len(groups) > MOST_LINES:
        return _dots(groups, catalogue, rows)
    ends = sorted({row["period_end"] for row in rows})
    series = [_line(name, mine, ends) for name, mine in groups.items()]
    if len(series) > 1:
        series.sort(key=lambda one: (one.y[-1] is None, -(one.y[-1] or 0.0), one.name))
    first = rows[0]["period_end"]
    marks = marks_for(rows[0], catalogue, [first, last], [None, None])
    return _chart(Waves, rows, groups, catalogue, series, marks)


def _dots(groups: dict[str, list[dict[str, Any]]], catalogue: Catalogue, rows: list[dict[str, Any]]) -> Waves | Dots:
    """The latest two waves of many groups, by name."""
    ends = sorted({row["period_end"] for row in rows})[-2:]
    latest = {name: {row["period_end"]: row for row in mine} for name, mine in groups.items()}
    order = sorted(latest, key=lambda name: (-((latest[name].get(ends[-1]) or {}).get("value") or -1.0), name))
    series = []
    for end in ends:
        found = [latest[name].get(end) for name in order]
        name = f"{rows[0]['months']} months to {month_name(end)}"
        series.append(_points(name, list(order), found, "main" if end == ends[-1] else "other"))
    return _chart(Dots, rows, groups, catalogue, series[::-1], [])


def _chart(
    kind: type[Waves | Dots],
    rows: list[dict[str, Any]],
    groups: dict[str, list[dict[str, Any]]],
    catalogue: Catalogue,
    series: list[Series],
    marks: list[Mark],
) -> Waves | Dots:
    dots = kind is Dots
    row = rows[-1]
    last: date = row["period_end"]
    label = catalogue.label(row["measure"])
    by = f" by {_by(rows)}" if len(groups) > 1 or row["dimension"] != "all" else ""
    place = catalogue.area_label(_whose(row) or row["area"])
    values = [value for line in series for value in (*line.y, *line.low, *line.high)]
    zero = not flattened(values, 0.5)
    notes = []
    if any(low is not None for line in series for low in line.low):
        hidden = not dots and len(series) > MOST_WITH_INTERVALS
        drawn = "Not drawn, for they would hide one another" if hidden else "Bars and bands"
        notes.append(f"{drawn}: 95% intervals (Wilson) on the effective number of respondents.")
    if any(small for line in series for small in line.small):
        notes.append("Hollow: too few respondents to be relied on.")
    if not zero:
        notes.append(TRUNCATED)
    finding = _finding(groups, last)
    name = _group(row, catalogue) if len(groups) == 1 and row["dimension"] != "all" else ""
    when = f"waves of {row['months']} months to {words.long_month(last)}"
    title = f"{label}{by}, {place}{f' ({name})' if name else ''}: {when}"
    each = " ".join(_in_words(key, mine) for key, mine in list(groups.items())[:_MOST_SAID])
    if len(groups) > _MOST_SAID:
        each += f" And {len(groups) - _MOST_SAID} more groups."
    return kind(
        title=_said(groups, last, catalogue, _by(rows)) or f"{finding}.",
        subtitle=title,
        alt=f"{'Dot plot' if dots else 'Line chart'} of {title}. {finding}. {each}{marks_in_words(marks)}",
        x_title="Share" if dots else f"{row['months']} months to",
        y_title="" if dots else "Share",
        series=series,
        marks=marks,
        figures="share",
        note=" ".join(notes),
        zero=zero,
        name=file_name(row["measure"], _whose(row) or row["area"], by.removeprefix(" by "), "waves"),
    )


def _whose(row: dict[str, Any]) -> str:
    """The area that a row is a part of: its force for a district, itself for a breakdown, "" for a whole force."""
    force, slash, _ = row["area"].partition("/")
    return row["area"] if row["dimension"] != "all" else force if slash else ""


def _by(rows: list[dict[str, Any]]) -> str:
    dimension = str(rows[0]["dimension"])
    if dimension != "all":
        return spoken(dimension)
    return "district" if "/" in rows[0]["area"] else "force"


def _group(row: dict[str, Any], catalogue: Catalogue) -> str:
    if row["dimension"] != "all":
        return str(row["category"])
    label = catalogue.area_label(row["area"])
    return label.partition(": ")[2] or label


def _line(name: str, rows: list[dict[str, Any]], ends: list[date]) -> Series:
    at = {row["period_end"]: row for row in rows}
    return _points(name, list(ends), [at.get(end) for end in ends])


def _points(name: str, x: list[Any], rows: list[dict[str, Any] | None], role: str = "main") -> Series:
    """The shares, intervals and marks of some rows; None for a wave that a group does not have."""
    spans = [_interval(row) for row in rows]
    return Series(
        name,
        x,
        [row["value"] if row else None for row in rows],
        role,
        low=[span[0] for span in spans],
        high=[span[1] for span in spans],
        small=[bool(row and row["too_small"]) for row in rows],
    )


def _interval(row: dict[str, Any] | None) -> tuple[float | None, float | None]:
    if row is None or row["value"] is None:
        return None, None
    n = row["effective"] if row["effective"] is not None else row["base"]
    return wilson_interval(row["value"], n) if n is not None and n > 0 and 0 <= row["value"] <= 1 else (None, None)


def _said(groups: dict[str, list[dict[str, Any]]], last: date, catalogue: Catalogue, by: str) -> str:
    """The sentence that `pm say` has of these groups: of one its share, of few each, of districts the worst."""
    latest = {name: rows[-1] for name, rows in groups.items() if rows[-1]["period_end"] == last}
    known = {name: row for name, row in latest.items() if row["value"] is not None}
    if not known:
        return ""
    rows = list(latest.values())
    measure = measure_of(catalogue, rows[0])
    if len(groups) == 1:
        row = rows[0]
        alone = row["against_value"] is None and row["dimension"] == "all"
        return (level_sentence(row, measure, None, catalogue) if alone else wave_sentence(row, measure)).text
    worst = extreme_row(rows, measure) if by == "district" else None
    if worst is not None:
        rest = [row for row in rows if row is not worst and row["value"] is not None and not row["too_small"]]
        label = catalogue.area_label(worst["area"]).partition(": ")[2]
        return extreme_sentence([worst, *rest], measure, label).text
    each = each_group(rows, measure, list(latest), by)
    told = [each] if each is not None else changed_groups(rows, measure, list(latest), by)
    return told[0].text if told else ""


def _finding(groups: dict[str, list[dict[str, Any]]], last: date) -> str:
    latest = {name: rows[-1] for name, rows in groups.items() if rows[-1]["period_end"] == last}
    known = {name: row for name, row in latest.items() if row["value"] is not None}
    if not known:
        return f"No figure for the wave to {words.long_month(last)}"
    if len(groups) == 1:
        return _one(next(iter(known.values())))
    ordered = sorted(known.items(), key=lambda pair: (-pair[1]["value"], pair[0]))
    months = ordered[0][1]["months"]
    if len(ordered) <= 3:
        said = ", ".join(f"{name} {words.share(row['value'])}" for name, row in ordered)
    else:
        (high, most), (low, least) = ordered[0], ordered[-1]
        said = f"from {words.share(least['value'])} ({low}) to {words.share(most['value'])} ({high})"
    return f"{months} months to {words.long_month(last)}: {said}"


def _one(row: dict[str, Any]) -> str:
    low, high = _interval(row)
    said = f"{words.share(row['value'])} in the {row['months']} months to {words.long_month(row['period_end'])}"
    if low is not None and high is not None:
        said += f" (95% interval {words.share(low)} to {words.share(high)})"
    if row["against_value"] is not None:
        tested = {True: "a significant change", False: "no significant change", None: "not tested"}
        said += f"; {words.share(row['against_value'])} the wave before: {tested[row['significant']]}"
    return said


def _in_words(name: str, rows: list[dict[str, Any]]) -> str:
    """'Female: 62.1% (Jun 2018), 63.0% (Jun 2019).'"""
    said = ", ".join(f"{words.share(row['value'])} ({month_name(row['period_end'])})" for row in rows[-8:])
    return f"{name}: {said}."
