"""A document as its readers give it (lines and rows with their places), and as it is read: sections of paragraphs and
tables.

A reader gives lines in reading order. A line is text, or a row of cells. Lines that run on (a sentence broken over
two lines, a page or a column) become one paragraph, whose every letter still knows its line. A line that names a
measure or a priority area and says nothing of it is the heading of what follows, up to the next such line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pmcli.audit import glyphs
from pmcli.audit.figures import cell_figure
from pmcli.audit.names import Lexicon
from pmcli.audit.places import Place
from pmcli.audit.tokens import tokenise


@dataclass(slots=True)
class Line:
    """One line or row. cells: None for text. level: of a marked heading (1 the highest), 0 for none. places: one for
    each cell, where the cells have places of their own. unreadable: cells that two readers of a file disagree on.
    """

    text: str
    place: Place
    cells: list[str] | None = None
    level: int = 0
    places: list[Place] | None = None
    unreadable: frozenset[int] = frozenset()
    table: int = 0


@dataclass(slots=True)
class Document:
    """A document as read. notes: what the reader wants told (pages left out, lines that could not be read)."""

    name: str
    lines: list[Line]
    kind: str = "text"
    notes: list[str] = field(default_factory=list)
    title: str = ""


@dataclass(slots=True)
class Row:
    """One row of a table, in plain signs and as printed."""

    cells: list[str]
    printed: list[str]
    places: list[Place]
    unreadable: frozenset[int] = frozenset()

    def place(self, column: int) -> Place:
        """The place of one cell."""
        return self.places[min(column, len(self.places) - 1)]


@dataclass(slots=True)
class Table:
    """A run of rows. section: the number of the heading it stands under. split: how its rows were cut into cells."""

    rows: list[Row]
    section: int


@dataclass(slots=True)
class Paragraph:
    """Text that runs on over one line or more. text: in plain signs; starts: where each line of it begins."""

    text: str
    printed: str
    starts: list[int]
    places: list[Place]
    section: int

    def places_of(self, start: int, end: int) -> tuple[Place, ...]:
        """The lines that a stretch of the text stands on."""
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_right(self.starts, max(end - 1, start)) - 1, 0)
        return tuple(self.places[first : last + 1])


@dataclass(slots=True)
class Section:
    """A heading and what is known from it. number 0: before any heading."""

    number: int
    title: str = ""
    group: str = ""
    measure: str = ""
    qualifiers: frozenset[str] = frozenset()
    place: Place | None = None
    area: str = ""


@dataclass(slots=True)
class Parts:
    """A document taken apart, in order."""

    sections: list[Section]
    blocks: list[Table | Paragraph]


_BULLET: Final = re.compile(r"^\s*(?:(?:\d{1,2}[.)]|[a-z][.)]|[-•*·»o–])\s+)+")
_SENTENCE_END: Final = re.compile(r"[.!?:]['\")\]]?\s*$")
_SPACED: Final = re.compile(r"\s{2,}|\s*\|\s*")
_FLAT: Final = re.compile(
    r"^(?P<label>[A-Za-z][A-Za-z&/(),.'+ -]*?[A-Za-z)+]"
    r"|[0-9]{2}[-+][0-9]*)\s+(?P<rest>(?:(?:[-+–]\s)?[(+–-]?[0-9][0-9,.]*%?\)?(?:\s?[↑↓▲▼])?(?:\s+"
    r"|$)){3,})(?P<flag>[YN]|Yes|No)?\s*$"
)
_SLASHED: Final = re.compile(r"^(?P<label>[A-Za-z][^/]*?)\s+/\s+(?P<rest>.+?/.+)$")
_WIDEST: Final = 130
"""Letters of the widest line of a text that is broken to fit a page; one with longer lines has a line a paragraph."""


def take_apart(document: Document, lexicon: Lexicon) -> Parts:
    """The sections, paragraphs and tables of a document."""
    sections = [Section(0, area=lexicon.area(document.title) if document.title else "")]
    current = sections[0]
    blocks: list[Table | Paragraph] = []
    rows: list[Row] = []
    open_lines: list[Line] = []
    last_table = 0
    blanks = 0
    widths: dict[str, int] = {}
    for line in document.lines:
        if line.cells is None:
            widths[line.place.part] = max(widths.get(line.place.part, 0), len(line.text.strip()))

    said: list[Paragraph] = []

    def close_rows() -> None:
        if rows:
            blocks.append(Table(list(rows), current.number))
            blocks.extend(said)
            rows.clear()
            said.clear()

    def close_text() -> None:
        if open_lines:
            blocks.append(_paragraph(open_lines, current.number))
            open_lines.clear()

    cells_of = _all_cells(document.lines)
    for line, cells in zip(document.lines, cells_of, strict=True):
        if not line.text.strip() and line.cells is None:
            blanks += 1
            if blanks > 1 or rows:
                close_rows()
            close_text()
            continue
        if cells is not None:
            close_text()
            if rows and line.table != last_table:
                close_rows()
            last_table = line.table
            rows.append(
                Row([glyphs.plain(cell) for cell in cells], cells, line.places or [line.place], line.unreadable)
            )
            said += _said_in_cells(rows[-1], sections, current, lexicon)
            blanks = 0
            continue
        close_rows()
        if open_lines and not _continues(open_lines[-1], line, widths[line.place.part]):
            close_text()
        heading = None if open_lines else _heading(line, lexicon, len(sections))
        if heading is not None:
            sections.append(heading)
            current = heading
        else:
            open_lines.append(line)
        blanks = 0
    close_rows()
    close_text()
    return Parts(sections, blocks)


def _said_in_cells(row: Row, sections: list[Section], current: Section, lexicon: Lexicon) -> list[Paragraph]:
    """What the cells of a row say in words ("Down 12% (1,204 to 1,060)"), about what its first cell names."""
    found = []
    for column, cell in enumerate(row.cells):
        if len(cell.split()) < 3 or cell_figure(glyph_free(cell)) is not None:
            continue
        codes = {token.code for token in tokenise(cell)}
        if not (
            codes & set("NPTMLE")
            or (codes & set("UD") and not re.match(r"\s*(?:reduce|cut|lower|increase)\b", cell, re.IGNORECASE))
        ):
            continue
        if re.search(r"\bper\b|\(#\)|%\s*(?:change|point)|^\W*%", cell, re.IGNORECASE) and not codes & set("UDMLE"):
            continue
        label = row.cells[0] if column else ""
        mentions = [mention for mention in lexicon.mentions(label) if mention.known]
        section = current
        if mentions:
            measure = lexicon.within(current.group, mentions[0].measure)
            section = Section(
                len(sections),
                label,
                current.group,
                measure,
                lexicon.qualifiers(label, mentions),
                row.place(0),
                current.area,
            )
            sections.append(section)
        found.append(Paragraph(cell, row.printed[column], [0], [row.place(column)], section.number))
    return found


def _all_cells(lines: Sequence[Line]) -> list[list[str] | None]:
    """The cells of every line; a line above a row that wide spaces, bars or slashes cut into as many cells is its
    head.
    """
    found = [_cells(line) for line in lines]
    below: list[str] | None = None
    for at in range(len(lines) - 1, -1, -1):
        cells = found[at]
        text = lines[at].text
        if cells is None and below is not None and not lines[at].level and _DRAWN.fullmatch(text) is None:
            cut = [
                cell
                for cell in re.split(r"\s{2,}|\s*\|\s*|\s+/\s+", glyphs.plain(text).strip().strip("|").strip())
                if cell
            ]
            if len(cut) >= 3 and abs(len(cut) - len(below)) <= 1:
                cells = cut if len(cut) >= len(below) else ["", *cut]
                found[at] = cells
        elif cells is None and _DRAWN.fullmatch(text) and text.strip():
            found[at] = []
            continue
        below = cells
    return [None if cells == [] and not line.text.strip() else cells for cells, line in zip(found, lines, strict=True)]


_DRAWN: Final = re.compile(r"[\s|:=_+-]*")
"""A line that only draws: under a head, between rows."""


def _cells(line: Line) -> list[str] | None:
    """The cells of a row; None for text. Text is a row when tabs, wide spaces or slashes cut figures apart."""
    if line.cells is not None:
        return line.cells
    text = line.text
    if "\t" in text:
        return [cell.strip() for cell in text.split("\t")]
    plain = glyphs.plain(text)
    if not any(sign.isdigit() for sign in plain):
        return None
    stripped = plain.strip()
    if "  " in stripped or "|" in stripped:
        cells = [cell for cell in _SPACED.split(stripped.strip("|")) if cell]
        if sum(cell_figure(glyph_free(cell)) is not None for cell in cells) >= 2 and len(cells) >= 3:
            return cells
    if "/" in stripped and (match := _SLASHED.match(stripped)):
        cells = [match["label"], *[cell.strip() for cell in match["rest"].split("/")]]
        if sum(cell_figure(cell) is not None for cell in cells[1:]) >= max(2, len(cells) - 2):
            return cells
    if match := _FLAT.match(stripped):
        rest = re.sub(r"([-+–])\s(?=[0-9])", r"\1", match["rest"])
        return [match["label"], *rest.split(), *([match["flag"]] if match["flag"] else [])]
    return None


def glyph_free(cell: str) -> str:
    """A cell without arrows, marks and white space around it."""
    return cell.strip(f" {glyphs.UP_ARROWS}{glyphs.DOWN_ARROWS}{glyphs.LEVEL_ARROWS}{glyphs.MISREAD_DOWN}")


def _continues(before: Line, line: Line, width: int) -> bool:
    text = line.text.strip()
    if line.level or before.level or (_BULLET.match(line.text) and not text[0].islower()):
        return False
    ended = _SENTENCE_END.search(before.text) is not None
    if ended:
        return False
    if text[0].islower() or text[0] in ")],;":
        return not re.match(r"^[a-z][.)]\s", text)
    mid_phrase = re.search(r"[a-z,]$", before.text.rstrip()) is not None
    full = len(before.text.strip()) + 1 + len(text.split()[0]) > width  # its first word would not have fitted above
    return mid_phrase and full and 40 <= width <= _WIDEST and line.place.part == before.place.part


def _paragraph(lines: Sequence[Line], section: int) -> Paragraph:
    printed = ""
    starts = []
    for line in lines:
        printed += " " if printed else ""
        starts.append(len(printed))
        body = line.text.rstrip()
        bullet = _BULLET.match(glyphs.plain(body))
        printed += " " * bullet.end() + body[bullet.end() :] if bullet and not starts[1:] else body
    return Paragraph(glyphs.plain(printed), printed, starts, [line.place for line in lines], section)


def _heading(line: Line, lexicon: Lexicon, number: int) -> Section | None:
    """The section that a line opens, or None: marked as a heading, or a name of a measure that says nothing of it."""
    text = glyphs.plain(line.text).strip().strip("#").strip()
    words = text.split()
    if not words:
        return None
    mentions = lexicon.mentions(text)
    group = lexicon.group(text)
    if not line.level:
        if (
            len(words) > (24 if group and ":" in text else 18)
            or not (text[0].isupper() or text[0].isdigit())
            or _SENTENCE_END.search(text)
        ):
            return None
        if not mentions and not group:
            return None
        if set("NPTRUDMLEv") & {token.code for token in tokenise(text)} and not (group and ":" in text):
            return None
        if re.search(r"\b(?:is|are|was|were|has|have|had|will|do|does|think)\b", text):
            return None
        if set("NPT") & {token.code for token in tokenise(text)}:
            return None
    subject = text.rpartition(":")[2] if ":" in text and group else text
    named = [mention for mention in lexicon.mentions(subject) if mention.known]
    different = {mention.measure for mention in named}
    measure = lexicon.within(group, named[0].measure) if len(different) == 1 else ""
    return Section(number, text, group, measure, lexicon.qualifiers(subject, named), line.place, lexicon.area(text))


_ABBREVIATIONS: Final = re.compile(
    r"\b(?:v|vs|approx|c|No|no|e\.g|i\.e|eg|ie|cf|St|Dr|Mr|Mrs|Ms|para|paras|p|pp|Fig|figs|inc|incl|excl|est|Jan"
    r"|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Cllr|Insp|Sgt|Supt)$"
)
_BREAK: Final = re.compile(r"[.!?][\"')\]*+~^†‡]*\s+(?=[\"'(\[*]*[A-Z0-9£•+~])|\s[•●▪·]\s*|\s+(?=•)")
_ANAPHOR: Final = re.compile(
    r"^Of (?:these|those|them)\b|^(?:That|This|These|Which|It)\s+(?:(?:is|was|represents?|equates?|equals?|means?"
    r"|meant|amounts?|amounted|compares?|marks?)\b(?!\s+(?:driven|due|because|still|also|likely|not|expected|partly"
    r"|the\s+(?:lowest|highest)))"
    r"|(?:has|have)\s+(?:been\s+)?(?:risen|fallen|increased|decreased))"
)


def sentences(paragraph: Paragraph) -> Iterable[tuple[int, int]]:
    """Where the sentences of a paragraph begin and end; one that starts with "That is a fall of" belongs to the one
    before.
    """
    text = paragraph.text
    spans: list[list[int]] = []
    start = 0
    for match in _BREAK.finditer(text):
        if _ABBREVIATIONS.search(text[start : match.start()]) and text[match.start() : match.start() + 1] == ".":
            continue
        spans.append([start, match.end()])
        start = match.end()
    spans.append([start, len(text)])
    joined: list[list[int]] = []
    for first, last in spans:
        body = text[first:last].lstrip(" *\"'(")
        if joined and _ANAPHOR.match(body) and any(sign.isdigit() for sign in body):
            joined[-1][1] = last
        elif body:
            joined.append([first, last])
    return [(first, last) for first, last in joined if text[first:last].strip()]
