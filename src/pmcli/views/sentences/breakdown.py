"""The sentences of a breakdown: how each category changed, and which is the largest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pmcli.catalogue import Measure
from pmcli.stats.counts import two_count_test
from pmcli.views import words
from pmcli.views.sentences import wording
from pmcli.views.sentences.base import Sentence
from pmcli.views.sentences.comparison import comparison_sentence


def breakdown_row(row: dict[str, Any]) -> dict[str, Any]:
    """The row of the breakdown table as one of the comparison table, with the same exact test of its two counts.

    Each category is tested on its own; among many, about one in twenty moves this much by chance.
    """
    now, then = row["value"], row["against_value"]
    whole = {"dimension": "all", "category": "all"} if row["total"] else {}
    return {**row, **whole, "statistic": "count", "base": None, "against": "change", "against_base": None,
            "p_value": two_count_test([(now, then)])[0], "breaks": "", "conventions": ""}  # fmt: skip


def breakdown_sentence(row: dict[str, Any], measure: Measure) -> Sentence:
    """'76% more offences involving firearms [weapon: Ball bearing gun] (+28) in the 12 months to …'

    row: of the breakdown table, a category or the total.
    """
    if row["against_end"] is None:
        figure = words.count(row["value"])
        name = wording.noun(measure)
        text = f"{name[:1].upper()}{name[1:]} [{row['dimension']}: {row['category']}]: {figure} in {_when(row)}."
        return Sentence(text, "not available", None, "total" if row["total"] else "change")
    return replace(comparison_sentence(breakdown_row(row), measure), about="total" if row["total"] else "change")


def largest_sentence(row: dict[str, Any], measure: Measure) -> Sentence:
    """'Largest by weapon: Ball bearing gun, 65 (75.6%) in the 12 months to June 2022.'

    row: the category of a breakdown with the largest count.
    """
    spoken = row["dimension"].replace("_", " ").replace("-", " ")
    share = f" ({words.share(row['share'])})" if row["share"] is not None and row["value"] else ""
    figure = f"{words.count(row['value'])}{share}"
    text = f"Most {wording.noun(measure)} by {spoken}: {row['category']}, {figure} in {_when(row)}."
    return Sentence(text, "largest", None, "largest")


def _when(row: dict[str, Any]) -> str:
    return wording.window(row["months"], row["period_end"])
