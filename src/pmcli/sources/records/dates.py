"""The recorded dates of crimes: texts to days, in the order that they are in, with what cannot be read counted.

Only the distinct texts are parsed. A column that is evidently in another order than it would be read in is refused: the
dates that happen to read would put crimes into months that they are not of.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pmcli.errors import PmError
from pmcli.sources.reading.days import (
    DAY_FIRST,
    MONTH_FIRST,
    UTC,
    day,
    half_converted,
    month_only,
    order_of,
    say_universal_time,
    universal_time,
    written_otherwise,
)
from pmcli.sources.reading.report import Report
from pmcli.sources.records.crimes import Crimes, looked_up
from pmcli.sources.records.mapping import RecordsMapping


def dated(crimes: Crimes, mapping: RecordsMapping, report: Report, places: Sequence[str]) -> bool:
    """Give the records `_day` (Date) instead of `_date`; whether the days are only the last ones of months.

    Rows without a date that can be read are dropped and counted. Raises PmError when the dates are in the other order
    than they are to be read in, or in two.
    """
    name = mapping.columns["recorded_date"]
    texts = crimes.frame.select("_date").group_by("_date").agg(pl.len())
    _refuse_other_order(texts, name, mapping.dates, places[0] if len(places) == 1 else "the files together")
    found = day(texts["_date"], mapping.dates, mapping.times)
    monthly = False
    if found.null_count() == found.len():  # not one day: perhaps they are months
        found = month_only(texts["_date"].cast(pl.String))
        monthly = found.null_count() < found.len()
    if monthly:
        text = texts["_date"].cast(pl.String).filter(found.is_not_null()).min()
        report.note(
            f"records: {name!r} gives months without days ({text!r}): each crime counts in its month; of rows that "
            "repeat a crime number the later in the file stands, and months cut short do not show"
        )
    elif mapping.times != UTC and (text := universal_time(texts["_date"])):
        late = texts.filter(texts["_date"].cast(pl.String).str.contains("23:00"))
        report.note(f"records: {say_universal_time(name, text, int(late['len'].sum()))}")
    read = texts.select(pl.col("_date").cast(pl.String).alias("text"), "len", found.alias("day"))
    if odd := written_otherwise(read, name, "crime"):
        report.note(f"records: {odd}")
    found = looked_up(crimes.frame["_date"], texts["_date"], found.alias("_day"))
    crimes.frame = crimes.frame.with_columns(found)
    if found.null_count():
        _say_lost(crimes.frame.filter(pl.col("_day").is_null()), name, mapping.dates, report, places)
        crimes.frame = crimes.frame.drop("_date")
        crimes.keep(found.is_not_null())
    else:
        crimes.frame = crimes.frame.drop("_date")
    return monthly


def _refuse_other_order(texts: pl.DataFrame, name: str, order: str, where: str) -> None:
    reason = order_of(texts["_date"].cast(pl.String), texts["len"]).against(order)
    if reason:
        mixed = "mixes" in reason
        other = MONTH_FIRST if order == DAY_FIRST else DAY_FIRST
        hint = f'Say dates = "{other}" in the mapping if the column is {other}.'
        if mixed:
            hint = "Get the extract again with dates as YYYY-MM-DD: which rows are in which order cannot be known."
        raise PmError(f"{where}: {name!r} is to be read {order}, but {reason}", hint)
    if half := half_converted(texts["_date"].cast(pl.String)):
        raise PmError(
            f"{where}: {name!r}: {half} (day-first text opened month-first)",
            "Get the extract again, with dates as YYYY-MM-DD, and do not open it in a spreadsheet first.",
        )


def _say_lost(lost: pl.DataFrame, name: str, order: str, report: Report, places: Sequence[str]) -> None:
    monthly = month_only(lost["_date"].cast(pl.String)).is_not_null()
    for part, what in (
        (lost.filter(monthly), f"rows dropped: {name!r} is a month without a day, where others have one"),
        (lost.filter(~monthly), f"rows dropped: {name!r} cannot be read as a date, {order.replace('-', ' ')}"),
    ):
        for (place,), rows in part.sort("_table", "_row").group_by("_table", maintain_order=True):
            report.problem(
                places[int(str(place))],
                what,
                rows.height,
                row=int(rows["_row"][0]),
                example=rows["_date"].cast(pl.String)[0] or "",
            )
