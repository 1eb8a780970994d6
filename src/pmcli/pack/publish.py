"""How a pack is published: who by, with which marking, what is left out, what comes first; [publish] of pm.toml.

Nothing here changes a figure. What a publisher leaves out is named at the end of the pack, and a verdict of the outlier
rules cannot be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from pmcli.errors import PmError, did_you_mean
from pmcli.notes import listing
from pmcli.opened import reading
from pmcli.pack.commentary import AREA, Draft, comment
from pmcli.pack.model import Logo, Pack, Publication
from pmcli.settings import Publish
from pmcli.views.language.words import count

LARGEST: Final = 512_000
"""Bytes of a logo: it is in every page."""

FRONT: Final = ("verdict", "count", "since", "finding", "caution", "absent")
"""What the first page's statements are called by, before the dot."""

_KINDS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}

Thing = TypeVar("Thing")


def logo_of(path: Path | None, owner: str) -> Logo | None:
    """The picture of a file. Raises PmError for anything but a PNG or a JPEG of a sensible size."""
    if path is None:
        return None
    reading(path, "logo")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PmError(f"{path}: {error.strerror or error}") from error
    kind = next((kind for begins, kind in _KINDS.items() if data.startswith(begins)), None)
    if kind is None:
        raise PmError(f"{path} is neither a PNG nor a JPEG", "A logo is one of these: an SVG could hold a script.")
    if len(data) > LARGEST:
        raise PmError(f"{path} has {count(len(data))} bytes: a logo has at most {count(LARGEST)}", "Save it smaller.")
    return Logo(kind, data, owner)


def published(
    pack: Pack, publish: Publish, drafts: Iterable[Draft] = (), *, logo: Logo | None = None, own: bool = True
) -> Pack:
    """The pack as its publisher wants it: the comments on its pages, what is hidden gone, what is pinned first.

    own: whether the pack is of the project's own force. Raises PmError for an id that no page or statement can have.
    """
    _refuse_unknown(pack, publish)
    marking = " · ".join(filter(None, (pack.publication.marking, publish.marking)))
    pack.publication = Publication(publish.owner, publish.contact, publish.date, marking, publish.peers, logo)
    comment(pack, drafts, by=publish.owner or "the author", own=own)
    _hide(pack, publish.hide)
    _arrange(pack, publish)
    return pack


def _refuse_unknown(pack: Pack, publish: Publish) -> None:
    pages = [line.page for line in pack.overview] + [page.id for page in pack.pages()]
    known = list(dict.fromkeys([*pages, *(f"{AREA}{section.id}" for section in pack.sections), *FRONT]))
    for key in ("hide", "pin", "order"):
        for name in getattr(publish, key):
            if name.partition(".")[0] not in known:
                hint = did_you_mean(
                    name, known, "Ids are those of the pages, and a page's with a dot: burglary.baseline."
                )
                raise PmError(f"[publish] {key}: there is no page or statement {name!r}", hint)
            if key == "hide" and (name.startswith("verdict") or name.startswith("outliers-")):
                raise PmError(
                    f"[publish] hide: {name} is a verdict of the outlier rules", "These are always published."
                )


def _hide(pack: Pack, hidden: Sequence[str]) -> None:
    """Leave out pages, areas and statements by id, and say so."""
    gone = set(hidden)
    if not gone:
        return
    titles = [page.title for page in pack.pages() if page.id in gone]
    titles += [section.title for section in pack.sections if f"{AREA}{section.id}" in gone]
    lost = {
        page.id
        for section in pack.sections
        if f"{AREA}{section.id}" in gone
        for page in section.pages
        if not page.annex
    }
    lost |= gone
    for section in pack.sections:
        section.pages = [page for page in section.pages if page.id not in lost]
        for page in section.pages:
            page.statements = [one for one in page.statements if one.id not in gone]
            page.events = [one for one in page.events if one.id not in gone]
    pack.sections = [section for section in pack.sections if section.pages]
    pack.summary = [row for row in pack.summary if row.page not in lost]
    pack.overview = [line for line in pack.overview if line.page not in lost]
    front = pack.front
    for name in ("since", "findings", "cautions"):
        setattr(front, name, [one for one in getattr(front, name) if one.id not in gone])
    if front.counted is not None and front.counted.id in gone:
        front.counted = None
    said = listing(titles, 30) if titles else "statements"
    pack.footnotes.append(f"Left out of this pack by its publisher: {said}.")


def _arrange(pack: Pack, publish: Publish) -> None:
    """Pinned first, then those in order, then the rest as they were; in areas, pages and statements."""
    pack.sections = _sorted(pack.sections, publish, lambda one: f"{AREA}{one.id}")
    for section in pack.sections:
        section.pages = _sorted(section.pages, publish, lambda one: one.id)
        for page in section.pages:
            page.statements = _sorted(page.statements, publish, lambda one: one.id)
    places = {page.id: number for number, page in enumerate(pack.pages())}
    pack.summary.sort(key=lambda row: places.get(row.page, len(places)))
    front = pack.front
    front.findings = _sorted(front.findings, publish, lambda one: one.id)
    front.cautions = _sorted(front.cautions, publish, lambda one: one.id)


def _sorted(things: Sequence[Thing], publish: Publish, name: Callable[[Thing], str]) -> list[Thing]:
    first = {one: (0, place) for place, one in enumerate(publish.pin)}
    then = {one: (1, place) for place, one in enumerate(publish.order)}
    return sorted(things, key=lambda thing: first.get(name(thing)) or then.get(name(thing)) or (2, 0))
