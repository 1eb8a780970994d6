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
    found: list[Any] = sorted(shapes, key=lambda shape: ((shape.top or 0) // 200_000, shape.left or 0))
    for shape in found:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP and depth < 8:
            yield from _ordered(shape.shapes, depth + 1)
        else:
            yield shape
