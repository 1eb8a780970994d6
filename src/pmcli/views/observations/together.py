"""Several series on one chart of 12-month totals: forces as lines of one measure, or a panel for every series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pmcli.drawing import lines, multiples
from pmcli.drawing.chart import Chart, Mark, Series
from pmcli.errors import UsageError
from pmcli.notes import listing
from pmcli.tables import SERIES
from pmcli.views.charting import Wanted, extremes, file_name, kind_of, later, marks_for, marks_in_words, on_grid, parts
from pmcli.views.language import words
from pmcli.views.language.parts import category

_WHAT = {"count": "totals", "share": "shares", "mean": "averages"}
_Y = {"count": "Number", "share": "Share", "mean": "Average"}


@dataclass(frozen=True, slots=True)
class _Line:
    """A series as it is drawn. row: any of its rows. then: its figure at the baseline."""

    row: dict[str, Any]
    figures: str
    ends: list[date]
    values: list[float | None]
    marks: list[Mark]
    then: float | None

    @property
    def latest(self) -> tuple[date, float | None]:
        known = [(end, value) for end, value in zip(self.ends, self.values, strict=True) if value is not None]
        return known[-1] if known else (self.ends[-1], None)


def lines_charts(totals: pl.DataFrame, wanted: Wanted) -> list[Chart]:
    """A chart for every measure and category, a line a force. totals: rows of one length.

    Raises UsageError where there are more forces than lines can be told apart.
    """
    by = ("source", "measure", "dimension", "category")
    return [_lines([_read(one, wanted) for one in parts(part, "area")], wanted) for part in parts(totals, *by)]


def multiples_chart(totals: pl.DataFrame, wanted: Wanted) -> list[Chart]:
    """One chart with a panel for every series. totals: rows of one length.

    Raises UsageError for more series than a picture has panels, and for counts beside shares or means.
    """
    read = [_read(part, wanted) for part in parts(totals, *SERIES)]
    if len(read) > multiples.MOST:
        raise UsageError(
            f"{len(read)} series are more than the {multiples.MOST} panels of one picture",
            "Name measures, forces or a --group.",
        )
    kinds = sorted({line.figures for line in read})
    if len(kinds) > 1:
        raise UsageError(f"{listing(kinds)} figures do not go on one chart", "Name measures of one kind.")
    return [_multiples(read, wanted)]


def _read(part: pl.DataFrame, wanted: Wanted) -> _Line:
    frame = part.sort("period_end")
    row = frame.row(0, named=True)
    based = frame["base"].is_not_null().any()
    figures = kind_of({**row, "base": 1.0 if based else None}, wanted.catalogue)
    found = [_figure(value, base, based=based) for value, base in frame.select("value", "base").rows()]
    ends, values = on_grid(frame["period_end"].to_list(), found)
    then = dict(zip(ends, values, strict=True)).get(wanted.baseline)
    ends, values = later(ends, values, wanted.since)
    return _Line(row, figures, ends, values, marks_for(row, wanted.catalogue, ends, values), then)


def _figure(value: float | None, base: float | None, *, based: bool) -> float | None:
    if not based or value is None:
        return value
    return value / base if base else None


def _lines(read: Sequence[_Line], wanted: Wanted) -> Chart:
    row, figures = read[0].row, read[0].figures
    if len(read) > lines.MOST:
        areas = listing([wanted.catalogue.area_label(line.row["area"]) for line in read], 3)
        raise UsageError(
            f"{len(read)} forces are more than the {lines.MOST} lines that can be told apart: {areas}",
            "Name those to draw, as --force essex --force kent; `pm rank | pm plot` draws all of them.",
        )
    called = [wanted.catalogue.area_label(line.row["area"]) for line in read]
    what = f"{wanted.catalogue.label(row['measure'])}{category(row)}"
    length = f"{row['months']}-month {_WHAT[figures]}"
    told = [f"{name} {words.figure(line.latest[1], figures)}" for name, line in zip(called, read, strict=True)]
    marks = _marks(read)
    courses = [f"{name}: {extremes(line.ends, line.values, figures)}" for name, line in zip(called, read, strict=True)]
    return lines.Lines(
        title=f"{what}: {length} to {words.long_month(max(line.latest[0] for line in read))}",
        subtitle="; ".join(told),
        alt=f"Line chart of the {length} of {what}, a line for each of {listing(called, 6)}. {' '.join(courses)}"
        f"{marks_in_words(marks)}",
        x_title=f"{row['months']} months to",
        y_title=_Y[figures],
        series=[Series(name, line.ends, line.values) for name, line in zip(called, read, strict=True)],
        marks=marks,
        figures=figures,
        note=_note(read, "Counts, not rates: forces differ in size." if figures == "count" else ""),
        name=file_name(row["measure"], *(line.row["area"] for line in read[:3]), *_of(row), "lines"),
    )


def _multiples(read: Sequence[_Line], wanted: Wanted) -> Chart:
    catalogue, first, figures = wanted.catalogue, read[0].row, read[0].figures
    areas = list(dict.fromkeys(line.row["area"] for line in read))
    measures = list(dict.fromkeys(line.row["measure"] for line in read))
    called = []
    for line in read:
        measure = f"{catalogue.label(line.row['measure'])}{category(line.row)}"
        area = catalogue.area_label(line.row["area"])
        plain = len(measures) == 1 and not category(line.row)
        called.append(measure if len(areas) == 1 else area if plain else f"{measure}, {area}")
    length = f"{first['months']}-month {_WHAT[figures]}"
    whose = catalogue.area_label(areas[0]) if len(areas) == 1 else f"{len(areas)} areas"
    about = catalogue.label(measures[0]) if len(measures) == 1 else f"{len(measures)} measures"
    marks = _marks(read)
    ends = [line.latest[0] for line in read]
    told = [f"{name} {words.figure(line.latest[1], figures)}" for name, line in zip(called, read, strict=True)]
    courses = [f"{name}: {extremes(line.ends, line.values, figures)}" for name, line in zip(called, read, strict=True)]
    scale = "Each panel is on its own scale from zero."
    if any(line.then is not None for line in read):
        scale = f"{scale[:-1]}; dashed: {first['months']} months to {words.long_month(wanted.baseline)}."
    return multiples.Multiples(
        title=f"{about}, {whose}: {length} to {words.long_month(max(ends))}",
        subtitle="; ".join(told) if len(told) <= 4 else scale.rstrip("."),
        alt=f"Small multiples: a line chart of the {length} for each of {len(read)} series. {' '.join(courses)}"
        f"{marks_in_words(marks)}",
        x_title=f"{first['months']} months to",
        y_title="",
        series=[Series(name, line.ends, line.values) for name, line in zip(called, read, strict=True)],
        marks=marks,
        figures=figures,
        note=_note(read, scale),
        name=file_name(*measures[:3], *areas[:2], "multiples"),
        levels=[line.then for line in read],
        touched=[line.marks for line in read],
    )


def _marks(read: Sequence[_Line]) -> list[Mark]:
    """The declared changes that touch any of the series, each once, oldest first."""
    every = {(mark.day, mark.label): mark for line in read for mark in line.marks}
    return [every[key] for key in sorted(every)]


def _note(read: Sequence[_Line], first: str) -> str:
    gaps = any(value is None for line in read for value in line.values[:-1])
    return " ".join(part for part in (first, "A line breaks where a window is not whole." if gaps else "") if part)


def _of(row: dict[str, Any]) -> tuple[str, ...]:
    return () if row["dimension"] == "all" else (str(row["dimension"]), str(row["category"]))
