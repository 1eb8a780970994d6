"""The mapping of a survey (docs/surveys.md): which column is what, which answers count, what to break down by.

Two layouts: `respondents`, one row a respondent with a weight and answers; `survey-table`, percentages with their base.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

from pmcli import toml
from pmcli.catalogue import Catalogue, slug
from pmcli.errors import PmError
from pmcli.sources.reading.dates import parse_period
from pmcli.toml import Place
from pmcli.toml_marks import ALONE, HYPHENED, Key, Matches, OneOf, Says, Spelt, Within

_SEE: Final = "See docs/surveys.md."


def plain_answer(text: str) -> str:
    """An answer for comparing: no case, no punctuation, single spaces. A number is that number: "1.0" is "1"."""
    text = text.strip()
    if re.fullmatch(r"-?\d+(\.0+)?", text):
        return text.partition(".")[0]
    return " ".join(re.sub(r"[^\w%+]+", " ", re.sub(r"['’‘`]", "", text.casefold())).split())


def _by_answer(texts: Mapping[str, object]) -> dict[str, str]:
    return {plain_answer(text): str(said) for text, said in texts.items()}


def _answers(given: Sequence[object]) -> frozenset[str]:
    return frozenset(plain_answer(str(one)) for one in given)


_NAMES: Final = Matches(r"(?s).*\S.*", "a column's name, or a list of the names it may have")
Names = Annotated[tuple[str, ...], ALONE, _NAMES]
"""What a column may be called in the files, in order of preference."""

Answers = Annotated[frozenset[str], Spelt(tuple[str | int | bool, ...], _answers), Says("a list of answers")]
"""Answers to a question, by `plain_answer`."""

_BANDS: Final = Says("rising numbers, the lower end of each band, as [35, 55]")

Plain = Annotated[Mapping[str, str], Spelt(Mapping[str, str], _by_answer)]
"""What a text stands for, by `plain_answer`."""


@dataclass(frozen=True, slots=True)
class Question:
    """A measure made of a question: the answers that count as yes, as no, and that leave the base."""

    columns: Annotated[Names, Key("column")]
    positive: Answers
    negative: Answers
    excluded: Answers = frozenset()


@dataclass(frozen=True, slots=True)
class Dimension:
    """What to break down by: a column, how its texts read (plain text -> category), and lower ends of number bands."""

    columns: Annotated[Names, Key("column")]
    labels: Plain = field(default_factory=dict)
    bands: Annotated[tuple[float, ...], _BANDS] = ()


def _dimension(said: tuple[str, ...] | Dimension) -> Dimension:
    return said if isinstance(said, Dimension) else Dimension(said)


@dataclass(frozen=True, slots=True)
class SurveyMapping:
    """What the mapping of a survey says; the fields are described in docs/surveys.md."""

    reader: ClassVar[str] = "survey"
    path: str = ""
    title: str = ""
    source: Annotated[str, HYPHENED] = "survey"
    layout: str = ""
    months: Annotated[int | None, Within(1, 120)] = None
    force: str = ""
    area: str = ""
    waves: Annotated[Mapping[str, str], Spelt(Mapping[str, str | int | date], _by_answer)] = field(default_factory=dict)
    columns: Mapping[str, Names] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that a file must have; one that has several names is looked for when the file is read."""
        return tuple(dict.fromkeys(names[0] for names in self.named() if len(names) == 1))

    def named(self) -> list[tuple[str, ...]]:
        """The names of every column that the mapping speaks of."""
        return list(self.columns.values())


@dataclass(frozen=True, slots=True)
class RespondentsMapping(SurveyMapping):
    """One row a respondent. questions: measure -> its question."""

    layout: str = "respondents"
    columns: Mapping[Annotated[str, OneOf(("period", "area", "district", "weight"))], Names] = field(
        default_factory=dict
    )
    questions: Annotated[
        Mapping[str, Annotated[Question, Says("a table with column, positive and negative", _SEE)]], Key("measures")
    ] = field(default_factory=dict)
    dimensions: Mapping[str, Annotated[Dimension, Spelt(Names | Dimension, _dimension), Says(_NAMES.must)]] = field(
        default_factory=dict
    )

    def named(self) -> list[tuple[str, ...]]:
        """The names of every column that the mapping speaks of."""
        asked = [question.columns for question in self.questions.values()]
        return [*self.columns.values(), *asked, *(dimension.columns for dimension in self.dimensions.values())]


TABLE_ROLES: Final = (
    *("period", "area", "district", "measure", "percentage", "positives", "base", "effective"),
    *("breakdown", "group"),
)


@dataclass(frozen=True, slots=True)
class TableMapping(SurveyMapping):
    """Percentages with their base. labels: text of the measure column -> measure; breakdowns: text of the breakdown
    column -> dimension, both by `plain_answer`."""

    layout: str = "survey-table"
    columns: Mapping[Annotated[str, OneOf(TABLE_ROLES)], Names] = field(default_factory=dict)
    unit: Annotated[str, OneOf(("", "percent", "fraction"))] = ""
    measure: str = ""
    labels: Annotated[Plain, Key("measures")] = field(default_factory=dict)
    breakdowns: Plain = field(default_factory=dict)


PLAIN: Final = TableMapping(
    columns={name: (name,) for name in ("area", "measure", "period", "percentage", "base")},
)
"""A table of percentages without a mapping; effective, dimension and category are taken when they are there."""


def checked(path: Path, data: dict[str, Any], catalogue: Catalogue) -> SurveyMapping:
    """The mapping that the TOML file `path` holds. Raises PmError for anything that is not as it should be."""
    place = Place(path, unknown=(f"a mapping of {data['layout']} has no field", "has no field"))
    mapping: SurveyMapping
    if data["layout"] == "respondents":
        mapping = respondents = toml.read(RespondentsMapping, data, place, path=str(path))
        needed = _of_respondents(place, respondents)
        measures, dimensions = list(respondents.questions), list(respondents.dimensions)
    else:
        mapping = table = toml.read(TableMapping, data, place, path=str(path))
        needed = _of_a_table(path, table)
        measures, dimensions = [*table.labels.values(), table.measure], list(table.breakdowns.values())
    for wave, text in data.get("waves", {}).items():
        if parse_period(str(text)) is None:
            raise PmError(
                f'{path}: [waves] "{wave}" = {text!r} is no period', f"Write it as Apr 22 - Sep 22, or 2022-09. {_SEE}"
            )
    for measure in filter(None, measures):
        hint = "`pm measures` lists them; a project's own are in the measures file that its pm.toml names."
        kind = catalogue.measures[toml.known(place, "measure", measure, catalogue.measures, hint)].kind
        if kind != "share":
            raise PmError(f"{path}: {measure} is a {kind}, and a survey gives shares", "Name a measure of kind share.")
    for name in dimensions:
        if name != slug(name) or (name in ("all", "district") and data["layout"] == "respondents"):
            raise PmError(f"{path}: a dimension cannot be called {name!r}", "Lower-case words joined by hyphens.")
    if mapping.force:
        toml.known(place, "force", mapping.force, catalogue.forces, "`pm forces` lists them; `area` takes any other.")
    if mapping.area and (mapping.area != slug(mapping.area) or mapping.force):
        raise PmError(f'{path}: area is an id for what is no force, as "england-and-wales", instead of force')
    for role in ("period", *(() if mapping.force or mapping.area else ("area",)), *needed):
        if role not in mapping.columns:
            raise PmError(f"{path}: a mapping of {mapping.layout} needs [columns] {role}", _SEE)
    return mapping


def _of_respondents(place: Place, mapping: RespondentsMapping) -> list[str]:
    """The further columns it needs: none. Raises PmError for questions and bands that cannot be."""
    for measure, question in mapping.questions.items():
        where = place.below("measures").below(measure)
        answers = {"positive": question.positive, "negative": question.negative, "excluded": question.excluded}
        for one, other in combinations(answers, 2):
            if both := answers[one] & answers[other]:
                raise PmError(f"{where}: the answer {min(both)!r} is both {one} and {other}")
        if not question.positive:
            raise PmError(f"{where} names no positive answer")
    for name, dimension in mapping.dimensions.items():
        if sorted(set(dimension.bands)) != list(dimension.bands):
            where = place.below("dimensions").below(name)
            raise PmError(f"{where.at('bands')} must be {_BANDS.must}; not {list(dimension.bands)}")
    if not mapping.questions:
        raise PmError(f"{place}: a mapping of respondents needs a question: [measures.MEASURE]", _SEE)
    return []


def _of_a_table(path: Path, mapping: TableMapping) -> list[str]:
    """The further columns it needs. Raises PmError for columns that exclude one another."""
    if {"percentage", "positives"} <= set(mapping.columns):
        raise PmError(f"{path}: [columns] takes percentage or positives, not both")
    needed = [] if mapping.measure else ["measure"]
    if "group" in mapping.columns or "breakdown" in mapping.columns:
        needed += ["breakdown", "group"]
    return [*needed, *([] if "positives" in mapping.columns else ["percentage"]), "base"]
