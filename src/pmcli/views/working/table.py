"""The view of `pm why`: the figure, its periods with the rows behind them, the tests, the peers, the changes, the
files.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.views.blocks import Block, Look
from pmcli.views.language import words
from pmcli.views.language.forms import Figure

Row = dict[str, Any]

_MOST: Final = 12
"""Forces shown of the country, the nearest to the top; the table has all."""

_HELD: Final = {
    "baseline": "the baseline", "previous-year": "a year before", "five-years": "five years before",
    "national": "the national average", "peers": "the Most Similar Group", "target": "the target",
}  # fmt: skip
"""What a window is held against, as people call it."""

_ID: Final = 20
"""A crime number longer than this is cut: a police.uk id has 64 characters, and 20 of them no screen can hold."""

_SHOWN: Final = 8
"""So many characters of a cut one are shown, of as many ids."""

_TITLES: Final = {"test": "The test", "criterion": "Rates and criteria"}


def blocks(frame: pl.DataFrame, catalogue: Catalogue, _look: Look) -> list[Block]:
    """A block a part, in the order of the working."""
    steps = frame.sort("step").rows(named=True)
    made = [_head(steps)]
    made += _periods(steps)
    made += _tests(steps)
    made += _criteria(steps, catalogue)
    made += _listed(steps, "stated", "What the row says", ("label", "Column"))
    made += _listed(steps, "recording change", "Recording changes that touch it", None)
    made += _listed(steps, "mass event", "Single incidents that touch it", None)
    made += _files(steps)
    return [made[0], *(block for block in made[1:] if block.rows or block.lines)]


def _of(steps: Sequence[Row], *parts: str) -> list[Row]:
    return [step for step in steps if step["part"] in parts]


def _head(steps: Sequence[Row]) -> Block:
    """The figure, and whatever is wrong with it."""
    told = [step["sentence"] or "" for step in _of(steps, "figure")]
    block = Block(told[0] if told else "A figure", {})
    for step in _of(steps, "caution"):
        block.say(f"Caution: {step['sentence']}", "verdict")
    return block


def _periods(steps: Sequence[Row]) -> list[Block]:
    """A block a window: each period with its figure, and where its rows stand."""
    made = []
    for window, group in groupby(_of(steps, "period", "row"), key=lambda step: step["window"]):
        mine = list(group)
        records = any(step["record"] for step in mine)
        sides = {"Period": "left", "Figure": "right", "File": "left", "Rows": "left"}
        block = Block(_window_title(window), sides | ({"Records": "left"} if records else {}))
        periods = [step for step in mine if step["part"] == "period"]
        for period in periods:
            rows = [step for step in mine if step["part"] == "row" and _same(step, period)]
            named = [step for step in rows if step["file"]]
            more = next((step["sentence"] for step in rows if step["label"] == "more"), "")
            files = list(dict.fromkeys(_file(step) for step in named)) or [""]
            for number, file in enumerate(files):
                here = [step for step in named if _file(step) == file]
                last = more if number == len(files) - 1 else ""
                cells: list[Any] = [
                    (period["label"] or "") if not number else "",
                    _figure(period) if not number else "",
                    file,
                    ", ".join([*(_place(step) for step in here), *([last] if last else [])]),
                ]
                told = _records([step["record"] for step in here if step["record"]])
                block.add(*cells, *([told] if records else []))
        made.append(block)
    return made


def _records(ids: list[str]) -> str:
    """The crime numbers of some rows; of long ids the beginnings of a few, for the table has them whole."""
    if all(len(one) <= _ID for one in ids):
        return ", ".join(ids)
    short = ", ".join(f"{one[:_SHOWN]}…" if len(one) > _ID else one for one in ids[:_SHOWN])
    return f"{short}{f' and {len(ids) - _SHOWN} more' if len(ids) > _SHOWN else ''} (-f csv has them whole)"


def _same(step: Row, period: Row) -> bool:
    return bool(step["period_end"] == period["period_end"] and step["months"] == period["months"])


def _window_title(window: str) -> str:
    return {"this window": "This window, period by period"}.get(window, f"Held against {_HELD.get(window, window)}")


def _figure(step: Row) -> Any:
    if step["base"] is None:
        return Figure(step["value"], "count")
    return f"{words.count(step['value'])} of {words.count(step['base'])}"


def _file(step: Row) -> str:
    return f"{step['file']} [{step['sheet']}]" if step["sheet"] else str(step["file"] or "")


def _place(step: Row) -> str:
    """`403`, `7 (202307)` in a wide table."""
    return f"{words.count(step['row'])} ({step['column']})" if step["column"] else words.count(step["row"])


def _tests(steps: Sequence[Row]) -> list[Block]:
    made = []
    for window, group in groupby(_of(steps, "test"), key=lambda step: step["window"]):
        block = Block(
            f"The test against {_HELD.get(window, window)}", {"Step": "left", "Working": "left"}, heading=False
        )
        for step in group:
            block.add(step["label"] or "", step["sentence"] or "")
        made.append(block)
    return made


def _criteria(steps: Sequence[Row], catalogue: Catalogue) -> list[Block]:
    """A block a criterion or scope: its steps, then the forces that it is held against, highest first."""
    made = []
    mine = _of(steps, "criterion", "population", "peer")
    for window in dict.fromkeys(step["window"] for step in mine):
        here = [step for step in mine if step["window"] == window]
        title = _named(str(window), catalogue)
        block = Block(title, {"Step": "left", "Working": "left"}, heading=False)
        for step in here:
            if step["part"] != "peer":
                block.add(step["label"] or "", step["sentence"] or "", kind="hit" if step["label"] == "flag" else "")
        made.append(block)
        peers = [step for step in here if step["part"] == "peer"]
        peers.sort(key=lambda step: (step["value"] is None, -(step["value"] or 0), step["area"]))
        if peers:
            forces = Block(f"{title}: the forces it is held against", {"Force": "left", "Figure": "right"})
            for step in peers[:_MOST]:
                form = step["form"] if step["form"] in ("rate", "percent", "count") else "rate"
                forces.add(catalogue.area_label(step["area"]), Figure(step["value"], form))
            if len(peers) > _MOST:
                forces.say(f"and {len(peers) - _MOST} more forces (-f csv has all)", "quiet")
            made.append(forces)
    return made


def _named(window: str, catalogue: Catalogue) -> str:
    """A criterion by its label, a scope as people call it."""
    labels = {one.id: one.label for rule in catalogue.rules.values() for one in rule.criteria}
    name = labels.get(window, _HELD.get(window, window))
    return f"{name[:1].upper()}{name[1:]}"


def _listed(steps: Sequence[Row], part: str, title: str, column: tuple[str, str] | None) -> list[Block]:
    rows = _of(steps, part)
    if not rows:
        return []
    block = Block(title, {column[1]: "left", "What": "left"} if column else {}, heading=False)
    for step in rows:
        if column:
            block.add(str(step[column[0]] or ""), step["sentence"] or "")
        else:
            block.say(step["sentence"] or "")
    return [block]


def _files(steps: Sequence[Row]) -> list[Block]:
    block = Block("The files of its history", {"File": "left", "Now": "left", "SHA-256": "left"})
    for step in _of(steps, "file"):
        block.add(str(step["file"] or ""), step["label"] or "", step["sha256"] or "")
    return [block]
