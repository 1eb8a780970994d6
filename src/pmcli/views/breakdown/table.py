"""The view of `pm breakdown`: a table a measure and dimension, as packs print their tables of weapons and offences."""

from __future__ import annotations

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.periods import short_month
from pmcli.tables import BREAKDOWN
from pmcli.views.blocks import Block, Look
from pmcli.views.language.chance import by_chance
from pmcli.views.language.forms import figures
from pmcli.views.language.parts import spoken
from pmcli.views.language.words import window


def blocks(frame: pl.DataFrame, catalogue: Catalogue, look: Look) -> list[Block]:
    """A block per measure, area and dimension: categories down, the two windows across, the grand total last."""
    keys = ["source", "measure", "area", "dimension", "period_end", "months"]
    several = look.sources or frame["source"].n_unique() > 1
    made = []
    for _, part in frame.group_by(keys, maintain_order=True):
        first = part.row(0, named=True)
        by = spoken(first["dimension"])
        whose = f" ({first['source']})" if several else ""
        name = f"{catalogue.label(first['measure'])}{whose} by {by}"
        block = Block(
            f"{name}, {catalogue.area_label(first['area'])}: {window(first['months'], first['period_end'])}",
            {
                by.capitalize(): "left",
                f"{first['months']}M {short_month(first['against_end'])}": "right",
                f"{first['months']}M {short_month(first['period_end'])}": "right",
                "Diff.": "right",
                "Change": "right",
                "Share": "right",
            },
        )
        for row in part.iter_rows(named=True):
            block.add(
                row["category"],
                *figures(BREAKDOWN, row, "against_value", "value", "difference", "change", "share"),
                kind="mine" if row["total"] else "",
            )
        chance = by_chance(part["p_value"].to_list())
        if chance:
            block.say(chance, "quiet")
        made.append(block)
    return made
