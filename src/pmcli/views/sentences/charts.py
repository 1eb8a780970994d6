"""The sentences of a funnel and of a control chart: where a force lies, which periods stand out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pmcli.catalogue import Measure
from pmcli.notes import listing
from pmcli.views import words
from pmcli.views.sentences import wording
from pmcli.views.sentences.base import Sentence, capital, category

_UNITS: Final = {1: "months", 3: "quarters"}


def funnel_sentence(row: dict[str, Any], measure: Measure) -> Sentence:
    """'Above the 99.8% limit: 1,514 Robbery offences where its population would give 1,280 at the national rate (…).'

    row: of the funnel table. Inside the 95 % limits a difference is no more than chance.
    """
    when = wording.against(row["months"], row["period_end"])
    things = f"{words.count(row['value'])} {wording.noun(measure, row['value'])}{category(row)}"
    if row["position"] is None:
        text = f"Not placed in a funnel: {things} ({when}); too few forces have a count and a population."
        return Sentence(text, "not available", None, "position")
    expected = f"{things} where its population would give {words.expected(row['expected'])}"
    figures = f"{expected} at the national rate (ratio {row['ratio']:.2f}; {when})"
    if row["position"] == "within":
        return Sentence(f"As expected within 95% limits: {figures}.", "expected", None, "position")
    side, _, limit = row["position"].partition(" ")
    finding = "high" if side == "above" else "low"
    return Sentence(f"{capital(side)} the {limit} limit: {figures}.", finding, None, "position")


def funnel_notes(row: dict[str, Any], years: Sequence[int]) -> list[str]:
    """How a funnel is to be read; row: any of its rows."""
    if row["expected"] is None:
        return ["Too few forces have a count and a population: there is no national rate to expect."]
    said = [
        f"Exp.: the population (mid-{listing([str(year) for year in years])}) at the rate of {row['of']} forces "
        "together. Ratio: count over expected.",
        f"Limits: {row['method']}. If that were all, about 1 force in 20 would be beyond 95%.",
    ]
    if row["dispersion"] is not None:
        said.append(f"Dispersion (phi): {row['dispersion']:.2f}; 1 or less is no more than chance.")
    if row["correlation"] is not None:
        said.append(correlation_sentence(row))
    return said


def correlation_sentence(row: dict[str, Any]) -> str:
    """'Counts and population: r = 0.85 (42 forces).'"""
    return f"Counts and population: r = {row['correlation']:.2f} ({row['of']} forces)."


def signal_row(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The row of a control chart that its sentence rests on: the last that stands out, else the last."""
    return next((row for row in reversed(rows) if row["rule"]), rows[-1])


def spc_sentence(rows: Sequence[dict[str, Any]], measure: Measure) -> Sentence:
    """'Burglary: three of 67 months stand out, the last to March 2023, two of three near a limit (improvement).'

    rows: of one series of the spc table, oldest first; a period whose figure is not known is not counted.
    """
    last = signal_row(rows)
    unit = _UNITS.get(last["months"], f"periods of {last['months']} months")
    known = sum(1 for row in rows if row["value"] is not None)
    signals = sum(1 for row in rows if row["rule"])
    name = f"{measure.label}{category(last)}"
    if not signals:
        text = f"{name}: none of {known} {unit} stands out, to {words.long_month(last['period_end'])}."
        return Sentence(text, "no signal", None, "signal")
    meaning = last["signal"] or "change"
    verb = "stands out" if signals == 1 else "stand out"
    text = (
        f"{name}: {wording.spoken(signals)} of {known} {unit} {verb}, the last to "
        f"{words.long_month(last['period_end'])}, {last['rule']} ({meaning})."
    )
    return Sentence(text, meaning, None, "signal")
