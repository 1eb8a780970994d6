"""Any frame as a block, for what is no table of the contract: the lists of measures, forces and events."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from pmcli.views.blocks import Block

_HEADINGS: Final = {"p_value": "p", "sd": "SD", "gap_p": "p of the gap", "p_adjusted": "p adjusted"}


def listing(frame: pl.DataFrame, title: str) -> Block:
    """Any frame as text, numbers to the right."""
    sides = {name: "right" if dtype.is_numeric() else "left" for name, dtype in frame.schema.items()}
    block = Block(title, {heading(name): side for name, side in sides.items()})
    for row in frame.iter_rows():
        block.add(*[_plain(value) for value in row])
    return block


def heading(name: str) -> str:
    """How people read a column's name: period_end is Period end."""
    return _HEADINGS.get(name) or name.replace("_", " ").capitalize().replace("Ons ", "ONS ")


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
