"""The outlier rules as data: what a rules file may say, and a project's own laid over the ones that come with pm.

A file is [criteria.ID] and [groups.ID] tables; the top of rules.toml describes them. A stanza for something that is
already there changes only the keys that it has. What pm does not know is refused with the file, the stanza and the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, Final, NamedTuple

from pmcli.errors import PmError, did_you_mean

AGAINST: Final = ("baseline", "previous-year")
"""The earlier windows that a window can be held against."""

SCOPES: Final = ("national", "peers")
"""Whose average a rate or a change can be held against."""

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "volume": ("months", "against"),
    "rate": ("months", "scope"),
    "change": ("months", "against", "scope"),
}
"""The kinds of criterion, and the keys that each needs."""

RESERVED: Final = frozenset(
    ("baseline", "previous-year", "national", "peers", "long-term", "direction", "signal", "rank-national",
     "rank-peers", "verdict", "position", "total", "largest", "lowest", "highest", "change", "gap")
)  # fmt: skip
"""What else a sentence can be about (views.sentences.table.ABOUT): no criterion may be called so."""

MOST_MONTHS: Final = 120
"""The longest window that pm makes (steps.rolling)."""


class Criterion(NamedTuple):
    """One test of a rule; the fields are described at the top of rules.toml."""

    id: str
    kind: str
    months: int
    label: str
    against: str = ""
    scope: str = ""


class Rule(NamedTuple):
    """The outlier rule of a priority area; the fields are described at the top of rules.toml."""

    group: str
    measures: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    needed: int
    gate_months: int = 0
    gate_increase: float = 0.0
    gate_against: str = "previous-year"
    label: str = ""
    own: bool = False
    """Whether it is a project's own, in part or as a whole: then it is not the Home Office's."""

    @property
    def months(self) -> int:
        """The length of the window that the rule as a whole is about, as a heading names it."""
        return main_window(criterion.months for criterion in self.criteria)


def by_nearness_to_a_year(lengths: Iterable[int]) -> list[int]:
    """Lengths of windows in months, each once: 12 first, then the shorter ones from the longest, then the longer."""
    return sorted(set(lengths), key=lambda months: (months > 12, abs(months - 12)))


def main_window(lengths: Iterable[int]) -> int:
    """The length of the window that criteria over these lengths are about together: the one nearest to a year."""
    return by_nearness_to_a_year(lengths)[0]


def read_rules(files: Iterable[tuple[Path, Mapping[str, Any]]], measures: Mapping[str, str]) -> dict[str, Rule]:
    """The rule of each group, later files laid over earlier ones.

    files: the path of each file and what its TOML says. measures: the id of every measure -> its kind.
    Raises PmError for what a rules file cannot say.
    """
    criteria: dict[str, Criterion] = {}
    rules: dict[str, Rule] = {}
    for number, (path, data) in enumerate(files):
        before = dict(rules)
        for key in data:
            if key not in {"criteria", "groups"}:
                other = "A rules file has [criteria.ID] and [groups.ID] tables."
                raise PmError(f"{path}: there is no table [{key}]", did_you_mean(key, ("criteria", "groups"), other))
        for stanza in _stanzas(path, data, "criteria"):
            criteria[stanza.id] = _criterion(stanza, criteria.get(stanza.id))
        for group, rule in rules.items():  # a changed criterion is changed in every rule that has it
            rules[group] = rule._replace(criteria=tuple(criteria[item.id] for item in rule.criteria))
        for stanza in _stanzas(path, data, "groups"):
            rules[stanza.id] = _rule(stanza, rules.get(stanza.id), criteria, measures, rules)
        if number:
            rules = {group: rule._replace(own=rule.own or rule != before.get(group)) for group, rule in rules.items()}
    return rules


class _Stanza:
    """A table of a rules file: its keys, and where a complaint about one of them points."""

    def __init__(self, path: Path, name: str, values: object, id_: str = "") -> None:
        self.place, self.id = f"{path}: [{name}]", id_
        if not isinstance(values, Mapping):
            raise PmError(f"{path}: {name} is not a table", f"Write [{name}] on a line, and its keys below.")
        self.values: dict[str, Any] = dict(values)

    def only(self, known: Sequence[str]) -> None:
        """Refuse a key that is not known here."""
        for key in self.values:
            if key not in known:
                raise PmError(f"{self.place} has no key {key!r}", did_you_mean(key, known, f"It has {_and(known)}."))

    def wrong(self, key: str, must: str, hint: str = "") -> PmError:
        """That the value of a key is not what it must be."""
        return PmError(f"{self.place} {key} must be {must}, not {_shown(self.values[key])}", hint)

    def word(self, key: str, known: Sequence[str]) -> str:
        """The value of a key that is one of a few words."""
        value = self.values[key]
        if value not in known:
            hint = did_you_mean(value, known) if isinstance(value, str) else ""
            raise self.wrong(key, " or ".join((", ".join(known[:-1]), known[-1])), hint)
        return str(value)

    def text(self, key: str) -> str:
        """The value of a key that is text."""
        value = self.values[key]
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "text in quotes")
        return value

    def whole(self, key: str, most: int, what: str) -> int:
        """The value of a key that is a whole number from 1 to `most`."""
        value = self.values[key]
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise self.wrong(key, f"{what} from 1 to {most}")
        return value

    def names(self, key: str) -> list[str]:
        """The value of a key that is a list of ids, each once."""
        value = self.values[key]
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, "a list of ids in quotes")
        twice = next((item for item in value if value.count(item) > 1), None)
        if twice is not None:
            raise PmError(f"{self.place} {key} has {twice!r} twice", "Name it once.")
        return list(value)


def _stanzas(path: Path, data: Mapping[str, Any], kind: str) -> list[_Stanza]:
    tables = _Stanza(path, kind, data.get(kind, {})).values
    for name in tables:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            example = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "my-own"
            raise PmError(
                f"{path}: [{kind}.{name}] {name!r} is not an id",
                f"An id is lower-case letters and figures joined by hyphens, as {example}.",
            )
    return [_Stanza(path, f"{kind}.{name}", values, name) for name, values in tables.items()]


def _criterion(stanza: _Stanza, old: Criterion | None) -> Criterion:
    """A criterion of a file. old: the one that it changes, if there is one."""
    stanza.only(("kind", "months", "against", "scope", "label"))
    if stanza.id in RESERVED or stanza.id.startswith("verdict-"):
        raise PmError(f"{stanza.place} {stanza.id!r} has another meaning in pm's sentences", "Choose another id.")
    given = stanza.values
    kind = stanza.word("kind", tuple(KINDS)) if "kind" in given else old.kind if old else None
    if kind is None:
        hint = "; ".join(f"a {name} has {_and(keys)}" for name, keys in KINDS.items())
        raise PmError(f"{stanza.place} lacks kind", f"It is {' or '.join(KINDS)}: {hint}.")
    for key in ("against", "scope"):
        if key in given and key not in KINDS[kind]:
            raise PmError(f"{stanza.place} {key} means nothing for a {kind}", f"A {kind} has {_and(KINDS[kind])}.")
    was = old if old is not None and old.kind == kind else None
    for key in KINDS[kind]:
        if key not in given and was is None:
            raise PmError(f"{stanza.place} lacks {key}", f"A {kind} has {_and(KINDS[kind])}.")
    made = Criterion(
        stanza.id,
        kind,
        stanza.whole("months", MOST_MONTHS, "a number of months") if "months" in given else was.months if was else 0,
        "",
        stanza.word("against", AGAINST) if "against" in given else was.against if was else "",
        stanza.word("scope", SCOPES) if "scope" in given else was.scope if was else "",
    )
    if "label" in given:
        return made._replace(label=stanza.text("label"))
    same = was is not None and was._replace(label="") == made  # else the old words are of another window
    return made._replace(label=was.label if same and was else _label(made))


def _label(criterion: Criterion) -> str:
    """A criterion in words, as the labels of the shipped ones have it."""
    months = criterion.months
    if criterion.kind == "rate":
        whose = "national average" if criterion.scope == "national" else "Most Similar Group average"
        return f"{'' if months == 12 else f'{months}-month '}rate v. the {whose}"
    if criterion.kind == "change":
        whose = "national average" if criterion.scope == "national" else "Most Similar Group's"
        since = " since the baseline" if criterion.against == "baseline" else ""
        return f"{'' if since and months == 12 else f'{months}-month '}change{since} v. the {whose}"
    now = "12 months" if months == 12 else last(months)
    return f"{now} v. {earlier(months, criterion.against)}"


def last(months: int) -> str:
    """'last 6 months', 'last month'."""
    return "last month" if months == 1 else f"last {months} months"


def earlier(months: int, against: str) -> str:
    """An earlier window of `months`: 'the same 6 months a year before', 'the baseline'."""
    span = "month" if months == 1 else f"{months} months"
    if against == "baseline":
        if months == 12:
            return "the baseline"
        return f"the {last(months)} of the baseline" if months < 12 else f"the {span} to the end of the baseline"
    return f"the same {span} a year before" if months < 12 else f"the {span} to a year before"


def _rule(
    stanza: _Stanza,
    old: Rule | None,
    criteria: Mapping[str, Criterion],
    measures: Mapping[str, str],
    known: Iterable[str],
) -> Rule:
    """The rule of a group. old: the one that it changes, if there is one. known: the groups that have one so far."""
    needs = ("measures", "criteria", "needed")
    stanza.only((*needs, "gate", "label"))
    if stanza.id == "other":
        raise PmError(f"{stanza.place} other is where measures without a priority area are", "Choose another id.")
    given = stanza.values
    for key in needs:
        if key not in given and old is None:
            hint = f"A new group has {_and(needs)}."
            raise PmError(f"{stanza.place} lacks {key}", f"{did_you_mean(stanza.id, known)} {hint}".strip())
    rule = old or Rule(stanza.id, (), (), 0)
    if "measures" in given:
        rule = rule._replace(measures=tuple(_measures(stanza, measures)))
    if "criteria" in given:
        for name in stanza.names("criteria"):
            if name not in criteria:
                hint = did_you_mean(name, criteria, f"There are {', '.join(criteria)}.")
                raise PmError(f"{stanza.place} criteria: there is no criterion {name!r}", hint)
        rule = rule._replace(criteria=tuple(criteria[name] for name in given["criteria"]))
    total = len(rule.criteria)
    if "needed" in given:
        rule = rule._replace(needed=stanza.whole("needed", total, "a number of criteria"))
    elif rule.needed > total:
        raise PmError(f"{stanza.place} criteria are {total}, and needed is {rule.needed}", "Give needed as well.")
    if "label" in given:
        rule = rule._replace(label=stanza.text("label"))
    return _gated(rule, stanza) if "gate" in given else rule


def _measures(stanza: _Stanza, measures: Mapping[str, str]) -> list[str]:
    names = stanza.names("measures")
    for name in names:
        if name not in measures:
            hint = did_you_mean(name, measures, "`pm measures` lists them.")
            raise PmError(f"{stanza.place} measures: there is no measure {name!r}", hint)
        if measures[name] != "count":
            raise PmError(f"{stanza.place} measures: {name} is a {measures[name]}", "The rules judge counts.")
    return names


def _gated(rule: Rule, stanza: _Stanza) -> Rule:
    """The rule with the gate of its stanza; `gate = false` takes the old one away."""
    values = stanza.values["gate"]
    if values is False:
        return rule._replace(gate_months=0, gate_increase=0.0, gate_against="previous-year")
    if not isinstance(values, Mapping):
        raise stanza.wrong("gate", "a table, or false", "As gate = { months = 6, increase = 5 }.")
    gate = _Stanza(Path(), "", values)
    gate.place = f"{stanza.place} gate:"
    gate.only(("months", "increase", "against"))
    for key in ("months", "increase"):
        if key not in values and not rule.gate_months:
            raise PmError(f"{gate.place} lacks {key}", "As gate = { months = 6, increase = 5 }.")
    increase = values.get("increase", rule.gate_increase)
    if (
        isinstance(increase, bool)
        or not isinstance(increase, int | float)
        or not (isfinite(increase) and increase >= 0)
    ):
        raise gate.wrong("increase", "a number of offences, 0 or more")
    return rule._replace(
        gate_months=gate.whole("months", MOST_MONTHS, "a number of months") if "months" in values else rule.gate_months,
        gate_increase=float(increase),
        gate_against=gate.word("against", AGAINST) if "against" in values else rule.gate_against,
    )


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _shown(value: object) -> str:
    """A value as TOML has it, near enough."""
    return str(value).lower() if isinstance(value, bool) else repr(value)
