"""How a table of survey percentages is known; what reads it, and respondents with a mapping, is imported with it."""

from __future__ import annotations

from typing import Final

from pmcli.later import later
from pmcli.sources.layout import Layout

LAYOUT: Final = Layout(
    name="survey",
    title="a survey: percentages with their base, or with a mapping (--map) one row a respondent",
    columns=("area", "measure", "period", "percentage", "base"),
    read=later("pmcli.sources.survey.read:observations"),
)
