"""Measures as a running sentence calls them: 'burglary and theft from the person are', 'homicide or robbery'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pmcli.catalogue import Measure
from pmcli.views.language import wording
from pmcli.visible import visible

_ORDINARY: Final = re.compile(r"[A-Z][a-z]+\b")
_QUESTION: Final = re.compile(r" \(Q\w+\)$")


def called(label: str) -> str:
    """A label within a sentence: 'burglary'; a short form in capitals and a number stay, a question's number goes."""
    label = _QUESTION.sub("", label)
    return label[:1].lower() + label[1:] if _ORDINARY.match(label) else label


def every(names: Sequence[str]) -> str:
    """'homicide, robbery and burglary', each whole; empty for no names."""
    safe = [visible(name) for name in names]
    return " and ".join(filter(None, [", ".join(safe[:-1]), *safe[-1:]]))


def either(names: Sequence[str]) -> str:
    """'homicide, serious violence or burglary'; empty for no names."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}" if names else ""


def verb(measures: Sequence[Measure], one: str = "is", several: str = "are") -> str:
    """The verb after the names of these measures: 'is' after one that is called by what is counted once."""
    return several if len(measures) > 1 or is_plural(measures[0]) else one


def is_plural(measure: Measure) -> bool:
    """Whether a label names things: 'Vehicle offences', '999 calls answered …'; not 'Robbery'."""
    head = measure.label.partition(" (")[0]
    return not measure.noun and wording.noun(measure).partition(" (")[0].lower() == head.lower()


def subject(measures: Sequence[Measure], one: str = "is", several: str = "are") -> str:
    """'burglary and theft from the person are': the names of measures and their verb."""
    return f"{every([called(measure.label) for measure in measures])} {verb(measures, one, several)}"
