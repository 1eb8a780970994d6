"""The sentence of a control chart: which periods stand out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final

from pmcli.catalogue import Catalogue, Measure
from pmcli.tables import SERIES, SPC
from pmcli.views.language import wording, words
from pmcli.views.language.findings import measure_of
from pmcli.views.language.forms import Figure, difference_of_kind, of_kind
from pmcli.views.language.origins import of_rows
from pmcli.views.language.parts import category
from pmcli.views.language.statement import Row, Said, Sentence, rests

_UNITS: Final = {1: "months", 3: "quarters"}


def statements(rows: Sequence[Row], catalogue: Catalogue) -> Iterator[Said]:
    """A sentence a series, about its last signal."""
    for _, found in groupby(rows, key=lambda row: tuple(row[name] for name in SERIES)):
        series = list(found)
        last = signal_row(series)
        measure = measure_of(catalogue, last)
        apart = None if last["value"] is None or last["centre"] is None else last["value"] - last["centre"]
        form = of_kind(measure.kind)
        figures = {
            "value": Figure(last["value"], form), "comparator": Figure(last["centre"], form),
            "difference": Figure(apart, difference_of_kind(measure.kind)),
        }  # fmt: skip
        yield rests(last, SPC, spc_sentence(series, measure), partial(of_rows, SPC.name, series), **figures)


def signal_row(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The row of a control chart that its sentence rests on: the last that stands out, else the last."""
    return next((row for row in reversed(rows) if row["signal"]), rows[-1])


def spc_sentence(rows: Sequence[dict[str, Any]], measure: Measure) -> Sentence:
    """'Burglary: three of 67 months stand out, the last to March 2023, two of three near a limit (improvement).'

    rows: of one series of the spc table, oldest first; a period whose figure is not known is not counted.
    """
    last = signal_row(rows)
    unit = _UNITS.get(last["months"], f"periods of {last['months']} months")
    known = sum(1 for row in rows if row["value"] is not None and row["centre"] is not None)
    signals = sum(1 for row in rows if row["signal"])
    name = f"{measure.label}{category(last)}"
    if all(row["centre"] is None for row in rows):
        why = next((row["method"] for row in reversed(rows) if row["method"]), "").removeprefix("no limits: ")
        text = f"{name}: no control chart ({why}); the 12 months are compared instead."
        return Sentence(text, "not tested", None, "signal")
    if marks_too_many(rows):
        text = (
            f"{name}: no control chart, for it would mark more than a third of its {unit}: its limits do not hold for "
            "them; the 12 months are compared instead."
        )
        return Sentence(text, "not tested", None, "signal")
    if not signals:
        text = f"{name}: none of {known} {unit} stands out, to {words.long_month(last['period_end'])}.{_proposal(rows)}"
        return Sentence(text, "no signal", None, "signal")
    meaning = last["signal"] or "change"
    verb = "stands out" if signals == 1 else "stand out"
    text = (
        f"{name}: {wording.spoken(signals)} of {known} {unit} {verb}, the last to "
        f"{words.long_month(last['period_end'])}, {last['rule']} ({meaning}).{_proposal(rows)}"
    )
    return Sentence(text, meaning, None, "signal")


def marks_too_many(rows: Sequence[dict[str, Any]]) -> bool:
    """Whether a chart marks, by a signal or without one, more than a third of its points."""
    known = [row for row in rows if row["value"] is not None]
    return len(known) >= FEWEST and 3 * sum(1 for row in known if row.get("rule")) > len(known)


FEWEST: Final = 12
"""Points that a chart has limits from at the least; of fewer a third is a handful."""


def _proposal(rows: Sequence[dict[str, Any]]) -> str:
    """' From November 2022 on every period lies on one side of the mean …: new limits may be due.'"""
    first = next((row for row in rows if row["proposed"]), None)
    if first is None:
        return ""
    since = words.long_month(first["period_end"])
    return f" Every period since {since} lies on one side of the mean, and the change is clear: new limits may be due."
