"""A deck of slides being written: titles, texts, tables and native charts at their places, and what the notes say.

The only file that calls python-pptx's writers. Every text goes in as a text, through `visible`; nothing is a link. The
shapes of a slide stand in the order in which they are to be read aloud, the title first.
"""

from __future__ import annotations

import copy
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from pmcli.drawing import palette
from pmcli.drawing.chart import Chart
from pmcli.pack.write.slide_charts import chart_parts
from pmcli.pack.write.slide_template import POINT, layout_for, named_in, places, presentation
from pmcli.pack.write.slide_text import CELL_SIDE, CELL_TOP, INSET, Box, Cells, Words, marked
from pmcli.visible import visible

_NO_XML: Final = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""Of a zip's clock: with no time of its own the same pack gives the same bytes."""


class Deck:
    """A presentation in memory."""

    def __init__(
        self, title: str, day: date, template: bytes | None = None, footer: str = "", marking: str = ""
    ) -> None:
        """day: what the file says it was made on. footer: what stands at the foot of every slide. marking: what stands
        there even where the template's layout has no foot.
        """
        self._deck = presentation(template)
        self._footer, self._marking = footer, marking
        self.day = day
        self._known: dict[str, tuple[Any, dict[str, Box]]] = {}
        known = self._deck.core_properties
        known.title, known.author, known.last_modified_by, known.revision = said(title), "pm", "pm", 1
        known.created = known.modified = known.last_printed = datetime(day.year, day.month, day.day)
        known.language, known.subject, known.keywords, known.comments = "en-GB", "", "", ""

    def slide(self, kind: str, title: str, size: float) -> Slide:
        """A new slide of a kind (title, measure or text) with its title in letters of a size."""
        layout, where = self._layout(kind)
        made = Slide(self, self._deck.slides.add_slide(layout), layout, where)
        made._titled(title, size)
        return made

    def places(self, kind: str) -> dict[str, Box]:
        """Where things stand on slides of a kind."""
        return self._layout(kind)[1]

    def _layout(self, kind: str) -> tuple[Any, dict[str, Box]]:
        if kind not in self._known:
            layout = layout_for(self._deck, kind)
            self._known[kind] = layout, places(self._deck, layout)
        return self._known[kind]

    def close(self) -> bytes:
        """The finished file; the same calls give the same bytes."""
        for slide in self._deck.slides:
            if not _finish(slide, self._footer) and self._marking:
                self._mark(slide)
        buffer, made = BytesIO(), BytesIO()
        self._deck.save(buffer)
        with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                entry = zipfile.ZipInfo(name, _FIRST_DAY)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                new.writestr(entry, old.read(name))
        return made.getvalue()

    def _mark(self, slide: Any) -> None:
        """Write the marking at the foot of a slide whose layout has none."""
        shape = slide.shapes.add_textbox(*_units(places(self._deck, slide.slide_layout)["source"]))
        shape.name = "Marking"
        _paragraph(shape.text_frame.paragraphs[0], Words(self._marking, bold=True), 11.0, 0.0)


class Slide:
    """A slide. places: where things stand on it, by name."""

    def __init__(self, deck: Deck, slide: Any, layout: Any, places: dict[str, Box]) -> None:
        self.deck = deck
        self.places = places
        self._slide = slide
        by_number = {shape.placeholder_format.idx: shape for shape in slide.placeholders}
        named = {name: by_number.get(shape.placeholder_format.idx) for name, shape in named_in(layout).items()}
        self._named = {name: shape for name, shape in named.items() if shape is not None}
        kept = {shape.shape_id for shape in self._named.values()}
        for shape in list(slide.placeholders):
            if shape.shape_id not in kept and slide.shapes.title is not None and (
                shape.shape_id != slide.shapes.title.shape_id
            ):  # fmt: skip
                shape._element.getparent().remove(shape._element)

    def _titled(self, title: str, size: float) -> None:
        shape = self._slide.shapes.title
        if shape is None:
            shape = self._textbox(self.places["title"], "Title")
        self._fill(shape, [Words(title, bold=True)], size, 0.0)

    def names(self, place: str) -> bool:
        """Whether the template has a placeholder of that name."""
        return place in self._named

    def text(
        self, place: str | Box, paragraphs: Sequence[Words], size: float, *, name: str, between: float = 0.0
    ) -> None:
        """Paragraphs in a placeholder of the template, or in a box."""
        shape = self._named.pop(place, None) if isinstance(place, str) else None
        if shape is None or not shape.has_text_frame:
            if shape is not None:
                shape._element.getparent().remove(shape._element)
            shape = self._textbox(self.places[place] if isinstance(place, str) else place, name)
        else:
            self._last(shape)
        self._fill(shape, paragraphs, size, between)

    def table(self, place: Box, rows: Sequence[Sequence[str]], cells: Cells, *, alt: str,
              right: Sequence[bool] = (), heavy: Sequence[str] = (), headed: bool = True) -> None:  # fmt: skip
        """A table that fits (`table_fitting`). right: columns of numbers. heavy: the kind of each row."""
        self._without("table")
        wide = sum(cells.widths)
        frame = self._slide.shapes.add_table(
            len(rows), len(cells.widths), *_units(Box(place.left, place.top, wide, cells.height))
        )
        self._described(frame, f"Table: {alt}" if alt else "Table", alt)
        table = frame.table
        table.first_row, table.horz_banding = headed, False
        for column, width in zip(table.columns, cells.widths, strict=True):
            column.width = round(width * POINT)
        for row, height in zip(table.rows, cells.heights, strict=True):
            row.height = round(height * POINT)
        for number, texts in enumerate(rows):
            kind = heavy[number] if number < len(heavy) else ""
            for place_in, text in enumerate(texts):
                cell = table.cell(number, place_in)
                _cell(cell, text, cells.size, head=(headed and number == 0) or kind == "head", kind=kind,
                      right=place_in < len(right) and right[place_in])  # fmt: skip

    def chart(self, place: Box, chart: Chart) -> None:
        """A native chart, with its figures in a workbook that "Edit data" opens."""
        from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from pptx.parts.chart import ChartPart

        self._without("chart")
        xml, figures = chart_parts(chart, place.width, place.height, self.deck.day)
        package = self._slide.part.package
        part = ChartPart.load(package.next_partname(ChartPart.partname_template), CONTENT_TYPE.DML_CHART, package, xml)
        for setting in part._element.findall("{*}printSettings"):
            part._element.remove(setting)
        part.chart_workbook.update_from_xlsx_blob(figures)
        link = self._slide.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
        frame = self._slide.shapes._add_chart_graphicFrame(link, *_units(place))
        frame.nvGraphicFramePr.cNvPr.set("descr", said(chart.alt))
        frame.nvGraphicFramePr.cNvPr.set("name", said(f"Chart: {chart.title}"))

    def notes(self, text: str) -> None:
        """What the speaker sees: sources, and what there is no room for."""
        frame = self._slide.notes_slide.notes_text_frame
        frame.text = "\n".join(said(line) for line in text.split("\n"))

    # ------------------------------------------------------------------------------------------------ shapes
    def _without(self, name: str) -> None:
        """Take a template's placeholder away: what stands in its place is no text."""
        shape = self._named.pop(name, None)
        if shape is not None:
            shape._element.getparent().remove(shape._element)

    def _last(self, shape: Any) -> None:
        """Read a placeholder of the template where it was filled, not where the layout has it."""
        tree = shape._element.getparent()
        tree.remove(shape._element)
        tree.append(shape._element)

    def _textbox(self, box: Box, name: str) -> Any:
        shape = self._slide.shapes.add_textbox(*_units(box))
        shape.name = name
        return shape

    def _described(self, shape: Any, name: str, alt: str) -> None:
        shape.name = said(name)
        shape._element.nvGraphicFramePr.cNvPr.set("descr", said(alt))

    def _fill(self, shape: Any, paragraphs: Sequence[Words], size: float, between: float) -> None:
        from pptx.util import Pt

        frame = shape.text_frame
        frame.word_wrap = True
        for side in ("margin_left", "margin_right", "margin_top", "margin_bottom"):
            setattr(frame, side, Pt(INSET))
        for number, words in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            _paragraph(paragraph, words, size, between if number < len(paragraphs) - 1 else 0.0)


def _paragraph(paragraph: Any, words: Words, size: float, between: float) -> None:
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = said(words.text)
    _font(run.font, size, bold=words.bold, italic=words.italic, colour=words.colour or palette.INK)
    paragraph.space_before, paragraph.space_after = Pt(0), Pt(between * size)
    told = paragraph._p.get_or_add_pPr()
    hanging = marked(words, size)
    told.set("marL", str(round((words.indent + hanging) * POINT)))
    told.set("indent", str(-round(hanging * POINT)))
    for child in [one for one in told if one.tag.rpartition("}")[2].startswith("bu")]:
        told.remove(child)
    bullet = told.makeelement(told.tag.replace("pPr", "buChar" if words.mark else "buNone"), {})
    if words.mark:
        bullet.set("char", words.mark)
    told.append(bullet)


def _font(font: Any, size: float, *, bold: bool = False, italic: bool = False, colour: str = palette.INK) -> None:
    from pptx.enum.lang import MSO_LANGUAGE_ID
    from pptx.util import Pt

    font.size, font.bold, font.italic = Pt(size), bold, italic
    font.color.rgb = _colour(colour)
    font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK


def _colour(name: str) -> Any:
    from pptx.dml.color import RGBColor

    made: Any = RGBColor
    return made(*bytes.fromhex(name.lstrip("#")))


def _cell(cell: Any, text: str, size: float, *, head: bool, kind: str, right: bool) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    cell.margin_left = cell.margin_right = Pt(CELL_SIDE)
    cell.margin_top = cell.margin_bottom = Pt(CELL_TOP)
    fill = "E3E8EC" if head else "E6EEF7" if kind == "mine" else "FDF1E7" if kind == "hit" else "FFFFFF"
    cell.fill.solid()
    cell.fill.fore_color.rgb = _colour(fill)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    if text:
        run = paragraph.add_run()
        run.text = said(text)
        _font(run.font, size, bold=head or kind in {"mine", "hit"})
    else:  # whose letters would be large, and the row high
        end = paragraph._p.makeelement(paragraph._p.tag.replace("}p", "}endParaRPr"), {"sz": str(round(size * 100))})
        paragraph._p.append(end)


def said(text: str) -> str:
    """A text as a slide holds it: what moves a cursor, and what XML cannot hold, as symbols."""
    return visible(text).translate(_NO_XML)


def _units(box: Box) -> list[int]:
    return [round(value * POINT) for value in (box.left, box.top, box.width, box.height)]


def _finish(slide: Any, footer: str) -> bool:
    """Take away what stayed empty, and bring the foot of the layout, which a slide does not have of itself.

    Returns whether the layout has one.
    """
    footed = False
    for shape in list(slide.placeholders):
        if shape.has_text_frame and not shape.text_frame.text:
            shape._element.getparent().remove(shape._element)
    for shape in slide.slide_layout.placeholders:
        kind = str(shape.placeholder_format.type)
        number = kind.startswith("SLIDE_NUMBER")
        if not number and not (footer and kind.startswith("FOOTER")):
            continue
        element = copy.deepcopy(shape._element)
        slide.shapes._spTree.append(element)
        element.nvSpPr.cNvPr.set("id", str(max(one.shape_id for one in slide.shapes) + 1))
        if not number:
            slide.placeholders[shape.placeholder_format.idx].text_frame.text = said(footer)
            footed = True
    return footed
