"""The pack in every format that it can be written in, and FORMATS, the literal list of them.

A format is a file here: it lays out the whole of the model (pack/model.py) and computes nothing. It is imported when a
pack is written so: slides and workbooks bring much that a page does not need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pmcli.later import later
from pmcli.pack.model import Pack

_page = later("pmcli.pack.write.html:page")
_workbook = later("pmcli.pack.write.workbook:workbook")
_text = later("pmcli.pack.write.markdown:text")
_slides = later("pmcli.pack.write.slides:slides")

Others = Sequence[tuple[str, str]]
"""The other forces' pages made in the same run, label and link."""

FORMATS: Final[Mapping[str, Callable[[Pack, Others], bytes]]] = {
    "html": lambda pack, others: _page(pack, others=others).encode(),
    "xlsx": lambda pack, _: _workbook(pack),
    "md": lambda pack, _: _text(pack).encode(),
    "pptx": lambda pack, _: _slides(pack),
}
"""Suffix -> what writes a pack so; the first is the one that is always made in a folder."""


def render(pack: Pack, kind: str, others: Others = ()) -> bytes:
    """A pack in one of FORMATS."""
    return FORMATS[kind](pack, others)
