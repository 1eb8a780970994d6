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


def charts(frame: pl.DataFrame, wanted: Wanted) -> list[Chart]:
    """A chart of rates for every measure and window. Raises PmError without rows of the national scope."""
    national = frame.filter(pl.col("scope") == "national")
    if national.is_empty():
        raise PmError("there is nothing to draw: the rank table has no rows of the national scope", "Run `pm rank`.")
    return beside(national, wanted, rate_chart, frame)


def rate_chart(frame: pl.DataFrame, catalogue: Catalogue, *, highlight: str | None, peers: Sequence[str] = ()) -> Rates:
    """The forces' rates of one measure, highest first.

    frame: the rank table, one measure and window; its rows of the national scope are drawn. highlight: the area id to
    pick out. peers: the area ids of its Most Similar Group.
    Raises PmError for no rows, or several measures.
    """
    national = frame.filter(pl.col("scope") == "national")
    row = one_measure(national, "a chart of rates")
    rows = sorted(
        (each for each in national.rows(named=True) if each["rate"] is not None),
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
    first = rows[0] if rows else row
    if first["mean"] is not None:
        series.append(Series("Average", list(names), [first["mean"]] * len(names), "comparator"))
        if first["sd"] is not None:
            for label, sign in (("Average plus 1 SD", 1), ("Average minus 1 SD", -1)):
                series.append(Series(label, list(names), [first["mean"] + sign * first["sd"]] * len(names), "limit"))
    per = f"per {words.per(row['per'])}"
    label = catalogue.label(row["measure"])
    when = f"{row['months']} months to {words.long_month(row['period_end'])}"
    finding = _finding(rows, first, highlight, catalogue)
    return Rates(
        title=f"{label}: rate {per} by force, {when}",
        subtitle=finding,
        alt=f"Bar chart of {label} {per} in {len(rows)} forces, highest first, {when}. {finding}. "
        f"{_ends(rows, catalogue)}{_peers(rows, highlight, peers, catalogue)}",
        x_title=f"Rate {per}",
        y_title="",
        series=series,
        figures="mean",
        note=_note(first),
        name=file_name(row["measure"], highlight or "", "rates"),
    )


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
        said.append(f"average of {first['of']} forces {words.rate(first['mean'])}")
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
