"""What no published sentence holds: options, ids, layouts, brackets of ours, capitals of an extract, names of code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pmcli.catalogue import Catalogue
from pmcli.sources import LAYOUTS

FORBIDDEN: Final = {
    "an option": r"(?<![\w-])--[a-z]",
    "a file of the project": r"\bpm\.toml\b|\bdocs/|\b(?:a peers|a populations?|a forces) file\b",
    "a command": r"`|\bpm (?:show|say|ahead|check|compare|rank|events|measures|forces|pack)\b",
    "brackets of ours": r"[\[\]]",
    "layouts": r"\blayouts?\b|pm counts it",
    "cannot be told to be": r"cannot be told to be",
    "said twice": r"(Long-term trend|Direction of travel|Control chart): \1",
    "a name of the program": r"\b[a-z]+_[a-z_]+\b",
    "nothing": r"\bNone\b|\bnull\b|\bnan\b|\binf\b|\bNaT\b",
}
"""What -> the pattern that finds it."""

SHORT: Final = {"COVID", "NDQIS"}
"""Short forms that people say."""


def faults(texts: Iterable[str], catalogue: Catalogue) -> set[tuple[str, str]]:
    """(what, the text) of every text that holds what is not published."""
    every = (*LAYOUTS, *catalogue.measures, *catalogue.groups, *catalogue.forces, *catalogue.events)
    ids = [name for name in every if "-" in name]
    named = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, ids))})(?![\w./-])")
    shouted = re.compile(r"\b[A-Z]{5,}\b")
    found = set()
    for text in texts:
        found |= {(what, text[:200]) for what, pattern in FORBIDDEN.items() if re.search(pattern, text)}
        if named.search(text):
            found.add(("an id", text[:200]))
        if set(shouted.findall(text)) - SHORT:
            found.add(("capitals of the extract", text[:200]))
    return found
