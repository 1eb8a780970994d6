"""Survey waves: each area's or group's share in every wave, the change from the wave before, and gaps between groups.

Waves are windows that do not overlap, counted back from the latest, so that a test between two of them is one between
independent samples. Tests use the effective sample size: weights that differ make a sample worth less than its number
of respondents. A share of fewer than SMALLEST is shown, flagged, and not tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError, did_you_mean
from pmcli.notes import listing, note
from pmcli.periods import shift
from pmcli.stats.gaps import gap_change_test
from pmcli.stats.multiple import holm
from pmcli.stats.proportions import two_proportion_test
from pmcli.stats.wilson import gap_interval, wilson_interval
from pmcli.steps.rolling import windows
from pmcli.steps.selecting import select, window_ends
from pmcli.steps.written import Month, area_ids, last_day, measure_ids
from pmcli.tables import KEY, OBSERVATIONS, SERIES, WAVES, conform, series_of

SMALLEST: Final = 30
"""The effective sample size below which a share is too small to test."""

ADJUSTMENTS: Final = ("none", "holm")
DISTRICT: Final = "district"


def waves(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    source: str | None = None,
    by: Sequence[str] | None = None,
    to: Month | None = None,
    last: int | None = None,
    months: int = 12,
    adjust: str = "none",
    level: float = 0.05,
    gaps: Sequence[str] = (),
    smallest: float = SMALLEST,
    catalogue: Catalogue | None = None,
) -> pl.LazyFrame:
    """Shares by wave with the change from the wave before.

    observations: the observations table; shares only (rows with a base). areas: forces (their districts come along)
    or areas. by: dimensions to show, and "district" for the districts; None shows everything. to: last day of the
    latest wave. last: how many waves. months: length of a wave; shorter periods are added up.
    adjust: "holm" adjusts the p-values over all changes into the same wave, those of gaps apart from the others.
    gaps: pairs of categories of one dimension, as "Victim of crime:Non victim", first minus second.
    Returns the waves table. kind "group": value = share, difference in fractions, p_value = pooled two-proportion z
    test on the effective sizes. kind "gap": value = the gap, p_value = test that it has not changed
    (stats.gaps.gap_change_test), gap_p = test that it is zero; base and effective are null.
    year_value, year_p: the same of the wave a year before, where waves are shorter than a year.
    low, high: the 95 % interval of value, Wilson's for a share, Newcombe's for a gap, on the effective sizes.
    p_value and significant are null where either wave is too small or missing.
    Raises UsageError for an unknown adjustment or level, PmError for a dimension or category that is not there.
    """
    measures, areas = measure_ids(measures, catalogue), area_ids(areas, catalogue)
    to = last_day(to)
    _check(adjust, level, last)
    catalogue = catalogue or Catalogue()
    frame = conform(observations.lazy().collect(), OBSERVATIONS)
    if areas is not None:
        have = frame["area"].unique().to_list()
        inside = [area for area in have if area in areas or area.partition("/")[0] in areas]
        areas = inside or areas
    frame = _shares(select(frame, measures=measures, areas=areas, source=source), catalogue)
    everything = frame
    frame = _by(frame, by)
    if frame.is_empty():
        return WAVES.empty().lazy()
    rolled = _wave_windows(everything, to, months, last)
    rolled = rolled.with_columns(
        _value=pl.when(pl.col("base") > 0).then(pl.col("value") / pl.col("base")),
        _n=pl.coalesce("effective", "base"),
    )
    both = _with_a_year_before(_with_previous(rolled), months)
    shown = both.join(series_of(frame), on=SERIES, how="semi")
    rows = [_group_rows(shown, smallest), *(_gap_rows(both, gap, smallest) for gap in gaps)]
    found = _adjusted(pl.concat(rows), adjust, level)
    return conform(found, WAVES).sort(*KEY, "kind").lazy()


def _check(adjust: str, level: float, last: int | None) -> None:
    if adjust not in ADJUSTMENTS:
        raise UsageError(f"there is no adjustment {adjust!r}", did_you_mean(adjust, ADJUSTMENTS, "Give holm or none."))
    if not 0 < level < 1:
        raise UsageError(f"--level {level:g} is not between 0 and 1", "Give it as 0.05.")
    if last is not None and last < 1:
        raise UsageError(f"--last {last} shows no wave", "Give 1 or more.")


def _shares(frame: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """The shares among the observations; a note names what is a count or a mean."""
    known = catalogue.measures
    based = frame.filter(pl.col("base").is_not_null())["measure"].unique().to_list()
    shares = [name for name in based if name not in known or known[name].kind == "share"]
    others = sorted(set(frame["measure"].unique().to_list()) - set(shares))
    if others:
        one = len(others) == 1
        note(
            f"{listing(others, 4)} {'is no share' if one else 'are no shares'} and left out: waves are of shares of "
            "respondents; `pm compare` takes counts and means"
        )
    return frame.filter(pl.col("measure").is_in(shares))


def _by(frame: pl.DataFrame, by: Sequence[str] | None) -> pl.DataFrame:
    """The rows of the dimensions that were asked for."""
    if not by or frame.is_empty():
        return frame
    district = (pl.col("dimension") == "all") & pl.col("area").str.contains("/", literal=True)
    have = frame.filter(pl.col("dimension") != "all")["dimension"].unique().sort().to_list()
    if frame.filter(district).height:
        have.append(DISTRICT)
    lacks = [name for name in by if name not in have and name != "all"]
    if lacks:
        there = f"It is broken down by {listing(have, 8)}." if have else "It is not broken down."
        raise PmError(f"no figures by {lacks[0]}", did_you_mean(lacks[0], have, there))
    wanted = pl.col("dimension").is_in([name for name in by if name != "all"])
    if "all" in by:
        wanted |= (pl.col("dimension") == "all") & ~district
    return frame.filter(wanted | district if DISTRICT in by else wanted)


def _wave_windows(frame: pl.DataFrame, to: date | None, months: int, last: int | None) -> pl.DataFrame:
    """The windows that are waves: the latest of each measure, and back from it those that do not overlap."""
    rolled = windows(frame, months)
    ends = window_ends(rolled, to)
    if not ends:
        lengths = sorted(set(frame["months"].to_list()))
        own = f"; the periods are of {listing([str(length) for length in lengths])} months (--months)"
        note(f"no wave of {months} months is whole{own}")
    parts = []
    for measure, end in ends.items():
        mine = rolled.filter(pl.col("measure") == measure)
        chosen = _apart(mine["period_end"].unique().to_list(), end, months)
        parts.append(mine.filter(pl.col("period_end").is_in(chosen[:last])))
    return pl.concat(parts) if parts else rolled.clear()


def _apart(ends: Sequence[date], latest: date, months: int) -> list[date]:
    """Window ends at least `months` apart, latest first."""
    chosen = [latest]
    for end in sorted((end for end in ends if end < latest), reverse=True):
        after = chosen[-1]
        if (after.year - end.year) * 12 + after.month - end.month >= months:
            chosen.append(end)
    return chosen


def _with_previous(rolled: pl.DataFrame) -> pl.DataFrame:
    """`rolled` with the measure's wave before beside each row; a series without a figure in it has nulls there."""
    ends = rolled.select("measure", "period_end").unique().sort("measure", "period_end")
    ends = ends.with_columns(against_end=pl.col("period_end").shift(1).over("measure"))
    then = rolled.select(
        *SERIES, against_end="period_end", against_value="_value", against_base="base", _against_n="_n"
    )
    both = rolled.join(ends, on=["measure", "period_end"], how="left", validate="m:1")
    return both.join(then, on=[*SERIES, "against_end"], how="left", validate="m:1")


def _with_a_year_before(both: pl.DataFrame, months: int) -> pl.DataFrame:
    """`both` with the wave that ends a year before beside each row; nulls where there is none.

    Waves of a year have their year before as the wave before.
    """
    known = set(both["period_end"]) if months < 12 else set()
    years = {end: shift(end, -12) for end in known if shift(end, -12) in known}
    back = pl.col("period_end").replace_strict(years, default=None, return_dtype=pl.Date) if years else _NO_DATE
    then = both.select(*SERIES, year_end="period_end", year_value="_value", _year_n="_n")
    return both.with_columns(year_end=back).join(then, on=[*SERIES, "year_end"], how="left", validate="m:1")


_NO_DATE: Final = pl.lit(None, dtype=pl.Date)


def _group_rows(both: pl.DataFrame, smallest: float) -> pl.DataFrame:
    ends = [
        wilson_interval(share, n) if _asked(share, n) else (None, None)
        for share, n in both.select("_value", "_n").iter_rows()
    ]
    p_values = [_change_p(now, then, smallest) for now, then in _samples(both, "against_value", "_against_n")]
    year_ps = [_change_p(now, then, smallest) for now, then in _samples(both, "year_value", "_year_n")]
    return both.select(
        *KEY,
        pl.lit("group").alias("kind"),
        pl.col("_value").alias("value"),
        "base",
        "effective",
        "against_end",
        "against_value",
        "against_base",
        (pl.col("_value") - pl.col("against_value")).alias("difference"),
        pl.Series("p_value", p_values, dtype=pl.Float64),
        (pl.col("_n") < smallest).fill_null(value=False).alias("too_small"),
        pl.lit(None, dtype=pl.Float64).alias("gap_p"),
        pl.Series("low", [low for low, _ in ends], dtype=pl.Float64),
        pl.Series("high", [high for _, high in ends], dtype=pl.Float64),
        "year_end",
        "year_value",
        pl.Series("year_p", year_ps, dtype=pl.Float64),
    )


Sample = tuple[float | None, float | None]
"""A share and the effective size of the sample behind it."""


def _samples(both: pl.DataFrame, value: str, n: str) -> list[tuple[Sample, Sample]]:
    return [((row[0], row[1]), (row[2], row[3])) for row in both.select("_value", "_n", value, n).rows()]


def _change_p(now: Sample, then: Sample, smallest: float) -> float | None:
    """Of the change between two waves; None where either is missing or too small."""
    (a, n), (b, m) = now, then
    if a is None or b is None or n is None or m is None or min(n, m) < smallest:
        return None
    return two_proportion_test(a * n, n, b * m, m)


def _gap_rows(both: pl.DataFrame, gap: str, smallest: float) -> pl.DataFrame:
    """A row for every area and wave that has both categories: the first's share less the second's."""
    names = [part.strip() for part in gap.split(":")]
    if len(names) != 2 or not all(names):
        raise UsageError(f"--gap {gap!r} does not name two groups", 'Give two categories: --gap "Victim:Not a victim".')
    first, second = (_category(both, name) for name in names)
    key = [name for name in KEY if name != "category"]
    theirs = ("_value", "_n", "against_value", "_against_n", "year_value", "_year_n")
    other = both.filter(pl.col("category") == second).select(*key, *(pl.col(name).alias(f"{name}2") for name in theirs))
    pairs = both.filter(pl.col("category") == first).join(other, on=key, validate="1:1")
    if pairs.is_empty() and both.height:
        raise PmError(f"{first!r} and {second!r} are not groups of the same breakdown: no gap between them")
    changes: list[float | None] = []
    years: list[float | None] = []
    gaps: list[float | None] = []
    spans: list[tuple[float | None, float | None]] = []
    for row in pairs.select(*theirs, *(f"{name}2" for name in theirs)).rows():
        now, then, year = (((row[at], row[at + 1]), (row[at + 6], row[at + 7])) for at in (0, 2, 4))
        gaps.append(
            two_proportion_test(now[0][0] * now[0][1], now[0][1], now[1][0] * now[1][1], now[1][1])
            if _testable(now, smallest)
            else None
        )
        spans.append(gap_interval(*now) if all(_asked(*sample) for sample in now) else (None, None))
        changes.append(gap_change_test(now, then) if _testable(now + then, smallest) else None)
        years.append(gap_change_test(now, year) if _testable(now + year, smallest) else None)
    small = (pl.min_horizontal("_n", "_n2") < smallest).fill_null(value=False)
    value, before = pl.col("_value") - pl.col("_value2"), pl.col("against_value") - pl.col("against_value2")
    nothing = pl.lit(None, dtype=pl.Float64)
    return pairs.select(
        *[pl.lit(f"{first} minus {second}").alias("category") if name == "category" else name for name in KEY],
        pl.lit("gap").alias("kind"),
        value.alias("value"),
        nothing.alias("base"),
        nothing.alias("effective"),
        "against_end",
        before.alias("against_value"),
        nothing.alias("against_base"),
        (value - before).alias("difference"),
        pl.Series("p_value", changes, dtype=pl.Float64),
        small.alias("too_small"),
        pl.Series("gap_p", gaps, dtype=pl.Float64),
        pl.Series("low", [low for low, _ in spans], dtype=pl.Float64),
        pl.Series("high", [high for _, high in spans], dtype=pl.Float64),
        "year_end",
        (pl.col("year_value") - pl.col("year_value2")).alias("year_value"),
        pl.Series("year_p", years, dtype=pl.Float64),
    )


def _asked(share: float | None, n: float | None) -> bool:
    return share is not None and n is not None and n > 0 and 0 <= share <= 1


def _testable(samples: Sequence[Sample], smallest: float) -> bool:
    return all(share is not None and n is not None and n >= smallest for share, n in samples)


def _category(frame: pl.DataFrame, name: str) -> str:
    """The category of the data that the user means; case does not matter."""
    have: list[str] = frame["category"].unique().sort().to_list()
    found = [one for one in have if one.casefold() == name.casefold()]
    if not found and have:
        groups = [one for one in have if one != "all"]
        there = f"The groups are {listing(groups, 12)}." if groups else "The figures are not broken down."
        raise PmError(f"there is no group {name!r} to take a gap of", did_you_mean(name, groups, there))
    return found[0] if found else name


def _adjusted(found: pl.DataFrame, adjust: str, level: float) -> pl.DataFrame:
    found = found.sort(*KEY, "kind").with_columns(p_adjusted=pl.col("p_value"))
    if adjust == "holm":
        parts = [
            part.with_columns(pl.Series("p_adjusted", holm(part["p_value"].to_list()), dtype=pl.Float64))
            for _, part in found.group_by("kind", "period_end", maintain_order=True)
        ]
        found = pl.concat(parts) if parts else found
    return found.with_columns(significant=pl.col("p_adjusted") < level)
