"""The summary table: a row a measure, as NHS England's Making Data Count lays a board's measures out.

The figure, how it stands beside the baseline and a year before, which way it goes, how far it is from turning an
outlier verdict, and a small picture of its past. Every cell is a text with a shape and a word, so that no colour is
needed: ▲ more, ▼ fewer, ● no clear change, ○ not told.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from pmcli.catalogue import Measure, Rule
from pmcli.pack.incidents import in_series
from pmcli.pack.model import Standing
from pmcli.pack.view import View
from pmcli.tables import COMPARISON
from pmcli.views.language import wording, words
from pmcli.views.language.findings import NO_CHANGE, SMALL_BASE, judged
from pmcli.views.language.statement import Said
from pmcli.views.language.words import long_month

PAST: Final = 49
"""12-month figures that the small picture draws: four years by month."""

_JUDGED: Final = {"improvement": ", better", "deterioration": ", worse", "better": ", better", "worse": ", worse"}
_TURNS: Final = {"increasing": "▲ rising", "decreasing": "▼ falling"}


def standing(view: View, measure: Measure, area: str, how: str) -> Standing | None:
    """A measure's row, or None where it has no recent figures. area: its priority area; how: its standing."""
    own = view.own.get(measure.id)
    if own is None or view.is_old(measure.id):
        return None
    said = {
        one.sentence.about: one for one in view.saying(COMPARISON)
        if one.row["measure"] == measure.id and view.is_whole(one)
    }  # fmt: skip
    rows = [one.row for one in said.values()]
    if not rows:
        return None
    baseline = said.get("baseline") or said.get("national")
    return Standing(
        page=measure.id,
        area=area,
        label=measure.label,
        figure=_figure(rows[0], measure),
        baseline=_beside(baseline),
        previous=_beside(said.get("previous-year")),
        direction=_direction(view, measure),
        margin=_margins(view, measure),
        spark=_past(view, measure),
        standing=how,
        window="" if own["end"] == view.to else f"to {long_month(own['end'])}",
    )


def _figure(row: dict[str, Any], measure: Measure) -> str:
    if row["value"] is None:
        return words.UNKNOWN
    if row["statistic"] == "share":
        return wording.share_of(row["value"], row["base"])
    unit = wording.unit(measure)[1] if row["statistic"] == "mean" else ""
    return f"{words.figure(row['value'], row['statistic'])}{unit}"


def _beside(said: Said | None) -> str:
    """'▼ 17% fewer, better', '● no clear change', '○ recording changed'."""
    if said is None:
        return ""
    row, finding = said.row, said.sentence.finding
    where = " than the country" if row["against"] == "national" else ""
    if finding == "not available":
        return words.UNKNOWN
    if finding in {NO_CHANGE, "no clear difference"}:
        return f"● {finding}"
    if finding == "in line with":
        return f"● in line with {'the country' if where else 'it'}"
    if finding == "not tested":
        return "○ not tested"
    if finding == "change" and row["breaks"]:
        return "○ recording changed"
    if finding == "change" and "one incident" in said.sentence.text:
        return "○ one large incident"
    arrow = "▲" if row["difference"] > 0 else "▼"
    if row["statistic"] == "share":
        size = f"{wording.printed_points(wording.shares_of(row, apart=True), row['difference'])} "
        return f"{arrow} {size}{'higher' if row['difference'] > 0 else 'lower'}{where}{_JUDGED.get(finding, '')}"
    way = "more" if row["difference"] > 0 else "fewer"
    small = row["change"] is None or row["against_value"] < SMALL_BASE
    size = words.count(abs(row["difference"])) if small else wording.whole_percent(row["change"])
    return f"{arrow} {size} {way}{_JUDGED.get(finding, '')}"


def _direction(view: View, measure: Measure) -> str:
    """'▼ falling, better', '● no clear change'; nothing where there is no series."""
    row = view.row("trend", measure.id)
    if row is None or row["direction"] is None:
        return ""
    if row["direction"] == NO_CHANGE:
        return f"● {NO_CHANGE}"
    if in_series(view, row):
        return "○ one large incident"
    return f"{_TURNS[row['direction']]}{_JUDGED.get(judged(row['direction'], measure.better), '')}"


def _margins(view: View, measure: Measure) -> str:
    """How many offences the verdict is away from turning, by the rule that judges the measure first."""
    for rule in view.catalogue.rules.values():
        rows = view.of("judged", measure.id).filter(pl.col("group") == rule.group).to_dicts()
        if rows:
            return margin(rows, rule)
    return ""


def margin(rows: list[dict[str, Any]], rule: Rule) -> str:
    """'212 more', 'OUTLIER: 30 fewer', 'not judged': offences to where the verdict of a measure turns.

    rows: of the outliers table, one measure and rule. A flag turns with its own margin; the verdict with that of the
    last flag that it takes, and where the rule has a gate not before that is passed.
    """
    verdict, flags, needed = rows[0]["verdict"], rows[0]["flags"], rows[0]["needed"]
    margins = [row["margin"] for row in rows if row["margin"] is not None]
    if verdict == "outlier":
        away = sorted(-one for one in margins if one < 0)
        place = flags - needed
        return f"OUTLIER: {words.count(away[place])} fewer" if place < len(away) else "OUTLIER"
    if verdict != "not an outlier":
        return "cannot be judged"
    away = sorted(one for one in margins if one > 0)
    place = needed - flags - 1
    if place >= len(away):
        return "not an outlier"
    least = away[max(place, 0)] if place >= 0 else 0.0
    return f"{words.count(max(least, _to_the_gate(rows, rule)))} more"


def _to_the_gate(rows: list[dict[str, Any]], rule: Rule) -> float:
    """How many more offences the gate of a rule takes, where a criterion compares the gate's months; else none."""
    if not rule.gate_months:
        return 0.0
    gate_of = ("volume", rule.gate_months, rule.gate_against)
    same = {one.id for one in rule.criteria if (one.kind, one.months, one.against) == gate_of}
    short = [rule.gate_increase - row["difference"] for row in rows if row["criterion"] in same and row["difference"]]
    return float(max([*short, 0.0]))


def _past(view: View, measure: Measure) -> list[float | None]:
    """The 12-month figures of the whole force, oldest first, by period without a hole."""
    rows = view.of("totals", measure.id).filter(pl.col("dimension") == "all").sort("period_end")
    values = [
        None if value is None or base == 0 else value / base if base else value
        for value, base in rows.select("value", "base").iter_rows()
    ]
    return values[-PAST:]
