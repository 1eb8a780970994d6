"""The view of `pm spc`: the periods that stand out, and the limits of each phase."""

from __future__ import annotations

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.periods import month_name
from pmcli.tables import SERIES
from pmcli.views.blocks import Block, Look
from pmcli.views.language.findings import measure_of
from pmcli.views.language.forms import Figure, text
from pmcli.views.language.parts import category
from pmcli.views.language.words import UNKNOWN
from pmcli.views.spc.sentences import spc_sentence

_LATEST = 12
"""Periods shown whether or not they stand out."""


def blocks(frame: pl.DataFrame, catalogue: Catalogue, _look: Look) -> list[Block]:
    """A block per series: the limits of its phases, the latest periods, and every earlier one with a signal."""
    return [_block(part, catalogue) for _, part in frame.group_by(list(SERIES), maintain_order=True)]


def _block(part: pl.DataFrame, catalogue: Catalogue) -> Block:
    first = part.row(0, named=True)
    name = f"{catalogue.label(first['measure'])}{category(first)}"
    small = bool(part.select(pl.col("value").max().fill_null(0.0) <= 1).item())
    figure, limit = ("rate", "rate") if small else ("count", "limit")
    unit = {1: "months", 3: "quarters"}.get(first["months"], f"periods of {first['months']} months")
    block = Block(
        f"{catalogue.area_label(first['area'])} — {name}: control chart of {part.height} {unit}",
        {"To": "left", "Figure": "right", "Mean": "right", "Limits": "right", "": "left"},
    )
    latest = part["period_end"][-_LATEST:]
    for row in part.filter(pl.col("rule").is_not_null() | pl.col("period_end").is_in(latest)).iter_rows(named=True):
        mark = f"{row['rule']} ({row['signal'] or 'marked only'})" if row["rule"] else ""
        block.add(
            Figure(row["period_end"], "month"),
            Figure(row["value"], figure),
            Figure(row["centre"], limit),
            _limits(row["lower"], row["upper"], limit),
            mark,
            kind="hit" if row["signal"] else "",
        )
    phases = part["phase"].max()
    if isinstance(phases, int) and phases > 1:
        starts = (
            part.group_by("phase", maintain_order=True).agg(pl.col("period_end").first())["period_end"].to_list()[1:]
        )
        block.say(f"Limits begin anew: {', '.join(map(month_name, starts))}.", "quiet")
    method = next((row for row in reversed(part["method"].to_list()) if row), "")
    block.say(f"{method[:1].upper()}{method[1:]}.", "quiet")
    said = spc_sentence(part.rows(named=True), measure_of(catalogue, first))
    block.say(said.text, "verdict")
    block.say(f"Shown: the {unit} that stand out and the latest {len(latest)}.", "quiet")
    return block


def _limits(lower: float | None, upper: float | None, form: str) -> str:
    if lower is None or upper is None:
        return UNKNOWN
    return f"{text(max(lower, 0.0), form)} to {text(upper, form)}"
