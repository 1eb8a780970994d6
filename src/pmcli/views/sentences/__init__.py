"""Statements in words, made in one place: `pm say`, every view and the pack say the same of the same row.

A verb follows a test and the polarity, never a difference alone. base.py has the thresholds.
"""

from __future__ import annotations

from typing import Any

from pmcli.catalogue import Measure
from pmcli.views.sentences.base import (
    FINDINGS,
    LEVEL,
    SLIGHT,
    SLIGHT_POINTS,
    SMALL_BASE,
    Sentence,
    judged,
    kind_of,
    light,
    measure_of,
    versus,
)  # fmt: skip
from pmcli.views.sentences.breakdown import breakdown_sentence, largest_sentence
from pmcli.views.sentences.caveats import comparison_caveat, held, mass_events, recording_changes
from pmcli.views.sentences.charts import expected_figure, funnel_notes, funnel_sentence, spc_sentence
from pmcli.views.sentences.comparison import comparison_sentence
from pmcli.views.sentences.outliers import criterion_sentence, rule_sentence, verdict_sentence
from pmcli.views.sentences.position import position
from pmcli.views.sentences.rank import rank_sentence
from pmcli.views.sentences.table import SAYABLE, say
from pmcli.views.sentences.trend import direction_sentence, long_term_sentence, signal_sentence, trend_sentences
from pmcli.views.sentences.waves import gap_sentence, wave_sentence

__all__ = [
    "FINDINGS", "LEVEL", "SAYABLE", "SLIGHT", "SLIGHT_POINTS", "SMALL_BASE", "Sentence", "breakdown_sentence",
    "comparison_caveat", "comparison_sentence", "criterion_sentence", "direction_sentence", "expected_figure",
    "funnel_notes", "funnel_sentence", "gap_sentence", "held", "judged", "kind_of", "largest_sentence", "light",
    "long_term", "long_term_sentence", "mass_events", "measure_of", "position", "rank_sentence",
    "recording_changes", "rule_sentence", "say", "signal_sentence", "spc_sentence", "standing", "travel",
    "trend_sentences", "verdict_sentence", "versus", "wave_sentence",
]  # fmt: skip


def standing(row: dict[str, Any], kind: str = "count") -> str:
    """The total against the baseline and last year, from a row of the trend table."""
    sentences = trend_sentences(row, Measure(row["measure"], row["measure"], kind=kind))
    return " ".join(one.text for one in sentences if one.about in {"baseline", "previous-year"})


def long_term(row: dict[str, Any], better: str) -> str:
    """The long-term trend with its rate and interval, or that it was not tested."""
    return long_term_sentence(row, Measure(row["measure"], row["measure"], better=better)).text


def travel(row: dict[str, Any], better: str) -> str:
    """The direction of travel: the last segment, with the month it began."""
    return direction_sentence(row, Measure(row["measure"], row["measure"], better=better)).text
