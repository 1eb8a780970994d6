"""The sentences of the outlier rules: each criterion, and the verdict they come to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any, Final

from pmcli.catalogue import Catalogue, Criterion, Rule
from pmcli.catalogue.rules import earlier, main_window
from pmcli.errors import PmError
from pmcli.notes import listing
from pmcli.periods import shift
from pmcli.tables import KEY, OUTLIERS, SERIES
from pmcli.views.language import origins, wording, words
from pmcli.views.language.caveats import changes_between, comparison_caveat
from pmcli.views.language.findings import capital
from pmcli.views.language.forms import Figure
from pmcli.views.language.parts import spoken
from pmcli.views.language.rates import per_million
from pmcli.views.language.statement import Origin, Row, Said, Sentence, rests

_BY_RULES = "Name the rules it was made by: --rules FILE, or rules in pm.toml."
_FORMS: Final = {
    "volume": ("count", "count", "signed"), "rate": ("rate", "rate", "signed-rate"),
    "change": ("percent", "percent", "points"),
}  # fmt: skip
"""The forms of a criterion's own figure, of what it is held against and of their difference, by its kind."""

HINT: Final = r": name a [a-z]+ file\b.*$"
"""What a reason says to type."""

_VERDICTS = {"outlier": "An outlier", "not an outlier": "Not an outlier", "undetermined": "Undetermined"}


def statements(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    """The verdict of each measure and rule, then its criteria, each once."""

    def whose(row: Row) -> tuple[Any, ...]:
        return (*(row[name] for name in SERIES), row["period_end"], row["group"])

    told: set[tuple[Any, ...]] = set()
    for _, found in groupby(sorted(rows, key=whose), key=whose):
        several = sorted(found, key=lambda row: -row["months"])
        rule = rule_of(several, catalogue)
        origin = partial(origin_of, several)
        first = next((row for row in several if row["months"] == rule.months), several[0])  # what the verdict is of
        verdict = verdict_sentence(several, rule)
        if not is_home(first["measure"], rule.group, catalogue):
            text = f"{capital(by_rule(rule.group))} {verdict.text[:1].lower()}{verdict.text[1:]}"
            about = verdict_about(first["measure"], rule.group, catalogue)
            verdict = replace(verdict, text=text, about=about)
        met = {"value": Figure(float(first["flags"])), "comparator": Figure(float(first["needed"]))}
        yield rests(first, OUTLIERS, verdict, origin, **met, against_end=None, difference=None)
        forms = {one.id: _FORMS[one.kind] for one in rule.criteria}
        for row in several:
            same = tuple(row[name] for name in (*KEY, "criterion"))
            if same in told:  # another rule has the same criterion, and it says the same
                continue
            told.add(same)
            sentence = replace(criterion_sentence(row, rule), caveat=_between(row, catalogue))
            names = zip(("value", "comparator", "difference"), forms[row["criterion"]], strict=True)
            figures = {name: Figure(row[name], form) for name, form in names}
            yield rests(row, OUTLIERS, sentence, origin, **figures)


def _between(row: Row, catalogue: Catalogue) -> str | None:
    """What lies between the two windows of a criterion, where it compares two and could be tested."""
    if row["flag"] is None or row["against_end"] in {None, row["period_end"]}:
        return None
    breaks = ";".join(changes_between(row, catalogue))
    return comparison_caveat(row | {"breaks": breaks, "against_value": row["comparator"]}, catalogue)


def origin_of(rows: Sequence[Row]) -> Origin:
    """Of the criteria of one measure in the outliers table."""
    row = rows[0]
    people = next((item for item in rows if item["population"]), None)
    facts = {
        "Window": origins.long_window(main_window(item["months"] for item in rows), row["period_end"]),
        "Criteria": ", ".join(item["criterion"] for item in rows),
        "Population": f"{words.count(people['population'])} (mid-{people['population_year']})" if people else "",
        "Conventions": row["conventions"] or "",
        "Row": f"outliers: {row['source']}, {row['measure']}, {row['area']}, {row['period_end']:%Y-%m}, {row['group']}",
    }
    return origins.made(rows, facts, *origins.BESIDE)


def rule_of(rows: Sequence[Row], catalogue: Catalogue) -> Rule:
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
    return label if is_home(measure, group, catalogue) else f"{label}, {by_rule(group)}"


def by_rule(group: str) -> str:
    """'by the rule for serious violence': the priority area of a rule within a sentence."""
    return f"by the rule for {spoken(group)}"


def verdict_sentence(rows: Sequence[Row] | Row, rule: Rule) -> Sentence:
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
    text = f"{_VERDICTS[row['verdict']]}: {met}.{extra}{_nearest(several, rule)}{_by_chance(row)}"
    return Sentence(text, row["verdict"], _why_untested(several, rule), "verdict")


def _nearest(rows: Sequence[Row], rule: Rule) -> str:
    """' 212 more offences by July would make it two.': the flag (or flags) that the fewest would turn."""
    row = rows[0]
    if len(rows) < len(rule.criteria):
        return ""
    near = [one for one in rows if one.get("margin") and one["flag"] is not None]
    up = min((one["margin"] for one in near if one["margin"] > 0), default=None)
    down = max((one["margin"] for one in near if one["margin"] < 0), default=None)
    if row["verdict"] == "outlier" and down is not None:
        count, flags = f"{words.count(-down)} fewer", row["flags"] - sum(one["margin"] == down for one in near)
    elif row["verdict"] != "outlier" and up is not None:
        count, flags = f"{words.count(up)} more", row["flags"] + sum(one["margin"] == up for one in near)
    else:
        return ""
    offences = "offence" if count in {"1 more", "1 fewer"} else "offences"
    made = wording.spoken(flags) if flags else "none"
    return f" {count} {offences} by {words.long_month(row['period_end'])} would make it {made}."


def _by_chance(row: Row) -> str:
    """' With no change and no difference between forces 16 in 100 would be outliers.'"""
    chance = row.get("verdict_chance")
    if chance is None:
        return ""
    number = words.count(round(chance * 100)) if chance >= 0.01 else "under one"
    return f" With no change, and no difference between forces, {number} in 100 would be outliers."


def _gate_met(rows: Sequence[Row], rule: Rule) -> str:
    """': 27 against 16, which is so' from the criterion that compares the gate's months, where it is among the rows."""
    gate_of = ("volume", rule.gate_months, rule.gate_against)
    same = {one.id for one in rule.criteria if (one.kind, one.months, one.against) == gate_of}
    row = next((row for row in rows if row["criterion"] in same and row["difference"] is not None), None)
    if row is None:
        return ""
    figures = f"{words.count(row['value'])} against {words.count(row['comparator'])}"
    return f": {figures}, which {'is so' if row['difference'] >= rule.gate_increase else 'is not so'}"


def _why_untested(rows: Sequence[Row], rule: Rule) -> str | None:
    """'Not tested: rate v. the national average, because …' for each reason once."""
    labels = {one.id: one.label for one in rule.criteria}
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row["flag"] is None:
            name = labels.get(row["criterion"]) or str(row["criterion"])
            reasons.setdefault(_reason(row) or "no figures", []).append(name)
    said = [f"Not tested: {listing(names)} ({reason})." for reason, names in reasons.items()]
    return " ".join(said) or None


def _reason(row: Row) -> str:
    """Why a criterion has no flag; what to type, which its column says as well, is for who ran the command."""
    return re.sub(HINT, "", (row["reason"] or "").strip()).removesuffix(".")


def rule_sentence(rule: Rule) -> str:
    """'Three flags make an outlier.' and what is needed beside them."""
    beside = f", with {gate(rule)}" if rule.gate_months else ""
    flags = "One flag makes" if rule.needed == 1 else f"{wording.spoken(rule.needed).capitalize()} flags make"
    return f"{flags} an outlier{beside}."


def gate(rule: Rule) -> str:
    """What a rule needs beside its flags: 'at least five more in the last six months than a year before'."""
    months = rule.gate_months
    more = f"at least {wording.spoken(rule.gate_increase)} more" if rule.gate_increase else "no fewer"
    number = wording.spoken(months)
    now = "the last month" if months == 1 else f"the last {number} months"
    then = earlier(months, rule.gate_against, number)
    before = "a year before" if rule.gate_against == "previous-year" else f"in {then}"
    return f"{more} in {now} than {before}"


def criterion_sentence(row: Row, rule: Rule) -> Sentence:
    """'Criterion met: 12 months v. the baseline (15,097 against 14,961).' or why it cannot be tested."""
    criterion = next((one for one in rule.criteria if one.id == row["criterion"]), None)
    label = criterion.label if criterion else row["criterion"]
    if row["flag"] is None:
        reason = _reason(row)
        text = f"Criterion not tested: {label}{f' ({reason})' if reason else ''}."
        return Sentence(text, "not tested", None, row["criterion"])
    finding = "met" if row["flag"] else "not met"
    return Sentence(f"Criterion {finding}: {label} ({_figures(row, criterion)}).", finding, None, row["criterion"])


def _figures(row: Row, criterion: Criterion | None) -> str:
    kind = criterion.kind if criterion else "volume"
    now, then, spread = row["value"], row["comparator"], row["sd"]
    if kind == "volume":
        return f"{words.count(now)} against {words.count(then)}"
    if kind == "change":
        return f"{words.percent(now)} against {words.percent(then)}, SD {words.size_in_points(spread)}"
    said = per_million({"rate": now, "mean": then, "sd": spread, "per": "1000 population"})
    pair = wording.rate_figures(said["rate"], said["mean"])
    per = " per million" if said["rate"] != now else ""
    return f"{pair[0]} against {pair[1]}{per}, SD {words.rate(said['sd'])}"
