"""The pack as slides to present and to edit: a slide a measure, whose title is the finding, with a native chart.

A measure's slide has a title that is a sentence of the pack, its chart, at most three more sentences, and a small
table. What there is no room for, and where every figure comes from, is in the speaker's notes. Letters are made as
small as it takes for a text to fit, within what can be read across a room; a sentence that does not fit even so gives
way to one that does, and is in the notes. Nothing is computed here, and no sentence is shortened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from pmcli.drawing import palette
from pmcli.drawing.chart import Chart
from pmcli.drawing.native_cells import marks_key
from pmcli.pack.model import Comment, Exhibit, Origin, Pack, Page, Section, Statement
from pmcli.pack.write.slide_deck import Deck, Slide
from pmcli.pack.write.slide_text import Box, Cells, Words, fitting, height_of, table_fitting
from pmcli.periods import month_name
from pmcli.visible import visible

TITLES: Final = (26.0, 24.0, 22.0, 20.0, 18.0)
TEXTS: Final = (18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0)
SMALL: Final = (11.0, 10.0)
TABLES: Final = (14.0, 13.0, 12.0, 11.0, 10.5, 10.0)
BULLETS: Final = 3
"""Sentences beside a chart, at the most."""

_BETWEEN: Final = 0.5
_BESIDE_TABLES: Final = (1.0, 0.4, 0.34, 0.0)
"""How much of a slide without a chart its sentences may take beside no table, one, two, and more with verdicts."""
_COLOURS: Final = {"alarm": "#96330a", "caveat": "#4a3a00", "quiet": palette.QUIET}
_FIRST: Final = {"alarm": 0, "verdict": 1, "good": 2, "bad": 2, "": 3}
"""Which statements come first on a slide; a caveat always has a place beside them."""


def slides(pack: Pack) -> bytes:
    """The pack as a .pptx file; the same pack gives the same bytes.

    Raises PmError for a template that is no presentation, and when python-pptx or XlsxWriter is not installed.
    """
    said = pack.publication
    footer = " · ".join(part for part in (said.marking, said.owner, pack.title) if part)
    deck = Deck(pack.title, pack.to, pack.template, footer)
    _cover(deck, pack)
    _findings(deck, pack)
    _comments(deck, pack.comments)
    _summary(deck, pack)
    for section in pack.sections:
        _comments(deck, section.comments, section.title)
        for page in section.pages:
            _page(deck, page, section, pack)
    _absent(deck, pack)
    _sources(deck, pack)
    return deck.close()


# --------------------------------------------------------------------------------------------- the slides in front
def _cover(deck: Deck, pack: Pack) -> None:
    slide = _titled(deck, "title", pack.title)
    said = pack.publication
    lines = [pack.headline, f"Baseline: 12 months to {month_name(pack.baseline)}"]
    if said.owner or said.contact:
        lines.append(", ".join(part for part in (said.owner, said.contact) if part))
    if said.day:
        lines.append(f"Published {said.day.day} {said.day:%B %Y}")
    lines += [text for text in (said.marking, said.peers) if text]
    title = slide.places["title"]
    under = Box(title.left, title.top + title.height + 10, title.width, max(deck_bottom(slide) - title.top
                - title.height - 20, 60))  # fmt: skip
    words = [Words(line) for line in lines if line]
    slide.text(under, words, fitting(words, under, TEXTS, _BETWEEN) or TEXTS[-1], name="About", between=_BETWEEN)
    slide.notes("\n".join(["Figures are of the files that the last slide lists.", *pack.commands]))


def deck_bottom(slide: Slide) -> float:
    """Where the foot of a slide begins."""
    body = slide.places["body"]
    return body.top + body.height


def _findings(deck: Deck, pack: Pack) -> None:
    """The first page of the pack: as many slides as it takes, each a whole number of its parts."""
    blocks: list[list[Words]] = []
    for heading, told in pack.front.parts():
        blocks.append([Words(heading, bold=True), *map(_bullet, told)])
    origins = [one.origin for one in pack.front.statements() if one.origin]
    notes = _sources_of(origins, pack)
    _texts(deck, f"Key findings: {pack.label}, 12 months to {month_name(pack.to)}", blocks, notes)


def _texts(deck: Deck, title: str, blocks: Sequence[Sequence[Words]], notes: str) -> None:
    """Slides of text: as many blocks on each as fit in letters that can be read, at least one."""
    box = deck.places("text")["body"]
    parts: list[list[Words]] = []
    for block in _broken(blocks, box):
        if parts and height_of([*parts[-1], *block], box.width, 14.0, _BETWEEN) <= box.height:
            parts[-1] += block
        else:
            parts.append(list(block))
    for number, words in enumerate(parts, start=1):
        slide = _titled(deck, "text", title if len(parts) == 1 else f"{title} ({number} of {len(parts)})")
        size = fitting(words, box, TEXTS, _BETWEEN) or TEXTS[-1]
        slide.text("body", words, size, name="Text", between=_BETWEEN)
        slide.notes(notes)


def _broken(blocks: Sequence[Sequence[Words]], box: Box) -> list[list[Words]]:
    """Blocks no higher than a slide: a longer one is broken between paragraphs, a longer paragraph between words."""
    made: list[list[Words]] = []
    for block in blocks:
        part: list[Words] = []
        for words in (piece for whole in block for piece in _pieces(whole, box)):
            if part and height_of([*part, words], box.width, TEXTS[-1], _BETWEEN) > box.height:
                made.append(part)
                part = []
            part.append(words)
        made += [part] if part else []
    return made


def _pieces(words: Words, box: Box) -> list[Words]:
    """A paragraph, in pieces where it is higher than a slide."""
    texts, pieces = words.text.split(), []
    while texts:
        many = len(texts)
        while many > 1 and height_of(
            [Words(" ".join(texts[:many]), mark=words.mark, indent=words.indent)], box.width, TEXTS[-1]
        ) > box.height:  # fmt: skip
            many = many * 3 // 4
        pieces.append(Words(" ".join(texts[:many]), words.bold, words.italic, words.mark, words.indent, words.colour))
        texts = texts[many:]
    return pieces or [words]


def _comments(deck: Deck, comments: Iterable[Comment], about: str = "") -> None:
    """An author's words, on slides of their own, as theirs."""
    for comment in comments:
        block = [Words(comment.changed, bold=True, colour=_COLOURS["alarm"])] if comment.changed else []
        for part in comment.paragraphs:
            mark = {"item": part.mark or "•", "quote": "“"}.get(part.kind, "")
            block.append(Words(part.text, part.kind == "heading", False, mark, 14.0 * part.level))
        title = f"{about}: {comment.heading[:1].lower()}{comment.heading[1:]}" if about else comment.heading
        _texts(deck, title, [block], f"Written by {comment.by}; the figures are on the slides beside it.")


def _summary(deck: Deck, pack: Pack) -> None:
    """The summary table: a row a measure, under the name of its priority area."""
    heads = ["Measure", "Latest", "Against baseline", "Against last year", "Direction", "To outlier"]
    groups: dict[str, list[list[str]]] = {}
    for row in pack.summary:
        figure = f"{row.figure} ({row.window})" if row.window else row.figure
        groups.setdefault(row.area, []).append(
            [row.label, figure, row.baseline, row.previous, row.direction, row.margin]
        )
    lines = [[(row, "") for row in rows] for rows in groups.values()]
    parts: list[list[tuple[list[str], str]]] = []
    box = deck.places("text")["body"]
    for area, rows in zip(groups, lines, strict=True):
        block = [([area, *[""] * (len(heads) - 1)], "head"), *rows]
        tried = [*(parts[-1] if parts else []), *block]
        if parts and _table(heads, tried, box, fill=True, sizes=TABLES[2:]) is not None:
            parts[-1] = tried
        else:
            parts.append(block)
    parts = _evenly(parts)
    for number, part in enumerate(parts, start=1):
        title = pack.overview_title or "Performance overview"
        slide = _titled(deck, "text", title if len(parts) == 1 else f"{title} ({number} of {len(parts)})")
        _put_table(slide, heads, part, box, alt=title, fill=True)
        slide.notes("▲ more or rising, ▼ fewer or falling, ● no clear change, ○ not told.")


def _evenly(parts: list[list[tuple[list[str], str]]]) -> list[list[tuple[list[str], str]]]:
    """The same rows on as many slides, about as many on each; a priority area stays together."""
    groups: list[list[tuple[list[str], str]]] = []
    for row in chain(*parts):
        if row[1] == "head" or not groups:
            groups.append([])
        groups[-1].append(row)
    share = sum(map(len, parts)) / max(len(parts), 1)
    made: list[list[tuple[list[str], str]]] = [[]] if parts else []
    for group in groups:
        if made[-1] and len(made) < len(parts) and sum(map(len, made)) + len(group) / 2 > share * len(made):
            made.append([])
        made[-1] += group
    return made


# ------------------------------------------------------------------------------------------------- a slide a page
def _page(deck: Deck, page: Page, section: Section, pack: Pack) -> None:
    """A page's slide; one with nothing on it but what is missing has none, and is in the list of those."""
    told = [one for one in page.statements if not one.detail]
    pictures = [one for one in page.pictures if not one.detail]
    exhibits = [one for one in page.exhibits if not one.detail and one.block.rows]
    if not (told or pictures or exhibits):
        return
    places = deck.places("measure")
    title = _title(page, told, places["title"])
    slide = _titled(deck, "measure", title)
    about = [Words(page.title if page.title.startswith(section.title) else f"{section.title}: {page.title}",
                   colour=palette.QUIET)]  # fmt: skip
    if title != page.title:
        slide.text("measure", about, fitting(about, places["measure"], (14.0, 13.0, 12.0, 11.0, 10.0)) or 10.0,
                   name="Measure")  # fmt: skip
    rest = [one for one in [*told, *page.events] if one.text != title]
    shown: list[Statement] = []
    if pictures:
        picture = pictures[0]
        slide.chart(places["chart"], picture.chart)
        _key(slide, picture.chart)
        shown, left = _bullets(slide, rest, places["bullets"])
        _beside(slide, exhibits, Box(places["table"].left, left, places["table"].width,
                max(places["table"].top + places["table"].height - left, 0)))  # fmt: skip
    else:
        body = places["body"]
        share = _BESIDE_TABLES[min(len(exhibits), len(_BESIDE_TABLES) - 1)]
        shown, left = _bullets(slide, rest, Box(body.left, body.top, body.width, body.height * share))
        _tables(slide, exhibits, Box(body.left, left, body.width, body.top + body.height - left))
    slide.notes(_notes(page, pack, [one for one in rest if one not in shown]))
    _comments(deck, page.comments, page.title)


def _titled(deck: Deck, kind: str, title: str) -> Slide:
    words, box = [Words(title, bold=True)], deck.places(kind)["title"]
    return deck.slide(kind, title, fitting(words, box, TITLES) or TITLES[-1])


def _title(page: Page, told: Sequence[Statement], box: Box) -> str:
    """The finding of a page, or the first of its sentences that fits; where none does, what the page is about."""
    ranked = sorted((one for one in told if one.kind not in {"caveat", "quiet"}), key=lambda one: _FIRST[one.kind])
    said = [one.text for one in ranked]
    for text in [*([page.finding] if page.finding in said else []), *said]:
        if fitting([Words(text, bold=True)], box, TITLES) is not None:
            return text
    return page.title


def _bullets(slide: Slide, told: Sequence[Statement], box: Box) -> tuple[list[Statement], float]:
    """At most three sentences, as many as fit, one of them to be careful about where there is one to say.

    Returns them, and where the room under them begins.
    """
    said = sorted((one for one in told if one.kind not in {"caveat", "quiet"}), key=lambda one: _FIRST[one.kind])
    careful = [one for one in told if one.kind == "caveat"]
    tried = [[*said[:many], *careful[:1]] for many in range(BULLETS - 1, 0, -1)] if careful else []
    tried += [said[:many] for many in range(BULLETS, 0, -1)] + [careful[:1]]
    for chosen in filter(None, tried):
        words = [_bullet(one) for one in chosen]
        size = fitting(words, box, TEXTS[2:], _BETWEEN)
        if size is None:
            continue
        if box == slide.places["bullets"] and slide.names("bullets"):  # the template's own
            slide.text("bullets", words, size, name="Findings", between=_BETWEEN)
            return chosen, slide.places["table"].top
        high = height_of(words, box.width, size, _BETWEEN)
        slide.text(Box(box.left, box.top, box.width, high), words, size, name="Findings", between=_BETWEEN)
        return chosen, box.top + high + 6
    return [], box.top


def _bullet(one: Statement) -> Words:
    loud = one.kind in {"alarm", "verdict"}
    return Words(one.text, loud, one.kind == "caveat", "•", 0.0, _COLOURS.get(one.kind, ""))


def _key(slide: Slide, chart: Chart) -> None:
    """What the letters of the declared changes mean, and the chart's small print, as far as there is room."""
    texts = [text for text in (marks_key(chart), chart.note) if text]
    while texts:
        words = [Words(text, colour=palette.QUIET) for text in texts]
        size = fitting(words, slide.places["key"], SMALL)
        if size is not None:
            slide.text("key", words, size, name="Key")
            return
        texts.pop()


# --------------------------------------------------------------------------------------------------------- tables
Rows = Sequence[tuple[Sequence[str], str]]
"""Cells of a row and its kind."""


def _table(
    heads: Sequence[str], rows: Rows, box: Box, *, fill: bool = False, sizes: Sequence[float] = TABLES
) -> Cells | None:
    every = [list(heads), *(list(cells) for cells, _ in rows)] if heads else [list(cells) for cells, _ in rows]
    bold = [kind in {"head", "hit", "mine"} for _, kind in rows]
    every = [[visible(text) for text in row] for row in every]
    return table_fitting(every, box, sizes, bold=[True, *bold] if heads else bold, fill=fill)


def _put_table(slide: Slide, heads: Sequence[str], rows: Rows, box: Box, *, alt: str, right: Sequence[bool] = (),
               fill: bool = False) -> float:  # fmt: skip
    """A table where it fits, and nothing where it does not. Returns its height."""
    cells = _table(heads, rows, box, fill=fill)
    if cells is None:
        return 0.0
    every = ([list(heads)] if heads else []) + [list(texts) for texts, _ in rows]
    kinds = ([""] if heads else []) + [kind for _, kind in rows]
    slide.table(box, every, cells, alt=alt, right=right, heavy=kinds, headed=bool(heads))
    return float(cells.height)


def _beside(slide: Slide, exhibits: Sequence[Exhibit], box: Box) -> None:
    """The first table that fits beside a chart, whole."""
    for exhibit in exhibits:
        heads, rows, right = _of(exhibit)
        if len(rows) <= 8 and _put_table(slide, heads, rows, box, alt=exhibit.block.title, right=right):
            return


def _tables(slide: Slide, exhibits: Sequence[Exhibit], box: Box) -> None:
    """Tables two beside each other, each between its title and the verdict it bears, as many as fit."""
    many = 1 if len(exhibits) == 1 else 2
    rows_of = -(-len(exhibits) // many) or 1
    width, height = (box.width - 20 * (many - 1)) / many, box.height / rows_of
    for number, exhibit in enumerate(exhibits):
        left, top = box.left + number % many * (width + 20), box.top + number // many * height
        heads, rows, right = _of(exhibit)
        title = [Words(exhibit.block.title, bold=True)]
        verdict = [Words(text, bold=True) for text, kind in exhibit.block.lines if kind == "verdict"]
        over = height_of(title, width, 11.0) if exhibit.block.title else 0.0
        for said in (verdict, []) if len(exhibits) > 1 else ([],):  # alone, it is the slide's title
            under = height_of(said, width, 10.0) if said else 0.0
            room = Box(left, top + over, width, height - over - under - 2)
            cells = _table(heads, rows, room)
            if cells is not None:
                break
        if cells is None:
            continue
        if over:
            slide.text(Box(left, top, width, over), title, 11.0, name=f"Title of table {number + 1}")
        _put_table(slide, heads, rows, room, alt=exhibit.block.title, right=right)
        if said:
            end = Box(left, room.top + cells.height, width, under)
            slide.text(end, said, 10.0, name=f"Verdict of table {number + 1}")


def _of(exhibit: Exhibit) -> tuple[list[str], list[tuple[list[str], str]], list[bool]]:
    block = exhibit.block
    heads = list(block.columns) if block.heading else []
    return heads, [(row.texts, row.kind) for row in block.rows], [side == "right" for side in block.columns.values()]


# ------------------------------------------------------------------------------------------------ the slides at the end
def _absent(deck: Deck, pack: Pack) -> None:
    """What belongs in the pack and is not there, and why."""
    rows = [([gap.what, gap.why], "") for gap in pack.absent]
    for page in pack.pages():
        if page.missing:
            listed = "; ".join(dict.fromkeys(gap.what for gap in page.missing))
            whole = not (page.statements or page.pictures or page.exhibits)  # it has no slide to say why
            rows.append(([page.title, " ".join(f"{gap.what}: {gap.why}" for gap in page.missing) if whole else
                          f"{listed} (its notes say why)"], ""))  # fmt: skip
    notes = [f"{page.title}: {gap.what}: {gap.why}" for page in pack.pages() for gap in page.missing]
    _listed(deck, "Not available, and why", ["Measure", "What is not there, and why"], rows, "\n".join(notes))


def _sources(deck: Deck, pack: Pack) -> None:
    """The files that figures come from, by source; their hashes are in the notes."""
    found: dict[str, list[str]] = {}
    for file in pack.files:
        found.setdefault(file.source, []).append(file.name)
    rows = [([source, str(len(names)), names[0] if len(names) == 1 else f"{names[0]} …"], "")
            for source, names in found.items()]  # fmt: skip
    hashes = [f"{file.source}: {file.name}, SHA-256 {file.sha256} ({file.hashed})" for file in pack.files[:60]]
    if len(pack.files) > len(hashes):
        hashes.append(f"… and {len(pack.files) - len(hashes)} more files: the page of the pack lists them all.")
    notes = "\n".join([*pack.conventions, *pack.footnotes, *hashes])
    _listed(deck, "Where the figures come from", ["Source", "Files", "File"], rows, notes)


def _listed(deck: Deck, title: str, heads: list[str], rows: list[tuple[list[str], str]], notes: str) -> None:
    """A table over as many slides as it takes; a row that is higher than a slide is left to the other formats."""
    box = deck.places("text")["body"]
    parts: list[list[tuple[list[str], str]]] = []
    for row in rows:
        if _table(heads, [row], box, fill=True) is None:
            continue
        if parts and _table(heads, [*parts[-1], row], box, fill=True, sizes=TABLES[2:]) is not None:
            parts[-1].append(row)
        else:
            parts.append([row])
    for number, part in enumerate(parts, start=1):
        slide = _titled(deck, "text", title if len(parts) == 1 else f"{title} ({number} of {len(parts)})")
        _put_table(slide, heads, part, box, alt=title, fill=True)
        slide.notes(notes)


# ---------------------------------------------------------------------------------------------------------- the notes
def _notes(page: Page, pack: Pack, left: Sequence[Statement]) -> str:
    """What there is no room for on the slide, and where its figures come from."""
    lines = list(page.about)
    lines += [f"Not available: {gap.what}: {gap.why}" for gap in page.missing]
    if left:
        lines += ["", "Also to be said:", *(one.text for one in left)]
    origins = [one.origin for one in page.statements if one.origin]
    origins += [one.origin for one in page.pictures[:1]] + [one.origin for one in page.exhibits if not one.detail]
    sources = _sources_of(origins, pack)
    return "\n".join([*lines, "", sources] if sources else lines)


def _sources_of(origins: Iterable[Origin], pack: Pack) -> str:
    """'Sources:', then each origin once, then the files."""
    told = dict.fromkeys(filter(None, map(_where_from, origins := list(origins))))
    files = dict.fromkeys(f"{file.source}: {file.name}" for origin in origins for file in pack.files_of(origin)[:4])
    return "\n".join(["Sources:", *told, *files]) if told or files else ""


def _where_from(origin: Origin) -> str:
    """'Window: 12 months to July 2023; Test: …; sources: home-office'."""
    facts = [f"{name}: {fact}" for name, fact in origin.facts.items()]
    return "; ".join([*facts, f"sources: {', '.join(origin.sources)}"] if origin.sources else facts)
