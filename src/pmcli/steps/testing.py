"""Whether two figures of a row differ by more than chance, and by how much they would have to: one place for every
step.

Counts are tested with the dispersion of their measure (stats/counts.py), shares by two proportions; means are not
tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue, Measure
from pmcli.errors import UsageError, did_you_mean
from pmcli.stats.byar import byar_interval
from pmcli.stats.proportions import least_difference, two_proportion_test
from pmcli.stats.two_counts import LEVEL, are_counts, least_change, two_count_p, unusually_large
from pmcli.stats.wilson import wilson_interval
from pmcli.steps.selecting import overlaps

TESTS: Final = ("dispersion", "exact")
"""How two counts are tested: with the dispersion of the measure, or as events independent of one another."""

WITHIN, CHANGED, UNUSUAL, IN_LINE = "within chance", "changed", "unusual", "in line with"
GRADES: Final = (WITHIN, CHANGED, UNUSUAL, IN_LINE)
"""What a test says of a difference. `in line with`: beyond chance, but too small to matter (shares and means)."""

_ROUNDING: Final = 1e-12
_UNTESTED: Final = (None, None, False)


def known_test(test: str) -> str:
    """`test` if it is one of TESTS. Raises UsageError."""
    if test not in TESTS:
        raise UsageError(f"there is no test {test!r}", did_you_mean(test, TESTS, f"Tests: {', '.join(TESTS)}."))
    return test


def measures_of(names: Sequence[str], catalogue: Catalogue) -> dict[str, Measure]:
    """The measures by id; one that is in no catalogue has what a stanza without more would say."""
    return {name: catalogue.measures.get(name) or Measure(name, name) for name in names}


def column_of(rows: pl.DataFrame, field: str, catalogue: Catalogue) -> pl.Series:
    """A number of each row's measure (dispersion, usual_move, matters)."""
    names = rows["measure"].unique().to_list()
    values = {name: float(getattr(one, field)) for name, one in measures_of(names, catalogue).items()}
    return rows["measure"].replace_strict(values, default=0.0, return_dtype=pl.Float64)


def dispersions(rows: pl.DataFrame, catalogue: Catalogue, test: str) -> pl.Series:
    """The dispersion that each row is tested with: its measure's, or 1 for the exact test."""
    return pl.repeat(1.0, rows.height, eager=True) if test == "exact" else column_of(rows, "dispersion", catalogue)


def with_test(rows: pl.DataFrame, catalogue: Catalogue, test: str, *, untested: pl.Expr | None = None) -> pl.DataFrame:
    """`rows` with p_value, least, grade and _test (the test in words).

    rows: measure, statistic, value, against_value (the count, or the share or mean itself), and for shares _n and
    _against_n, their effective bases. untested: which rows cannot be tested for another reason (windows that overlap).
    least: the smallest change of a count that the test would tell from chance, as a fraction; of a share the smallest
    difference. grade: one of GRADES, null without a p-value.
    """
    figures = rows.with_columns(
        _d=dispersions(rows, catalogue, test),
        _move=column_of(rows, "usual_move", catalogue),
        _apart=pl.lit(value=False) if untested is None else untested.fill_null(value=False),
        **{name: pl.lit(None, dtype=pl.Float64) for name in ("_n", "_against_n") if name not in rows.columns},
    )
    columns = ("statistic", "value", "against_value", "_n", "_against_n", "_d", "_move")
    told = [
        _UNTESTED if apart or now is None or then is None else pair_test(statistic, now, then, *rest)
        for apart, statistic, now, then, *rest in figures.select("_apart", *columns).iter_rows()
    ]
    p, least, unusual = zip(*told, strict=True) if told else ((), (), ())
    return rows.with_columns(
        pl.Series("p_value", p, dtype=pl.Float64),
        pl.Series("least", least, dtype=pl.Float64),
        pl.Series("_unusual", unusual, dtype=pl.Boolean),
        figures["_d"],
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


def pair_test(
    statistic: str, now: float, then: float, n: float | None, m: float | None, dispersion: float, usual_move: float
) -> tuple[float | None, float | None, bool]:
    """The p-value of a row, the least change that would be told, and whether the move is unusually large."""
    if statistic == "count" and are_counts(now, then):
        p = two_count_p(now, then, dispersion)
        unusual = p < LEVEL and unusually_large(now, then, dispersion, usual_move)
        return p, least_change(now, then, dispersion), unusual
    if statistic == "share" and n is not None and m is not None:
        samples = (now * n, n, then * m, m)
        return two_proportion_test(*samples), least_difference(*samples), False
    return _UNTESTED


def sharing(rows: pl.DataFrame, months: int) -> pl.Expr:
    """Which rows' windows (period_end, against_end) share months: then they are not two samples."""
    pairs = rows.select("period_end", "against_end").unique().drop_nulls().rows()
    both = [
        (pl.col("period_end") == now) & (pl.col("against_end") == then)
        for now, then in pairs
        if overlaps(now, then, months)
    ]
    return pl.any_horizontal(both) if both else pl.lit(value=False)


def grade_of(p: float | None, difference: float, statistic: str, matters: float, *, unusual: bool) -> str | None:
    """The grade of one difference, as `graded` gives it. matters: as the measure's stanza has it."""
    if p is None:
        return None
    if p >= LEVEL:
        return WITHIN
    least = matters / (100.0 if statistic == "share" else 1.0)
    if statistic != "count" and abs(difference) < least - _ROUNDING:
        return IN_LINE
    return UNUSUAL if unusual else CHANGED


def graded(rows: pl.DataFrame, catalogue: Catalogue) -> pl.Expr:
    """The grade of each row by its p_value; `_unusual` marks the moves that are. rows: measure, statistic."""
    scale = pl.when(pl.col("statistic") == "share").then(100.0).otherwise(1.0)  # points, where the values are fractions
    matters = pl.lit(column_of(rows, "matters", catalogue)) / scale
    small = (pl.col("value") - pl.col("against_value")).abs() < matters - _ROUNDING
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
    ends = [_interval(*row) for row in rows.select("statistic", "value", "_n").iter_rows()]
    return rows.with_columns(
        pl.Series("low", [low for low, _ in ends], dtype=pl.Float64),
        pl.Series("high", [high for _, high in ends], dtype=pl.Float64),
    )


def _interval(statistic: str, value: float | None, n: float | None) -> tuple[float, float] | tuple[None, None]:
    if statistic == "count" and value is not None and value >= 0:
        return byar_interval(value)
    if statistic == "share" and value is not None and 0 <= value <= 1 and n is not None and n > 0:
        return wilson_interval(value, n)
    return None, None
