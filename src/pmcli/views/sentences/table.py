"""The view of `pm say`: one sentence a line, grouped by area and measure, caveats under them, marked with a star."""

from __future__ import annotations

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.tables import BREAKDOWN, COMPARISON
from pmcli.views.blocks import Block, Look
from pmcli.views.language.chance import by_chance


def blocks(frame: pl.DataFrame, catalogue: Catalogue, _look: Look) -> list[Block]:
    """A block per area and measure (and source, where a measure has two), in the order of the rows.

    Of many comparisons the last line says how many chance alone would call a change.
    """
    several = frame["source"].n_unique() > 1
    made = []
    for keys, part in frame.group_by("area", "measure", "source", maintain_order=True):
        area, measure, source = map(str, keys)
        title = f"{catalogue.area_label(area)} — {catalogue.label(measure)}{f' ({source})' if several else ''}"
        block = Block(title, {})
        for sentence, caveat in part.select("sentence", "caveat").iter_rows():
            block.say(f"{sentence} *" if caveat else sentence)
        for caveat in part["caveat"].drop_nulls():
            block.say(f"* {caveat}", "quiet")
        made.append(block)
    compared = frame.filter(frame["table"].is_in([COMPARISON.name, BREAKDOWN.name]))
    chance = by_chance(compared["p_value"].to_list())
    if chance:
        made[-1].say(chance, "quiet")
    return made
