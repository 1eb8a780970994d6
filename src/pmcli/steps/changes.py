"""What differs between two tables of one kind: cells of rows that both have, rows that are new, rows that are gone.

Observations, control charts and waves hold many periods of a series: a row is the same row where its whole key is. A
result is of the latest window there is: its row is the same where the series and what it is held against are, and its
window may have moved on. A figure is called revised only where both tables have it for the same period.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import polars as pl

from pmcli.errors import PmError
from pmcli.steps.change_reasons import Differing, Moved, Periods, Revision, reasons
from pmcli.steps.change_rests import (
    FROM_CRITERIA,
    OF_WINDOW,
    by_rule,
    is_change,
    is_verdict,
    of_verdict,
    rests_on_others,
)
from pmcli.tables import (
    AHEAD,
    AUDIT,
    BREAKDOWN,
    CHANGES,
    CHECK,
    COMPARISON,
    EDITION,
    FUNNEL,
    KEY,
    OBSERVATIONS,
    OUTLIERS,
    SENSITIVITY,
    SENTENCES,
    SERIES,
    SPC,
    TABLES,
    TREND,
    WAVES,
    Table,
)

DIFFERED: Final = tuple(table for table in TABLES if table not in (AUDIT, CHANGES))
"""The tables that can be compared: those that have a key of series and period, but not changes themselves."""

VERDICTS: Final[Mapping[str, frozenset[str]]] = {
    OUTLIERS.name: frozenset({"verdict"}),
    SENSITIVITY.name: frozenset({"verdict"}),
    AHEAD.name: frozenset({"verdict"}),
}
FINDINGS: Final[Mapping[str, frozenset[str]]] = {
    COMPARISON.name: frozenset({"grade"}),
    OUTLIERS.name: frozenset({"flag"}),
    SENSITIVITY.name: frozenset({"turned"}),
    TREND.name: frozenset({"trend", "direction", "signal", "signal_rule", "baseline_grade", "previous_grade", "news"}),
    SPC.name: frozenset({"rule", "signal"}),
    BREAKDOWN.name: frozenset({"grade"}),
    WAVES.name: frozenset({"significant"}),
    FUNNEL.name: frozenset({"position"}),
    SENTENCES.name: frozenset({"finding"}),
    EDITION.name: frozenset({"verdict"}),
}
"""Table -> the columns that hold what is found in a word, not a figure."""

PERIOD: Final = "/period"
"""How the statements of an edition end that are figures of the source behind it."""

Value = Any
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs.

    row: the newer row, or the older where it is gone. item: the rest of its key. what, column, was, now, because, seen:
    as in the changes table, `was` and `now` as values. before, after: both rows in whole, None where there is none.
    revision: of a count over a window, how much of its change is revision of the months that both windows have.
    """

    table: Table
    row: Row
    item: str
    column: str
    what: str
    was: Value
    now: Value
    because: tuple[str, ...] = ()
    seen: date | None = None
    before: Row | None = None
    after: Row | None = None
    revision: Revision | None = None

    @property
    def difference(self) -> float | None:
        """`now` less `was`, where both are numbers."""
        numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (self.was, self.now))
        return float(self.now - self.was) if numbers else None


@dataclass(frozen=True, slots=True)
class _Matched:
    """The rows of two tables side by side."""

    pairs: list[tuple[Row, Row]]
    new: list[Row]
    gone: list[Row]


def changes(old: pl.DataFrame, new: pl.DataFrame, table: Table, differing: Differing | None = None) -> list[Change]:
    """Every cell that differs, each once, in key order.

    old, new: conforming to `table`, one of DIFFERED, keys checked. differing: what differs between their histories.
    Two numbers with a fraction are the same where they agree to 12 digits: no published figure tells them apart, and
    another version of a library may. Raises PmError for a table that has no key of series and period.
    """
    if table not in DIFFERED:
        raise PmError(
            f"the {table.name} table is not compared: it is not one of figures by series and period",
            f"Give two of these: {', '.join(one.name for one in DIFFERED)}.",
        )
    differing = differing or Differing()
    seen = _last_seen(old)
    periods = Periods.of(old, new) if table is EDITION else None
    moved = Moved.between(old, new) if table is SPC else None
    found: list[Change] = []
    for part_old, part_new, identity in _parts(old, new, table):
        matched = _match(part_old, part_new, table, identity)
        for before, after in matched.pairs:
            found += _moved(before, after, table, identity, differing, seen, periods, moved)
        found += [one for row in matched.new for one in _one_sided(row, table, seen, new=True)]
        found += [one for row in matched.gone for one in _one_sided(row, table, seen, new=False)]
    if table in (OUTLIERS, EDITION):
        found = list(_of_verdicts(found, table))
    place = {name: number for number, name in enumerate(table.columns)}
    return sorted(found, key=lambda one: (*_sort_key(one), place[one.column]))


def frame_of(found: Sequence[Change], sentences: Sequence[str], table: Table) -> pl.DataFrame:
    """The changes table of changes in `table`. sentences: of each change, in order."""
    rows = [
        {
            **{name: one.row[name] for name in KEY},
            "table": table.name, "item": one.item, "column": one.column, "what": one.what,
            "was": cell(one.was), "is": cell(one.now), "difference": one.difference, "seen": one.seen,
            "because": ";".join(one.because), "sentence": sentence,
        }
        for one, sentence in zip(found, sentences, strict=True)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=CHANGES.schema(), orient="row")


def cell(value: Value) -> str | None:
    """A cell as a text that says all of it: 4346, 0.137, 2023-07-31, true."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return str(value)


# ------------------------------------------------------------------------------------------------- which row is which


def _parts(
    old: pl.DataFrame, new: pl.DataFrame, table: Table
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, tuple[str, ...]]]:
    """The rows of both that are matched alike, with the columns by which they are."""
    if table is EDITION:
        of_source = pl.col("statement").str.ends_with(PERIOD)
        yield old.filter(of_source), new.filter(of_source), table.key
        old, new = old.filter(~of_source), new.filter(~of_source)
    yield old, new, _identity(old, new, table)


def _identity(old: pl.DataFrame, new: pl.DataFrame, table: Table) -> tuple[str, ...]:
    """The columns that say which row is which: the key, less the window where no series has several of them.

    The statements of an edition are the same whichever source speaks; of any other table another source is another row.
    """
    if table in _BY_PERIOD:
        return table.key
    without = ("period_end", "source") if table is EDITION else ("period_end",)
    names = tuple(name for name in table.key if name not in without)
    once = all(not frame.select(names).is_duplicated().any() for frame in (old, new))
    return names if once else table.key


_BY_PERIOD: Final = (OBSERVATIONS, SPC, WAVES, CHECK)
"""Tables that hold many periods of a series."""


def _match(old: pl.DataFrame, new: pl.DataFrame, table: Table, identity: Sequence[str]) -> _Matched:
    """The rows that differ, side by side; those that are equal in every cell are passed over."""
    on = list(identity)
    numbered = [frame.with_row_index("_row") for frame in (old, new)]
    both = numbered[0].join(numbered[1], on=on, how="inner", validate="1:1", suffix="_new", maintain_order="right")
    differs = [~_equal(name, old.schema[name]) for name in table.columns if name not in identity]
    pairs = both.filter(pl.any_horizontal(differs)).select("_row", "_row_new") if differs else both.head(0)
    sides = [numbered[0].join(pairs.select("_row"), on="_row", how="semi"), numbered[1].join(
        pairs.select(_row="_row_new"), on="_row", how="semi")]  # fmt: skip
    before = {row.pop("_row"): row for row in sides[0].to_dicts()}
    after = {row.pop("_row"): row for row in sides[1].to_dicts()}
    return _Matched(
        [(before[first], after[second]) for first, second in pairs.iter_rows()],
        new.join(old, on=on, how="anti").to_dicts(),
        old.join(new, on=on, how="anti").to_dicts(),
    )


def _equal(name: str, dtype: pl.DataType) -> pl.Expr:
    one, other = pl.col(name), pl.col(f"{name}_new")
    equal = one.eq_missing(other)
    if dtype.is_float():
        near = ((one - other).abs() <= _NEAR * one.abs()) & (one % 1 != 0) & (other % 1 != 0)
        equal = equal | near.fill_null(False)
    return equal


_NEAR: Final = 1e-12


def _same(one: Value, other: Value) -> bool:
    """As `_equal`, of two values."""
    if one == other:
        return True
    if not (isinstance(one, float) and isinstance(other, float)) or one % 1 == 0 or other % 1 == 0:
        return False
    return abs(one - other) <= _NEAR * abs(one)


def _last_seen(frame: pl.DataFrame) -> dict[tuple[Any, ...], date]:
    """Series and length of period -> the last period that a table has of it."""
    by = [*SERIES, "months"]
    found = frame.group_by(by).agg(pl.col("period_end").max())
    return {tuple(row[:-1]): row[-1] for row in found.select(*by, "period_end").iter_rows()}


def _series_of(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in (*SERIES, "months"))


# ------------------------------------------------------------------------------------------------ what differs, and why


def _moved(
    before: Row,
    after: Row,
    table: Table,
    identity: Sequence[str],
    differing: Differing,
    seen: Mapping[tuple[Any, ...], date],
    periods: Periods | None,
    moved: Moved | None,
) -> Iterator[Change]:
    """The cells that differ between two rows that are the same row."""
    columns = [name for name in table.columns if name not in identity and not _same(before[name], after[name])]
    dates = {name for name in columns if table.columns[name].dtype == "Date"}
    why = reasons(before, after, table, columns, differing, periods, moved)
    revision = periods.revision(before, after) if periods is not None else None
    for name in columns:
        what = _what(name, after, table, dates)
        yield Change(
            table, after, item_of(after, table), name, what, before[name], after[name], why.of(what, name),
            seen.get(_series_of(before)), before, after, revision if name in ("value", "verdict") else None,
        )  # fmt: skip


def _of_verdicts(found: Sequence[Change], table: Table) -> Iterator[Change]:
    """The changes, where those of a verdict have the reasons of all the criteria that it is made of."""
    which = "group" if table is OUTLIERS else "page"
    reasons_of: dict[tuple[Any, ...], list[str]] = {}
    judged = [one for one in found if one.before is not None and one.after is not None and by_rule(one.row, table)]
    for one in judged:
        ids = [name for name in one.because if name in FROM_CRITERIA]
        reasons_of.setdefault(tuple(one.row[name] for name in (*SERIES, which)), []).extend(ids)
    whole = {id(one) for one in judged if of_verdict(one.row, table, one.column)}
    for one in found:
        if id(one) not in whole:
            yield one
            continue
        ids = reasons_of[tuple(one.row[name] for name in (*SERIES, which))]
        yield replace(one, because=tuple(dict.fromkeys((*one.because, *ids))))


def _what(name: str, after: Row, table: Table, dates: set[str]) -> str:
    """What a cell that differs is: a verdict, a finding, a figure of the same period or one of another window."""
    if name in VERDICTS.get(table.name, ()):
        return "verdict"
    if name in FINDINGS.get(table.name, ()):
        return "verdict" if table is EDITION and is_verdict(after["statement"]) else "finding"
    if name in _COMPARATOR and after.get("against_end") is not None:
        moved = "against_end" in dates or ("period_end" in dates and rests_on_others(after, table))
    elif name in OF_WINDOW and not (name == "value" and is_change(after, table)):
        moved = "period_end" in dates
    else:
        moved = bool(dates)
    return "new period" if moved else "revised"


_COMPARATOR: Final = frozenset({"against_value", "against_base"})


def _one_sided(row: Row, table: Table, seen: Mapping[tuple[Any, ...], date], *, new: bool) -> Iterator[Change]:
    """The filled cells of a row that only one table has; of one without any, the figure that is not known."""
    own = [name for name in table.columns if name not in table.key]
    filled = [name for name in own if row[name] is not None] or own[:1]
    last = seen.get(_series_of(row))
    because = ("new-months",) if new and last is not None and row["period_end"] > last else ()
    for name in filled:
        was, now = (None, row[name]) if new else (row[name], None)
        what = "new period" if new else "gone"
        before, after = (None, row) if new else (row, None)
        yield Change(table, row, item_of(row, table), name, what, was, now, because, last, before, after)


def item_of(row: Row, table: Table) -> str:
    """Which row of its series and period it is: the rest of its key."""
    rest = [str(row[name]) for name in table.key if name not in KEY]
    return "/".join(rest)


def _sort_key(one: Change) -> tuple[Any, ...]:
    return (*(one.row[name] for name in KEY), one.item)
