"""A chart as a native chart of a slide: the workbook's own, with its figures in a workbook behind it.

PowerPoint, LibreOffice and Excel draw charts of one format. XlsxWriter writes the chart (drawing/native.py), so that a
slide shows what the workbook shows, error bars and all; its figures go with it, for "Edit data" to open.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any, Final

from pmcli.drawing.chart import Chart
from pmcli.drawing.native import Look, native_chart
from pmcli.drawing.native_cells import lay_out
from pmcli.pack.write.workbook_sheets import Book
from pmcli.visible import visible

FIGURES: Final = "Figures"
_PIXELS: Final = 96 / 72
_C: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def chart_parts(chart: Chart, width: float, height: float, day: date) -> tuple[bytes, bytes]:
    """The chart as DrawingML, and the workbook of its figures that it refers to.

    width, height: in points. day: what the workbook says it was made on.
    """
    look = Look(round(width * _PIXELS), round(height * _PIXELS), letters=12, title=14)
    shown = replace(chart, title=visible(chart.subtitle or chart.title))  # what it finds is the slide's own title
    drawing = Book(shown.title, day)
    native_chart(drawing.sheet(FIGURES), 0, 0, shown, look)
    with zipfile.ZipFile(BytesIO(drawing.close())) as file:
        xml = _explicit(file.read("xl/charts/chart1.xml"))
    figures = Book(shown.title, day)
    sheet = figures.sheet(FIGURES)
    lay_out(sheet, 0, 0, shown)
    return xml, figures.close()


def _explicit(xml: bytes) -> bytes:
    """The chart with everything said that XlsxWriter leaves to Excel 2007's defaults.

    In a presentation those are others: an empty cell would be a zero, a line a curve, a label its series' name.
    """
    from lxml import etree

    root = etree.fromstring(xml)

    def say(parent: Any, name: str, value: str, *, after: Sequence[str]) -> None:
        """Add an element behind the last of those that come before it, unless it is there."""
        if parent.find(f"{_C}{name}") is None:
            places = [place for place, child in enumerate(parent) if child.tag.removeprefix(_C) in after]
            made = etree.Element(f"{_C}{name}", val=value)
            parent.insert(places[-1] + 1 if places else 0, made)

    for language in root.iter(f"{_C}lang"):
        language.set("val", "en-GB")
    say(root, "roundedCorners", "0", after=("date1904", "lang"))
    for chart in root.iter(f"{_C}chart"):
        say(chart, "autoTitleDeleted", "0", after=("title",))
        say(chart, "dispBlanksAs", "gap", after=("plotArea", "legend", "plotVisOnly"))
    for title in root.iter(f"{_C}title", f"{_C}legend"):
        say(title, "overlay", "0", after=("tx", "legendPos", "legendEntry", "layout"))
    for name in ("scatterChart", "barChart"):
        for plot in root.iter(f"{_C}{name}"):
            say(plot, "varyColors", "0", after=("scatterStyle", "barDir", "grouping"))
            for series in plot.iter(f"{_C}ser"):
                if name == "scatterChart":
                    say(series, "smooth", "0", after=("xVal", "yVal"))
                else:
                    say(series, "invertIfNegative", "0", after=("idx", "order", "tx", "spPr"))
    before: tuple[str, ...] = ("idx", "layout", "tx", "numFmt", "spPr", "txPr", "dLblPos", "dLbl")
    for labels in root.iter(f"{_C}dLbls", f"{_C}dLbl"):
        if labels.find(f"{_C}delete") is None:
            seen = before
            for show in ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize"):
                say(labels, show, "0", after=seen)
                seen = (*seen, show)
    for axis in root.iter(f"{_C}valAx", f"{_C}catAx"):
        say(axis, "delete", "0", after=("axId", "scaling"))
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made
