"""What a pack holds, before anybody draws it: sections of pages of statements, charts and tables, each with its origin.

html.py, markdown.py and workbook.py each write the whole of it; none of them computes anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from pmcli.drawing.chart import Chart
from pmcli.views.blocks import Block
from pmcli.views.language.statement import Origin

if TYPE_CHECKING:
    from pmcli.pack.previous import LastEdition

__all__ = [
    "Exhibit", "Missing", "Origin", "Pack", "Page", "Picture", "Position", "Section", "SourceFile", "Statement",
]  # fmt: skip


@dataclass(slots=True)
class Statement:
    """A sentence. kind: "" plain, "good", "bad", "verdict", "caveat" (to be careful about), "quiet" small print."""

    text: str
    kind: str = ""
    origin: Origin | None = None


@dataclass(slots=True)
class Picture:
    """A chart and where its figures come from."""

    chart: Chart
    origin: Origin


@dataclass(slots=True)
class Exhibit:
    """A table and where its figures come from."""

    block: Block
    origin: Origin


@dataclass(slots=True)
class Missing:
    """Something that belongs here and cannot be computed. what: "Number of drug-related homicides". why: a sentence."""

    what: str
    why: str


@dataclass(slots=True)
class Page:
    """A page of the pack, about one measure, an outlier rule or a survey.

    id: unique within the pack, fit for an anchor. about: small print under the title: the national metric, the measure,
    whether it is a proxy.
    """

    id: str
    title: str
    about: list[str] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    exhibits: list[Exhibit] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """A priority area and its pages."""

    id: str
    title: str
    pages: list[Page] = field(default_factory=list)


@dataclass(slots=True)
class Position:
    """A line of the performance overview: the pack's four columns, and the page to read on.

    standing: "good", "bad", "mixed", "" (no judgement) or "missing" (not available); the text says it too.
    """

    area: str
    metric: str
    measure: str
    position: str
    standing: str = ""
    page: str = ""


@dataclass(slots=True)
class SourceFile:
    """A file that figures come from. hashed: "whole", or "size and sampled blocks"."""

    source: str
    name: str
    bytes: int
    sha256: str
    hashed: str = "whole"
    rows: int | None = None


@dataclass(slots=True)
class Pack:
    """A force's pack.

    title: "National Police and Crime Measures: Essex, to September 2023". force: id and label. to, baseline: the last
    days of the windows. headline: its outlier verdicts in a line. findings: the key findings. overview: its title and
    lines. appendix: the measures and their sources. conventions: how averages, SDs, populations and tests were done, a
    sentence each. files: what was read. commands: the command lines, oldest first. notes: what pm said while it read
    and computed. tables: name -> the table of the contract with this force's rows, for whoever works on from here.
    changes: the outlier criteria whose figures are fractions of change. previous: what has changed since the edition
    that `--previous` names; None without one. history: what the page and the workbook carry for `pm history`
    (pmcli.carried).
    """

    title: str
    force: str
    label: str
    to: date
    baseline: date
    headline: str = ""
    findings: list[Statement] = field(default_factory=list)
    overview_title: str = ""
    overview: list[Position] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    appendix: list[Exhibit] = field(default_factory=list)
    conventions: list[str] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    changes: frozenset[str] = frozenset()
    history: str = ""
    previous: LastEdition | None = None

    def pages(self) -> list[Page]:
        """Every page, in order."""
        return [page for section in self.sections for page in section.pages]

    def files_of(self, origin: Origin) -> list[SourceFile]:
        """The files that an origin's figures come from."""
        return [file for file in self.files if file.source in origin.sources]
