"""What is said of labels and kinds: those of a mapping that fit no row, those that nobody knows, how each was taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from pmcli.sources.reading.raw import RawTable, plain_label, without_footnotes
from pmcli.sources.reading.report import Learned, Report, counted, verb

if TYPE_CHECKING:
    from pmcli.sources.classify import Rule

_SHOWN: Final = 3


def note_unmatched(
    frame: pl.DataFrame,
    kinds: pl.DataFrame,
    pairs: pl.DataFrame,
    rule: Rule,
    classification: Sequence[str],
    report: Report,
    source: str,
) -> None:
    """Name the conditions and labels of a mapping that no row fits, and the commonest texts that fit none."""
    have = set(pairs["measure"].unique().to_list())
    if rule.label and rule.named and not rule.conditions:
        texts = {plain_label(text or "") for text in kinds[rule.label].to_list()}
        texts |= {plain_label(without_footnotes(text)) for text in texts}
        lacking = [f"{name!r} ({rule.labels[name]})" for name in rule.named if plain_label(name) not in texts]
        what = "label"
    else:
        lacking = [name for name in rule.named if name not in have]
        what = "condition"
    if not lacking:
        return
    left = frame.join(pairs, on="_kind", how="anti")
    texts_left = []
    for (kind,) in (
        left.group_by("_kind").len().sort("len", "_kind", descending=[True, False]).head(_SHOWN).select("_kind").rows()
    ):
        row = kinds.filter(pl.col("_kind") == kind).row(0, named=True)
        texts_left.append(repr(" / ".join(str(row[name]) for name in classification if row[name])))
    shown = ", ".join(lacking[:12]) + (f" and {len(lacking) - 12} more" if len(lacking) > 12 else "")
    one = len(lacking) == 1
    report.note(
        f"{source}: no row fits the {what}{'' if one else 's'} of the mapping {'for ' if what == 'condition' else ''}"
        f"{shown}" + (f"; rows that fit none: {', '.join(texts_left)}" if texts_left else "")
    )


def note_strange(
    frame: pl.DataFrame,
    kinds: pl.DataFrame,
    rule: Rule,
    classification: Sequence[str],
    report: Report,
    source: str,
) -> None:
    """Name what conditions may have missed: texts that no publisher is known to write, and texts that stand under two
    others where all the rest stand under one."""
    if not rule.conditions or not classification:
        return
    counts = dict(frame.group_by("_kind").len().rows())
    for column in rule.texts:
        strange = _strange(kinds, column, rule)
        names = strange[column].unique().drop_nulls().sort().to_list()
        if names:
            rows = sum(counts.get(kind, 0) for kind in strange["_kind"].to_list())
            report.note(
                f"{source}: {counted(rows, 'row')} with a text in {column} that pm does not know: "
                + ", ".join(map(repr, names[:_SHOWN]))
                + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
            )
    if rule.named:
        spoken = [
            name for name in classification if any(name.lower() in text.lower() for text in rule.conditions.values())
        ]
        for upper, lower in ((a, b) for a in spoken for b in spoken if a != b):
            _note_two_groups(kinds, upper, lower, report, source)


def without_doubtful(
    totals: pl.DataFrame,
    frame: pl.DataFrame,
    kinds: pl.DataFrame,
    pairs: pl.DataFrame,
    areas: pl.DataFrame,
    rule: Rule,
    report: Report,
    source: str,
) -> pl.DataFrame:
    """`totals` without the figures that a renamed or misspelt text may have left short.

    A row whose subgroup nobody knows counts in its group's measure, but one of the group's parts may lack it: the
    measures in which its key (its offence code) counts under names that are known; where no row has that key, all that
    count in the same group. So it is with a group that nobody knows, above a subgroup that others have.
    totals: measure, area, period_end, months, value, base, perhaps `_table`. frame: one row for each of the file's.
    """
    doubts = _doubts(kinds, pairs, rule)
    if doubts.is_empty():
        return totals
    rows = frame.filter(pl.col("value").fill_null(1) != 0).join(doubts, on="_kind").join(areas, on="_area")
    by = [name for name in ("measure", "area", "period_end", "months", "_table") if name in totals.columns]
    hit = totals.filter(pl.col("value").is_not_null()).join(rows, on=by, how="semi")
    if not hit.height:
        return totals
    names = ", ".join(hit["measure"].unique().sort().to_list())
    report.note(
        f"{source}: {counted(hit.height, 'figure')} of {names} {verb(hit.height, 'are')} not known: rows of the same "
        "group have a text that pm does not know, and may belong to them (a measure of your own whose condition names "
        "the text settles it)"
    )
    known = totals.join(hit.select(by), on=by, how="anti", nulls_equal=True)
    empty = hit.with_columns(pl.lit(None, dtype=totals.schema[name]).alias(name) for name in ("value", "base"))
    return pl.concat([known, empty])


def _doubts(kinds: pl.DataFrame, pairs: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Which kind may count in which measure beside those that it does: columns _kind, measure."""
    none = pl.DataFrame(schema={"_kind": kinds.schema["_kind"], "measure": pl.String})
    if len(rule.texts) < 2:
        return none
    plain = kinds.with_columns(pl.col(*rule.texts, *rule.key).str.strip_chars().str.to_lowercase())
    odd = {column: _strange(plain, column, rule)["_kind"].implode() for column in rule.texts}
    clear = plain.filter(~pl.any_horizontal(pl.col("_kind").is_in(those) for those in odd.values())).join(
        pairs, on="_kind"
    )
    found = [none]
    for column in rule.texts:
        others = [name for name in rule.texts if name != column]
        some = plain.filter(pl.col("_kind").is_in(odd[column]))
        alike = some.join(clear.select(*others, *rule.key, "measure").unique(), on=[*others, *rule.key])
        lost = some.join(alike, on="_kind", how="anti").join(clear.select(*others, "measure").unique(), on=others)
        found += [part.select("_kind", "measure") for part in (alike, lost)]
    return pl.concat(found).unique().join(pairs, on=["_kind", "measure"], how="anti")


def _strange(kinds: pl.DataFrame, column: str, rule: Rule) -> pl.DataFrame:
    """The kinds whose text in a column is neither in a condition nor one that publishers are known to write."""
    literals = {text.lower() for condition in rule.conditions.values() for text in re.findall(r"'([^']*)'", condition)}
    known = literals | {text.lower() for text in rule.texts[column]}
    return kinds.filter(~pl.col(column).str.strip_chars().str.to_lowercase().is_in(list(known)))


def _note_two_groups(kinds: pl.DataFrame, upper: str, lower: str, report: Report, source: str) -> None:
    plain = kinds.select(pl.col(upper, lower).str.strip_chars().str.to_lowercase()).unique().drop_nulls()
    groups = plain.group_by(lower).agg(pl.col(upper).sort()).with_columns(pl.col(upper).list.len().alias("_many"))
    odd = groups.filter(pl.col("_many") > 1).sort(lower)
    if (
        odd.height
        and groups.height > 4
        and odd.height < 0.2 * groups.height
        and plain[upper].n_unique() < groups.height
    ):
        text, under = odd.row(0)[:2]
        report.note(f"{source}: {text!r} is under {' and '.join(map(repr, under))} of {upper}; the rest under one each")


def learn_labels(
    frame: pl.DataFrame,
    kinds: pl.DataFrame,
    pairs: pl.DataFrame,
    areas: pl.DataFrame,
    classification: Sequence[str],
    report: Report,
    source: str,
    tables: Sequence[RawTable],
) -> None:
    """Keep what every label and every area was taken for."""
    if not report.explain:
        return
    measures = dict(pairs.sort("measure").group_by("_kind").agg("measure").rows())
    labels = {
        row["_kind"]: " / ".join(str(row[name]) for name in classification if row[name])
        for row in kinds.iter_rows(named=True)
    }
    column = ", ".join("measure" if name == "_label" else name for name in classification)
    names = {number: (name or "", area) for number, name, area in areas.select("_area", "_name", "area").rows()}
    for table, kind, count in frame.group_by("_table", "_kind").len().sort("_table", "_kind").rows():
        file, sheet = (tables[table].file.name, tables[table].sheet) if table < len(tables) else (source, "")
        of = measures.get(kind, [])
        remark = "" if of else "left out: no measure"
        report.learn(Learned(file, sheet, column, labels[kind], "measure", ", ".join(of), count, remark))
    for table, area, count in frame.group_by("_table", "_area").len().sort("_table", "_area").rows():
        file, sheet = (tables[table].file.name, tables[table].sheet) if table < len(tables) else (source, "")
        report.learn(Learned(file, sheet, "area", names[area][0], "area", names[area][1], count))
