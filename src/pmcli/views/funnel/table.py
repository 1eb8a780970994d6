"""The view of `pm rank --funnel`: a block a measure, the forces beyond the limits first."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.tables import FUNNEL
from pmcli.views.blocks import Block, Look
from pmcli.views.funnel.sentences import funnel_notes
from pmcli.views.language.forms import figures, text
from pmcli.views.language.words import UNKNOWN, window

COLUMNS: Final = {
    "Force": "left",
    "Count": "right",
    "Exp.": "right",
    "Ratio": "right",
    "95%": "right",
    "99.8%": "right",
    "Position": "left",
}

_ORDER: Final = ("above 99.8%", "above 95%", "below 99.8%", "below 95%", "within", None)


def blocks(frame: pl.DataFrame, catalogue: Catalogue, look: Look) -> list[Block]:
    """A block per measure (and window), forces beyond the 99.8 % limits first, then beyond the 95 %, then by ratio."""
    groups = frame.group_by("source", "measure", "period_end", "months", maintain_order=True)
    return [_block(part, catalogue, look.highlight) for _, part in groups]


def _block(part: pl.DataFrame, catalogue: Catalogue, highlight: str | None) -> Block:
    rows = sorted(part.rows(named=True), key=_furthest_first)
    first = rows[0]
    when = window(first["months"], first["period_end"])
    block = Block(f"{catalogue.label(first['measure'])}: funnel, {when}", dict(COLUMNS))
    for row in rows:
        outside = row["position"] not in {"within", None}
        block.add(
            catalogue.area_label(row["area"]),
            *figures(FUNNEL, row, "value", "expected", "ratio"),
            _range(row["lower_95"], row["upper_95"]),
            _range(row["lower_998"], row["upper_998"]),
            row["position"] or UNKNOWN,
            kind="mine" if row["area"] == highlight else "hit" if outside else "",
        )
    for sentence in funnel_notes(first, sorted({row["population_year"] for row in rows})):
        block.say(sentence, "quiet")
    return block


def _furthest_first(row: dict[str, Any]) -> tuple[int, float]:
    return _ORDER.index(row["position"]), -(row["ratio"] or 0.0)


def _range(low: float | None, high: float | None) -> str:
    return UNKNOWN if low is None or high is None else f"{text(low, 'ratio')}–{text(high, 'ratio')}"
