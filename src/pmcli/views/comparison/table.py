"""The view of `pm compare`: one line a comparison, the caveats of recording changes under it."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.tables import COMPARISON
from pmcli.views.blocks import Block, Cell, Look
from pmcli.views.comparison.sentences import comparison_sentence
from pmcli.views.language import caveats
from pmcli.views.language.chance import by_chance
from pmcli.views.language.findings import measure_of
from pmcli.views.language.forms import Figure, figures
from pmcli.views.language.parts import category
from pmcli.views.language.words import window

AVERAGES: Final = {"national": "national avg", "peers": "MSG avg", "target": "standard"}
"""What stands for a comparison with other forces in the same window."""


_SERIES: Final = ("source", "measure", "area", "dimension", "category")


def blocks(frame: pl.DataFrame, catalogue: Catalogue, look: Look) -> list[Block]:
    """A block per area when there are few of them, else one block with the area as a column."""
    areas = frame["area"].unique(maintain_order=True).to_list()
    if len(areas) <= 3:
        return [_block(frame.filter(frame["area"] == area), catalogue, area, look) for area in areas]
    return [_block(frame, catalogue, None, look)]


def _block(frame: pl.DataFrame, catalogue: Catalogue, area: str | None, look: Look) -> Block:
    alone = look.alone and area is not None and frame.select(_SERIES).n_unique() == 1
    lengths, ends = frame["months"].unique().to_list(), frame["period_end"].unique().to_list()
    span = window(lengths[0], ends[0]) if len(lengths) == len(ends) == 1 else f"{lengths[0]} months"
    whose = [catalogue.label(frame["measure"][0])] if alone else []
    whose += [catalogue.area_label(area)] if area else []
    columns = {} if alone else {"Measure": "left"}
    columns |= ({} if area else {"Area": "left"}) | ({} if len(ends) == 1 else {"To": "left"})
    columns |= {"Against": "left", "Now": "right"} if alone else {"Now": "right", "Against": "left"}
    columns |= {"Then": "right", "Diff.": "right", "Change": "right", "p": "right"}
    block = Block(f"{', '.join(whose)}: {span} compared" if whose else f"{span} compared", columns)
    several = frame["source"].n_unique() > 1
    before: tuple[Any, ...] = ()
    changes: dict[str, None] = {}
    for row in frame.iter_rows(named=True):
        same = tuple(row[name] for name in _SERIES)
        marks, base = "*" if row["breaks"] else "", " (base)" if row["against"] == "baseline" else ""
        other = AVERAGES.get(row["against"]) or Figure(row["against_end"], "short-month", f"{base}{marks}")
        name = f"{catalogue.label(row['measure'])}{category(row)}{' (' + row['source'] + ')' if several else ''}"
        lead: list[Cell] = [
            *([] if alone else [name]),
            *([] if area else [catalogue.area_label(row["area"])]),
            *([] if len(ends) == 1 else [Figure(row["period_end"], "short-month")]),
        ]
        now: list[Cell] = [*figures(COMPARISON, row, "value")]
        if same == before and not alone:
            lead, now = [""] * len(lead), [""]
        block.add(
            *lead,
            *([other, *now] if alone else [*now, other]),
            *figures(COMPARISON, row, "against_value", "difference", "change", "p_value"),
        )
        before = same
        changes |= dict.fromkeys(name for name in row["breaks"].split(";") if name)
    for change in caveats.recording_changes(changes, catalogue):
        block.say(f"* {change}", "quiet")
    for sentence in [] if look.alone else _mass_events(frame, catalogue):  # a page of its own has said it
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
    if all(event.measures for event in catalogue.mass_events):  # else one touches whatever measure there is
        frame = frame.filter(frame["measure"].is_in({name for one in catalogue.mass_events for name in one.measures}))
    for row in frame.iter_rows(named=True):
        for value, end in ((row["value"], row["period_end"]), (row["against_value"], row["against_end"])):
            held = caveats.held(row, value, end, catalogue)
            if held:
                said |= dict.fromkeys(caveats.mass_events(row, value, end, catalogue))
                events |= dict.fromkeys(event.id for event in held)
    return [*said, *(f"--without {name} leaves them out." for name in events)]


def _test(frame: pl.DataFrame) -> str:
    """What the p-values come from; nothing where there is none."""
    rows = frame.filter(frame["p_value"].is_not_null())
    beside, standard = rows["against"].is_in(list(AVERAGES)), rows["against"] == "target"
    counts = rows.filter(rows["statistic"] == "count")["conventions"]
    chance = counts.str.contains("exact").fill_null(False)
    ways = {
        "exact for counts": chance.any(),
        "for counts with the dispersion of their measure": (~chance).any(),
        "pooled z of two proportions for shares": ((rows["statistic"] == "share") & ~beside).any(),
        "z against the other forces averaged, without the force itself": (beside & ~standard).any(),
        "z of one proportion against the standard": (standard & (rows["statistic"] == "share")).any(),
    }
    return ", ".join(["two-sided", *[text for text, used in ways.items() if used]]) if rows.height else ""
