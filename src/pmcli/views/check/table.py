"""The view of `pm check`: one line a finding; runs of the same finding in one series are drawn together."""

from __future__ import annotations

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.notes import listing
from pmcli.periods import month_name
from pmcli.views.blocks import Block, Look
from pmcli.views.language.forms import Figure

_NAMED = 4
"""So many periods of one finding are named; of more the first and the last."""


def blocks(frame: pl.DataFrame, catalogue: Catalogue, _look: Look) -> list[Block]:
    """One block of all findings."""
    sides = dict.fromkeys(("Finding", "Measure", "Area", "Periods"), "left")
    block = Block(
        "Coverage: what is missing, doubled, negative or suspicious",
        sides | dict.fromkeys(("Figure", "Expected"), "right"),
    )
    keys = ["finding", "source", "measure", "area", "dimension", "category", "months"]
    grouped = frame.group_by(keys).agg(pl.col("period_end").sort(), pl.col("value").last(), pl.col("expected").last())
    for row in grouped.sort("finding", "measure", "area", "category").iter_rows(named=True):
        ends = row["period_end"]
        when = (
            listing([month_name(end) for end in ends], _NAMED)
            if len(ends) <= _NAMED
            else f"{len(ends)} periods, {month_name(ends[0])} to {month_name(ends[-1])}"
        )
        block.add(
            row["finding"], catalogue.label(row["measure"]), catalogue.area_label(row["area"]), when,
            "" if len(ends) > 1 else Figure(row["value"]),
            "" if row["expected"] is None else Figure(row["expected"]),
        )  # fmt: skip
    return [block]
