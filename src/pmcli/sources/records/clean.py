"""Crime records put in order: each crime counted once, cancelled crimes out, each with its force and its day.

Nothing is dropped in silence: how many rows repeat a crime number, with the same content or another, how many are
cancelled and how many have no date that can be read is reported, with the first of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.periods import month_index
from pmcli.sources.classify import area_ids
from pmcli.sources.reading.report import Report, counted, verb
from pmcli.sources.records.crimes import Crimes, looked_up
from pmcli.sources.records.dates import dated
from pmcli.sources.records.mapping import RecordsMapping
from pmcli.sources.records.months import covered
from pmcli.sources.records.scan import DAMAGED


def put_in_order(
    crimes: Crimes, mapping: RecordsMapping, catalogue: Catalogue, report: Report, places: Sequence[str]
) -> tuple[pl.DataFrame, list[str], dict[int, list[int]]]:
    """(The crimes to count, the forces, the months that the extract covers).

    crimes: what scan.compact gives, with `_table`; it is emptied. The crimes have `_day` (Date) and `_month` (month
    index) instead of `_date`, and `_force`, the place of their force in the list of forces. The months are month
    indices, sorted, by the place of the force.
    """
    monthly = dated(crimes, mapping, report, places)
    _with_count(crimes, mapping, report, places)
    forces = _with_force(crimes, mapping, catalogue, report, places)
    _say_numbers(crimes, mapping, report, places)
    _once(crimes, report, places)
    months = covered(crimes.frame, forces, catalogue, report, monthly=monthly)
    _without_cancelled(crimes, mapping, report)
    crimes.frame = crimes.frame.with_columns(month_index("_day").cast(pl.Int16).alias("_month"))
    return crimes.frame, forces, months


def _without_cancelled(crimes: Crimes, mapping: RecordsMapping, report: Report) -> None:
    name = mapping.stored.get("status", "")
    if not name:
        return
    texts = crimes.frame.select(pl.col(name).unique())
    plain = pl.col(name).cast(pl.String).str.strip_chars().str.to_lowercase()
    gone = texts.filter(plain.is_in(list(mapping.cancelled)))[name]
    if gone.is_empty():
        return
    mask = ~crimes.frame[name].is_in(gone).fill_null(value=False)
    before = crimes.frame.height
    crimes.keep(mask)
    words = ", ".join(sorted(repr(text) for text in gone.cast(pl.String).to_list()))
    left = before - crimes.frame.height
    report.leave_out(f"records: {counted(left, 'crime')} left out, cancelled by status ({words})")


def _with_count(crimes: Crimes, mapping: RecordsMapping, report: Report, places: Sequence[str]) -> None:
    """Drop the rows that do not say how many crimes they stand for, where rows do."""
    if "_count" not in crimes.frame.columns:
        return
    number = crimes.frame["_count"]
    good = (number.is_not_null() & (number == number.round())).fill_null(value=False)
    lost = crimes.frame.filter(~good).select("_table", "_row").sort("_table", "_row")
    for (place,), part in lost.group_by("_table", maintain_order=True):
        what = f"rows dropped: {mapping.columns['count']!r} is no whole number"
        report.problem(places[int(str(place))], what, part.height, row=int(part["_row"][0]))
    crimes.keep(good)


# -- forces -------------------------------------------------------------------------------------------------------
def _with_force(
    crimes: Crimes, mapping: RecordsMapping, catalogue: Catalogue, report: Report, places: Sequence[str]
) -> list[str]:
    if "force" not in mapping.stored:
        crimes.frame = crimes.frame.with_columns(pl.lit(0, dtype=pl.UInt16).alias("_force"))
        return [mapping.force]
    name = mapping.stored["force"]
    texts = crimes.frame.select(pl.col(name).unique())
    named = pl.col(name).cast(pl.String).str.strip_chars()
    ids = area_ids(
        texts.select(named.alias("area")).filter(pl.col("area").fill_null("") != "").unique().sort("area"),
        "",
        catalogue,
        report,
        mapping.source,
    )
    forces = sorted(set(ids["area"].to_list()))
    codes = ids.select(
        pl.col("_name"), pl.col("area").replace_strict(forces, range(len(forces)), return_dtype=pl.UInt16)
    )
    codes = (
        texts.with_columns(named.alias("_name")).join(codes, on="_name").select(name, pl.col("area").alias("_force"))
    )
    crimes.frame = crimes.frame.with_columns(looked_up(crimes.frame[name], codes[name], codes["_force"]))
    lost = crimes.frame.filter(pl.col("_force").is_null())
    for (place,), part in lost.sort("_table", "_row").group_by("_table", maintain_order=True):
        report.problem(
            places[int(str(place))], "rows dropped: the force is blank", part.height, row=int(part["_row"][0])
        )
    if lost.height:
        crimes.keep(crimes.frame["_force"].is_not_null())
    return forces


# -- each crime once ----------------------------------------------------------------------------------------------
def _say_numbers(crimes: Crimes, mapping: RecordsMapping, report: Report, places: Sequence[str]) -> None:
    """Count the rows whose crime number or victim id is blank or damaged; a damaged one is nobody's from here on."""
    frame = crimes.frame
    for name, role, what in (
        ("_crime", "crime_number", "each is counted, whether or not it repeats another"),
        ("_victim", "victim_id", "no victim can be told by them"),
    ):
        if name not in frame.columns or role not in mapping.columns:
            continue
        spoilt = frame.filter(pl.col(name) == DAMAGED).select("_table", "_row").sort("_table", "_row")
        column = mapping.columns[role]
        for (place,), part in spoilt.group_by("_table", maintain_order=True):
            report.problem(
                places[int(str(place))],
                f"records have a number in {column!r} that a spreadsheet has damaged (as 4.21E+11): {what}",
                part.height,
                row=int(part["_row"][0]),
            )
        if spoilt.height:
            crimes.frame = crimes.frame.with_columns(pl.when(pl.col(name) != DAMAGED).then(name).alias(name))
        blank = crimes.frame[name].null_count() - spoilt.height
        if role == "crime_number" and blank:
            first = crimes.frame.filter(pl.col(name).is_null()).select("_table", "_row")
            first = first.join(spoilt, on=["_table", "_row"], how="anti").sort("_table", "_row")
            report.problem(
                places[first["_table"][0]],
                "records have no crime number: each is counted, whether or not it repeats another",
                blank,
                row=int(first["_row"][0]),
            )


def _once(crimes: Crimes, report: Report, places: Sequence[str]) -> None:
    """Each crime number once: of rows that differ the later, by recorded date and then by place, stands."""
    numbers = crimes.frame["_crime"]
    if numbers.null_count() == numbers.len():
        crimes.frame = crimes.frame.drop("_crime")
        return
    ordered = numbers.sort()
    twice = ordered.filter((ordered == ordered.shift(1)).fill_null(value=False)).unique()
    del ordered
    if twice.len():
        again = numbers.is_in(twice.implode()).fill_null(value=False)
        repeated = crimes.frame.filter(again).with_columns(again.arg_true().alias("_place"))
        gone = _superseded(repeated, report, places)
        mask = np.ones(crimes.frame.height, dtype=np.bool_)
        mask[gone.to_numpy()] = False
        del numbers, again
        crimes.frame = crimes.frame.drop("_crime")
        crimes.keep(pl.Series(mask))
    else:
        crimes.frame = crimes.frame.drop("_crime")


def _superseded(repeated: pl.DataFrame, report: Report, places: Sequence[str]) -> pl.Series:
    """The `_place` of the rows that do not stand. repeated: all rows of the crimes that have several."""
    repeated = repeated.sort("_crime", "_day", "_table", "_row")
    content = [name for name in repeated.columns if name not in ("_crime", "_table", "_row", "_place")]
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).first().over("_crime")) for name in content)
    repeated = repeated.with_columns(same.all().over("_crime").alias("_same"))
    later = pl.col("_row").cum_count().over("_crime") < pl.len().over("_crime")
    gone = repeated.filter(later).sort("_table", "_row")
    for identical in (True, False):
        part = gone.filter(pl.col("_same") == identical)
        if not part.height:
            continue
        where = f"the first is row {part['_row'][0]:,} of {places[part['_table'][0]]}"
        if identical:
            repeat = f"{counted(part.height, 'row')} {verb(part.height, 'repeat')}"
            report.leave_out(f"records: {repeat} a crime as it is, counted once; {where}")
        else:
            report.problem(
                places[part["_table"][0]],
                "records are superseded by a later one with the same crime number and another content",
                part.height,
                row=int(part["_row"][0]),
            )
    return gone["_place"]
