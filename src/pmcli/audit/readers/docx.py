"""Word documents: paragraphs, headings and tables in order, then the numbers of charts. A paragraph or a row is a
line.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any, Final

import docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from pmcli.audit.document import Document, Line
from pmcli.audit.glyphs import cleaned
from pmcli.audit.places import Place
from pmcli.audit.readers import check_xml
from pmcli.audit.readers.charts import chart_rows
from pmcli.errors import PmError

_MOST_LINES: Final = 200_000


def read(data: bytes, name: str) -> Document:
    """The lines of a Word document; footnotes and text boxes are not read, and that is noted."""
    check_xml(data, name)
    try:
        document = docx.Document(io.BytesIO(data))
    except (KeyError, ValueError, AttributeError, etree.XMLSyntaxError, zipfile.BadZipFile) as error:
        raise PmError(f"{name} is not a Word document that can be read: {error}") from error
    reader = _Reader()
    reader.body(document.element.body, document)
    reader.charts(data)
    notes = []
    if any(True for _ in document.element.body.iter(qn("w:txbxContent"))):
        notes.append(f"{name}: text in text boxes is not read")
    return Document(name, reader.lines, "docx", notes, document.core_properties.title or "")


class _Reader:
    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.number = 0
        self.table = 0

    def body(self, element: Any, parent: Any) -> None:
        for child in element.iterchildren():
            if child.tag == qn("w:p"):
                self._paragraph(Paragraph(child, parent))
            elif child.tag == qn("w:tbl"):
                self._table(Table(child, parent))
            elif child.tag == qn("w:sdt"):
                content = child.find(qn("w:sdtContent"))
                if content is not None:
                    self.body(content, parent)
            if len(self.lines) > _MOST_LINES:
                return

    def _paragraph(self, paragraph: Paragraph) -> None:
        self.number += 1
        style = (paragraph.style.name or "") if paragraph.style is not None else ""
        level = int(style[-1]) if style.startswith("Heading") and style[-1].isdigit() else 1 if style == "Title" else 0
        for part in cleaned(paragraph.text).split("\n"):
            self.lines += [Line(part, Place("", self.number), level=level), Line("", Place("", self.number))]

    def _table(self, table: Table) -> None:
        self.table += 1
        part = f"table {self.table}"
        for number, row in enumerate(table.rows, start=1):
            cells: list[str] = []
            last = None
            for cell in row.cells:
                repeated = cell._tc is last  # a merged cell comes once for each column it covers
                cells.append("" if repeated else " ".join(cleaned(cell.text).split()))
                last = cell._tc
            if any(cells):
                self.lines.append(Line("", Place(part, number), cells=cells, table=self.table))
        self.lines.append(Line("", Place(part, 0)))

    def charts(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = sorted(
                entry for entry in packed.namelist() if entry.startswith("word/charts/chart") and entry.endswith(".xml")
            )
            for count, entry in enumerate(names, start=1):
                self.table += 1
                rows = chart_rows(packed.read(entry))
                for number, cells in enumerate(rows, start=1):
                    self.lines.append(
                        Line(
                            "",
                            Place(f"chart {count}", number),
                            cells=[cleaned(cell) for cell in cells],
                            table=self.table,
                        )
                    )
                self.lines.append(Line("", Place(f"chart {count}", 0)))
