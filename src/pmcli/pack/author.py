"""An author's Markdown as paragraphs: read by markdown-it with HTML off, kept as text, so that every format writes it.

Paragraphs, headings, lists, quotes, emphasis, code and links; of a link only http, https and mailto lead anywhere, and
a picture is told by its text. What else somebody types is shown as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from pmcli.pack.model import Paragraph, Run
from pmcli.visible import visible

if TYPE_CHECKING:
    from markdown_it.token import Token

_HEAD: Final = re.compile(r"\A﻿?---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_LEADS: Final = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)


class Written(NamedTuple):
    """A text somebody wrote: what stands at its head as `name: value`, and its paragraphs."""

    head: dict[str, str]
    paragraphs: list[Paragraph]


def written(text: str) -> Written:
    """The head and the paragraphs of a Markdown text."""
    from markdown_it import MarkdownIt  # only for who has written something

    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found, head = _HEAD.match(text), {}
    if found:
        for line in found[1].split("\n"):
            name, colon, value = line.partition(":")
            if colon and not name.lstrip().startswith("#"):
                head[name.strip().lower()] = value.strip().strip("\"'")
        text = text[found.end() :]
    return Written(head, _paragraphs(MarkdownIt("commonmark", {"html": False}).parse(text)))


def _paragraphs(tokens: Sequence[Token]) -> list[Paragraph]:
    made: list[Paragraph] = []
    lists: list[list[int | str]] = []  # of each list we are in: the next number or the bullet
    kind, mark = "", ""
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append([int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else "•"])
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif token.type == "list_item_open":
            number = lists[-1][0]
            mark = f"{number}." if isinstance(number, int) else number
            lists[-1][0] = number + 1 if isinstance(number, int) else number
        elif token.type == "heading_open":
            kind = "heading"
        elif token.type == "blockquote_open":
            kind = "quote"
        elif token.type in {"heading_close", "blockquote_close"}:
            kind = ""
        elif token.type == "inline":
            runs = _runs(token.children or [])
            if runs:
                made.append(Paragraph(runs, "item" if lists else kind, max(len(lists) - 1, 0), mark if lists else ""))
            mark = ""  # a second paragraph of an item has none
        elif token.type in {"fence", "code_block"}:
            made += [Paragraph((Run(_plain(line)),)) for line in token.content.split("\n") if line.strip()]
    return made


def _runs(tokens: Sequence[Token]) -> tuple[Run, ...]:
    made: list[Run] = []
    strong = emphasis = 0
    href = ""
    for token in tokens:
        if token.type in {"strong_open", "strong_close"}:
            strong += token.nesting
        elif token.type in {"em_open", "em_close"}:
            emphasis += token.nesting
        elif token.type == "link_open":
            leads = str(token.attrs.get("href", ""))
            href = leads if _LEADS.fullmatch(leads) and visible(leads) == leads else ""
        elif token.type == "link_close":
            href = ""
        elif token.type in {"softbreak", "hardbreak"}:
            made.append(Run(" "))
        elif token.content:
            made.append(Run(_plain(token.content), strong > 0, emphasis > 0, href))
    return tuple(made)


def _plain(text: str) -> str:
    """What is shown of a text that somebody typed, on one line."""
    return visible(" ".join(re.split(r"[\t\n]+", text)))
