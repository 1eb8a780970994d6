"""How a plain table of counts is known; what reads it, and every table with a mapping, is imported with the first."""

from __future__ import annotations

from typing import Final

from pmcli.later import later
from pmcli.sources.layout import Layout

LAYOUT: Final = Layout(
    name="counts",
    title="any table of counts: area, measure, period and value, or with a mapping (--map)",
    columns=("area", "measure", "period", "value"),
    read=later("pmcli.sources.counts.read:observations"),
    settles=True,
)
