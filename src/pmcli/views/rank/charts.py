"""The chart of rates: every force as a bar, highest first, with one force and its Most Similar Group picked out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.drawing.chart import Chart, Series
from pmcli.drawing.rates import Rates
from pmcli.errors import PmError
from pmcli.views.charting import Wanted, beside, file_name, one_measure, role_of
from pmcli.views.language import words
from pmcli.views.language.findings import measure_of
from pmcli.views.language.rates import RARE, per_million
from pmcli.views.rank.sentences import rank_sentence


def charts(frame: pl.DataFrame, wanted: Wanted) -> list[Chart]:
    """A chart of rates for every measure and window. Raises PmError without rows of the national scope."""
    national = frame.filter(pl.col("scope") == "national")
    if national.is_empty():
        raise PmError("there is nothing to draw: the rank table has no rows of the national scope", "Run `pm rank`.")
    return beside(frame, wanted, rate_chart, frame)


def rate_chart(frame: pl.DataFrame, catalogue: Catalogue, *, highlight: str | None, peers: Sequence[str] = ()) -> Rates:
    """The forces' rates of one measure, highest first.

    frame: the rank table, one measure and window; its rows of the national scope are drawn. highlight: the area id to
    pick out. peers: the area ids of its Most Similar Group.
    Raises PmError for no rows, or several measures.
    """
    national = frame.filter(pl.col("scope") == "national")
    row = one_measure(national, "a chart of rates")
    every = national.rows(named=True)
    rare = max((each["rate"] for each in every if each["rate"] is not None), default=1.0) < RARE
    rows = sorted(
        (_per(each, rare=rare) for each in every if each["rate"] is not None),
        key=lambda each: (-each["rate"], each["area"]),
    )
    names = [catalogue.area_label(each["area"]) for each in rows]
    series = []
    for role, name in (
        ("mine", catalogue.area_label(highlight or "")),
        ("peer", "Most Similar Group"),
        ("other", "Other forces"),
    ):
        mine = [place for place, each in enumerate(rows) if role_of(each["area"], highlight, peers) == role]
        if mine:
            shown = [names[place] for place in mine]
            series.append(Series(name, shown, [rows[place]["rate"] for place in mine], role, list(shown)))
    held = _held(frame, highlight, catalogue)
    row = _per(row, rare=rare)
    first = _per(held, rare=rare) if held else (rows[0] if rows else row)
    if names and first["mean"] is not None:
        average = "Average of the Most Similar Group" if held else "Average"
        series.append(Series(average, list(names), [first["mean"]] * len(names), "comparator"))
        if first["sd"] is not None:
            for label, sign in (("Average plus 1 SD", 1), ("Average minus 1 SD", -1)):
                series.append(Series(label, list(names), [first["mean"] + sign * first["sd"]] * len(names), "limit"))
    per = f"per {words.per(row['per'])}"
    label = catalogue.label(row["measure"])
    when = f"{row['months']} months to {words.long_month(row['period_end'])}"
    finding = _finding(rows, first, highlight, catalogue)
    own = next((each for each in rows if each["area"] == highlight), None)
    said = f"{label}: {finding[:1].lower()}{finding[1:]}."
    if own is not None:
        told = held or next(each for each in every if each["area"] == highlight)
        said = rank_sentence(told, measure_of(catalogue, told)).text
    return Rates(
        title=said,
        subtitle=f"{label}: rate {per} by force, {when}",
        alt=f"Bar chart of {label} {per} in {len(rows)} forces, highest first, {when}. {said} {finding}. "
        f"{_ends(rows, catalogue)}{_peers(rows, highlight, peers, catalogue)}",
        x_title=f"Rate {per}",
        y_title="",
        series=series,
        figures="mean",
        note=_note(first),
        name=file_name(row["measure"], highlight or "", "rates"),
    )


def _per(row: dict[str, Any], *, rare: bool) -> dict[str, Any]:
    """The row with its rates per million where all of the chart are rare."""
    return per_million(row) if rare else row


def _held(frame: pl.DataFrame, highlight: str | None, catalogue: Catalogue) -> dict[str, Any] | None:
    """The force's row of the scope whose average and SD its outlier rule uses, where that is the peers' alone."""
    rates = [
        one.scope
        for rule in catalogue.rules.values()
        if frame["measure"][0] in rule.measures
        for one in rule.criteria
        if one.kind == "rate"
    ]
    if set(rates) != {"peers"}:
        return None
    mine = frame.filter(pl.col("scope") == "peers", pl.col("area").eq_missing(pl.lit(highlight)))
    mine = mine.drop_nulls("mean")
    return mine.row(0, named=True) if mine.height else None


def _finding(rows: list[dict[str, Any]], first: dict[str, Any], highlight: str | None, catalogue: Catalogue) -> str:
    if not rows:
        return "No force has a rate"
    said = []
    mine = next((row for row in rows if row["area"] == highlight), None)
    if mine is not None:
        said.append(f"{catalogue.area_label(mine['area'])} {words.rate(mine['rate'])}")
        if mine["rank"] is not None:
            said[0] += f", {words.ordinal(mine['rank'])} highest of {mine['of']}"
    else:
        said.append(f"From {words.rate(rows[-1]['rate'])} to {words.rate(rows[0]['rate'])}")
    if first["mean"] is not None:
        whose = " of the Most Similar Group" if first["scope"] == "peers" else f" of {first['of']} forces"
        said.append(f"average{whose} {words.rate(first['mean'])}")
        if first["sd"] is not None:
            said[-1] += f" (SD {words.rate(first['sd'])})"
    return "; ".join(said)


def _ends(rows: list[dict[str, Any]], catalogue: Catalogue) -> str:
    if not rows:
        return ""
    high, low = rows[0], rows[-1]
    return (
        f"Highest: {catalogue.area_label(high['area'])} {words.rate(high['rate'])}; "
        f"lowest: {catalogue.area_label(low['area'])} {words.rate(low['rate'])}."
    )


def _peers(rows: list[dict[str, Any]], highlight: str | None, peers: Sequence[str], catalogue: Catalogue) -> str:
    group = [row for row in rows if role_of(row["area"], highlight, peers) == "peer"]
    if not group:
        return ""
    said = ", ".join(f"{catalogue.area_label(row['area'])} {words.rate(row['rate'])}" for row in group)
    return f" Most Similar Group: {said}."


def _note(row: dict[str, Any]) -> str:
    conventions = f" Conventions: {row['conventions']}." if row["conventions"] else ""
    year = f" Population: mid-{row['population_year']}." if row["population_year"] else ""
    return f"{year}{conventions}".strip()
