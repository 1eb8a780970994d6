"""Crime records put in order: dates read, each crime counted once, cancelled crimes out, and which months are covered.

Nothing is dropped in silence: how many rows repeat a crime number, with the same content or another, how many are
cancelled and how many have no date that can be read is reported, with the first of them.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.periods import index_to_end, month_end, month_index, month_name
from pmcli.sources.classify import area_ids
from pmcli.sources.reading.report import Report, counted, verb
from pmcli.sources.records.mapping import RecordsMapping

USUAL: Final = 10
"""Records a month above which an empty month is a gap in the extract and not a month without a crime."""

LONG: Final = 24
"""So many empty months together are a gap in any extract: a date mistyped by decades must not make decades of zeros."""

UNLIKELY: Final = 10.0
"""So many records missing at an end of the extract, at its usual rate, have a chance of exp(-10), 1 in 22,000, of being
a quiet spell: the month at that end is taken to be cut short."""

_SERIAL_FROM: Final = "1899-12-30"


def put_in_order(
    frame: pl.DataFrame, mapping: RecordsMapping, catalogue: Catalogue, report: Report, places: Sequence[str]
) -> tuple[pl.DataFrame, list[str], dict[int, list[int]]]:
    """(The crimes to count, the forces, the months that the extract covers).

    frame: what records_scan.compact gives, with `_table`. The crimes have `_day` (Date) and `_month` (month index)
    instead of `_date`, and `_force`, the place of their force in the list of forces. The months are month indices,
    sorted, by the place of the force.
    """
    frame = _dated(frame, mapping, report, places)
    frame, forces = _with_force(frame, mapping, catalogue, report, places)
    frame = _once(frame, report, places)
    months = _covered(frame, forces, catalogue, report)
    if "status" in frame.columns:
        texts = frame.select(pl.col("status").unique())
        plain = pl.col("status").cast(pl.String).str.strip_chars().str.to_lowercase()
        gone = texts.filter(plain.is_in(list(mapping.cancelled)))["status"]
        kept = frame.join(gone.to_frame(), on="status", how="anti", maintain_order="left") if gone.len() else frame
        if kept.height < frame.height:
            words = ", ".join(sorted(repr(text) for text in gone.cast(pl.String).to_list()))
            report.leave_out(
                f"records: {counted(frame.height - kept.height, 'crime')} left out, cancelled by status ({words})"
            )
        frame = kept
    return frame, forces, months


# -- dates --------------------------------------------------------------------------------------------------------
def _dated(frame: pl.DataFrame, mapping: RecordsMapping, report: Report, places: Sequence[str]) -> pl.DataFrame:
    texts = frame.select(pl.col("_date").unique())
    texts = texts.with_columns(day(texts["_date"].cast(pl.String)))
    texts = texts.with_columns(month_index("_day").alias("_month"))
    dated = frame.join(texts, on="_date", how="left", nulls_equal=True, maintain_order="left")
    lost = dated.filter(pl.col("_day").is_null())
    for (place,), part in lost.sort("_table", "_row").group_by("_table", maintain_order=True):
        report.problem(
            places[int(str(place))],
            f"rows dropped: {mapping.columns['recorded_date']!r} cannot be read as a date, day first",
            part.height,
            row=int(part["_row"][0]),
            example=part["_date"].cast(pl.String)[0] or "",
        )
    return dated.filter(pl.col("_day").is_not_null()).drop("_date") if lost.height else dated.drop("_date")


def day(texts: pl.Series) -> pl.Series:
    """The days that texts name, as `_day` (Date); null for one that names none.

    Day first: 01/02/2023 is 1 February. Read are 01/02/2023, 1-2-23, 01.02.2023, 2023-02-01, 20230201, 1 Feb 2023,
    01-February-2023 and Excel's serial day numbers (44958), all with or without a time after them.
    """
    words = pl.col("_text").str.replace_all(r"\s+", " ").str.strip_chars().str.to_lowercase()
    words = words.str.replace(r"[ t]\d{1,2}:\d{2}.*$", "")
    numbers = {name.lower(): f"{number:02}" for number, name in enumerate(calendar.month_name) if name}
    numbers |= {name[:3]: number for name, number in numbers.items()} | {"sept": "09"}
    serial = words.str.extract(r"^([2-6]\d{4})(?:\.\d+)?$").cast(pl.Int32, strict=False)
    frame = texts.alias("_text").to_frame().select(words.alias("_text"), serial.alias("_serial"))

    def iso(pattern: str, year: int, month: int, dayth: int, *, named: bool = False) -> pl.Expr:
        parts = [pl.col("_text").str.extract(pattern, place) for place in (year, month, dayth)]
        full = pl.when(parts[0].str.len_chars() == 2).then(pl.lit("20") + parts[0]).otherwise(parts[0])
        month_part = parts[1].replace_strict(numbers, default=None, return_dtype=pl.String) if named else parts[1]
        padded = [text.str.zfill(2) for text in (month_part, parts[2])]
        return pl.concat_str(full, *padded, separator="-").str.to_date("%Y-%m-%d", strict=False)

    read = [
        iso(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$", 3, 2, 1),
        iso(r"^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$", 1, 2, 3),
        iso(r"^(\d{4})(\d{2})(\d{2})$", 1, 2, 3),
        iso(r"^(\d{1,2})(?:st|nd|rd|th)?[ /.-]([a-z]+)[ /.,-]+'?(\d{4}|\d{2})$", 3, 2, 1, named=True),
        pl.lit(_SERIAL_FROM).str.to_date() + pl.duration(days=pl.col("_serial")),
    ]
    return frame.select(pl.coalesce(read).cast(pl.Date).alias("_day"))["_day"]


# -- forces -------------------------------------------------------------------------------------------------------
def _with_force(
    frame: pl.DataFrame, mapping: RecordsMapping, catalogue: Catalogue, report: Report, places: Sequence[str]
) -> tuple[pl.DataFrame, list[str]]:
    if "force" not in frame.columns:
        return frame.with_columns(pl.lit(0, dtype=pl.UInt32).alias("_force")), [mapping.force]
    texts = frame.select(pl.col("force").unique())
    named = pl.col("force").cast(pl.String).str.strip_chars()
    ids = area_ids(
        texts.select(named.alias("area")).filter(pl.col("area").fill_null("") != "").unique().sort("area"),
        "",
        catalogue,
        report,
        mapping.source,
    )
    forces = sorted(set(ids["area"].to_list()))
    codes = ids.select(
        pl.col("_name"), pl.col("area").replace_strict(forces, range(len(forces)), return_dtype=pl.UInt32)
    )
    codes = (
        texts.with_columns(named.alias("_name")).join(codes, on="_name").select("force", pl.col("area").alias("_force"))
    )
    placed = frame.join(codes, on="force", how="left", maintain_order="left").drop("force")
    lost = placed.filter(pl.col("_force").is_null())
    for (place,), part in lost.sort("_table", "_row").group_by("_table", maintain_order=True):
        report.problem(
            places[int(str(place))], "rows dropped: the force is blank", part.height, row=int(part["_row"][0])
        )
    return placed.filter(pl.col("_force").is_not_null()) if lost.height else placed, forces


# -- each crime once ----------------------------------------------------------------------------------------------
def _once(frame: pl.DataFrame, report: Report, places: Sequence[str]) -> pl.DataFrame:
    """Each crime number once: of rows that differ the later, by recorded date and then by place, stands."""
    numbered = frame["_crime"].is_not_null()
    if not numbered.all():
        blank = frame.filter(~numbered).sort("_table", "_row")
        report.problem(
            places[blank["_table"][0]],
            "records have no crime number: each is counted, whether or not it repeats another",
            blank.height,
            row=int(blank["_row"][0]),
        )
    repeated = frame.filter(frame["_crime"].is_duplicated() & numbered)
    if repeated.is_empty():
        return frame
    order = ["_day", "_table", "_row"]
    repeated = repeated.sort("_crime", *order)
    content = [name for name in repeated.columns if name not in ("_crime", "_table", "_row")]
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
    return frame.join(gone.select("_table", "_row"), on=["_table", "_row"], how="anti", maintain_order="left")


# -- which months the extract covers ------------------------------------------------------------------------------
def _covered(frame: pl.DataFrame, forces: Sequence[str], catalogue: Catalogue, report: Report) -> dict[int, list[int]]:
    by_month = frame.group_by("_force", "_month").agg(
        pl.len(), pl.col("_day").min().alias("first"), pl.col("_day").max().alias("last")
    )
    by_month = by_month.with_columns(index_to_end(pl.col("_month")).alias("end")).sort("_force", "_month")
    covered: dict[int, list[int]] = defaultdict(list)
    for (force,), part in by_month.group_by("_force", maintain_order=True):
        label = catalogue.area_label(forces[int(str(force))])
        months: list[int] = part["_month"].to_list()
        usual = part["len"].median()
        assert isinstance(usual, float)
        gaps = [
            range(before + 1, after)
            for before, after in pairwise(months)
            if after - before > (1 if usual > USUAL else LONG)
        ]
        whole = set(range(months[0], months[-1] + 1)).difference(*gaps)
        first, last = part.row(0, named=True), part.row(-1, named=True)
        daily = usual / 30.4
        if (first["first"].day - 1) * daily > UNLIKELY:
            whole.discard(months[0])
            report.note(
                f"{label}: the records begin on {first['first']}; {month_name(first['end'])} is not whole: not known"
            )
        if (last["end"] - last["last"]).days * daily > UNLIKELY:
            whole.discard(months[-1])
            report.note(
                f"{label}: the records end on {last['last']}; {month_name(last['end'])} is not whole: not known"
            )
        for gap in gaps:
            ends = [month_name(month_end(month // 12, month % 12 + 1)) for month in (gap[0], gap[-1])]
            when = ends[0] if len(gap) == 1 else f"{ends[0]} to {ends[1]}"
            report.note(f"{label}: no record at all in {when}: not known, for a month has about {usual:,.0f}")
        covered[int(str(force))] = sorted(whole)
    return covered
