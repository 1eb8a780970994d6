"""A page of the pack as a slide: its finding, its chart or its tables, what else is to be said, and an author's words.

The whole of a slide is used: a table that stands alone is as large as the slide lets it be, and the criteria of a
single measure stand beside the ranking that they are about. An author's few words stand on the slide that they are
about, many on slides of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from pmcli.drawing import palette
from pmcli.drawing.chart import Chart
from pmcli.drawing.native_cells import marks_key
from pmcli.pack.model import Comment, Exhibit, Origin, Pack, Page, Picture, Section, Statement
from pmcli.pack.write.slide_deck import Deck, Slide
from pmcli.pack.write.slide_text import LINE, Box, Cells, Words, fitting, height_of, table_fitting
from pmcli.visible import visible

TITLES: Final = (26.0, 24.0, 22.0, 20.0, 18.0)
TEXTS: Final = (18.0, 17.0, 16.0, 15.0, 14.0, 13.0, 12.0)
SMALL: Final = (11.0, 10.0)
TABLES: Final = (14.0, 13.0, 12.0, 11.0, 10.5, 10.0)
ALONE: Final = (20.0, 18.0, 17.0, 16.0, 15.0, *TABLES)
"""Letters of titles, of sentences, of small print, of a table beside something else and of one with the slide to
itself, in points.
"""
_LARGE: Final = 12.0
"""Points of letters that can be read across a room."""
BULLETS: Final = 3
"""Sentences beside a chart, at the most."""

BETWEEN: Final = 0.5
_COMMENTS: Final = (14.0, 13.0, 12.0)
_FEWEST: Final = 3
"""Rows that a table which does not fit whole is worth."""
_BESIDE_TABLES: Final = (1.0, 0.4, 0.34, 0.0)
"""How much of a slide without a chart its sentences may take beside no table, one, two, and more with verdicts."""
COLOURS: Final = {"alarm": "#96330a", "caveat": "#4a3a00", "quiet": palette.QUIET}
_FIRST: Final = {"alarm": 0, "verdict": 1, "good": 2, "bad": 2, "": 3}
"""Which statements come first on a slide; a caveat always has a place beside them."""


def page_slide(deck: Deck, page: Page, section: Section, pack: Pack) -> list[Comment]:
    """A page's slide; one with nothing on it but what is missing has none, and is in the list of those.

    Returns the comments that did not find room on it.
    """
    told = [one for one in page.statements if not one.detail]
    pictures = [one for one in page.pictures if not one.detail]
    exhibits = [one for one in page.exhibits if not one.detail and one.block.rows]
    if not (told or pictures or exhibits):
        return list(page.comments)
    places = deck.places("measure")
    title = _title(page, told, places["title"])
    slide = titled(deck, "measure", title)
    about = [Words(page.title if page.title.startswith(section.title) else f"{section.title}: {page.title}",
                   colour=palette.QUIET)]  # fmt: skip
    if title != page.title:
        slide.text("measure", about, fitting(about, places["measure"], (14.0, 13.0, 12.0, 11.0, 10.0)) or 10.0,
                   name="Measure")  # fmt: skip
    rest = [one for one in [*told, *page.events] if one.text != title]
    picture = pictures[0] if pictures else _ranking(page, section, exhibits)
    if picture is not None:
        shown, left = _beside_chart(slide, picture, rest, exhibits, page.comments)
    else:
        left = list(page.comments)
        body = places["body"]
        share = _BESIDE_TABLES[min(len(exhibits), len(_BESIDE_TABLES) - 1)]
        shown, under = _bullets(slide, rest, Box(body.left, body.top, body.width, body.height * share), TEXTS)
        _tables(slide, exhibits, Box(body.left, under, body.width, body.top + body.height - under))
    slide.notes(_notes(page, pack, [one for one in rest if one not in shown]))
    return left


def _beside_chart(
    slide: Slide, picture: Picture, rest: Sequence[Statement], exhibits: Sequence[Exhibit], comments: Sequence[Comment]
) -> tuple[list[Statement], list[Comment]]:
    """A chart, and beside it sentences and a table, or for the table what little an author wrote.

    Returns the sentences that are said, and the comments that are not.
    """
    places = slide.places
    slide.chart(places["chart"], picture.chart)
    _key(slide, picture.chart)
    shown, left = _bullets(slide, rest, places["bullets"], TEXTS[2:])
    room = Box(places["table"].left, left, places["table"].width,
               max(places["table"].top + places["table"].height - left, 0))  # fmt: skip
    written = [words for one in comments for words in comment_words(one, headed=True)]
    size = fitting(written, room, _COMMENTS, BETWEEN) if written else None
    if size is None:
        _beside(slide, exhibits, room)
        return shown, list(comments)
    high = height_of(written, room.width, size, BETWEEN)
    slide.text(replace(room, height=high), written, size, name="Text", between=BETWEEN)
    _beside(slide, exhibits, Box(room.left, room.top + high + 4, room.width, room.height - high - 4))
    return shown, []


def comment_words(comment: Comment, *, headed: bool = False) -> list[Words]:
    """An author's words as paragraphs of a slide. headed: under who wrote them."""
    block = [Words(comment.heading, bold=True)] if headed else []
    block += [Words(comment.changed, bold=True, colour=COLOURS["alarm"])] if comment.changed else []
    for part in comment.paragraphs:
        mark = {"item": part.mark or "•", "quote": "“"}.get(part.kind, "")
        block.append(Words(part.text, part.kind == "heading", False, mark, 14.0 * part.level))
    return block


def _ranking(page: Page, section: Section, exhibits: Sequence[Exhibit]) -> Picture | None:
    """The ranking that the criteria of an area's only ranked measure are about; None where there are several."""
    if not page.annex or len(exhibits) != 1:
        return None
    ranked = [one for item in section.pages for one in item.pictures if one.chart.kind == "rates" and not one.detail]
    return ranked[0] if len(ranked) == 1 else None


def titled(deck: Deck, kind: str, title: str) -> Slide:
    """A new slide of a kind with its title, in letters as large as it lets them be."""
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


def _bullets(
    slide: Slide, told: Sequence[Statement], box: Box, sizes: Sequence[float]
) -> tuple[list[Statement], float]:
    """At most three sentences, as many as fit, one of them to be careful about where there is one to say.

    Returns them, and where the room under them begins.
    """
    said = sorted((one for one in told if one.kind not in {"caveat", "quiet"}), key=lambda one: _FIRST[one.kind])
    careful = [one for one in told if one.kind == "caveat"]
    tried = [[*said[:many], *careful[:1]] for many in range(BULLETS - 1, 0, -1)] if careful else []
    tried += [said[:many] for many in range(BULLETS, 0, -1)] + [careful[:1]]
    for chosen in filter(None, tried):
        words = [bullet(one) for one in chosen]
        size = fitting(words, box, sizes, BETWEEN)
        if size is None:
            continue
        if box == slide.places["bullets"] and slide.names("bullets"):  # the template's own
            slide.text("bullets", words, size, name="Findings", between=BETWEEN)
            return chosen, slide.places["table"].top
        high = height_of(words, box.width, size, BETWEEN)
        slide.text(Box(box.left, box.top, box.width, high), words, size, name="Findings", between=BETWEEN)
        return chosen, box.top + high + 6
    return [], box.top


def bullet(one: Statement) -> Words:
    """A statement as a paragraph of a slide: a verdict bold, a caution slanted."""
    loud = one.kind in {"alarm", "verdict"}
    return Words(one.text, loud, one.kind == "caveat", "•", 0.0, COLOURS.get(one.kind, ""))


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


def fitted(
    heads: Sequence[str], rows: Rows, box: Box, *, fill: bool = False, sizes: Sequence[float] = TABLES
) -> Cells | None:
    """How a table stands in a box; None where it does not. fill: it takes the whole width.

    A text is wrapped only where that is needed for letters that can be read across a room.
    """
    every = [list(heads), *(list(cells) for cells, _ in rows)] if heads else [list(cells) for cells, _ in rows]
    bold = [kind in {"head", "hit", "mine"} for _, kind in rows]
    every = [[visible(text) for text in row] for row in every]
    bold = [True, *bold] if heads else bold
    large = [size for size in sizes if size >= _LARGE]
    return table_fitting(every, box, large, bold=bold, fill=fill, whole=True) or table_fitting(
        every, box, sizes[-len(TABLES) :], bold=bold, fill=fill
    )


def put_table(slide: Slide, heads: Sequence[str], rows: Rows, box: Box, cells: Cells, *, alt: str,
              right: Sequence[bool] = ()) -> None:  # fmt: skip
    """A table at its place, as it was fitted."""
    every = ([list(heads)] if heads else []) + [list(texts) for texts, _ in rows]
    kinds = ([""] if heads else []) + [kind for _, kind in rows]
    slide.table(box, every, cells, alt=alt, right=right, heavy=kinds, headed=bool(heads))


def _beside(slide: Slide, exhibits: Sequence[Exhibit], box: Box) -> None:
    """The first table that fits beside a chart, whole."""
    for exhibit in exhibits:
        heads, rows, right = _of(exhibit)
        cells = fitted(heads, rows, box, fill=True, sizes=ALONE[3:]) if len(rows) <= 8 else None
        if cells is not None:
            put_table(slide, heads, rows, box, cells, alt=exhibit.block.title, right=right)
            return


def _tables(slide: Slide, exhibits: Sequence[Exhibit], box: Box) -> None:
    """Tables two beside each other, each between its title and the verdict it bears, as many as fit.

    One that stands alone takes the whole width, and of a long one its first rows are shown.
    """
    alone = len(exhibits) == 1
    many = 1 if alone else 2
    rows_of = -(-len(exhibits) // many) or 1
    width, height = (box.width - 20 * (many - 1)) / many, box.height / rows_of
    over_size, under_size = (14.0, 12.0) if rows_of == 1 else (12.0, 11.0)
    sizes: Sequence[float] = ALONE
    for heads, rows, _ in map(_of, exhibits):  # letters of one size on one slide
        cells = fitted(heads, rows, Box(0, 0, width, height - 2 * over_size * LINE - 8), fill=True, sizes=ALONE)
        sizes = [size for size in sizes if cells is None or size <= cells.size] or sizes
    for number, exhibit in enumerate(exhibits):
        left, top = box.left + number % many * (width + 20), box.top + number // many * height
        heads, rows, right = _of(exhibit)
        title = [Words(exhibit.block.title, bold=True)]
        verdict = [Words(text, bold=True) for text, kind in exhibit.block.lines if kind == "verdict"]
        over = height_of(title, width, over_size) if exhibit.block.title else 0.0
        for said in (verdict, []) if not alone else ([],):  # alone, it is the slide's title
            under = height_of(said, width, under_size) if said else 0.0
            room = Box(left, top + over, width, height - over - under - 4)
            cells = fitted(heads, rows, room, fill=True, sizes=sizes)
            if cells is not None:
                break
        if cells is None and alone:
            rows = _first_rows(heads, rows, room)
            cells = fitted(heads, rows, room, fill=True, sizes=TABLES) if rows else None
        if cells is None:
            continue
        if over:
            slide.text(Box(left, top, width, over), title, over_size, name=f"Title of table {number + 1}")
        put_table(slide, heads, rows, room, cells, alt=exhibit.block.title, right=right)
        if said:
            end = Box(left, room.top + cells.height, width, under)
            slide.text(end, said, under_size, name=f"Verdict of table {number + 1}")


def _first_rows(heads: Sequence[str], rows: Rows, box: Box) -> list[tuple[Sequence[str], str]]:
    """As many of a table's rows as fit in letters that can be read, and how many more there are; none for too few."""
    for many in range(len(rows) - 1, _FEWEST - 1, -1):
        end = ([f"and {len(rows) - many} more, in the pack", *[""] * (len(rows[0][0]) - 1)], "")
        if fitted(heads, [*rows[:many], end], box, fill=True, sizes=TABLES[:3]) is not None:
            return [*rows[:many], end]
    return []


def _of(exhibit: Exhibit) -> tuple[list[str], Rows, list[bool]]:
    block = exhibit.block
    heads = list(block.columns) if block.heading else []
    return heads, [(row.texts, row.kind) for row in block.rows], [side == "right" for side in block.columns.values()]


# ---------------------------------------------------------------------------------------------------------- the notes
def _notes(page: Page, pack: Pack, left: Sequence[Statement]) -> str:
    """What there is no room for on the slide, and where its figures come from."""
    lines = list(page.about)
    lines += [f"Not available: {gap.what}: {gap.why}" for gap in page.missing]
    if left:
        lines += ["", "Also to be said:", *(one.text for one in left)]
    origins = [one.origin for one in page.statements if one.origin]
    origins += [one.origin for one in page.pictures[:1]] + [one.origin for one in page.exhibits if not one.detail]
    sources = sources_of(origins, pack)
    return "\n".join([*lines, "", sources] if sources else lines)


def sources_of(origins: Iterable[Origin], pack: Pack) -> str:
    """'Sources:', then each origin once, then the files."""
    told = dict.fromkeys(filter(None, map(_where_from, origins := list(origins))))
    files = dict.fromkeys(f"{file.source}: {file.name}" for origin in origins for file in pack.files_of(origin)[:4])
    return "\n".join(["Sources:", *told, *files]) if told or files else ""


def _where_from(origin: Origin) -> str:
    """'Window: 12 months to July 2023; Test: …; sources: home-office'."""
    facts = [f"{name}: {fact}" for name, fact in origin.facts.items()]
    return "; ".join([*facts, f"sources: {', '.join(origin.sources)}"] if origin.sources else facts)
