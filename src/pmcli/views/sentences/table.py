"""The sentences table: what every row of a result table says, with the figures that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.tables import (
    BREAKDOWN,
    COMPARISON,
    FUNNEL,
    KEY,
    OUTLIERS,
    RANK,
    SENTENCES,
    SERIES,
    SPC,
    TREND,
    WAVES,
    Table,
)  # fmt: skip
from pmcli.views.sentences.base import Sentence, measure_of
from pmcli.views.sentences.breakdown import breakdown_row, breakdown_sentence, largest_row, largest_sentence
from pmcli.views.sentences.caveats import changes_between, comparison_caveat
from pmcli.views.sentences.charts import funnel_sentence, signal_row, spc_sentence
from pmcli.views.sentences.comparison import comparison_sentence
from pmcli.views.sentences.outliers import criterion_sentence, is_home, rule_of, verdict_about, verdict_sentence
from pmcli.views.sentences.rank import rank_sentence
from pmcli.views.sentences.trend import comparisons, trend_sentences
from pmcli.views.sentences.waves import extreme_row, extreme_sentence, gap_sentence, wave_sentence

_Rows = list[dict[str, Any]]
_Said = Iterator[dict[str, Any]]

ABOUT: Final = (
    "baseline", "previous-year", "national", "peers", "long-term", "direction", "signal", "rank-national", "rank-peers",
    "verdict", "position", "total", "largest", "lowest", "highest", "change", "gap",
)  # fmt: skip
"""What a sentence may be about, in the order in which they are said; the criteria of a rule follow its verdict."""


def say(frame: pl.DataFrame, table: Table, catalogue: Catalogue) -> pl.DataFrame:
    """The sentences table of a result table, whose rows they rest on.

    frame: conforming to `table`, one of SAYABLE. Of survey waves the latest is said, of a control chart the last
    signal; every other row has its sentence. Ordered by measure as the catalogue lists them, area, and ABOUT.
    Raises KeyError for a table that nothing is said of.
    """
    said = list(_SAYERS[table.name](frame.sort(*table.key).to_dicts(), catalogue))
    made = pl.DataFrame(said, schema=SENTENCES.schema(), orient="row")
    return in_order(made, catalogue)


def in_order(sentences: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Sentences by measure as the catalogue lists them, area, series, and what they are about."""
    places = {name: number for number, name in enumerate(catalogue.measures)}
    order = {name: float(number) for number, name in enumerate(ABOUT)}
    for rule in catalogue.rules.values():
        order |= {one.id: order["verdict"] + 0.01 * (n + 1) for n, one in enumerate(rule.criteria)}
        order[f"verdict-{rule.group}"] = order["verdict"] + 0.005
    return sentences.sort(
        pl.col("measure").replace_strict(places, default=len(places), return_dtype=pl.Int64),
        "measure",
        "area",
        pl.col("dimension") != "all",
        "dimension",
        ~pl.col("about").is_in(["total", "largest"]),
        pl.col("about") == "largest",
        "category",
        "source",
        pl.col("about").replace_strict(order, default=order["verdict"] + 0.9, return_dtype=pl.Float64),
        "period_end",
        "months",
        "about",
    )


def _row(row: dict[str, Any], table: Table, sentence: Sentence, **figures: Any) -> dict[str, Any]:
    """A row of the sentences table: the key and figures of the row that the sentence rests on."""
    carried = ("against_end", "value", "difference", "change", "p_value")
    given = {name: row.get(name) for name in carried} | {"comparator": row.get("against_value")} | figures
    return {
        **{name: row[name] for name in KEY},
        **given,
        "table": table.name,
        "about": sentence.about,
        "finding": sentence.finding,
        "caveat": sentence.caveat,
        "sentence": sentence.text,
    }


def _comparison(rows: _Rows, catalogue: Catalogue) -> _Said:
    for row in rows:
        yield _row(row, COMPARISON, comparison_sentence(row, measure_of(catalogue, row), catalogue))


def _trend(rows: _Rows, catalogue: Catalogue) -> _Said:
    for row in rows:
        measure = measure_of(catalogue, row)
        pairs = {pair["against"]: pair for pair in comparisons(row, measure, catalogue)}
        nothing = {"value": None, "against_end": None, "comparator": None, "difference": None}
        for sentence in trend_sentences(row, measure, catalogue):
            if sentence.about in pairs:
                figures = _figures(pairs[sentence.about])
            elif sentence.about == "long-term":
                figures = nothing | {"change": row["change_per_year"], "p_value": row["p_value"]}
            elif sentence.about == "direction":
                figures = nothing | {"change": row["direction_change"], "p_value": None}
            else:
                figures = nothing | {"change": None, "p_value": None}
            yield _row(row, TREND, sentence, **figures)


def _figures(pair: dict[str, Any]) -> dict[str, Any]:
    names = ("value", "against_end", "difference", "change", "p_value")
    return {name: pair[name] for name in names} | {"comparator": pair["against_value"]}


def _rank(rows: _Rows, catalogue: Catalogue) -> _Said:
    for row in rows:
        sentence = rank_sentence(row, measure_of(catalogue, row))
        apart = None if row["mean"] is None else row["rate"] - row["mean"]
        yield _row(row, RANK, sentence, value=row["rate"], comparator=row["mean"], difference=apart)


def _outliers(rows: _Rows, catalogue: Catalogue) -> _Said:
    def whose(row: dict[str, Any]) -> tuple[Any, ...]:
        return (*(row[name] for name in SERIES), row["period_end"], row["group"])

    told: set[tuple[Any, ...]] = set()
    for _, found in groupby(sorted(rows, key=whose), key=whose):
        several = sorted(found, key=lambda row: -row["months"])
        rule = rule_of(several, catalogue)
        first = next((row for row in several if row["months"] == rule.months), several[0])  # what the verdict is of
        nothing = {"against_end": None, "difference": None}
        met = {"value": float(first["flags"]), "comparator": float(first["needed"])}
        verdict = verdict_sentence(several, rule)
        if not is_home(first["measure"], rule.group, catalogue):
            text = f"By the rule for {rule.group}: {verdict.text[:1].lower()}{verdict.text[1:]}"
            about = verdict_about(first["measure"], rule.group, catalogue)
            verdict = replace(verdict, text=text, about=about)
        yield _row(first, OUTLIERS, verdict, **nothing, **met)
        for row in several:
            same = tuple(row[name] for name in (*KEY, "criterion"))
            if same in told:  # another rule has the same criterion, and it says the same
                continue
            told.add(same)
            sentence = replace(criterion_sentence(row, rule), caveat=_between(row, catalogue))
            yield _row(row, OUTLIERS, sentence, comparator=row["comparator"])


def _between(row: dict[str, Any], catalogue: Catalogue) -> str | None:
    """What lies between the two windows of a criterion, where it compares two and could be tested."""
    if row["flag"] is None or row["against_end"] in {None, row["period_end"]}:
        return None
    breaks = ";".join(changes_between(row, catalogue))
    return comparison_caveat(row | {"breaks": breaks, "against_value": row["comparator"]}, catalogue)


def _waves(rows: _Rows, catalogue: Catalogue) -> _Said:
    def survey(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["source"], row["measure"], row["months"], row["area"].partition("/")[0]

    latest: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        latest[survey(row)] = max(latest.get(survey(row), row["period_end"]), row["period_end"])
    districts: dict[tuple[Any, ...], _Rows] = {}
    for row in rows:
        if row["period_end"] != latest[survey(row)]:
            continue
        if "/" in row["area"] and row["dimension"] == "all" and row["kind"] == "group":
            districts.setdefault(survey(row), []).append(row)
        gap = row["kind"] == "gap"
        sentence = gap_sentence(row) if gap else wave_sentence(row, measure_of(catalogue, row))
        yield _row(row, WAVES, sentence, p_value=row["p_adjusted"])
    for several in districts.values():
        measure = measure_of(catalogue, several[0])
        first = extreme_row(several, measure)
        if first is not None:
            known = [row for row in several if row is not first and row["value"] is not None and not row["too_small"]]
            label = catalogue.area_label(first["area"]).partition(": ")[2]
            sentence = extreme_sentence([first, *known], measure, label)
            yield _row(first, WAVES, sentence, p_value=first["p_adjusted"])


def _breakdown(rows: _Rows, catalogue: Catalogue) -> _Said:
    wholes: dict[tuple[Any, ...], _Rows] = {}
    for row in rows:
        sentence = breakdown_sentence(row, measure_of(catalogue, row), catalogue)
        yield _row(row, BREAKDOWN, sentence, p_value=breakdown_row(row)["p_value"])
        key = (row["source"], row["measure"], row["area"], row["dimension"], row["period_end"], row["months"])
        wholes.setdefault(key, []).append(row)
    for several in wholes.values():
        largest = largest_row(several)
        if largest is not None:
            yield _row(largest, BREAKDOWN, largest_sentence(largest, measure_of(catalogue, largest)))


def _funnel(rows: _Rows, catalogue: Catalogue) -> _Said:
    for row in rows:
        apart = None if row["expected"] is None else row["value"] - row["expected"]
        change = None if row["ratio"] is None else row["ratio"] - 1
        sentence = funnel_sentence(row, measure_of(catalogue, row))
        yield _row(row, FUNNEL, sentence, comparator=row["expected"], difference=apart, change=change)


def _spc(rows: _Rows, catalogue: Catalogue) -> _Said:
    def whose(row: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(row[name] for name in SERIES)

    for _, found in groupby(rows, key=whose):
        series = list(found)
        last = signal_row(series)
        sentence = spc_sentence(series, measure_of(catalogue, last))
        apart = None if last["value"] is None or last["centre"] is None else last["value"] - last["centre"]
        yield _row(last, SPC, sentence, comparator=last["centre"], difference=apart)


_SAYERS: Final[dict[str, Callable[[_Rows, Catalogue], _Said]]] = {
    COMPARISON.name: _comparison,
    TREND.name: _trend,
    RANK.name: _rank,
    OUTLIERS.name: _outliers,
    WAVES.name: _waves,
    BREAKDOWN.name: _breakdown,
    FUNNEL.name: _funnel,
    SPC.name: _spc,
}

SAYABLE: Final = (COMPARISON, TREND, RANK, OUTLIERS, WAVES, BREAKDOWN, FUNNEL, SPC)
"""The tables that something is said of."""
