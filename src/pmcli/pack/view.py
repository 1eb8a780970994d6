"""What the gathered figures say of one force: the rows of every table that are about it, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from pmcli.catalogue import Measure
from pmcli.pack.figures import Figures
from pmcli.pack.gather import OTHER
from pmcli.periods import shift, window_start
from pmcli.tables import Table
from pmcli.views.language.statement import Said
from pmcli.views.language.words import long_month
from pmcli.views.say import sentences_table

OLD: Final = 12
"""Months behind the pack's month after which figures are shown on their page, but not in the overview and findings."""

LONG: Final = 12
"""Periods of so many months are waves: trend, direction and control chart take shorter ones."""


class View:
    """The tables of one force.

    own: measure -> who speaks for it, to which month, against which window (choose.Chosen.own). series: the whole
    force's observations from who speaks. judged: the outlier criteria of measures whose figures are not old. said: its
    sentences, and those of its districts and groups. peers: its Most Similar Group without itself.
    """

    def __init__(self, figures: Figures, said: Sequence[Said], area: str) -> None:
        self.figures, self.area, self.catalogue = figures, area, figures.question.catalogue
        self.to = figures.question.to
        self.label = self.catalogue.area_label(area)
        self.peers = figures.question.peers.get(area, [])
        mine = pl.col("area") == area
        force = pl.col("area").str.split("/").list.first() == area
        self.own = {str(row["measure"]): row for row in figures.chosen.own.filter(mine).iter_rows(named=True)}
        self.others = figures.chosen.others.filter(mine)
        self.totals = figures.totals.filter(mine)
        self.comparison = figures.comparison.filter(mine)
        self.trend = figures.trend.filter(mine)
        self.spc = figures.spc.filter(mine)
        self.rank = figures.rank.filter(mine)
        self.outliers = figures.outliers.filter(mine)
        recent = [name for name in self.own if not self.is_old(name)]
        self.judged = self.outliers.filter(pl.col("measure").is_in(recent))
        self.waves = figures.waves.filter(force)
        self.breakdown = figures.breakdown.filter(mine)
        self.said = [one for one in said if one.row["area"].partition("/")[0] == area]
        speaking = figures.chosen.own.filter(mine).select("measure", "area", "source")
        self.series = figures.chosen.whole.join(speaking, on=["measure", "area", "source"], how="semi")
        self._by_measure: dict[str, dict[Any, pl.DataFrame]] = {}

    def of(self, table: str, measure: str) -> pl.DataFrame:
        """The rows of one of its tables, by its name here, that are about a measure."""
        frame: pl.DataFrame = getattr(self, table)
        if table not in self._by_measure:
            self._by_measure[table] = frame.partition_by("measure", as_dict=True)
        return self._by_measure[table].get((measure,), frame.clear())

    def is_old(self, measure: str) -> bool:
        """Whether the figures of a measure end a year or more before the pack's month."""
        return shift(self.own[measure]["end"], OLD) <= self.to

    def tells(self, measure: str) -> bool:
        """Whether the summary and the first page speak of a measure: it has recent figures, and a page of its own."""
        return self.catalogue.measures[measure].group != OTHER and not self.is_old(measure)

    def row(self, table: str, measure: str) -> dict[str, Any] | None:
        """The first row of a measure in one of its tables, the whole force's."""
        rows = self.of(table, measure).iter_rows(named=True)
        return next((row for row in rows if row["dimension"] == "all"), None)

    def too_few(self, measure: Measure) -> bool:
        """Whether a count is so small that a control chart of it signals nothing but rarity."""
        points = self.of("spc", measure.id)["value"].drop_nulls()
        return measure.kind == "count" and points.len() > 0 and float(points.sum()) / points.len() < 1

    def in_waves(self, measure: Measure) -> bool:
        """Whether the speaking source has nothing shorter than 12 months."""
        return bool((self.of("series", measure.id)["months"] >= LONG).all())

    def no_figures(self, measure: Measure) -> str:
        """Why there is nothing to say of a measure, as the end of a sentence."""
        known = self.figures.chosen.whole.filter(pl.col("measure") == measure.id)
        mine = known.filter(pl.col("area") == self.area)
        if mine.height:
            ends = sorted(set(mine["period_end"].to_list()))
            first = window_start(ends[0], min(mine["months"].to_list()))
            span = f"from {long_month(first)} to {long_month(ends[-1])}"
            few = (ends[-1].year - first.year) * 12 + ends[-1].month - first.month + 1 < OLD
            return f"the figures run {span}: {'less than' if few else 'never'} twelve months of them without a gap."
        if known.height:
            return f"the data have it for other forces, not for {self.label}."
        return "no extract among the data holds it."

    def saying(self, table: Table, *about: str) -> list[Said]:
        """The statements that rest on a table, about the force or what is in it; of these kinds, or all."""
        return [one for one in self.said if one.table is table and (not about or one.sentence.about in about)]

    def is_whole(self, one: Said) -> bool:
        """Whether a statement is about the whole force, not a district or a category."""
        return bool(one.row["dimension"] == "all" and one.row["area"] == self.area)

    def tables(self) -> dict[str, pl.DataFrame]:
        """This force's rows of every table, and its sentences; of ranks and the funnel those of all forces."""
        measures = pl.col("measure").is_in(list(self.own))
        return {
            "sentences": sentences_table(self.said), "comparison": self.comparison, "trend": self.trend,
            "outliers": self.outliers,
            "rank": self.figures.rank.filter(measures), "funnel": self.figures.funnel.filter(measures),
            "waves": self.waves, "breakdown": self.breakdown, "spc": self.spc, "observations": self.totals,
        }  # fmt: skip
