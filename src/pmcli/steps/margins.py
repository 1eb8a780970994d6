"""How many offences more or fewer would turn a flag: what lies between a force and a criterion."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, sqrt
from typing import Any

import polars as pl

from pmcli.steps.averages import Conventions

_ROUNDING = 1e-9


def volume_margin() -> pl.Expr:
    """The margin of a count against an earlier one. columns: difference (now less then)."""
    gap = (-pl.col("difference")).floor()
    return pl.when(pl.col("difference") > 0).then(gap).otherwise(gap + 1)


def with_relative_margins(
    rows: pl.DataFrame, scope: pl.DataFrame, conventions: Conventions, shift: float
) -> pl.DataFrame:
    """`rows` with the margin of a rate or a percentage change against an average plus a multiple of the SD.

    rows: area, _now (the count that is added to), _over (what it is divided by), _factor (times what), value (their
    quotient times the factor less `shift`) and flag. scope: who each area is held against (area, member).
    Where the force is one of its own group, its own offences move the average and the SD as well. With the others' mean
    mu and sum of squares SS, n forces and a force u above mu, the average is mu + u/n and the variance SS/(n-1) +
    u^2/n; so a u + g = k sqrt(A + b u^2) with a = (n-1)/n, g = 0, A = SS/(n-1), b = 1/n has one root beyond which it
    flags, when a^2 > k^2 b; else no number of offences does, and the margin is null. (A pooled average has other a and
    g, the population's SD other A and b, and a force outside its group has a = 1 and b = 0.)
    """
    other = pl.col("member") != pl.col("area")
    figures = rows.select("value", "_now", "_over", member="area").filter(pl.col("value").is_not_null())
    x = pl.col("value").filter(other)
    rest = (
        scope.join(figures, on="member", how="inner")
        .group_by("area", maintain_order=True)
        .agg(
            other.sum().alias("_others"),
            (~other).any().alias("_inside"),
            x.mean().alias("_mean"),
            ((x - x.mean()) ** 2).sum().alias("_squares"),
            pl.col("_over").filter(other).sum().alias("_rest_over"),
            pl.col("_now").filter(other).sum().alias("_rest_now"),
        )
    )
    own = rows.select("area", "flag", "_now", "_over", "_factor").join(rest, on="area", how="left", validate="m:1")
    margins = [_margin(row, conventions, shift) for row in own.iter_rows(named=True)]
    return rows.with_columns(pl.Series("margin", margins, dtype=pl.Float64))


def _margin(row: Mapping[str, Any], conventions: Conventions, shift: float) -> float | None:
    """The margin of one row; None without a flag, and where no number of offences would turn it."""
    threshold = None if row["flag"] is None else _threshold(row, conventions, shift)
    if threshold is None:
        return None
    gap = floor(threshold - row["_now"] + _ROUNDING * max(abs(threshold), 1.0))
    margin = min(gap, -1) if row["flag"] else max(gap + 1, 1)
    return float(margin) if row["_now"] + margin >= 0 else None  # not even none at all would turn it


def _threshold(row: Mapping[str, Any], conventions: Conventions, shift: float) -> float | None:
    """The count beyond which a row flags; None where none does."""
    k, inside, mean, over = conventions.multiple, row["_inside"], row["_mean"], row["_rest_over"]
    if mean is None:
        return None
    n = row["_others"] + (1 if inside else 0)
    free = n - 1 if conventions.sd == "sample" else n
    own = row["_over"] if inside else 0.0
    if conventions.average == "simple":
        a, g = (n - 1) / n if inside else 1.0, 0.0
    else:
        a = 1 - own / (over + own)
        g = a * mean - row["_rest_now"] * row["_factor"] / (over + own) + shift * (over / (over + own))
    spread = row["_squares"] / free
    steep = a * a - k * k * ((n - 1) / n / free if inside else 0.0)
    under_root = (a * g) ** 2 - steep * (g * g - k * k * spread)
    if not (steep > 0 and under_root >= 0):
        return None
    return float((mean + (-a * g + sqrt(under_root)) / steep + shift) * row["_over"] / row["_factor"])
