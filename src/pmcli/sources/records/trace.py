"""The crimes behind a figure of crime records: their rows and crime numbers, told by the same conditions that count
them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from itertools import islice

import polars as pl

from pmcli.periods import index_to_end
from pmcli.sources.reading.columnar import as_text, named
from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.records.count import masks, told_by
from pmcli.sources.records.mapping import RecordsMapping
from pmcli.sources.records.streamed import StreamedTable
from pmcli.sources.records.texts import Texts
from pmcli.sources.tracing import Trace


def trace_count(
    crimes: pl.DataFrame,
    conditions: Mapping[str, tuple[str, frozenset[str]]],
    texts: Texts,
    area: str,
    forces: Sequence[str],
    given: Sequence[RawTable],
    mapping: RecordsMapping,
    trace: Trace,
) -> None:
    """Hand over the crimes that `count` counts for what is asked about; nothing for a measure that it does not count.

    crimes, conditions, texts, area: see count.count. forces: what `_force` numbers. given: what `_table` numbers.
    """
    if trace.measure not in conditions:
        return
    mine = _within(crimes, forces, trace)
    ((raw, asked),) = told_by({trace.measure: conditions[trace.measure]}, texts)
    held = masks(mine, raw, asked, texts, mapping.source)[trace.measure]
    _hand_over(mine.filter(held), texts, area, given, mapping, trace)


def trace_flagged(
    flagged: pl.DataFrame,
    texts: Texts,
    area: str,
    forces: Sequence[str],
    given: Sequence[RawTable],
    mapping: RecordsMapping,
    trace: Trace,
) -> None:
    """Hand over the crimes of a share: flagged has the columns of crimes and `_repeat`, whether one is in the numerator
    too; every one is in the base."""
    mine = _within(flagged, forces, trace)
    mine = mine.with_columns(pl.col("_repeat").cast(pl.Float64).alias("value"), pl.lit(1.0).alias("base"))
    _hand_over(mine, texts, area, given, mapping, trace)


def _within(crimes: pl.DataFrame, forces: Sequence[str], trace: Trace) -> pl.DataFrame:
    """The crimes of the force, with period_end, in the periods asked about."""
    number = forces.index(trace.force) if trace.force in forces else -1
    mine = crimes.filter(pl.col("_force") == number)
    return mine.with_columns(index_to_end(pl.col("_month")).alias("period_end")).filter(trace.within())


def _hand_over(
    crimes: pl.DataFrame,
    texts: Texts,
    area: str,
    given: Sequence[RawTable],
    mapping: RecordsMapping,
    trace: Trace,
) -> None:
    if trace.dimension != "all":
        crimes = crimes.filter(texts.categories(crimes, trace.dimension) == trace.category)
    if trace.area != trace.force:
        crimes = crimes.filter(texts.places(crimes, area) == trace.area.partition("/")[2]) if area else crimes.head(0)
    if "value" not in crimes.columns:
        crimes = crimes.with_columns((pl.col("_count") if "_count" in crimes.columns else pl.lit(1.0)).alias("value"))
    column = mapping.columns.get("crime_number", "")
    for (place,), part in crimes.group_by("_table", maintain_order=True):
        rows = part.sort("_row")
        found = numbers_at(given[int(str(place))], column, rows["_row"].to_list()) if column else {}
        texts_of = [found.get(row) for row in rows["_row"].to_list()]
        rows = rows.select(
            "_row", "period_end", "value", *(["base"] if "base" in rows.columns else []), _table=pl.lit(0)
        ).with_columns(
            pl.lit(trace.area).alias("area"),
            pl.lit(1, dtype=pl.Int8).alias("months"),
            pl.lit(trace.dimension).alias("dimension"),
            pl.lit(trace.category).alias("category"),
            pl.Series("record", texts_of, dtype=pl.String),
        )
        trace.add(rows, mapping.source, [given[int(str(place))]])


def numbers_at(table: RawTable, column: str, rows: Sequence[int]) -> dict[int, str]:
    """Row as a person counts it -> the text of `column` there, for the rows asked about (in ascending order).

    A file that was never held whole is read once more, up to the last of them.
    """
    place = find_column(table.header, column)
    if place is None or not rows:
        return {}
    if not isinstance(table, StreamedTable) or table.frame.height:
        name = table.columns[place]
        wanted = pl.DataFrame({"_row": rows}, schema={"_row": table.frame.schema["_row"]})
        frame = table.frame.select("_row", name).join(wanted, on="_row", how="semi")
        return {row: (text or "").strip() for row, text in frame.iter_rows()}
    if not table.separator:
        lazy = named(table.file, table.columns)
        name = table.columns[place]
        text = as_text(name, lazy.collect_schema()[name])
        numbered = lazy.select(text.alias(name)).with_row_index("_row", offset=1)
        frame = numbered.filter(pl.col("_row").is_in(rows)).collect(engine="streaming")
        return {row: (text or "").strip() for row, text in frame.iter_rows()}
    return _numbers_in_text(table, place, rows)


def _numbers_in_text(table: StreamedTable, place: int, rows: Sequence[int]) -> dict[int, str]:
    """Those of a text file: line by line, a record that goes on over several lines from the line that it begins on."""
    found: dict[int, str] = {}
    wanted = iter(rows)
    with table.file.path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        number, row = 0, next(wanted, None)
        while row is not None:
            line = next(islice(lines, row - number - 1, None), None)
            if line is None:
                break
            fields = next(csv.reader([line], delimiter=table.separator), [])
            if place < len(fields):
                found[row] = fields[place].strip()
            number, row = row, next(wanted, None)
    return found
