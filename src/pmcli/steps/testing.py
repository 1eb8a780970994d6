"""Whether two figures of a row differ by more than chance, and by how much they would have to: one place for every
step.

Counts are tested with the dispersion of their measure (stats/counts.py), shares by two proportions; means are not
tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pmcli.catalogue import Catalogue, Measure
from pmcli.errors import UsageError, did_you_mean
from pmcli.stats.byar import byar_intervals
from pmcli.stats.counts import LEVEL, least_change, two_count_test, unusually_large
from pmcli.stats.proportions import least_difference, two_proportion_test
from pmcli.stats.wilson import wilson_intervals
from pmcli.steps.selecting import overlaps

TESTS: Final = ("dispersion", "exact")
"""How two counts are tested: with the dispersion of the measure, or as events independent of one another."""

WITHIN, CHANGED, UNUSUAL, IN_LINE = "within chance", "changed", "unusual", "in line with"
GRADES: Final = (WITHIN, CHANGED, UNUSUAL, IN_LINE)
"""What a test says of a difference. `in line with`: beyond chance, but too small to matter (shares and means)."""

_ROUNDING: Final = 1e-12


def known_test(test: str) -> str:
    """`test` if it is one of TESTS. Raises UsageError."""
    if test not in TESTS:
        raise UsageError(f"there is no test {test!r}", did_you_mean(test, TESTS, f"Tests: {', '.join(TESTS)}."))
    return test


def measures_of(names: Sequence[str], catalogue: Catalogue) -> dict[str, Measure]:
    """The measures by id; one that is in no catalogue has what a stanza without more would say."""
    return {name: catalogue.measures.get(name) or Measure(name, name) for name in names}


def column_of(rows: pl.DataFrame, field: str, catalogue: Catalogue) -> NDArray[np.float64]:
    """A number of each row's measure (dispersion, usual_move, matters)."""
    names = rows["measure"].unique().to_list()
    values = {name: float(getattr(one, field)) for name, one in measures_of(names, catalogue).items()}
    looked_up = rows["measure"].replace_strict(values, default=0.0, return_dtype=pl.Float64)
    return looked_up.to_numpy()


def dispersions(rows: pl.DataFrame, catalogue: Catalogue, test: str) -> NDArray[np.float64]:
    """The dispersion that each row is tested with: its measure's, or 1 for the exact test."""
    return np.ones(rows.height) if test == "exact" else column_of(rows, "dispersion", catalogue)


def with_test(rows: pl.DataFrame, catalogue: Catalogue, test: str, *, untested: pl.Expr | None = None) -> pl.DataFrame:
    """`rows` with p_value, least, grade and _test (the test in words).

    rows: measure, statistic, value, against_value (the count, or the share or mean itself), and for shares _n and
    _against_n, their effective bases. untested: which rows cannot be tested for another reason (windows that overlap).
    least: the smallest change of a count that the test would tell from chance, as a fraction; of a share the smallest
    difference. grade: one of GRADES, null without a p-value.
    """
    now, then = rows["value"].to_numpy(), rows["against_value"].to_numpy()
    counted = rows["statistic"].eq("count").to_numpy()
    d = dispersions(rows, catalogue, test)
    a, b = np.where(counted, now, np.nan), np.where(counted, then, np.nan)
    p = two_count_test(a, b, d)
    least = np.where(np.isnan(p), np.nan, least_change(a, b, d))
    share = np.flatnonzero(rows["statistic"].eq("share").to_numpy() & ~np.isnan(now) & ~np.isnan(then))
    if share.size:
        bases = rows.select(pl.col("_n", "_against_n").cast(pl.Float64).fill_null(0.0)).to_numpy()
        for row in share.tolist():
            samples = (now[row] * bases[row, 0], bases[row, 0], then[row] * bases[row, 1], bases[row, 1])
            p[row], least[row] = (_number(one(*samples)) for one in (two_proportion_test, least_difference))
    if untested is not None:
        apart = rows.select(pl.repeat(value=False, n=pl.len()) | untested.fill_null(value=False)).to_series().to_numpy()
        p, least = np.where(apart, np.nan, p), np.where(apart, np.nan, least)
    unusual = np.zeros(rows.height, dtype=bool)
    moved = np.flatnonzero(counted & (p < LEVEL))
    unusual[moved] = unusually_large(a[moved], b[moved], d[moved], column_of(rows, "usual_move", catalogue)[moved])
    return rows.with_columns(
        pl.Series("p_value", p, dtype=pl.Float64).fill_nan(None),
        pl.Series("least", least, dtype=pl.Float64).fill_nan(None),
        pl.Series("_unusual", unusual),
        pl.Series("_d", d),
    ).with_columns(
        grade=graded(rows, catalogue),
        _test=pl.when(pl.col("p_value").is_null())
        .then(pl.lit("test: none"))
        .when(pl.col("statistic") == "share")
        .then(pl.lit("test: two proportions"))
        .when(pl.lit(test == "exact"))
        .then(pl.lit("test: exact (events independent), d = 1"))
        .otherwise(pl.format("test: two counts with the measure's dispersion, d = {}", "_d")),
    )


def sharing(rows: pl.DataFrame, months: int) -> pl.Expr:
    """Which rows' windows (period_end, against_end) share months: then they are not two samples."""
    pairs = rows.select("period_end", "against_end").unique().drop_nulls().rows()
    both = [
        (pl.col("period_end") == now) & (pl.col("against_end") == then)
        for now, then in pairs
        if overlaps(now, then, months)
    ]
    return pl.any_horizontal(both) if both else pl.lit(value=False)


def graded(rows: pl.DataFrame, catalogue: Catalogue) -> pl.Expr:
    """The grade of each row by its p_value; `_unusual` marks the moves that are. rows: measure, statistic."""
    scale = rows["statistic"].eq("share").to_numpy()  # `matters` of a share is in points, its values are fractions
    matters = column_of(rows, "matters", catalogue) / np.where(scale, 100.0, 1.0)
    small = (pl.col("value") - pl.col("against_value")).abs() < pl.lit(pl.Series(matters)) - _ROUNDING
    return (
        pl.when(pl.col("p_value").is_null())
        .then(None)
        .when(pl.col("p_value") >= LEVEL)
        .then(pl.lit(WITHIN))
        .when((pl.col("statistic") != "count") & small)
        .then(pl.lit(IN_LINE))
        .when("_unusual")
        .then(pl.lit(UNUSUAL))
        .otherwise(pl.lit(CHANGED))
    )


def with_interval(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with low and high, the 95 % interval of what lies behind `value`: Byar's for counts, Wilson's for shares.

    rows: statistic, value, and _n, the effective base of a share. Null for means, and for counts below zero.
    """
    value = rows["value"].to_numpy()
    low, high = byar_intervals(np.where(rows["statistic"].eq("count").to_numpy(), value, np.nan))
    share = rows["statistic"].eq("share").to_numpy()
    if share.any():
        n = rows["_n"].cast(pl.Float64).to_numpy()
        ends = wilson_intervals(np.where(share, value, np.nan), np.where(np.isnan(n), 0.0, n))
        low, high = np.where(share, ends[0], low), np.where(share, ends[1], high)
    return rows.with_columns(
        pl.Series("low", low, dtype=pl.Float64).fill_nan(None), pl.Series("high", high, dtype=pl.Float64).fill_nan(None)
    )


def _number(value: float | None) -> float:
    return np.nan if value is None else value
