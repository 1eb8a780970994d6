"""The rows behind a figure of street files: the lines of the files of a force and month, with their Crime IDs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.sources.classify import held
from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.files import DataFile
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.street.lines import LEFT_OUT, rows_of
from pmcli.sources.street.types import published
from pmcli.sources.tracing import Trace

SOURCE = "street"

_END = pl.concat_str(pl.col("month"), pl.lit("-01")).str.to_date("%Y-%m-%d", strict=False).dt.month_end()


def trace_files(
    files: Sequence[DataFile], tally: pl.DataFrame, known: Collection[str], catalogue: Catalogue, trace: Trace
) -> None:
    """Hand over the rows of the figure asked about, of those files alone whose tally has some of them.

    tally: rows counted per file, month, area and (published) crime type. known: see lines.line_by_line.
    """
    wanted = _counted(tally, catalogue, trace)
    for (place,), part in wanted.group_by("file", maintain_order=True):
        file = files[int(str(place))]
        keys = set(part.select("month", "area", "crime_type").iter_rows())
        found = [
            (line.number, line.month, line.crime_id or None)
            for line in rows_of(file, known)
            if not line.what.endswith(LEFT_OUT)
            and (line.month, line.area, line.crime_type if line.crime_type in known else published(line.crime_type))
            in keys
        ]
        rows = pl.DataFrame(found, {"row": pl.Int64, "month": pl.String, "record": pl.String}, orient="row")
        _add(rows.with_columns(file=pl.lit(file.name), sheet=pl.lit("")), trace)


def trace_table(frame: pl.DataFrame, table: RawTable, catalogue: Catalogue, trace: Trace) -> None:
    """Hand over the rows of a street file that is no plain text. frame: _row, month, area, crime_type, as counted."""
    spelt = frame.with_columns(pl.col("crime_type").map_elements(published, return_dtype=pl.String))
    rows = spelt.join(
        _counted(spelt, catalogue, trace).select("month", "area", "crime_type").unique(),
        on=["month", "area", "crime_type"],
        how="semi",
    )
    place = find_column(table.header, "Crime ID")
    ids = pl.lit(None, dtype=pl.String).alias("record")
    if place is not None:
        named = table.frame.select("_row", pl.col(table.columns[place]).alias("record"))
        rows, ids = rows.join(named, on="_row", how="left", maintain_order="left"), pl.col("record")
    where = (pl.lit(table.file.name).alias("file"), pl.lit(table.sheet).alias("sheet"))
    _add(rows.select(pl.col("_row").cast(pl.Int64).alias("row"), "month", ids, *where), trace)


def _counted(tally: pl.DataFrame, catalogue: Catalogue, trace: Trace) -> pl.DataFrame:
    """The rows of a tally that count in the figure asked about."""
    measure = catalogue.measures.get(trace.measure)
    if measure is None or SOURCE not in measure.where or trace.area != trace.force:
        return tally.head(0)
    areas = [name for name in tally["area"].unique().to_list() if catalogue.area_id(name or "")[0] == trace.area]
    mine = tally.with_columns(_END.alias("period_end")).filter(trace.within(), pl.col("area").is_in(areas))
    kinds = mine.select("crime_type").unique()
    mask = held(kinds, {trace.measure: measure.where[SOURCE]}, SOURCE, ["crime_type"])[trace.measure]
    return mine.filter(pl.col("crime_type").is_in(kinds.filter(mask)["crime_type"].implode()))


def _add(rows: pl.DataFrame, trace: Trace) -> None:
    """rows: row, month, record, file and sheet; each is one crime."""
    made = rows.with_columns(
        _END.alias("period_end"), area=pl.lit(trace.area), months=pl.lit(1, dtype=pl.Int8), value=pl.lit(1.0)
    ).drop("month")
    trace.add(made, SOURCE)
