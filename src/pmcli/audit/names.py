"""What a text is about: measures by the names that packs use, priority areas, forces and places, and qualifiers.

The catalogue's own labels and ids come first, the user's own measures with them; names.toml adds the spellings that
published packs use. What is measured but not in the catalogue (arrests, calls, solved outcomes) is known by name too, so that it is
never taken for the measure of the heading above it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from pmcli.catalogue import Catalogue

_CAPTURING: Final = re.compile(r"(?<!\\)\((?!\?)")
_FILE: Final = Path(__file__).with_name("names.toml")
_PLACE: Final = re.compile(
    r"\b(?:in|across|for|at|within|throughout)\s+(?:the\s+)?((?:[A-Z][\w'&-]+)(?:\s+(?:and|&|upon|of)\s+[A-Z][\w'-]+|\s+[A-Z][\w'-]+)*)"
)
_NOT_PLACES: Final = re.compile(
    r"(?:Q\d|FY|January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov"
    r"|Dec|Violence|Theft|Robbery|Burglary|Homicides?|Drug|Vehicle|Offences?|Crime|All|Most Similar|MSG|MSF|Home Office|Police|Table|Figure"
    r"|Group|Year|Quarter|YTD|Domestic|Firearms?|Knife|VAWG|COVID|Stalking|Public|Sexual|Criminal|Rape|Anti|ASB|England|Great|UK|TNO|BCS)\b"
)
_ELSEWHERE: Final = re.compile(
    r"\b(?:national(?:ly)?|England and Wales|all forces|other forces|MSG|MSF|most similar (?:group|forces?|family)|peer|peers|similar forces|regional(?:ly)?|region"
    r"|country|(?<![.\w])UK|Great Britain)\b",
    re.IGNORECASE,
)
GENERIC: Final = re.compile(
    r"\b(?:offen[cs]es?|crimes?|incidents?|cases|reports?|records?|occurrences?|recorded)\b", re.IGNORECASE
)
"""Nouns that count the measure that the heading or the sentence before it names."""


class Mention(NamedTuple):
    """A measure named in a text: its catalogue id (or other name), where, and the words."""

    measure: str
    start: int
    end: int
    known: bool


class Lexicon:
    """The names that a document is read with.

    catalogue: its measures (a user's own among them) and forces are known by label, id and alias.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        data = _data()
        spellings: dict[str, tuple[str, bool]] = {}
        for measure in catalogue.measures.values():
            label = re.escape(re.sub(r"\s*\(.*\)", "", measure.label).lower()) if "(" not in measure.label else ""
            if label:
                spellings[label + "s?"] = (measure.id, True)
            spellings[re.escape(measure.label.lower())] = (measure.id, True)
            if "-" in measure.id:
                spellings[re.escape(measure.id)] = (measure.id, True)
            for noun in measure.noun.split("|"):
                if noun.strip():
                    spellings[re.escape(noun.strip().lower())] = (measure.id, True)
        for name, ways in data["measures"].items():
            spellings |= {way: (name, True) for way in ways}
        for name, ways in data["others"].items():
            spellings |= {way: (name, False) for way in ways if way not in spellings}
        ordered = sorted(spellings.items(), key=lambda item: -len(item[0]))
        self._meanings = [meaning for _, meaning in ordered]
        joined = "|".join(f"({_CAPTURING.sub('(?:', way)})" for way, _ in ordered)
        self._measures = re.compile(rf"(?<![\w-])(?:{joined})(?![\w])", re.IGNORECASE)
        self._groups = [
            (group, re.compile("|".join(ways), re.IGNORECASE)) for group, ways in data["groups"].items()
        ]
        self._in_group: dict[str, dict[str, str]] = data["in_group"]
        self._qualifiers = re.compile(rf"\b(?:{'|'.join(data['qualifiers']['words'])})\b", re.IGNORECASE)
        names = {}
        for force in catalogue.forces.values():
            for name in (force.name, *force.aliases):
                if name and len(name) > 3:
                    names[name.lower()] = force.id
        self._forces = names
        self._force_pattern = re.compile(
            rf"\b(?:{'|'.join(re.escape(name) for name in sorted(names, key=len, reverse=True))})\b", re.IGNORECASE
        )

    def mentions(self, text: str) -> list[Mention]:
        """The measures named in `text` (plain signs), in order, longest names first where they overlap."""
        found = []
        for match in self._measures.finditer(text):
            if match.lastindex is None:
                continue
            name, known = self._meanings[match.lastindex - 1]
            found.append(Mention(name, match.start(), match.end(), known))
        return found

    def group(self, text: str) -> str:
        """The priority area that a heading names, or ""."""
        return next((group for group, pattern in self._groups if pattern.search(text)), "")

    def within(self, group: str, measure: str) -> str:
        """The measure that `measure` means under a priority area: robbery is personal robbery in neighbourhood crime."""
        return self._in_group.get(group, {}).get(measure, measure)

    def qualifiers(self, text: str, besides: Iterable[Mention] = ()) -> frozenset[str]:
        """The narrowing words of `text` that are not part of a measure's name, in lower case."""
        spans = [(mention.start, mention.end) for mention in besides if mention.known]
        return frozenset(
            match[0].lower()
            for match in self._qualifiers.finditer(text)
            if not any(start <= match.start() < end for start, end in spans)
        )

    def area(self, text: str) -> str:
        """The area that a clause names: a force's id, `elsewhere` (nationally, a peer group), a place's name, or ""."""
        if found := _ELSEWHERE.search(text):
            return f"elsewhere:{found[0].lower()}"
        if found := self._force_pattern.search(text):
            return self._forces[found[0].lower()]
        for found in _PLACE.finditer(text):
            if not _NOT_PLACES.match(found[1]) and not self.mentions(found[1]) and not self.group(found[1]):
                return f"place:{found[1].lower()}"
        return ""


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
