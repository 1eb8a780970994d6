"""Findings of several measures in one sentence: where they stand beside the baseline, and which way they go now.

'Burglary and theft from the person are below the 12 months to December 2019; robbery, below it too, is rising again.'
A measure is named only where its own row bears the words out: a level where a test tells it from the baseline, a
direction where the direction of travel is tested; never across a declared change in recording, nor where one incident
makes the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from pmcli.catalogue import Measure
from pmcli.pack.incidents import in_series
from pmcli.pack.model import Origin, Statement
from pmcli.pack.names import subject
from pmcli.pack.view import View
from pmcli.periods import shift, window_start
from pmcli.tables import COMPARISON
from pmcli.views.comparison import sentences as comparison
from pmcli.views.language.findings import capital, judged
from pmcli.views.language.origins import joined
from pmcli.views.language.words import long_month
from pmcli.views.rank import sentences as rank
from pmcli.views.trend import sentences as trend

_TOLD: Final = frozenset({"improvement", "deterioration", "change"})
_WHICH: Final = (("below", "rising", "falling"), ("above", "falling", "rising"))
"""Level, the way back from it, and the way on."""

_WAYS: Final = {"increasing": "rising", "decreasing": "falling"}


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a count stands. level: "above" or "below" the baseline where told; way: "rising", "falling"; or ""."""

    measure: Measure
    level: str
    way: str
    origins: tuple[Origin, ...]
    baseline: date | None = None


def combined(view: View) -> list[Statement]:
    """The findings, the most telling first."""
    stands = _stands(view)
    return [
        *_standing(stands),
        *_since_a_year(view, stands),
        *_going(view),
        *_levels_of_shares(view),
        *_beside_the_country(view),
        *_beside_peers(view),
    ]


def _stands(view: View) -> list[Stand]:
    made = []
    for measure in view.catalogue.measures.values():
        if measure.id not in view.own or not view.tells(measure.id) or measure.kind != "count":
            continue
        row, level, origins = _told(view, measure.id, "baseline"), "", []
        if row is not None:
            level = "above" if row["difference"] > 0 else "below"
            origins.append(comparison.origin_of(row))
        going = view.row("trend", measure.id)
        way = _way(view, going) if going is not None else ""
        if going is not None and way:
            origins.append(trend.origin_of(going, "direction"))
        if level or way:
            base = row["against_end"] if row is not None else None
            made.append(Stand(measure, level, way, tuple(origins), base))
    return made


def _told(view: View, measure: str, against: str) -> dict[str, Any] | None:
    """The whole force's row against an earlier window, where a test tells the two apart and nothing forbids it."""
    for one in view.saying(COMPARISON, against):
        if one.row["measure"] == measure and view.is_whole(one):
            plain = not one.row["breaks"] and "one incident" not in one.sentence.text
            return one.row if one.sentence.finding in _TOLD and plain else None
    return None


def _way(view: View, row: dict[str, Any]) -> str:
    """The tested direction of travel of a series, without a recording change or an incident in it."""
    start = window_start(shift(row["period_end"], -12), 6)
    events = view.catalogue.events.values()
    changed = any(
        one.kind == "recording-change" and one.touches(row["measure"], row["area"]) and start < one.day <= row["last"]
        for one in events
    )
    return "" if changed or in_series(view, row) else _WAYS.get(row["direction"] or "", "")


def _standing(stands: Sequence[Stand]) -> list[Statement]:
    """Which counts are below the baseline and which above, which of them go back towards it, and what else moves."""
    levels, used = _levels(stands)
    moving = [one for one in stands if one.way and one not in used]
    ways = []
    for way in ("rising", "falling"):
        some = [one for one in moving if one.way == way]
        if some:
            ways.append(f"{subject(_measures(some))} {way}")
    if ways:
        ways[-1] += " beside the same six months a year before"
    if not levels and not ways:
        return []
    said = [*used, *moving]
    return [_statement("; ".join([*levels, *ways]), _kind(said), _origins(said), "finding.standing")]


def _levels(stands: Sequence[Stand]) -> tuple[list[str], list[Stand]]:
    """Clauses on those below and those above the baseline, those that go back towards it apart; and who is in them."""
    bases = {one.baseline for one in stands if one.level}
    if len(bases) != 1:
        return [], []
    window = f"the 12 months to {long_month(next(base for base in bases if base))}"
    parts, used = [], []
    for level, back, still in _WHICH:
        plain = [one for one in stands if one.level == level and one.way != back]
        turned = [one for one in stands if one.level == level and one.way == back]
        if plain:
            going = f" and still {still}" if all(one.way == still for one in plain) else ""
            parts.append(f"{subject(_measures(plain))} {level} {window}{going}")
        if turned:
            parts.append(f"{subject(_measures(turned))} {level} {window} but {back} again")
        used += [*plain, *turned]
    return [part.replace(window, "that level", 1) if place else part for place, part in enumerate(parts)], used


def _way_said(stands: Sequence[Stand]) -> list[Stand]:
    """Those whose way `_standing` says: all that have one, but for those in a clause on a level that not all go."""
    _, used = _levels(stands)
    hushed = []
    for level, back, still in _WHICH:
        plain = [one for one in used if one.level == level and one.way != back]
        if not all(one.way == still for one in plain):
            hushed += plain
    return [one for one in stands if one.way and one not in hushed]


def _since_a_year(view: View, stands: Sequence[Stand]) -> list[Statement]:
    """Counts and shares that a test tells from a year before, where no finding above says which way they go."""
    going = {one.measure.id for one in _way_said(stands)}
    rows = _rows(view, "previous-year", lambda measure: measure.id not in going)
    return _against(view, rows, "a year before", "finding.year")


def _going(view: View) -> list[Statement]:
    """Shares whose direction of travel is tested, by whether it is the better way."""
    parts, origins, kinds = [], [], []
    for finding, word, kind in (("improvement", "improving", "good"), ("deterioration", "worsening", "bad")):
        some = []
        for measure in view.catalogue.measures.values():
            row = view.row("trend", measure.id) if measure.id in view.own and measure.kind != "count" else None
            if row is None or not view.tells(measure.id) or not _way(view, row):
                continue
            if judged(row["direction"], measure.better) == finding:
                some.append(measure)
                origins.append(trend.origin_of(row, "direction"))
        if some:
            parts.append(f"{subject(some)} {word}")
            kinds.append(kind)
    if not parts:
        return []
    text = f"{'; '.join(parts)} beside the same six months a year before"
    return [_statement(text, kinds[0] if len(kinds) == 1 else "", joined(origins), "finding.going")]


def _levels_of_shares(view: View) -> list[Statement]:
    """Shares that a test tells from their baseline's wave."""
    rows = _rows(view, "baseline", lambda measure: measure.kind != "count")
    return _against(view, rows, "", "finding.shares")


def _rows(view: View, against: str, wanted: Any) -> list[dict[str, Any]]:
    ids = [name for name, one in view.catalogue.measures.items() if name in view.own and wanted(one)]
    rows = [_told(view, name, against) for name in ids if view.tells(name)]
    return [row for row in rows if row is not None]


def _against(view: View, rows: Sequence[dict[str, Any]], then: str, name: str) -> list[Statement]:
    """'Violence with injury is lower than a year before; X is higher.' then: "" says each row's own month."""
    parts, used = [], []
    for lower in (True, False):
        some = [row for row in rows if (row["difference"] < 0) == lower]
        for window, of in _by_window(some, then).items():
            measures = [view.catalogue.measures[row["measure"]] for row in of]
            parts.append(f"{subject(measures)} {'lower' if lower else 'higher'} than {window}")
            used += of
    if not parts:
        return []
    kinds = {one for one in (_judgement(view, row) for row in used) if one}
    origin = joined(comparison.origin_of(row) for row in used)
    return [_statement("; ".join(parts), kinds.pop() if len(kinds) == 1 else "", origin, name)]


def _by_window(rows: Iterable[dict[str, Any]], then: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(then or f"in the 12 months to {long_month(row['against_end'])}", []).append(row)
    return found


def _judgement(view: View, row: dict[str, Any]) -> str:
    better = view.catalogue.measures[row["measure"]].better
    return "" if not better else "good" if (row["difference"] > 0) == (better == "up") else "bad"


def _beside_the_country(view: View) -> list[Statement]:
    """Shares that are told better or worse than the average of the country, as 999 answering."""
    parts, origins, kinds = [], [], set()
    for finding, kind in (("better", "good"), ("worse", "bad")):
        rows = [
            one.row for one in view.saying(COMPARISON, "national")
            if one.sentence.finding == finding and view.is_whole(one) and view.tells(one.row["measure"])
        ]  # fmt: skip
        if rows:
            measures = [view.catalogue.measures[row["measure"]] for row in rows]
            parts.append(f"{subject(measures)} {finding} than the national average")
            origins += [comparison.origin_of(row) for row in rows]
            kinds.add(kind)
    kind = kinds.pop() if len(kinds) == 1 else ""
    return [_statement("; ".join(parts), kind, joined(origins), "finding.national")] if parts else []


def _beside_peers(view: View) -> list[Statement]:
    """Rates more than one SD above the Most Similar Group's mean."""
    high = view.rank.filter(pl.col("scope") == "peers", pl.col("rate") > pl.col("mean") + pl.col("sd"))
    rows = [row for row in high.iter_rows(named=True) if view.tells(row["measure"])]
    if not rows:
        return []
    measures = [view.catalogue.measures[row["measure"]] for row in rows]
    kinds = {{"down": "bad", "up": "good"}.get(measure.better, "") for measure in measures}
    text = f"{subject(measures)} more than one standard deviation above the Most Similar Group's mean rate"
    origin = joined(rank.origin_of([row]) for row in rows)
    return [_statement(text, kinds.pop() if len(kinds) == 1 else "", origin, "finding.peers")]


# -------------------------------------------------------------------------------------------------------- helpers
def _statement(text: str, kind: str, origin: Origin, name: str) -> Statement:
    return Statement(f"{capital(text)}.", kind, origin, name)


def _measures(stands: Iterable[Stand]) -> list[Measure]:
    return [one.measure for one in stands]


def _origins(stands: Iterable[Stand]) -> Origin:
    return joined(origin for one in stands for origin in one.origins)


def _kind(stands: Iterable[Stand]) -> str:
    """good or bad where every measure of a sentence says the same, in level and way; else neither."""
    kinds = set()
    for one in stands:
        for up in [*([one.level == "above"] if one.level else []), *([one.way == "rising"] if one.way else [])]:
            better = one.measure.better
            kinds.add("" if not better else "good" if up == (better == "up") else "bad")
    return kinds.pop() if len(kinds) == 1 else ""
