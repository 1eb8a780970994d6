"""What `pm load --explain` prints: how every column, label, area and period of an extract was understood."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Learned, Report

COLUMNS: Final = {
    "file": pl.String,
    "sheet": pl.String,
    "column": pl.String,
    "label": pl.String,
    "role": pl.String,
    "taken_as": pl.String,
    "count": pl.Int64,
    "remark": pl.String,
}

_ORDER: Final = ("sheet", "column", "measure", "area", "period", "left out", "note")
_ROLES: Final = {"_label": "measure", "_value": "value", "_base": "base", "_months": "months", "_part": "partnership"}


def listing(report: Report) -> pl.DataFrame:
    """One row a thing understood: file, sheet, column, label, role, taken_as, count, remark.

    role is column, measure, area, period, sheet, left out or note. taken_as: what it was taken for, "" for nothing.
    count: the cells, rows or figures it stands for. remark: why it is left out, or what is to be known of it.
    """
    said = [
        *report.learned,
        *(Learned(p.file, p.sheet, "", p.example, "left out", "", p.count, p.sentence()) for p in report.problems),
        *(Learned("", "", "", "", "left out", "", None, sentence) for sentence in report.left_out),
        *(Learned("", "", "", "", "note", "", None, sentence) for sentence in report.notes),
    ]
    said.sort(key=lambda entry: _ORDER.index(entry.role))
    rows = [
        (e.file, e.sheet.strip(), e.column, e.label, e.role, e.taken_as, e.count, e.remark) for e in dict.fromkeys(said)
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def learn_columns(tables: Iterable[RawTable], report: Report) -> None:
    """Keep which column of every table was used, and for what."""
    for table in tables if report.explain else ():
        for place, (name, cell) in enumerate(zip(table.columns, table.header, strict=False)):
            # A table that is not held has no cells to count here.
            held = table.rows is None and name in table.frame.columns
            filled = table.frame.height - table.frame[name].null_count() if held else None
            used = table.used.get(place, "")
            if not cell and not filled:
                continue
            taken = "period" if used.startswith("_period") else _ROLES.get(used, used)
            taken = "condition" if taken == cell else taken
            remark = "" if used else "not used"
            called = cell or f"(column {place + 1})"
            report.learn(Learned(table.file.name, table.sheet, called, "", "column", taken, filled, remark))
