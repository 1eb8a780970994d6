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

from pmcli.pack.model import Comment, Pack
from pmcli.pack.write.slide_deck import Deck, Slide
from pmcli.pack.write.slide_page import (
    BETWEEN,
    TABLES,
    TEXTS,
    bullet,
    comment_words,
    fitted,
    page_slide,
    put_table,
    sources_of,
    titled,
)  # fmt: skip
from pmcli.pack.write.slide_text import Box, Words, fitting, height_of
from pmcli.periods import month_name


def slides(pack: Pack) -> bytes:
    """The pack as a .pptx file; the same pack gives the same bytes.

    Raises PmError for a template that is no presentation, and when python-pptx or XlsxWriter is not installed.
    """
    said = pack.publication
    footer = " · ".join(part for part in (said.marking, said.owner, pack.title) if part)
    deck = Deck(pack.title, pack.to, pack.template, footer, said.marking)
    _cover(deck, pack)
    _findings(deck, pack)
    _summary(deck, pack)
    for section in pack.sections:
        _comments(deck, section.comments, section.title)
        for page in section.pages:
            _comments(deck, page_slide(deck, page, section, pack), page.title)
    _absent(deck, pack)
    _sources(deck, pack)
    return deck.close()


# --------------------------------------------------------------------------------------------- the slides in front
def _cover(deck: Deck, pack: Pack) -> None:
    slide = titled(deck, "title", pack.title)
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
    slide.text(under, words, fitting(words, under, TEXTS, BETWEEN) or TEXTS[-1], name="About", between=BETWEEN)
    slide.notes("\n".join(["Figures are of the files that the last slide lists.", *pack.commands]))


def deck_bottom(slide: Slide) -> float:
    """Where the foot of a slide begins."""
    body = slide.places["body"]
    return body.top + body.height


def _findings(deck: Deck, pack: Pack) -> None:
    """The first page of the pack: as many slides as it takes, each a whole number of its parts."""
    blocks: list[list[Words]] = []
    for heading, told in pack.front.parts():
        blocks.append([Words(heading, bold=True), *map(bullet, told)])
    origins = [one.origin for one in pack.front.statements() if one.origin]
    notes = sources_of(origins, pack)
    written = [comment_words(one, headed=True) for one in pack.comments]
    box = deck.places("text")["body"]
    together = [words for block in [*blocks, *written] for words in block]
    few = bool(written) and height_of(together, box.width, _TOGETHER, BETWEEN) <= box.height
    _texts(deck, f"Key findings: {pack.label}, 12 months to {month_name(pack.to)}",
           [*blocks, *written] if few else blocks, notes, least=_TOGETHER if few else 14.0)  # fmt: skip
    _comments(deck, [] if few else pack.comments)


def _texts(deck: Deck, title: str, blocks: Sequence[Sequence[Words]], notes: str, *, least: float = 14.0) -> None:
    """Slides of text: as many blocks on each as fit in letters of `least` points, at least one."""
    box = deck.places("text")["body"]
    parts: list[list[Words]] = []
    for block in _broken(blocks, box):
        if parts and height_of([*parts[-1], *block], box.width, least, BETWEEN) <= box.height:
            parts[-1] += block
        else:
            parts.append(list(block))
    for number, words in enumerate(parts, start=1):
        slide = titled(deck, "text", title if len(parts) == 1 else f"{title} ({number} of {len(parts)})")
        size = fitting(words, box, TEXTS, BETWEEN) or TEXTS[-1]
        slide.text("body", words, size, name="Text", between=BETWEEN)
        slide.notes(notes)


def _broken(blocks: Sequence[Sequence[Words]], box: Box) -> list[list[Words]]:
    """Blocks no higher than a slide: a longer one is broken between paragraphs, a longer paragraph between words."""
    made: list[list[Words]] = []
    for block in blocks:
        part: list[Words] = []
        for words in (piece for whole in block for piece in _pieces(whole, box)):
            if part and height_of([*part, words], box.width, TEXTS[-1], BETWEEN) > box.height:
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


_TOGETHER: Final = 12.0
"""Letters, in points, in which an author's words must fit beside what the pack says to stand on the same slide."""


def _comments(deck: Deck, comments: Iterable[Comment], about: str = "") -> None:
    """An author's words, on slides of their own, as theirs."""
    for comment in comments:
        title = f"{about}: {comment.heading[:1].lower()}{comment.heading[1:]}" if about else comment.heading
        _texts(
            deck, title, [comment_words(comment)], f"Written by {comment.by}; the figures are on the slides beside it."
        )


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
        if parts and fitted(heads, tried, box, fill=True, sizes=TABLES[2:]) is not None:
            parts[-1] = tried
        else:
            parts.append(block)
    parts = _evenly(parts)
    for number, part in enumerate(parts, start=1):
        title = pack.overview_title or "Performance overview"
        slide = titled(deck, "text", title if len(parts) == 1 else f"{title} ({number} of {len(parts)})")
        if cells := fitted(heads, part, box, fill=True):
            put_table(slide, heads, part, box, cells, alt=title)
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
        if fitted(heads, [row], box, fill=True) is None:
            continue
        if parts and fitted(heads, [*parts[-1], row], box, fill=True, sizes=TABLES[2:]) is not None:
            parts[-1].append(row)
        else:
            parts.append([row])
    for number, part in enumerate(parts, start=1):
        slide = titled(deck, "text", title if len(parts) == 1 else f"{title} ({number} of {len(parts)})")
        if cells := fitted(heads, part, box, fill=True):
            put_table(slide, heads, part, box, cells, alt=title)
        slide.notes(notes)
