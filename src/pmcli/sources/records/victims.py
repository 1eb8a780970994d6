"""Repeat victims: how many victims' crimes have a victim with another crime recorded in the 365 days before.

Crimes recorded on the same day do not count as an earlier one. What counts is whether the victim's previous *day* with
a crime lies 1 to 365 days back, so one sort of the victims' crimes answers it, whatever their number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import numpy as np
import polars as pl

from pmcli.periods import month_end, month_name
from pmcli.sources.reading.report import Report, counted
from pmcli.sources.records.count import summed, with_zeros
from pmcli.sources.records.texts import Texts

MEASURE: Final = "repeat-victims"
DAYS: Final = 365
"""How far back another crime makes a victim a repeat victim; it lies on or after the day so many days before."""

ITS_OWN: Final = "offence_class"
"""The column, where it is mapped, by which repeat victims are broken down without being asked."""

_MANY: Final = 50
_CROWD: Final = 0.001
"""A victim's id on more than so many crimes, and more than this share of them, stands for nobody, likely as not."""


def repeat_victims(
    crimes: pl.DataFrame,
    months: Mapping[int, Sequence[int]],
    texts: Texts,
    by: Sequence[str],
    area: str,
    report: Report,
    forces: Sequence[str],
) -> pl.DataFrame:
    """The measure's counts, as records_count.count gives them, with `base`.

    crimes: each once, with _victim, _day, _month, _force. months: the months that each force's extract covers. by: the
    dimensions, area: the column of the areas, "" for forces only.
    value is the number of crimes whose victim had another crime recorded 1 to 365 days before, anywhere in the force;
    base the number of crimes with a victim. value is null for a month whose 365 days before it are not all covered.
    """
    named = crimes["_victim"].is_not_null()
    without = crimes.height - int(named.sum())
    if without:
        report.note(f"{MEASURE}: {counted(without, 'crime')} without a victim's id left out of the base")
    if without == crimes.height:
        return pl.DataFrame()
    repeats = _repeats(crimes.select("_victim", "_day").filter(named), report)
    kept = dict.fromkeys(["_force", "_month", *(texts.column(name) for name in (area, *by) if name)])
    flagged = (
        crimes.select(list(kept))
        .filter(named)
        .with_columns(repeats, pl.col("_force").cast(pl.UInt32), pl.col("_month").cast(pl.Int32))
    )
    parts = []
    for dimension in ["all", *by]:
        more = [texts.column(name) for name in (area, dimension) if name not in ("", "all")]
        tally = flagged.group_by(list(dict.fromkeys(["_force", "_month", *more]))).agg(
            pl.col("_repeat").sum().cast(pl.Float64).alias("value"), pl.len().cast(pl.Float64).alias("base")
        )
        parts.append(
            tally.select(
                pl.lit(MEASURE).alias("measure"),
                "_force",
                texts.places(tally, area) if area else pl.lit(None, dtype=pl.String).alias("_place"),
                pl.lit(dimension).alias("dimension"),
                texts.categories(tally, dimension) if dimension != "all" else pl.lit("all").alias("category"),
                "_month",
                "value",
                "base",
            )
        )
    found = with_zeros(summed(pl.concat(parts), ("value", "base")), months, [MEASURE], ("value", "base"))
    return _only_known(found, months, forces, report)


def with_repeats(crimes: pl.DataFrame) -> pl.DataFrame:
    """The crimes that have a victim, with `_repeat`: whether the victim has another crime 1 to 365 days back."""
    named = crimes.filter(pl.col("_victim").is_not_null())
    return named.with_columns(_repeats(named.select("_victim", "_day"), Report()))


def _repeats(crimes: pl.DataFrame, report: Report) -> pl.Series:
    """Whether the victim of each crime (_victim, _day) has another crime 1 to 365 days back, as `_repeat`."""
    order = crimes.select(pl.arg_sort_by("_victim", "_day")).to_series()
    ordered = crimes.select(pl.all().gather(order))
    _note_crowd(ordered, report)
    same = (pl.col("_victim") == pl.col("_victim").shift(1)).fill_null(value=False)
    first_of_day = ~same | (pl.col("_day") != pl.col("_day").shift(1))
    near = same & ((pl.col("_day") - pl.col("_day").shift(1)) <= pl.duration(days=DAYS))
    # The other crimes of a day are what its first is: same-day crimes neither count nor hide an earlier day's.
    found = ordered.select(pl.when(first_of_day).then(near).forward_fill()).to_series()
    back = np.empty(crimes.height, dtype=np.bool_)
    back[order.to_numpy()] = found.to_numpy()
    return pl.Series("_repeat", back)


def _only_known(
    found: pl.DataFrame, months: Mapping[int, Sequence[int]], forces: Sequence[str], report: Report
) -> pl.DataFrame:
    """`found` with value null in the months that the extract does not reach far enough back for."""
    known: list[tuple[int, int]] = []
    unknown: dict[int, int] = {}
    for force, covered in months.items():
        have = set(covered)
        for month in covered:
            begins = month_end(month // 12, month % 12 + 1).replace(day=1)
            back = begins - timedelta(days=DAYS)
            if have.issuperset(range(back.year * 12 + back.month - 1, month)):
                known.append((force, month))
            else:
                unknown[force] = month
    for force, month in unknown.items():
        last = month_name(month_end(month // 12, month % 12 + 1))
        report.note(
            f"{MEASURE}: {forces[force]}: without {DAYS} days of records before them, months up to {last} are not known"
        )
    table = pl.DataFrame(
        known, schema={"_force": found.schema["_force"], "_month": found.schema["_month"]}, orient="row"
    ).with_columns(pl.lit(value=True).alias("_known"))
    joined = found.join(table, on=["_force", "_month"], how="left", validate="m:1")
    return joined.with_columns(pl.when(pl.col("_known")).then("value").alias("value")).drop("_known")


def _note_crowd(ordered: pl.DataFrame, report: Report) -> None:
    """Say when one victim has more crimes than a person has. ordered: sorted by victim."""
    crimes = int(ordered.select(pl.col("_victim").rle().struct.field("len").max()).item())
    if crimes > _MANY and crimes > _CROWD * ordered.height:
        report.note(
            f"{MEASURE}: one victim's id stands on {crimes:,} crimes: if it is a placeholder, name it under no_victim "
            "in the mapping"
        )


def only_by(observations: pl.DataFrame, by: Sequence[str], every: Sequence[str]) -> pl.DataFrame:
    """Of records loaded by all the dimensions of `every`, what loading them by those of `by` gives."""
    not_asked = pl.col("dimension").is_in([name for name in every if name not in by])
    return observations.filter(~not_asked | ((pl.col("measure") == MEASURE) & (pl.col("dimension") == ITS_OWN)))
