"""The sentence of a rank: a force's place by rate in the country and in its Most Similar Group."""

from __future__ import annotations

from typing import Any

from pmcli.catalogue import Measure
from pmcli.views import words
from pmcli.views.sentences import wording
from pmcli.views.sentences.base import Sentence, capital, category


def rank_sentence(
    row: dict[str, Any], measure: Measure, area_label: str = "", *, peers: dict[str, Any] | None = None
) -> Sentence:
    """'18th highest rate of 42 forces per 1,000 population (0.772), … (12 months to September 2023).'

    row: of the rank table, of either scope. area_label: how the sentence names the force; "": it does not.
    peers: the row of the force's own Most Similar Group, to be said in the same sentence as a national `row`.
    A rank is a place, not a test: its finding is never better or worse.
    """
    about = f"rank-{row['scope']}"
    name = f"{capital(wording.noun(measure))}{category(row)}"
    lead = f"{area_label}: " if area_label else ""
    when = wording.against(row["months"], row["period_end"])
    rate = f"{words.rate(row['rate'])} per {words.per(row['per'])}"
    if row["of"] < 2:
        where = "country" if row["scope"] == "national" else "Most Similar Group"
        text = f"{lead}{name}: {rate}; not ranked, no other force of the {where} has a rate ({when})."
        return Sentence(text, "not available", None, about)
    place = _place(row)
    if peers is not None and peers["of"] > 1:
        place += f", and {_ordinal(peers)} of {peers['of']} in its Most Similar Group"
    return Sentence(f"{lead}{name}: {place}, {rate} ({when}).", "ranked", None, about)


def _place(row: dict[str, Any]) -> str:
    group = "forces" if row["scope"] == "national" else "in its Most Similar Group"
    return f"{_ordinal(row)} rate of {row['of']} {group}"


def _ordinal(row: dict[str, Any]) -> str:
    if row["rank"] == 1:
        return "highest"
    return "lowest" if row["rank"] == row["of"] else f"{words.ordinal(row['rank'])} highest"
