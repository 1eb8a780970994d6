"""A survey with one row a respondent: weighted shares by area, breakdown and wave.

With weights w, value is the sum of w over the positive answers, base the sum of w over all answers that count, and the
effective sample size is Kish's (1965, Survey Sampling, section 11.7): (sum of w) squared over the sum of w squared.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from pmcli.errors import did_you_mean
from pmcli.sources.layout import Context
from pmcli.sources.reading.columns import stack
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report, counted
from pmcli.sources.reading.values import number
from pmcli.sources.survey.common import NOT_STATED, area_ids, column_of, spellings, with_waves
from pmcli.sources.survey.mapping import Dimension, Question, RespondentsMapping, plain_answer
from pmcli.sources.tracing import Trace
from pmcli.tables import OBSERVATIONS

_SHOWN = 4


def shares(tables: Sequence[RawTable], mapping: RespondentsMapping, context: Context) -> pl.DataFrame:
    """Observations of all respondents: for the force (or area) as a whole, each district, and each breakdown."""
    report = context.report
    frame = stack([_rows(table, place, mapping, report) for place, table in enumerate(tables)]).collect()
    frame = _without_blank_areas(frame, tables, report)
    frame = area_ids(frame, mapping, context.catalogue, report)
    for name, dimension in mapping.dimensions.items():
        frame = _categories(frame, f"_by_{name}", dimension)
    parts = []
    for measure, question in mapping.questions.items():
        frame = _answers(frame, f"_is_{measure}", measure, question, tables, report)
        parts.append(_with_nobody(pl.concat(_sums(frame, measure, mapping))))
        if context.trace is not None and context.trace.measure == measure:
            _trace(frame, mapping, tables, context.trace)
    found = pl.concat(parts).with_columns(pl.lit(mapping.source).alias("source"))
    weighted = "weight" in mapping.columns
    effective = pl.when(pl.col("_squares") > 0).then(pl.col("base") ** 2 / pl.col("_squares"))
    # Rounded, so that the order in which weights happen to be added leaves no trace: the same bytes every time.
    found = found.with_columns(
        pl.col("value", "base").round(9),
        (effective.round(9) if weighted else pl.lit(None, dtype=pl.Float64)).alias("effective"),
    )
    return found.select(*OBSERVATIONS.columns)


def _rows(table: RawTable, place: int, mapping: RespondentsMapping, report: Report) -> pl.DataFrame:
    """The respondents of one table: period_end, months, area, _district, _weight, an `_is_` column with the answer to
    each question and a `_by_` column with the text of each breakdown."""
    columns = mapping.columns
    area = mapping.force or mapping.area
    picked = {"_period": column_of(table, columns["period"], "the date or wave")}
    if "area" in columns:
        picked["area"] = column_of(table, columns["area"], "the area")
    if "district" in columns:
        picked["_district"] = column_of(table, columns["district"], "the district")
    if "weight" in columns:
        picked["_weight"] = column_of(table, columns["weight"], "the weight")
    for measure, question in mapping.questions.items():
        picked[f"_is_{measure}"] = column_of(table, question.columns, f"the answers for {measure}")
    for name, dimension in mapping.dimensions.items():
        picked[f"_by_{name}"] = column_of(table, dimension.columns, f"the breakdown {name}")
    frame = table.frame.select("_row", *(pl.col(theirs).alias(ours) for ours, theirs in picked.items()))
    if "area" not in picked:
        frame = frame.with_columns(pl.lit(area).alias("area"))
    frame = with_waves(frame, table, mapping, picked["_period"], report)
    frame = _weights(frame, table, picked["_weight"], report) if "_weight" in picked else _unweighted(frame)
    return frame.with_columns(pl.lit(place, dtype=pl.UInt32).alias("_table"))


def _unweighted(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.lit(1.0).alias("_weight"))


def _weights(frame: pl.DataFrame, table: RawTable, called: str, report: Report) -> pl.DataFrame:
    """`frame` with its weights as numbers. Respondents whose weight is blank, negative or no number are left out and
    counted; a weight of 0 is a publisher's way to say that the respondent does not count, and is noted."""
    frame = frame.rename({"_weight": "_text"}).with_columns(number("_text").alias("_weight"))
    blank = (pl.col("_text").str.strip_chars().fill_null("") == "") & pl.col("_weight").is_null()
    for what, odd in (
        ("blank", blank),
        ("no number", pl.col("_weight").is_null() & ~blank),
        ("negative", (pl.col("_weight") < 0).fill_null(value=False)),
    ):
        rows = frame.filter(odd).sort("_row")
        if rows.height:
            first = rows.row(0, named=True)
            report.problem(
                table.file.name,
                f"respondents left out: their weight in {called!r} is {what}",
                rows.height,
                sheet=table.sheet,
                row=int(first["_row"]),
                example="" if what == "blank" else str(first["_text"]),
            )
    none = frame.filter(pl.col("_weight") == 0).height
    if none:
        report.note(f"{table.where}: {counted(none, 'respondent')} of weight 0 in {called!r}: they count for nothing")
    return frame.filter(pl.col("_weight") >= 0).drop("_text")


def _without_blank_areas(frame: pl.DataFrame, tables: Sequence[RawTable], report: Report) -> pl.DataFrame:
    for column, what in (
        ("area", "respondents left out: the area is blank"),
        ("_district", "respondents without a district: they count for the force only"),
    ):
        if column not in frame.columns:
            continue
        blank = frame.filter(pl.col(column).str.strip_chars().fill_null("") == "").sort("_table", "_row")
        for (place,), part in blank.group_by("_table", maintain_order=True):
            table = tables[int(str(place))]
            report.problem(table.file.name, what, part.height, sheet=table.sheet, row=int(part["_row"][0]))
    return frame.filter(pl.col("area").str.strip_chars().fill_null("") != "")


def _categories(frame: pl.DataFrame, column: str, dimension: Dimension) -> pl.DataFrame:
    """`frame` with the texts of a breakdown as categories: by label, else by band, else as they are spelt."""
    texts = frame[column].unique().to_list()
    spelt = spellings(texts)
    categories = [_category(text, dimension, spelt) for text in texts]
    named = pl.DataFrame({column: texts, "_category": categories}, schema={column: pl.String, "_category": pl.String})
    return frame.join(named, on=column, how="left", nulls_equal=True).drop(column).rename({"_category": column})


def _category(text: str | None, dimension: Dimension, spelt: dict[str, str]) -> str:
    plain = plain_answer(text or "")
    if plain in dimension.labels:
        return dimension.labels[plain]
    if not plain:
        return NOT_STATED
    try:
        value = float(text or "")
    except ValueError:
        return spelt[plain]
    return _band(value, dimension.bands) if dimension.bands else spelt[plain]


def _band(value: float, bands: Sequence[float]) -> str:
    """'Under 35', '35-54', '55+' from the bands' lower ends 35 and 55."""
    if value < bands[0]:
        return f"Under {bands[0]:g}"
    for low, above in pairwise(bands):
        if value < above:
            return f"{low:g}-{above - 1:g}" if above - 1 > low else f"{low:g}"
    return f"{bands[-1]:g}+"


def _answers(
    frame: pl.DataFrame, column: str, measure: str, question: Question, tables: Sequence[RawTable], report: Report
) -> pl.DataFrame:
    """`frame` with the answers as 1.0 for positive, 0.0 for negative and null for what is not in the base.

    An answer that the mapping does not name is left out of the base and reported with its count, file by file.
    """
    texts = frame[column].unique().to_list()
    counts = {"positive": 1.0, "negative": 0.0}
    kinds = [_kind(plain_answer(text or ""), question) for text in texts]
    values = [counts.get(kind) for kind in kinds]
    schema = {column: pl.String, "_kind": pl.String, "_value": pl.Float64}
    found = frame.join(
        pl.DataFrame({column: texts, "_kind": kinds, "_value": values}, schema=schema),
        on=column,
        how="left",
        nulls_equal=True,
    )
    known = {plain: plain for plain in (*question.positive, *question.negative, *question.excluded)}
    for (place,), part in (
        found.filter(pl.col("_kind") == "unknown").sort("_table", "_row").group_by("_table", maintain_order=True)
    ):
        table = tables[int(str(place))]
        tally = part.group_by(column).len().sort(["len", column], descending=[True, False])
        listed = ", ".join(f"{text!r} ({number:,})" for text, number in tally.head(_SHOWN).rows())
        more = f" and {tally.height - _SHOWN} more" if tally.height > _SHOWN else ""
        near = did_you_mean(plain_answer(tally.row(0)[0]), known)
        report.problem(
            table.file.name,
            f"answers for {measure} not named in the mapping, and left out of the base: {listed}{more}"
            + (f" ({near.lower().rstrip('?')}?)" if near else ""),
            part.height,
            sheet=table.sheet,
            row=int(part["_row"][0]),
        )
    for (place,), part in found.sort("_table").group_by("_table", maintain_order=True):
        where = tables[int(str(place))].where
        blank, excluded = (part.filter(pl.col("_kind") == kind).height for kind in ("blank", "excluded"))
        if blank or excluded:
            report.note(
                f"{where}: {measure}: of {counted(part.height, 'respondent')}, {blank:,} without an answer (not asked) "
                f"and {excluded:,} with one that the mapping excludes are not in the base"
            )
    return found.drop(column, "_kind").rename({"_value": column})


def _kind(plain: str, question: Question) -> str:
    for name in ("positive", "negative", "excluded"):
        if plain in getattr(question, name):
            return name
    return "unknown" if plain else "blank"


def _sums(frame: pl.DataFrame, measure: str, mapping: RespondentsMapping) -> list[pl.DataFrame]:
    """The weighted sums for a measure: by area, by district, and by each breakdown for the area as a whole."""
    answer, weight = pl.col(f"_is_{measure}"), pl.col("_weight")
    asked = frame.filter(answer.is_not_null())
    everyone = pl.lit("all")
    kinds = [("area", "all", everyone)]
    if "_district" in frame.columns:
        kinds.append(("_district", "all", everyone))
    kinds += [("area", name, pl.col(f"_by_{name}")) for name in mapping.dimensions]
    return [
        asked.filter(pl.col(area).is_not_null())
        .group_by(
            pl.lit(measure).alias("measure"),
            pl.col(area).alias("area"),
            pl.lit(name).alias("dimension"),
            category.alias("category"),
            "period_end",
            "months",
            maintain_order=True,  # the last digit of a sum of weights depends on their order
        )
        .agg(
            (answer * weight).sum().alias("value"),
            weight.sum().alias("base"),
            (weight**2).sum().alias("_squares"),
        )
        for area, name, category in kinds
    ]


def _trace(frame: pl.DataFrame, mapping: RespondentsMapping, tables: Sequence[RawTable], trace: Trace) -> None:
    """Hand over the respondents behind the shares: what each brings to the numerator and to the base."""
    answer, weight = pl.col(f"_is_{trace.measure}"), pl.col("_weight")
    asked = frame.filter(answer.is_not_null()).with_columns(value=answer * weight, base=weight)
    if "_district" in asked.columns and trace.area != trace.force:
        asked = asked.filter(pl.col("_district").is_not_null()).with_columns(pl.col("_district").alias("area"))
    if trace.dimension in mapping.dimensions:
        asked = asked.filter(pl.col(f"_by_{trace.dimension}") == trace.category)
    of = pl.lit(trace.dimension).alias("dimension"), pl.lit(trace.category).alias("category")
    trace.add(asked.with_columns(of), mapping.source, tables)


def _with_nobody(found: pl.DataFrame) -> pl.DataFrame:
    """`found` with a row of base 0 where an area or group had no respondent in a period in which others were asked.

    Nobody is a known number: without these rows a small group's longer windows would have gaps. A period in which
    nobody at all was asked stays a gap.
    """
    series = ["measure", "area", "dimension", "category"]
    when = ["period_end", "months"]
    every = found.select(series).unique().join(found.select(when).unique(), how="cross")
    return every.join(found, on=[*series, *when], how="left").with_columns(
        pl.col("value", "base", "_squares").fill_null(0.0)
    )
