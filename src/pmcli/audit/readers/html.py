"""HTML: blocks of text, headings and table cells, with the line of the source that each begins on. Scripts, styles
and pictures are left out.
"""

from __future__ import annotations

from typing import Any, Final

from lxml import etree
from lxml import html as lxml_html

from pmcli.audit.document import Document, Line
from pmcli.audit.glyphs import cleaned
from pmcli.audit.places import Place
from pmcli.errors import PmError

_LEFT_OUT: Final = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "head",
        "iframe",
        "object",
        "embed",
        "canvas",
        "video",
        "audio",
        "math",
        "select",
        "option",
        "button",
        "textarea",
    ]
)
_BLOCKS: Final = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "nav",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "caption",
        "summary",
        "details",
        "form",
        "fieldset",
        "address",
        "hr",
        "body",
        "center",
        "legend",
    ]
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_MOST_SPAN: Final = 200


def read(data: bytes, name: str) -> Document:
    """The blocks of a page."""
    parser = lxml_html.HTMLParser(
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding=_encoding(data)
    )
    try:
        root = lxml_html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise PmError(f"{name} is not HTML that can be read: {error}") from error
    title = " ".join((root.findtext(".//title") or "").split())
    page = _Page()
    body = root.find("body")
    page.block(body if body is not None else root)
    page.flush()
    return Document(name, page.lines, "html", title=title)


def _encoding(data: bytes) -> str | None:
    """UTF-8 where the bytes are that; else what the page says of itself."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


class _Page:
    """Gathers text until a block ends, then makes a line of it."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.text: list[str] = []
        self.start = 0
        self.table = 0

    def block(self, element: Any, level: int = 0) -> None:
        self._say(element.text, element)
        for child in element:
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag in _LEFT_OUT or child.get("hidden") is not None or not tag:
                pass
            elif tag == "table":
                self.flush(level)
                self._table(child)
            elif tag == "br":
                self.text.append(" ")
            elif tag in _BLOCKS:
                self.flush(level)
                self.block(child, _HEADINGS.get(tag, 0))
                self.flush(_HEADINGS.get(tag, 0))
            else:
                self.block(child, level)
            self._say(child.tail, child)

    def flush(self, level: int = 0) -> None:
        """End the line that is being gathered; a blank line parts it from the next."""
        text = " ".join(cleaned("".join(self.text)).split())
        if text:
            self.lines.append(Line(text, Place("", max(self.start, 1)), level=level))
            self.lines.append(Line("", Place("", max(self.start, 1))))
        self.text, self.start = [], 0

    def _say(self, text: str | None, element: Any) -> None:
        if text:
            if not self.start and text.strip():
                self.start = element.sourceline or 0
            self.text.append(text)

    def _table(self, table: Any) -> None:
        self.table += 1
        caption = table.find("caption")
        if caption is not None:
            self.lines.append(
                Line(_text(caption), Place("", caption.sourceline or 1), cells=[_text(caption)], table=self.table)
            )
        for row in table.iter("tr"):
            if next(row.iterancestors("table")) is not table:
                continue
            cells: list[str] = []
            for cell in row:
                if cell.tag in {"td", "th"}:
                    span = cell.get("colspan", "1")
                    extra = min(int(span), _MOST_SPAN) - 1 if span.isdigit() else 0
                    cells += [_text(cell), *([""] * max(extra, 0))]
            if any(cells):
                self.lines.append(Line("", Place("", row.sourceline or 1), cells=cells, table=self.table))
        self.lines.append(Line("", Place("", table.sourceline or 1)))


def _text(element: Any) -> str:
    parts = []
    for one in element.iter():
        if (
            isinstance(one.tag, str)
            and one.tag not in _LEFT_OUT
            and not any(up.tag in _LEFT_OUT for up in one.iterancestors())
        ):
            parts.append(one.text or "")
        if one is not element:
            parts.append((" " if one.tag in {"br", *_BLOCKS} else "") + (one.tail or ""))
    return " ".join(cleaned("".join(parts)).split())
