"""The view of `pm waves`: areas or groups down, waves across, the change since the wave before, gaps under it.

Whole percentages, as the packs print them. The arrows are the table's `significant`, never the size of the change.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.periods import short_month
from pmcli.views.blocks import Block, Look
from pmcli.views.language.chance import by_chance
from pmcli.views.language.forms import Figure
from pmcli.views.language.parts import spoken
from pmcli.views.language.words import window
from pmcli.views.waves.sentences import gap_sentence

_SMALL = "*"


def blocks(frame: pl.DataFrame, catalogue: Catalogue, look: Look) -> list[Block]:
    """A block a measure, wave length and breakdown (the whole, the districts of a force, each dimension).

    The latest waves that fit into the width are shown.
    """
    groups = frame.filter(pl.col("kind") == "group")
    gaps = frame.filter(pl.col("kind") == "gap")
    inside = pl.when(pl.col("area").str.contains("/", literal=True)).then(pl.col("area").str.split("/").list.first())
    per = pl.when(pl.col("dimension") != "all").then("area").otherwise(inside.fill_null(""))
    keyed = groups.with_columns(_whose=per, _order=pl.col("dimension") != "all")
    made = []
    for keys, part in keyed.group_by("measure", "source", "months", "_order", "_whose", "dimension"):
        measure, source, _, order, whose, dimension = keys
        mine = gaps.filter(pl.col("measure") == measure, pl.col("source") == source, pl.col("dimension") == dimension)
        mine = mine.filter(pl.col("area") == whose) if order else mine.clear()
        rank = (str(measure), str(source), bool(order), str(whose), str(dimension))
        made.append((rank, _block(part, mine, catalogue, str(whose), look.width)))
    only_gaps = [_block(gaps.clear(), gaps, catalogue, "", look.width)] if groups.is_empty() and gaps.height else []
    shown = [block for _, block in sorted(made, key=lambda pair: pair[0])] + only_gaps
    for line in _legend(frame):
        shown[-1].say(line, "quiet")
    return shown


def _block(part: pl.DataFrame, gaps: pl.DataFrame, catalogue: Catalogue, whose: str, width: int) -> Block:
    rows: dict[tuple[str, str], dict[date, dict[str, Any]]] = {}
    for row in part.iter_rows(named=True):
        rows.setdefault((row["area"], row["category"]), {})[row["period_end"]] = row
    ends = sorted((part if part.height else gaps)["period_end"].unique().to_list())
    names = {key: _name(key, whose, catalogue) for key in rows}
    lead = max([len(name) for name in names.values()] + [12])
    fits = max(1, (width - lead - len("   Change") - len("     Base")) // 9)
    shown = ends[-fits:]
    first = part.row(0, named=True) if part.height else gaps.row(0, named=True)
    place = f"{catalogue.area_label(whose)}, " if whose else ""
    what = "" if first["dimension"] == "all" else f" by {spoken(first['dimension'])}"
    title = f"{catalogue.label(first['measure'])}{what}: {place}{window(first['months'], ends[-1])}"
    columns = {"": "left"} | {short_month(end): "right" for end in shown} | {"Change": "left", "Base": "right"}
    block = Block(title, columns)
    for key in sorted(rows, key=lambda key: _order(key, rows, ends[-1])):
        waves = rows[key]
        latest = waves.get(ends[-1])
        block.add(
            names[key],
            *[_cell(waves.get(end)) for end in shown],
            _change(latest),
            Figure(round(_worth(latest)) if latest and latest["base"] is not None else None),
        )
    for row in gaps.sort("category").iter_rows(named=True):
        if row["period_end"] == ends[-1]:
            two = [rows.get((row["area"], name), {}).get(ends[-1]) for name in row["category"].split(" minus ")]
            block.say(gap_sentence(row, *[one for one in two if one is not None]).text)
    if len(shown) < len(ends):
        block.say(f"The latest {len(shown)} of {len(ends)} waves; all of them with -f csv or -o FILE.csv.", "quiet")
    return block


def _name(key: tuple[str, str], whose: str, catalogue: Catalogue) -> str:
    area, category = key
    if category != "all":
        return category
    label = catalogue.area_label(area)
    return label.partition(": ")[2] or label if whose else label


def _order(key: tuple[str, str], rows: dict[Any, dict[date, dict[str, Any]]], end: date) -> tuple[Any, ...]:
    """Highest share of the latest wave first, as the packs have it; bands of numbers in their own order."""
    category = key[1]
    numbers = re.findall(r"\d+", category)
    if category == "not stated":
        return (2,)
    if numbers and all(re.search(r"\d", other) or other == "not stated" for _, other in rows):
        return (0, float(numbers[0]), not category.lower().startswith("under"))
    value = rows[key].get(end, {}).get("value")
    return (1, -round(value * 100) if value is not None else 1, key)


def _worth(row: dict[str, Any]) -> float:
    return float(row["base"] if row["effective"] is None else row["effective"])


def _cell(row: dict[str, Any] | None) -> Figure:
    if row is None or row["value"] is None:
        return Figure(None)
    return Figure(row["value"], "whole-percent", _SMALL if row["too_small"] else "")


def _change(row: dict[str, Any] | None) -> Figure:
    if row is None or row["difference"] is None:
        return Figure(None)
    arrow = (" ↑" if row["difference"] > 0 else " ↓") if row["significant"] else ""
    return Figure(row["difference"], "whole-points", arrow)


def _legend(frame: pl.DataFrame) -> list[str]:
    """What the columns and marks of all the blocks mean."""
    lines = [
        "Change: percentage points on the wave before, from unrounded shares; ↑ significant increase ↓ significant "
        "decrease."
    ]
    if frame.filter(pl.col("p_adjusted").ne_missing(pl.col("p_value"))).height:
        lines.append("Significance allows for the number of changes that are tested at once (Holm).")
    weighted = frame["effective"].is_not_null().any()
    lines.append(f"Base: of the latest wave{', as the effective sample size after weighting' if weighted else ''}.")
    if frame["too_small"].any():
        lines.append(f"{_SMALL} too few respondents to test: shown, without an arrow.")
    latest = frame.filter(pl.col("kind") == "group", pl.col("period_end") == pl.col("period_end").max().over("measure"))
    chance = by_chance(latest["p_adjusted"].to_list())
    return [*lines, chance] if chance else lines
