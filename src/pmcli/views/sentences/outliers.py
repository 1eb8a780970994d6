"""The sentences of the outlier rules: each criterion, and the verdict they come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmcli.catalogue import Criterion, Rule
from pmcli.notes import listing
from pmcli.views import words
from pmcli.views.sentences import wording
from pmcli.views.sentences.base import Sentence

_VERDICTS = {"outlier": "An outlier", "not an outlier": "Not an outlier", "undetermined": "Undetermined"}


def verdict_sentence(rows: Sequence[dict[str, Any]] | dict[str, Any], rule: Rule) -> Sentence:
    """'Not an outlier: two of four criteria met (three needed).'

    rows: the measure's rows in the outliers table, or any one of them (all carry the verdict). rule: of their group.
    The caveat says why criteria among the rows could not be tested.
    """
    several = [rows] if isinstance(rows, dict) else rows
    row = several[0]
    flags, total = row["flags"], len(rule.criteria)
    untested = total - row["testable"]
    met = f"{wording.spoken(flags)} of {wording.spoken(total)} criteria met ({wording.spoken(row['needed'])} needed)"
    if not flags:
        met = f"none of {wording.spoken(total)} criteria met ({wording.spoken(row['needed'])} needed)"
    if untested:
        met += f", {wording.spoken(untested)} cannot be tested"
    extra = ""
    if rule.gate_months and flags + untested >= row["needed"]:
        extra = f" An outlier also needs {gate(rule)}{_gate_met(several, rule)}."
    text = f"{_VERDICTS[row['verdict']]}: {met}.{extra}"
    return Sentence(text, row["verdict"], _why_untested(several, rule), "verdict")


def _gate_met(rows: Sequence[dict[str, Any]], rule: Rule) -> str:
    """': 27 against 16, which is so' from the criterion that compares the gate's months, where it is among the rows."""
    same = {one.id for one in rule.criteria if one.months == rule.gate_months and one.against == "previous-year"}
    row = next((row for row in rows if row["criterion"] in same and row["difference"] is not None), None)
    if row is None:
        return ""
    figures = f"{words.count(row['value'])} against {words.count(row['comparator'])}"
    return f": {figures}, which {'is so' if row['difference'] >= rule.gate_increase else 'is not so'}"


def _why_untested(rows: Sequence[dict[str, Any]], rule: Rule) -> str | None:
    """'Not tested: rate v. the national average, because …' for each reason once."""
    labels = {one.id: one.label for one in rule.criteria}
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row["flag"] is None:
            reasons.setdefault(_reason(row) or "no figures", []).append(labels.get(row["criterion"], row["criterion"]))
    said = [f"Not tested: {listing(names)} ({reason})." for reason, names in reasons.items()]
    return " ".join(said) or None


def _reason(row: dict[str, Any]) -> str:
    return (row["reason"] or "").strip().removesuffix(".")


def rule_sentence(rule: Rule) -> str:
    """'Three flags make an outlier.' and what is needed beside them."""
    beside = f", with {gate(rule)}" if rule.gate_months else ""
    return f"{wording.spoken(rule.needed).capitalize()} flags make an outlier{beside}."


def gate(rule: Rule) -> str:
    """What a rule needs beside its flags: 'at least five more in the last six months than a year before'."""
    increase, months = wording.spoken(rule.gate_increase), wording.spoken(rule.gate_months)
    return f"at least {increase} more in the last {months} months than a year before"


def criterion_sentence(row: dict[str, Any], rule: Rule) -> Sentence:
    """'Criterion met: 12 months v. the baseline (15,097 against 14,961).' or why it cannot be tested."""
    criterion = next((one for one in rule.criteria if one.id == row["criterion"]), None)
    label = criterion.label if criterion else row["criterion"]
    if row["flag"] is None:
        reason = _reason(row)
        text = f"Criterion not tested: {label}{f' ({reason})' if reason else ''}."
        return Sentence(text, "not tested", None, row["criterion"])
    finding = "met" if row["flag"] else "not met"
    return Sentence(f"Criterion {finding}: {label} ({_figures(row, criterion)}).", finding, None, row["criterion"])


def _figures(row: dict[str, Any], criterion: Criterion | None) -> str:
    kind = criterion.kind if criterion else "volume"
    now, then, spread = row["value"], row["comparator"], row["sd"]
    if kind == "volume":
        return f"{words.count(now)} against {words.count(then)}"
    if kind == "change":
        return f"{words.percent(now)} against {words.percent(then)}, SD {_points(spread)}"
    pair = wording.rate_figures(now, then)
    return f"{pair[0]} against {pair[1]}, SD {words.rate(spread)}"


def _points(fraction: float | None) -> str:
    return words.UNKNOWN if fraction is None else f"{fraction * 100:.1f} points"
