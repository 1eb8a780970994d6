"""The pack as one Markdown document (GitHub's flavour), for a wiki, a repository or a reader of plain text.

Everything that comes from data is escaped, so that a label is read as the text that it is: no emphasis, link, HTML or
table cell can begin in it. Charts are told in words with their latest figures, because the document stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from pmcli.drawing.chart import Chart
from pmcli.drawing.spark import spark_text
from pmcli.pack.model import Comment, Exhibit, Origin, Pack, Page, Paragraph, Picture, SourceFile, Statement
from pmcli.periods import month_name
from pmcli.views.blocks import Block
from pmcli.views.language import words

LATEST: Final = 6
"""Periods of a chart over time whose figures are told."""

_SPACE: Final = re.compile("[\\s\x00-\x1f\x7f-\x9f]+")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SPECIAL: Final = re.compile(r"[\\`*_\[\]|~$#]|<(?=[a-z/!?])|&(?=#?\w+;)|:(?=//)|(?<=www)\.", re.IGNORECASE)
_BEGINS: Final = re.compile(r"^(?:[-+](?=[-\s]|$)|=(?=[=\s]*$)|>|(?P<number>\d+)[.)](?=\s|$))")


def text(pack: Pack) -> str:
    """The whole pack as Markdown, ending with a line end: headings, statements, tables, gaps, sources with hashes."""
    return "\n\n".join(part for part in _parts(pack) if part) + "\n"


def escape(raw: str) -> str:
    """A text on one line in which nothing means anything to a Markdown parser, wherever in a document it stands.

    Runs of white space and control characters become one space.
    """
    line = _SPECIAL.sub(r"\\\g<0>", one_line(raw))
    begins = _BEGINS.match(line)
    if not begins:
        return line
    place = len(begins["number"] or "")
    return f"{line[:place]}\\{line[place:]}"


def one_line(raw: str) -> str:
    """A text without line ends, tabs and control characters."""
    return _SPACE.sub(" ", _SURROGATE.sub("\ufffd", raw)).strip()


def _parts(pack: Pack) -> Iterator[str]:
    """The paragraphs, tables and headings, in order; an empty one is left out."""
    yield f"# {escape(pack.title)}"
    to, base = month_name(pack.to), month_name(pack.baseline)
    yield f"{escape(pack.label)}: 12 months to {to}; baseline: 12 months to {base}."
    marking = _marked("**", pack.publication.marking)
    yield marking
    yield listed(f"{name}: {told}" for name, told in pack.publication.lines())
    if pack.findings:
        yield "## Key findings"
        for title, said in pack.front.parts():
            yield f"### {escape(title)}"
            yield "\n".join(_statements(said))
        yield _origins(finding.origin for finding in pack.findings)
    yield from _comments(pack.comments)
    yield from _summary(pack)
    yield f"## {escape(pack.overview_title or 'Performance overview')}"
    lines = [[line.area, line.metric, line.measure, line.position] for line in pack.overview]
    yield _table(["Priority area", "National metrics", f"{pack.label} measure", "Current position"], lines)
    for section in pack.sections:
        yield f"## {escape(section.title)}"
        yield marking
        yield from _comments(section.comments)
        for page in section.pages:
            if not page.annex:
                yield from _page(page)
    annexes = [page for page in pack.pages() if page.annex]
    if annexes:
        yield "## Outlier criteria"
        yield marking
        for page in annexes:
            yield from _page(page)
    if pack.absent:
        yield "## Not available"
        yield listed(f"{gap.what}: {gap.why}" for gap in pack.absent)
    if pack.appendix:
        yield "## Appendix"
        for exhibit in pack.appendix:
            yield from _exhibit(exhibit)
    if pack.conventions or pack.footnotes:
        yield "## Conventions"
        yield listed([*pack.conventions, *pack.footnotes])
    yield from _history(pack)
    yield marking


def _page(page: Page) -> Iterator[str]:
    yield f"### {escape(page.title)}"
    yield from (escape(line) for line in page.about)
    gaps = [f"- **Not available:** {escape(f'{gap.what}: {gap.why}')}" for gap in page.missing]
    yield "\n".join([*_statements(page.statements), *gaps])
    yield "\n".join(_statements(page.events))
    yield _origins(statement.origin for statement in [*page.statements, *page.events])
    yield from _comments(page.comments)
    for picture in page.pictures:
        yield from _picture(picture)
    for exhibit in page.exhibits:
        yield from _exhibit(exhibit)


def _comments(comments: Iterable[Comment]) -> Iterator[str]:
    """What people wrote, each under who wrote it; a link is told with its address."""
    for one in comments:
        yield _marked("**", one.heading)
        if one.changed:
            yield f"**Take care:** {escape(one.changed)}"
        items: list[str] = []
        for text in one.paragraphs:
            said = _runs(text)
            if text.kind == "item":
                number = f"{escape(text.mark)} " if text.mark[:1].isdigit() else ""
                items.append(f"{'  ' * text.level}- {number}{said}")
                continue
            yield "\n".join(items)
            items = []
            yield f"**{said}**" if text.kind == "heading" and said and "**" not in said else said
        yield "\n".join(items)


def _runs(paragraph: Paragraph) -> str:
    """The runs of a paragraph; the spaces at the ends of one stand outside its marks."""
    said = []
    for run in paragraph.runs:
        text = f"{run.text} ({run.href})" if run.href else run.text
        mark = ("**" if run.strong else "") + ("*" if run.emphasis else "")
        before, after = (" " if text[:1].isspace() else ""), (" " if text[-1:].isspace() else "")
        inner = escape(text)
        said.append(f"{before}{mark}{inner}{mark[::-1]}{after}" if inner else " ")
    return "".join(said).strip()


def _summary(pack: Pack) -> Iterator[str]:
    """The summary table: a row a measure, its past in block characters."""
    if not pack.summary:
        return
    yield "## Summary of measures"
    names = ["Measure", "Figure", f"Against 12 months to {month_name(pack.baseline)}", "Against a year before"]
    rows = []
    for row in pack.summary:
        label = f"{row.label} ({row.window})" if row.window else row.label
        cells = [label, row.figure, row.baseline, row.previous, row.direction, row.margin, spark_text(row.spark)]
        rows.append(cells)
    yield _table([*names, "Direction", "To be an outlier", "Past"], rows)


def _picture(picture: Picture) -> Iterator[str]:
    """A chart in words: its title and finding, its text for who cannot see it, the figures of the latest periods."""
    chart = picture.chart
    yield f"#### {escape(chart.title)}"
    yield _marked("*", chart.alt)
    if chart.told_by_x:
        yield _latest(chart)
    yield escape(chart.note)
    yield _origins([picture.origin])


def _latest(chart: Chart) -> str:
    """The latest rows of a chart's figures, without the series that have none there."""
    names, rows = chart.rows()
    latest = rows[-LATEST:]
    kept = [place for place in range(len(names)) if place == 0 or any(row[place] is not None for row in latest)]
    cells = [[_figure(row[place], chart) for place in kept] for row in latest]
    sides = ["left" if place == 0 else "right" for place in kept]
    return _table([names[place] for place in kept], cells, sides)


def _figure(value: Any, chart: Chart) -> str:
    if isinstance(value, date):
        return month_name(value)
    if value is None or isinstance(value, int | float):
        return words.figure(value, chart.figures)
    return str(value)


def _exhibit(exhibit: Exhibit) -> Iterator[str]:
    yield from block(exhibit.block)
    yield _origins([exhibit.origin])


def block(shown: Block) -> Iterator[str]:
    """A table under its title. Heading rows inside it begin a table of their own: Markdown has one head a table."""
    if shown.title:
        yield f"#### {escape(shown.title)}"
    yield from _grids(shown)
    for line, kind in shown.lines:
        yield _marked("**", line) if kind == "verdict" else escape(line)


def _grids(block: Block) -> Iterator[str]:
    sides = list(block.columns.values())
    head = list(block.columns) if block.heading else [""] * len(sides)
    body: list[list[str]] = []
    strong: list[int] = []
    for row in block.rows:
        if row.kind == "head":
            if body:
                yield _table(head, body, sides, strong)
            head, body, strong = row.texts, [], []
            continue
        if row.kind in {"hit", "mine"}:
            strong.append(len(body))
        body.append(row.texts)
    if body:
        yield _table(head, body, sides, strong)


def _history(pack: Pack) -> Iterator[str]:
    """What the figures were made from and how."""
    if pack.files:
        yield "## Sources"
        names = ["Source", "File", "Bytes", "Rows", "SHA-256"]
        rows = [[f.source, f.name, words.count(f.bytes), words.count(f.rows), _hash(f)] for f in pack.files]
        yield _table(names, rows, ["left", "left", "right", "right", "left"])
    if pack.commands:
        yield "## Commands"
        yield fenced([one_line(command) for command in pack.commands])
    if pack.notes:
        yield "## Notes"
        yield listed(pack.notes)


def _hash(file: SourceFile) -> str:
    return file.sha256 if file.hashed == "whole" else f"{file.sha256} (of {file.hashed})"


def _statements(statements: Sequence[Statement]) -> list[str]:
    return [f"- {_statement(statement)}" for statement in statements]


def _statement(statement: Statement) -> str:
    if statement.kind in {"verdict", "alarm"}:
        return _marked("**", statement.text)
    return f"**Take care:** {escape(statement.text)}" if statement.kind == "caveat" else escape(statement.text)


def _origins(origins: Iterable[Origin | None]) -> str:
    """Where figures come from, each origin once."""
    told = []
    for origin in origins:
        if origin is None:
            continue
        facts = [f"{name}: {fact}" for name, fact in origin.facts.items()]
        if origin.sources:
            facts.append(f"source{'s' if len(origin.sources) > 1 else ''}: {', '.join(origin.sources)}")
        if facts:
            told.append("; ".join(facts))
    lines = list(dict.fromkeys(told))
    if len(lines) < 2:
        return "".join(f"Where this comes from: {escape(line)}" for line in lines)
    return "Where these come from:\n\n" + listed(lines)


def fenced(lines: Iterable[str]) -> str:
    """Lines as they are, in a block of code that nothing in them can end."""
    text = "\n".join(lines)
    ticks = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}text\n{text}\n{fence}"


def listed(lines: Iterable[str]) -> str:
    """A list, each line escaped."""
    return "\n".join(f"- {escape(line)}" for line in lines)


def _marked(mark: str, raw: str) -> str:
    """A text in emphasis, or nothing: a pair of marks around nothing would be read as text."""
    inner = escape(raw)
    return f"{mark}{inner}{mark}" if inner else ""


def _table(
    names: Sequence[str], rows: Sequence[Sequence[str]], sides: Sequence[str] = (), strong: Sequence[int] = ()
) -> str:
    """A pipe table. sides: "left" or "right" for each column. strong: the rows that are picked out."""
    rule = ["---:" if side == "right" else "---" for side in (sides or ["left"] * len(names))]
    picked = set(strong)
    body = [
        [_marked("**", cell) if number in picked else escape(cell) for cell in row] for number, row in enumerate(rows)
    ]
    lines = [[escape(name) for name in names], rule, *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
