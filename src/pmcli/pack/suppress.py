"""Small numbers: what a pack does not publish about the people who were asked, or who were victims.

Done once, on the tables that feed the pack, so that no page, chart, workbook, slide or Markdown can hold what another
withholds. A share of fewer than `least` people is taken out, and with it whatever it could be worked out from (see
stats.disclosure); one of fewer than SMALL_BASE keeps its base and loses its percentage. Counts of crimes stay as they
are; those of people (`people` in a measure's stanza) are withheld where they are broken down.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Final

import polars as pl

from pmcli.notes import listing
from pmcli.pack.figures import Figures, Withheld
from pmcli.periods import shift
from pmcli.stats.disclosure import Sum, withheld
from pmcli.views.language.findings import SMALL_BASE
from pmcli.views.language.parts import spoken
from pmcli.views.language.wording import window

LEAST: Final = 10
"""People asked, or victims, from whom on a figure of theirs is published."""

TABLE: Final = 30
"""A table in which no base is as large as this is not printed."""

INTERNAL: Final = "Internal: small numbers shown"
"""What stands on every page of a pack that withholds nothing."""

Cell = tuple[Any, ...]
"""source, measure, area, dimension, category, period_end, months."""

_CELL: Final = ("source", "measure", "area", "dimension", "category", "period_end", "months")


def suppressed(figures: Figures, least: int = LEAST) -> Figures:
    """The figures fit to be published.

    least: the smallest base of people that is shown; 0 shows all of them, percentages of small bases too.
    """
    if least <= 0:
        return figures
    bases = _bases(figures)
    hidden = _hidden(bases, least)
    few = {cell for cell, base in bases.items() if base < SMALL_BASE} - hidden
    waves, absent = _without_small_tables(_masked(figures.waves, hidden, few))
    breakdown, parts = _breakdown(figures, least)
    chosen = replace(figures.chosen, others=_others(figures.chosen.others, least))
    return replace(
        figures,
        chosen=chosen,
        totals=_totals(figures.totals, hidden, few),
        comparison=_masked(figures.comparison, hidden, few, drop_then=True),
        trend=_without(figures.trend, hidden | few),
        spc=_periods(figures),
        waves=waves,
        breakdown=breakdown,
        withheld=[*absent, *parts, *_in_words(hidden, least)],
    )


def _bases(figures: Figures) -> dict[Cell, float]:
    """Every share of the tables with how many people are behind it; a base that is not known is none."""
    found: dict[Cell, float] = {}
    for frame in (figures.waves, figures.comparison, figures.totals):
        for row in frame.filter(pl.col("base").is_not_null()).iter_rows(named=True):
            size = row["base"] if row.get("effective") is None else min(row["base"], row["effective"])
            if row.get("effective") != 0 or not row["base"]:  # 0 beside a base: the base is not known
                cell = tuple(row[name] for name in _CELL)
                found[cell] = min(size, found.get(cell, size))
    return found


def _hidden(bases: dict[Cell, float], least: int) -> set[Cell]:
    """The cells that are small, and those that they could be worked out from: each survey of a force by itself."""
    surveys: dict[Cell, list[Cell]] = {}
    for cell in bases:
        surveys.setdefault((*cell[:2], cell[2].partition("/")[0]), []).append(cell)
    found: set[Cell] = set()
    for cells in surveys.values():
        if any(bases[cell] < least for cell in cells):
            at = {cell: place for place, cell in enumerate(cells)}
            found |= {cells[place] for place in withheld([bases[cell] for cell in cells], _sums(at), least)}
    return found


def _sums(at: dict[Cell, int]) -> list[Sum]:
    """What adds up to what: groups to their whole, districts to their force, quarters to their year."""
    groups: dict[tuple[Cell, str], list[int]] = {}
    for (source, measure, area, dimension, category, end, months), place in at.items():
        force, slash, _ = area.partition("/")
        if dimension != "all":
            groups.setdefault(((source, measure, area, "all", "all", end, months), dimension), []).append(place)
        if slash:
            groups.setdefault(((source, measure, force, dimension, category, end, months), "/"), []).append(place)
    for cell in at:
        if cell[-1] == 12:
            quarters = [(*cell[:-2], shift(cell[-2], -back), 3) for back in (0, 3, 6, 9)]
            if all(quarter in at for quarter in quarters):
                groups[cell, "quarters"] = [at[quarter] for quarter in quarters]
    return [Sum(at[total], tuple(parts)) for (total, _), parts in groups.items() if total in at]


# ---------------------------------------------------------------------------------------------------- the tables
_OWN: Final = ("value", "low", "high")
_THEN: Final = ("against_value",)
_BETWEEN: Final = ("difference", "change", "p_value", "p_adjusted", "significant", "gap_p", "least", "grade", "year_p")


def _masked(frame: pl.DataFrame, hidden: set[Cell], few: set[Cell], *, drop_then: bool = False) -> pl.DataFrame:
    """Rows of hidden cells are left out, those of few people lose their share; the same of what a row is held against.

    The gap between two groups is hidden with either of them. drop_then: leave out a row that is held against a hidden
    cell too.
    """
    if frame.is_empty() or not (hidden or few):
        return frame
    kept: list[dict[str, Any]] = []
    for row in frame.iter_rows(named=True):
        now = _cells(row, row["period_end"])
        then = _cells(row, row["against_end"]) if row["against_end"] is not None else []
        if any(cell in hidden for cell in (*now, *(then if drop_then else ()))):
            continue
        lost = _OWN if any(cell in few for cell in now) else ()
        year = _cells(row, row["year_end"]) if row.get("year_end") is not None else []
        if any(cell in hidden or cell in few for cell in year):
            row |= {"year_value": None, "year_p": None}
        if row["against_end"] != row["period_end"] and any(cell in hidden or cell in few for cell in then):
            lost = (*lost, *_THEN, *(("against_base",) if any(cell in hidden for cell in then) else ()))
        kept.append({**row, **dict.fromkeys(lost), **(dict.fromkeys(_BETWEEN) if lost else {})} if lost else row)
    return pl.DataFrame([{name: row[name] for name in frame.columns} for row in kept], schema=frame.schema)


def _cells(row: dict[str, Any], end: date) -> list[Cell]:
    """The cell of a row in the window to `end`; of a gap those of its two groups."""
    names = row["category"].split(" minus ") if row.get("kind") == "gap" else [row["category"]]
    lead = (row["source"], row["measure"], row["area"], row["dimension"])
    return [(*lead, name, end, row["months"]) for name in names]


def _totals(frame: pl.DataFrame, hidden: set[Cell], few: set[Cell]) -> pl.DataFrame:
    """Windows of shares whose base is too small for a percentage have no figure."""
    gone = [tuple(row) in hidden or tuple(row) in few for row in frame.select(_CELL).iter_rows()]
    small = pl.Series(gone, dtype=pl.Boolean)
    lost = [pl.when(small).then(None).otherwise(pl.col(name)).alias(name) for name in ("value", "base", "effective")]
    return frame.with_columns(lost) if any(gone) else frame


def _without(frame: pl.DataFrame, gone: set[Cell]) -> pl.DataFrame:
    """The rows whose window is none of the cells that have no figure."""
    kept = [tuple(row) not in gone for row in frame.select(_CELL).iter_rows()]
    return frame if all(kept) else frame.filter(pl.Series(kept, dtype=pl.Boolean))


def _periods(figures: Figures) -> pl.DataFrame:
    """The control charts, without the points of shares whose month or quarter has too small a base."""
    frame = figures.spc
    based = figures.chosen.whole.filter(pl.col("base") < SMALL_BASE, pl.col("effective").ne_missing(0))
    if frame.is_empty() or based.is_empty():
        return frame
    marked = frame.join(based.select(*_CELL, pl.lit(value=True).alias("_few")), on=list(_CELL), how="left")
    lost = [pl.when(pl.col("_few").is_null()).then(name).alias(name) for name in ("value", "moving_range", "rule")]
    return marked.with_columns(lost).drop("_few")


def _others(frame: pl.DataFrame, least: int) -> pl.DataFrame:
    """What sources say that do not speak: not of so few."""
    return frame.filter(pl.col("base").is_null() | (pl.col("base") >= max(least, SMALL_BASE)))


def _without_small_tables(waves: pl.DataFrame) -> tuple[pl.DataFrame, list[Withheld]]:
    """The waves without the breakdowns in which no group is as large as TABLE, and a line for each of them."""
    groups = waves.filter(pl.col("kind") == "group", pl.col("base").is_not_null())
    if groups.is_empty():
        return waves, []
    district = pl.col("area").str.contains("/", literal=True)
    keyed = waves.with_columns(_force=pl.col("area").str.split("/").list.first(), _district=district)
    by = ["source", "measure", "_force", "_district", "dimension", "months"]
    known = pl.col("effective").ne_missing(0) | (pl.col("base") == 0)
    worth = pl.when(known).then(pl.min_horizontal("base", pl.coalesce("effective", "base"))).otherwise(pl.lit(TABLE))
    latest = keyed.filter(pl.col("kind") == "group")
    small = latest.group_by(by).agg(worth.max().alias("_most")).filter(pl.col("_most") < TABLE)
    if small.is_empty():
        return waves, []
    lines = [
        Withheld(row["_force"], row["measure"], f"Table by {_by(row['dimension'], district=row['_district'])}",
                 f"not shown: in every group fewer than {TABLE} people were asked.")
        for row in small.sort(by).iter_rows(named=True)
    ]  # fmt: skip
    return keyed.join(small, on=by, how="anti").drop("_force", "_district"), lines


def _by(dimension: str, *, district: bool) -> str:
    return "district" if district and dimension == "all" else spoken(dimension)


# ------------------------------------------------------------------------------------------------- counts of people
def _breakdown(figures: Figures, least: int) -> tuple[pl.DataFrame, list[Withheld]]:
    """The breakdowns without the categories in which few people were counted, and a line for each breakdown."""
    frame, catalogue = figures.breakdown, figures.question.catalogue
    people = [name for name, measure in catalogue.measures.items() if measure.people]
    small = frame.filter(pl.col("measure").is_in(people))
    if small.is_empty():
        return frame, []
    key = ["source", "measure", "area", "dimension", "period_end", "months"]
    gone: list[tuple[Any, ...]] = []
    lines: list[Withheld] = []
    for block, part in small.group_by(key, maintain_order=True):
        rows = part.filter(~pl.col("total")).to_dicts()
        names = _categories(rows, least)
        if names:
            gone += [(*block, name) for name in names]
            why = f"not shown: fewer than {least} people, or what such a count follows from."
            what = f"By {_by(str(block[3]), district=False)}: {listing(sorted(names), 20)}"
            lines.append(Withheld(str(block[2]), str(block[1]), what, why))
    lost = pl.DataFrame(gone, schema={name: frame.schema[name] for name in (*key, "category")}, orient="row")
    return frame.join(lost, on=[*key, "category"], how="anti"), lines


def _categories(rows: list[dict[str, Any]], least: int) -> set[str]:
    """The categories withheld in one breakdown: in both windows, when they are small in either."""
    names: set[str] = set()
    for column in ("value", "against_value"):
        known = [row for row in rows if row[column] is not None]
        values = [sum(row[column] for row in known), *(row[column] for row in known)]
        places = withheld(values, [Sum(0, tuple(range(1, len(values))))], least)
        names |= {known[place - 1]["category"] for place in places if place}
    return names


# ------------------------------------------------------------------------------------------------------- in words
def _in_words(hidden: Iterable[Cell], least: int) -> list[Withheld]:
    """A line for each breakdown and window that a group is left out of."""
    together: dict[tuple[Any, ...], list[str]] = {}
    for _, measure, area, dimension, category, end, months in hidden:
        force, slash, district = area.partition("/")
        name = category if dimension != "all" else district.replace("-", " ").title() if slash else "all"
        if slash and dimension != "all":
            name = f"{category} in {district.replace('-', ' ').title()}"
        by = _by(dimension, district=bool(slash))
        together.setdefault((force, measure, by, end, months), []).append(name)
    made = []
    for (force, measure, by, end, months), names in sorted(together.items(), key=lambda pair: tuple(map(str, pair[0]))):
        if names == ["all"]:
            what, why = "The share", f"not shown for {window(months, end)}: fewer than {least} people were asked."
        else:
            what = f"By {by}: {listing(sorted(names), 20)}"
            why = f"not shown for {window(months, end)}: fewer than {least} people, or what such a base follows from."
        made.append(Withheld(force, measure, what, why))
    return made
