"""The view of `pm trend`: a block per measure and area, readable at 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pmcli.periods import month_name
from pmcli.views import words
from pmcli.views.blocks import Block

if TYPE_CHECKING:
    import polars as pl

    from pmcli.catalogue import Catalogue


def trend_blocks(frame: pl.DataFrame, catalogue: Catalogue) -> list[Block]:
    """Total, comparisons, sparkline and the tested trend of every series."""
    return [_block(row, catalogue) for row in frame.iter_rows(named=True)]


def _block(row: dict[str, Any], catalogue: Catalogue) -> Block:
    name = catalogue.label(row["measure"])
    if row["dimension"] != "all":
        name += f" [{row['dimension']}: {row['category']}]"
    block = Block(
        f"{catalogue.area_label(row['area'])} — {name}",
        {"": "left", "Figure": "right", "Change": "right", "p": "right"},
    )
    block.add(words.window(row["months"], row["period_end"]), words.count(row["total"]), "", "")
    for label, end, prefix in (
        ("baseline", row["baseline_end"], "baseline"),
        ("a year before", None, "previous"),
    ):
        when = f", {words.window(row['months'], end)}" if end else ""
        block.add(
            f"v. {label}{when}",
            words.count(row[prefix]),
            words.percent(row[f"{prefix}_change"]),
            words.p_value(row[f"{prefix}_p"]),
        )
    if row["sparkline"]:
        block.say(f"12-month totals  {row['sparkline']}  to {month_name(row['period_end'])}")
    block.say(_sentence(row), "verdict")
    for change in filter(None, (row["breaks"] or "").split(";")):
        event = catalogue.events.get(change)
        block.say(f"* Recording changed: {event.label}, {event.day:%B %Y}" if event else f"* {change}", "quiet")
    return block


def _sentence(row: dict[str, Any]) -> str:
    if row["trend"] is None:
        return "Long-term trend: not tested (it needs three years of months or quarters)."
    unit = {12: "months", 4: "quarters"}.get(row["frequency"], "periods")
    span = f"{row['periods']} {unit}, {month_name(row['first'])} to {month_name(row['last'])}"
    per_year = f", {words.percent(row['change_per_year'])} a year" if row["trend"] != "stable" else ""
    p = words.p_value(row["p_value"])
    p = f"p {p[0]} {p[1:]}" if p.startswith("<") else f"p = {p}"
    return f"Long-term trend: {row['trend']}{per_year} (seasonal Mann-Kendall, {span}, {p})."
