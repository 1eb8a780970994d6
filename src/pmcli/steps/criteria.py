"""One outlier criterion at a time: the windows it needs, the comparison it makes, and why it could not be made."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue, Criterion
from pmcli.periods import shift
from pmcli.steps.averages import Conventions, spread
from pmcli.steps.population import Population
from pmcli.steps.rank import with_rates
from pmcli.steps.rolling import windows
from pmcli.tables import SERIES

NO_PEERS: Final = "no Most Similar Group given: name a peers file (columns force, peer) with --peers or in pm.toml"

_COLUMNS: Final = (
    *SERIES, "period_end", "months", "criterion", "value", "comparator", "difference", "sd", "flag", "against_end",
    "population", "population_year", "reason", "_scope", "_lacking",
)  # fmt: skip


def figures_of(
    frame: pl.DataFrame, to: date, baseline: date, population: Population, catalogue: Catalogue
) -> pl.DataFrame:
    """One measure's windows, a row a force: everything that the criteria are made of.

    frame: observations of one measure from one source a force.
    Returns v12 and v6 (12 and 6 months to `to`), b12 (12 months to the baseline), l6 (the same 6 months a year before),
    d6 = v6 - l6, and population, population_year and rate for v12. Each is null where its window is not whole.
    """
    wanted = {
        "v12": (12, to),
        "b12": (12, baseline),
        "v6": (6, to),
        "l6": (6, shift(to, -12)),
        "h12": (12, shift(to, -6)),
    }
    wide = frame.select(SERIES).unique()
    for name, (months, end) in wanted.items():
        part = _windows_at(frame, months, end).select(*SERIES, pl.col("value").alias(name))
        wide = wide.join(part, on=list(SERIES), how="left", validate="1:1")
    wide = wide.with_columns(
        # By algebra the change of the 12-month total over half a year is these 6 months less the same a year before,
        # so the difference is known even where only 12-month totals are.
        d6=pl.coalesce(pl.col("v6") - pl.col("l6"), pl.col("v12") - pl.col("h12")),
        period_end=pl.lit(to),
        value=pl.col("v12"),
    )
    return with_rates(wide, population, catalogue).sort("area")


def _windows_at(frame: pl.DataFrame, months: int, end: date) -> pl.DataFrame:
    """The windows of `months` that end at `end`; no rows when the rows' lengths cannot make them."""
    lengths = frame["months"].unique().to_list()
    return windows(frame, months, [end]) if any(months % length == 0 for length in lengths) else frame.clear()


def judge(
    figures: pl.DataFrame,
    pairs: pl.DataFrame,
    criterion: Criterion,
    conventions: Conventions,
    baseline: date,
    to: date,
) -> pl.DataFrame:
    """One criterion for every force in `figures`: value, comparator, difference, sd, flag, and why a null flag is null.

    pairs: who each force is held against (steps.averages.members).
    A volume flags when it is above the other window's; a rate or a percentage change when it is more than
    `conventions.multiple` SDs above the average, strictly, on unrounded values.
    """
    ends = {"baseline": baseline, "previous-year": shift(to, -12)}
    rows = figures.with_columns(
        months=pl.lit(criterion.months, dtype=pl.Int8),
        criterion=pl.lit(criterion.id),
        against_end=pl.lit(ends.get(criterion.against), dtype=pl.Date),
    )
    judged = _volume(rows, criterion) if criterion.kind == "volume" else _relative(rows, pairs, criterion, conventions)
    unknown = pl.when(pl.col("flag").is_null()).then(pl.col("reason")).otherwise(pl.lit(""))
    return judged.with_columns(reason=unknown).select(_COLUMNS)


def _windows_of(criterion: Criterion) -> tuple[str, str]:
    """The columns of `figures` that hold this window and the other."""
    return "v12" if criterion.months == 12 else "v6", "b12" if criterion.against == "baseline" else "l6"


def _missing_window(criterion: Criterion) -> pl.Expr:
    now, then = _windows_of(criterion)
    return (
        pl.when(pl.col(now).is_null())
        .then(pl.lit(f"the {criterion.months} months to the end are not known"))
        .when(pl.col(then).is_null())
        .then(pl.lit(f"the earlier {criterion.months} months are not known"))
    )


def _volume(rows: pl.DataFrame, criterion: Criterion) -> pl.DataFrame:
    now, then = _windows_of(criterion)
    return rows.with_columns(
        value=pl.col(now),
        comparator=pl.col(then),
        difference=pl.col("d6") if (now, then) == ("v6", "l6") else pl.col(now) - pl.col(then),
        sd=pl.lit(None, dtype=pl.Float64),
        reason=_missing_window(criterion),
        _scope=pl.lit(""),
        _lacking=pl.lit(None, dtype=pl.List(pl.String)),
    ).with_columns(flag=pl.col("difference") > 0)


def _relative(rows: pl.DataFrame, pairs: pl.DataFrame, criterion: Criterion, conventions: Conventions) -> pl.DataFrame:
    """A rate, or a percentage change, against the average over the criterion's scope."""
    scope = pairs.filter(pl.col("scope") == criterion.scope)
    if criterion.kind == "rate":
        stats = spread(rows, scope, "v12", "population", pl.col("_factor"), 0.0)
        value: pl.Expr = pl.col("rate")
        missing: pl.Expr = (
            pl.when(pl.col("v12").is_null())
            .then(pl.lit("the 12 months to the end are not known"))
            .when(pl.col("population").is_null())
            .then(pl.lit("no population estimate"))
        )
    else:
        now, then = _windows_of(criterion)
        stats = spread(rows, scope, now, then, pl.lit(1.0), 1.0)
        value = pl.when(pl.col(then) > 0).then(pl.col(now) / pl.col(then) - 1)
        missing = _missing_window(criterion)
    comparator, sd = pl.col(conventions.average).alias("comparator"), pl.col(conventions.sd_column).alias("sd")
    stats = stats.select("area", comparator, sd, "n", "of", pl.col("lacking").alias("_lacking"))
    reason = (
        pl.when(pl.col("of").is_null())
        .then(pl.lit(NO_PEERS if criterion.scope == "peers" else "not one of the forces of the national average"))
        .when(missing.is_not_null())
        .then(missing)
        .when(pl.col("value").is_null())
        .then(pl.lit("a change from zero has no percentage"))
        .otherwise(pl.format("too few forces with figures for an average and SD ({} of {})", "n", "of"))
    )
    joined = rows.with_columns(value=value).join(stats, on="area", how="left", validate="1:1")
    return joined.with_columns(
        difference=pl.col("value") - pl.col("comparator"),
        reason=reason,
        _scope=pl.when(pl.col("comparator").is_not_null())
        .then(pl.format(f"; {criterion.scope}: {{}} of {{}} forces", "n", "of"))
        .otherwise(pl.lit("")),
        _lacking=pl.when(pl.col("comparator").is_not_null()).then("_lacking"),  # else the reason says it
    ).with_columns(flag=pl.col("difference") > conventions.multiple * pl.col("sd"))
