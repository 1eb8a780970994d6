"""How a table of 999 calls is known: by the words of its header, for every publisher names the columns its own way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pmcli.later import later
from pmcli.sources.layout import Layout
from pmcli.sources.reading.raw import clean, without_footnotes

_MISSED: Final = (
    r"(?!.*(\b(not|never|non|missed|lost|dropped|outside|fail\w*)\b|n't\b|n’t\b|\bun-?(answer|met|reach)|\babandon))"
)
"""No figure counts the calls that nobody answered."""

COLUMNS: Final = {
    "area": r"(police )?force( area| name)?|area( name)?|police force area",
    "period": r"month|period|date|month ending|month (of|and) \w+|year and month",
    "calls": r"(total |all )?((number|volume) of )?(999 |emergency )?calls( answered| received| made| offered)?",
    "within_10s": rf"{_MISSED}(?!.*(\b60\b|over|more|longer|after|above|beyond|exceed|at least|\+|>|≥))"
    r".*\b(10|ten)( ?s\b| ?secs?\b| ?seconds?\b|$).*",
    "over_60s": rf"{_MISSED}(?!.*(\b10\b|under|within|less|below|up to|at most|<|≤))"
    r".*\b(60|sixty)( ?s\b| ?secs?\b| ?seconds?\b|\+|$).*",
    "answer_time": rf"{_MISSED}.*\b(mean|average)\b.*\b(answer\w*|time|speed|seconds)\b.*",
}
"""What a column may be called, in lower case, by what it is. "10 to 60 seconds" is none of them."""

FIGURES: Final = {"within_10s": "within 10 seconds", "over_60s": "60 seconds or more", "answer_time": "answer time"}
"""What the catalogue's conditions for calls test: the column `figure`."""

_WIDEST: Final = 200
"""A row of more cells is no header of a table of calls: it is not searched for words."""


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row is the header of such a table: a force, a month, and at least one of the three figures."""
    found = columns_by_words(cells) if len(cells) <= _WIDEST else {}
    return "area" in found and "period" in found and any(name in found for name in FIGURES)


def columns_by_words(header: Sequence[str]) -> dict[str, list[int]]:
    """What each column is (a key of COLUMNS) -> where; several columns may be the count and the share of one figure."""
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(header):
        text = clean(cell).lower()
        name = next((name for name, words in COLUMNS.items() if _called(text, words)), None)
        if name is not None:
            found.setdefault(name, []).append(place)
    return found


def _called(text: str, words: str) -> bool:
    return bool(re.fullmatch(words, text) or re.fullmatch(words, without_footnotes(text)))


LAYOUT: Final = Layout(
    name="calls",
    title="999 calls by force and month: answered within 10 seconds, in 60 or more, average answer time",
    columns=(
        "Force",
        "Month",
        "Calls",
        "Answered within 10 seconds",
        "Answered in 60 seconds or more",
        "Average answer time",
    ),
    read=later("pmcli.sources.calls.read:observations"),
    header=is_header,
)
