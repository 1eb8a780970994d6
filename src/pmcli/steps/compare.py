"""Compare a window with the baseline and with the same window a year before, or with other forces', in one table.

A count is compared by difference, percentage change and a test that knows how much its measure varies; a share in
percentage points with a two-proportion test; a mean by difference. A comparison across a declared recording change is
made all the same, and carries the change's id, because a reader has to know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

import polars as pl

from pmcli.catalogue import Catalogue, Event
from pmcli.errors import UsageError, did_you_mean
from pmcli.notes import listing, note
from pmcli.periods import BASELINE, month_name, shift, window_start
from pmcli.steps.averages import Conventions
from pmcli.steps.compare_others import OTHERS, against_others
from pmcli.steps.compare_target import TARGET, against_target
from pmcli.steps.rolling import windows
from pmcli.steps.selecting import none_whole, say_overlap, select, window_ends
from pmcli.steps.testing import known_test, sharing, with_interval, with_test
from pmcli.steps.written import Month, area_ids, last_day, measure_ids
from pmcli.tables import COMPARISON, KEY, SERIES, series_of

TIMES = ("baseline", "previous-year")
"""What a window is compared with unless something else is asked for."""

FIVE_YEARS = "five-years"
"""The same window five years before: what the long-term trend stands on."""


def compare(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    source: str | None = None,
    to: Month | None = None,
    months: int = 12,
    baseline: Month = BASELINE,
    against: Sequence[str] = TIMES,
    peers: Mapping[str, Sequence[str]] | None = None,
    conventions: Conventions | None = None,
    test: str = "dispersion",
    catalogue: Catalogue | None = None,
) -> pl.LazyFrame:
    """Each series' window against the baseline window and against the one a year before, or against other forces'.

    observations: the observations table, at any row length that divides `months`.
    to: the last day of the window; None takes each measure's latest. baseline: the last day of the baseline window.
    against: any of "baseline", "previous-year", "five-years", "national", "peers", "target"; "national" and "peers" are
        for shares and means of whole forces (steps/compare_others.py), "target" is the standard that the catalogue
        gives a measure (steps/compare_target.py). peers: force -> its Most Similar Group without itself.
        conventions: how the average over the forces is taken.
    test: "dispersion" (counts vary by more than chance, as their measure does) or "exact" (as if by chance alone).
    Returns the comparison table, a row a series and `against`. `value` is the count, or the share or mean itself
    (numerator over base); `change` is a fraction of `against_value`, null when that is zero or below; `p_value` is
    that of stats.counts.two_count_test for counts, the pooled z test on the effective base for shares, null for means;
    `least` and `grade`: steps.testing.with_test. `low`, `high`: the 95 % interval of what lies behind `value`.
    Raises PmError for two sources, when `to` is not the end of a window, or for counts against other forces; UsageError
    for an `against` or a test that there is not.
    """
    measures, areas = measure_ids(measures, catalogue), area_ids(areas, catalogue)
    to, baseline = last_day(to), last_day(baseline, "baseline")
    catalogue = catalogue or Catalogue()
    times, others = _split(against)
    known_test(test)
    everyone = select(observations, measures=measures, areas=None if others else areas, source=source)
    frame = select(everyone, areas=areas)
    rolled = windows(everyone, months)
    ends = window_ends(rolled, to, areas)
    if not ends:
        return none_whole(frame, months, COMPARISON)
    parts = [COMPARISON.empty()]
    if "baseline" in times:
        say_overlap(set(ends.values()), baseline, months)
    if "previous-year" in times and months > 12:
        note(
            f"windows of {months} months that end a year apart share {months - 12} of them: previous-year is not tested"
        )
    if times:
        back: dict[str, date | int] = {"baseline": baseline, "previous-year": 12, FIVE_YEARS: 60}
        earlier = {name: back[name] for name in times}
        parts.append(with_earlier(frame, rolled, ends, months, earlier, test=test, catalogue=catalogue))
    if others:
        parts.append(
            against_others(
                rolled, ends, months, others, areas=areas, peers=peers or {},
                conventions=conventions or Conventions(), catalogue=catalogue,
            )
        )  # fmt: skip
    if TARGET in against:
        parts.append(against_target(frame, rolled, ends, months, catalogue))
    return pl.concat(parts).sort(*KEY, "against").lazy()


def _split(against: Sequence[str]) -> tuple[list[str], list[str]]:
    """The earlier windows and the other forces among what is to be compared with. Raises UsageError."""
    known = (*TIMES, FIVE_YEARS, *OTHERS, TARGET)
    for name in against:
        if name not in known:
            listed = f"It is one of {', '.join(known)}."
            raise UsageError(f"nothing can be compared against {name!r}", did_you_mean(name, known, listed))
    return [name for name in (*TIMES, FIVE_YEARS) if name in against], [name for name in OTHERS if name in against]


def with_earlier(
    frame: pl.DataFrame,
    rolled: pl.DataFrame,
    ends: Mapping[str, date],
    months: int,
    earlier: Mapping[str, date | int],
    *,
    test: str,
    catalogue: Catalogue,
) -> pl.DataFrame:
    """The comparison rows of every series in `frame` with its own earlier windows in `rolled`.

    ends, earlier: see `pairs`.
    """
    both = tested(pairs(frame, rolled, ends, months, earlier, catalogue), months, test=test, catalogue=catalogue)
    _say_missing(both, months)
    return both


def pairs(
    frame: pl.DataFrame,
    rolled: pl.DataFrame,
    ends: Mapping[str, date],
    months: int,
    earlier: Mapping[str, date | int],
    catalogue: Catalogue,
) -> pl.DataFrame:
    """Every series in `frame` beside its own earlier windows in `rolled`, before anything is tested (`tested`).

    ends: measure -> the end of its window. earlier: what each comparison is called -> the end of the earlier window, or
    how many months before the window it ends.
    """
    targets = pl.DataFrame({"measure": list(ends), "_to": list(ends.values())}, schema_overrides={"_to": pl.Date})
    then_end = {
        name: pl.col("_to").replace_strict({end: shift(end, -back) for end in set(ends.values())})
        if isinstance(back, int)
        else pl.lit(back)
        for name, back in earlier.items()
    }
    targets = pl.concat([targets.with_columns(against=pl.lit(name), against_end=end) for name, end in then_end.items()])
    needed = {*targets["_to"], *targets["against_end"]}
    rolled = rolled.filter(pl.col("period_end").is_in(needed))
    # Every series has its rows, also one whose window to that end is not there: it is null, not silently missing.
    wanted = series_of(frame).join(targets, on="measure", how="inner").rename({"_to": "period_end"})
    now = wanted.join(rolled, on=[*SERIES, "period_end"], how="left", validate="m:1")
    now = now.with_columns(pl.col("months").fill_null(months))
    then = rolled.select(
        *SERIES, against_end="period_end", **{f"_{name}": name for name in ("value", "base", "effective")}
    )
    both = now.join(then, on=[*SERIES, "against_end"], how="left", validate="m:1")
    return _statistics(both, catalogue)


def tested(both: pl.DataFrame, months: int, *, test: str, catalogue: Catalogue) -> pl.DataFrame:
    """The comparison rows of `pairs`, with their tests, intervals and the recording changes between the two windows."""
    both = with_test(both, catalogue, test, untested=sharing(both, months))
    both = with_interval(both).with_columns(
        breaks=pl.Series(_breaks(both, months, catalogue), dtype=pl.String), conventions=pl.col("_test")
    )
    # An effective base of 0 says that the base is not known: the 1 that stands there is nobody's number of calls.
    return both.with_columns(
        base=pl.when(pl.col("effective").ne_missing(0)).then("base"),
        against_base=pl.when(pl.col("_effective").ne_missing(0)).then("against_base"),
    ).select(*COMPARISON.columns)


def _statistics(both: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Add statistic, value, base, against_value, against_base, difference and change; _n and _against_n, the bases that
    a test is made on.
    """
    kinds = {name: catalogue.measures[name].kind for name in both["measure"].unique() if name in catalogue.measures}
    means = [name for name, kind in kinds.items() if kind == "mean"]
    shares = [name for name, kind in kinds.items() if kind == "share"]
    based = both.filter(pl.col("base").is_not_null() | pl.col("_base").is_not_null())["measure"].unique().to_list()
    both = both.with_columns(
        statistic=pl.when(pl.col("measure").is_in(means))
        .then(pl.lit("mean"))
        .when(pl.col("measure").is_in([*shares, *based]))
        .then(pl.lit("share"))
        .otherwise(pl.lit("count"))
    )

    def ratio(value: str, base: str) -> pl.Expr:
        over = pl.when(pl.col(base) > 0).then(pl.col(value) / pl.col(base))
        return pl.when(pl.col("statistic") == "count").then(pl.col(value)).otherwise(over)

    both = both.with_columns(_now=ratio("value", "base"), _then=ratio("_value", "_base"))
    difference = pl.col("_now") - pl.col("_then")
    return both.with_columns(
        _numerator=pl.col("value"),
        value=pl.col("_now"),
        against_value=pl.col("_then"),
        against_base=pl.col("_base"),
        _n=pl.coalesce("effective", "base"),
        _against_n=pl.coalesce("_effective", "_base"),
        difference=difference,
        change=pl.when(pl.col("_then") > 0).then(difference / pl.col("_then")),
    )


def _breaks(both: pl.DataFrame, months: int, catalogue: Catalogue) -> list[str]:
    """For each row the ids of the recording changes that took effect between the start of the earlier window and the
    end of the later one: a change on the earlier window's first day lies in both, and breaks nothing.
    """
    changes = [event for event in catalogue.events.values() if event.kind == "recording-change"]
    between: dict[tuple[date, date], list[Event]] = {}
    for end, against_end in both.select("period_end", "against_end").unique().iter_rows():
        first, last = window_start(min(end, against_end), months), max(end, against_end)
        between[end, against_end] = [event for event in changes if first < event.day <= last]
    columns = ("measure", "area", "period_end", "against_end")
    return [
        ";".join(event.id for event in between[end, against_end] if event.touches(measure, area))
        for measure, area, end, against_end in both.select(columns).iter_rows()
    ]


def _span(months: int) -> str:
    return "1 month" if months == 1 else f"{months} months"


def _say_missing(both: pl.DataFrame, months: int) -> None:
    ended = both.filter(pl.col("value").is_null())
    for (end,), rows in _by(ended.unique([*SERIES, "period_end"]), "period_end"):
        what, where = (listing(rows[name].unique().sort().to_list(), 4) for name in ("measure", "area"))
        note(f"no {_span(months)} to {month_name(end)} for {what} in {where}: nothing to compare")
    gone = both.filter(pl.col("value").is_not_null(), pl.col("against_value").is_null())
    for (against, end), rows in _by(gone, "against", "against_end"):
        what, where = (listing(rows[name].unique().sort().to_list(), 4) for name in ("measure", "area"))
        note(f"no {_span(months)} to {month_name(end)} ({against}) for {what} in {where}: not compared")


def _by(rows: pl.DataFrame, *columns: str) -> list[tuple[tuple[Any, ...], pl.DataFrame]]:
    """The rows in parts, by the key of each in order; nothing is parted where there are none."""
    return sorted(rows.partition_by(columns, as_dict=True).items(), key=itemgetter(0)) if rows.height else []
