"""What the analyst wrote about a pack: commentary/<page>.md beside pm.toml, or [comment] in it, put on its page.

A text names the figures that it was written on by their digest (`figures: 1a2b3c4d` at its head, which pm tells). When
they are others by the next run, the comment stays, and its reader is told: words that do not fit are worse than none.

    commentary/key-findings.md          on the summary, before the table
    commentary/burglary.md              on a measure's page (or any page, by its id: outliers-homicide)
    commentary/firearms.weapon.md       on a measure's page, about one of its breakdowns
    commentary/area-homicide.md         at the head of a priority area
    commentary/kent/burglary.md         the same for another force than the project's own
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from pmcli.errors import PmError, did_you_mean
from pmcli.notes import listing, note
from pmcli.opened import reading
from pmcli.pack.author import Written, written
from pmcli.pack.model import Comment, Pack
from pmcli.views.language.parts import spoken
from pmcli.views.language.words import long_month

FOLDER: Final = "commentary"
KEY: Final = "key-findings"
AREA: Final = "area-"
_HEAD: Final = ("by", "date", "figures", "title")
_FIGURES: Final = {
    "comparison": ("against", "against_end", "value", "against_value"),
    "trend": ("total", "trend", "direction"),
    "rank": ("scope", "rank", "of", "value"),
    "outliers": ("group", "criterion", "flag", "verdict"),
    "waves": ("kind", "value", "base"),
    "breakdown": ("value", "against_value"),
}
"""What of the tables behind a page is the figures that a comment was written on."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it was written. about: what it is about, as its file is called. force: whose; "" the project's own."""

    about: str
    text: Written
    place: str
    force: str = ""


def read_comments(settings: Path | None, inline: Mapping[str, str], areas: Iterable[str]) -> list[Draft]:
    """The texts beside a project's pm.toml (None: there is none) and in it. areas: the forces that packs are made of.

    Raises PmError for a file that cannot be read, or two texts about the same.
    """
    drafts = [Draft(name, written(text), f"[comment] {name}") for name, text in inline.items()]
    if settings is None:
        return drafts
    folder = Path(os.path.relpath(settings.parent))
    drafts += _in(folder / FOLDER, "")
    for area in areas:
        drafts += _in(folder / FOLDER / area, area)
    seen: dict[tuple[str, str], str] = {}
    for one in drafts:
        other = seen.setdefault((one.force, one.about), one.place)
        if other != one.place:
            raise PmError(f"{one.place} and {other} are both about {one.about}", "Keep one of them.")
    return drafts


def _in(folder: Path, force: str) -> list[Draft]:
    drafts = []
    for path in sorted(folder.glob("*.md")) if folder.is_dir() else []:
        reading(path, "commentary")
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise PmError(f"{path} cannot be read as text: {error}", "Save it as UTF-8.") from error
        drafts.append(Draft(path.stem, written(text), str(path), force))
    return drafts


def comment(pack: Pack, drafts: Iterable[Draft], *, by: str, own: bool) -> None:
    """Put the texts on a pack's pages. by: who wrote those that do not say; own: whether it is the project's own force.

    Notes the digest that a text should name. Raises PmError for a text about no page, or with an unknown line at its
    head.
    """
    pages = {page.id: page for page in pack.pages()}
    areas = {f"{AREA}{section.id}": section for section in pack.sections}
    absent = {line.page for line in pack.overview}
    for draft in drafts:
        if draft.force != (pack.force if draft.force else "") or (not draft.force and not own):
            continue
        name, _, part = draft.about.partition(".")
        if draft.about == KEY:
            pack.comments.append(_made(draft, by, _digest(pack, _judged(pack), ""), "", pack.to))
        elif name in areas:
            section = areas[name]
            mine = {page.id for page in section.pages}
            section.comments.append(_made(draft, by, _digest(pack, mine, ""), "", pack.to))
        elif name in pages:
            known = _parts(pack, name)
            if part and part not in known:
                raise PmError(f"{draft.place}: the page {name} has no breakdown {part!r}", did_you_mean(part, known))
            pages[name].comments.append(_made(draft, by, _digest(pack, {name}, part), spoken(part), pack.to))
        elif name in absent:
            note(f"{draft.place} is about a measure without figures, and is not in the pack")
        else:
            known = [KEY, *areas, *pages]
            raise PmError(
                f"{draft.place} is about no page of the pack",
                did_you_mean(name, known, f"Pages are called {listing(known[:4])} …"),
            )


def _made(draft: Draft, by: str, figures: str, title: str, to: date) -> Comment:
    head = draft.text.head
    for key in head:
        if key not in _HEAD:
            hint = did_you_mean(key, _HEAD, f"There are {listing(list(_HEAD))}.")
            raise PmError(f"{draft.place}: the head of a comment has no {key!r}", hint)
    if not head.get("figures"):
        note(f"{draft.place} does not say which figures it was written on: put `figures: {figures}` at its head")
    changed = ""
    if head.get("figures") and head["figures"] != figures:
        changed = f"The figures have changed since this was written; they are to {long_month(to)} now."
        note(f"{draft.place} was written on other figures: read it again, then put `figures: {figures}` at its head")
    return Comment(
        head.get("by") or by, draft.text.paragraphs, head.get("title") or title, _day(draft), changed, draft.about
    )


def _day(draft: Draft) -> date | None:
    said = draft.text.head.get("date")
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise PmError(f"{draft.place}: {said!r} is no date", "Write it as 2023-10-12.") from None


def _parts(pack: Pack, measure: str) -> list[str]:
    """What a measure is broken down by in this pack; `districts` for those of a force."""
    found: dict[str, None] = {}
    for name in ("breakdown", "waves"):
        frame = pack.tables.get(name)
        if frame is not None:
            mine = frame.filter(pl.col("measure") == measure)
            found |= dict.fromkeys(one for one in mine["dimension"].unique(maintain_order=True) if one != "all")
            if mine["area"].str.contains("/").any():
                found["districts"] = None
    return list(found)


def _judged(pack: Pack) -> set[str]:
    """The measures that the outlier rules judge, which key findings are about first of all; all where none is."""
    for name in ("outliers", "comparison"):
        frame = pack.tables.get(name)
        if frame is not None and frame.height:
            return set(frame["measure"])
    return set()


def _digest(pack: Pack, pages: set[str], part: str) -> str:
    """Eight characters that stand for the figures of some pages: others when any of them changes.

    A page of the outlier rules stands for the verdicts of its group.
    """
    told = hashlib.sha256()
    for name, columns in _FIGURES.items():
        frame = pack.tables.get(name)
        if frame is None or (part and name not in {"waves", "breakdown"}):
            continue
        rows = frame.filter(pl.col("area").str.split("/").list.first() == pack.force)
        mine = pl.col("measure").is_in(list(pages))
        groups = [one.removeprefix("outliers-") for one in pages if one.startswith("outliers-")]
        rows = rows.filter(mine | pl.col("group").is_in(groups) if name == "outliers" else mine)
        if part:
            rows = rows.filter(pl.col("area").str.contains("/") if part == "districts" else pl.col("dimension") == part)
        wanted = ["measure", "area", "dimension", "category", "period_end", *columns]
        for row in rows.select(one for one in wanted if one in rows.columns).sort(pl.all()).iter_rows():
            told.update("|".join(_digits(cell) if isinstance(cell, float) else str(cell) for cell in row).encode())
            told.update(b"\n")
    return told.hexdigest()[:8]


def _digits(number: float) -> str:
    """Six figures of a number, for the digest alone: the last one of a sum may hang on the order of its terms."""
    return format(number, ".6g")
