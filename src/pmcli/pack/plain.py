"""Plain words for what is published: no brackets of ours, no capitals of an extract, no options of a command.

The sentences are those of `pm say`, whose reader sits at a terminal with the data; a pack's reader does not.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from pmcli.pack.names import called

_PART: Final = re.compile(r"\[([\w -]+): ([^\]]+)\]")
_HINT: Final = r": name a peers file.*$"
_SHOUTED: Final = 5
"""Letters of a word in capitals from which on it is taken for shouting, not for a short form as VAWG."""


def plain(text: str) -> str:
    """'28 more offences (weapon ball bearing gun) (65 v. 37)' of '28 more offences [weapon: Ball bearing gun] …'."""
    return _PART.sub(lambda found: f"({found[1].replace('_', ' ')} {called(found[2])})", text)


def readable(name: str) -> str:
    """'Criminal damage' of 'CRIMINAL DAMAGE'; a name with a small letter, and a short form, stay as they are."""
    letters = [word for word in re.findall(r"[^\W\d_]+", name) if len(word) >= _SHOUTED]
    return name[:1] + name[1:].lower() if letters and name.isupper() else name


def in_small_letters(frame: pl.DataFrame) -> pl.DataFrame:
    """A table whose categories are readable; one that would then be called as another stays as it is."""
    have = frame["category"].unique().to_list()
    named = {name: readable(name) for name in have}
    taken = [*have, *(new for name, new in named.items() if new != name)]
    new = {name: one for name, one in named.items() if one != name and taken.count(one) == 1}
    return frame.with_columns(pl.col("category").replace(new)) if new else frame


def without_hints(outliers: pl.DataFrame) -> pl.DataFrame:
    """The outliers table whose reasons do not say what to type."""
    return outliers.with_columns(pl.col("reason").str.replace(_HINT, ""))
