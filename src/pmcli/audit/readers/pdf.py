"""PDF: words put back into lines and cells by where they stand on the page, and every figure read a second time by
another reader.

Tables in a PDF are only words at places: a gap much wider than a space parts two cells. A figure that the second
reader (PDFium) does not find on the page as the first (pdfminer, by pdfplumber) read it is unreadable: it is never
guessed at, and a note says where it stands.
"""

from __future__ import annotations

import io
import re
import time
from collections import Counter
from itertools import pairwise
from typing import Any, Final

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import PdfminerException
from pdfplumber.utils.text import extract_words

from pmcli.audit.document import Document, Line
from pmcli.audit.glyphs import cleaned, plain
from pmcli.audit.places import Place
from pmcli.errors import PmError

MOST_PAGES: Final = 400
MOST_SECONDS: Final = 60.0
_CELL_GAP: Final = 1.3
"""How many letter heights part two cells; words of a sentence stand about a third of one apart."""
_FIGURE: Final = re.compile(r"[-+–]?[0-9][0-9.,]*[0-9]%?|[-+–]?[0-9]%?")
_UNREADABLE: Final = "[unreadable]"


def read(data: bytes, name: str) -> Document:
    """The lines of a PDF, numbered on each page."""
    if not data.lstrip()[:5].startswith(b"%PDF"):
        raise PmError(f"{name} is not a PDF")
    notes: list[str] = []
    lines: list[Line] = []
    began = time.monotonic()
    try:
        second = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise PmError(
            f"{name} is not a PDF that can be read: {error}", "A PDF with a password has to be saved without it."
        ) from error
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            pages = len(pdf.pages)
            if pages > MOST_PAGES:
                notes.append(f"{name}: only the first {MOST_PAGES} of {pages} pages are read")
            for number, page in enumerate(pdf.pages[:MOST_PAGES], start=1):
                if time.monotonic() - began > MOST_SECONDS:
                    notes.append(
                        f"{name}: pages from {number} on are not read: reading took more than {MOST_SECONDS:.0f} "
                        f"seconds"
                    )
                    break
                lines += _page(page, second, number, notes)
                page.close()
            title = str((pdf.metadata or {}).get("Title") or "")
    except (
        PdfminerException,
        PDFException,
        PDFPasswordIncorrect,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        RecursionError,
    ) as error:
        raise PmError(f"{name} is not a PDF that can be read: {error}") from error
    finally:
        second.close()
    return Document(name, lines, "pdf", notes, cleaned(title))


def _page(page: Any, second: pypdfium2.PdfDocument, number: int, notes: list[str]) -> list[Line]:
    part = f"page {number}"
    words = extract_words(_once(page.chars), x_tolerance=2, y_tolerance=2, extra_attrs=["size"])
    found: list[Line] = [Line("", Place(part, 0))]
    there = _figures_of(_second_text(second, number))
    rows = [row for column in _columns(words, page.width) for row in [*_rows(column), []]]
    sizes = sorted(word["size"] for word in words)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    last_bottom = 0.0
    at = 0
    for row in rows:
        if not row:
            found.append(Line("", Place(part, at)))
            last_bottom = 0.0
            continue
        at += 1
        height = max(word["size"] for word in row)
        if last_bottom and row[0]["top"] - last_bottom > 0.9 * height:
            found.append(Line("", Place(part, at)))
        last_bottom = max(word["bottom"] for word in row)
        cells = [cleaned(cell) for cell in _cells(row)]
        cells, unreadable = _checked(cells, there)
        if unreadable:
            notes.append(
                f"page {number}, line {at}: {', '.join(unreadable)} is read differently by two readers, and taken "
                f"for unreadable"
            )
        level = 1 if at <= 2 and len(cells) == 1 and usual and height > 1.25 * usual else 0
        text = "\t".join(cells) if len(cells) > 1 else cells[0]
        found.append(Line(text, Place(part, at), level=level))
    return found


def _once(chars: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The letters of a page without those printed twice at one place, as bold type is made."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for char in chars:
        x, y = round(char["x0"]), round(char["top"])
        if any((char["text"], x + dx, y + dy) in seen for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            continue
        seen.add((char["text"], x, y))
        kept.append(char)
    return kept


def _second_text(second: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = second[number - 1]
        text_page = page.get_textpage()
        text = text_page.get_text_bounded()
        text_page.close()
        page.close()
    except pypdfium2.PdfiumError:
        return ""
    return str(text)


def _figures_of(text: str) -> Counter[str]:
    return Counter(_bare(figure) for figure in _FIGURE.findall(plain(text)))


def _bare(figure: str) -> str:
    return figure.replace("–", "-").rstrip("%").lstrip("+")


def _checked(cells: list[str], there: Counter[str]) -> tuple[list[str], list[str]]:
    """The cells with each figure that the second reader lacks taken out, and those figures."""
    lost: list[str] = []

    def one(match: re.Match[str]) -> str:
        bare = _bare(match[0])
        if there[bare] > 0 or (there[bare.lstrip("-")] > 0 and not bare.startswith("-")):
            return match[0]
        if (
            bare.startswith("-")
            and (there[bare[1:]] > 0)
            and match.start()
            and not match.string[match.start() - 1].isspace()
        ):
            return match[0]  # a hyphen inside a word or range is no sign
        lost.append(match[0])
        return _UNREADABLE

    checked = []
    for cell in cells:
        plain_cell = plain(cell)
        new = _FIGURE.sub(one, plain_cell)
        checked.append(cell if new == plain_cell else new)
    return checked, lost


def _columns(words: list[dict[str, Any]], width: float) -> list[list[dict[str, Any]]]:
    """The words of each column of running text: one, unless a gutter parts two blocks of prose."""
    rows = _rows(words)
    split = [
        row
        for row in rows
        if len(cells := _cells(row)) == 2 and all(len(cell) > 25 and not cell[:1].isdigit() for cell in cells)
    ]
    if len(rows) < 8 or len(split) < 0.4 * len(rows):
        return [words]
    gutters = sorted(_gutter(row) for row in split)
    middle = gutters[len(gutters) // 2]
    if not 0.3 * width < middle < 0.7 * width:
        return [words]
    return [[word for word in words if word["x0"] < middle], [word for word in words if word["x0"] >= middle]]


def _gutter(row: list[dict[str, Any]]) -> float:
    gaps = [(b["x0"] - a["x1"], (a["x1"] + b["x0"]) / 2) for a, b in pairwise(row)]
    return float(max(gaps)[1])


def _rows(words: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Words that stand on one line, each from left to right."""
    rows: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda one: (one["bottom"], one["x0"])):
        if rows and abs(rows[-1][0]["bottom"] - word["bottom"]) < 0.45 * word["size"]:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda one: one["x0"]) for row in rows]


def _cells(row: list[dict[str, Any]]) -> list[str]:
    cells = [row[0]["text"]]
    for before, word in pairwise(row):
        if word["x0"] - before["x1"] > _CELL_GAP * max(before["size"], word["size"]):
            cells.append(word["text"])
        else:
            cells[-1] += f" {word['text']}"
    return cells
