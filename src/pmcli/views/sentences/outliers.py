"""The sentences of the outlier rules: each criterion, and the verdict they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pmcli.views import words
from pmcli.views.sentences import wording
from pmcli.views.sentences.base import Sentence, capital

if TYPE_CHECKING:
    from pmcli.catalogue import Criterion, Rule

_VERDICTS = {"outlier": "An outlier", "not an outlier": "Not an outlier", "undetermined": "Undetermined"}


def verdict_sentence(row: dict[str, Any], rule: Rule) -> Sentence:
    """'Not an outlier: two of four criteria met (three needed).'

    row: any of the measure's rows in the outliers table (all carry the verdict). rule: of the row's group.
    """
    flags, total = row["flags"], len(rule.criteria)
    untested = total - row["testable"]
    met = f"{wording.spoken(flags)} of {wording.spoken(total)} criteria met ({wording.spoken(row['needed'])} needed)"
    if not flags:
        met = f"none of {wording.spoken(total)} criteria met ({wording.spoken(row['needed'])} needed)"
    if untested:
        met += f", {wording.spoken(untested)} cannot be tested"
    extra = ""
    if rule.gate_months and flags >= row["needed"]:
        extra = f" An outlier needs {gate(rule)} as well."
    return Sentence(f"{_VERDICTS[row['verdict']]}: {met}.{extra}", row["verdict"], None, "verdict")


def gate(rule: Rule) -> str:
    """What a rule needs beside its flags: 'at least five more in the last six months than a year before'."""
    increase, months = wording.spoken(rule.gate_increase), wording.spoken(rule.gate_months)
    return f"at least {increase} more in the last {months} months than a year before"


def criterion_sentence(row: dict[str, Any], rule: Rule) -> Sentence:
    """'Criterion met: 12 months v. the baseline (15,097 against 14,961).' or why it cannot be tested."""
    criterion = next((one for one in rule.criteria if one.id == row["criterion"]), None)
    label = criterion.label if criterion else row["criterion"]
    if row["flag"] is None:
        reason = (row["reason"] or "").strip().removesuffix(".")
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
    return f"{words.rate(now)} against {words.rate(then)}, SD {words.rate(spread)}"


def _points(fraction: float | None) -> str:
    return words.UNKNOWN if fraction is None else f"{fraction * 100:.1f} points"


def headline(row: dict[str, Any], rule: Rule, label: str) -> str:
    """'Not an outlier for Homicide: none of four criteria met (three needed).'"""
    verdict, _, rest = verdict_sentence(row, rule).text.partition(":")
    return f"{capital(verdict)} for {label}:{rest}"
