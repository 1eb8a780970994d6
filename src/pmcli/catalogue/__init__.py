"""What is measured, against what and by which rule, read from the data files beside this one.

Nothing here computes. A measure, a force, a rule or a recording change is a line or a stanza in a data file; a
project's own additions come from the files that its pm.toml names and are laid over these.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, NamedTuple

from pmcli import toml
from pmcli.catalogue.rules import Criterion as Criterion
from pmcli.catalogue.rules import Rule as Rule
from pmcli.errors import PmError, UsageError, did_you_mean
from pmcli.periods import window_start
from pmcli.toml import Place
from pmcli.toml_marks import Key, OneOf, Spelt, Within

HERE: Final = Path(__file__).parent


class Condition(NamedTuple):
    """An SQL condition on the rows of a source."""

    where: str


def _conditions(found: Mapping[str, Condition]) -> dict[str, str]:
    return {source: condition.where for source, condition in found.items()}


class Measure(NamedTuple):
    """One measure of the catalogue; the fields are described at the top of measures.toml."""

    id: str
    label: str
    group: str = "other"
    kind: Annotated[str, OneOf(("count", "share", "mean"))] = "count"
    better: str = ""
    per: str = "1000 population"
    national_metric: str = ""
    metric_source: str = ""
    published: str = ""
    force_measure: str = ""
    proxy: bool = False
    noun: str = ""
    window: Annotated[int, Within(1, 120)] = 12
    gaps: tuple[str, ...] = ()
    dispersion: Annotated[float, Within(1)] = 4.2
    usual_move: Annotated[float, Within(0)] = 0.13
    ahead: Annotated[float, Within(0)] = 0.12
    matters: Annotated[float, Within(0)] = 0.0
    target: float | None = None
    beside: str = ""
    people: bool = False
    note: str = ""
    where: Annotated[Mapping[str, str], Key("from"), Spelt(Mapping[str, Condition], _conditions)] = MappingProxyType({})
    """source name -> SQL condition on that source's rows."""


class Force(NamedTuple):
    """A police force, or a body that the Home Office lists beside the forces."""

    id: str
    name: str
    code: str = ""
    kind: str = "territorial"
    in_national: bool = True
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """An entry of the change register; the fields are described at the top of events.toml."""

    id: str
    label: str
    day: Annotated[date, Key("date")]
    kind: Annotated[str, OneOf(("recording-change", "external", "mass-event"))]
    why: str
    source: str
    measures: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    count: int = 0

    def touches(self, measure: str, area: str) -> bool:
        """Whether it applies to this measure in this area (a district belongs to its force)."""
        return (not self.measures or measure in self.measures) and (
            not self.areas or area in self.areas or area.partition("/")[0] in self.areas
        )

    def is_within(self, value: float | None, end: date, months: int) -> bool:
        """Whether the figure of a window holds this mass event: the window has its day, and the figure is as large."""
        if self.kind != "mass-event" or value is None:
            return False
        return value >= self.count and window_start(end, months) <= self.day <= end


class Catalogue:
    """The measures, groups, forces, rules and events that a command works with.

    extra_measures, extra_events, extra_forces, extra_rules: a project's own files, laid over the ones that come with
    pm. A measure of no priority area that one of its own rules judges belongs to that rule's group.
    Raises PmError when a file cannot be read or a stanza is not what it should be.
    """

    def __init__(
        self,
        extra_measures: str | Path | None = None,
        extra_events: str | Path | None = None,
        extra_forces: str | Path | None = None,
        extra_rules: str | Path | None = None,
    ) -> None:
        self.groups, self.measures = _measures(HERE / "measures.toml")
        if extra_measures is not None:
            groups, measures = _measures(Path(extra_measures), self.measures)
            self.groups = {**self.groups, **groups}
            self.measures = {**self.measures, **measures}
        self._extra_events = None if extra_events is None else Path(extra_events)
        self._extra_forces = None if extra_forces is None else Path(extra_forces)
        self._forces: dict[str, Force] | None = None
        self._names: dict[str, str] = {}
        self._extra_rules = None if extra_rules is None else Path(extra_rules)
        if extra_rules is not None:
            self._adopt()

    def _adopt(self) -> None:
        """Make the groups of the project's own rules priority areas, with the measures that have no other."""
        measures, groups = dict(self.measures), dict(self.groups)
        for rule in self.rules.values():
            if rule.label or rule.group not in groups:
                groups[rule.group] = rule.label or rule.group.replace("-", " ").capitalize()
            for name in rule.measures:
                if measures[name].group == "other":
                    measures[name] = measures[name]._replace(group=rule.group)
        self.measures, self.groups = measures, groups

    # -- forces -------------------------------------------------------------------------------------------------
    @property
    def forces(self) -> dict[str, Force]:
        """Every known force by id, in file order.

        A project's own forces file says who is in the national average: those it marks `in_national`, and no others.
        """
        if self._forces is None:
            self._forces = _forces(HERE / "forces.csv")
            if self._extra_forces is not None:
                own = _forces(self._extra_forces)
                rest = {name: force._replace(in_national=False) for name, force in self._forces.items()}
                self._forces = {**rest, **own}
            for force in self._forces.values():
                for name in (force.id, force.name, force.code, *force.aliases):
                    if name:
                        self._names[plain_name(name)] = force.id
        return self._forces

    @property
    def names(self) -> dict[str, str]:
        """Every name that a force goes by, as `plain_name` makes it -> its id."""
        _ = self.forces
        return self._names

    def national(self) -> list[str]:
        """The forces that the national average is taken over."""
        return [force.id for force in self.forces.values() if force.in_national]

    def area_id(self, name: str) -> tuple[str, bool]:
        """(area id, whether it is known) for a force's name, code or id as some source writes it.

        A name nobody knows becomes an id of its own, so that its figures are kept.
        """
        known = self.forces
        found = self._names.get(plain_name(name))
        if found is not None:
            return found, True
        stripped = re.sub(r"[\d,\s]+$", "", name)  # footnote digits glued to the name: "Essex10", "Wales7,8"
        found = self._names.get(plain_name(stripped))
        if found is not None:
            return found, True
        new = slug(name)
        return new, new in known

    def force(self, name: str) -> str:
        """The id of the force that a user named. Raises UsageError with suggestions when there is none.

        `force/district` names a district; only the force has to be known.
        """
        head, slash, tail = name.partition("/")
        found, known = self.area_id(head)
        if not known:
            names = [force.id for force in self.forces.values()] + [force.name for force in self.forces.values()]
            raise UsageError(
                f"there is no force {name!r}",
                did_you_mean(head, names, "`pm forces` lists them."),
            )
        return found + slash + (slug(tail) if tail else "")

    # -- measures -----------------------------------------------------------------------------------------------
    def measure(self, name: str) -> Measure:
        """The measure that a user named. Raises UsageError with suggestions when there is none."""
        found = self.measures.get(name) or self.measures.get(slug(name))
        if found is None:
            by_label = {measure.label.lower(): measure for measure in self.measures.values()}
            found = by_label.get(name.lower())
        if found is None:
            raise UsageError(
                f"there is no measure {name!r}",
                did_you_mean(name, self.measures, "`pm measures` lists them."),
            )
        return found

    def group(self, name: str) -> str:
        """The id of the group that a user named. Raises UsageError with suggestions when there is none."""
        if name in self.groups:
            return name
        raise UsageError(
            f"there is no group {name!r}",
            did_you_mean(name, self.groups, f"The groups are {', '.join(self.groups)}."),
        )

    def label(self, measure: str) -> str:
        """How a person reads the measure's id; the id itself for one that is not in the catalogue."""
        found = self.measures.get(measure)
        return found.label if found else measure

    def area_label(self, area: str) -> str:
        """How a person reads an area's id."""
        head, slash, tail = area.partition("/")
        force = self.forces.get(head)
        name = force.name if force else _titled(head)
        return f"{name}: {_titled(tail)}" if slash else name

    # -- rules and events ---------------------------------------------------------------------------------------
    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The outlier rule of every group that has one, a project's own laid over those that come with pm."""
        from pmcli.catalogue.rules_file import read_rules  # most commands have no use for rules

        paths = [HERE / "rules.toml", *([self._extra_rules] if self._extra_rules is not None else [])]
        kinds = {measure.id: measure.kind for measure in self.measures.values()}
        return read_rules([(path, toml.load(path)) for path in paths], kinds)

    @cached_property
    def events(self) -> dict[str, Event]:
        """The change register, a project's own entries included."""
        events = _events(HERE / "events.toml")
        return {**events, **_events(self._extra_events)} if self._extra_events is not None else events

    @cached_property
    def mass_events(self) -> list[Event]:
        """The entries of the change register that are one incident with many victims or offences."""
        return [event for event in self.events.values() if event.kind == "mass-event"]


def plain_name(name: str) -> str:
    """A force's name with everything that sources write differently taken off.

    "Devon & Cornwall Police", "devon-and-cornwall" and "Devon and Cornwall Constabulary" are one name;
    "London, City of" is "City of London".
    """
    text = name.strip().lower().replace("&", " and ")
    head, comma, tail = text.partition(",")
    if comma and tail.strip() in {"city of", "county of"}:
        text = f"{tail.strip()} {head}"
    words = [word for word in re.split(r"[^a-z0-9]+", text) if word]
    while len(words) > 1 and words[-1] in {"police", "constabulary", "service", "force"}:
        words.pop()
    return "-".join(words)


def slug(text: str) -> str:
    """An id made from a name: lower case without accents, words joined by hyphens."""
    if not text.isascii():
        import unicodedata

        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return "-".join(re.findall(r"[a-z0-9]+", text.lower().replace("&", " and "))) or "unnamed"


def _titled(slugged: str) -> str:
    """A name made from an id: barking-and-dagenham -> Barking and Dagenham."""
    small = {"and", "of", "on", "the", "upon", "in"}
    return " ".join(word if word in small else word.capitalize() for word in slugged.split("-"))


@cache
def _base_measures() -> tuple[dict[str, str], dict[str, Measure]]:
    """The measures that come with pm, taken at their word: a test holds this against `_parse_measures`, which every
    command would wait for."""
    data = toml.load(HERE / "measures.toml")
    groups: dict[str, str] = data.pop("groups")
    measures = {}
    for name, stanza in data.items():
        where = {source: condition["where"] for source, condition in stanza.pop("from", {}).items()}
        measures[name] = Measure(name, where=where, gaps=tuple(stanza.pop("gaps", ())), **stanza)
    return groups, measures


def _measures(path: Path, base: Mapping[str, Measure] | None = None) -> tuple[dict[str, str], dict[str, Measure]]:
    if base is None:
        return _base_measures()
    return _parse_measures(path, base)


def _parse_measures(path: Path, base: Mapping[str, Measure]) -> tuple[dict[str, str], dict[str, Measure]]:
    data, place = toml.load(path), Place(path)
    groups = toml.value(Mapping[str, str], data.pop("groups", {}), place, "groups")
    measures = {}
    for name, stanza, where in toml.stanzas(data, place):
        old = base.get(name, Measure(name, name))
        measure = toml.read(Measure, stanza, where, over=old, id=name)
        measures[name] = measure._replace(where={**old.where, **measure.where})
    return groups, measures


def _forces(path: Path) -> dict[str, Force]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise PmError(f"{path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise PmError(f"{path} is not a CSV file in UTF-8", "Save it again as CSV UTF-8.") from error
    if not rows or "id" not in rows[0] or "name" not in rows[0]:
        raise PmError(f"{path}: a forces file has the columns id and name", "`pm forces -f csv` writes one.")
    forces: dict[str, Force] = {}
    for number, row in enumerate(rows, start=2):
        marked = (row.get("in_national") or "true").strip().lower()
        if marked not in _YES | _NO:
            raise PmError(f"{path}: row {number}: in_national {marked!r} is neither true nor false")
        if row["id"] in forces:
            raise PmError(f"{path}: row {number}: the id {row['id']!r} comes twice", "Keep one of the two.")
        forces[row["id"]] = Force(
            id=row["id"],
            name=row["name"],
            code=row.get("ons_code") or "",
            kind=row.get("kind") or "territorial",
            in_national=marked in _YES,
            aliases=tuple(alias for alias in (row.get("aliases") or "").split(";") if alias),
        )
    return forces


_YES: Final = frozenset({"true", "yes", "y", "1"})
_NO: Final = frozenset({"false", "no", "n", "0"})


def _events(path: Path) -> dict[str, Event]:
    stanzas = toml.stanzas(toml.load(path), Place(path))
    return {name: toml.read(Event, stanza, place, id=name) for name, stanza, place in stanzas}


def select_measures(catalogue: Catalogue, names: Iterable[str], group: str | None) -> list[str] | None:
    """The measure ids that the positional arguments and --group pick together; None when they pick all.

    Raises UsageError when one is not in the catalogue.
    """
    picked = [catalogue.measure(name).id for name in names]
    if group is not None:
        wanted = catalogue.group(group)
        in_rule = catalogue.rules[wanted].measures if wanted in catalogue.rules else ()
        in_group = [m.id for m in catalogue.measures.values() if m.group == wanted or m.id in in_rule]
        picked = [name for name in picked if name in in_group] if picked else in_group
        if not picked:
            raise UsageError(f"none of the measures named is in the group {wanted}")
    return list(dict.fromkeys(picked)) or None
