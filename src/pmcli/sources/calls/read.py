"""999 calls by force and month: calls, answered within 10 seconds, in 60 or more, and the average answer time.

Publishers name the columns as they like and give counts or percentages, so columns are known by their words
(layout.py), or by a mapping. A share needs the number of calls behind it to be added to another month's: without that
column a month is kept as it is, marked with an effective base of 0, and no longer window is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pmcli.errors import PmError
from pmcli.sources.calls.layout import FIGURES, LAYOUT, columns_by_words
from pmcli.sources.calls.mapping import CallsMapping
from pmcli.sources.classify import catalogue_rule
from pmcli.sources.layout import Context
from pmcli.sources.reading.columns import find_column, stack
from pmcli.sources.reading.leftover import leftover
from pmcli.sources.reading.percentages import fractions
from pmcli.sources.reading.periods import periods
from pmcli.sources.reading.raw import RawTable
from pmcli.sources.reading.report import Report, counted
from pmcli.sources.reading.values import number, numbers

_SHARE_NAME: Final = re.compile(r"%|per ?cent|proportion|share", re.IGNORECASE)
_PERCENT: Final = r"[0-9]\s*%\s*$"
_UNIT: Final = r"(?i)\s*(%|s|secs?|seconds)\s*$"


def observations(tables: Sequence[RawTable], context: Context) -> pl.DataFrame:
    """The observations of all tables: a share's value is the number of calls it is a share of all calls, a mean's the
    seconds of all calls together, and the base the calls. Where the calls are not known, value is the share or mean
    itself, base 1 and effective 0.

    Raises PmError when a table has counts but no number of calls, or a figure comes twice.
    """
    rule = catalogue_rule(context.catalogue, LAYOUT.name)
    found = context.observed(rows(tables, context), LAYOUT.name, rule, tables)
    return _without_calls(found, context.source(LAYOUT.name), context.report)


def _without_calls(found: pl.DataFrame, source: str, report: Report) -> pl.DataFrame:
    """Figures whose calls are not known, marked: they stand for their own month and are never added up."""
    alone = pl.col("base").is_null()
    known = found.filter(alone, pl.col("value").is_not_null()).height
    if known:
        report.note(
            f"{source}: {counted(known, 'figure')} without the number of calls: each stands for its own month, "
            "and no longer window can be made of them"
        )
    return found.with_columns(
        base=pl.when(alone & pl.col("value").is_not_null()).then(1.0).otherwise("base"),
        effective=pl.when(alone & pl.col("value").is_not_null()).then(0.0).otherwise("effective"),
    )


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a table. called: its column in the file. text: where the frame has it. share: not a count."""

    name: str
    called: str
    text: str
    share: bool


def rows(tables: Sequence[RawTable], context: Context) -> pl.LazyFrame:
    """One row a figure, force and month: figure, area (as written), period_end, months, value, base, with `_table` and
    `_row` for messages. value and base are those of `observations`, except that an unknown base is null.
    """
    mapping = context.mapping if isinstance(context.mapping, CallsMapping) else None
    return stack([_rows(table, place, mapping, context.report) for place, table in enumerate(tables)])


def _rows(table: RawTable, place: int, mapping: CallsMapping | None, report: Report) -> pl.DataFrame:
    columns = _columns(table, mapping)
    force = mapping.force if mapping else ""
    places = {table.columns.index(name): role for role, names in columns.items() for name in names}
    table.used.update(places)
    leftover(table, places, report)
    texts = {f"_{role}_{at}": name for role in ("calls", *FIGURES) for at, name in enumerate(columns.get(role, []))}
    frame = table.frame.select(
        "_row",
        (pl.col(columns["area"][0]) if "area" in columns else pl.lit(force)).alias("area"),
        pl.col(columns["period"][0]).alias("_period"),
        *(pl.col(name).alias(text) for text, name in texts.items()),
    )
    frame = periods(frame, ("_period",), table, report, called=(columns["period"][0],))
    frame = frame.with_columns(months=pl.col("period_months").fill_null(1))
    frame = _calls(frame, table, columns, report)
    figures = [_figure(frame, role, columns[role], table.where) for role in FIGURES if role in columns]
    percent = any(_percentages(frame, figure.text) for figure in figures if figure.share)
    parts = [_figure_rows(frame, table, figure, percent, report) for figure in figures]
    return pl.concat(parts).with_columns(pl.lit(place, dtype=pl.UInt32).alias("_table"))


def _columns(table: RawTable, mapping: CallsMapping | None) -> dict[str, list[str]]:
    """What each column is -> its names in the frame."""
    if mapping is None:
        by_words = {
            role: [table.columns[at] for at in places] for role, places in columns_by_words(table.header).items()
        }
        for role in ("area", "period", "calls"):
            _one(table.where, _SPOKEN[role], by_words.get(role, []))
        return by_words
    found = {role: find_column(table.header, name) for role, name in mapping.columns.items()}
    return {role: [table.columns[at]] for role, at in found.items() if at is not None}


_SPOKEN: Final = {"area": "the force", "period": "the month", "calls": "the number of calls"}


def _one(where: str, what: str, named: Sequence[str]) -> None:
    if len(named) > 1:
        raise PmError(
            f"{where}: {' and '.join(map(repr, named))} may each be {what}",
            'Say which is in a mapping with layout = "calls" (docs/mappings.md).',
        )


def _calls(frame: pl.DataFrame, table: RawTable, columns: dict[str, list[str]], report: Report) -> pl.DataFrame:
    """`frame` with the number of calls as `_calls`; null where it is not known."""
    if "calls" not in columns:
        return frame.with_columns(_calls=pl.lit(None, dtype=pl.Float64))
    called = columns["calls"][0]
    frame = numbers(frame, "_calls_0", "_calls", table, report, called=called)
    return _unknown(
        frame,
        "_calls",
        pl.col("_calls") < 0,
        table,
        f"values not known: a number of calls below 0 in {called!r}",
        report,
    )


def _figure(frame: pl.DataFrame, role: str, named: Sequence[str], where: str) -> _Figure:
    """Which column a figure is read from: a count before a share, because a share may be rounded.

    Raises PmError when there are two counts, or two shares: nobody can know which is meant.
    """
    found = [
        _Figure(role, name, f"_{role}_{at}", role != "answer_time" and _are_shares(frame, name, f"_{role}_{at}"))
        for at, name in enumerate(named)
    ]
    counts = [figure for figure in found if not figure.share]
    _one(where, FIGURES[role], [figure.called for figure in counts or found])
    return (counts or found)[0]


def _are_shares(frame: pl.DataFrame, name: str, text: str) -> bool:
    """Whether a column holds shares: its name says so, most figures have a percent sign, or none is over 100 and some
    is not whole. One cell with a sign among counts does not make shares of them: it is not known itself.
    """
    if _SHARE_NAME.search(name) or _mostly_signed(frame[text]):
        return True
    values = _quietly(frame, text).drop_nulls()
    return bool(values.len() and (values <= 100).all() and (values % 1 != 0).any())


def _mostly_signed(texts: pl.Series) -> bool:
    signed = texts.str.contains(_PERCENT).fill_null(value=False)
    return bool(signed.any()) and 2 * int(signed.sum()) >= int(
        texts.str.contains(r"[0-9]").fill_null(value=False).sum()
    )


def _percentages(frame: pl.DataFrame, text: str) -> bool:
    return bool(frame[text].str.contains("%").any() or (_quietly(frame, text) > 1).any())


def _quietly(frame: pl.DataFrame, text: str) -> pl.Series:
    """The numbers of a column, without a report: they are read again when it is known what they are."""
    return frame.select(pl.col(text).str.replace(_UNIT, "")).select(number(text)).to_series()


def _figure_rows(frame: pl.DataFrame, table: RawTable, figure: _Figure, percent: bool, report: Report) -> pl.DataFrame:
    """The rows of one figure.

    percent: how the table writes its shares, all of them alike: 0.9 beside 81.1 is 0.9 %. A number of 1 or less
    without a sign among percentages within 10 seconds could be either, and is not known.
    """
    value, calls = pl.col("_value"), pl.col("_calls")
    called = repr(figure.called)
    if figure.share:
        unit = "percent" if percent else "fraction"
        signed = frame[figure.text].str.contains("%").fill_null(value=False)
        frame = fractions(frame, figure.text, "_value", table, report, called=figure.called, unit=unit)
        if percent and figure.name == "within_10s":
            either = (value > 0) & (value <= 0.01) & ~pl.lit(signed)
            what = f"values not known: 1 or less among the percentages in {called} could be a fraction"
            frame = _unknown(frame, "_value", either, table, what, report, shown=figure.text)
    else:
        shares = pl.lit(frame[figure.text].str.contains(_PERCENT).fill_null(value=False))
        frame = frame.with_columns(pl.col(figure.text).str.replace(_UNIT, ""))
        frame = numbers(frame, figure.text, "_value", table, report, called=figure.called)
        what = f"values not known: a percentage among the figures in {called}"
        frame = _unknown(frame, "_value", shares, table, what, report, shown=figure.text)
        odd, what = value < 0, f"values not known: an answer time below 0 in {called}"
        if figure.name != "answer_time":
            if frame["_calls"].null_count() == frame.height:
                raise PmError(
                    f"{table.where} counts calls in {called}, but not all calls: a share cannot be made of it",
                    "Add a column with the number of calls; --map says which column is what (docs/mappings.md).",
                )
            odd, what = (
                (value < 0) | (value > calls),
                f"values not known: a count below 0 or above the calls in {called}",
            )
        frame = _unknown(frame, "_value", odd, table, what, report)
    known = calls.is_not_null()
    if figure.share or figure.name == "answer_time":
        value = pl.when(known).then(value * calls).otherwise(value)
    else:
        value = pl.when(known).then(value)
    return frame.select(
        "_row",
        "area",
        pl.lit(FIGURES[figure.name]).alias("figure"),
        "period_end",
        "months",
        value.alias("value"),
        calls.alias("base"),
    )


def _unknown(
    frame: pl.DataFrame, column: str, odd: pl.Expr, table: RawTable, what: str, report: Report, *, shown: str = ""
) -> pl.DataFrame:
    """`frame` with the odd values of `column` made null, and counted in the report with the first of them.

    shown: the column that the report shows it from (the text as written); `column` itself when left out.
    """
    odd = odd.fill_null(value=False)
    rows = frame.filter(odd).sort("_row")
    if not rows.height:
        return frame
    first = rows.row(0, named=True)
    example = str(first[shown or column])
    report.problem(table.file.name, what, rows.height, sheet=table.sheet, row=int(first["_row"]), example=example)
    return frame.with_columns(pl.when(~odd).then(column).alias(column))
