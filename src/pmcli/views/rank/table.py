"""The view of `pm rank`: a league table per measure for the country, and each force's place in its own peer group."""

from __future__ import annotations

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.notes import listing
from pmcli.tables import RANK
from pmcli.views.blocks import Block, Look
from pmcli.views.language import words
from pmcli.views.language.forms import figures


def blocks(frame: pl.DataFrame, catalogue: Catalogue, look: Look) -> list[Block]:
    """A block per measure and scope; that there are no peer groups is said once a measure."""
    made = []
    for _, part in frame.group_by("measure", maintain_order=True):
        for scope in ("national", "peers"):
            within = part.filter(pl.col("scope") == scope)
            if within.height:
                made.append(_league(within.sort("rank", "area"), catalogue, look.highlight))
        if part.filter(pl.col("scope") == "peers").is_empty():
            made[-1].say("No ranks within a Most Similar Group: name a peers file with --peers or in pm.toml.", "quiet")
    return made


def _league(part: pl.DataFrame, catalogue: Catalogue, highlight: str | None) -> Block:
    first = part.row(0, named=True)
    national = first["scope"] == "national"
    where = "the country" if national else "its Most Similar Group"
    title = f"{catalogue.label(first['measure'])} in {where}: rate per {words.per(first['per'])}"
    columns = {"Rank": "right", "Force": "left", "Count": "right", "Population": "right", "Rate": "right"}
    block = Block(
        f"{title}, {words.window(first['months'], first['period_end'])}",
        columns if national else columns | {"Mean": "right", "SD": "right"},
    )
    for row in part.iter_rows(named=True):
        block.add(
            f"{row['rank']} of {row['of']}",
            catalogue.area_label(row["area"]),
            *figures(RANK, row, "value", "population", "rate", *(() if national else ("mean", "sd"))),
            kind="mine" if row["area"] == highlight else "",
        )
    if national:
        block.say(f"Over the country: mean {words.rate(first['mean'])}, SD {words.rate(first['sd'])}.")
    years = listing([str(year) for year in part["population_year"].unique().sort().to_list()])
    block.say(f"1 = highest rate. {first['conventions']}. Population: mid-{years}.", "quiet")
    return block
