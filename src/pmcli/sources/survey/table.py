"""A survey as a table of percentages (or positive answers) with their base: one row an area or group, and wave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue, slug
from pmcli.errors import PmError
from pmcli.sources.layout import Context
from pmcli.sources.reading.columns import find_column, stack
from pmcli.sources.reading.percentages import fractions
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report, counted, verb
from pmcli.sources.reading.values import numbers
from pmcli.sources.survey.common import NOT_STATED, area_ids, column_of, spellings, with_waves
from pmcli.sources.survey.mapping import PLAIN, Names, TableMapping, plain_answer
from pmcli.tables import KEY, OBSERVATIONS

_WHOLE: Final = ("all", "total", "overall", "everyone", "")
"""What a breakdown is called that is none."""

_OPTIONAL: Final[dict[str, Names]] = {
    "effective": ("effective",), "breakdown": ("dimension",), "group": ("category",), "_months": ("months",),
}  # fmt: skip
"""Columns that a table without a mapping may have."""


def shares(tables: Sequence[RawTable], mapping: TableMapping, context: Context) -> pl.DataFrame:
    """Observations of all tables. Raises PmError when a figure is given twice."""
    report = context.report
    frame = stack([_rows(table, place, mapping, report) for place, table in enumerate(tables)]).collect()
    frame = _with_measures(frame, tables, mapping, context.catalogue, report)
    frame = _with_breakdowns(frame, mapping, report)
    frame = area_ids(frame, mapping, context.catalogue, report)
    if "_district" in frame.columns:
        frame = frame.with_columns(pl.coalesce("_district", "area").alias("area"))
    found = frame.with_columns(pl.lit(mapping.source).alias("source"))
    _refuse_repeats(found, tables)
    if context.trace is not None:
        context.trace.add(found.filter(found["measure"] == context.trace.measure), mapping.source, tables)
    return found.select(*OBSERVATIONS.columns)


def _rows(table: RawTable, place: int, mapping: TableMapping, report: Report) -> pl.DataFrame:
    """The rows of one table: period_end, months, value, base, effective, and the texts area, _district, _measure,
    _breakdown and _group where there are such columns."""
    columns = dict(mapping.columns)
    if mapping is PLAIN:
        columns |= {role: names for role, names in _OPTIONAL.items() if find_column(table.header, names[0]) is not None}
    named = {role: column_of(table, names, f"the {role.strip('_')}") for role, names in columns.items()}
    texts = {"area": "area", "_months": "_months"}
    frame = table.frame.select(
        "_row", *(pl.col(theirs).alias(texts.get(role, f"_{role}")) for role, theirs in named.items())
    )
    if "area" not in named:
        frame = frame.with_columns(pl.lit(mapping.force or mapping.area).alias("area"))
    frame = _with_months(frame, table, mapping, named, report)
    frame = numbers(frame, "_base", "base", table, report, called=named["base"])
    frame = _odd(frame, pl.col("base") < 0, "base", "bases below 0: not known", table, report)
    if "effective" in named:
        frame = numbers(frame, "_effective", "effective", table, report, called=named["effective"])
        what = "bases in the effective column not above 0: not known"
        frame = _odd(frame, pl.col("effective") <= 0, "effective", what, table, report)
    else:
        frame = frame.with_columns(pl.lit(None, dtype=pl.Float64).alias("effective"))
    if "positives" in named:
        frame = numbers(frame, "_positives", "value", table, report, called=named["positives"])
        odd = (pl.col("value") < 0) | (pl.col("value") > pl.col("base"))
        frame = _odd(frame, odd, "value", "figures below 0 or above their base: not known", table, report)
    else:
        frame = fractions(frame, "_percentage", "_share", table, report, called=named["percentage"], unit=mapping.unit)
        frame = frame.with_columns((pl.col("_share") * pl.col("base")).round(9).alias("value")).drop("_share")
    drop = ("_base", "_effective", "_positives", "_percentage")
    return frame.drop(name for name in drop if name in frame.columns).with_columns(
        pl.lit(place, dtype=pl.UInt32).alias("_table")
    )


def _with_months(
    frame: pl.DataFrame, table: RawTable, mapping: TableMapping, named: dict[str, str], report: Report
) -> pl.DataFrame:
    if "_months" not in frame.columns:
        return with_waves(frame, table, mapping, named["period"], report)
    frame = numbers(frame, "_months", "_length", table, report, called="months")
    odd = frame.filter(pl.col("_length").is_null() | (pl.col("_length") < 1) | (pl.col("_length") > 120))
    if odd.height:
        row = odd.sort("_row").row(0, named=True)
        raise PmError(f"{table.where}: row {row['_row']}: {row['_months']!r} is not a number of months")
    parts = [
        with_waves(part.drop("_months", "_length"), table, _lasting(mapping, int(length)), named["period"], report)
        for (length,), part in frame.group_by("_length", maintain_order=True)
    ]
    return pl.concat(parts) if parts else with_waves(frame.drop("_months", "_length"), table, mapping, "period", report)


def _lasting(mapping: TableMapping, months: int) -> TableMapping:
    from dataclasses import replace

    return replace(mapping, months=months)


def _odd(frame: pl.DataFrame, odd: pl.Expr, column: str, what: str, table: RawTable, report: Report) -> pl.DataFrame:
    """`frame` with the odd figures of a column made null, and counted with the first of them."""
    rows = frame.filter(odd).sort("_row")
    if not rows.height:
        return frame
    first = rows.row(0, named=True)
    report.problem(
        table.file.name, what, rows.height, sheet=table.sheet, row=int(first["_row"]), example=f"{first[column]:g}"
    )
    return frame.with_columns(pl.when(~odd.fill_null(value=False)).then(column).alias(column))


def _with_measures(
    frame: pl.DataFrame, tables: Sequence[RawTable], mapping: TableMapping, catalogue: Catalogue, report: Report
) -> pl.DataFrame:
    """`frame` with `measure`; rows whose label names none are left out, and counted with the commonest of them."""
    if mapping.measure:
        return frame.with_columns(pl.lit(mapping.measure).alias("measure"))
    shares_ = [measure for measure in catalogue.measures.values() if measure.kind == "share"]
    known = {plain_answer(name): measure.id for measure in shares_ for name in (measure.id, measure.label)}
    known = dict(mapping.labels) or known
    texts = frame["_measure"].unique().to_list()
    ids = [known.get(plain_answer(text or "")) for text in texts]
    named = pl.DataFrame({"_measure": texts, "measure": ids}, schema={"_measure": pl.String, "measure": pl.String})
    frame = frame.join(named, on="_measure", how="left", nulls_equal=True)
    left = frame.filter(pl.col("measure").is_null())
    if left.height:
        tally = left.group_by("_measure").len().sort(["len", "_measure"], descending=[True, False])
        report.leave_out(
            f"{mapping.source}: {counted(left.height, 'row')} of {counted(tally.height, 'question')} "
            f"{verb(left.height, 'belong')} to no measure; "
            f"the commonest is {tally['_measure'][0]!r} ({tables[left['_table'][0]].where})"
        )
    return frame.filter(pl.col("measure").is_not_null())


def _with_breakdowns(frame: pl.DataFrame, mapping: TableMapping, report: Report) -> pl.DataFrame:
    """`frame` with dimension and category; the groups of the breakdown "district" become districts of the force."""
    if "_breakdown" not in frame.columns or "_group" not in frame.columns:
        return frame.with_columns(pl.lit("all").alias("dimension"), pl.lit("all").alias("category"))
    blank = frame.filter(pl.col("_breakdown").fill_null("").str.strip_chars() == "")
    if 0 < blank.height < frame.height:
        report.note(
            f"{mapping.source}: {counted(blank.height, 'row')} {verb(blank.height, 'name')} no breakdown: taken as the "
            f"whole force; the first is row {blank.sort('_row')['_row'][0]:,}"
        )
    texts = frame["_breakdown"].unique().to_list()
    names = [_dimension(text or "", mapping) for text in texts]
    named = pl.DataFrame(
        {"_breakdown": texts, "dimension": names}, schema={"_breakdown": pl.String, "dimension": pl.String}
    )
    groups = frame["_group"].unique().to_list()
    spelt = spellings(groups)
    categories = [spelt.get(plain_answer(text or ""), NOT_STATED) for text in groups]
    shown = pl.DataFrame(
        {"_group": groups, "category": categories}, schema={"_group": pl.String, "category": pl.String}
    )
    frame = frame.join(named, on="_breakdown", how="left", nulls_equal=True)
    frame = frame.join(shown, on="_group", how="left", nulls_equal=True)
    district = pl.col("dimension") == "district"
    if "_district" not in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("_district"))
    whole = district | (pl.col("dimension") == "all")
    return frame.with_columns(
        pl.when(district).then("category").otherwise("_district").alias("_district"),
        pl.when(whole).then(pl.lit("all")).otherwise("category").alias("category"),
        pl.when(whole).then(pl.lit("all")).otherwise("dimension").alias("dimension"),
    )


def _dimension(text: str, mapping: TableMapping) -> str:
    plain = plain_answer(text)
    if plain in mapping.breakdowns:
        return mapping.breakdowns[plain]
    return "all" if plain in _WHOLE else slug(text)


def _refuse_repeats(found: pl.DataFrame, tables: Sequence[RawTable]) -> None:
    key = list(KEY)
    if found.select(key).n_unique() == found.height:
        return
    twice = found.filter(pl.struct(key).is_duplicated()).sort(*key, "_table", "_row")
    first, second = twice.row(0, named=True), twice.row(1, named=True)
    here, there = tables[first["_table"]].where, tables[second["_table"]].where
    group = "" if first["category"] == "all" else f" {first['dimension']} {first['category']!r}"
    raise PmError(
        f"{here} (row {first['_row']:,}) and {there} (row {second['_row']:,}) both give {first['measure']} in "
        f"{first['area']}{group}, {counted(first['months'], 'month')} to {first['period_end']}; {twice.height:,} rows "
        "are given more than once",
        "They are the same figures twice, or two vintages of them: give one of them.",
    )
