"""Statements in words, made in one place. A verb follows a test and the polarity, never a difference alone."""

from __future__ import annotations

from typing import Any

from pmcli.periods import month_name
from pmcli.views import words

LEVEL = 0.05


def judged(direction: str | None, better: str) -> str:
    """What a tested direction means: improvement, deterioration, change (no way is better), stable, not tested."""
    if direction is None:
        return "not tested"
    if direction == "stable":
        return "stable"
    if not better:
        return "change"
    return "improvement" if (direction == "increasing") == (better == "up") else "deterioration"


def light(direction: str | None, better: str) -> str:
    """A traffic light that needs no colour."""
    arrow = {"increasing": "▲", "decreasing": "▼", "stable": "●"}.get(direction or "", "○")
    word = {"improvement": "better", "deterioration": "worse", "change": "change", "stable": "stable"}
    return f"{arrow} {word.get(judged(direction, better), 'not tested')}"


def versus(now: float | None, then: float | None, p: float | None, *, counted: bool = True) -> str:
    """'fewer than', 'more than' or 'no clear change from': the verb of a comparison, by its test."""
    if now is None or then is None:
        return "not comparable with"
    if now == then:
        return "the same as"
    if p is None or p >= LEVEL:
        return "no clear change from"
    less, more = ("fewer than", "more than") if counted else ("lower than", "higher than")
    return less if now < then else more


def standing(row: dict[str, Any], kind: str = "count") -> str:
    """The total against the baseline and last year, from a row of the trend table."""
    total, end = row["total"], month_name(row["period_end"])
    if total is None:
        return f"The 12 months to {end} are not whole, so there is no total to compare."
    figure = words.figure(total, kind)
    parts = []
    for name, label in (("baseline", f"the 12 months to {month_name(row['baseline_end'])}"), ("previous", "last year")):
        then = row[name]
        if then is None:
            parts.append(f"not comparable with {label}")
        else:
            shown = words.figure(then, kind)
            parts.append(f"{versus(total, then, row[f'{name}_p'], counted=kind == 'count')} {label} ({shown})")
    return f"{figure} in the 12 months to {end}: {parts[0]}; {parts[1]}."


def long_term(row: dict[str, Any], better: str) -> str:
    """The long-term trend with its rate and interval, or that it was not tested."""
    if row["trend"] is None:
        return "Long-term trend: not tested (too few or too long periods, or all of them equal)."
    unit = {12: "months", 4: "quarters"}.get(row["frequency"], "periods")
    p = words.p_value(row["p_value"])
    detail = f"{row['periods']} {unit} from {month_name(row['first'])}; p {p if p.startswith('<') else f'= {p}'}"
    rate = _rate(row["change_per_year"], row["low"], row["high"])
    return f"Long-term trend: {_word(row['trend'], better)}{rate} ({detail})."


def travel(row: dict[str, Any], better: str) -> str:
    """The direction of travel: the last segment, with the month it began."""
    if row["direction"] is None:
        return "Direction of travel: not tested."
    rate = _rate(row["direction_change"], row["direction_low"], row["direction_high"])
    return f"Direction of travel: {_word(row['direction'], better)} {_since(row)}{rate}."


def _since(row: dict[str, Any]) -> str:
    if row["since"] is None or row["since"] == row["first"]:
        return "throughout (no turn found)"
    return f"since {month_name(row['since'])}"


def _word(direction: str, better: str) -> str:
    meaning = judged(direction, better)
    return f"{direction} ({meaning})" if meaning in {"improvement", "deterioration"} else direction


def _rate(change: float | None, low: float | None, high: float | None) -> str:
    if change is None:
        return ""
    interval = f", 95% {words.percent(low)} to {words.percent(high)}" if low is not None and high is not None else ""
    return f", {words.percent(change)} a year{interval}"
