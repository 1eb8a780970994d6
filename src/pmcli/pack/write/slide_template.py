"""The presentation that slides are made in: the force's own template, or a plain one that pm makes.

A template says where things go by the names of its placeholders (in PowerPoint: View > Slide Master, then Home >
Arrange > Selection Pane): `title`, `measure`, `chart`, `key`, `bullets`, `table`, `source`, on layouts called `pm
title`, `pm measure` and `pm text`, or on any layout that has them. What a template does not name keeps pm's places, on
its layout with a title and the fewest other placeholders.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from pmcli import opened
from pmcli.drawing import palette
from pmcli.errors import PmError, lacks
from pmcli.pack.write.slide_text import Box

NAMES: Final = ("title", "measure", "chart", "key", "bullets", "table", "source")
POINT: Final = 12_700
"""English metric units to a point."""

WIDTH, HEIGHT = 960.0, 540.0
_TITLE: Final = Box(36, 22, 888, 78)
_PLACES: Final = {
    "measure": Box(36, 102, 888, 24),
    "chart": Box(36, 132, 516, 316),
    "key": Box(36, 450, 516, 48),
    "bullets": Box(564, 132, 360, 214),
    "table": Box(564, 352, 360, 148),
    "source": Box(36, 506, 760, 20),
    "body": Box(36, 130, 888, 372),
}
_FOOT: Final = {"SLIDE_NUMBER": Box(844, 506, 80, 20), "FOOTER": Box(36, 506, 760, 20), "DATE": Box(700, 506, 90, 20)}
_THEME: Final = {
    "dk2": palette.BLUE, "accent1": palette.BLUE, "accent2": palette.ORANGE, "accent3": palette.GREEN,
    "accent4": palette.MAGENTA, "accent5": palette.LILAC, "accent6": palette.BROWN,
}  # fmt: skip
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def presentation(template: bytes | None, name: str = "the template") -> Any:
    """An empty presentation in a template, or in pm's own.

    Raises PmError for a template that is no presentation, and when python-pptx is not installed.
    """
    try:
        import pptx
    except ImportError:
        raise lacks("the slides", "python-pptx") from None
    if template is None:
        return _own(pptx.Presentation())
    try:
        deck = pptx.Presentation(BytesIO(template))
        layouts = len(deck.slide_layouts)
    except Exception as error:  # a zip, an XML or a package error, or whatever else a foreign file brings about
        raise PmError(f"{name} is not a PowerPoint presentation", "Save it from PowerPoint as .pptx.") from error
    if not layouts:
        raise PmError(f"{name} has no slide layout", "Make one in PowerPoint: View > Slide Master.")
    _emptied(deck)
    return deck


def template_of(path: Path | None) -> bytes | None:
    """The force's own template, read and tried; None for none.

    Raises PmError when it cannot be read or is no presentation.
    """
    if path is None:
        return None
    opened.reading(path, "template")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PmError(f"{path} cannot be read: {error.strerror}") from error
    presentation(data, str(path))
    return data


def layout_for(deck: Any, kind: str) -> Any:
    """The layout for slides of a kind: title, measure or text."""
    layouts = list(deck.slide_layouts)
    own = [layout for layout in layouts if layout.name.strip().casefold() == f"pm {kind}"]
    if own:
        return own[0]
    titled = [layout for layout in layouts if _title_of(layout) is not None]
    if kind == "title":
        covers = [layout for layout in titled if _kind(_title_of(layout)) == "CENTER_TITLE"]
        if covers:
            return covers[0]
    named = [layout for layout in titled if set(named_in(layout)) & set(NAMES[1:])]
    if named and kind == "measure":
        return max(named, key=lambda layout: len(set(named_in(layout)) & set(NAMES)))
    plain = [layout for layout in titled if _kind(_title_of(layout)) == "TITLE"] or titled or layouts
    return min(plain, key=lambda layout: (len(_contents(layout)), -len(list(layout.placeholders))))


def named_in(layout: Any) -> dict[str, Any]:
    """The placeholders of a layout that bear one of NAMES."""
    found: dict[str, Any] = {}
    for shape in layout.placeholders:
        name = re.sub(r"[\s\d]+$", "", str(shape.name)).strip().casefold().removeprefix("pm ")
        if name in NAMES[1:]:
            found.setdefault(name, shape)
    return found


def places(deck: Any, layout: Any) -> dict[str, Box]:
    """Where everything stands on a layout: where its placeholders are, else pm's places within its sheet."""
    across, down = deck.slide_width / POINT / WIDTH, deck.slide_height / POINT / HEIGHT
    made = {name: _scaled(box, across, down) for name, box in _PLACES.items()}
    title = _title_of(layout)
    made["title"] = box_of(title) if title is not None and box_of(title).width else _scaled(_TITLE, across, down)
    under = made["title"].top + made["title"].height
    if made["measure"].top < under < deck.slide_height / POINT * 0.5:  # a taller title moves the rest down
        by = under + 2 - made["measure"].top
        made = {name: box if name in {"title", "source", "key"} else _lowered(box, by, name)
                for name, box in made.items()}  # fmt: skip
    return made | {name: box_of(shape) for name, shape in named_in(layout).items()}


def box_of(shape: Any) -> Box:
    """Where a shape stands."""
    return Box(*((value or 0) / POINT for value in (shape.left, shape.top, shape.width, shape.height)))


def _lowered(box: Box, by: float, name: str) -> Box:
    """A place moved down; what ends above the small print is shortened by as much, or moved with what is over it."""
    if name in {"chart", "body"}:
        return Box(box.left, box.top + by, box.width, box.height - by)
    if name == "bullets":
        return Box(box.left, box.top + by, box.width, box.height - by / 2)
    return Box(box.left, box.top + by / 2, box.width, box.height - by / 2) if name == "table" else Box(
        box.left, box.top + by, box.width, box.height)  # fmt: skip


def _scaled(box: Box, across: float, down: float) -> Box:
    return Box(box.left * across, box.top * down, box.width * across, box.height * down)


def _title_of(layout: Any) -> Any:
    return next((shape for shape in layout.placeholders if _kind(shape) in {"TITLE", "CENTER_TITLE"}), None)


def _kind(shape: Any) -> str:
    return (
        str(shape.placeholder_format.type).partition(".")[2].partition(" ")[0]
        or str(shape.placeholder_format.type).partition(" ")[0]
    )


def _contents(layout: Any) -> list[Any]:
    return [shape for shape in layout.placeholders if _kind(shape) not in {"TITLE", "CENTER_TITLE", *_FOOT}]


def _emptied(deck: Any) -> None:
    """Take the slides out that a template shows itself with."""
    listed = deck.slides._sldIdLst
    for entry in list(listed):
        deck.part.drop_rel(entry.rId)
        listed.remove(entry)
    for part in deck._element.iter("{http://schemas.microsoft.com/office/powerpoint/2010/main}sectionLst"):
        for entry in part.iter("{http://schemas.microsoft.com/office/powerpoint/2010/main}sldId"):
            entry.getparent().remove(entry)


def _own(deck: Any) -> Any:
    """pm's own: 16:9, white, Arial, the palette of the charts, a title at the left, and a number on every slide."""
    deck.slide_width, deck.slide_height = round(WIDTH * POINT), round(HEIGHT * POINT)
    for layout in list(deck.slide_layouts):
        if layout.name not in {"Title Slide", "Title Only"}:
            deck.slide_layouts.remove(layout)
    master = deck.slide_master
    for sheet in (master, *deck.slide_layouts):
        for shape in sheet.placeholders:
            cover = sheet.name == "Title Slide"
            kind = _kind(shape)
            box = _FOOT.get(kind) or {
                "TITLE": _TITLE, "CENTER_TITLE": Box(60, 120, 840, 130), "SUBTITLE": Box(60, 260, 840, 200),
                "BODY": _PLACES["body"],
            }.get(kind)  # fmt: skip
            if box is not None:
                _put(shape, box)
            if kind in {"TITLE", "CENTER_TITLE"} and shape.has_text_frame:
                shape.text_frame._txBody.bodyPr.set("anchor", "b" if cover else "t")
            if kind == "SUBTITLE":
                for level in shape._element.iter(f"{_A}lvl1pPr"):
                    level.set("algn", "l")
    style = master._element.find(".//{*}titleStyle/{*}lvl1pPr")
    style.set("algn", "l")
    style.find(f"{_A}defRPr").set("sz", "2600")
    style.find(f"{_A}defRPr").set("b", "1")
    _themed(master)
    return deck


def _put(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = (
        round(value * POINT) for value in (box.left, box.top, box.width, box.height)
    )


def _themed(master: Any) -> None:
    """Arial, whose widths pm measures, and the colours of the charts."""
    from lxml import etree

    part = next(rel.target_part for rel in master.part.rels.values() if rel.reltype.endswith("/theme"))
    theme = etree.fromstring(part.blob)
    for latin in theme.iter(f"{_A}latin"):
        if latin.getparent().tag in {f"{_A}majorFont", f"{_A}minorFont"}:
            latin.set("typeface", "Arial")
    for name, colour in _THEME.items():
        for entry in theme.iter(f"{_A}{name}"):
            for child in list(entry):
                entry.remove(child)
            etree.SubElement(entry, f"{_A}srgbClr").set("val", colour.lstrip("#").upper())
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)
