"""Notes: what a person should know about a result that is right but needs reading with care.

A step that meets a gap, an older population or a figure it had to leave out says so with `note`. The command line
prints notes on stderr and keeps them in the history; a script gets them as warnings of the class PmNote.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pmcli.visible import CELL, visible
from pmcli.visible import sentence as shown

_collected: ContextVar[list[str] | None] = ContextVar("pm_notes", default=None)


class PmNote(UserWarning):
    """A note from a step, when no command is there to print it."""


def note(sentence: str) -> None:
    """Say `sentence` once to whoever runs the step."""
    sentence = shown(sentence)
    collected = _collected.get()
    if collected is None:
        warnings.warn(sentence, PmNote, stacklevel=3)
    elif sentence not in collected:
        collected.append(sentence)


@contextmanager
def collecting() -> Iterator[list[str]]:
    """Gather the notes of everything run inside; the list fills as they are made."""
    collected: list[str] = []
    token = _collected.set(collected)
    try:
        yield collected
    finally:
        _collected.reset(token)


def listing(names: list[str], most: int = 5) -> str:
    """'a, b, c and 4 more', each cut to what a message shows of a cell."""
    names = [visible(name, CELL) for name in names[: most + 1]] + names[most + 1 :]
    if len(names) <= most:
        return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1] if names else "none"
    return ", ".join(names[:most]) + f" and {len(names) - most:,} more"
