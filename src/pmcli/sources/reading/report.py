"""What a loader has to say about the rows that it could not use as they stood.

Nothing is dropped in silence: a loader counts every dropped row and every unreadable value here, with the file, the
sheet and the first row it met; `pm load` prints them, and `--strict` turns the first into an error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from pmcli.errors import PmError
from pmcli.visible import visible

if TYPE_CHECKING:
    from pmcli.sources.reading.raw import RawTable


@dataclass(slots=True)
class Problem:
    """One kind of trouble in one sheet of one file.

    what: as a phrase that follows a count: "rows have a word where a number belongs".
    row: the first offending row as a person counts them (the first line of the file is 1); 0 when it has none.
    example: the offending text of that row, or "".
    """

    file: str
    sheet: str
    what: str
    count: int
    row: int = 0
    example: str = ""

    def sentence(self) -> str:
        """The problem as one line."""
        place = f"{self.file} [{self.sheet}]" if self.sheet else self.file
        first = f"; the first is row {self.row:,}" if self.row else ""
        example = self.example if len(self.example) <= _LONGEST else f"{self.example[:_LONGEST]}…"
        shown = f" ({example!r})" if self.example else ""
        what = _of_one(self.what) if self.count == 1 else self.what
        return f"{place}: {self.count:,} {what}{first}{shown}"


_MOST: Final = 900
"""Characters of a sentence about a load: it may name several columns or labels of a file."""

_LONGEST: Final = 80
"""So much of a text is shown."""

_SINGULAR: Final = {"have": "has", "are": "is", "and count": "and counts", "they": "it", "numbers": "a number"}


def _of_one(what: str) -> str:
    """'row has a word', of 'rows have a word'; what is quoted from the file stays as it is."""
    noun = re.match(r"(\w+)s\b", what)
    if noun is None:
        return what
    parts = re.split(r"((?<!\w)'[^']*'|\"[^\"]*\")", noun[1] + what[noun.end() :])
    words = rf"\b({'|'.join(_SINGULAR)})\b"
    parts[::2] = [re.sub(words, lambda found: _SINGULAR[found[1]], part) for part in parts[::2]]
    return "".join(parts)


class Learned(NamedTuple):
    """One thing that `pm load --explain` says: how a column, a label, an area or a period was understood.

    count: the rows or figures that it stands for; None where it has no number. remark: why it was left out, and the
    like.
    """

    file: str
    sheet: str
    column: str
    label: str
    role: str
    taken_as: str
    count: int | None = None  # type: ignore[assignment]  # nobody counts in it, as in other tuples
    remark: str = ""


@dataclass(slots=True, eq=False)
class Report:
    """What happened while files were read.

    strict: raise PmError at the first unreadable or dropped row rather than count it.
    notes: sentences for the user that are not about a row (a vintage replaced, an area nobody knows).
    left_out: rows left out on purpose (totals, regions, notes), each as a sentence.
    explain: keep in `learned` how everything was understood.
    """

    strict: bool = False
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    explain: bool = False
    learned: list[Learned] = field(default_factory=list)

    def problem(self, file: str, what: str, count: int, *, sheet: str = "", row: int = 0, example: str = "") -> None:
        """Count rows that could not be used or values that could not be read. Raises PmError when strict."""
        if count == 0:
            return
        found = Problem(file, sheet, what, count, row, example)
        if self.strict:
            raise PmError(found.sentence(), "Mend the file, or load it without --strict.")
        self.problems.append(found)

    def note(self, sentence: str) -> None:
        """Say something about the load that no row is to blame for."""
        sentence = visible(sentence, _MOST)
        if sentence not in self.notes:
            self.notes.append(sentence)

    def leave_out(self, sentence: str) -> None:
        """Say which rows were left out on purpose."""
        sentence = visible(sentence, _MOST)
        if sentence not in self.left_out:
            self.left_out.append(sentence)

    def learn(self, entry: Learned) -> None:
        """Keep how something was understood, when that was asked for."""
        if self.explain:
            self.learned.append(entry)

    def learn_periods(self, table: RawTable, column: str, frame: pl.DataFrame, texts: Sequence[str]) -> None:
        """Keep what each text of a column of periods was read as. frame: texts, period_end, period_months."""
        if not self.explain:
            return
        by = [*texts, "period_end", "period_months"]
        for *words, end, months, count in frame.group_by(by).len().sort(*by, nulls_last=True).rows():
            length = f", {counted(months, 'month')}" if months else ""
            self.learned.append(
                Learned(
                    table.file.name, table.sheet, column, " ".join(word or "" for word in words).strip(), "period",
                    f"{end}{length}" if end else "", count, "" if end else "left out: not a period",
                )
            )  # fmt: skip

    def sentences(self) -> list[str]:
        """Everything there is to say, problems first."""
        return [visible(problem.sentence(), _MOST) for problem in self.problems] + self.left_out + self.notes


def counted(number: int, one: str) -> str:
    """'1 row', '2,000 rows'."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def verb(number: int, many: str) -> str:
    """What that number does: 'repeats' for 1, else 'repeat'."""
    return many if number != 1 else {"have": "has", "are": "is"}.get(many, f"{many}s")
