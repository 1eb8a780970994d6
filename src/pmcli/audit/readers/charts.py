"""The numbers of charts in Word and PowerPoint files: the chart's own part keeps what it draws, a series a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from pmcli.audit.readers.numbers import as_shown

_C: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MOST: Final = 5_000


def chart_rows(xml: bytes) -> list[list[str]]:
    """The rows of a chart: its categories, then each series with its values as they are formatted; nothing for one
    that cannot be read.
    """
    try:
        root = ElementTree.fromstring(xml)
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        return []
    rows: list[list[str]] = []
    for series in root.iter(f"{_C}ser"):
        name = next(iter(_points(series.find(f"{_C}tx"))), "")
        categories = list(_points(series.find(f"{_C}cat")))
        values = list(_points(series.find(f"{_C}val")))
        if not values:
            continue
        if categories and (not rows or rows[0][1:] != categories):
            rows.append(["", *categories])
        rows.append([name, *values])
    return rows


def _points(element: Any) -> Iterator[str]:
    if element is None:
        return
    code = element.find(f".//{_C}formatCode")
    points: dict[int, str] = {}
    for point in element.iter(f"{_C}pt"):
        value = point.find(f"{_C}v")
        index = point.get("idx", "0")
        if value is not None and index.isdigit() and int(index) < _MOST:
            points[int(index)] = _shown(value.text or "", code.text if code is not None else None)
    if points:
        for index in range(max(points) + 1):
            yield points.get(index, "")
    else:
        direct = element.find(f"{_C}v")
        if direct is not None:
            yield direct.text or ""


def _shown(text: str, code: str | None) -> str:
    try:
        number = float(text)
    except ValueError:
        return text
    return as_shown(number, code)
