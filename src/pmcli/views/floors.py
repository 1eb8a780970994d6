"""What the figures of a table rest on: for a change the count before it, for a rate the count itself, for a share its
respondents. `--top` leaves out rows in which that is small, for a percentage of a handful leads every list by chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.steps.population import per_unit
from pmcli.tables import (
    BREAKDOWN,
    COMPARISON,
    FUNNEL,
    OBSERVATIONS,
    OUTLIERS,
    RANK,
    SENTENCES,
    SPC,
    TREND,
    WAVES,
    Table,
)

RELATIVE: Final = frozenset({"percent", "rate", "ratio", "share", "points"})
"""The forms of figures that are relative to a base."""

_BY_STATISTIC: Final = frozenset({"figure", "difference"})
"""The forms of figures that are counts in some rows and shares, means, rates or changes in others."""

_CHANCES: Final = frozenset({"flip", "chance", "verdict_chance"})
"""Probabilities, which have what the figures rest on in them."""

_RANKS: Final = {RANK.name: ("rank",)}
"""Columns that are counts and order rows by a relative figure all the same."""

_CHANGES: Final[Mapping[str, str]] = {
    "baseline_change": "baseline", "baseline_least": "baseline",
    "previous_change": "previous", "previous_least": "previous",
    "past_change": "past", "change_per_year": "past", "low": "past", "high": "past", "least": "past",
    "direction_change": "half_previous", "direction_low": "half_previous", "direction_high": "half_previous",
    "after_low": "after_value", "after_high": "after_value",
}  # fmt: skip
"""A change of the trend table -> the count that it is a change from."""

_OF_WORDS: Final = ("least", *(name for name in _CHANGES if name.endswith("_least")))
"""Columns in the form `figure` that are fractions of a base."""


@dataclass(frozen=True, slots=True)
class Base:
    """What a column of a table rests on. of: the base, null where it is not known; counted: rows without one, which are
    counts themselves; unknown: rows whose base the table does not say."""

    of: pl.Expr
    counted: pl.Expr
    unknown: pl.Expr


def relative(columns: Sequence[str], frame: pl.DataFrame, table: Table, catalogue: Catalogue) -> str | None:
    """The first of these columns that is relative to a base, in some row at least; None where none is."""
    for name in columns:
        form = table.columns[name].form
        if name in _CHANCES:
            continue
        if form in RELATIVE or name in _RANKS.get(table.name, ()) or (table is TREND and name in _OF_WORDS):
            return name
        if form in _BY_STATISTIC and not frame.is_empty():
            base = base_of(table, name, catalogue)
            if base is None or not frame.select(base.counted.all()).item():
                return name
    return None


def base_of(table: Table, column: str | None, catalogue: Catalogue) -> Base | None:
    """What a column rests on; None where the table does not say. column: None for the rows as a whole."""
    never, always = pl.lit(value=False), pl.lit(value=True)
    kinds = {name: measure.kind for name, measure in catalogue.measures.items()}
    kind = pl.col("measure").replace_strict(kinds, default="count", return_dtype=pl.String)
    if table is OBSERVATIONS:
        return Base(pl.coalesce("base", "value"), never, never)
    if table is COMPARISON:
        of = pl.min_horizontal(pl.coalesce("base", "against_value"), pl.coalesce("against_base", "against_value"))
        counts = pl.col("statistic").fill_null("count") == "count"
        counted = counts if column is not None and table.columns[column].form in _BY_STATISTIC else never
        return Base(of, never if column == "least" else counted, never)
    if table is RANK:
        return Base(pl.col("value"), never, never)
    if table is FUNNEL:
        return Base(pl.col("expected"), never, never)
    if table is BREAKDOWN:
        whole = (pl.col("value") / pl.col("share")).round()
        return Base(whole if column == "share" else pl.col("against_value"), never, never)
    if table is WAVES:
        own = pl.coalesce("effective", "base")
        return Base(own, never, own.is_null() & pl.col("too_small").eq_missing(other=False))
    if table is TREND:
        if column is None or column not in _CHANGES:
            return Base(pl.col("total"), kind == "count", kind != "count")
        return Base(pl.col(_CHANGES[column]), never, kind != "count")
    if table is OUTLIERS:
        return _of_criteria(catalogue)
    if table in (SPC, SENTENCES):
        return Base(pl.lit(None, dtype=pl.Float64), kind == "count" if table is SPC else never, always)
    return None


def _of_criteria(catalogue: Catalogue) -> Base:
    """The outliers table: a rate times its population is the count; what a change is from it does not say."""
    kinds = {one.id: one.kind for rule in catalogue.rules.values() for one in rule.criteria}
    kind = pl.col("criterion").replace_strict(kinds, default="", return_dtype=pl.String)
    per = {name: per_unit(measure.per)[1] for name, measure in catalogue.measures.items() if measure.per}
    each = pl.col("measure").replace_strict(per, default=None, return_dtype=pl.Float64)
    count = (pl.col("value") * pl.col("population") / each).round(3)
    return Base(pl.when(kind == "rate").then(count), ~kind.is_in(["rate", "change", ""]), kind != "rate")
