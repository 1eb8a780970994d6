"""The view of `pm outliers`, laid out as the packs lay it out: a block per measure, a pair of lines per criterion."""

from __future__ import annotations

from typing import Any

import polars as pl

from pmcli.catalogue import Catalogue, Criterion
from pmcli.periods import short_month
from pmcli.views.blocks import Block, Look
from pmcli.views.language import words
from pmcli.views.language.forms import Figure
from pmcli.views.language.rates import per_million
from pmcli.views.outliers import sentences

_MANY = 3
"""Above this many forces a line per force and measure is drawn instead of the pack's blocks."""


def blocks(frame: pl.DataFrame, catalogue: Catalogue, _look: Look) -> list[Block]:
    """The pack's blocks for a few forces, with one closing line on the conventions; a summary for many."""
    areas = frame["area"].unique(maintain_order=True).to_list()
    if len(areas) > _MANY:
        made = [_summary(part, catalogue) for _, part in frame.group_by("group", "measure", maintain_order=True)]
    else:
        parts = frame.group_by("area", "group", "measure", maintain_order=True)
        made = [_measure(part.rows(named=True), catalogue) for _, part in parts]
    made.append(_conventions(frame))
    return made


def _measure(rows: list[dict[str, Any]], catalogue: Catalogue) -> Block:
    """One measure of one force, criterion by criterion."""
    first = rows[0]
    rule = sentences.rule_of(rows, catalogue)
    area = catalogue.area_label(first["area"])
    judged = sentences.judged_label(first["measure"], rule.group, catalogue)
    title = f"{area} — {judged}   ({words.window(rule.months, first['period_end'])})"
    sides = {"what": "left", "other": "right", "own": "right", "Difference": "right", "SD": "right", "Hit": "right"}
    block = Block(title, sides, heading=False)
    criteria = {criterion.id: criterion for criterion in rule.criteria}
    for row in rows:
        _criterion(block, row, criteria[row["criterion"]], rule.months, area, catalogue)
    block.say(sentences.verdict_sentence(rows, rule).text, "verdict")
    for row in rows:
        if row["flag"] is None:
            block.say(f"? {criteria[row['criterion']].label}: {row['reason']}", "quiet")
    return block


def _criterion(
    block: Block, row: dict[str, Any], criterion: Criterion, months: int, area: str, catalogue: Catalogue
) -> None:
    """A heading line and a line of figures; the packs' order: the other figure, ours, difference, SD, hit.

    months: of the window that the block is headed by.
    """
    kind = "hit" if row["flag"] else ""
    now, then = short_month(row["period_end"]), short_month(row["against_end"])
    average = "MSG avg" if criterion.scope == "peers" else "National avg"
    heads = [average, area, "Difference", "SD", "Hit"]
    forms = ["count", "count", "signed", ""]
    if criterion.kind == "rate":
        per = catalogue.measures[row["measure"]].per if row["measure"] in catalogue.measures else "1000 population"
        row, per = _said_per(row, per)
        what = f"Per {words.per(per)}" + ("" if row["months"] == months else f", {row['months']}M to {now}")
        forms = ["rate", "rate", _of_rates(row), "rate"]
    elif criterion.kind == "change":
        what = f"{row['months']}M {now} v {then}"
        heads[2] = "Diff. (% pt)"
        forms = ["whole-percent"] * 4
    else:
        span = f"{row['months']}M" if row["months"] == 12 else f"{row['months']}M to"
        what = "Offences"
        heads[:2] = [f"{span} {then}", f"{span} {now}"]
    figures = [row["comparator"], row["value"], row["difference"], row["sd"]]
    cells = [Figure(value, form) if form else "" for value, form in zip(figures, forms, strict=True)]
    block.add("", *heads, kind="head")
    block.add(what, *cells, words.flag(row["flag"]), kind=kind)


def _said_per(row: dict[str, Any], per: str) -> tuple[dict[str, Any], str]:
    """The rates of a criterion, and what they are per: per million where rankings say them so, as of homicides."""
    rates = {"rate": row["value"], "mean": row["comparator"], "sd": row["sd"], "per": per}
    scaled = per_million(rates)
    if scaled["per"] == per:
        return row, per
    apart = None if row["difference"] is None else row["difference"] * 1000
    figures = {"value": scaled["rate"], "comparator": scaled["mean"], "sd": scaled["sd"], "difference": apart}
    return {**row, **figures}, scaled["per"]


def _of_rates(row: dict[str, Any]) -> str:
    """The form of a difference of two rates: to as many places as the figures it is the difference of."""
    if row["difference"] is None:
        return "ratio"
    return "fine-ratio" if abs(row["value"]) < 1 and abs(row["comparator"]) < 1 else "ratio"


def _summary(part: pl.DataFrame, catalogue: Catalogue) -> Block:
    """Many forces: one line each, the hits by criterion."""
    first = part.row(0, named=True)
    rule = sentences.rule_of(part.rows(named=True), catalogue)
    criteria = part["criterion"].unique(maintain_order=True).to_list()
    judged = sentences.judged_label(first["measure"], rule.group, catalogue)
    block = Block(
        f"{judged}, {words.window(rule.months, first['period_end'])}",
        {"Force": "left"} | dict.fromkeys(criteria, "right") | {"Flags": "right", "Verdict": "left"},
    )
    forces = [rows.rows(named=True) for _, rows in part.group_by("area", maintain_order=True)]
    order = {"outlier": 0, "undetermined": 1, "not an outlier": 2}
    forces.sort(key=lambda rows: (order[rows[0]["verdict"]], -rows[0]["flags"], rows[0]["area"]))
    for rows in forces:
        hits = {row["criterion"]: words.flag(row["flag"]) for row in rows}
        one = rows[0]
        block.add(
            catalogue.area_label(one["area"]),
            *[hits.get(name, "") for name in criteria],
            f"{one['flags']} of {one['testable']}",
            one["verdict"],
            kind="hit" if one["verdict"] == "outlier" else "",
        )
    block.say(sentences.rule_sentence(rule._replace(needed=first["needed"])), "quiet")
    return block


def _conventions(frame: pl.DataFrame) -> Block:
    """One line: how averages were taken, over whom, and the population used."""
    block = Block("", {})
    texts = frame["conventions"].unique(maintain_order=True).to_list()
    common = texts[0].split("; national:")[0].split("; peers:")[0] if texts else ""
    found = sorted({part for text in texts for part in text.split("; ") if part.startswith(("national:", "peers:"))})
    groups = [part for part in found if part.startswith("peers:")]
    scopes = found if len(groups) < 2 else [part for part in found if part not in groups] + ["peers: each force's own"]
    years = frame["population_year"].drop_nulls().unique().sort().to_list()
    used = (
        sorted({words.count(round(value)) for value in frame["population"].drop_nulls().to_list()})
        if frame["area"].n_unique() == 1
        else []
    )
    population = f"; population mid-{', '.join(map(str, years))}" if years else ""
    if used:
        population += f" ({', '.join(used)})"
    block.say(
        f"Conventions: {'; '.join([common, *scopes])}{population}; strictly above, on unrounded figures.", "quiet"
    )
    return block
