"""Text from outside, made safe to show: the one function that every such text passes on its way to people.

A cell, a sheet's name or a file's name may hold anything: escape sequences that recolour or retitle a terminal, marks
that turn the direction of what follows, bytes that are no UTF-8. Shown to a person each of them is a symbol, and a text
longer than a person reads is cut. Data keep what they hold: only what is shown changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

CELL: Final = 80
"""Characters of a cell, or of anything else in quotation marks, that a message shows."""

MESSAGE: Final = 600
"""Characters of one sentence of a message or note."""

_DIRECTION: Final = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_HARMLESS: Final = r"[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\ud800-\udfff]*"
_QUOTED: Final = rf"""(?<![\w])(['"])((?:(?!\1(?!\w)).){{{CELL + 1},}})\1(?!\w)"""
_RUN: Final = r"\S{400,}"


def visible(text: str, most: int | None = None) -> str:
    """`text` with control characters, escapes and direction marks as symbols, cut to `most` characters.

    Line breaks are symbols too: a text of several lines is given line by line.
    """
    if most is not None and len(text) > most:
        text = f"{text[: most - 1]}…"
    if text.isascii() and text.isprintable():  # as nearly all are, and neither pattern nor table is made for them
        return text
    return text if re.fullmatch(_HARMLESS, text) else text.translate(_symbols())


@cache
def _symbols() -> Mapping[int, str]:
    """What is shown in place of a character that does something."""
    return {
        **{code: chr(0x2400 + code) for code in range(0x20)},  # ESC is shown as the symbol for escape, and so on
        0x7F: "␡",
        **{code: f"<U+{code:04X}>" for code in (*range(0x80, 0xA0), *_DIRECTION, 0x2028, 0x2029, 0xFEFF)},
        **{0xDC00 + byte: f"\\x{byte:02x}" for byte in range(0x80, 0x100)},  # a byte of a file name that is not UTF-8
        **dict.fromkeys((*range(55296, 56448), *range(56576, 57344)), "�"),
    }


def sentence(text: str) -> str:
    """A sentence of a message: each cell in it cut to CELL characters, the whole to MESSAGE; line breaks stay."""
    if len(text) > CELL:
        text = re.sub(_QUOTED, lambda found: f"{found[1]}{found[2][: CELL - 1]}…{found[1]}", text[: 500 * MESSAGE])
        text = re.sub(_RUN, lambda found: f"{found[0][: CELL - 1]}…", text)
    if len(text) > MESSAGE:
        text = f"{text[: MESSAGE - 1]}…"
    return "\n".join(visible(line) for line in text.split("\n"))
