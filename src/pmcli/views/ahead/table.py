"""The view of `pm ahead`: a block a series, a line a horizon."""

from __future__ import annotations

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.tables import SERIES
from pmcli.views.ahead.sentences import chance_of, odds, total_sentence
from pmcli.views.blocks import Block, Look
from pmcli.views.language import words
from pmcli.views.language.findings import measure_of
from pmcli.views.language.forms import Figure
from pmcli.views.language.parts import category

_COLUMNS = {"12 months to": "left", "Expected": "right", "80%": "right", "95%": "right", "v. base": "left",
            "v. year": "left", "Outlier": "left"}  # fmt: skip


def blocks(frame: pl.DataFrame, catalogue: Catalogue, _look: Look) -> list[Block]:
    """A block per series: totals expected with their intervals, and the chance that each verdict turns."""
    return [_block(part, catalogue) for _, part in frame.group_by(list(SERIES), maintain_order=True)]


def _block(part: pl.DataFrame, catalogue: Catalogue) -> Block:
    first = part.row(0, named=True)
    measure = measure_of(catalogue, first)
    title = f"{catalogue.area_label(first['area'])} — {catalogue.label(first['measure'])}{category(first)}: ahead"
    block = Block(title, dict(_COLUMNS))
    rows = part.sort("horizon", "against").rows(named=True)
    for horizon in dict.fromkeys(row["horizon"] for row in rows):
        mine = [row for row in rows if row["horizon"] == horizon]
        one = mine[0]
        chances = (chance_of(mine, name) for name in ("baseline", "previous-year", "outliers"))
        block.add(
            Figure(one["period_end"], "month"),
            Figure(round(one["value"]), "count"),
            f"{words.count(round(one['low_80']))} to {words.count(round(one['high_80']))}",
            f"{words.count(round(one['low_95']))} to {words.count(round(one['high_95']))}",
            *("–" if chance is None else odds(chance) for chance in chances),
        )
    last = max(rows, key=lambda row: row["horizon"])
    block.say(total_sentence(last, measure).text, "verdict")
    block.say("Right: the chance that each verdict is another one by then.", "quiet")
    return block
