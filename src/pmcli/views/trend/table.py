"""The view of `pm trend`: a block a series, readable at 80 columns, or a line a series."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from pmcli.catalogue import Catalogue, Event
from pmcli.periods import month_name, short_month
from pmcli.tables import TREND
from pmcli.views.blocks import Block, Look
from pmcli.views.language.findings import light, measure_of
from pmcli.views.language.forms import Figure, figures
from pmcli.views.language.parts import category
from pmcli.views.language.words import window
from pmcli.views.trend.sentences import trend_sentences


def blocks(frame: pl.DataFrame, catalogue: Catalogue, look: Look) -> list[Block]:
    """Sentence, total, comparisons, sparkline, tested trend and direction of every series; a line each when brief."""
    rows = frame.to_dicts()
    return [_overview(rows, catalogue)] if look.brief else [_block(row, catalogue) for row in rows]


def _name(row: dict[str, Any], catalogue: Catalogue) -> str:
    return f"{catalogue.label(row['measure'])}{category(row)}"


def _block(row: dict[str, Any], catalogue: Catalogue) -> Block:
    title = f"{catalogue.area_label(row['area'])} — {_name(row, catalogue)}"
    block = Block(title, {"": "left", "Figure": "right", "Change": "right", "p": "right"}, heading=False)
    measure = measure_of(catalogue, row)
    block.add("", "Figure", "Change", "p", kind="head")
    block.add(window(row["months"], row["period_end"]), *figures(TREND, row, "total", kind=measure.kind), "", "")
    for prefix, label in (
        ("baseline", f"v. 12 months to {month_name(row['baseline_end'])}"),
        ("previous", "v. a year before"),
    ):
        block.add(
            label,
            *figures(TREND, row, prefix, f"{prefix}_change", f"{prefix}_p", kind=measure.kind),
        )
    said = trend_sentences(row, measure, catalogue)
    compared = [one for one in said if one.about in {"baseline", "previous-year"}]
    for one in compared:
        block.say(one.text, "verdict")
    _draw_sparkline(block, row, catalogue)
    for one in said:
        if one not in compared:
            block.say(one.text)
    for caveat in dict.fromkeys(one.caveat for one in said if one.caveat):
        block.say(f"* {caveat}", "quiet")
    return block


def _draw_sparkline(block: Block, row: dict[str, Any], catalogue: Catalogue) -> None:
    """The rolling totals as blocks, and under them a letter where a declared change took effect."""
    line, start = row["sparkline"], row["sparkline_from"]
    if not line or start is None:
        return
    block.say(f"12-month totals, {month_name(start)} to {month_name(row['period_end'])}:")
    block.say(f"  {line}")
    marks = _marks(len(line), start, row["period_end"], _declared(row, catalogue))
    if marks:
        letters = [" "] * len(line)
        for number, (place, _) in enumerate(marks):
            letters[place] = "abcdefghij"[number % 10] if letters[place] == " " else "*"
        block.say(f"  {''.join(letters).rstrip()}", "quiet")
        for number, (_, event) in enumerate(marks):
            block.say(f"  {'abcdefghij'[number % 10]} {event.label} ({short_month(event.day)})", "quiet")


def _declared(row: dict[str, Any], catalogue: Catalogue) -> list[Event]:
    touching = [event for event in catalogue.events.values() if event.touches(row["measure"], row["area"])]
    return sorted(touching, key=lambda event: event.day)


def _marks(length: int, start: date, end: date, events: list[Event]) -> list[tuple[int, Event]]:
    """The position in the sparkline of the first window that holds each event's month."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if length < 2 or months <= 0:
        return []
    step = months / (length - 1)
    placed = []
    for event in events:
        past = (event.day.year - start.year) * 12 + event.day.month - start.month
        if 0 <= past <= months:
            placed.append((min(length - 1, int(-(-past // step))), event))
    return placed


def _overview(rows: list[dict[str, Any]], catalogue: Catalogue) -> Block:
    """One line a series, with a light that needs no colour."""
    areas = list(dict.fromkeys(row["area"] for row in rows))
    title = (
        f"{catalogue.area_label(areas[0])}: where each measure stands"
        if len(areas) == 1
        else "Where each measure stands"
    )
    columns = {"Measure": "left"} | ({"Area": "left"} if len(areas) > 1 else {})
    columns |= {
        "12 months": "right",
        "To": "left",
        "v. base": "right",
        "v. year": "right",
        "Trend": "left",
        "Now": "left",
    }
    block = Block(title, columns)
    for row in rows:
        measure = measure_of(catalogue, row)
        turned = row["direction"] is not None and row["since"] is not None
        block.add(
            _name(row, catalogue),
            *([catalogue.area_label(row["area"])] if len(areas) > 1 else []),
            *figures(TREND, row, "total", kind=measure.kind),
            Figure(row["period_end"], "short-month"),
            *figures(TREND, row, "baseline_change", "previous_change"),
            light(row["trend"], measure.better),
            f"{light(row['direction'], measure.better)}{' ' + short_month(row['since']) if turned else ''}",
        )
    block.say("Trend: beside 12 months some years before. Now: beside a year before, and since when.", "quiet")
    block.say("▲ rising ▼ falling ● no tested change ○ not tested; better or worse by the measure's polarity.", "quiet")
    return block
