"""The view of `pm compare`: one line a comparison, the caveats of recording changes under it."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.tables import COMPARISON
from pmcli.views.blocks import Block, Look
from pmcli.views.comparison.sentences import comparison_sentence
from pmcli.views.language import caveats
from pmcli.views.language.chance import by_chance
from pmcli.views.language.findings import category, measure_of
from pmcli.views.language.forms import Figure, figures
from pmcli.views.language.words import window

AVERAGES: Final = {"national": "national avg", "peers": "MSG avg"}
"""What stands for a comparison with other forces in the same window."""


def blocks(frame: pl.DataFrame, catalogue: Catalogue, _look: Look) -> list[Block]:
    """A block per area when there are few of them, else one block with the area as a column."""
    areas = frame["area"].unique(maintain_order=True).to_list()
    if len(areas) <= 3:
        return [_block(frame.filter(frame["area"] == area), catalogue, area) for area in areas]
    return [_block(frame, catalogue, None)]


def _block(frame: pl.DataFrame, catalogue: Catalogue, area: str | None) -> Block:
    lengths, ends = frame["months"].unique().to_list(), frame["period_end"].unique().to_list()
    span = window(lengths[0], ends[0]) if len(lengths) == len(ends) == 1 else f"{lengths[0]} months"
    title = f"{catalogue.area_label(area)}: {span} compared" if area else f"{span} compared"
    columns = {"Measure": "left"} | ({} if area else {"Area": "left"}) | ({} if len(ends) == 1 else {"To": "left"})
    columns |= {"Now": "right", "Against": "left", "Then": "right", "Diff.": "right", "Change": "right", "p": "right"}
    block = Block(title, columns)
    several = frame["source"].n_unique() > 1
    before: tuple[Any, ...] = ()
    changes: dict[str, None] = {}
    for row in frame.iter_rows(named=True):
        same = (row["source"], row["measure"], row["area"], row["dimension"], row["category"])
        name = f"{catalogue.label(row['measure'])}{category(row)}{' (' + row['source'] + ')' if several else ''}"
        marks, base = "*" if row["breaks"] else "", " (base)" if row["against"] == "baseline" else ""
        lead = [
            name,
            *([] if area else [catalogue.area_label(row["area"])]),
            *([] if len(ends) == 1 else [Figure(row["period_end"], "short-month")]),
            *figures(COMPARISON, row, "value"),
        ]
        block.add(
            *(lead if same != before else [""] * len(lead)),
            AVERAGES.get(row["against"]) or Figure(row["against_end"], "short-month", f"{base}{marks}"),
            *figures(COMPARISON, row, "against_value", "difference", "change", "p_value"),
        )
        before = same
        changes |= dict.fromkeys(name for name in row["breaks"].split(";") if name)
    for change in caveats.recording_changes(changes, catalogue):
        block.say(f"* {change}", "quiet")
    for sentence in _mass_events(frame, catalogue):
        block.say(sentence, "quiet")
    others = frame.filter(frame["against"].is_in(list(AVERAGES)))
    if area is not None:
        for row in others.iter_rows(named=True):
            block.say(comparison_sentence(row, measure_of(catalogue, row)).text)
    for convention in others["conventions"].unique(maintain_order=True):
        block.say(f"{convention[:1].upper()}{convention[1:]}.", "quiet")
    test = _test(frame)
    if test:
        what = "difference" if others.height else "change"
        block.say(f"p: {test}. A low p says the {what} is unlikely to be chance, not that it matters.", "quiet")
    chance = by_chance(frame["p_value"].to_list())
    if chance:
        block.say(chance, "quiet")
    return block


def _mass_events(frame: pl.DataFrame, catalogue: Catalogue) -> list[str]:
    """What declared mass events add to the windows shown, and the option that takes them out."""
    said: dict[str, None] = {}
    events: dict[str, None] = {}
    for row in frame.iter_rows(named=True):
        for value, end in ((row["value"], row["period_end"]), (row["against_value"], row["against_end"])):
            said |= dict.fromkeys(caveats.mass_events(row, value, end, catalogue))
            events |= dict.fromkeys(event.id for event in caveats.held(row, value, end, catalogue))
    return [*said, *(f"--without {name} leaves them out." for name in events)]


def _test(frame: pl.DataFrame) -> str:
    """What the p-values come from; nothing where there is none."""
    rows = frame.filter(frame["p_value"].is_not_null())
    beside = rows["against"].is_in(list(AVERAGES))
    counts = rows.filter(rows["statistic"] == "count")["conventions"]
    chance = counts.str.contains("exact").fill_null(False)
    ways = {
        "exact for counts": chance.any(),
        "for counts with the dispersion of their measure (docs/methods.md)": (~chance).any(),
        "pooled z of two proportions for shares": ((rows["statistic"] == "share") & ~beside).any(),
        "z against the other forces averaged, without the force itself": beside.any(),
    }
    return ", ".join(["two-sided", *[text for text, used in ways.items() if used]]) if rows.height else ""
