"""What `pm load --explain` says of crime records: which column was taken for what, and which text counts in what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Learned, Report
from pmcli.sources.records.count import masks, told_by
from pmcli.sources.records.mapping import RecordsMapping
from pmcli.sources.records.texts import Texts

_AS_ONE: Final = ("victim_age",)
"""Names with too many values to list: a measure that tests one is said by its condition."""


def learn_columns(tables: Sequence[RawTable], mapping: RecordsMapping) -> None:
    """Mark the mapped columns of the tables with the roles that they have; one column may hold several flags."""
    roles: dict[str, list[str]] = {}
    named = {**mapping.columns, **{name: flag.column for name, flag in mapping.flags.items()}, **mapping.by}
    for role, column in named.items():
        roles.setdefault(column, []).append(role)
    for table in tables:
        for column, names in roles.items():
            place = find_column(table.header, column)
            if place is not None:
                table.used[place] = ", ".join(names)


def learn_labels(
    crimes: pl.DataFrame,
    forces: Sequence[str],
    conditions: Mapping[str, tuple[str, frozenset[str]]],
    texts: Texts,
    mapping: RecordsMapping,
    report: Report,
    file: str,
) -> None:
    """Keep which texts of the crimes counted (`count.conditions`) are which measure, and how many crimes have them.

    crimes: after repeats and cancelled ones went. file: what the rows are said to come from.
    """
    if not report.explain:
        return
    for raw, mine in told_by(conditions, texts):
        for label, column, taken, count in _labels(crimes, raw, mine, texts, mapping):
            remark = "" if taken else "counts in no measure by it"
            report.learn(Learned(file, "", column, label, "measure", taken, count, remark))
    counts = crimes.group_by("_force").len().sort("_force")
    column = mapping.columns.get("force", "")
    for place, number in counts.rows():
        force = forces[place]
        report.learn(Learned(file, "", column, force, "area", force, number, "" if column else "the mapping says so"))


def _labels(
    crimes: pl.DataFrame,
    raw: Sequence[str],
    conditions: Mapping[str, tuple[str, frozenset[str]]],
    texts: Texts,
    mapping: RecordsMapping,
) -> list[tuple[str, str, str, int]]:
    """(label, columns, measures that it counts in, crimes) of the texts in the columns `raw` that conditions test."""
    if not raw:
        return [("every crime", "", ", ".join(conditions), crimes.height)]
    called = {mapping.stored[name]: column for name, column in mapping.categories.items()}
    column = ", ".join(called[name] for name in raw)
    kinds = crimes.group_by(raw).agg(pl.len()).sort(["len", *raw], descending=[True, *[False] * len(raw)])
    held = masks(kinds, raw, conditions, texts, mapping.source)
    if any(set(names) & set(_AS_ONE) for _, names in conditions.values()):
        return [
            (told, column, measure, int(kinds.filter(held[measure])["len"].sum()))
            for measure, (told, _) in conditions.items()
        ]
    found = []
    for place, (*cells, count) in enumerate(kinds.rows()):
        label = " / ".join(str(cell).strip() if cell and str(cell).strip() else "(blank)" for cell in cells)
        found.append((label, column, ", ".join(measure for measure, mask in held.items() if mask[place]), count))
    return found
