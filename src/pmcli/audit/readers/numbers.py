"""A stored number as its format shows it: `0.7568` under `0.0%` is 75.7 %. What is printed is what a reader is told,
and what is audited.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

_QUOTED: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_PLACES: Final = re.compile(r"\.([0#?]+)")


def as_shown(value: Any, number_format: str | None) -> str:
    """The text of a cell. A format that is no number's leaves the value as it is; a date is written `12 Mar 2023`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (datetime, date)):
        return (
            value.strftime("%d %b %Y")
            if value.day != 1 or "d" in (number_format or "").lower()
            else value.strftime("%b %Y")
        )
    if not isinstance(value, (int, float, Decimal)):
        return str(value)
    return _number(value, number_format or "General")


def _number(value: float | Decimal, number_format: str) -> str:
    sections = number_format.split(";")
    section = sections[1] if value < 0 and len(sections) > 1 and sections[1].strip() else sections[0]
    bare = _QUOTED.sub("", section)
    if bare.strip().lower() in {"general", "", "@"}:
        return _general(value)
    percent = "%" in bare
    found = _PLACES.search(bare)
    decimals = len(found[1]) if found else 0
    try:
        exact = Decimal(repr(value) if isinstance(value, float) else str(value)) * (100 if percent else 1)
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return _general(value)
    text = f"{abs(rounded):,f}" if "," in bare else f"{abs(rounded):f}"
    if found and "#" in found[1] and "." in text:
        text = text.rstrip("0").rstrip(".")
    sign = "-" if rounded < 0 else "+" if "+" in section.split("0")[0] and rounded > 0 else ""
    return f"{sign}{text}{'%' if percent else ''}"


def _general(value: float | Decimal) -> str:
    number = float(value)
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.10g}"
