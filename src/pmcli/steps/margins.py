"""How many offences more or fewer would turn a flag: what lies between a force and a criterion."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pmcli.steps.averages import Conventions

Floats = NDArray[np.float64]

_ROUNDING = 1e-9


def volume_margin() -> pl.Expr:
    """The margin of a count against an earlier one. columns: difference (now less then)."""
    gap = (-pl.col("difference")).floor()
    return pl.when(pl.col("difference") > 0).then(gap).otherwise(gap + 1)


def relative_margins(rows: pl.DataFrame, scope: pl.DataFrame, conventions: Conventions, shift: float) -> pl.Series:
    """The margin of a rate or a percentage change against an average plus a multiple of the SD, a number a row.

    rows: area, _now (the count that is added to), _over (what it is divided by), _factor (times what), value (their
    quotient times the factor less `shift`) and flag. scope: who each area is held against (area, member).
    Where the force is one of its own group, its own offences move the average and the SD as well. With the others' mean
    mu and sum of squares SS, n forces and a force u above mu, the average is mu + u/n and the variance SS/(n-1) +
    u^2/n; so a u + g = k sqrt(A + b u^2) with a = (n-1)/n, g = 0, A = SS/(n-1), b = 1/n has one root beyond which it
    flags, when a^2 > k^2 b; else no number of offences does, and the margin is null. (A pooled average has other a and
    g, the population's SD other A and b, and a force outside its group has a = 1 and b = 0.)
    """
    known = {name: rows[name].cast(pl.Float64).to_numpy() for name in ("_now", "_over", "_factor", "value")}
    place = {area: number for number, area in enumerate(rows["area"].to_list())}
    pairs = [
        (place[area], place.get(member, -1)) for area, member in scope.select("area", "member").rows() if area in place
    ]
    of, who = (np.array(column, dtype=np.int64) for column in (zip(*pairs, strict=True) if pairs else ((), ())))
    there = (who >= 0) & ~np.isnan(known["value"][who])
    threshold = _threshold(known, of[there], who[there], conventions, shift)
    with np.errstate(invalid="ignore"):
        gap = threshold - known["_now"]
        gap = np.floor(gap + _ROUNDING * np.maximum(np.abs(threshold), 1.0))
        flag = rows["flag"].to_numpy()
        margin = np.where(flag == True, np.minimum(gap, -1.0), np.maximum(gap + 1, 1.0))  # noqa: E712 (None stays None)
        margin[known["_now"] + margin < 0] = np.nan  # not even none at all would turn it
    margin[rows["flag"].is_null().to_numpy()] = np.nan
    return pl.Series("margin", margin, dtype=pl.Float64).fill_nan(None)


def _threshold(
    known: dict[str, Floats], of: NDArray[np.int64], who: NDArray[np.int64], conventions: Conventions, shift: float
) -> Floats:
    """The count beyond which each row flags; NaN where none does."""
    rows = known["value"].size
    k, x = conventions.multiple, known["value"]
    other = of != who

    def total(values: Any) -> Floats:
        return np.bincount(of[other], weights=values[other], minlength=rows).astype(float)

    others = total(np.ones(of.size))
    inside = np.bincount(of[~other], minlength=rows) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total(x[who]) / others
        squares = total(np.square(x[who] - mean[of]))
        n = others + inside
        free = n - 1 if conventions.sd == "sample" else n
        over, own = total(known["_over"][who]), np.where(inside, known["_over"], 0.0)
        if conventions.average == "simple":
            a, g = np.where(inside, (n - 1) / n, 1.0), np.zeros(rows)
        else:
            rest = total(known["_now"][who]) * known["_factor"] / (over + own)
            a = 1 - own / (over + own)
            g = a * mean - rest + shift * (over / (over + own))
        spread = squares / free
        b = np.where(inside, (n - 1) / n / free, 0.0)
        steep = a * a - k * k * b
        root = (-a * g + np.sqrt(np.square(a * g) - steep * (g * g - k * k * spread))) / steep
        threshold: Floats = np.where(steep > 0, (mean + root + shift) * known["_over"] / known["_factor"], np.nan)
    return threshold
