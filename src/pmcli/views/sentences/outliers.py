"""The sentences of the outlier rules: each criterion, and the verdict they come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmcli.catalogue import Catalogue, Criterion, Rule
from pmcli.catalogue.rules import earlier
from pmcli.errors import PmError
from pmcli.notes import listing
from pmcli.periods import shift
from pmcli.views import words
from pmcli.views.sentences import wording
from pmcli.views.sentences.base import Sentence

_BY_RULES = "Name the rules it was made by: --rules FILE, or rules in pm.toml."
_VERDICTS = {"outlier": "An outlier", "not an outlier": "Not an outlier", "undetermined": "Undetermined"}


def rule_of(rows: Sequence[dict[str, Any]], catalogue: Catalogue) -> Rule:
    """The rule by which rows of one measure and group were judged.

    rows: of the outliers table. Raises PmError when the catalogue has another rule for the group, or none: its words
    would be of other windows than the figures.
    """
    group = rows[0]["group"]
    rule = catalogue.rules.get(group)
    if rule is None:
        raise PmError(f"no outlier rule is known for the group {group!r} of this table", _BY_RULES)
    criteria = {one.id: one for one in rule.criteria}
    for row in rows:
        one = criteria.get(row["criterion"])
        if one is None:
            raise PmError(f"the rule for {group} has no criterion {row['criterion']!r}, as this table has", _BY_RULES)
        ends = {"previous-year": shift(row["period_end"], -12), "": None}
        windows = one.months, ends.get(one.against, row["against_end"])
        if row["flag"] is not None and windows != (row["months"], row["against_end"]):
            raise PmError(f"{row['criterion']} is of other windows here than in this table", _BY_RULES)
    return rule


def is_home(measure: str, group: str, catalogue: Catalogue) -> bool:
    """Whether the rule of a group is the one that a measure is judged by, where a project has it judged by several."""
    judging = [rule.group for rule in catalogue.rules.values() if measure in rule.measures]
    known = catalogue.measures.get(measure)
    return judging in ([], [group]) or (known.group if known and known.group in judging else judging[0]) == group


def verdict_about(measure: str, group: str, catalogue: Catalogue) -> str:
    """What the verdict's sentence is about: `verdict`, and with the group where another rule judges the measure too."""
    return "verdict" if is_home(measure, group, catalogue) else f"verdict-{group}"


def judged_label(measure: str, group: str, catalogue: Catalogue) -> str:
    """The measure's label, with the rule that judges it where it is not the one that it is judged by first of all."""
    label = catalogue.label(measure)
    return label if is_home(measure, group, catalogue) else f"{label}, by the rule for {group}"


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
    if total == 1:
        met = f"the one criterion {'cannot be tested' if untested else 'is met' if flags else 'is not met'}"
    elif untested:
        met += f", {wording.spoken(untested)} cannot be tested"
    extra = ""
    if rule.gate_months and flags + untested >= row["needed"]:
        extra = f" An outlier also needs {gate(rule)}{_gate_met(several, rule)}."
    text = f"{_VERDICTS[row['verdict']]}: {met}.{extra}"
    return Sentence(text, row["verdict"], _why_untested(several, rule), "verdict")


def _gate_met(rows: Sequence[dict[str, Any]], rule: Rule) -> str:
    """': 27 against 16, which is so' from the criterion that compares the gate's months, where it is among the rows."""
    gate_of = ("volume", rule.gate_months, rule.gate_against)
    same = {one.id for one in rule.criteria if (one.kind, one.months, one.against) == gate_of}
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
    flags = "One flag makes" if rule.needed == 1 else f"{wording.spoken(rule.needed).capitalize()} flags make"
    return f"{flags} an outlier{beside}."


def gate(rule: Rule) -> str:
    """What a rule needs beside its flags: 'at least five more in the last six months than a year before'."""
    months = rule.gate_months
    more = f"at least {wording.spoken(rule.gate_increase)} more" if rule.gate_increase else "no fewer"
    now = "the last month" if months == 1 else f"the last {wording.spoken(months)} months"
    before = "a year before" if rule.gate_against == "previous-year" else f"in {earlier(months, rule.gate_against)}"
    return f"{more} in {now} than {before}"


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
