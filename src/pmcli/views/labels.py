"""Labels instead of ids: how people read what a cell of a table holds, for the workbook and for `--labels`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.tables import OUTLIERS, Table

AGAINST: Final[Mapping[str, str]] = {
    "baseline": "Baseline",
    "previous-year": "A year before",
    "five-years": "Five years before",
    "national": "National average",
    "peers": "Most Similar Group average",
    "outliers": "Outlier rule",
}
_SCOPES: Final[Mapping[str, str]] = {"national": "Country", "peers": "Most Similar Group"}
_STATISTICS: Final[Mapping[str, str]] = {"count": "Count", "share": "Share", "mean": "Mean"}
_ALL: Final[Mapping[str, str]] = {"all": "All"}

Label = Callable[[str], str]


def labels_of(table: Table, catalogue: Catalogue) -> dict[str, Label]:
    """Column -> what makes a label of an id in it, for the columns of a table that hold ids."""

    def group(name: str) -> str:
        return catalogue.groups.get(name, name)

    def events(names: str) -> str:
        known = catalogue.events
        return "; ".join(known[name].label if name in known else name for name in names.split(";") if name)

    def criterion(name: str) -> str:
        return criteria.get(name, name)

    found = (one for rule in catalogue.rules.values() for one in rule.criteria) if table is OUTLIERS else ()
    criteria = {one.id: one.label for one in found}
    every: dict[str, Label] = {
        "measure": catalogue.label,
        "area": lambda area: catalogue.area_label(area) if area else area,
        "dimension": lambda name: _ALL.get(name, name),
        "category": lambda name: _ALL.get(name, name),
        "group": group,
        "criterion": criterion,
        "against": lambda name: AGAINST.get(name, name),
        "scope": lambda name: _SCOPES.get(name, name),
        "statistic": lambda name: _STATISTICS.get(name, name),
        "breaks": events,
    }
    return {name: label for name, label in every.items() if name in table.columns}


def labelled(frame: pl.DataFrame, table: Table, catalogue: Catalogue) -> pl.DataFrame:
    """The frame with labels for ids, its columns called as they were; what is in no catalogue stays as it is."""
    made = []
    for name, label in labels_of(table, catalogue).items():
        if name in frame.columns:
            ids = frame[name].drop_nulls().unique().to_list()
            made.append(
                pl.col(name).replace_strict(ids, [label(one) for one in ids], default=None, return_dtype=pl.String)
            )
    return frame.with_columns(made) if frame.height else frame
