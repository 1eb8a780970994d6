"""Statements in words, made in one place: `pm say`, every view and the pack say the same of the same row.

A verb follows a test and the polarity, never a difference alone. base.py has the thresholds.
"""

from __future__ import annotations

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
)
from pmcli.views.sentences.breakdown import breakdown_sentence, largest_sentence
from pmcli.views.sentences.caveats import comparison_caveat, held, incident, mass_events, recording_changes
from pmcli.views.sentences.charts import funnel_notes, funnel_sentence, spc_sentence
from pmcli.views.sentences.comparison import comparison_sentence
from pmcli.views.sentences.outliers import (
    criterion_sentence,
    judged_label,
    rule_of,
    rule_sentence,
    verdict_about,
    verdict_sentence,
)
from pmcli.views.sentences.position import position
from pmcli.views.sentences.rank import rank_sentence
from pmcli.views.sentences.table import SAYABLE, say
from pmcli.views.sentences.trend import direction_sentence, long_term_sentence, signal_sentence, trend_sentences
from pmcli.views.sentences.waves import gap_sentence, wave_sentence

__all__ = [
    "FINDINGS",
    "LEVEL",
    "SAYABLE",
    "SLIGHT",
    "SLIGHT_POINTS",
    "SMALL_BASE",
    "Sentence",
    "breakdown_sentence",
    "comparison_caveat",
    "comparison_sentence",
    "criterion_sentence",
    "direction_sentence",
    "funnel_notes",
    "funnel_sentence",
    "gap_sentence",
    "held",
    "incident",
    "judged",
    "judged_label",
    "kind_of",
    "largest_sentence",
    "light",
    "long_term_sentence",
    "mass_events",
    "measure_of",
    "position",
    "rank_sentence",
    "recording_changes",
    "rule_of",
    "rule_sentence",
    "say",
    "signal_sentence",
    "spc_sentence",
    "trend_sentences",
    "verdict_about",
    "verdict_sentence",
    "wave_sentence",
]  # fmt: skip
