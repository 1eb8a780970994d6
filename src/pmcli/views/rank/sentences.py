"""The sentence of a rank: a force's place by rate in the country and in its Most Similar Group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from pmcli.catalogue import Catalogue, Measure
from pmcli.tables import KEY, RANK
from pmcli.views.language import origins, wording, words
from pmcli.views.language.findings import capital, measure_of
from pmcli.views.language.forms import Figure
from pmcli.views.language.parts import category
from pmcli.views.language.rates import per_million
from pmcli.views.language.statement import Origin, Row, Said, Sentence, rests


def statements(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    """A sentence a row; a force's places in the country and in its peer group have one origin."""
    together: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        together.setdefault(tuple(row[name] for name in KEY), []).append(row)
    for row in rows:
        apart = None if row["mean"] is None else row["rate"] - row["mean"]
        figures = {
            "value": Figure(row["rate"], "rate"), "comparator": Figure(row["mean"], "rate"),
            "difference": Figure(apart, "signed-rate"),
        }  # fmt: skip
        origin = partial(origin_of, together[tuple(row[name] for name in KEY)])
        yield rests(row, RANK, rank_sentence(row, measure_of(catalogue, row)), origin, **figures)


def origin_of(rows: Sequence[Row]) -> Origin:
    """Of a force's rows of the rank table, one a scope."""
    row = rows[0]
    said = per_million(row)
    people = f"{words.count(row['population'])} (mid-{row['population_year']})" if row["population"] else "not known"
    facts = {
        "Window": origins.long_window(row["months"], row["period_end"]),
        "Rate": f"{words.count(row['value'])} per {words.count(row['population'])} = {words.rate(said['rate'])} per "
        f"{said['per']}",
        "Population": people,
        "Ranked": "; ".join(f"{item['scope']}: {item['rank']} of {item['of']}" for item in rows if item["rank"]),
        "Conventions": row["conventions"] or "",
        "Row": origins.row_name("rank", row),
    }
    return origins.made(rows, facts, *origins.RATES)


def rank_sentence(row: Row, measure: Measure, area_label: str = "", *, peers: Row | None = None) -> Sentence:
    """'18th highest rate of 42 forces per 1,000 population (0.772), … (12 months to September 2023).'

    row: of the rank table, of either scope. area_label: how the sentence names the force; "": it does not.
    peers: the row of the force's own Most Similar Group, to be said in the same sentence as a national `row`.
    A rank is a place, not a test: its finding is never better or worse.
    """
    row = per_million(row)
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
    group = row if row["scope"] == "peers" else peers if peers is None else per_million(peers)
    beside = f"; {_beside(group, whose=group is not row)}" if group is not None and group["mean"] is not None else ""
    return Sentence(f"{lead}{name}: {place}, {rate}{beside} ({when}).", "ranked", None, about)


def _beside(row: Row, *, whose: bool) -> str:
    """'0.095 above the average of 0.705, within one SD (0.133)': of the figures as printed, so that they subtract."""
    pair = wording.rate_figures(row["rate"], row["mean"])
    apart = Decimal(pair[0].replace(",", "")) - Decimal(pair[1].replace(",", ""))
    if apart == 0:
        return f"{'its' if whose else 'the'} average itself, {pair[1]}"
    text = f"{abs(apart)} {'above' if apart > 0 else 'below'} {'its' if whose else 'the'} average of {pair[1]}"
    if row["sd"] is None:
        return text
    far = abs(row["rate"] - row["mean"]) > row["sd"]
    return f"{text}, {'more than' if far else 'within'} one SD ({words.rate(row['sd'])})"


def _place(row: Row) -> str:
    group = "forces" if row["scope"] == "national" else "in its Most Similar Group"
    return f"{_ordinal(row)} rate of {row['of']} {group}"


def _ordinal(row: Row) -> str:
    if row["rank"] == 1:
        return "highest"
    return "lowest" if row["rank"] == row["of"] else f"{words.ordinal(row['rank'])} highest"
