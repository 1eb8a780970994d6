"""Why a row is another than it was, as far as two tables and their histories tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Self

import polars as pl

from pmcli.history import Stage
from pmcli.periods import window_start
from pmcli.steps.change_rests import another_baseline, another_manner, can_rest, rests_on_others
from pmcli.tables import OBSERVATIONS, SERIES, SPC, Table

Row = Mapping[str, Any]

ROLES: Final = ("peers", "population", "measures", "rules", "events", "forces", "mapping", "settings")
"""Files beside the extracts that have a say in a result, as the history names them; each is a reason by its name."""

_BESIDE: Final = ("previous", "document")
"""Files that a history names and that no figure rests on."""

_METHODS: Final = ("conventions", "convention", "method", "setting")
_SAME_PERIOD: Final = ("new-months", "earlier-months", "baseline")
"""Reasons that a figure of the same period cannot have."""

_BY_CELL: Final = (*ROLES, "baseline", "convention")
"""Reasons that only some cells of a row can have."""

_LAST: Final = ("settings",)
"""Files that have a say in everything and are named only where nothing else is: what they say is in the rows."""

OF_SERIES: Final = ("new-months", "earlier-months", "revision")
"""Reasons that a chart has from any month of its series."""

COUNTED: Final = frozenset({"baseline", "previous-year", "five-years", "long-term", "direction", "news"})
"""What statements are about whose figure is the count of their own window."""


@dataclass(frozen=True, slots=True)
class Differing:
    """What differs between two histories.

    roles: those of ROLES whose files are others. version: whether another version of pm made them. extracts: whether
    the extracts are others; None where a history does not say.
    """

    roles: tuple[str, ...] = ()
    version: bool = False
    extracts: bool | None = None

    @classmethod
    def between(cls, old: Sequence[Stage], new: Sequence[Stage]) -> Self:
        """What differs between the histories of an older and a newer table."""
        files = [_files(stages) for stages in (old, new)]
        roles = tuple(role for role in ROLES if _others(files[0].get(role, set()), files[1].get(role, set()), role))
        extracts = [side.get("", set()) for side in files]
        versions = [{str(stage["version"]) for stage in stages if "version" in stage} for stages in (old, new)]
        return cls(
            roles if old and new else (),
            bool(old and new) and versions[0] != versions[1],
            extracts[0] != extracts[1] if all(extracts) else None,
        )


def _others(old: set[str], new: set[str], role: str) -> bool:
    """Whether the files of a role are others. A mapping or pm.toml that only one history names says nothing."""
    return old != new and (bool(old and new) or role not in ("mapping", "settings"))


def _files(stages: Iterable[Stage]) -> dict[str, set[str]]:
    """Role -> the SHA-256 of its files; "" for extracts. A table that a stage read is told by what it was made of."""
    found: dict[str, set[str]] = {}
    for item in (one for stage in stages for one in stage.get("inputs", [])):
        role = str(item.get("source", ""))
        if role and role not in _BESIDE and "sha256" in item:
            found.setdefault(role if role in ROLES else "", set()).add(str(item["sha256"]))
    return found


@dataclass(frozen=True, slots=True)
class Revision:
    """How much of a change in the count of a window is revision: by so many, of these periods (their last days).

    months: the length of those periods.
    """

    by: float
    periods: tuple[date, ...]
    months: int = 1


Figures = dict[tuple[Any, ...], dict[int, dict[date, float]]]


@dataclass(frozen=True, slots=True)
class Periods:
    """The counts of the sources behind two editions: series -> months of a period -> its last day -> the count."""

    old: Figures = field(default_factory=dict)
    new: Figures = field(default_factory=dict)

    @classmethod
    def of(cls, old: pl.DataFrame, new: pl.DataFrame) -> Self:
        """Of two edition tables."""
        return cls(_by_series(old), _by_series(new))

    def revision(self, before: Row, after: Row, end: str = "period_end") -> Revision | None:
        """What was revised in the months that both rows' windows have; None where that cannot be told, or nothing was.

        A total moves by the months that came, those that went, and the revision of those that stayed: the last is told
        apart exactly. end: the column with the windows' last day.
        """
        if not (_is_count(before) and _is_count(after)) or before["source"] != after["source"]:
            return None
        if None in (before[end], after[end]):
            return None
        series = tuple(after[name] for name in SERIES)
        old, new = self.old.get(series, {}), self.new.get(series, {})
        length = min(old.keys() & new.keys(), default=0)  # a source that has totals beside its months says both twice
        if not length or before["months"] % length or after["months"] % length:
            return None
        first = max(window_start(row[end], row["months"]) for row in (before, after))
        last = min(before[end], after[end])
        was, now = old[length], new[length]
        stayed = [day for day in was if day in now and first <= window_start(day, length) and day <= last]
        revised = sorted(day for day in stayed if now[day] != was[day])
        if not revised:
            return None
        return Revision(sum(now[day] - was[day] for day in revised), tuple(revised), length)


def _by_series(edition: pl.DataFrame) -> Figures:
    found: Figures = {}
    rows = edition.filter(
        pl.col("statement").str.ends_with("/period"), pl.col("base").is_null(), pl.col("value").is_not_null()
    ).select(*SERIES, "period_end", "months", "value")
    for *series, end, months, value in rows.iter_rows():
        found.setdefault(tuple(series), {}).setdefault(months, {})[end] = value
    return found


def _is_count(row: Row) -> bool:
    return row["form"] == "count" and row["base"] is None and row["statement"].rpartition("/")[2] in COUNTED


@dataclass(frozen=True, slots=True)
class Moved:
    """What happened to the series of a table of many periods, on all of which each row of a chart rests.

    later: those that have later periods now. earlier: those that end earlier now. revised: those of whose periods in
    both tables a figure is another.
    """

    later: frozenset[tuple[Any, ...]] = frozenset()
    earlier: frozenset[tuple[Any, ...]] = frozenset()
    revised: frozenset[tuple[Any, ...]] = frozenset()

    @classmethod
    def between(cls, old: pl.DataFrame, new: pl.DataFrame) -> Self:
        """Of two tables with a value for each period."""
        by = [*SERIES, "months"]
        ends = [frame.group_by(by).agg(pl.col("period_end").max().alias("end")) for frame in (old, new)]
        both = ends[0].join(ends[1], on=by, suffix="_new")
        values = old.join(new.select(*by, "period_end", "value"), on=[*by, "period_end"], suffix="_new")
        revised = values.filter(pl.col("value").ne_missing(pl.col("value_new")))
        return cls(
            frozenset(both.filter(pl.col("end_new") > pl.col("end")).select(by).iter_rows()),
            frozenset(both.filter(pl.col("end_new") < pl.col("end")).select(by).iter_rows()),
            frozenset(revised.select(by).unique().iter_rows()),
        )

    def reasons(self, row: Row) -> list[str]:
        """Why a row of a chart is another though its own figure is not."""
        series = tuple(row[name] for name in (*SERIES, "months"))
        named = (("new-months", self.later), ("earlier-months", self.earlier), ("revision", self.revised))
        return [name for name, which in named if series in which]


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons of a row; `of` those of one of its cells."""

    ids: tuple[str, ...]
    row: Row
    table: Table
    events: frozenset[str] = frozenset()
    within: bool = False
    """Whether `revision` is of months within the row's own windows."""

    charted: tuple[str, ...] = ()
    """Reasons of a cell of a chart that rests on the whole series, not on its own period."""

    def of(self, what: str, column: str) -> tuple[str, ...]:
        """Those that a change of this kind in this column can have: a revised figure is not so because of new months,
        nor a count because of another population."""
        ids = tuple(name for name in self.ids if name not in _BY_CELL or can_rest(name, self.row, self.table, column))
        if self.table is SPC and column != "value":
            ids = tuple(dict.fromkeys((*self.charted, *(name for name in ids if name != "revision"))))
        elif what == "revised":
            ids = tuple(name for name in ids if name not in _SAME_PERIOD and name not in self.events)
        elif what == "new period":
            ids = tuple(name for name in ids if name != "revision" or self.within)
        known = tuple(name for name in ids if name not in _LAST)
        return known or ids


def reasons(
    before: Row,
    after: Row,
    table: Table,
    columns: Sequence[str],
    differing: Differing,
    periods: Periods | None,
    moved: Moved | None = None,
) -> Why:
    """Why two rows that are the same row differ. columns: those in which they do. moved: of a table of many periods."""
    ids: list[str] = []
    later = before["period_end"] != after["period_end"]
    if later:
        ids.append("new-months" if after["period_end"] > before["period_end"] else "earlier-months")
    if _was_revised(before, after, table, columns, differing, periods):
        ids.append("revision")
    events = set((after.get("breaks") or "").split(";")) ^ set((before.get("breaks") or "").split(";"))
    events.discard("")
    ids += sorted(events)
    if another_baseline(before, after, table):
        ids.append("baseline")
    if "source" in columns:
        ids.append("source")
    ids += differing.roles
    if "population_year" in columns:
        ids.append("population")
    if differing.version:
        ids.append("version")
    charted = moved.reasons(after) if moved is not None else []
    on = later or bool(charted)
    texts = [(before.get(name), after.get(name)) for name in _METHODS if name in columns]
    if any(was and now and another_manner(was, now, moved=on) for was, now in texts):
        ids.append("convention")
    return Why(tuple(dict.fromkeys(ids)), after, table, frozenset(events), periods is not None, tuple(charted))


def _was_revised(
    before: Row, after: Row, table: Table, columns: Sequence[str], differing: Differing, periods: Periods | None
) -> bool:
    """Whether figures of the same months are others: by the periods behind an edition, else by those of the row."""
    if periods is not None and _is_count(before) and _is_count(after):
        if any(periods.revision(before, after, end) for end in ("period_end", "against_end")):
            return True
        if not periods.old or not periods.new:
            return False
    if differing.extracts is False or before["source"] != after["source"]:
        return False
    pairs = (("value", "period_end"), ("base", "period_end"), ("against_value", "against_end"))
    stays = [name for name, end in pairs if before.get(end) is not None and before.get(end) == after.get(end)]
    if table is not OBSERVATIONS and rests_on_others(after, table):
        stays = [name for name in stays if name != "against_value"]
    return any(name in columns for name in stays)
