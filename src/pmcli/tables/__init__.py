"""The contract of the tables that flow through the pipe, and the checks that a frame keeps to it."""

from __future__ import annotations

from pmcli.tables.conform import check_keys, check_rows, conform, known_shares, recognise, sort_by_key
from pmcli.tables.contract import (
    BREAKDOWN,
    CHECK,
    COMPARISON,
    FUNNEL,
    OBSERVATIONS,
    OUTLIERS,
    RANK,
    SENTENCES,
    SPC,
    TABLES,
    TREND,
    WAVES,
    YEARS,
)
from pmcli.tables.model import BY_STATISTIC, FORMS, KEY, SERIES, Column, Table

__all__ = [
    "BREAKDOWN", "BY_STATISTIC", "CHECK", "COMPARISON", "FORMS", "FUNNEL", "KEY", "OBSERVATIONS", "OUTLIERS", "RANK",
    "SENTENCES", "SERIES", "SPC", "TABLES", "TREND", "WAVES", "YEARS", "Column", "Table", "check_keys", "check_rows",
    "conform", "known_shares", "recognise", "sort_by_key",
]  # fmt: skip
