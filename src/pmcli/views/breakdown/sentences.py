"""The sentences of a breakdown: how each category changed, and which is the largest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from pmcli.catalogue import Catalogue, Measure
from pmcli.tables import BREAKDOWN
from pmcli.views.comparison.sentences import comparison_sentence
from pmcli.views.language import wording, words
from pmcli.views.language.caveats import changes_between
from pmcli.views.language.findings import SMALL_BASE, capital, measure_of
from pmcli.views.language.origins import of_rows
from pmcli.views.language.parts import category, spoken
from pmcli.views.language.statement import Origin, Row, Said, Sentence, rests


def statements(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    """A sentence a category and the total, then the largest category of each breakdown."""
    wholes: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        sentence = breakdown_sentence(row, measure_of(catalogue, row), catalogue)
        yield rests(row, BREAKDOWN, sentence, _origin(row), p_value=row["p_value"])
        key = (row["source"], row["measure"], row["area"], row["dimension"], row["period_end"], row["months"])
        wholes.setdefault(key, []).append(row)
    for several in wholes.values():
        largest = largest_row(several)
        if largest is not None:
            sentence = largest_sentence(largest, measure_of(catalogue, largest))
            yield rests(largest, BREAKDOWN, sentence, _origin(largest))


def _origin(row: Row) -> Callable[[], Origin]:
    return partial(of_rows, BREAKDOWN.name, [row])


def breakdown_row(row: Row, catalogue: Catalogue | None = None) -> Row:
    """The row of the breakdown table as one of the comparison table, with its test.

    Each category is tested on its own; among many, about one in twenty moves this much by chance. catalogue: where the
    recording changes between the two windows come from; None: none.
    """
    whole = {"category": "all"} if row["total"] else {}  # a total of records may differ from a published one
    breaks = ";".join(changes_between(row, catalogue)) if catalogue is not None else ""
    return {**row, **whole, "statistic": "count", "base": None, "against": "change", "against_base": None,
            "breaks": breaks, "conventions": ""}  # fmt: skip


def breakdown_sentence(row: Row, measure: Measure, catalogue: Catalogue | None = None) -> Sentence:
    """'76% more offences involving firearms (weapon: Ball bearing gun) (+28) in the 12 months to …'

    row: of the breakdown table, a category or the total. catalogue: where caveats come from; None: none.
    """
    about = "total" if row["total"] else "change"
    compared = breakdown_row(row, None if row["against_end"] is None else catalogue)
    if row["against_end"] is None:
        things = capital(wording.noun(measure)) + category(compared)
        return Sentence(f"{things}: {words.count(row['value'])} in {_when(row)}.", "not available", None, about)
    return replace(comparison_sentence(compared, measure, catalogue), about=about)


def largest_row(rows: Sequence[Row]) -> Row | None:
    """The category with the largest count of one breakdown; None where none has any, or two have as many."""
    known = [row for row in rows if not row["total"] and row["value"]]
    known.sort(key=lambda row: -row["value"])
    alone = len(known) < 2 or known[0]["value"] > known[1]["value"]
    return known[0] if known and known[0]["value"] > 0 and alone else None


def largest_sentence(row: Row, measure: Measure) -> Sentence:
    """'Commonest weapon among offences involving firearms: Ball bearing gun, 65 of 86 (75.6%) in the …'

    row: the category of a breakdown with the largest count (see `largest_row`). Its share is said of a whole that is
    large enough for a percentage.
    """
    share = row["share"]
    large = share is not None and share > 0 and round(row["value"] / share) >= SMALL_BASE
    figure = words.count(row["value"])
    if large:
        figure += f" of {words.count(round(row['value'] / share))} ({words.share(share)})"
    by = spoken(row["dimension"])
    text = f"Commonest {by} among {wording.noun(measure)}: {row['category']}, {figure} in {_when(row)}."
    return Sentence(text, "largest", None, "largest")


def _when(row: Row) -> str:
    return wording.window(row["months"], row["period_end"])
