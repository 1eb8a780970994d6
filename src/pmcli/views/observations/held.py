"""What `pm say` has of a series' latest window, for its chart: held against the baseline or the year before.

A chart knows two figures and their bases, which is all that the tests of `pm compare` need.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pmcli.catalogue import Catalogue
from pmcli.periods import shift
from pmcli.steps.selecting import overlaps
from pmcli.steps.testing import grade_of, pair_test
from pmcli.views.comparison.sentences import comparison_sentence
from pmcli.views.language import wording, words
from pmcli.views.language.caveats import changes_between
from pmcli.views.language.findings import capital, measure_of
from pmcli.views.language.parts import category
from pmcli.views.language.statement import Row


def said_of(now: Row, then: Mapping[date, Row], baseline: date, catalogue: Catalogue) -> str:
    """The sentence on a window against the baseline; where that is not known, against the year before, or alone.

    now: a row of observations, whose figure is known. then: the series' rows by the last day of their window.
    """
    for against, end in (("baseline", baseline), ("previous-year", shift(now["period_end"], -12))):
        before = then.get(end)
        if before is not None and before["value"] is not None and end < now["period_end"]:
            row = pair_row(now, before, against, catalogue)
            return comparison_sentence(row, measure_of(catalogue, now), catalogue).text
    return alone(now, catalogue)


def alone(now: Row, catalogue: Catalogue) -> str:
    """'Burglary offences: 4,484 in the 12 months to July 2023.'"""
    measure = measure_of(catalogue, now)
    window = wording.window(now["months"], now["period_end"])
    if now["base"] is None:
        return f"{capital(wording.noun(measure))}{category(now)}: {words.count(now['value'])} in {window}."
    name, unit = wording.unit(measure) if measure.kind == "mean" else (measure.label, "")
    figure = now["value"] / now["base"] if now["base"] else None
    kind = measure.kind if measure.kind != "count" else "share"
    shown = (
        wording.share_of(figure, now["base"]) if kind == "share" and figure is not None else words.figure(figure, kind)
    )
    return f"{name}{category(now)}: {shown}{unit} in {window}."


def pair_row(now: Row, then: Row, against: str, catalogue: Catalogue) -> Row:
    """Two windows of a series as a row of the comparison table; against: "baseline" or "previous-year"."""
    measure = measure_of(catalogue, now)
    based = now["base"] is not None or then["base"] is not None
    statistic = "mean" if measure.kind == "mean" else "share" if based or measure.kind == "share" else "count"
    value, before = _figure(now, statistic), _figure(then, statistic)
    p, least, unusual = None, None, False
    if value is not None and before is not None and not overlaps(now["period_end"], then["period_end"], now["months"]):
        p, least, unusual = pair_test(
            statistic, value, before, _worth(now), _worth(then), measure.dispersion, measure.usual_move
        )
    difference = None if value is None or before is None else value - before
    grade = None if difference is None else grade_of(p, difference, statistic, measure.matters, unusual=unusual)
    row = {
        **{name: now[name] for name in ("source", "measure", "area", "dimension", "category", "period_end", "months")},
        "statistic": statistic, "value": value, "base": now["base"], "against": against,
        "against_end": then["period_end"], "against_value": before, "against_base": then["base"],
        "difference": difference,
        "change": None if difference is None or not before or before <= 0 else difference / before,
        "p_value": p, "least": least, "grade": grade, "breaks": "", "conventions": "",
    }  # fmt: skip
    return row | {"breaks": ";".join(changes_between(row, catalogue))}


def _figure(row: Row, statistic: str) -> float | None:
    if statistic == "count" or row["value"] is None:
        value: float | None = row["value"]
        return value
    return row["value"] / row["base"] if row["base"] else None


def _worth(row: Row) -> float | None:
    worth: float | None = row["base"] if row["effective"] is None else row["effective"]
    return worth
