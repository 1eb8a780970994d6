"""The view of an edition: the statements of a pack, page by page, with what each finds."""

from __future__ import annotations

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.views.blocks import Block, Look
from pmcli.views.stated import PERIOD


def blocks(frame: pl.DataFrame, catalogue: Catalogue, _look: Look) -> list[Block]:
    """A block per area and measure: its statements, and how many figures of its source stand behind them."""
    made = []
    for keys, part in frame.group_by("area", "measure", maintain_order=True):
        area, measure = map(str, keys)
        block = Block(f"{catalogue.area_label(area)} — {catalogue.label(measure)}", {})
        of_source = pl.col("statement").str.ends_with(f"/{PERIOD}")
        for sentence in part.filter(~of_source)["sentence"].drop_nulls():
            block.say(sentence)
        behind = part.filter(of_source).height
        if behind:
            block.say(f"{behind} figures of the source behind it.", "quiet")
        made.append(block)
    return made
