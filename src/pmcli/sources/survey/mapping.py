"""The mapping of a survey (docs/surveys.md): which column is what, which answers count, what to break down by.

Two layouts: `respondents`, one row a respondent with a weight and answers; `survey-table`, percentages with their base.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from pmcli.catalogue import Catalogue, slug
from pmcli.errors import PmError, did_you_mean
from pmcli.sources.reading.dates import parse_period

Names = tuple[str, ...]
"""What a column may be called in the files, in order of preference."""

ROLES: Final = {
    "respondents": ("period", "area", "district", "weight"),
    "survey-table": (
        *("period", "area", "district", "measure", "percentage", "positives", "base", "effective"),
        *("breakdown", "group"),
    ),
}
_SHARED: Final = ("title", "source", "layout", "months", "force", "area", "columns", "waves", "measures")
_FIELDS: Final = {
    "respondents": (*_SHARED, "dimensions"),
    "survey-table": (*_SHARED, "measure", "breakdowns", "unit"),
}
_LONGEST: Final = 120
_SEE: Final = "See docs/surveys.md."


@dataclass(frozen=True, slots=True)
class Question:
    """A measure made of a question: the answers that count as yes, as no, and that leave the base."""

    columns: Names
    positive: frozenset[str]
    negative: frozenset[str]
    excluded: frozenset[str]


@dataclass(frozen=True, slots=True)
class Dimension:
    """What to break down by: a column, how its texts read (plain text -> category), and lower ends of number bands."""

    columns: Names
    labels: Mapping[str, str] = field(default_factory=dict)
    bands: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class SurveyMapping:
    """What the mapping of a survey says; the fields are described in docs/surveys.md.

    questions: measure -> its question (respondents). labels: text of the measure column -> measure, breakdowns: text
    of the breakdown column -> dimension (survey-table), both by `plain_answer`.
    """

    reader: ClassVar[str] = "survey"
    path: str = ""
    title: str = ""
    source: str = "survey"
    layout: str = "survey-table"
    months: int | None = None
    force: str = ""
    area: str = ""
    unit: str = ""
    measure: str = ""
    columns: Mapping[str, Names] = field(default_factory=dict)
    waves: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    breakdowns: Mapping[str, str] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that a file must have; one that has several names is looked for when the file is read."""
        named = [*self.columns.values(), *(question.columns for question in self.questions.values())]
        named += [dimension.columns for dimension in self.dimensions.values()]
        return tuple(dict.fromkeys(names[0] for names in named if len(names) == 1))


PLAIN: Final = SurveyMapping(
    columns={name: (name,) for name in ("area", "measure", "period", "percentage", "base")},
)
"""A table of percentages without a mapping; effective, dimension and category are taken when they are there."""


def plain_answer(text: str) -> str:
    """An answer for comparing: no case, no punctuation, single spaces. A number is that number: "1.0" is "1"."""
    text = text.strip()
    if re.fullmatch(r"-?\d+(\.0+)?", text):
        return text.partition(".")[0]
    return " ".join(re.sub(r"[^\w%+]+", " ", re.sub(r"['’‘`]", "", text.casefold())).split())


def checked(path: Path, data: dict[str, Any], catalogue: Catalogue) -> SurveyMapping:
    """The mapping that the TOML file `path` holds. Raises PmError for anything that is not as it should be."""
    layout = str(data["layout"])
    for key in data:
        if key not in _FIELDS[layout]:
            raise PmError(f"{path}: a mapping of {layout} has no field {key!r}", did_you_mean(key, _FIELDS[layout]))
    for key in ("title", "source", "force", "area", "measure", "unit"):
        if not isinstance(data.get(key, ""), str):
            raise PmError(f"{path}: {key} must be text, not {data[key]!r}")
    months = data.get("months")
    if months is not None and (not isinstance(months, int) or isinstance(months, bool) or not 1 <= months <= _LONGEST):
        raise PmError(f"{path}: months must be 1 to {_LONGEST}, not {months!r}")
    columns = {role: _names(path, f"[columns] {role}", names) for role, names in _table(path, data, "columns").items()}
    for role in columns:
        if role not in ROLES[layout]:
            listed = f"It is one of {', '.join(ROLES[layout])}."
            raise PmError(f"{path}: [columns] cannot be {role!r}", did_you_mean(role, ROLES[layout], listed))
    measures = _table(path, data, "measures")
    respondents = layout == "respondents"
    mapping = SurveyMapping(
        path=str(path),
        title=data.get("title", ""),
        source=data.get("source", "survey"),
        layout=layout,
        months=months,
        force=data.get("force", ""),
        area=data.get("area", ""),
        unit=data.get("unit", ""),
        measure=data.get("measure", ""),
        columns=columns,
        waves=_waves(path, data),
        questions={name: _question(path, name, said) for name, said in measures.items()} if respondents else {},
        dimensions={name: _dimension(path, name, said) for name, said in _table(path, data, "dimensions").items()},
        labels={} if respondents else {plain_answer(label): str(name) for label, name in measures.items()},
        breakdowns={plain_answer(label): str(n) for label, n in _table(path, data, "breakdowns").items()},
    )
    _complete(path, mapping, catalogue)
    return mapping


def _table(path: Path, data: dict[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key, {})
    if not isinstance(found, dict):
        raise PmError(f"{path}: {key} must be a table", f"Write it as [{key}]. {_SEE}")
    return found


def _waves(path: Path, data: dict[str, Any]) -> dict[str, str]:
    for wave, text in _table(path, data, "waves").items():
        if parse_period(str(text)) is None:
            raise PmError(
                f'{path}: [waves] "{wave}" = {text!r} is no period', f"Write it as Apr 22 - Sep 22, or 2022-09. {_SEE}"
            )
    return {plain_answer(wave): str(text) for wave, text in data.get("waves", {}).items()}


def _names(path: Path, what: str, given: Any) -> Names:
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise PmError(f"{path}: {what} must be a column's name, or a list of the names it may have, not {given!r}")
    return tuple(names)


def _question(path: Path, measure: str, said: Any) -> Question:
    where = f"{path}: [measures.{measure}]"
    if not isinstance(said, dict):
        raise PmError(f"{where} must be a table with column, positive and negative", _SEE)
    _only(where, said, ("column", "positive", "negative", "excluded"))
    if not {"column", "positive", "negative"} <= set(said):
        raise PmError(f"{where} needs column, positive and negative", _SEE)
    lists = {}
    for name in ("positive", "negative", "excluded"):
        answers = said.get(name, [])
        if not isinstance(answers, list) or not all(isinstance(one, str | int) for one in answers):
            raise PmError(f"{where} {name} must be a list of answers, not {answers!r}")
        lists[name] = frozenset(plain_answer(str(one)) for one in answers)
    for one, other in (("positive", "negative"), ("positive", "excluded"), ("negative", "excluded")):
        both = lists[one] & lists[other]
        if both:
            raise PmError(f"{where}: the answer {min(both)!r} is both {one} and {other}")
    if not lists["positive"]:
        raise PmError(f"{where} names no positive answer")
    return Question(_names(path, f"[measures.{measure}] column", said["column"]), **lists)


def _dimension(path: Path, name: str, said: Any) -> Dimension:
    where = f"{path}: [dimensions.{name}]"
    if not isinstance(said, dict):
        return Dimension(_names(path, f"[dimensions] {name}", said))
    _only(where, said, ("column", "labels", "bands"))
    if "column" not in said:
        raise PmError(f"{where} needs column", _SEE)
    labels, bands = said.get("labels", {}), said.get("bands", [])
    if not isinstance(labels, dict) or not all(isinstance(label, str) for label in labels.values()):
        raise PmError(f'{where} labels must say how each text reads, as M = "Male"')
    numbers = isinstance(bands, list) and all(isinstance(b, int | float) and not isinstance(b, bool) for b in bands)
    if not numbers or sorted(set(bands)) != bands:
        raise PmError(f"{where} bands must be rising numbers, the lower end of each band, as [35, 55]; not {bands!r}")
    shown = {plain_answer(text): label for text, label in labels.items()}
    return Dimension(_names(path, f"[dimensions.{name}] column", said["column"]), shown, tuple(bands))


def _only(where: str, said: Iterable[str], allowed: Sequence[str]) -> None:
    for key in said:
        if key not in allowed:
            raise PmError(
                f"{where} has no field {key!r}", did_you_mean(key, allowed, f"It takes {', '.join(allowed)}.")
            )


def _complete(path: Path, mapping: SurveyMapping, catalogue: Catalogue) -> None:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", mapping.source):
        raise PmError(f"{path}: source must be lower-case words joined by hyphens, not {mapping.source!r}")
    if mapping.unit not in ("", "percent", "fraction"):
        raise PmError(f"{path}: unit is percent or fraction, not {mapping.unit!r}")
    named = [*mapping.questions, *mapping.labels.values(), *([mapping.measure] if mapping.measure else [])]
    for measure in named:
        if measure not in catalogue.measures:
            hint = "`pm measures` lists them; a project's own are in the measures file that its pm.toml names."
            raise PmError(f"{path}: there is no measure {measure!r}", did_you_mean(measure, catalogue.measures, hint))
        if catalogue.measures[measure].kind != "share":
            kind = catalogue.measures[measure].kind
            raise PmError(f"{path}: {measure} is a {kind}, and a survey gives shares", "Name a measure of kind share.")
    for name in [*mapping.dimensions, *mapping.breakdowns.values()]:
        if name != slug(name) or (name in ("all", "district") and name in mapping.dimensions):
            raise PmError(f"{path}: a dimension cannot be called {name!r}", "Lower-case words joined by hyphens.")
    if mapping.force and mapping.force not in catalogue.forces:
        hint = did_you_mean(mapping.force, catalogue.forces, "`pm forces` lists them; `area` takes any other area.")
        raise PmError(f"{path}: there is no force {mapping.force!r}", hint)
    if mapping.area and (mapping.area != slug(mapping.area) or mapping.force):
        raise PmError(f'{path}: area is an id for what is no force, as "england-and-wales", instead of force')
    for role in _needed(path, mapping):
        if role not in mapping.columns:
            raise PmError(f"{path}: a mapping of {mapping.layout} needs [columns] {role}", _SEE)


def _needed(path: Path, mapping: SurveyMapping) -> list[str]:
    needed = ["period"] + ([] if mapping.force or mapping.area else ["area"])
    if mapping.layout == "respondents":
        if not mapping.questions:
            raise PmError(f"{path}: a mapping of respondents needs a question: [measures.MEASURE]", _SEE)
        return needed
    if not mapping.measure:
        needed.append("measure")
    if {"percentage", "positives"} <= set(mapping.columns):
        raise PmError(f"{path}: [columns] takes percentage or positives, not both")
    if "group" in mapping.columns or "breakdown" in mapping.columns:
        needed += ["breakdown", "group"]
    return [*needed, *([] if "positives" in mapping.columns else ["percentage"]), "base"]
