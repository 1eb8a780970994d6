"""What is said of a row: the sentence, what it found, and what it rests on, made together and never looked up again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pmcli.tables import SENTENCES, Table
from pmcli.views.language.forms import Figure

Row = dict[str, Any]
"""A row of a table of the contract, by column."""


@dataclass(slots=True)
class Origin:
    """Where a figure comes from.

    sources: the names of the sources, as the files that were read go by. facts: heading -> text, in order: the window,
    what it is compared with, the test, the conventions, the row it rests on.
    """

    sources: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement about a row.

    text: the sentence. finding: what the row's test says, one word of `findings.FINDINGS`. caveat: sentences about what
    to be careful about, or None. about: which statement of its row it is.
    """

    text: str
    finding: str
    caveat: str | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with what it rests on.

    table, row: the table and the row. figures: value, comparator, difference, change, p_value and against_end, as far
    as the sentence rests on them, each with its form. origin: makes the words on where the figures come from; called
    only by who shows them.
    """

    sentence: Sentence
    table: Table
    row: Row
    figures: Mapping[str, Figure]
    origin: Callable[[], Origin]


_CARRIED = ("against_end", "value", "difference", "change", "p_value")


def rests(row: Row, table: Table, sentence: Sentence, origin: Callable[[], Origin], **figures: Any) -> Said:
    """A sentence that rests on a row of a table, and its figures.

    figures: those that are not the row's own columns of that name; a value, or a Figure where it is of another form.
    """
    given: dict[str, Any] = {name: row.get(name) for name in _CARRIED} | {"comparator": row.get("against_value")}
    made = {}
    for name, value in (given | figures).items():
        made[name] = value if isinstance(value, Figure) else Figure(value, _form(table, row, name))
    return Said(sentence, table, row, made, origin)


def _form(table: Table, row: Row, name: str) -> str:
    """The form of a figure of this name: that of the table's own column, else that of the sentences table."""
    own = "value" if name == "comparator" else name
    form = (table if own in table.columns else SENTENCES).form(own, row)
    return {"figure": "count", "difference": "signed"}.get(form, form)
