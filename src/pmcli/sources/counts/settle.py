"""What several tables of counts say of one figure, and what districts make of their force.

A force is known for a period only when the districts that it has in that vintage are all there. A later vintage takes
a measure's period over whole: were it taken district by district, one that the later vintage has renamed or dropped
would still count beside its successor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pmcli.catalogue import slug
from pmcli.sources.counts.mapping import CountsMapping
from pmcli.sources.reading.report import Report, counted
from pmcli.sources.tracing import Trace
from pmcli.sources.vintages import revisions

_WHEN: Final = ["measure", "period_end", "months"]
_FORCE: Final = pl.col("area").str.split("/").list.first()
_SHOWN: Final = 3


def settle(
    found: pl.DataFrame, places: Sequence[str], report: Report, mapping: CountsMapping, trace: Trace | None = None
) -> pl.DataFrame:
    """Observations of several tables with each figure once, with the force's where the mapping asks for it.

    The later table is the one whose last period is later, else the one given later; it has all the figures of a force
    for each measure and period it gives. trace: is told which tables have the figures.
    """
    ours = [name for name in found.columns if name[0] != "_"]
    if mapping.zeros:
        found = _with_zeros(found, places, report)
    ends = found.group_by("_table").agg(pl.col("period_end").max()).sort("period_end", "_table").with_row_index("_age")
    found = found.join(ends.select("_table", "_age"), on="_table").with_columns(_FORCE.alias("_force"))
    expected = _expected(found, mapping)
    if mapping.overlap != "error":
        found = _later(found, ends, places, report)
        if trace is not None:
            trace.keep(found)
    if not mapping.sum_to_force:
        return found.select(ours)
    return pl.concat([found.select(ours), _forces(found, expected, mapping, report).select(ours)])


def _later(found: pl.DataFrame, ends: pl.DataFrame, places: Sequence[str], report: Report) -> pl.DataFrame:
    key = ["measure", "area", "period_end", "months"]
    latest = pl.col("_age") == pl.col("_age").max().over(["_force", *_WHEN])
    found = found.sort([*key, "_age"]).with_columns(
        pl.col("value").shift(1).over(key).alias("_was"), pl.int_range(pl.len()).over(key).alias("_nth")
    )
    again = found.filter(pl.col("_nth") > 0)
    if again.height:
        report.note(
            f"{places[ends['_table'][-1]]} is the later of the overlapping files and wins: it {revisions(again)}"
        )
    kept = found.filter(latest)
    over = found.filter(~latest).join(kept.select(key), on=key, how="anti")
    if over.height:
        names = over["area"].unique().sort().to_list()
        shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else "")
        report.leave_out(
            f"{counted(over.height, 'figure')} of {shown} left out: a later file has those periods without them"
        )
    return kept.drop("_was", "_nth")


def _with_zeros(found: pl.DataFrame, places: Sequence[str], report: Report) -> pl.DataFrame:
    """Observations with a zero for every measure and period that a table has, and an area of it has no row for."""
    areas = found.select("_table", "area").unique()
    when = found.select("_table", "source", "dimension", "category", *_WHEN).unique()
    grid = areas.join(when, on="_table")
    lacking = grid.join(found, on=["_table", "area", *_WHEN], how="anti")
    if not lacking.height:
        return found
    report.note(
        f"{places[0]}{' and the others' if len(places) > 1 else ''}: {counted(lacking.height, 'figure')} without a row "
        "taken as 0, as the mapping says"
    )
    none = pl.lit(None, dtype=pl.Float64)
    zeros = lacking.with_columns(value=pl.lit(0.0), base=none, effective=none)
    return pl.concat([found, zeros.select(found.columns)])


def _forces(found: pl.DataFrame, expected: pl.DataFrame, mapping: CountsMapping, report: Report) -> pl.DataFrame:
    """The force's figures: the sums of its districts, not known where one of them is not, or has no row."""
    by = ["source", "dimension", "category", *_WHEN]
    whole = found.group_by(by).agg(
        pl.when(pl.col("value").null_count() == 0).then(pl.col("value").sum()).alias("value"),
        pl.when(pl.col("base").null_count() == 0).then(pl.col("base").sum()).alias("base"),
        pl.col("area").unique().alias("_have"),
        pl.col("_age").max().alias("_age"),
    )
    whole = whole.join(expected, on="_age", how="left")
    whole = whole.with_columns(pl.col("_want").list.set_difference("_have").alias("_lacks"))
    lacking = whole.filter(pl.col("_lacks").list.len() > 0)
    if lacking.height:
        _say_lacking(lacking, mapping, report)
    known = pl.col("_lacks").list.len() == 0
    sizes = whole.filter(known)["_have"].list.len().to_list()
    if sizes:
        least, most = min(sizes), max(sizes)
        many = f"{most:,}" if least == most else f"{least:,} to {most:,}"
        report.note(f"{mapping.force} is the sum of {many} district{'' if most == 1 else 's'}")
    whole = whole.with_columns(
        pl.when(known).then("value").alias("value"),
        pl.when(known).then("base").alias("base"),
        pl.lit(mapping.force).alias("area"),
        pl.lit(None, dtype=pl.Float64).alias("effective"),
    )
    return _without_likely_totals(found, whole, mapping, report)


def _expected(found: pl.DataFrame, mapping: CountsMapping) -> pl.DataFrame:
    """The districts that each vintage (`_age`) should have, as `_want`: its own and those of every earlier one.

    Tables that do not overlap are parts of one vintage: all of them together have the force's districts.
    """
    gone = {f"{mapping.force}/{slug(name)}" for name in mapping.gone}
    listed = {f"{mapping.force}/{slug(name)}" for name in mapping.districts}
    rows = []
    so_far: set[str] = set(found["area"].unique().to_list()) if mapping.overlap == "error" else set()
    for (age,), part in found.sort("_age").group_by("_age", maintain_order=True):
        own = set(part["area"].unique().to_list())
        rows.append((age, sorted((listed or own | so_far) - (gone - own))))
        so_far |= own
    return pl.DataFrame(rows, schema={"_age": found.schema["_age"], "_want": pl.List(pl.String)}, orient="row")


def _say_lacking(lacking: pl.DataFrame, mapping: CountsMapping, report: Report) -> None:
    counts = lacking.select(pl.col("_lacks").explode()).group_by("_lacks").len()
    districts: list[str] = counts.sort(["len", "_lacks"], descending=[True, False])["_lacks"].to_list()
    shown = ", ".join(repr(name.partition("/")[2]) for name in districts[:_SHOWN])
    more = f" and {len(districts) - _SHOWN:,} more" if len(districts) > _SHOWN else ""
    first = lacking.sort("period_end", "measure").row(0, named=True)
    where = f"{first['measure']} to {first['period_end']}" + (
        f" and {lacking.height - 1:,} more" if lacking.height > 1 else ""
    )
    report.note(
        f"{mapping.force} is not known in {counted(lacking.height, 'period')} ({where}): no row for the "
        f"district{'s' if len(districts) > 1 else ''} {shown}{more}. Where a row that is left out is a zero, say "
        'zeros = "left out" in the mapping; a district that went, gone = [...]'
    )


def _without_likely_totals(
    found: pl.DataFrame, whole: pl.DataFrame, mapping: CountsMapping, report: Report
) -> pl.DataFrame:
    """The force's figures without those of a vintage in which one district is always the sum of the others."""
    if mapping.districts:
        return whole
    by = ["_age", *_WHEN]
    of_all = found.with_columns(
        pl.col("value").sum().over(by).alias("_all"),
        pl.len().over(by).alias("_many"),
        pl.col("value").null_count().over(by).alias("_unknown"),
    ).filter(pl.col("_many") > 2, pl.col("_unknown") == 0)
    tested = of_all.group_by("_age", "area").agg(
        ((pl.col("value") * 2 - pl.col("_all")).abs() < 0.5).all().alias("_equal"),
        (pl.col("value") > 0).sum().alias("_figures"),
        pl.col("value").sum().alias("_sum"),
    )
    # One crime in a district and one elsewhere are no total: it takes several figures, or large ones.
    likely = tested.filter("_equal", (pl.col("_figures") > 2) | (pl.col("_sum") >= 20)).sort("_age", "area")
    if not likely.height:
        return whole
    area = likely["area"][0]
    name = area.partition("/")[2]
    report.note(
        f"{mapping.force} is not known: in every period the district {name!r} is the sum of all the others, and so may "
        f'be their total. If it is, say totals = ["{name}"] in the mapping; if not, name all of them: districts = [...]'
    )
    ages = likely["_age"].to_list()
    bad = pl.col("_age").is_in(ages)
    none = pl.lit(None, dtype=pl.Float64)
    return whole.with_columns(
        pl.when(bad).then(none).otherwise("value").alias("value"),
        pl.when(bad).then(none).otherwise("base").alias("base"),
    )
