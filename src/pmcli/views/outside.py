"""Tables that came from outside: what a script put into one must not be called a fault of pm.

A result table may be edited by anything between the command that made it and the one that shows it. Its columns, types,
keys, dates and numbers are checked when it arrives; that its figures belong together is found out by reading them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

import polars as pl

from pmcli.errors import PmError
from pmcli.tables import Table

Made = TypeVar("Made")

_FAILS = (Exception, pl.exceptions.PanicException)


def reading(frame: pl.DataFrame, table: Table, make: Callable[[pl.DataFrame], Made]) -> Made:
    """What `make` makes of a table that arrived.

    Raises PmError naming the first row whose figures do not belong together, where `make` fails on such a one; whatever
    fails on the rows together but on none alone is said of the table. PM_DEBUG=1 lets the failure itself through.
    """
    try:
        return make(frame)
    except PmError:
        raise
    except _FAILS as error:
        if os.environ.get("PM_DEBUG", "0") not in {"", "0"}:
            raise
        row = next((number for number in range(frame.height) if not _holds(frame[number : number + 1], make)), None)
        what = f"row {row + 1} of the {table.name} table" if row is not None else f"the {table.name} table"
        raise PmError(
            f"{what} holds figures or words that do not belong together ({type(error).__name__})",
            f"Something changed it after `{table.made_by}` had made it: make it again. PM_DEBUG=1 shows what failed.",
        ) from error


def _holds(row: pl.DataFrame, make: Callable[[pl.DataFrame], object]) -> bool:
    try:
        make(row)
    except _FAILS:
        return False
    return True
