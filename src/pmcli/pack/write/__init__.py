"""The pack in every format that it can be written in, and FORMATS, the literal list of them.

A format is a file here: it lays out the whole of the model (pack/model.py) and computes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pmcli.pack.model import Pack
from pmcli.pack.write.html import page
from pmcli.pack.write.markdown import text
from pmcli.pack.write.slides import slides
from pmcli.pack.write.workbook import workbook

Others = Sequence[tuple[str, str]]
"""The other forces' pages made in the same run, label and link."""

FORMATS: Final[Mapping[str, Callable[[Pack, Others], bytes]]] = {
    "html": lambda pack, others: page(pack, others=others).encode(),
    "xlsx": lambda pack, _: workbook(pack),
    "md": lambda pack, _: text(pack).encode(),
    "pptx": lambda pack, _: slides(pack),
}
"""Suffix -> what writes a pack so; the first is the one that is always made in a folder."""


def render(pack: Pack, kind: str, others: Others = ()) -> bytes:
    """A pack in one of FORMATS."""
    return FORMATS[kind](pack, others)
