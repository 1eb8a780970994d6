"""The key findings on change: against earlier windows, the country, and by the direction of travel."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import Any

import polars as pl

from pmcli.notes import listing
from pmcli.pack.incidents import in_series
from pmcli.pack.model import Statement
from pmcli.pack.view import View
from pmcli.periods import shift
from pmcli.steps.selecting import overlaps
from pmcli.tables import COMPARISON
from pmcli.views.comparison import sentences as comparison
from pmcli.views.language import words
from pmcli.views.language.caveats import incident as incident_in
from pmcli.views.language.findings import SMALL_BASE, judged, kind_of
from pmcli.views.language.origins import joined
from pmcli.views.language.statement import Said
from pmcli.views.language.words import long_month
from pmcli.views.trend import sentences as trend_sentences

MANY = 30
"""More names than any finding has: `listing` names them all."""


def against_before(view: View, against: str) -> list[Statement]:
    """The tested changes against one earlier window, those that are good apart from those that are not."""
    whole = (pl.col("dimension") == "all", pl.col("area") == view.area)
    rows = view.comparison.filter(pl.col("against") == against, *whole)
    by_measure = {row["measure"]: row for row in rows.iter_rows(named=True) if not view.is_old(row["measure"])}
    said = [one for one in view.saying(COMPARISON, against) if view.is_whole(one)]
    base = view.figures.question.baseline
    window = f"the 12 months to {long_month(base)}" if against == "baseline" else "a year before"
    made = []
    for finding, lead in (
        ("improvement", "Improved on"), ("deterioration", "Worsened on"), ("change", "Changed, not judged, from"),
        ("no clear change", "No clear change from"), ("not tested", "Not tested, as windows share months, against"),
    ):  # fmt: skip
        names = _found(said, finding, by_measure)
        if finding == "not tested":
            names = [name for name in names if _share_months(by_measure[name])]
        if names:
            plain = finding in {"no clear change", "not tested"}
            items = [_with_change(view, by_measure[name], base, plain=plain) for name in names]
            rests = joined(comparison.origin_of(by_measure[name]) for name in names)
            kind = kind_of(finding)
            made.append(Statement(f"{lead} {window}, to {long_month(view.to)}: {listing(items, MANY)}.", kind, rests))
    return made


def _found(said: list[Said], finding: str, among: Container[str]) -> list[str]:
    """The measures of statements with this finding."""
    return [one.row["measure"] for one in said if one.sentence.finding == finding and one.row["measure"] in among]


def _share_months(row: dict[str, Any]) -> bool:
    return overlaps(row["period_end"], row["against_end"], row["months"])


def _with_change(view: View, row: dict[str, Any], baseline: date, *, plain: bool) -> str:
    """Burglary (-41%*), or the counts where the base is small, or points for a share; with its months if others."""
    label = view.catalogue.label(row["measure"])
    if row["against"] == "baseline" and row["against_end"] != baseline:
        label += f" v. {long_month(row['against_end'])}"
    mark = "*" if row["breaks"] else ""
    early = "" if row["period_end"] == view.to else f"to {long_month(row['period_end'])}"
    if plain:
        return f"{label}{mark}{f' ({early})' if early else ''}"
    figures = " v. ".join(words.figure(row[name], row["statistic"]) for name in ("value", "against_value"))
    if incident := incident_in(row, view.catalogue):
        figures += f", {incident}"
    elif row["statistic"] == "share":
        figures = words.points(row["difference"])
    elif row["change"] is not None and row["against_value"] >= SMALL_BASE:
        figures = words.percent(row["change"], 0)
    return f"{label} ({figures}{mark}{f', {early}' if early else ''})"


def beside_the_country(view: View) -> list[Statement]:
    """Shares that are tested better or worse than the average of the country, as 999 answering."""
    rows = view.comparison.filter(pl.col("against") == "national")
    by_measure = {row["measure"]: row for row in rows.iter_rows(named=True) if not view.is_old(row["measure"])}
    said = view.saying(COMPARISON, "national")
    made = []
    for finding, kind in (("better", "good"), ("worse", "bad")):
        names = _found(said, finding, by_measure)
        if names:
            items = []
            for name in names:
                ours, theirs = (
                    words.figure(by_measure[name][column], "share") for column in ("value", "against_value")
                )
                items.append(
                    f"{view.catalogue.label(name)} ({ours} v. {theirs}, {long_month(by_measure[name]['period_end'])})"
                )
            side = "On the good side" if kind == "good" else "On the wrong side"
            text = f"{side} of the national average: {listing(items, MANY)}."
            made.append(Statement(text, kind, joined(comparison.origin_of(by_measure[name]) for name in names)))
    return made


def directions(view: View) -> list[Statement]:
    """Where the direction of travel is tested and goes one way."""
    trend = {row["measure"]: row for row in view.trend.iter_rows(named=True) if not view.is_old(row["measure"])}
    sides: dict[str, list[str]] = {"good": [], "bad": []}
    for name, row in trend.items():
        measure = view.catalogue.measures.get(name)
        kind = kind_of(judged(row["direction"], measure.better if measure else ""))
        if kind and not in_series(view, row):
            sides[kind].append(name)
    made = []
    for kind, lead in (("good", "improving"), ("bad", "worsening")):
        if sides[kind]:
            items = [
                f"{view.catalogue.label(name)} ({_since(trend[name])}{_crossed(view, trend[name])})"
                for name in sides[kind]
            ]
            rests = joined(trend_sentences.origin_of(trend[name], "direction") for name in sides[kind])
            last = listing([long_month(end) for end in sorted({trend[name]["period_end"] for name in sides[kind]})])
            made.append(Statement(f"Direction of travel {lead}, to {last}: {listing(items, MANY)}.", kind, rests))
    return made


def _since(row: dict[str, Any]) -> str:
    return f"since about {long_month(row['since'])}" if row["since"] else "beside a year before"


def _crossed(view: View, row: dict[str, Any]) -> str:
    """A star where recording changed within the last segment of a series."""
    start = row["since"] or shift(row["period_end"], -18)
    events = view.catalogue.events.values()
    changes = [one for one in events if one.kind == "recording-change" and one.touches(row["measure"], row["area"])]
    return "*" if any(start < one.day <= row["last"] for one in changes) else ""
