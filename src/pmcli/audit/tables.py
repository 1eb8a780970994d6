"""From the rows of a table to claims: which column is the earlier level, the later, the difference, the percentage,
the SD, the flag.

The heads say so where they can be read; a window in a head makes its column a level. Where a head is garbled or
missing, the rows themselves may still show it: a column that is the difference of two others in nearly every row is
that difference. A table whose structure neither heads nor rows show is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pmcli.audit import glyphs
from pmcli.audit.claims import Claim
from pmcli.audit.document import Parts, Row, Section, Table, glyph_free
from pmcli.audit.figures import Figure, cell_figure
from pmcli.audit.names import Lexicon
from pmcli.audit.places import Place
from pmcli.audit.windows import Window, find_windows

_DIFFERENCE: Final = re.compile(
    r"\b(?:diff(?:erence)?|change|variance|\+/-|\+ ?/ ?−|inc/dec|volume change|movement)\b|\(#\)|\+/-|[±Δ]",
    re.IGNORECASE,
)
_PERCENT: Final = re.compile(r"%|\bper ?cent(?:age)?\b|\bpct\b", re.IGNORECASE)
_POINTS: Final = re.compile(r"\bpoints?\b|\bppts?\b|\bpp\b", re.IGNORECASE)
_SD: Final = re.compile(r"\b(?:STD|SD|st\.? ?dev|std\.? ?dev(?:iation)?|standard deviation|dev)\b", re.IGNORECASE)
_FLAG: Final = re.compile(r"\b(?:outlier|flag|hit|indicator)s?\b", re.IGNORECASE)
_AVERAGE: Final = re.compile(r"\b(?:av(?:g|era?ge)|mean|national|MSG|MSF|peers?)\b", re.IGNORECASE)
_RATE: Final = re.compile(r"\bper\s+(?:1,?000|10,?000|100,?000|million|household)", re.IGNORECASE)
_YES: Final = {"Y": True, "YES": True, "N": False, "NO": False}
_TOTAL: Final = re.compile(
    r"^(?:grand |overall |force |sub-?|county |area )?totals?\b|^totals?$|^all (?:offences|crimes?|districts|forces)$",
    re.IGNORECASE,
)
_SUBTOTAL: Final = re.compile(r"^sub-?totals?\b", re.IGNORECASE)


@dataclass(slots=True)
class Column:
    """What a column holds, as far as its head says. role: level, difference, percent, points, sd, flag, average, rate,
    interval or "".
    """

    head: str = ""
    role: str = ""
    window: Window | None = None


@dataclass(slots=True)
class Body:
    """The rows under one head. levels: the columns of figures; flags: row -> whether it is flagged, doubtful."""

    columns: list[Column]
    rows: list[tuple[Row, dict[int, Figure], str]]
    title: str
    measure: str
    qualifiers: frozenset[str]
    section: Section
    head_places: dict[int, Place] = field(default_factory=dict)
    head_rows: list[Row] = field(default_factory=list)
    number: int = 0


def read_tables(parts: Parts, lexicon: Lexicon) -> list[Body]:
    """The bodies of all tables, in order."""
    bodies: list[Body] = []
    for number, table in enumerate(block for block in parts.blocks if isinstance(block, Table)):
        bodies += _bodies(table, parts.sections[table.section], lexicon, number)
    return bodies


def is_total(label: str) -> bool:
    """Whether a row's label says that it is the total of the rows above it."""
    return _TOTAL.match(label.strip()) is not None


def is_subtotal(label: str) -> bool:
    """Whether a row's label says that it is a subtotal."""
    return _SUBTOTAL.match(label.strip()) is not None


def _bodies(table: Table, section: Section, lexicon: Lexicon, number: int) -> list[Body]:
    bodies: list[Body] = []
    title, measure, qualifiers = "", section.measure, section.qualifiers
    heads: list[Row] = []
    body: Body | None = None
    for row in table.rows:
        filled = [cell for cell in row.cells if cell]
        figures = _figures(row)
        flags = [cell for cell in row.cells if cell.upper() in _YES]
        if not figures or (len(figures) == 1 and len(filled) > 2 and not flags and not is_total(filled[0])):
            if body is not None and figures == {} and len(filled) > 1:
                body = None
                heads = []
            if len(filled) == 1 and len(row.cells) >= 1 and not find_windows(filled[0]):
                if body is not None or not heads:
                    title, measure, qualifiers = _titled(filled[0], section, lexicon)
                    body, heads = None, []
                continue
            if (
                len(filled) == 1
                and body is None
                and not heads
                and any(one.known for one in lexicon.mentions(filled[0]))
            ):
                title, measure, qualifiers = _titled(filled[0], section, lexicon)  # its window stays over the columns
            if filled:
                heads.append(row)
            continue
        if body is None:
            body = Body(_columns(heads, row), [], title, measure, qualifiers, section, number=number)
            body.head_rows = list(heads)
            for head in heads:
                for column, cell in enumerate(head.cells[: len(body.columns)]):
                    if cell and find_windows(cell):
                        body.head_places.setdefault(column, head.place(column))
            bodies.append(body)
        label = _label(row, figures)
        body.rows.append((row, figures, label))
    for body in bodies:
        _settle(body)
    return bodies


def _titled(text: str, section: Section, lexicon: Lexicon) -> tuple[str, str, frozenset[str]]:
    group = lexicon.group(text) or section.group
    subject, mentions = text, []
    for subject in (text.rpartition(":")[2], text.rpartition(":")[0]):  # what follows a colon is the closer word
        mentions = [mention for mention in lexicon.mentions(subject) if mention.known]
        if mentions:
            break
    else:
        return text, section.measure, section.qualifiers
    # A name in brackets behind the measure narrows it, as in a sentence: "firearms (athena) by weapon".
    named = {word for word in lexicon.narrowing(subject, mentions[0]) if word.startswith("+[")}
    return text, lexicon.within(group, mentions[0].measure), lexicon.qualifiers(subject, mentions) | named


def _figures(row: Row) -> dict[int, Figure]:
    found = {}
    for column, cell in enumerate(row.cells):
        if not cell or column in row.unreadable:
            continue
        if column == 0 and re.fullmatch(
            r"\s*(?:[0-9]{2}\s?[-–]\s?[0-9]{2}|[0-9]{2}\+|(?:19|20)[0-9]{2}(?:[-/–][0-9]{2,4})?)\s*", cell
        ):
            continue  # an age group or a year in the first column is a label
        figure = cell_figure(glyph_free(cell))
        if figure is not None:
            found[column] = replace(
                figure,
                text=row.printed[column].strip(),
                doubtful=glyphs.doubtful(row.printed[column])
                and any(s in glyphs.MISREAD_DOWN for s in row.printed[column]) is False,
            )
    return found


def _label(row: Row, figures: dict[int, Figure]) -> str:
    first = min(figures, default=0)
    return next((row.printed[n].strip() for n in range(first) if row.cells[n] and row.cells[n].upper() not in _YES), "")


def flag_of(row: Row) -> tuple[bool, bool, int] | None:
    """(flagged, whether the sign is a look-alike, column) of a row's flag cell; None without one."""
    for column in range(len(row.cells) - 1, -1, -1):
        said = _YES.get(row.cells[column].strip().upper())
        if said is not None:
            return said, glyphs.doubtful(row.printed[column]), column
    return None


def _columns(heads: Sequence[Row], first: Row) -> list[Column]:
    columns = [Column() for _ in first.cells]
    for head in heads:
        cells = head.cells
        for number, cell in enumerate(cells[: len(columns)]):
            column = columns[number]
            if not cell:
                continue
            column.head = f"{column.head} {cell}".strip()
            windows = [window for window in find_windows(cell) if window.relative != "date"]
            if windows and column.window is None:
                column.window = windows[0]
    for column in columns:
        column.role = _role(column)
    return columns


_INTERVAL: Final = re.compile(r"\d ?% (?:confidence )?interval\b|^(?:\w+_)?p(?:_value|_adjusted)?$", re.IGNORECASE)


def _role(column: Column) -> str:
    head = column.head
    if not head:
        return ""
    if _INTERVAL.search(head):
        return "interval"  # an end of it, or a p-value: nothing follows from it, and it is no level of its row
    if _SD.search(head) and not _DIFFERENCE.search(head):
        return "sd"
    if column.window is not None and _PERCENT.search(head) and re.search(r"\bchange\b", head, re.IGNORECASE):
        return "change"  # a change that is itself a level of the row: "12M July 2023 v 12M Dec 19 % Change"
    if column.window is not None and not _DIFFERENCE.search(head):
        return "rate" if _RATE.search(head) else "level"
    if _DIFFERENCE.search(head):
        if _POINTS.search(head):
            return "points"
        return "percent" if _PERCENT.search(head) else "difference"
    if _FLAG.search(head):
        return "flag"
    if _RATE.search(head):
        return "rate"
    if _AVERAGE.search(head):
        return "average"
    return "percent-level" if _PERCENT.search(head) else ""


def _settle(body: Body) -> None:
    """Give `6M TY` and `6M LY` the month that the other heads of the same table end with."""
    known = [column.window for column in body.columns if column.window is not None and column.window.key]
    if known:
        return


def settle_years(bodies: Sequence[Body]) -> None:
    """`6M TY` ends with the latest month that the other heads under the same title name, `6M LY` twelve months
    before.
    """
    latest: dict[tuple[int, str], int] = {}
    for body in bodies:
        for column in body.columns:
            if column.window is not None and column.window.end is not None:
                key = (body.number, body.title)
                latest[key] = max(latest.get(key, 0), column.window.end)
    for body in bodies:
        end = latest.get((body.number, body.title))
        for column in body.columns:
            window = column.window
            if window is not None and window.end is None and end is not None and window.months:
                if window.relative == "this-year":
                    column.window = replace(window, end=end, inherited=True)
                elif window.relative == "last-year":
                    column.window = replace(window, end=end - 12, inherited=True)


def head_claims(body: Body) -> list[Claim]:
    """A claim for each dated head: that the figures under it are of that window."""
    found = []
    for column, place in sorted(body.head_places.items()):
        window = body.columns[column].window
        if window is None or window.inherited or not window.key:
            continue
        claim = Claim(
            "period",
            (place,),
            window.text,
            body.measure,
            body.qualifiers,
            section=body.section.number,
            current=window,
            table=True,
            about=body.title,
        )
        found.append(claim)
    return found


def claim_of(
    body: Body, row: Row, kind: str, figures: dict[str, Figure], columns: Sequence[int], lexicon: Lexicon, label: str
) -> Claim:
    """A claim of one row. columns: the cells it is made of."""
    places = tuple(dict.fromkeys(row.place(column) for column in columns)) or (row.place(0),)
    quote = " ".join(cell.strip() for cell in row.printed if cell.strip())
    mentions = [mention for mention in lexicon.mentions(glyphs.plain(label)) if mention.known] if label else []
    measure = body.measure
    qualifiers = body.qualifiers
    whole = not label or is_total(label)
    if mentions:
        measure = lexicon.within(body.section.group, mentions[0].measure)
        qualifiers = qualifiers | lexicon.qualifiers(glyphs.plain(label), mentions)
        if body.measure and measure != body.measure:
            qualifiers = qualifiers | {f"~of {body.measure}"}
    elif not whole:
        qualifiers = qualifiers | {f"~{label.lower()}"}
    return Claim(
        kind,
        places,
        quote[:240],
        measure,
        qualifiers,
        body.section.area,
        figures=figures,
        section=body.section.number,
        own_measure=bool(mentions),
        table=True,
        label=label,
        about=body.title,
        source="table",
    )
