"""What a rate is said per: a thousand people, or a million where a thousand leaves no digits, wherever it is said."""

from __future__ import annotations

from typing import Final

from pmcli.views.language.statement import Row

RARE: Final = 0.1
"""Rates per 1,000 below this are said per million."""


def per_million(row: Row) -> Row:
    """The row with its rates per million where they are so low that per 1,000 leaves no digits, as of homicides."""
    rates = [row[name] for name in ("rate", "mean") if row[name] is not None]
    number, _, what = str(row["per"]).partition(" ")
    if number != "1000" or not rates or max(rates) >= RARE:
        return row
    scaled = {name: None if row[name] is None else row[name] * 1000 for name in ("rate", "mean", "sd")}
    return {**row, **scaled, "per": f"million {what}"}
