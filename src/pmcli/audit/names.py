"""What a text is about: measures by the names that packs use, priority areas, forces and places, and qualifiers.

The catalogue's own labels and ids come first, the user's own measures with them; names.toml adds the spellings that
published packs use. What is measured but not in the catalogue (arrests, calls, solved outcomes) is known by name too,
so that it is never taken for the measure of the heading above it.
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
_WORD_START: Final = re.compile(r"(?<![\w-])[A-Za-z0-9]")
_PLACE: Final = re.compile(
    r"\b(?i:in|across|for|at|within|throughout)\s+(?:the\s+)?((?:[A-Z][\w'&-]+)(?:\s+(?:and|&|upon"
    r"|of)\s+[A-Z][\w'-]+|\s+[A-Z][\w'-]+)*)"
)
_NOT_PLACES: Final = re.compile(
    r"(?:Q\d|FY|YE|Year|January|February|March|April|May|June|July|August|September|October|November|December|Jan"
    r"|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov"
    r"|Dec|Violence|Theft|Robbery|Burglary|Homicides?|Drug|Vehicle|Offences?|Crime|All|Most Similar|MSG|MSF"
    r"|Home Office|Police|Table|Figure"
    r"|Group|Year|Quarter|YTD|Domestic|Firearms?|Knife|VAWG|COVID|Stalking|Public|Sexual|Criminal|Rape|Anti|ASB"
    r"|England|Great|UK|TNO|BCS)\b"
)
_ELSEWHERE: Final = re.compile(
    r"\b(?:national(?:ly)?|England and Wales|all forces|other forces|MSG|MSF|most similar (?:group|forces?|family)"
    r"|peer|peers|similar forces|regional(?:ly)?|region"
    r"|country|(?<![.\w])UK|Great Britain)\b",
    re.IGNORECASE,
)
_PLAIN_BEFORE: Final = frozenset(
    [
        "the",
        "of",
        "in",
        "a",
        "an",
        "for",
        "and",
        "or",
        "that",
        "our",
        "all",
        "total",
        "police",
        "recorded",
        "reported",
        "overall",
        "fewer",
        "more",
        "less",
        "additional",
        "extra",
        "number",
        "numbers",
        "volume",
        "volumes",
        "levels",
        "level",
        "rate",
        "rates",
        "count",
        "counts",
        "with",
        "to",
        "by",
        "on",
        "from",
        "both",
        "these",
        "those",
        "its",
        "their",
        "other",
        "said",
        "were",
        "was",
        "are",
        "is",
        "has",
        "have",
        "saw",
        "while",
        "but",
        "as",
        "which",
        "this",
        "v",
        "vs",
        "than",
        "per",
        "cent",
        "percent",
        "lower",
        "higher",
        "increased",
        "decreased",
        "most",
        "least",
        "many",
        "number's",
        "measures",
        "against",
        "reduce",
        "tackle",
        "reducing",
        "tackling",
        "average",
        "priority",
        "slide",
        "also",
        "further",
        "recent",
        "annual",
        "latest",
        "current",
        "quarterly",
    ]
)
_NOUNS_AFTER: Final = re.compile(
    r"\s*(?:\([^)]*\)\s*)?(?:offen[cs]es?|crimes?|incidents?|cases|levels?|figures?|rates?|numbers?|reports?"
    r"|totals?|records?|victims?)?\s*\*?"
)
_NARROWING: Final = re.compile(
    r"\s*(?P<how>of|at|against|involving|where|on|with|among|committed|linked|targeting|including|excluding|in|from"
    r"|by|that|which|when|per)\s+(?P<what>(?:the |a |an )?(?!the\b)[a-z]{3,}\b)"
)
_NOT_NARROWING: Final = re.compile(
    r"(?:the |a |an )?(?:same|last|previous|year|quarter|month|period|past|latest|force|county|area|district|region"
    r"|twelve|six|three|nine|number|volume|comparison"
    r"|line|total|rate|level|levels|this|that|our|has|have|was|were|are|also|continue|increased|decreased|fell|rose"
    r"|baseline|financial|around|about|nearly|over|some|just"
    r"|almost|approximately|more|fewer|less|compared|recorded|reported|population|million|thousand|household)\b"
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
            spellings |= dict.fromkeys(ways, (name, True))
        for name, ways in data["others"].items():
            spellings |= {way: (name, False) for way in ways if way not in spellings}
        by_letter: dict[str, list[tuple[str, tuple[str, bool]]]] = {}
        for way, meaning in spellings.items():
            for letter in _firsts(way):
                by_letter.setdefault(letter, []).append((way, meaning))
        self._measures: dict[str, tuple[re.Pattern[str], list[tuple[str, bool]]]] = {}
        for letter, ways in by_letter.items():
            ways.sort(key=lambda item: -len(item[0]))
            joined = "|".join(f"({_CAPTURING.sub('(?:', way)})" for way, _ in ways)
            self._measures[letter] = (
                re.compile(rf"(?:{joined})(?![\w])", re.IGNORECASE),
                [meaning for _, meaning in ways],
            )
        self._known_texts: dict[str, list[Mention]] = {}
        self._groups = [(group, re.compile("|".join(ways), re.IGNORECASE)) for group, ways in data["groups"].items()]
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
        known = self._known_texts.get(text)
        if known is not None:
            return known
        found: list[Mention] = []
        end = 0
        for start in (match.start() for match in _WORD_START.finditer(text)):
            if start < end or (bucket := self._measures.get(text[start].lower())) is None:
                continue
            pattern, meanings = bucket
            match = pattern.match(text, start)
            if match is not None and match.lastindex is not None:
                name, in_catalogue = meanings[match.lastindex - 1]
                end = match.end()
                found.append(Mention(name, start, end, in_catalogue))
        self._known_texts[text] = found
        return found

    def group(self, text: str) -> str:
        """The priority area that a heading names, or ""."""
        return next((group for group, pattern in self._groups if pattern.search(text)), "")

    def within(self, group: str, measure: str) -> str:
        """The measure that `measure` means under a priority area: in neighbourhood crime robbery is personal."""
        return self._in_group.get(group, {}).get(measure, measure)

    def qualifiers(self, text: str, besides: Iterable[Mention] = ()) -> frozenset[str]:
        """The narrowing words of `text` that are not part of a measure's name, in lower case."""
        spans = [(mention.start, mention.end) for mention in besides if mention.known]
        return frozenset(
            match[0].lower()
            for match in self._qualifiers.finditer(text)
            if not any(start <= match.start() < end for start, end in spans)
        )

    def narrowing(self, text: str, mention: Mention) -> frozenset[str]:
        """Words beside a measure's name that no list knows but that may make a narrower thing of it: "school
        burglaries", "burglary at shops".
        """
        found = set()
        before = re.search(r"([a-z][a-z'-]+)\s+$", text[: mention.start])
        if before is not None and before[1] not in _PLAIN_BEFORE and not before[1].endswith("ly"):
            found.add(f"+{before[1]}")
        after = mention.end
        if bracket := re.match(
            r"\s*(?:offences?|crimes?|incidents?)?\s*"
            r"(?:\[([^\]]+)\]|\(([a-z][A-Za-z ,&/-]+|[a-z][a-z ]*: (?:[^()]|\([^()]*\))+)\))",
            text[after:],
        ):
            found.add(f"+[{(bracket[1] or bracket[2]).lower()}]")
        if noun := _NOUNS_AFTER.match(text, after):
            after = noun.end()
        if (tail := _NARROWING.match(text, after)) and not _NOT_NARROWING.match(tail["what"]):
            found.add(f"+{tail['how']} {tail['what']}")
        return frozenset(found)

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


def _firsts(way: str) -> set[str]:
    """The letters that a spelling can begin with: "(?:bike|cycle) thefts?" with b or c."""
    if not way.startswith("("):
        return {way.lstrip("\\")[0].lower()} | ({way[2].lower()} if way[1:2] == "?" and len(way) > 2 else set())
    depth, at = 1, 0
    while depth:
        at += 1
        depth += (way[at] == "(") - (way[at] == ")")
    inside = way[1:at].removeprefix("?:")
    firsts = {branch.strip()[0].lower() for branch in inside.split("|") if branch.strip()[:1].isalnum()}
    return firsts | _firsts(way[at + 2 :]) if way[at + 1 : at + 2] == "?" else firsts


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
