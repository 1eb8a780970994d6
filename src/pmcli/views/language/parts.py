"""What a row is of within its measure, in plain words: a weapon, an age group, a district's name for it.

An extract writes its categories as its system does, in capitals (`CRIMINAL DAMAGE`) and under a column's name
(`offence_class`). The typed columns of a table keep that; a sentence and a chart say it as people write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

_BETWEEN: Final = " minus "
"""What stands between the two categories of a gap."""

_SHOUTED: Final = 5
"""Letters of a word in capitals from which on it is taken for shouting, not for a short form as VAWG."""


def category(row: Mapping[str, Any]) -> str:
    """What a row is of within its measure, as ' (weapon: Ball bearing gun)'; empty for the whole.

    The total of a breakdown is ' (any weapon)': what the crimes with a weapon come to need not be all crimes.
    """
    if row["dimension"] == "all":
        return ""
    by = spoken(row["dimension"])
    return f" (any {by})" if row["category"] == "all" else f" ({by}: {row['category']})"


def spoken(dimension: str) -> str:
    """'offence class' of the dimension `offence_class`."""
    return str(dimension).replace("_", " ").replace("-", " ")


def source_called(name: str) -> str:
    """A source as a page names it: 'Home Office' of `home-office`, 'situation reports' of a project's own name."""
    return _SOURCES.get(name, name.replace("-", " "))


_SOURCES: Final = {
    "home-office": "Home Office", "home-office-years": "Home Office (published totals)", "ons": "ONS",
    "street": "data.police.uk", "calls": "999 calls", "records": "crime records",
}  # fmt: skip
"""The layouts that come with pm and whose name a source has by itself."""


def readable(name: str) -> str:
    """'Criminal damage' of 'CRIMINAL DAMAGE'; a name with a small letter, and a short form, stay as they are."""
    letters = [word for word in re.findall(r"[^\W\d_]+", name) if len(word) >= _SHOUTED]
    return name[:1] + name[1:].lower() if letters and name.isupper() else name


def calmed(names: Iterable[str]) -> dict[str, str]:
    """Name -> how it is written without shouting, of those that are written otherwise.

    Two names never come to the same: one that would then be called as another of `names` stays as it is.
    """
    given = list(dict.fromkeys(names))
    parts = list(dict.fromkeys(part for name in given for part in name.split(_BETWEEN)))
    written = {part: readable(part) for part in parts}
    taken = [*parts, *(new for part, new in written.items() if new != part)]
    calm = {part: new for part, new in written.items() if taken.count(new) == 1}
    made = {name: _BETWEEN.join(calm.get(part, part) for part in name.split(_BETWEEN)) for name in given}
    return {name: new for name, new in made.items() if new != name}


def in_small_letters(frame: pl.DataFrame) -> pl.DataFrame:
    """A table whose categories are readable; one that would then be called as another stays as it is."""
    new = calmed(frame["category"].unique().to_list())
    return frame.with_columns(pl.col("category").replace(new)) if new else frame
