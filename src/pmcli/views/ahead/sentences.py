"""The sentences of totals to come: what range to expect, and how likely each verdict is to turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final

from pmcli.catalogue import Catalogue, Measure
from pmcli.tables import AHEAD, SERIES
from pmcli.views.language import origins, wording, words
from pmcli.views.language.findings import capital, measure_of
from pmcli.views.language.forms import Figure
from pmcli.views.language.parts import category
from pmcli.views.language.statement import Origin, Row, Said, Sentence, rests

_BY: Final = {
    "baseline": "the verdict against the baseline",
    "previous-year": "the verdict against a year before",
    "outliers": "the outlier verdict",
}


def statements(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    """A sentence a horizon on the range to expect, and one for each verdict on how likely it is to turn."""
    for _, found in groupby(rows, key=lambda row: (*(row[name] for name in SERIES), row["horizon"])):
        several = list(found)
        measure = measure_of(catalogue, several[0])
        origin = partial(origin_of, several)
        first = several[0]
        rounded = {"value": Figure(round(first["value"]), "count"), "comparator": Figure(first["total"], "count")}
        yield rests(first, AHEAD, total_sentence(first, measure), origin, **rounded, difference=None, against_end=None)
        for row in several:
            if row["flip"] is not None:
                yield rests(row, AHEAD, turn_sentence(row, measure), origin, value=Figure(row["flip"], "share"))


def origin_of(rows: Sequence[Row]) -> Origin:
    """Of the rows of one series and horizon."""
    row = rows[0]
    facts = {
        "Window": origins.long_window(row["months"], row["period_end"]),
        "Method": row["method"] or "",
        "Row": origins.row_name("ahead", row, f"{row['horizon']} months ahead"),
    }
    return origins.made([row], facts)


def total_sentence(row: Row, measure: Measure) -> Sentence:
    """'Expected 1,480 to 1,690 robberies in the 12 months to March 2024 (80% interval); 1,524 now.'"""
    low, high = words.count(round(row["low_80"])), words.count(round(row["high_80"]))
    window = wording.window(row["months"], row["period_end"])
    now = "" if row["total"] is None else f"; {words.count(row['total'])} in the last 12"
    things = f"{wording.noun(measure)}{category(row)}"
    text = f"Expected {low} to {high} {things} in {window} (80% interval){now}."
    return Sentence(text, "expected", None, "total")


def turn_sentence(row: Row, measure: Measure) -> Sentence:
    """'1 chance in 6 of becoming an outlier by March 2024.'"""
    chance, when = odds(row["flip"]), words.long_month(row["period_end"])
    name = f"{measure.label}{category(row)}"
    if row["against"] == "outliers":
        turns = "ceasing to be an outlier" if row["verdict"] == "outlier" else "becoming an outlier"
        turns = "another verdict" if row["verdict"] == "undetermined" else turns
        return Sentence(f"{name}: {chance} of {turns} by {when}.", "expected", None, "turn")
    verdict = capital(_BY[row["against"]]) + f" ({row['verdict']})"
    return Sentence(
        f"{name}: {verdict[:1].lower()}{verdict[1:]} has {chance} of turning by {when}.", "expected", None, "turn"
    )


def odds(chance: float) -> str:
    """A probability as people say it: '1 chance in 6', '2 chances in 3', 'less than 1 chance in 100'."""
    if chance < 0.01:
        return "less than 1 chance in 100"
    if chance > 0.99:
        return "more than 99 chances in 100"
    pairs = [(1, of) for of in (2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100)] + [
        (2, 3),
        (3, 4),
        (4, 5),
        (9, 10),
        (19, 20),
    ]
    part, of = min(pairs, key=lambda pair: abs(pair[0] / pair[1] - chance))
    return f"{part} chance{'s' if part > 1 else ''} in {of}"


def chance_of(rows: Sequence[dict[str, Any]], against: str) -> float | None:
    """The chance that a verdict turns, of the rows of one series and horizon."""
    return next((row["flip"] for row in rows if row["against"] == against), None)
