"""Any frame as a block, for what is no table of the contract: the lists of measures, forces and events."""

from __future__ import annotations

from typing import Any

import polars as pl

from pmcli.views.blocks import Block


def listing(frame: pl.DataFrame, title: str) -> Block:
    """Any frame as text, numbers to the right."""
    sides = {name: "right" if dtype.is_numeric() else "left" for name, dtype in frame.schema.items()}
    block = Block(title, {_heading(name): side for name, side in sides.items()})
    for row in frame.iter_rows():
        block.add(*[_plain(value) for value in row])
    return block


def _heading(name: str) -> str:
    return name.replace("_", " ").capitalize().replace("Ons ", "ONS ")


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
