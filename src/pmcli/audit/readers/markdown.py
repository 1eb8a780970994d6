"""Markdown: headings, pipe tables and running text, with the line numbers of the file. Marks of emphasis and links
are taken off.
"""

from __future__ import annotations

import re
from typing import Final

from pmcli.audit.document import Document, Line
from pmcli.audit.glyphs import cleaned
from pmcli.audit.places import Place
from pmcli.audit.readers.text import decoded

_HEADING: Final = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_RULE: Final = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_COMMENT: Final = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>\n]{0,200}>")
_EMPHASIS: Final = re.compile(r"(\*\*|__|~~|`)(?=\S)(.+?)(?<=\S)\1")
_ONE: Final = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\w*])")
_ESCAPED: Final = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")


def read(data: bytes, name: str) -> Document:
    """The lines of a Markdown text; code blocks are left out."""
    lines: list[Line] = []
    title = ""
    fenced = False
    table = 0
    for number, raw in enumerate(decoded(data, name).split("\n"), start=1):
        place = Place("", number)
        if raw.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
            continue
        if fenced:
            continue
        text = cleaned(raw)
        if match := _HEADING.match(text):
            lines.append(Line("", place))
            lines.append(Line(plain(match[2]), place, level=len(match[1])))
            title = title or plain(match[2])
        elif _RULE.match(text) and "|" in text:
            continue
        elif text.strip().startswith("|") or (text.count("|") >= 2 and not text.strip().startswith(">")):
            if not lines or lines[-1].cells is None:
                table += 1
            cells = [plain(cell) for cell in re.split(r"(?<!\\)\|", text.strip().removeprefix("|").removesuffix("|"))]
            lines.append(Line("", place, cells=cells, table=table))
        else:
            lines.append(Line(plain(text.lstrip(">").rstrip() if text.startswith(">") else text.rstrip()), place))
    return Document(name, lines, "markdown", title=title)


def plain(text: str) -> str:
    """Markdown's own marks taken off."""
    text = _COMMENT.sub(" ", _LINK.sub(r"\1", text))
    for _ in range(2):
        text = _ONE.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    return _ESCAPED.sub(r"\1", text).strip("\n")
