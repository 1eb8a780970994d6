"""The steps that answer a whole question, each run on what it can be run on.

`pm say` runs them on the figures that arrive, `pm pack` once for each window that the speaking sources have. What a
step is told, over which windows a measure is compared, and what it is held against, is decided here for both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.steps.averages import Conventions
from pmcli.steps.compare import TIMES, compare
from pmcli.steps.compare_target import TARGET
from pmcli.steps.funnel import funnel
from pmcli.steps.outliers import outliers
from pmcli.steps.population import Population
from pmcli.steps.rank import rank
from pmcli.steps.selecting import stated_windows
from pmcli.steps.sensitivity import sensitivity
from pmcli.steps.spc import spc
from pmcli.steps.trend import trend
from pmcli.tables import COMPARISON


class Asked(Protocol):
    """What all steps of an answer are told alike."""

    @property
    def catalogue(self) -> Catalogue: ...  # noqa: D102
    @property
    def baseline(self) -> date: ...  # noqa: D102
    @property
    def peers(self) -> Mapping[str, Sequence[str]]: ...  # noqa: D102
    @property
    def population(self) -> Population | None: ...  # noqa: D102
    @property
    def conventions(self) -> Conventions | None: ...  # noqa: D102


def before(
    rows: pl.DataFrame,
    asked: Asked,
    *,
    to: date | None,
    baseline: date,
    areas: Sequence[str] | None = None,
    months: int | None = None,
    earlier: Callable[[int], Sequence[str]] = lambda _: TIMES,
) -> pl.DataFrame:
    """Every series against earlier windows, each measure over the window that it is stated over.

    months: the same window for all. earlier: length of a window -> the earlier windows it is held against.
    """
    mine = rows if areas is None else rows.filter(pl.col("area").is_in(list(areas)))
    found = [COMPARISON.empty().lazy()]
    for length, names in stated_windows(mine, asked.catalogue, months).items():
        some = rows.filter(pl.col("measure").is_in(names))
        against, catalogue = earlier(length), asked.catalogue
        if any(name in catalogue.measures and catalogue.measures[name].target is not None for name in names):
            against = (*against, TARGET)
        found.append(
            compare(
                some, areas=areas, to=to, months=length, baseline=baseline, against=against, catalogue=catalogue
            )
        )  # fmt: skip
    return pl.concat(found).collect()


def beside(
    rows: pl.DataFrame,
    asked: Asked,
    *,
    to: date | None,
    areas: Sequence[str],
    peered: bool | None = None,
    months: int | None = None,
) -> pl.DataFrame:
    """Shares and means of whole forces against the country, and against their peers.

    areas: those that are compared; of those that the rows do not have nothing is said. peered: whether against peers;
    None: where one of the areas has any.
    """
    found = [COMPARISON.empty().lazy()]
    for length, names in stated_windows(rows, asked.catalogue, months).items():
        some = rows.filter(pl.col("measure").is_in(names))
        have = set(some["area"])
        mine = [area for area in areas if area in have]
        if mine:
            grouped = any(area in asked.peers for area in mine) if peered is None else peered
            against = ("national", "peers") if grouped else ("national",)
            found.append(
                compare(
                    some, areas=mine, to=to, months=length, against=against, peers=asked.peers,
                    conventions=asked.conventions, catalogue=asked.catalogue,
                )
            )  # fmt: skip
    return pl.concat(found).collect()


def trends(rows: pl.DataFrame, asked: Asked, *, to: date | None, baseline: date) -> pl.DataFrame:
    """Long-term trend, direction of travel and last signal of every series."""
    return trend(rows, to=to, baseline=baseline, catalogue=asked.catalogue).collect()


def signals(rows: pl.DataFrame, asked: Asked, *, to: date | None) -> pl.DataFrame:
    """The control chart of every series."""
    return spc(rows, to=to, catalogue=asked.catalogue).collect()


def ranks(rows: pl.DataFrame, asked: Asked, *, to: date | None, areas: Sequence[str] | None = None) -> pl.DataFrame:
    """Rates and ranks of the forces. areas: of these only."""
    return rank(
        rows, areas=areas, to=to, peers=asked.peers, population=asked.population, conventions=asked.conventions,
        catalogue=asked.catalogue,
    ).collect()  # fmt: skip


def funnels(rows: pl.DataFrame, asked: Asked, *, to: date | None) -> pl.DataFrame:
    """Where each force lies between the limits that its population sets."""
    return funnel(rows, to=to, population=asked.population, catalogue=asked.catalogue).collect()


def verdicts(rows: pl.DataFrame, asked: Asked, *, to: date | None, areas: Sequence[str] | None = None) -> pl.DataFrame:
    """The outlier criteria of the measures that the rows have. areas: of these only."""
    mine = rows if areas is None else rows.filter(pl.col("area").is_in(list(areas)))
    return outliers(
        rows, measures=mine["measure"].unique().sort().to_list(), areas=areas, to=to, baseline=asked.baseline,
        peers=asked.peers, population=asked.population, conventions=asked.conventions, catalogue=asked.catalogue,
    ).collect()  # fmt: skip


def sensitivities(rows: pl.DataFrame, asked: Asked, *, to: date | None, areas: Sequence[str]) -> pl.DataFrame:
    """Whether the verdicts of these areas hold under the other conventions."""
    return sensitivity(
        rows, measures=rows["measure"].unique().sort().to_list(), areas=areas, to=to, baseline=asked.baseline,
        peers=asked.peers, population=asked.population, conventions=asked.conventions, catalogue=asked.catalogue,
    ).collect()  # fmt: skip
