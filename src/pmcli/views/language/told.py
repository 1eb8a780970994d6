"""All that the catalogue knows of one measure: what it is, what it is made of, how it varies, which rules judge it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pmcli.catalogue import Catalogue, Measure
from pmcli.catalogue.rules import Rule
from pmcli.stats.counts import told_apart
from pmcli.views.language import words
from pmcli.views.outliers.sentences import gate

_BETTER = {"down": "lower is better", "up": "higher is better", "": "neither way is better by itself"}
_AT = 1000
"""The count at which a dispersion is told as what it takes to tell two years apart."""


def told(measure: Measure, catalogue: Catalogue) -> list[tuple[str, str]]:
    """(what, what is known of it) in the order in which people ask; what does not apply is left out."""
    return [(what, text) for what, text in _lines(measure, catalogue) if text]


def _lines(measure: Measure, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    yield "Measure", measure.id
    yield "Label", measure.label
    yield "Priority area", f"{catalogue.groups.get(measure.group, measure.group)} ({measure.group})"
    yield "Kind", f"{measure.kind}; {_BETTER[measure.better]}"
    yield "Rate", f"per {words.per(measure.per)}" if measure.kind == "count" else ""
    yield "Window", f"{measure.window} month{'' if measure.window == 1 else 's'}"
    yield "National metric", measure.national_metric
    yield "Metric published in", measure.metric_source
    yield "Published measure", measure.published
    yield (
        "Force's measure",
        f"{measure.force_measure}{' (proxy)' if measure.proxy else ''}" if measure.force_measure else "",
    )
    yield "Note", measure.note
    for source, where in measure.where.items():
        yield f"From {source}", where
    if not measure.where:
        yield "Made from", "no source that pm knows by itself; a mapping can name it (docs: mappings)"
    yield from _varies(measure)
    for rule in catalogue.rules.values():
        if measure.id in rule.measures:
            yield f"Rule {rule.group}", _rule(rule)
    for event in sorted(catalogue.events.values(), key=lambda one: (one.day, one.id)):
        if event.measures and measure.id in event.measures:
            where = f", {', '.join(catalogue.area_label(area) for area in event.areas)}" if event.areas else ""
            yield f"Change {event.day.isoformat()}", f"{event.label} ({event.id}{where})"


def _varies(measure: Measure) -> Iterator[tuple[str, str]]:
    """How far the measure moves by itself: what its tests and forecasts rest on."""
    if measure.kind == "count":
        below, above = (float(end[0]) for end in told_apart(np.array([float(_AT)]), measure.dispersion))
        yield (
            "Dispersion",
            (
                f"{measure.dispersion:g}: the variance of a count of {words.count(_AT)} over its mean; it is told from "
                f"{words.count(below)} or fewer and from {words.count(above)} or more"
            ),
        )
        yield "Usual move", f"{measure.usual_move:.0%} from one year to the next, beyond chance"
        yield "Forecast", f"a year's total wanders {measure.ahead:.0%} from what was expected, beyond chance"
    elif measure.matters:
        unit = " percentage points" if measure.kind == "share" else ""
        yield "Matters from", f"a difference of {measure.matters:g}{unit}"


def _rule(rule: Rule) -> str:
    """'An outlier when at least 3 of 4 are met: …'."""
    criteria = "; ".join(criterion.label for criterion in rule.criteria)
    also = f"; and {gate(rule)}" if rule.gate_months else ""
    return f"an outlier when at least {rule.needed} of {len(rule.criteria)} are met: {criteria}{also}"
