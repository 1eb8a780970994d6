"""How street-level crime files are known; what reads them is imported with the first of them."""

from __future__ import annotations

from typing import Final

from pmcli.later import later
from pmcli.sources.layout import Layout

LAYOUT: Final = Layout(
    name="street",
    title="data.police.uk street-level crime: files, folders or whole archives",
    columns=("Month", "Reported by", "Falls within", "Crime type"),
    read=later("pmcli.sources.street.read:from_tables"),
    settles=True,
    scan=later("pmcli.sources.street.read:observations"),
)
