"""The view of the `audit` table: one block a result, contradictions first, a line a claim."""

from __future__ import annotations

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.views.blocks import Block, Look

_TITLES = {
    "contradicts": "What cannot be true together",
    "consistent": "Consistent",
    "cannot be checked": "Cannot be checked",
}


def blocks(frame: pl.DataFrame, _catalogue: Catalogue, _look: Look) -> list[Block]:
    """Where each claim stands, the words, what it is held against, and the finding, the working or what is lacking."""
    found = []
    for result, title in _TITLES.items():
        rows = frame.filter(frame["result"] == result)
        if rows.is_empty():
            continue
        block = Block(title, dict.fromkeys(("Place", "Claim", "Against", "What"), "left"))
        for row in rows.iter_rows(named=True):
            what = row["sentence"] or row["working"] or row["remedy"]
            block.add(row["place"], row["quote"], row["other_place"], what)
        found.append(block)
    return found
