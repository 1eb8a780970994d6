"""The view of `pm outliers --sensitivity`: a block a measure and force, a line a convention."""

from __future__ import annotations

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.views.blocks import Block, Look
from pmcli.views.language.forms import Figure
from pmcli.views.sensitivity.sentences import sensitivity_sentence

_MANY = 3


def blocks(frame: pl.DataFrame, catalogue: Catalogue, _look: Look) -> list[Block]:
    """Each convention turned alone, and how many of all combinations give the verdict; a line a force for many."""
    parts = [part for _, part in frame.group_by("measure", "area", "group", maintain_order=True)]
    if frame["area"].n_unique() > _MANY:
        block = Block("Outlier verdicts and conventions", {"Force": "left", "": "left"})
        for part in parts:
            row = part.row(0, named=True)
            block.add(catalogue.area_label(row["area"]), sensitivity_sentence(part.rows(named=True), catalogue).text)
        return [block]
    return [_block(part, catalogue) for part in parts]


def _block(part: pl.DataFrame, catalogue: Catalogue) -> Block:
    rows = part.rows(named=True)
    first = rows[0]
    title = f"{catalogue.area_label(first['area'])} — {catalogue.label(first['measure'])}: conventions"
    block = Block(
        title, {"Convention": "left", "Setting": "left", "Flags": "right", "Verdict": "left", "Turned": "left"}
    )
    for row in sorted(rows, key=lambda row: (row["convention"] != "as asked", row["convention"] == "all")):
        kind = "hit" if row["turned"] else ""
        flags = Figure(row["flags"], "count")
        held = f" (in {row['holds']} of {row['of']})" if row["of"] else ""
        block.add(row["convention"], row["setting"], flags, row["verdict"] + held, row["turned"], kind=kind)
    block.say(sensitivity_sentence(rows, catalogue).text, "verdict")
    return block
