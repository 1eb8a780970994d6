"""What has changed since the last edition of a force's pack: figures, findings, gaps, and what is as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from pmcli.pack.model import Page, Statement

HEADLINES: Final = 3
"""So many sentences at most are for the first page."""


@dataclass(frozen=True, slots=True)
class LastEdition:
    """A pack beside the one published before it.

    to: the last day of the earlier pack's window. page: the page "Since the last edition". lines: measure id -> the
    one line on that measure's page. first: the sentences that matter most, in order.
    """

    to: date
    page: Page
    lines: Mapping[str, Statement] = field(default_factory=dict)
    first: tuple[str, ...] = ()

    def headlines(self) -> list[str]:
        """At most three sentences for the first page, the loudest first: a verdict that turned, then counts."""
        return list(self.first[:HEADLINES])

    def line(self, measure: str) -> Statement | None:
        """The line on a measure's page; None for a measure that neither edition has."""
        return self.lines.get(measure)
