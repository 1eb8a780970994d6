"""The funnel, and counts by population: which forces differ from the country by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.funnel import Funnel
from pmcli.drawing.scatter import Scatter
from pmcli.notes import listing
from pmcli.views.charting import Wanted, beside, file_name, one_measure, role_of
from pmcli.views.funnel.sentences import correlation_statement, funnel_sentence, strength
from pmcli.views.language import words
from pmcli.views.language.findings import measure_of

_LIMITS = {
    "lower_95": "95% limit, lower",
    "upper_95": "95% limit, upper",
    "lower_998": "99.8% limit, lower",
    "upper_998": "99.8% limit, upper",
}


def charts(frame: pl.DataFrame, wanted: Wanted) -> list[Chart]:
    """A funnel, or counts by population, for every measure and window."""
    draw = {Funnel.kind: funnel_chart, Scatter.kind: scatter_chart}[wanted.kind]
    return beside(frame, wanted, draw, frame)


def funnel_chart(
    frame: pl.DataFrame, catalogue: Catalogue, *, highlight: str | None, peers: Sequence[str] = ()
) -> Funnel:
    """Each force's count over the one expected of its population, with the limits of chance.

    frame: the funnel table, one measure and window. highlight, peers: as for `rate_chart`.
    Raises PmError for no rows, or several measures.
    """
    row = one_measure(frame, "a funnel")
    known = frame.drop_nulls(["expected", "ratio"])
    rows = known.sort("expected", "area").rows(named=True)
    series = _forces(rows, catalogue, highlight, peers, "expected", "ratio")
    if rows:
        expected = [each["expected"] for each in rows]
        series.append(Series("As expected", [expected[0], expected[-1]], [1.0, 1.0], "comparator"))
        series += [
            Series(name, list(expected), [each[column] for each in rows], "limit") for column, name in _LIMITS.items()
        ]
    label = catalogue.label(row["measure"])
    when = f"{row['months']} months to {words.long_month(row['period_end'])}"
    finding = _funnel_finding(rows, highlight, catalogue)
    return Funnel(
        title=_said(rows, highlight, catalogue) or f"{label}: {finding}.",
        subtitle=f"{label}: forces against the national rate, {when}",
        alt=f"Funnel plot of {label} in {len(rows)} forces, {when}: each force's count over the count that the "
        f"national rate gives its population, with 95% and 99.8% limits. {finding}. {_outside(rows, catalogue)}",
        x_title="Count expected of the population (square-root scale)",
        y_title="Count over expected count",
        series=series,
        figures="mean",
        note=f"Limits: {row['method']}. Were all differences chance, about 1 force in 20 would be beyond 95%.",
        zero=False,
        name=file_name(row["measure"], highlight or "", "funnel"),
    )


def scatter_chart(
    frame: pl.DataFrame, catalogue: Catalogue, *, highlight: str | None, peers: Sequence[str] = ()
) -> Scatter:
    """Each force's count by its population, with the line on which counts would be in proportion to population.

    frame: the funnel table, one measure and window; its correlation is stated. highlight, peers: as for `rate_chart`.
    Raises PmError for no rows, or several measures.
    """
    row = one_measure(frame, "a scatter")
    rows = [
        each
        for each in frame.sort("population", "area").rows(named=True)
        if each["value"] is not None and each["population"]
    ]
    series = _forces(rows, catalogue, highlight, peers, "population", "value")
    sloped = [each for each in rows if each["expected"] is not None]
    if sloped:
        largest = sloped[-1]
        line = [0.0, largest["expected"]]
        series.append(Series("In proportion to population", [0.0, largest["population"]], line, "comparator"))
    label = catalogue.label(row["measure"])
    when = f"{row['months']} months to {words.long_month(row['period_end'])}"
    finding = _scatter_finding(rows, row, highlight, catalogue)
    together = correlation_statement(rows, measure_of(catalogue, row), catalogue) if rows else None
    highest = max(rows, key=lambda each: each["value"], default=None)
    top = f" Highest count: {catalogue.area_label(highest['area'])} {words.count(highest['value'])}." if highest else ""
    return Scatter(
        title=together.text if together is not None else f"{label}: {finding[:1].lower()}{finding[1:]}.",
        subtitle=f"{label} and population by force, {when}",
        alt=f"Scatter plot of {label} by population in {len(rows)} forces, {when}. {finding}.{top}",
        x_title="Population",
        y_title="Number",
        series=series,
        figures="count",
        note="The line is the national rate: on it, counts are in proportion to population." if sloped else "",
        name=file_name(row["measure"], highlight or "", "scatter"),
    )


def _forces(
    rows: list[dict[str, Any]], catalogue: Catalogue, highlight: str | None, peers: Sequence[str], x: str, y: str
) -> list[Series]:
    """The forces as points: others first, so that those picked out lie over them."""
    series = []
    for role, name in (
        ("other", "Other forces"),
        ("peer", "Most Similar Group"),
        ("mine", catalogue.area_label(highlight or "")),
    ):
        mine = [row for row in rows if role_of(row["area"], highlight, peers) == role]
        if mine:
            labels = [catalogue.area_label(row["area"]) for row in mine]
            series.append(Series(name, [row[x] for row in mine], [row[y] for row in mine], role, labels))
    return series


def _funnel_finding(rows: list[dict[str, Any]], highlight: str | None, catalogue: Catalogue) -> str:
    if not rows:
        return "There is no national rate to hold the forces against"
    beyond = sum(row["position"] not in {"within", None} for row in rows)
    said = f"{beyond} of {len(rows)} forces beyond the 95% limits"
    mine = next((row for row in rows if row["area"] == highlight), None)
    if mine is None:
        return said
    where, _, level = (mine["position"] or "").partition(" ")
    place = f"{where} the {level} limit" if level else "within the limits"
    return (
        f"{catalogue.area_label(mine['area'])}: {words.count(mine['value'])}, {words.ratio(mine['ratio'])} times the "
        f"{words.expected(mine['expected'])} expected, {place}; {said}"
    )


def _said(rows: list[dict[str, Any]], highlight: str | None, catalogue: Catalogue) -> str:
    mine = next((row for row in rows if row["area"] == highlight), None)
    return funnel_sentence(mine, measure_of(catalogue, mine)).text if mine is not None else ""


def _outside(rows: list[dict[str, Any]], catalogue: Catalogue) -> str:
    said = []
    for place in ("above 99.8%", "below 99.8%"):
        names = [
            f"{catalogue.area_label(row['area'])} {words.ratio(row['ratio'])}"
            for row in sorted(rows, key=lambda row: -abs(row["ratio"] - 1))
            if row["position"] == place
        ]
        if names:
            said.append(f"{place.capitalize()}: {listing(names, 6)}.")
    return " ".join(said)


def _scatter_finding(
    rows: list[dict[str, Any]], row: dict[str, Any], highlight: str | None, catalogue: Catalogue
) -> str:
    said = []
    mine = next((each for each in rows if each["area"] == highlight), None)
    if mine is not None:
        said.append(
            f"{catalogue.area_label(mine['area'])}: {words.count(mine['value'])} in a population of "
            f"{words.count(mine['population'])}"
        )
        if mine["expected"] is not None:
            said[-1] += f", {words.expected(mine['expected'])} expected"
    r = row["correlation"]
    if r is None:
        said.append("no correlation can be given")
    else:
        said.append(
            f"{strength(r)} correlation of counts with population over {row['of']} forces (r = {words.ratio(r)})"
        )
    text = "; ".join(said)
    return text[0].upper() + text[1:]
