"""From a layout's long rows to observations: measures by the catalogue's conditions, areas by their ids, sums.

Conditions and names are worked out on the distinct classifications and names, a few hundred at most, and joined back.
A sum over anything not known is not known: it is null, never a smaller total. A row given twice is an error that names
both rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from types import MappingProxyType
from typing import Final, NamedTuple

import polars as pl

from pmcli.catalogue import Catalogue, slug
from pmcli.errors import PmError, did_you_mean
from pmcli.notes import listing
from pmcli.sources.bases import with_known_bases, with_whole_counts
from pmcli.sources.reading.raw import RawTable, plain_label, without_footnotes
from pmcli.sources.reading.report import Report, counted, verb
from pmcli.sources.reading.values import DOTTED
from pmcli.sources.repeats import refuse_repeats
from pmcli.sources.tracing import HEADING, PARTS, Trace
from pmcli.sources.unfinished import refuse_unfinished
from pmcli.sources.unmatched import learn_labels, note_strange, note_unmatched, without_doubtful

RESERVED: Final = ("_table", "_row", "area", "period_end", "months", "value", "base", DOTTED, PARTS, HEADING)
"""The columns of a layout's long frame that are not part of its classification."""

_SHOWN: Final = 3


class Rule(NamedTuple):
    """How rows become measures: an SQL condition a measure, or a label that names one.

    conditions: measure id -> condition on the classification columns. labels: text of `label` -> measure id.
    force: the force whose districts the areas are, or "". key: classification columns that alone identify a row among
    the tables given (others may be named differently in another vintage); () for all of them.
    known: classification texts that are as published though only broad measures, as all-crime, count them. texts:
    column -> the texts that publishers have in it beside those in conditions; any other is named.
    by_table: keep what each table says apart (in `_table`), to be settled afterwards; overlaps: they may give the same
    figures. based: a share or mean is known only with its base (see bases.py). named: the measures (or labels) that the
    user asks for, which are named when no row has them. whole: look for counts that are no whole numbers.
    """

    conditions: Mapping[str, str] = MappingProxyType({})
    labels: Mapping[str, str] = MappingProxyType({})
    label: str = ""
    force: str = ""
    key: tuple[str, ...] = ()
    known: Set[str] = frozenset()
    by_table: bool = False
    overlaps: bool = False
    based: bool = False
    named: tuple[str, ...] = ()
    whole: bool = False
    texts: Mapping[str, Sequence[str]] = MappingProxyType({})


def catalogue_rule(
    catalogue: Catalogue, source: str, key: tuple[str, ...] = (), texts: Mapping[str, Sequence[str]] | None = None
) -> Rule:
    """The catalogue's conditions for a source."""
    found = {measure.id: measure.where[source] for measure in catalogue.measures.values() if source in measure.where}
    return Rule(conditions=found, key=key, whole=True, texts=texts or {})


def observe(
    rows: pl.LazyFrame,
    source: str,
    rule: Rule,
    catalogue: Catalogue,
    report: Report,
    places: Sequence[str],
    tables: Sequence[RawTable] = (),
    *,
    trace: Trace | None = None,
) -> pl.DataFrame:
    """Observations (without their order and final dtypes) of a layout's long rows.

    rows: the classification's columns, area (as written), period_end, months, value, perhaps base, and `_table` and
    `_row`, which say where a row stands. places: how messages name each `_table`. tables: they themselves, where what
    else is in a row may be asked for. trace: keeps the rows of a figure that is asked about.
    Raises PmError when a condition is not valid for the source, or a row is given twice.
    """
    frame = _with_area(rows.collect(), report, places)
    classification = [name for name in frame.columns if name not in RESERVED]
    frame, kinds = _number_distinct(frame, classification, "_kind")
    if rule.conditions:
        refuse_unfinished(frame, kinds, classification, places)
    pairs = _measures(kinds, rule, source)
    frame, areas = _number_distinct(frame, ["area"], "_area")
    areas = area_ids(areas, rule.force, catalogue, report, source)
    _note_unclassified(frame, kinds, pairs, classification, report, source)
    note_unmatched(frame, kinds, pairs, rule, classification, report, source)
    note_strange(frame, kinds, rule, classification, report, source)
    learn_labels(frame, kinds, pairs, areas, classification, report, source, tables)
    _note_renamed(frame, kinds, pairs, rule, report, source)
    every = frame
    frame = frame.join(pairs.select("_kind").unique(), on="_kind", how="semi")
    refuse_repeats(frame, kinds, areas, classification, rule.key, places, by_table=rule.overlaps, tables=tables)
    if rule.whole:
        frame = with_whole_counts(frame, pairs, catalogue, report, places)
    if rule.based:
        frame = with_known_bases(frame, pairs, catalogue, report, places)
    if trace is not None:
        trace.classed(frame, pairs, areas, source, tables)
    if "base" not in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.Float64).alias("base"))
    # Kinds that make up the same measures are summed together first: the rows are then few when they are spread out
    # over the measures that they count in.
    alike = pairs.sort("measure").group_by("_kind").agg("measure").with_columns(pl.col("measure").list.join("\0"))
    alike = alike.with_columns(pl.col("measure").rank("dense").cast(pl.UInt32).alias("_alike"))
    by = ["_area", "period_end", "months", *(["_table"] if rule.by_table else [])]
    summed = frame.join(alike.select("_kind", "_alike"), on="_kind").group_by("_alike", *by).agg(*_sums())
    spread = alike.select("_alike", pl.col("measure").str.split("\0")).unique("_alike").explode("measure")
    joined = areas.join(summed.join(spread, on="_alike"), on="_area")
    by = ["measure", "area", *by[1:]]
    totals = joined.group_by(by).agg(*_sums("_unknown"), pl.col("_known").sum())
    totals = totals.with_columns(
        pl.when(pl.col("_unknown") == 0).then("value").alias("value"),
        pl.when(pl.col("_unknown") == 0).then("base").alias("base"),
    )
    _note_unknown(totals, report, source)
    totals = without_doubtful(totals, every, kinds, pairs, areas, rule, report, source)
    return totals.select(
        pl.lit(source).alias("source"),
        "measure",
        "area",
        pl.lit("all").alias("dimension"),
        pl.lit("all").alias("category"),
        "period_end",
        "months",
        "value",
        "base",
        pl.lit(None, dtype=pl.Float64).alias("effective"),
        *(["_table"] if rule.by_table else []),
    )


def _with_area(frame: pl.DataFrame, report: Report, places: Sequence[str]) -> pl.DataFrame:
    named = pl.col("area").str.strip_chars().fill_null("") != ""
    blank = frame.filter(~named)
    if not blank.height:
        return frame
    for (table,), part in blank.sort("_table", "_row").group_by("_table", maintain_order=True):
        report.problem(
            places[int(str(table))],
            "rows dropped: the area is blank (a name that stands for the rows under it has to be in each of them)",
            part.height,
            row=part["_row"][0],
        )
    return frame.filter(named)


def _sums(unknown: str | None = None) -> list[pl.Expr]:
    base = pl.when(pl.col("base").null_count() == 0).then(pl.col("base").sum()).alias("base")
    if unknown:
        return [pl.col("value").sum(), base, pl.col(unknown).sum()]
    return [
        pl.col("value").sum(),
        base,
        pl.col("value").null_count().alias("_unknown"),
        pl.col("value").count().alias("_known"),
    ]


def _number_distinct(frame: pl.DataFrame, columns: Sequence[str], name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`frame` with the distinct combinations of `columns` as a number, and the combinations with their numbers."""
    if not columns:  # a table about one measure, in which nothing else tells rows apart
        one = pl.DataFrame({name: [0]}, schema={name: pl.UInt32})
        return frame.with_columns(pl.lit(0, dtype=pl.UInt32).alias(name)), one
    distinct = frame.select(columns).unique(maintain_order=True).with_row_index(name)
    joined = frame.join(distinct, on=list(columns), how="left", nulls_equal=True, maintain_order="left")
    return joined.drop(columns), distinct


def _measures(kinds: pl.DataFrame, rule: Rule, source: str) -> pl.DataFrame:
    """Which kind counts in which measure: columns _kind, measure."""
    texts = [name for name, dtype in kinds.schema.items() if dtype == pl.String]
    trimmed = kinds.with_columns(pl.col(texts).str.replace_all(r"\s+", " ").str.strip_chars())
    lowered = trimmed.with_columns(pl.col(texts).str.to_lowercase())
    pairs = [pl.DataFrame(schema={"_kind": kinds.schema["_kind"], "measure": pl.String})]
    lower = {measure: _lower(condition) for measure, condition in rule.conditions.items()}
    as_written = {measure: rule.conditions[measure] for measure, text in lower.items() if not text}
    without_case = {measure: text for measure, text in lower.items() if text}
    masks = held(lowered, without_case, source, texts) | held(trimmed, as_written, source, texts)
    for measure in rule.conditions:
        pairs.append(trimmed.filter(masks[measure]).select("_kind", pl.lit(measure).alias("measure")))
    if rule.labels:
        known = {plain_label(label): measure for label, measure in rule.labels.items()}
        labels = [label or "" for label in trimmed[rule.label].to_list()]
        # The file's label as it is goes first, so that Code 1 and Code 2 stay apart where the mapping names both.
        found = [known.get(plain_label(label)) or known.get(plain_label(without_footnotes(label))) for label in labels]
        ids = pl.Series("measure", found, dtype=pl.String)
        pairs.append(trimmed.select("_kind", ids).drop_nulls())
    return pl.concat(pairs).unique()


def _lower(condition: str) -> str:
    """The condition with its texts in small letters, for they are compared without case; "" for one with a pattern, in
    which letters have meanings."""
    if re.search(r"(?i)\b(?:rlike|regexp)\b|~", condition):
        return ""
    return re.sub(r"'(?:[^']|'')*'", lambda text: text[0].lower(), condition)


def held(
    kinds: pl.DataFrame, conditions: Mapping[str, str], source: str, columns: Sequence[str]
) -> dict[str, pl.Series]:
    """Measure -> which of `kinds` its condition picks, all in one go.

    Raises PmError, naming the measure, for what is no condition on `columns`.
    """
    asked = {measure: _condition(text, measure, source, columns) for measure, text in conditions.items()}
    try:
        found = kinds.with_columns(**asked).select(*asked)  # a condition without columns is one value for all
    except pl.exceptions.PolarsError as error:
        if len(asked) > 1:  # by itself each says which it is
            for measure, text in conditions.items():
                held(kinds, {measure: text}, source, columns)
        ((measure, text), *_) = conditions.items()
        raise PmError(f"{_of(measure, source)} cannot be worked out: {text}", str(error).splitlines()[0]) from error
    for measure, text in conditions.items():
        if found.schema[measure] != pl.Boolean:
            raise PmError(f"{_of(measure, source)} is not a condition: {text}", "Write one, as offence = 'Homicide'.")
    return {measure: found[measure].fill_null(False) for measure in conditions}


def _of(measure: str, source: str) -> str:
    return f"the condition of the measure {measure} for {source} data"


def _condition(text: str, measure: str, source: str, columns: Sequence[str]) -> pl.Expr:
    """A condition as an expression. Raises PmError when it is not one on `columns`."""
    try:
        expression = pl.sql_expr(text)
        unknown = [name for name in expression.meta.root_names() if name not in columns]
    except pl.exceptions.PolarsError as error:
        raise PmError(f"{_of(measure, source)} is not SQL: {text}", str(error).splitlines()[0]) from error
    if unknown:
        listed = f"The columns are {', '.join(columns)}."
        raise PmError(
            f"{_of(measure, source)} names a column that the data lack: {unknown[0]}",
            did_you_mean(unknown[0], columns, listed),
        )
    return expression


def area_ids(areas: pl.DataFrame, force: str, catalogue: Catalogue, report: Report, source: str) -> pl.DataFrame:
    """Each name as written (`_name`, once `area`) beside its area id; names that nobody knows are noted."""
    ids = []
    unknown = {}
    for name in areas["area"].to_list():
        area, known = area_of(catalogue, name or "", force)
        ids.append(area)
        if not known:
            unknown[name] = area
    if unknown:
        listed = "; ".join(f"{name!r} -> {area}" for name, area in sorted(unknown.items())[:_SHOWN])
        more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
        one = len(unknown) == 1
        report.note(
            f"{source}: {len(unknown)} area{'' if one else 's'} nobody knows: {listed}{more}; "
            f"{'it is' if one else 'they are'} kept, and {'is' if one else 'are'} not in the national average"
        )
    return areas.rename({"area": "_name"}).with_columns(pl.Series("area", ids, dtype=pl.String))


def area_of(catalogue: Catalogue, name: str, force: str = "") -> tuple[str, bool]:
    """(area id, whether its force is known) of a name as written; `force` makes it one of that force's districts."""
    if force:
        return f"{force}/{slug(name)}", True
    head, slash, tail = name.partition("/")
    area, known = catalogue.area_id(head)
    return (f"{area}/{slug(tail)}" if slash else area), known


def _note_unclassified(
    frame: pl.DataFrame,
    kinds: pl.DataFrame,
    pairs: pl.DataFrame,
    classification: Sequence[str],
    report: Report,
    source: str,
) -> None:
    if kinds["_kind"].is_in(pairs["_kind"].implode()).all():
        return
    left = frame.join(pairs, on="_kind", how="anti")
    most = left.group_by("_kind").agg(pl.len()).sort(["len", "_kind"], descending=[True, False]).row(0)[0]
    row = kinds.filter(pl.col("_kind") == most).row(0, named=True)
    example = " / ".join(str(row[name]) for name in classification if row[name])
    kinds_left = left["_kind"].n_unique()
    report.leave_out(
        f"{source}: {counted(left.height, 'row')} of {counted(kinds_left, 'kind')} "
        f"{verb(left.height, 'belong')} to no measure; the commonest is {example!r}"
    )


def _note_renamed(
    frame: pl.DataFrame, kinds: pl.DataFrame, pairs: pl.DataFrame, rule: Rule, report: Report, source: str
) -> None:
    """Name the kinds that only broad measures count, those that would count any text: a rename, or a slip, is such."""
    texts = [name for name, dtype in kinds.schema.items() if dtype == pl.String]
    nobody_knows = pl.DataFrame({name: ["\x00"] for name in texts})
    broad = [measure for measure, mask in held(nobody_knows, rule.conditions, source, texts).items() if mask.any()]
    if not broad or len(broad) == len(rule.conditions):
        return
    narrow = pairs.filter(~pl.col("measure").is_in(broad))
    left = kinds.join(pairs, on="_kind", how="semi").join(narrow, on="_kind", how="anti")
    left = left.filter(~pl.any_horizontal(pl.col(texts).is_in(list(rule.known)).fill_null(False)))
    if left.is_empty():
        return
    sums = frame.group_by("_kind").agg(pl.col("value").sum(), pl.len().alias("_rows"))
    counts = left.join(sums, on="_kind").filter(pl.col("value") != 0)
    counts = counts.sort("value", *texts, descending=[True, *([False] * len(texts))])
    if counts.is_empty():
        return
    named = [
        f"{' / '.join(row[name] for name in texts if row[name])!r} {row['value']:,.0f}"
        for row in counts.head(_SHOWN).iter_rows(named=True)
    ]
    more = f" and {counts.height - _SHOWN:,} more" if counts.height > _SHOWN else ""
    report.note(
        f"{source}: {counted(counts.height, 'kind')} that no measure but {listing(sorted(broad), 2)} counts, perhaps a "
        f"new or changed name: {'; '.join(named)}{more}"
    )


def _note_unknown(totals: pl.DataFrame, report: Report, source: str) -> None:
    partly = totals.filter((pl.col("_unknown") > 0) & (pl.col("_known") > 0)).sort("measure", "area", "period_end")
    if not partly.height:
        return
    shown = "; ".join(
        f"{row['measure']} {row['area']} {counted(row['months'], 'month')} to {row['period_end']}"
        for row in partly.head(_SHOWN).iter_rows(named=True)
    )
    more = f" and {partly.height - _SHOWN:,} more" if partly.height > _SHOWN else ""
    report.note(
        f"{source}: {partly.height:,} total{'s are' if partly.height > 1 else ' is'} not known because a part is not: "
        f"{shown}{more}"
    )
