"""Crime records: one row a crime, as Business Objects and Athena extracts give them, counted by month.

A mapping (--map) names the columns; without one they are called as docs/mappings.md calls them. What is counted is what
the catalogue's conditions for `records` say, by force and, when asked, by district (--area) and by any mapped column
(--by). Repeat victims come from the same records (records_victims.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pmcli.errors import PmError, UsageError, did_you_mean
from pmcli.notes import listing
from pmcli.sources.layout import Context
from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.records.clean import put_in_order
from pmcli.sources.records.count import conditions, count, with_zeros
from pmcli.sources.records.count import observations as as_observations
from pmcli.sources.records.crimes import Crimes
from pmcli.sources.records.explained import learn_columns, learn_labels
from pmcli.sources.records.mapping import NOT_CATEGORIES, RecordsMapping, plain_mapping
from pmcli.sources.records.scan import compact
from pmcli.sources.records.texts import Texts
from pmcli.sources.records.trace import trace_count, trace_flagged
from pmcli.sources.records.unplaced import unplaced
from pmcli.sources.records.victims import ITS_OWN, MEASURE, repeat_victims, with_repeats


def observations(given: Sequence[RawTable], context: Context) -> pl.DataFrame:
    """Monthly observations of crime records, those of several tables together.

    Every month that a force's extract covers has a row for each measure, area and category that is in it, 0 when
    nothing happened. Months that the extract cuts short or jumps over have none.
    Raises UsageError when --by or --area names nothing that is mapped, PmError when there is nothing to count.
    """
    report, catalogue = context.report, context.catalogue
    mapping = context.mapping if isinstance(context.mapping, RecordsMapping) else _plain(given)
    by, area = asked(mapping, context.by, context.area)
    learn_columns(given, mapping)
    counted = conditions(mapping, catalogue, report)
    places = [table.where for table in given]
    parts = [
        compact(table, mapping, report).with_columns(pl.lit(place, dtype=pl.UInt16).alias("_table"))
        for place, table in enumerate(given)
    ]
    held = Crimes(parts)
    crimes, forces, months = put_in_order(held, mapping, catalogue, report, places)
    if not any(months.values()):
        why = report.sentences()[-1] if report.sentences() else "It has no rows."
        raise PmError(f"{places[0]}: there is no whole month in these records", why)
    texts = Texts(crimes, mapping, catalogue)
    texts.report({name for _, names in counted.values() for name in names}, report, places)
    found = count(crimes, counted, texts, by, area, mapping.source)
    if context.trace is not None:
        trace_count(crimes, counted, texts, area, forces, given, mapping, context.trace)
    there = set(found["measure"].unique())
    absent = [measure for measure in counted if measure not in there and measure not in mapping.measures]
    if absent:
        # Nought of a crime that the extract was never meant to hold would be a false zero.
        report.leave_out(
            f"records: no crime belongs to {listing(absent, 4)}: left out, for the extract may not hold it"
        )
    loaded = [measure for measure in counted if measure not in absent]
    learn_labels(crimes, forces, {name: counted[name] for name in loaded}, texts, mapping, report, given[0].file.name)
    unknown = unplaced(crimes, {name: counted[name] for name in loaded}, texts, mapping, report)
    whole = with_zeros(found, months, loaded, ("value",))
    if unknown.height:
        whole = whole.join(unknown.with_columns(_unknown=True), on=["measure", "_force", "_month"], how="left")
        whole = whole.with_columns(pl.when(pl.col("_unknown").is_null()).then("value")).drop("_unknown")
    made = [as_observations(whole, forces, mapping.source)]
    if "victim_id" in mapping.columns and (not mapping.measures or MEASURE in mapping.measures):
        classes = [ITS_OWN] if ITS_OWN in mapping.columns and ITS_OWN not in by else []
        repeats = repeat_victims(crimes, months, texts, [*by, *classes], area, report, forces)
        if context.trace is not None and context.trace.measure == MEASURE:
            trace_flagged(with_repeats(crimes), texts, area, forces, given, mapping, context.trace)
        if repeats.height:
            made.append(as_observations(repeats, forces, mapping.source))
    whole = pl.concat(made)
    if whole.is_empty():
        raise PmError(
            f"{places[0]}: no measure could be counted in these records",
            "Map the columns that the measures need (docs/mappings.md).",
        )
    return whole


def _plain(given: Sequence[RawTable]) -> RecordsMapping:
    """The mapping of tables whose columns are called as pm calls them: the columns that they all have."""
    shared = [
        cell for cell in given[0].header if cell and all(find_column(table.header, cell) is not None for table in given)
    ]
    return plain_mapping(shared)


def asked(mapping: RecordsMapping, by: Sequence[str], area: str) -> tuple[list[str], str]:
    """The dimensions of --by and the column of --area. Raises UsageError when the mapping has no such name."""
    known = mapping.categories
    for option, name in [
        *(("--by", name) for name in by),
        *([("--area", area)] if area else []),
    ]:
        if name not in known:
            named = "it is no category" if name in NOT_CATEGORIES else "the mapping does not name it"
            listed = f"There are {', '.join(known)}." if known else "Name its column in the mapping."
            raise UsageError(f"{option} {name}: {named}", did_you_mean(name, known, listed))
    return list(dict.fromkeys(by)), area
