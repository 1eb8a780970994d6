"""Which rows an analysis is about: measures, areas, one source, and the end of its window."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, did_you_mean
from pmcli.notes import listing, note
from pmcli.periods import month_name
from pmcli.tables import OBSERVATIONS, Table, conform


def select(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    source: str | None = None,
    one_source: bool = True,
) -> pl.DataFrame:
    """The observations that an analysis is about.

    measures, areas: ids to keep (None: all). source: keep this source only.
    one_source: refuse a measure and area that come from two sources, because those never add up.
    Raises PmError when a named source, measure or area is not there, or on two sources.
    """
    frame = conform(observations.lazy().collect(), OBSERVATIONS)
    if source is not None:
        have = frame["source"].unique().sort().to_list()
        if frame.height and source not in have:
            raise PmError(
                f"no figures from the source {source!r}; there are {listing(have)}", did_you_mean(source, have)
            )
        frame = frame.filter(pl.col("source") == source)
    if measures is not None:
        frame = _keep(frame, "measure", measures)
    if areas is not None:
        frame = _keep(frame, "area", areas)
    if one_source:
        _refuse_two_sources(frame)
    return frame


def _keep(frame: pl.DataFrame, column: str, wanted: Sequence[str]) -> pl.DataFrame:
    kept = frame.filter(pl.col(column).is_in(list(wanted)))
    if kept.is_empty() and frame.height:
        have = frame[column].unique().sort().to_list()
        raise PmError(
            f"no figures for {listing(list(wanted))}",
            did_you_mean(wanted[0], have) or f"The {column}s in the input: {listing(have, 12)}.",
        )
    return kept


def _refuse_two_sources(frame: pl.DataFrame) -> None:
    if frame["source"].n_unique() <= 1:
        return
    twice = (
        frame.group_by("measure", "area").agg(pl.col("source").unique().sort()).filter(pl.col("source").list.len() > 1)
    )
    if twice.height:
        row = twice.sort("measure", "area").row(0, named=True)
        raise PmError(
            f"{row['measure']} in {row['area']} comes from {listing(row['source'])}: two sources never add up",
            f"Choose one with --source {row['source'][0]}.",
        )


def of_areas(frame: pl.DataFrame, areas: Sequence[str]) -> pl.DataFrame:
    """The rows of these areas and of the districts in them; all rows for none."""
    if not areas:
        return frame
    return frame.filter(pl.col("area").is_in(areas) | pl.col("area").str.split("/").list.first().is_in(areas))


def whole_forces() -> pl.Expr:
    """Whether a row is about a whole force: no district, no breakdown."""
    return ~pl.col("area").str.contains("/") & (pl.col("dimension") == "all")


def end_of(ends: Mapping[str, date]) -> pl.Expr:
    """The end of the window of a row's measure, from `window_ends`; null for a measure without one."""
    return pl.col("measure").replace_strict(ends, default=None, return_dtype=pl.Date)


def counts_of_forces(frame: pl.DataFrame) -> pl.DataFrame:
    """The counts of whole forces, which alone have a rate. Raises PmError when there is none among the rows."""
    kept = frame.filter(whole_forces(), pl.col("base").is_null())
    if kept.is_empty() and not frame.is_empty():
        what = listing(frame["measure"].unique().sort().to_list(), 4)
        hint = "A rate takes counts: not shares (`pm compare --against national`), breakdowns or districts."
        raise PmError(f"no counts of whole forces for {what}", hint)
    lost = sorted(set(frame["measure"]) - set(kept["measure"]))
    if lost:
        note(f"left out, for only counts of whole forces have a rate: {listing(lost, 4)}")
    return kept


def window_ends(rolled: pl.DataFrame, to: date | None, areas: Sequence[str] | None = None) -> dict[str, date]:
    """The end of the window for each measure: `to`, or the latest that is known.

    rolled: windows of one length. areas: the areas it is about; their latest counts, not that of others.
    Raises PmError when `to` is not the end of any window, saying which ends are near.
    """
    known = rolled.filter(pl.col("value").is_not_null())
    if areas is not None:
        mine = known.filter(pl.col("area").is_in(list(areas)))
        if to is None and mine.height:
            _say_behind(known, mine, areas)
        known = mine if mine.height else known
    if known.is_empty():
        return {}
    latest = known.group_by("measure").agg(pl.col("period_end").max()).sort("measure")
    if to is None:
        return dict(latest.iter_rows())
    have = rolled["period_end"].unique().sort().to_list()
    if to not in have:
        near = sorted(have, key=lambda end: abs((end - to).days))[:2]
        raise PmError(
            f"no window ends in {month_name(to)}: the figures run {month_name(have[0])} to {month_name(have[-1])}",
            f"The nearest ends: {' and '.join(month_name(end) for end in sorted(near))}.",
        )
    return dict.fromkeys(latest["measure"].to_list(), to)


def _say_behind(known: pl.DataFrame, mine: pl.DataFrame, areas: Sequence[str]) -> None:
    """A note when the areas asked about end on another month than the rest."""
    last = known.group_by("measure").agg(pl.col("period_end").max())
    own = mine.group_by("measure").agg(pl.col("period_end").max().alias("_own"))
    behind = last.join(own, on="measure").filter(pl.col("_own") < pl.col("period_end")).sort("measure")
    if behind.height:
        row = behind.row(0, named=True)
        note(
            f"{listing(list(areas))} ends in {month_name(row['_own'])}, others in {month_name(row['period_end'])}: "
            f"everything is to {month_name(row['_own'])} ({listing(behind['measure'].to_list(), 3)})"
        )


def stated_windows(frame: pl.DataFrame, catalogue: Catalogue, months: int | None = None) -> dict[int, list[str]]:
    """Length of window -> the measures of `frame` that are compared over it.

    months: the same for all; None takes each measure's own (12 in the catalogue, but 1 for 999 calls), and 12 where its
    rows are too long for that.
    """
    found: dict[int, list[str]] = {}
    for name in frame["measure"].unique().sort().to_list():
        known = catalogue.measures.get(name)
        own = known.window if known else 12
        lengths = frame.filter(frame["measure"] == name)["months"].unique().to_list()
        fits = any(own % length == 0 for length in lengths)
        found.setdefault(months or (own if fits else 12), []).append(name)
    return found


def overlaps(end: date, other: date, months: int) -> bool:
    """Whether two windows of `months` share a month."""
    return abs((end.year - other.year) * 12 + end.month - other.month) < months


def say_overlap(ends: Collection[date], baseline: date, months: int) -> None:
    """A note when the baseline window shares months with a window, or lies after it."""
    if any(overlaps(end, baseline, months) for end in ends):
        note(f"the baseline to {month_name(baseline)} shares months with the window: not tested; give --baseline")
    elif any(end < baseline for end in ends):
        note(f"the baseline to {month_name(baseline)} is later than the window; give --baseline")


def none_whole(frame: pl.DataFrame, months: int, table: Table) -> pl.LazyFrame:
    """What an analysis answers when no window is whole: an empty `table` for no rows, else PmError."""
    if frame.is_empty():
        return table.empty().lazy()
    raise PmError(
        f"there is not one whole window of {months} months in the input",
        "`pm check` lists the gaps; --months sets the length.",
    )


def upto(frame: pl.DataFrame, end: date | None) -> pl.DataFrame:
    """The rows that end on or before `end`; all of them when it is None."""
    return frame if end is None else frame.filter(pl.col("period_end") <= end)
