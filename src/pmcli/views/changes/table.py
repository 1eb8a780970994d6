"""The view of `pm diff`: what turned and why, what was revised, what is new and what is gone."""

from __future__ import annotations

from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.notes import listing
from pmcli.views.blocks import Block, Look
from pmcli.views.changes.sentences import OF_PERIODS, TURNED, is_figure, statements, turned
from pmcli.views.changes.words import BESIDE, months_named
from pmcli.views.language import wording, words
from pmcli.views.language.forms import Figure
from pmcli.views.language.parts import category
from pmcli.views.language.statement import Row

_MANY: Final = 60
"""More revised figures than these are told by series, and more lines on what is new or gone by measure."""

_BESIDE: Final = frozenset({"comparator", "against_value", "mean", "sd", "expected"})
"""Columns of what a figure is held against."""

WHY: Final = {
    "new-months": "new months", "earlier-months": "an earlier window", "revision": "revision of months in both",
    "baseline": "another baseline", "source": "another source", "peers": "another peers file",
    "population": "another population", "measures": "another file of measures", "rules": "another file of rules",
    "events": "another file of events", "forces": "another file of forces", "mapping": "another mapping",
    "settings": "other settings", "version": "another version of pm", "convention": "another method or convention",
}  # fmt: skip
"""Each reason of the table in words; any other is a recording change, by what it is called."""


def blocks(frame: pl.DataFrame, catalogue: Catalogue, _look: Look) -> list[Block]:
    """A block of what turned, of the figures revised, of what is new and of what is gone; the last counts the rest."""
    rows = frame.to_dicts()
    made = [_turned(rows, catalogue), _revised(rows, catalogue)]
    said = list(statements(rows, catalogue))
    for what, heading in (("new period", "New"), ("gone", "Gone")):
        lines = [one.sentence.text for one in said if one.sentence.finding == what]
        block = Block(f"{heading}: {_counted(rows, what)}", {})
        for line in lines if len(lines) <= _MANY else _by_measure(rows, what, catalogue):
            block.say(line)
        made.append(block)
    shown = [block for block in made if block.rows or block.lines]
    others = [row for row in rows if not is_figure(row) and row["what"] not in TURNED]
    if others:
        if not shown:
            beside = _BESIDE.intersection(row["column"] for row in others)
            but = ", but what the figures are held against did" if beside else ""
            shown.append(Block(f"No figure changed and nothing turned{but}", {}))
        shown[-1].say(_others(others, catalogue), "quiet")
    return shown


def _others(rows: list[Row], catalogue: Catalogue) -> str:
    """'85 other cells differ (comparator, margin), because of another method or convention: -f csv lists them.'"""
    which = ", ".join(dict.fromkeys(str(row["column"]) for row in rows))
    ids = ";".join(dict.fromkeys(name for row in rows for name in row["because"].split(";") if name))
    why = f", because of {listing(reasons(ids, catalogue).split('; '))}" if ids else ""
    many = f"{words.count(len(rows))} other cell{' differs' if len(rows) == 1 else 's differ'}"
    return f"{many} ({which}){why}: -f csv lists them."


def reasons(because: str, catalogue: Catalogue) -> str:
    """'new months; another population; recording changed in April 2023 (Home Office Counting Rules: burglary)'."""
    said = []
    for name in filter(None, because.split(";")):
        event = catalogue.events.get(name)
        changed = f"recording changed in {words.long_month(event.day)} ({event.label})" if event else name
        said.append(WHY.get(name, changed))
    return "; ".join(said)


def _turned(rows: list[Row], catalogue: Catalogue) -> Block:
    found = turned(rows)
    texts = list(dict.fromkeys((row["sentence"], row["because"]) for row in found))
    block = Block(f"Turned: {len(texts)} {'verdict or finding' if len(texts) == 1 else 'verdicts or findings'}", {})
    for text, because in texts:
        why = reasons(because, catalogue)
        block.say(f"{text.removesuffix('.')} ({why})." if why else text)
    return block


def _revised(rows: list[Row], catalogue: Catalogue) -> Block:
    """The revised figures, a line each; by series where they are many."""
    mine = [row for row in rows if is_figure(row) and row["what"] == "revised"]
    columns = {"Measure": "left", "Area": "left", "To": "left"} | dict.fromkeys(("Was", "Is", "Diff."), "right")
    block = Block(f"Revised: {_counted(rows, 'revised')}", columns | {"First seen to": "left"})
    if len(mine) > _MANY or any(row["table"] not in OF_PERIODS for row in mine):
        block.columns = {}
        lines = [one.sentence.text for one in statements(mine, catalogue)]
        for line in lines if len(lines) <= _MANY else _by_measure(rows, "revised", catalogue):
            block.say(line)
        return block
    for row in mine:
        name = f"{catalogue.label(row['measure'])}{category(row)}"
        beside = "" if row["item"].endswith("/period") else BESIDE.get(row["item"], row["item"])
        block.add(
            f"{name} {beside}".strip(), catalogue.area_label(row["area"]), Figure(row["period_end"], "month"),
            *(_cell(row[side]) for side in ("was", "is")),
            Figure(row["difference"], "signed") if _whole(row) else "",
            "" if row["seen"] is None else Figure(row["seen"], "month"),
        )  # fmt: skip
    return block


def _by_measure(rows: list[Row], what: str, catalogue: Catalogue) -> list[str]:
    """'Burglary: 123 figures of 41 areas, May, June and July 2023.'"""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if is_figure(row) and row["what"] == what:
            found.setdefault(row["measure"], []).append(row)
    lines = []
    for measure, mine in found.items():
        areas = len({row["area"] for row in mine})
        ends, lengths = sorted({row["period_end"] for row in mine}), {row["months"] for row in mine}
        many = f"{words.count(len(mine))} figures of {areas} area{'' if areas == 1 else 's'}"
        text = f"{catalogue.label(measure)}: {many}, {months_named(ends, min(lengths) if len(lengths) == 1 else 1)}"
        lines.append(f"{text}{_largest(mine, catalogue) if what == 'revised' else ''}.")
    return lines


def _largest(rows: list[Row], catalogue: Catalogue) -> str:
    """'; the largest Metropolitan Police, the 3 months to June 2017, 203,688 to 205,991'."""
    known = [row for row in rows if row["difference"] is not None]
    if not known:
        return ""
    row = max(known, key=lambda one: (abs(one["difference"]), one["area"]))
    window = wording.window(row["months"], row["period_end"])
    return f"; the largest {catalogue.area_label(row['area'])}, {window}, {_cell(row['was'])} to {_cell(row['is'])}"


def _cell(text: str | None) -> str:
    if text is None:
        return words.UNKNOWN
    try:
        number = float(text)
    except ValueError:
        return text
    return words.count(number) if number == round(number) else words.significant(number, 4)


def _whole(row: Row) -> bool:
    return row["difference"] is not None and row["difference"] == round(row["difference"])


def _counted(rows: list[Row], what: str) -> str:
    number = sum(1 for row in rows if is_figure(row) and row["what"] == what)
    return f"{words.count(number)} figure{'' if number == 1 else 's'}"
