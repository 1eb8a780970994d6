"""A rules file read: what it may say, and a project's own laid over the one that comes with pm.

A file is [criteria.ID] and [groups.ID] tables; the top of rules.toml describes them. A stanza for something that is
already there changes only the keys that it has. What pm does not know is refused with the file, the stanza and the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

from pmcli import toml
from pmcli.catalogue.rules import AGAINST, KINDS, MOST_MONTHS, RESERVED, SCOPES, Criterion, Rule, label_of
from pmcli.errors import PmError, did_you_mean
from pmcli.toml import Place
from pmcli.toml_marks import HYPHENED, Matches, OneOf, Says, Within

Id = Annotated[str, HYPHENED]
Ids = Annotated[tuple[str, ...], Matches("(?s).+", "a list of ids in quotes")]
Label = Annotated[str, Matches(r"(?s).*\S.*", "text in quotes")]
Months = Annotated[int, Within(1, MOST_MONTHS)]
Against = Annotated[str, OneOf(AGAINST)]

_GATE: Final = "As gate = { months = 6, increase = 5 }."
_NEEDS: Final = ("measures", "criteria", "needed")


@dataclass(frozen=True, slots=True)
class _Test:
    """What a [criteria.ID] table says."""

    kind: Annotated[str | None, OneOf(tuple(KINDS))] = None
    months: Months | None = None
    against: Against | None = None
    scope: Annotated[str | None, OneOf(SCOPES)] = None
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class _Gate:
    """What the gate of a group says."""

    months: Months | None = None
    increase: Annotated[float | None, Within(0)] = None
    against: Against | None = None


@dataclass(frozen=True, slots=True)
class _Group:
    """What a [groups.ID] table says. gate: False takes it away."""

    measures: Ids | None = None
    criteria: Ids | None = None
    needed: int | None = None
    gate: Annotated[_Gate | bool | None, Says("a table, or false", _GATE)] = None
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class _File:
    criteria: Mapping[Id, _Test] = field(default_factory=dict)
    groups: Mapping[Id, _Group] = field(default_factory=dict)


def read_rules(files: Iterable[tuple[Path, Mapping[str, Any]]], measures: Mapping[str, str]) -> dict[str, Rule]:
    """The rule of each group, later files laid over earlier ones.

    files: the path of each file and what its TOML says. measures: the id of every measure -> its kind.
    Raises PmError for what a rules file cannot say.
    """
    criteria: dict[str, Criterion] = {}
    rules: dict[str, Rule] = {}
    for number, (path, data) in enumerate(files):
        before = dict(rules)
        place = Place(path, unknown=("there is no table", "has no key"))
        said = toml.read(_File, data, place)
        for name, test in said.criteria.items():
            criteria[name] = _criterion(place.below("criteria").below(name), name, test, criteria.get(name))
        for group, rule in rules.items():  # a changed criterion is changed in every rule that has it
            rules[group] = rule._replace(criteria=tuple(criteria[item.id] for item in rule.criteria))
        for name, group_said in said.groups.items():
            where = place.below("groups").below(name)
            rules[name] = _rule(where, rules.get(name) or _new(where, name, group_said, rules), group_said, criteria)
            if number:  # the shipped rules stand as they are, whatever a project made of a measure
                _check_measures(where, group_said.measures or (), measures)
        if number:
            rules = {group: rule._replace(own=rule.own or rule != before.get(group)) for group, rule in rules.items()}
    return rules


def _criterion(place: Place, name: str, said: _Test, old: Criterion | None) -> Criterion:
    """A criterion of a file. old: the one that it changes, if there is one."""
    if name in RESERVED or name.startswith("verdict-"):
        raise PmError(f"{place} {name!r} has another meaning in pm's sentences", "Choose another id.")
    kind = said.kind or (old.kind if old else None)
    if kind is None:
        hint = "; ".join(f"a {name} has {_and(keys)}" for name, keys in KINDS.items())
        raise PmError(f"{place} lacks kind", f"It is {' or '.join(KINDS)}: {hint}.")
    was = old if old is not None and old.kind == kind else Criterion(name, kind, 0, "")
    for key in ("months", "against", "scope"):
        value = getattr(said, key)
        if value is not None and key not in KINDS[kind]:
            raise PmError(f"{place} {key} means nothing for a {kind}", f"A {kind} has {_and(KINDS[kind])}.")
        if value is None and key in KINDS[kind] and not getattr(was, key):
            raise PmError(f"{place} lacks {key}", f"A {kind} has {_and(KINDS[kind])}.")
    made = was._replace(
        months=said.months or was.months, against=said.against or was.against, scope=said.scope or was.scope
    )
    # The old words are of the old windows.
    return made._replace(label=said.label or (was.label if made == was and was.label else label_of(made)))


def _new(place: Place, name: str, said: _Group, known: Iterable[str]) -> Rule:
    """A group that has no rule yet. known: those that have one."""
    if name == "other":
        raise PmError(f"{place} other is where measures without a priority area are", "Choose another id.")
    for key in _NEEDS:
        if getattr(said, key) is None:
            hint = f"A new group has {_and(_NEEDS)}."
            raise PmError(f"{place} lacks {key}", f"{did_you_mean(name, known)} {hint}".strip())
    return Rule(name, (), (), 0)


def _rule(place: Place, rule: Rule, said: _Group, criteria: Mapping[str, Criterion]) -> Rule:
    """The rule of a group, with what the file says of it."""
    for key, names in (("measures", said.measures), ("criteria", said.criteria)):
        twice = next((name for name in names or () if (names or ()).count(name) > 1), None)
        if twice is not None:
            raise PmError(f"{place.at(key)} has {twice!r} twice", "Name it once.")
    for name in said.criteria or ():
        if name not in criteria:
            hint = did_you_mean(name, criteria, f"There are {', '.join(criteria)}.")
            raise PmError(f"{place.at('criteria')}: there is no criterion {name!r}", hint)
    rule = rule._replace(
        measures=said.measures or rule.measures,
        criteria=tuple(criteria[name] for name in said.criteria) if said.criteria else rule.criteria,
        needed=rule.needed if said.needed is None else said.needed,
        label=said.label or rule.label,
    )
    total = len(rule.criteria)
    if said.needed is not None and not 1 <= said.needed <= total:
        raise PmError(f"{place.at('needed')} must be 1 to {total}, its number of criteria, not {said.needed}")
    if rule.needed > total:
        raise PmError(f"{place} criteria are {total}, and needed is {rule.needed}", "Give needed as well.")
    return rule if said.gate is None else _gated(place, rule, said.gate)


def _check_measures(place: Place, names: Sequence[str], measures: Mapping[str, str]) -> None:
    for name in names:
        if name not in measures:
            hint = did_you_mean(name, measures, "`pm measures` lists them.")
            raise PmError(f"{place} measures: there is no measure {name!r}", hint)
        if measures[name] != "count":
            raise PmError(f"{place} measures: {name} is a {measures[name]}", "The rules judge counts.")


def _gated(place: Place, rule: Rule, said: _Gate | bool) -> Rule:
    """The rule with the gate of its stanza; `gate = false` takes the old one away."""
    if said is False:
        return rule._replace(gate_months=0, gate_increase=0.0, gate_against="previous-year")
    if said is True:
        raise PmError(f"{place.at('gate')} must be a table, or false, not true", _GATE)
    for key in ("months", "increase"):
        if getattr(said, key) is None and not rule.gate_months:
            raise PmError(f"{place.below('gate')} lacks {key}", _GATE)
    return rule._replace(
        gate_months=said.months or rule.gate_months,
        gate_increase=rule.gate_increase if said.increase is None else float(said.increase),
        gate_against=said.against or rule.gate_against,
    )


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
