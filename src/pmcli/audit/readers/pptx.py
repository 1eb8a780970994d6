"""PowerPoint slides: the title first, then shapes from top to bottom and left to right, tables as cells, charts'
numbers, the notes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

import pptx
from lxml import etree
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.exc import PackageNotFoundError

from pmcli.audit.document import Document, Line
from pmcli.audit.glyphs import cleaned
from pmcli.audit.places import Place
from pmcli.audit.readers import check_xml
from pmcli.audit.readers.charts import chart_rows
from pmcli.errors import PmError

MOST_SLIDES: Final = 500

_LINE: Final = 200_000
"""Shapes that begin within so many units (16 points) of one another are on a line."""

_TOUCH: Final = 12_700
"""Shapes that overlap by no more than a point stand beside or under each other."""


def read(data: bytes, name: str) -> Document:
    """The lines of a deck, numbered within each slide."""
    check_xml(data, name)
    try:
        deck = pptx.Presentation(io.BytesIO(data))
        slides = list(deck.slides)
    except (
        KeyError,
        ValueError,
        AttributeError,
        PackageNotFoundError,
        etree.XMLSyntaxError,
        zipfile.BadZipFile,
    ) as error:
        raise PmError(f"{name} is not a PowerPoint file that can be read: {error}") from error
    notes = [f"{name}: only the first {MOST_SLIDES} slides are read"] if len(slides) > MOST_SLIDES else []
    reader = _Reader()
    for number, slide in enumerate(slides[:MOST_SLIDES], start=1):
        reader.slide(slide, f"slide {number}")
    return Document(name, reader.lines, "pptx", notes, deck.core_properties.title or "")


class _Reader:
    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.table = 0
        self.part = ""
        self.number = 0

    def slide(self, slide: Any, part: str) -> None:
        self.part, self.number = part, 0
        self.blank()
        title = slide.shapes.title
        if title is not None and title.has_text_frame:
            self._text(title.text_frame.text, level=1)
        for shape in _ordered(slide.shapes):
            if title is None or shape.shape_id != title.shape_id:
                self._shape(shape)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            self.part, self.number = f"{part} notes", 0
            self._text(slide.notes_slide.notes_text_frame.text)

    def blank(self) -> None:
        self.lines.append(Line("", Place(self.part, self.number)))

    def _text(self, text: str, level: int = 0) -> None:
        for line in cleaned(text.replace("\v", "\n")).split("\n"):
            if line.strip():
                self.number += 1
                self.lines.append(Line(line, Place(self.part, self.number), level=level))
            self.blank()

    def _rows(self, rows: list[list[str]]) -> None:
        self.table += 1
        for cells in rows:
            self.number += 1
            if any(cells):
                self.lines.append(
                    Line(
                        "",
                        Place(self.part, self.number),
                        cells=[" ".join(cleaned(cell).split()) for cell in cells],
                        table=self.table,
                    )
                )
        self.blank()

    def _shape(self, shape: Any) -> None:
        if getattr(shape, "has_table", False) and shape.has_table:
            self._rows([["" if cell.is_spanned else cell.text for cell in row.cells] for row in shape.table.rows])
        elif getattr(shape, "has_chart", False) and shape.has_chart:
            self._rows(chart_rows(shape.chart.part.blob))
        elif shape.has_text_frame:
            self._text(shape.text_frame.text)


def _ordered(shapes: Any, depth: int = 0) -> Iterator[Any]:
    """Shapes as a reader meets them; those of a group in its place."""
    for shape in _read([(_edges(shape), shape) for shape in shapes]):
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP and depth < 8:
            yield from _ordered(shape.shapes, depth + 1)
        else:
            yield shape


Edges = tuple[int, int, int, int]
"""Left, top, right and bottom of a shape."""


def _edges(shape: Any) -> Edges:
    left, top = shape.left or 0, shape.top or 0
    return left, top, left + (shape.width or 0), top + (shape.height or 0)


def _read(placed: list[tuple[Edges, Any]]) -> list[Any]:
    """Shapes in reading order: cut where the widest band without any of them runs, across or down, and so on in the
    parts; so a title is read with the table under it, not with the title beside it. What nothing parts is read from top
    to bottom and left to right. (The recursive XY-cut of Nagy and Seth, 1984.)
    """
    if len(placed) < 2:
        return [shape for _, shape in placed]
    cuts = [cut for cut in (_widest(placed, 1), _widest(placed, 0)) if cut is not None]
    if not cuts:
        placed.sort(key=lambda one: (one[0][1] // _LINE, one[0][0]))
        return [shape for _, shape in placed]
    _, at, side = max(cuts, key=lambda cut: cut[0])
    return [
        *_read([one for one in placed if one[0][side] < at]),
        *_read([one for one in placed if one[0][side] >= at]),
    ]


def _widest(placed: list[tuple[Edges, Any]], side: int) -> tuple[int, int, int] | None:
    """The widest band that parts shapes: its width, where it ends, and the side that is cut (0 left, 1 top)."""
    spans = sorted((edges[side], edges[side + 2]) for edges, _ in placed)
    best, end = None, spans[0][1]
    for start, until in spans[1:]:
        if start + _TOUCH >= end and (best is None or start - end > best[0]):
            best = (start - end, start, side)
        end = max(end, until)
    return best
