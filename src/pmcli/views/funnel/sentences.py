"""The sentences of a funnel: where a force lies, and how the funnel is to be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from pmcli.catalogue import Catalogue, Measure
from pmcli.notes import listing
from pmcli.tables import FUNNEL
from pmcli.views.language import wording, words
from pmcli.views.language.findings import capital, measure_of
from pmcli.views.language.forms import Figure
from pmcli.views.language.origins import of_rows
from pmcli.views.language.parts import category
from pmcli.views.language.statement import Row, Said, Sentence, rests


def statements(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    """A sentence a force, and of each measure how counts go with population."""
    yield from _correlations(rows, catalogue)
    for row in rows:
        apart = None if row["expected"] is None else row["value"] - row["expected"]
        figures = {
            "comparator": Figure(row["expected"], "expected"), "difference": Figure(apart, "signed"),
            "change": None if row["ratio"] is None else row["ratio"] - 1,
        }  # fmt: skip
        sentence = funnel_sentence(row, measure_of(catalogue, row))
        yield rests(row, FUNNEL, sentence, partial(of_rows, FUNNEL.name, [row]), **figures)


def _correlations(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    together: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        together.setdefault((row["source"], row["measure"], row["period_end"], row["months"]), []).append(row)
    for several in together.values():
        sentence = correlation_statement(several, measure_of(catalogue, several[0]), catalogue)
        if sentence is not None:
            largest, none = largest_of(several), dict.fromkeys(("comparator", "difference", "change", "p_value"))
            figures = {"value": Figure(largest["correlation"], "ratio"), **none}
            yield rests(largest, FUNNEL, sentence, partial(of_rows, FUNNEL.name, several), **figures)


def largest_of(rows: Sequence[Row]) -> Row:
    """The row of the force with most people."""
    return max(rows, key=lambda row: (row["population"] or 0, row["area"]))


def correlation_statement(rows: Sequence[Row], measure: Measure, catalogue: Catalogue) -> Sentence | None:
    """'Homicides and population go together: very strong correlation over 42 forces (r = 0.95; 0.85 without …).'

    rows: of the funnel table, one measure and window, every force. None where no correlation is known.
    """
    row = rows[0]
    r, rest = row["correlation"], row["correlation_rest"]
    if r is None:
        return None
    name = catalogue.area_label(largest_of(rows)["area"])
    without = "" if rest is None else f"; {words.ratio(rest)} without the largest, {name}"
    when = wording.against(row["months"], row["period_end"])
    things = capital(wording.noun(measure))
    text = f"{things} and population: {strength(r)} correlation over {row['of']} forces, r = {words.ratio(r)}{without}"
    return Sentence(f"{text} ({when}).", "stated", None, "correlation")


def strength(r: float) -> str:
    """A correlation in words: the bands of Evans (1996), Straightforward statistics for the behavioral sciences."""
    bands = ((0.8, "very strong"), (0.6, "strong"), (0.4, "moderate"), (0.2, "weak"))
    word = next((word for least, word in bands if abs(r) >= least), "very weak")
    return word if r >= 0 else f"{word} negative"


def funnel_sentence(row: Row, measure: Measure) -> Sentence:
    """'Above the 99.8% limit: 1,514 Robbery offences where its population would give 1,280 at the national rate (…).'

    row: of the funnel table. Inside the 95 % limits a difference is no more than chance.
    """
    when = wording.against(row["months"], row["period_end"])
    things = f"{words.count(row['value'])} {wording.noun(measure, row['value'])}{category(row)}"
    if row["position"] is None:
        text = f"Not placed in a funnel: {things} ({when}); too few forces have a count and a population."
        return Sentence(text, "not available", None, "position")
    expected = f"{things} where its population would give {words.expected(row['expected'])}"
    figures = f"{expected} at the national rate (ratio {words.ratio(row['ratio'])}; {when})"
    if row["position"] == "within":
        ratio = f"(ratio {words.ratio(row['ratio'])}; {when})"
        text = f"In line with the national rate, within 95% limits: {expected} {ratio}."
        return Sentence(text, "expected", None, "position")
    side, _, limit = row["position"].partition(" ")
    finding = "high" if side == "above" else "low"
    return Sentence(f"{capital(side)} the {limit} limit: {figures}.", finding, None, "position")


def funnel_notes(row: Row, years: Sequence[int]) -> list[str]:
    """How a funnel is to be read; row: any of its rows."""
    if row["expected"] is None:
        return ["Too few forces have a count and a population: there is no national rate to expect."]
    said = [
        f"Exp.: the population (mid-{listing([str(year) for year in years])}) at the rate of {row['of']} forces "
        "together. Ratio: count over expected.",
        f"Limits: {row['method']}. If that were all, about 1 force in 20 would be beyond 95%.",
    ]
    if row["dispersion"] is not None:
        said.append(f"Dispersion (phi): {words.ratio(row['dispersion'])}; 1 or less is no more than chance.")
    if row["correlation"] is not None:
        said.append(correlation_sentence(row))
    return said


def correlation_sentence(row: Row) -> str:
    """'Counts and population: r = 0.85 (42 forces).'"""
    rest = row["correlation_rest"]
    without = "" if rest is None else f", {words.ratio(rest)} without the largest"
    return f"Counts and population: r = {words.ratio(row['correlation'])} ({row['of']} forces{without})."
