"""Which months an extract of crime records covers: not those that it jumps over, cuts short or has a stray date in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any, Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.periods import index_to_end, month_end, month_index, month_name, strays
from pmcli.sources.reading.report import Report, counted, verb

USUAL: Final = 10
"""Records a month above which an empty month is a gap in the extract and not a month without a crime."""

LONG: Final = 24
"""So many empty months together are a gap in any extract: a date mistyped by decades must not make decades of zeros."""

UNLIKELY: Final = 10.0
"""So many records missing at an end of the extract, at its usual rate, have a chance of exp(-10), 1 in 22,000, of being
a quiet spell: the month at that end is taken to be cut short."""


def covered(
    frame: pl.DataFrame, forces: Sequence[str], catalogue: Catalogue, report: Report, *, monthly: bool = False
) -> dict[int, list[int]]:
    """The month indices that each force's extract covers, sorted, by the place of the force in `forces`.

    frame: _force and _day. monthly: the days are only the last ones of months, so that no month is seen to be cut
    short. What is not covered is noted.
    """
    rows = pl.len() if "_count" not in frame.columns else pl.col("_count").sum()
    needed = frame.select("_force", "_day", *(["_count"] if "_count" in frame.columns else []))
    days = needed.group_by("_force", "_day").agg(rows.alias("rows"))
    by_month = days.group_by("_force", month_index("_day").alias("_month")).agg(
        pl.col("rows").sum(), pl.col("_day").min().alias("first"), pl.col("_day").max().alias("last")
    )
    by_month = by_month.with_columns(index_to_end(pl.col("_month")).alias("end")).sort("_force", "_month")
    found: dict[int, list[int]] = defaultdict(list)
    for (force,), part in by_month.group_by("_force", maintain_order=True):
        label = catalogue.area_label(forces[int(str(force))])
        found[int(str(force))] = _covered(part, label, report, monthly=monthly)
    return found


def _covered(part: pl.DataFrame, label: str, report: Report, *, monthly: bool) -> list[int]:
    stray = strays(part["_month"].to_list(), part["rows"].to_list())
    if stray:
        out = part.filter(part["_month"].is_in(list(stray)))
        _say_stray(out, label, report)
        part = part.filter(~part["_month"].is_in(list(stray)))
    months: list[int] = part["_month"].to_list()
    usual = float(median(part["rows"].to_list()))
    gaps = [
        range(before + 1, after)
        for before, after in pairwise(months)
        if after - before > (1 if usual > USUAL else LONG)
    ]
    whole = set(range(months[0], months[-1] + 1)).difference(*gaps)
    first, last = part.row(0, named=True), part.row(-1, named=True)
    daily = usual / 30.4
    if not monthly and (first["first"].day - 1) * daily > UNLIKELY:
        whole.discard(months[0])
        report.note(
            f"{label}: the records begin on {first['first']}; {month_name(first['end'])} is not whole: not known"
        )
    if not monthly and (last["end"] - last["last"]).days * daily > UNLIKELY:
        whole.discard(months[-1])
        report.note(f"{label}: the records end on {last['last']}; {month_name(last['end'])} is not whole: not known")
    for gap in gaps:
        ends = [month_name(month_end(month // 12, month % 12 + 1)) for month in (gap[0], gap[-1])]
        when = ends[0] if len(gap) == 1 else f"{ends[0]} to {ends[1]}"
        report.note(f"{label}: no record at all in {when}: not known, for a month has about {usual:,.0f}")
    return sorted(whole)


def _say_stray(out: pl.DataFrame, label: str, report: Report) -> None:
    """Say which months are left out for a handful of records that stand far from the rest."""
    rows = int(out["rows"].sum())
    ends: list[Any] = out["end"].to_list()
    when = ", ".join(month_name(end) for end in ends[:3]) + (f" and {len(ends) - 3:,} more months" if ends[3:] else "")
    day: date = out["first"].min()  # type: ignore[assignment]
    report.leave_out(
        f"{label}: {counted(rows, 'record')} dated {when} (the first {day}) {verb(rows, 'stand')} far from the rest: "
        "stray dates make no whole month, and are left out"
    )
