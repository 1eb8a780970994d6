"""How crime records are known; what counts them, which needs numpy, is imported with the first of them."""

from __future__ import annotations

from typing import Final

from pmcli.later import later
from pmcli.sources.layout import Layout

LAYOUT: Final = Layout(
    name="records",
    title="crime records, one row a crime (Business Objects, Athena), mostly with a mapping",
    columns=("crime_number", "recorded_date", "force"),
    read=later("pmcli.sources.records.read:observations"),
    breaks_down=True,
    opens=later("pmcli.sources.records.streamed:streamed"),
)
