"""The working of a figure as a table: one step a row, each with its number, where it stands, and itself in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from pmcli.tables import KEY
from pmcli.tables.contract import WORKING

_PLACE: Final = ("file", "sheet", "row", "column", "record", "sha256")


class Working:
    """Steps, in the order in which they are added. about: the key columns of the figure."""

    def __init__(self, about: Mapping[str, Any]) -> None:
        self._about = {name: about[name] for name in KEY}
        self._steps: list[dict[str, Any]] = []

    def add(
        self,
        part: str,
        sentence: str,
        *,
        label: str = "",
        value: float | None = None,
        form: str = "count",
        base: float | None = None,
        window: str = "",
        end: date | None = None,
        months: int | None = None,
        area: str = "",
        **place: Any,
    ) -> None:
        """Add a step. part, window, label: see the `working` table. form: how the value is read. end, months, area: of
        the step, where they are not the figure's. place: file, sheet, row, column, record, sha256, as far as known.
        """
        key = self._about | ({"period_end": end} if end else {}) | ({"months": months} if months else {})
        self._steps.append(
            key
            | ({"area": area} if area else {})
            | dict.fromkeys(_PLACE)
            | {"step": len(self._steps) + 1, "part": part, "window": window, "label": label, "value": value}
            | {"base": base, "form": form if value is not None else "", "sentence": sentence}
            | place
        )

    def table(self) -> pl.DataFrame:
        """The working table."""
        return pl.DataFrame(self._steps, schema=WORKING.schema())
