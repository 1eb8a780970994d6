"""A table of text, and how the names in it are compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

import polars as pl

from pmcli.sources.reading.files import DataFile

HEADER_WITHIN: Final = 50
"""A header is looked for in this many first rows."""

Matcher = Callable[[Sequence[str]], bool]
"""Says whether a row of cells is the header that is looked for."""


@dataclass(slots=True, eq=False)
class RawTable:
    """A table of text.

    file, sheet: where it comes from; sheet is "" for a text file. header: the header's cells, cleaned.
    above: the rows of cells over the header (titles, notes, the upper rows of a header in several rows).
    frame: the rows under the header, all String, one column per header cell (a blank or repeated name gets "#" and its
    position), and `_row`: the row as a person counts it in the file (UInt32).
    rows: how many there are, where the layout reads them itself, once it has; None for a table that is all in `frame`.
    separator: what separates the fields of a text file, "" for another. since_1904: serial days are counted from 1904.
    merged: of every column that has cells merged with others, the rows (`_row`) in which it has.
    over: the rows over the header, as `above`, with merged cells standing in every cell that they cover.
    alone: the rows of a workbook's sheet that have one filled cell, which are not in `frame`.
    used: what its layout took which column for (its place -> our name of it), for `pm load --explain`.
    """

    file: DataFile
    sheet: str
    header: tuple[str, ...]
    above: list[list[str]]
    frame: pl.DataFrame
    rows: int | None = None
    separator: str = ""
    since_1904: bool = False
    merged: dict[str, set[int]] = field(default_factory=dict)
    over: list[list[str]] = field(default_factory=list)
    used: dict[int, str] = field(default_factory=dict)
    alone: pl.DataFrame | None = None

    @property
    def columns(self) -> list[str]:
        """The frame's columns, one for each cell of the header."""
        return [name for name in self.frame.columns if name != "_row"]

    @property
    def where(self) -> str:
        """How messages name it."""
        return f"{self.file.name} [{self.sheet.strip()}]" if self.sheet else self.file.name


class Unread(NamedTuple):
    """A sheet without the header that was looked for: its first rows, to say what it has instead.

    why: what else keeps it from being read: "hidden" (it has the header, in `rows` rows), "not named in the mapping".
    """

    sheet: str
    top: list[list[str]]
    why: str = ""
    rows: int = 0


def clean(cell: str | None) -> str:
    """A cell's text with runs of white space as one space."""
    return " ".join((cell or "").replace("\ufeff", "").split())


def without_footnotes(text: str) -> str:
    """A name without the footnote digits that are glued to its end: "Essex10", "Homicide [note 4]", "Wales7,8"."""
    text = re.sub(r"\s*\[notes?[\s\d,]*\]", "", clean(text))
    return re.sub(r"(?<=[^\W\d_])[\s\d,]*\d[\s\d,]*$|(?<=\))[\s\d,]*\d[\s\d,]*$", "", text).strip()


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A header's name for comparing: no case, no white space, no underscores, dots or hyphens between its words."""
    return re.sub(r"[\s_]+|(?<=\w)[.\-](?=\w)", "", clean(text)).lower()


def column_names(header: Sequence[str]) -> list[str]:
    """A frame's column names for a header: a blank or repeated cell gets "#" and its position."""
    seen: dict[str, int] = {"_row": 0}
    names = []
    for place, cell in enumerate(header):
        name = cell if cell and cell not in seen else f"{cell}#{place + 1}"
        seen[name] = place
        names.append(name)
    return names


def plain_label(text: str) -> str:
    """A label for comparing: no case, single spaces."""
    return clean(text).casefold()
