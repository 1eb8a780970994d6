"""Labels of a file beside the measures of the catalogue and the subgroups of the Home Office: sure, or only likely."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from pmcli.catalogue import Catalogue
from pmcli.sources.records.tree import GROUPS

_LIKELY: Final = 0.62
_NOISE: Final = frozenset(
    {"offence", "offences", "crime", "crimes", "of", "the", "a", "an", "total", "number", "recorded"}
)


@dataclass(frozen=True, slots=True)
class Match:
    """What a label of the file stands for: `found` ("" for nothing), and whether that is sure."""

    label: str
    rows: int
    found: str
    sure: bool


def measures(labels: Iterable[tuple[str, int]], catalogue: Catalogue) -> list[Match]:
    """Each label with the measure that it names. Two are never both sure of one measure: they would be added up."""
    known: dict[str, str] = {}
    for measure in catalogue.measures.values():
        texts = [measure.id, measure.label]
        for source in ("home-office", "records", "home-office-years"):
            named = re.findall(r"'([^'%]+)'", measure.where.get(source, ""))
            texts += named if len(named) == 1 and "<>" not in measure.where[source] else []
        for text in texts:
            known.setdefault(_plain(text), measure.id)
    return _once(_match(labels, known))


def subgroups(labels: Iterable[tuple[str, int]]) -> list[Match]:
    """Each text with the Home Office subgroup (or group) that it names; several texts may name one."""
    known = {_plain(text): text for group, parts in GROUPS.items() for text in (group, *parts)}
    known |= {_plain(text): text for text in _ALONE}
    return _match(labels, known)


_ALONE: Final = ("Possession of weapons offences", "Public order offences", "Miscellaneous crimes against society")


def _match(labels: Iterable[tuple[str, int]], known: Mapping[str, str]) -> list[Match]:
    found = []
    for label, rows in labels:
        plain = _plain(label)
        if plain in known:
            found.append(Match(label, rows, known[plain], sure=True))
            continue
        near = max(known, key=lambda text: _alike(plain, text))
        likely = known[near] if _alike(plain, near) >= _LIKELY else ""
        found.append(Match(label, rows, likely, sure=False))
    return found


def _once(matches: list[Match]) -> list[Match]:
    taken: set[str] = set()
    kept = []
    for match in matches:
        sure = match.sure and match.found not in taken
        if sure:
            taken.add(match.found)
        kept.append(Match(match.label, match.rows, match.found, sure))
    return kept


def _plain(text: str) -> str:
    """A label for comparing: lower case, no signs, no words that say nothing, no plural."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("&", " and "))
    return " ".join(_single(word) for word in words if word not in _NOISE) or text.lower()


def _single(word: str) -> str:
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, " ".join(sorted(one.split())), " ".join(sorted(other.split()))).ratio()
