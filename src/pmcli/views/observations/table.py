"""The view of observations: a block per length of period, series down, the latest periods across."""

from __future__ import annotations

from datetime import date

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.periods import month_name, short_month
from pmcli.tables import SERIES
from pmcli.views.blocks import Block, Look
from pmcli.views.language.forms import Figure, of_kind
from pmcli.views.language.parts import category

_MOST = 12
"""Periods across, where there is room for them."""


def blocks(frame: pl.DataFrame, catalogue: Catalogue, look: Look) -> list[Block]:
    """A block per length of period, with as many of the latest periods as fit into the width."""
    return [_block(part, int(str(months)), catalogue, look) for (months,), part in sorted(frame.group_by("months"))]


def _block(part: pl.DataFrame, months: int, catalogue: Catalogue, look: Look) -> Block:
    ends: list[date] = part["period_end"].unique().sort().to_list()
    shown = ends[-max(1, min(_MOST, (look.width - 46) // 9)) :]
    kind = f"{months}-month figures" if months != 1 else "Monthly figures"
    block = Block(
        f"{kind}, {month_name(ends[0])} to {month_name(ends[-1])}",
        {"Measure": "left", "Area": "left"} | {short_month(end): "right" for end in shown},
    )
    based = set(part.filter(pl.col("base").is_not_null())["measure"])
    several = part["source"].n_unique() > 1
    for row in _wide(part, shown).iter_rows(named=True):
        name = f"{catalogue.label(row['measure'])}{category(row)}{' (' + row['source'] + ')' if several else ''}"
        known = catalogue.measures.get(row["measure"])
        mean = known is not None and known.kind == "mean"
        form = of_kind("count" if row["measure"] not in based else "mean" if mean else "share")
        figures = [Figure(row.get(str(end)), form) for end in shown]
        block.add(name, catalogue.area_label(row["area"]), *figures)
    if len(ends) > len(shown):
        block.say(f"The latest {len(shown)} of {len(ends)} periods; all of them with -f csv or -o FILE.csv", "quiet")
    return block


def _wide(part: pl.DataFrame, shown: list[date]) -> pl.DataFrame:
    """A row a series, a column a period, of what the figures are: a count, or a numerator over its base."""
    cell = pl.when(pl.col("base") > 0).then(pl.col("value") / pl.col("base")).otherwise(pl.col("value"))
    return (
        part.filter(pl.col("period_end").is_in(shown))
        .with_columns(_cell=cell, _end=pl.col("period_end").cast(pl.String))
        .pivot("_end", index=list(SERIES), values="_cell", aggregate_function="first")
        .sort("measure", "area", "dimension", "category", "source")
    )
