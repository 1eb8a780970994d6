"""Rows in an order that a person asks for (--sort), the first of them (--top), without small bases (--floor).

A percentage of a handful leads every list by chance alone: of 2 burglaries more 2 are +100 %. So where rows are ordered
by a figure that is relative to something, --top leaves out those whose base is under SMALL_BASE, and says so; where a
table does not say the base, it says that (floors.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import UsageError, did_you_mean
from pmcli.notes import note
from pmcli.tables import (
    AHEAD,
    BREAKDOWN,
    CHECK,
    COMPARISON,
    FUNNEL,
    KEY,
    OBSERVATIONS,
    OUTLIERS,
    RANK,
    SPC,
    TREND,
    WAVES,
    Table,
)
from pmcli.views import view_of
from pmcli.views.blocks import Block, Cell, Look
from pmcli.views.floors import RELATIVE, base_of, relative
from pmcli.views.labels import labels_of
from pmcli.views.language.chance import by_chance
from pmcli.views.language.findings import SMALL_BASE
from pmcli.views.language.forms import Figure, difference_of_kind, of_kind
from pmcli.views.language.words import count, window
from pmcli.views.listing import heading

BY_ITSELF: Final[Mapping[str, str]] = {RANK.name: "scope,rank"}
"""Table -> the columns that its rows are ordered by when --top alone is given."""

_SEEN: Final[Mapping[str, tuple[str, ...]]] = {
    OBSERVATIONS.name: ("value", "base"),
    COMPARISON.name: ("value", "against_value", "difference", "change", "p_value"),
    RANK.name: ("rank", "of", "value", "population", "rate"),
    OUTLIERS.name: ("value", "comparator", "difference", "flag", "verdict", "margin"),
    TREND.name: ("total", "baseline_change", "previous_change", "trend", "direction"),
    SPC.name: ("value", "centre", "lower", "upper", "signal"),
    BREAKDOWN.name: ("value", "against_value", "difference", "change", "share"),
    WAVES.name: ("value", "base", "difference", "p_adjusted", "significant"),
    FUNNEL.name: ("value", "expected", "ratio", "position"),
    AHEAD.name: ("value", "low_95", "high_95", "verdict", "flip"),
    CHECK.name: ("value", "expected", "detail"),
}
"""Table -> the columns that people are shown beside those that say what a row is."""


def ordered(
    frame: pl.DataFrame,
    table: Table,
    *,
    sort: str | None,
    top: int | None,
    floor: int | None,
    catalogue: Catalogue | None = None,
) -> pl.DataFrame:
    """The rows in order: those whose base is under the floor left out, then the first `top`; nulls are last.

    sort: columns joined by commas, "-" before one for the largest first; None: as BY_ITSELF has it with `top`, else as
    they are. floor: the smallest base; None: SMALL_BASE with `top` where one of those columns is relative, else 0.
    Notes how many rows the floor left out, and that a row left out by `top` ties with the last one kept.
    Raises UsageError for a column that is not there, `top` without an order, a floor where no base is known.
    """
    by = _columns(sort if sort is not None or top is None else BY_ITSELF.get(table.name), table)
    if top is not None and not by:
        seen = [name for name in _SEEN.get(table.name, ()) if table.columns[name].form not in {"text", "truth"}]
        best = next((name for name in seen if table.columns[name].form in RELATIVE), seen[0] if seen else table.own[0])
        raise UsageError(
            "--top takes the first rows, and nothing says in which order", f"Add --sort, as --sort=-{best}."
        )
    catalogue = catalogue or Catalogue()
    column = relative([name for name, _ in by], frame, table, catalogue)
    asked = floor is not None
    if floor is None:
        floor = SMALL_BASE if top is not None and column is not None else 0
        if floor and base_of(table, column, catalogue) is None:
            note(f"the {table.name} table does not say what its figures rest on: small bases are among the first")
            floor = 0
    if floor:
        frame = _above(frame, table, column, floor, catalogue, asked=asked)
    if by and "p_value" in frame.columns and (chance := by_chance(frame["p_value"].to_list())):
        note(f"{chance[:1].lower()}{chance[1:].rstrip('.')}")
    if by and frame.height:
        names = [name for name, _ in by]
        frame = frame.sort(names, descending=[down for _, down in by], nulls_last=True, maintain_order=True)
        if (
            top is not None
            and frame.height > top > 0
            and frame[top - 1].select(names).rows() == frame[top].select(names).rows()
        ):
            note(f"--top {top} cuts through rows with the same {' and '.join(names)}")
    return frame if top is None else frame.head(top)


def _columns(sort: str | None, table: Table) -> list[tuple[str, bool]]:
    """(column, whether the largest comes first) of --sort."""
    made = []
    for word in (sort or "").split(","):
        name = word.strip().removeprefix("-")
        if not name:
            continue
        if name not in table.columns:
            known = f"It has {', '.join(table.own)}, and {', '.join(name for name in KEY if name in table.columns)}."
            raise UsageError(
                f"--sort {name}: the {table.name} table has no such column", did_you_mean(name, table.columns, known)
            )
        made.append((name, word.strip().startswith("-")))
    return made


def _above(
    frame: pl.DataFrame, table: Table, column: str | None, floor: int, catalogue: Catalogue, *, asked: bool
) -> pl.DataFrame:
    """The rows whose base is large enough; all of them where none is and no floor was asked for."""
    base = base_of(table, column, catalogue)
    if base is None or (column is None and table is SPC):
        raise UsageError(
            f"--floor: a row of the {table.name} table does not say what its figures rest on", "Leave it out."
        )
    own = base.counted & (column is not None)  # a count rests on nothing but itself, unless rows are cut by their size
    small = ~own & ~base.unknown & (base.of.fill_null(0) < floor)
    kept = frame.filter(~small)
    if frame.height and not kept.height and not asked:
        note(f"every row has a base under {floor}, so none is left out: chance has a large say in their order")
        return frame
    if left := frame.height - kept.height:
        note(f"{count(left)} row{'' if left == 1 else 's'} with a base under {floor} left out (--floor 0 keeps them)")
    unsaid = kept.filter(base.unknown & ~own).height
    if unsaid:
        rows = f"{count(unsaid)} row{' does' if unsaid == 1 else 's do'}"
        note(f"{rows} not say what the figure rests on, and small bases may be among the first")
    return kept


def block(frame: pl.DataFrame, table: Table, catalogue: Catalogue, by: Sequence[str] = ()) -> Block:
    """The rows in one list, in their order: what tells them apart, then the figures; the title is what they share."""
    seen = [*_SEEN.get(table.name, table.own[:6])]
    seen = [name for name in [*seen, *(name for name in by if name not in seen)] if name not in KEY]
    keys = [name for name in table.key if name in frame.columns and name not in {"months", *seen}]
    several = [name for name in keys if frame[name].n_unique() > 1]
    labels = labels_of(table, catalogue)
    first = frame.row(0, named=True)
    shared = [_text(first[name], labels.get(name)) for name in keys if name in labels and name not in several]
    title = ", ".join([table.name.capitalize(), *(str(text) for text in shared if text not in {"", "All"})])
    if "period_end" in keys and "period_end" not in several:
        title += f", {window(first['months'], first['period_end'])}"
    forms = {name: table.columns[name].form for name in seen}
    sides = {heading(name): "left" if forms[name] in {"text", "truth"} else "right" for name in seen}
    made = Block(title, dict.fromkeys(map(heading, several), "left") | sides)
    for row in frame.iter_rows(named=True):
        cells: list[Cell] = [_text(row[name], labels.get(name)) for name in several]
        cells += [_cell(row, name, table, catalogue) for name in seen]
        if row.get("breaks"):
            cells = [_starred(cell, name) for cell, name in zip(cells, [*several, *seen], strict=True)]
        made.add(*cells)
    for line in _read_with(frame, table, catalogue):
        made.say(line, "quiet")
    return made


def _read_with(frame: pl.DataFrame, table: Table, catalogue: Catalogue) -> list[str]:
    """What the figures have to be read with, as the table's own view says it: caveats, tests, conventions.

    Not what is said of a table as a whole, for these may be the first rows of one; and no key of a sparkline.
    """
    said = [line for one in view_of(table).blocks(frame, catalogue, Look()) for line in one.lines]
    chance = by_chance(frame["p_value"].to_list()) if "p_value" in frame.columns else None
    quiet = (line for line, kind in said if kind == "quiet" and line != chance)
    return [line for line in dict.fromkeys(quiet) if not line.startswith((" ", "No ranks within"))]


def _starred(cell: Cell, name: str) -> Cell:
    """A change across a declared change in recording, marked: it is shown and not judged."""
    return replace(cell, mark="*") if isinstance(cell, Figure) and name in _CHANGES else cell


_CHANGES: Final = frozenset({"change", "difference", "baseline_change", "previous_change"})


def _text(value: Any, label: Any) -> str | Figure:
    if value is None:
        return ""
    if hasattr(value, "year"):
        return Figure(value, "short-month")
    return str(label(value) if label else value)


def _cell(row: Mapping[str, Any], name: str, table: Table, catalogue: Catalogue) -> str | Figure:
    """A figure in its form, a word as it is."""
    value, form = row[name], table.form(name, row)
    if form == "truth":
        return "" if value is None else "yes" if value else "no"
    if form in {"text", "year"}:
        return "" if value is None else str(value)
    if form in {"figure", "difference"}:
        kind = _kind(row, table, catalogue)
        form = of_kind(kind) if form == "figure" else difference_of_kind(kind)
    return Figure(value, form)


def _kind(row: Mapping[str, Any], table: Table, catalogue: Catalogue) -> str:
    """What the figures of a row are; of observations and of what is in no catalogue counts."""
    if table is OUTLIERS:
        criteria = {one.id: one.kind for rule in catalogue.rules.values() for one in rule.criteria}
        return {"rate": "mean", "change": "share"}.get(criteria.get(row["criterion"], ""), "count")
    measure = catalogue.measures.get(str(row.get("measure")))
    return "count" if table is OBSERVATIONS or measure is None else measure.kind
