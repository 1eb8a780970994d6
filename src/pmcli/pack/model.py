"""What a pack holds, before anybody draws it: a first page, then sections of pages of statements, charts and tables.

Each statement, chart and table has its origin. The files of write/ each write the whole of it; none of them computes
anything. What is `detail` is there for whoever asks for it: behind a disclosure on a screen, on no printed page and no
slide.
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
    "Comment", "Exhibit", "Front", "Logo", "Missing", "Origin", "Pack", "Page", "Paragraph", "Picture", "Position",
    "Publication", "Run", "Section", "SourceFile", "Standing", "Statement",
]  # fmt: skip


@dataclass(slots=True)
class Statement:
    """A sentence.

    kind: "" plain, "good", "bad", "alarm" (an outlier: the loudest thing there is), "verdict", "caveat" (to be careful
    about), "quiet" small print. id: what pm.toml hides, pins and orders it by: `burglary.baseline`.
    """

    text: str
    kind: str = ""
    origin: Origin | None = None
    id: str = ""
    detail: bool = False


@dataclass(slots=True)
class Picture:
    """A chart and where its figures come from. about: what it breaks down by, "" for none."""

    chart: Chart
    origin: Origin
    detail: bool = False
    about: str = ""


@dataclass(slots=True)
class Exhibit:
    """A table and where its figures come from. about: what it breaks down by, "" for none."""

    block: Block
    origin: Origin
    detail: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of an author's text in one hand. href: where it leads, http(s) or mailto only, or ""."""

    text: str
    strong: bool = False
    emphasis: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an author's text. kind: "" plain, "item" of a list, "heading", "quote". level: of a list, from 0.

    mark: what stands before an item, "•" or "1.".
    """

    runs: tuple[Run, ...]
    kind: str = ""
    level: int = 0
    mark: str = ""

    @property
    def text(self) -> str:
        """Its text alone."""
        return "".join(run.text for run in self.runs)


@dataclass(slots=True)
class Comment:
    """What a person wrote about figures: theirs, not pm's, and shown as theirs.

    by: who wrote it. title: what it is about where that is a part of its page, as a breakdown. day: when, as they said.
    changed: why its reader must take care, as the figures under it have changed since it was written; "" if they have
    not.
    """

    by: str
    paragraphs: list[Paragraph]
    title: str = ""
    day: date | None = None
    changed: str = ""
    id: str = ""

    @property
    def heading(self) -> str:
        """Who wrote it, and about what: 'Comment by A. Analyst, 12 October 2023 (weapon)'."""
        when = f", {self.day.day} {self.day:%B %Y}" if self.day else ""
        return f"Comment by {self.by}{when}{f' ({self.title})' if self.title else ''}"


@dataclass(slots=True)
class Missing:
    """Something that belongs here and cannot be computed. what: "Number of drug-related homicides". why: a sentence."""

    what: str
    why: str


@dataclass(slots=True)
class Page:
    """A page of the pack, about one measure, an outlier rule or a survey.

    id: unique within the pack, fit for an anchor. about: small print under the title: the national metric, the measure,
    whether it is a proxy. finding: the one sentence of its statements that says most, fit for a headline; "" if none.
    events: why each declared event that touches it matters, once. comments: its authors' words. figures: the digest of
    its figures, which a comment on them names. annex: it stands after the pages of the measures, where a reader looks
    up what a verdict rests on.
    """

    id: str
    title: str
    about: list[str] = field(default_factory=list)
    finding: str = ""
    statements: list[Statement] = field(default_factory=list)
    events: list[Statement] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    figures: str = ""
    annex: bool = False
    pictures: list[Picture] = field(default_factory=list)
    exhibits: list[Exhibit] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """A priority area, its pages, and its authors' words."""

    id: str
    title: str
    pages: list[Page] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


@dataclass(slots=True)
class Front:
    """The first page: what a chief officer reads, one side of A4.

    verdicts: of the outlier rules by priority area. counted: how many measures are better, worse, and not to be told.
    since: what has changed since the last edition. findings: at most five, each of several measures. cautions: what to
    be careful about. absent: what is not available, in one line, or None.
    """

    verdicts: list[Statement] = field(default_factory=list)
    counted: Statement | None = None
    since: list[Statement] = field(default_factory=list)
    findings: list[Statement] = field(default_factory=list)
    cautions: list[Statement] = field(default_factory=list)
    absent: Statement | None = None

    def parts(self) -> list[tuple[str, list[Statement]]]:
        """Its statements under their headings, in reading order; parts that hold none are left out."""
        parts = (
            ("Outlier position", self.verdicts),
            ("In short", [self.counted] if self.counted else []),
            ("Since the last edition", self.since),
            ("Findings", self.findings),
            ("Take care", self.cautions),
            ("Not available", [self.absent] if self.absent else []),
        )
        return [(title, said) for title, said in parts if said]

    def statements(self) -> list[Statement]:
        """Its statements in reading order."""
        return [one for _, said in self.parts() for one in said]


@dataclass(slots=True)
class Standing:
    """A measure's row of the summary table; every cell is a text, "" where there is nothing to say.

    figure: of the latest window. baseline, previous: how it stands against the two, "▲ 12% more" or "no clear change";
    direction: of travel. margin: offences to where the outlier verdict turns. spark: the 12-month figures that the
    small picture draws, None where not known. standing: as of Position. window: what the figure is of, where it is not
    the pack's.
    """

    page: str
    area: str
    label: str
    figure: str
    baseline: str = ""
    previous: str = ""
    direction: str = ""
    margin: str = ""
    spark: list[float | None] = field(default_factory=list)
    standing: str = ""
    window: str = ""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture to put in the pack. kind: its media type, image/png or image/jpeg."""

    kind: str
    data: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """Who publishes the pack and how, as pm.toml says: every part may be missing.

    marking: the protective marking, printed on every page. peers: what to say of the Most Similar Group, as that it is
    invented.
    """

    owner: str = ""
    contact: str = ""
    day: date | None = None
    marking: str = ""
    peers: str = ""
    logo: Logo | None = None

    def lines(self) -> list[tuple[str, str]]:
        """What the head of the pack says of it: (heading, text)."""
        day = f"{self.day.day} {self.day:%B %Y}" if self.day else ""
        told = (("Published by", self.owner), ("Contact", self.contact), ("Published on", day), ("Note", self.peers))
        return [(name, text) for name, text in told if text]


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
    days of the windows. headline: its outlier verdicts in a line. front: the first page; comments: its authors' words.
    summary: a row a measure. overview: its title and lines. absent: the measures without figures, which have no page.
    footnotes: what is said once for all pages. publication: who publishes it. template: the
    force's own presentation, that slides are made in; None for pm's. appendix: the measures and their sources.
    conventions: how averages, SDs, populations and tests were done, a sentence each. files: what was read. commands:
    the command lines, oldest first. notes: what pm said while it read and computed. tables: name -> the table of the
    contract with this force's rows, for whoever works on from here. changes: the outlier criteria whose figures are
    fractions of change. previous: what has changed since the edition that `--previous` names; None without one.
    history: what the page and the workbook carry for `pm history` (pmcli.carried). edition: its statements and figures,
    for the next one to be held against.
    """

    title: str
    force: str
    label: str
    to: date
    baseline: date
    headline: str = ""
    front: Front = field(default_factory=Front)
    comments: list[Comment] = field(default_factory=list)
    summary: list[Standing] = field(default_factory=list)
    overview_title: str = ""
    overview: list[Position] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    absent: list[Missing] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    publication: Publication = field(default_factory=Publication)
    template: bytes | None = None
    appendix: list[Exhibit] = field(default_factory=list)
    conventions: list[str] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    changes: frozenset[str] = frozenset()
    history: str = ""
    previous: LastEdition | None = None
    edition: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def findings(self) -> list[Statement]:
        """What the first page says, in reading order."""
        return self.front.statements()

    def pages(self) -> list[Page]:
        """Every page, in order."""
        return [page for section in self.sections for page in section.pages]

    def files_of(self, origin: Origin) -> list[SourceFile]:
        """The files that an origin's figures come from."""
        return [file for file in self.files if file.source in origin.sources]
