"""Records whose offence text names no Home Office subgroup: said with their counts, and what they make unknown.

A text that no measure knows counts in none. One that names a group only (Robbery, Burglary) counts in the group's
measure, and leaves every measure of a part of it too small: those are not known in its months.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pmcli.notes import listing
from pmcli.sources.classify import held
from pmcli.sources.reading.report import Report, counted, verb
from pmcli.sources.records.mapping import RecordsMapping
from pmcli.sources.records.texts import Texts
from pmcli.sources.records.tree import GROUPS

_SHOWN: Final = 5
_NAME: Final = "ho_subgroup"


def unplaced(
    crimes: pl.DataFrame,
    conditions: Mapping[str, tuple[str, frozenset[str]]],
    texts: Texts,
    mapping: RecordsMapping,
    report: Report,
) -> pl.DataFrame:
    """The months in which measures are not known because some records name their group only: measure, _force, _month.

    conditions: those of the measures that are loaded (see count.conditions). Texts that fit nothing are reported.
    """
    known = pl.DataFrame(schema={"measure": pl.String, "_force": pl.UInt32, "_month": pl.Int32})
    mine = {measure: condition for measure, (condition, names) in conditions.items() if names == {_NAME}}
    if not any(_NAME in names for _, names in conditions.values()):
        return known
    raw = texts.raw(_NAME)
    kinds = crimes.select(raw).group_by(raw).agg(pl.len())
    kinds = kinds.with_columns(texts.typed(kinds, [_NAME])[_NAME].fill_null("").alias("_text"))
    distinct = kinds.group_by(pl.col("_text").alias(_NAME)).agg(pl.col("len").sum())
    distinct = distinct.sort(["len", _NAME], descending=[True, False])
    counts = _counts_in(distinct, mine, mapping.source)
    column = mapping.columns.get(_NAME, mapping.columns.get("ho_code", ""))
    # A subgroup that none of the measures asked for counts is known all the same.
    strange = [not found and text not in texts.subgroups for found, text in zip(counts, distinct[_NAME], strict=True)]
    _say_unknown(distinct.filter(pl.Series(strange, dtype=pl.Boolean)), column, report)
    # Two groups may leave one measure unknown: Theft offences and Burglary are both more than residential burglary.
    return pl.concat([known, *_group_only(crimes, kinds, distinct, counts, mine, mapping, texts, report)]).unique()


def _counts_in(texts: pl.DataFrame, conditions: Mapping[str, str], source: str) -> list[set[str]]:
    """The measures that each text counts in."""
    masks = held(texts, conditions, source, [_NAME])
    rows = zip(*(mask.to_list() for mask in masks.values()), strict=True) if masks else ((),) * texts.height
    return [{measure for measure, counts in zip(masks, row, strict=True) if counts} for row in rows]


def _say_unknown(unknown: pl.DataFrame, column: str, report: Report) -> None:
    if unknown.is_empty():
        return
    rows = int(unknown["len"].sum())
    shown = [f"{text!r} ({number:,})" if text else f"blank ({number:,})" for text, number in unknown.rows()]
    have = f"{counted(rows, 'crime')} {verb(rows, 'have')} a {column!r} that fits no subgroup of the Home Office"
    report.leave_out(
        f"records: {have}, and {verb(rows, 'count')} in no measure by it: {listing(shown, _SHOWN)}; [subgroups] in the "
        "mapping says what they are"
    )


def _group_only(
    crimes: pl.DataFrame,
    kinds: pl.DataFrame,
    distinct: pl.DataFrame,
    counts: list[set[str]],
    conditions: Mapping[str, str],
    mapping: RecordsMapping,
    texts: Texts,
    report: Report,
) -> list[pl.DataFrame]:
    found = []
    for (text, number), own in zip(distinct.rows(), counts, strict=True):
        parts = _parts_of(text, own, conditions, mapping.source, texts)
        if not parts:
            continue
        raw = texts.raw(_NAME)
        mine = kinds.filter(pl.col("_text") == text).select(raw)
        months = crimes.select("_force", "_month", *raw).join(mine, on=raw, how="semi", nulls_equal=True)
        months = months.select(pl.col("_force").cast(pl.UInt32), pl.col("_month").cast(pl.Int32)).unique()
        found.append(months.join(pl.DataFrame({"measure": sorted(parts)}), how="cross").select(*_KEY))
        when = f"{'that' if months.height == 1 else 'those'} {counted(months.height, 'month')}"
        report.note(
            f"records: {counted(number, 'crime')} {verb(number, 'are')} {text!r} and nothing more: "
            f"{listing(sorted(parts), 4)} {verb(len(parts), 'are')} not known in {when}"
        )
    return found


_KEY: Final = ("measure", "_force", "_month")


def _parts_of(text: str, own: set[str], conditions: Mapping[str, str], source: str, texts: Texts) -> set[str]:
    """The measures that a record of this text may belong to and is not counted in.

    A text that is no subgroup and begins with a group's name (Robbery - street) is of that group as well.
    """
    group = text if text in GROUPS else ""
    if not group and text not in texts.subgroups:
        group = max((name for name in GROUPS if text.lower().startswith(name.lower())), key=len, default="")
    if not group:
        return set()
    parts = pl.DataFrame({_NAME: list(GROUPS[group])})
    return set().union(*_counts_in(parts, conditions, source)) - own
