"""What an annotation of a field may say beside its type, for a class that a user's TOML is read as (see pmcli.toml)."""

from __future__ import annotations

import math
import re
import reprlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Annotated, Any, Final, NamedTuple

from pmcli.errors import PmError, did_you_mean


class Key(NamedTuple):
    """The field's key in the file, where that is not its name: `as`, `from`."""

    name: str


class Spelt(NamedTuple):
    """How the file spells the field: read as `kind`, of which `then` makes the field's value."""

    kind: Any
    then: Callable[[Any], Any]


class Says(NamedTuple):
    """What a complaint about a value of another kind says: what it must be, and what to do."""

    must: str
    hint: str = ""


class OneOf(NamedTuple):
    """The words that a text, or a name in a table, may be. hint: how the list of them ends."""

    words: Sequence[str]
    hint: str = "."
    cannot: str = "be"

    def check(self, value: str, where: str) -> None:
        """Raise PmError for another word."""
        if value not in self.words:
            hint = did_you_mean(value, self.words, f"It is one of {', '.join(self.words)}{self.hint}")
            raise PmError(f"{where} cannot {self.cannot} {shown(value)}", hint)


class Within(NamedTuple):
    """The least and the largest number."""

    least: float
    most: float = math.inf

    def check(self, value: float, where: str) -> None:
        """Raise PmError for a number that is not within."""
        if not self.least <= value <= self.most:
            must = f"{self.least} or more" if self.most == math.inf else f"{self.least} to {self.most}"
            raise PmError(f"{where} must be {must}, not {shown(value)}")


class Matches(NamedTuple):
    """What a text, or each in a list that is not empty, looks like: as a pattern and in words."""

    pattern: str
    must: str

    def check(self, value: str | tuple[str, ...], where: str) -> None:
        """Raise PmError for a text that looks otherwise."""
        texts = (value,) if isinstance(value, str) else value
        if not texts or not all(re.fullmatch(self.pattern, text) for text in texts):
            raise PmError(f"{where} must be {self.must}, not {shown(value)}")


ALONE: Final = "alone"
"""A mark: a list of one text may be given without its brackets."""

BESIDE: Final = "beside"
"""A mark: a text that is a path, or a pattern of paths, seen from the folder of the file."""

Texts = Annotated[tuple[str, ...], ALONE]
"""A text, or a list of texts."""

HYPHENED: Final = Matches(r"[a-z0-9]+(-[a-z0-9]+)*", "lower-case words joined by hyphens")
"""A mark: an id."""


def shown(given: object) -> str:
    """A value of a file as a complaint repeats it: on one line, and cut when it is long."""
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, Mapping):
        return "a table"
    return str(given) if isinstance(given, date | time) else _SHORT.repr(given)


_SHORT: Final = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxstring, _SHORT.maxlong = 2, 80, 40
