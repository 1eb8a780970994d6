"""The Home Office's police recorded crime by quarter as one array, for the evaluations on real figures."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

import pmcli
from pmcli.catalogue import Catalogue

FILE = Path(
    os.environ.get("PM_HOME_OFFICE")
    or Path(__file__).parents[2].parent / "shared" / "data" / "home-office" / "prc-pfa-2012-13-to-2023-24.csv.gz"
)
"""Police recorded crime open data, police force area, 2012/13 to 2023/24 (gov.uk), or what PM_HOME_OFFICE names."""

PANDEMIC = date(2020, 3, 31), date(2021, 6, 30)


@dataclass(frozen=True, slots=True)
class Recorded:
    """values: shape (measures x forces, quarters). measures, areas: of each row. ends: the last day of each quarter."""

    values: NDArray[np.float64]
    measures: list[str]
    areas: list[str]
    ends: list[date]

    def of_measures(self, field: str) -> NDArray[np.float64]:
        """A number of each row's measure (dispersion, usual_move, ahead)."""
        known = Catalogue().measures
        return np.array([float(getattr(known[name], field)) for name in self.measures])

    def total(self, end: int, quarters: int = 4) -> NDArray[np.float64]:
        """The count of the quarters up to and including `end` (a position)."""
        return np.asarray(self.values[:, end - quarters + 1 : end + 1].sum(axis=1))

    def clear(self, first: int, last: int) -> bool:
        """Whether the quarters from `first` to `last` (positions) are clear of the pandemic."""
        return not any(PANDEMIC[0] <= end <= PANDEMIC[1] for end in self.ends[max(first, 0) : last + 1])


def recorded() -> Recorded | None:
    """The figures of the 43 forces and the British Transport Police, fraud left out; None when the file is not here."""
    if not FILE.exists():
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = pmcli.load([FILE]).collect()
    bodies = {"action-fraud", "cifas", "uk-finance"}
    frame = frame.filter(
        ~pl.col("area").is_in(list(bodies)), pl.col("measure") != "fraud", pl.col("dimension") == "all"
    )
    wide = frame.pivot("period_end", index=["measure", "area"], values="value", sort_columns=True).sort(
        "measure", "area"
    )
    ends = [date.fromisoformat(name) for name in wide.columns[2:]]
    return Recorded(wide.drop("measure", "area").to_numpy(), wide["measure"].to_list(), wide["area"].to_list(), ends)


NOT_HERE = "The Home Office file is not here: name it with PM_HOME_OFFICE.\n"


def percent(part: NDArray[np.bool_]) -> str:
    """'8.8 %' of a vector of truths; '-' of none."""
    return f"{100 * part.mean():.1f} %" if part.size else "-"
