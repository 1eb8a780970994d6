"""Where the words were before they moved to language/words.py; the charts still look for them here."""

from pmcli.views.language.words import (
    UNKNOWN,
    count,
    expected,
    figure,
    flag,
    long_month,
    ordinal,
    p_value,
    per,
    percent,
    points,
    rate,
    share,
    signed,
    window,
)  # fmt: skip

__all__ = [
    "UNKNOWN", "count", "expected", "figure", "flag", "long_month", "ordinal", "p_value", "per", "percent", "points",
    "rate", "share", "signed", "window",
]  # fmt: skip
