"""Plain text: a line a line, in UTF-8, UTF-16 or Windows-1252, numbered from 1. A form feed begins a page."""

from __future__ import annotations

from pmcli.audit.document import Document, Line
from pmcli.audit.glyphs import cleaned
from pmcli.audit.places import Place
from pmcli.errors import PmError

MOST_LINES = 500_000
_LONGEST = 100_000


def read(data: bytes, name: str) -> Document:
    """The lines of a text."""
    lines = [
        Line(cleaned(text), Place("", number)) for number, text in enumerate(decoded(data, name).split("\n"), start=1)
    ]
    return Document(name, lines, "text")


def decoded(data: bytes, name: str) -> str:
    """Bytes as text with plain line ends. Raises PmError for what is not text, or too much of it."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = data.decode("utf-16", errors="replace")
    else:
        if b"\x00" in data[:4096]:
            raise PmError(f"{name} is not text", "pm audit reads a document by its suffix.")
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.count("\n") + 1
    if lines > MOST_LINES or any(len(line) > _LONGEST for line in text.split("\n")):
        raise PmError(f"{name} has {lines:,} lines, or one of more than {_LONGEST:,} letters", "Audit a part of it.")
    return text
