"""Signs that a scan, a font or a word processor gives for others, and signs that must not reach a terminal.

Every line is brought to plain signs before it is read, sign for sign, so that a place in the plain line is the same
place in the printed one. A letter that only looks Latin (Greek Υ for Y) is read as the letter it looks like and the
figure is marked as doubtful: a person has to see the original before calling it wrong.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from pmcli.visible import visible

_LOOKALIKES: Final = dict(
    zip(
        "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαορυνАВЕКМНОРСТУХаеорсухѕіј",
        "ABEZHIKMNOPTYXaopuvABEKMHOPCTYXaeopcyxsij",
        strict=True,
    )
)
_PLAIN: Final = {
    "\u2212": "-",
    "\u2010": "-",
    "\u2011": "-",
    "\ufe63": "-",
    "\uff0d": "-",
    "\u2012": "–",
    "\u2015": "—",
    "\u2018": "'",
    "\u2019": "'",
    "\u201b": "'",
    "\u2032": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2044": "/",
    "\u2215": "/",
    "\u066a": "%",
    "\ufe6a": "%",
    "\uff05": "%",
    "\u2022": "•",
    "\uf0b7": "•",
    "\u25cf": "•",
}
_GONE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufe0e\ufe0f]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ESCAPES: Final = re.compile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b\n]*(?:\x07|\x1b\\\\)?")
UP_ARROWS: Final = "↑▲△⬆⇧🔺🡅🡑↗⭡"
DOWN_ARROWS: Final = "↓▼▽⬇⇩🔻🡇🡓↘⭣"
MISREAD_DOWN: Final = "🔱🗸"
"""What text recognition makes of a down arrow in a circle or a thin one: read as down, and doubtful."""
LEVEL_ARROWS: Final = "→↔⬌⇔▶►"


def cleaned(text: str) -> str:
    """`text` without what is invisible or would steer a terminal: every control character but tab becomes a space."""
    return _CONTROL.sub(" ", _GONE.sub("", _ESCAPES.sub("", text)))


def shown(text: str) -> str:
    """`text` as it may be printed on a terminal or a page: white space folded, what steers a terminal made visible."""
    return visible(" ".join(text.split()))


def plain(text: str) -> str:
    """`text` in plain signs, sign for sign (its length stays): minus signs, quotes, digits, look-alike letters."""
    if text.isascii():
        return text.replace("**", "  ") if "**" in text else text
    return "".join(_plain_sign(sign) for sign in text).replace("**", "  ")


def doubtful(text: str) -> bool:
    """Whether `text` has a letter or arrow that is another one's look-alike."""
    return not text.isascii() and any(sign in _LOOKALIKES or sign in MISREAD_DOWN for sign in text)


def arrow(text: str) -> tuple[int, bool] | None:
    """(1 up, -1 down, 0 level; whether the sign is doubtful) of an arrow in `text`; None without one."""
    for sign in text:
        if sign in UP_ARROWS:
            return 1, False
        if sign in DOWN_ARROWS:
            return -1, False
        if sign in MISREAD_DOWN:
            return -1, True
        if sign in LEVEL_ARROWS:
            return 0, False
    return None


def _plain_sign(sign: str) -> str:
    if sign.isascii():
        return sign
    known = _PLAIN.get(sign) or _LOOKALIKES.get(sign)
    if known:
        return known
    if sign in "²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉":  # a footnote's number is no digit of the figure beside it
        return " "
    if sign.isspace():
        return " "
    folded = unicodedata.normalize("NFKC", sign)
    return folded if len(folded) == 1 else sign
