"""Rows that are the sum of others: a total among the districts of a force, a total among its offences.

Counted as one more district, a total doubles the force. One that calls itself a total, or has the force's own name, is
left out and held against the sum; one that only looks like it (a district equal to all the others together) makes the
force not known until the mapping says what it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue, slug
from pmcli.sources.counts.mapping import CountsMapping
from pmcli.sources.layout import Context
from pmcli.sources.reading.raw import RawTable, plain_label, without_footnotes
from pmcli.sources.reading.report import Learned, Report, counted

_TOTAL: Final = re.compile(
    r"(?:grand |sub[- ]?|force |overall |area |district |borough |region |all )?totals?(?: \(.*\)|:)?|.* totals?"
    r"|totals? (?:all|for|of|-) ?.*|sub[- ]?total.*|sum|overall|all|all (?:districts|boroughs|areas|forces|wards|csps|"
    r"offences|crimes?|divisions|beats)|(?:force|county|borough|london)[- ]?wide|whole (?:force|county|area)"
)


def is_total(text: str) -> bool:
    """Whether a name calls itself the sum of others: Total, Grand Total, All districts, Force-wide."""
    return _TOTAL.fullmatch(plain_label(without_footnotes(text))) is not None


def is_total_of(text: str, mapping: CountsMapping, catalogue: Catalogue) -> bool:
    """Whether a district's name is that of all of them: a total, what the mapping calls one, or the force itself."""
    if slug(text) in map(slug, mapping.totals):
        return True
    if slug(text) in map(slug, mapping.districts):
        return False
    return is_total(text) or catalogue.area_id(text) == (mapping.force, True)


def without_totals(
    frame: pl.DataFrame, tables: Sequence[RawTable], mapping: CountsMapping, context: Context
) -> pl.DataFrame:
    """The rows of districts without those of their totals, which are named, counted and held against the sum.

    frame: area (the district as written), period_end, months, value, `_table`, `_row`, and what classifies a row.
    """
    names = [name for name in frame["area"].unique().drop_nulls().sort().to_list() if name.strip()]
    totals = [name for name in names if is_total_of(name, mapping, context.catalogue)]
    strange = []
    if mapping.districts:
        known = {slug(name) for name in (*mapping.districts, *mapping.gone)}
        strange = [name for name in names if name not in totals and slug(name) not in known]
    for kind, found in (("total", totals), ("not one of the districts that the mapping names", strange)):
        for name in found:
            rows = frame.filter(pl.col("area") == name)
            for (table,), part in rows.group_by("_table", maintain_order=True):
                what = f"a {kind} of the districts" if kind == "total" else kind
                at, report = tables[int(str(table))], context.report
                report.leave_out(f"{at.where}: {counted(part.height, 'figure')} of {name!r} left out: it is {what}")
                file, sheet, remark = at.file.name, at.sheet, f"left out: {what}"
                report.learn(Learned(file, sheet, mapping.district, name, "area", "", part.height, remark))
    left = frame.filter(pl.col("area").is_null() | ~pl.col("area").is_in([*totals, *strange]))
    if totals:
        places = [table.where for table in tables]
        _compare(frame.filter(pl.col("area").is_in(totals)), left, places, context.report)
    return left


def _compare(totals: pl.DataFrame, parts: pl.DataFrame, places: Sequence[str], report: Report) -> None:
    """Say where a total is not the sum of what it is the total of."""
    kinds = [name for name in parts.columns if name not in ("area", "value", "base", "_row", "_dotted")]
    summed = parts.group_by(kinds).agg(pl.col("value").sum().alias("_sum"), pl.col("value").null_count().alias("_null"))
    both = totals.join(summed, on=kinds, how="inner", nulls_equal=True).filter(pl.col("_null") == 0)
    differ = both.filter((pl.col("value") - pl.col("_sum")).abs() > 0.5).sort("_table", "_row")
    if differ.height:
        row = differ.row(0, named=True)
        report.note(
            f"{places[row['_table']]}: {counted(differ.height, 'total')} not the sum of the rows beside it; the first "
            f"is row {row['_row']:,}, {row['value']:g} for {row['_sum']:g}"
        )


def without_total_labels(
    frame: pl.DataFrame, kinds: Sequence[str], table: RawTable, mapping: CountsMapping, report: Report
) -> pl.DataFrame:
    """The rows without those that are totals over the offences, where conditions would count them once more.

    A condition that names a total itself is taken at its word, and so is a table of nothing but totals.
    """
    spoken = [plain_label(text) for condition in mapping.where.values() for text in re.findall(r"'([^']*)'", condition)]
    found: set[tuple[str, str]] = set()
    for name in kinds:
        texts = [text for text in frame[name].unique().drop_nulls().to_list() if text.strip()]
        totals = [text for text in texts if is_total(text) and plain_label(text) not in spoken]
        if totals and len(totals) < len(texts):
            found |= {(name, text) for text in totals}
    if not found:
        return frame
    mask = pl.any_horizontal([(pl.col(name) == text).fill_null(False) for name, text in sorted(found)])
    rows = frame.filter(mask)
    shown = ", ".join(sorted({repr(text) for _, text in found})[:3])
    report.leave_out(f"{table.where}: {counted(rows.height, 'figure')} of {shown} left out: totals of other rows")
    return frame.filter(~mask)
