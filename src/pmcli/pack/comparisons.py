"""The comparisons of a pack: with earlier windows, and of shares and means with the other forces.

A measure is compared over the window that it is stated over (`window` of the catalogue): twelve months, or for 999
calls the month.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from pmcli.pack.choose import Chosen, Question
from pmcli.pack.windows import by_window, nationally
from pmcli.steps.compare import TIMES, compare
from pmcli.steps.selecting import stated_windows
from pmcli.tables import COMPARISON


def comparisons(own: pl.DataFrame, everyone: pl.DataFrame, chosen: Chosen, question: Question) -> pl.DataFrame:
    """Every window against its baseline and the year before, and shares and means against the country and the peers.

    own: the rows of the speaking sources. everyone: those of the sources that have most forces.
    """

    def before(part: pl.DataFrame, end: date, base: date) -> pl.LazyFrame:
        found = [COMPARISON.empty().lazy()]
        for months, names in stated_windows(part, question.catalogue).items():
            some = part.filter(pl.col("measure").is_in(names))
            against = TIMES if months == 12 and base < end else ("previous-year",)
            catalogue = question.catalogue
            found.append(compare(some, to=end, months=months, baseline=base, against=against, catalogue=catalogue))
        return pl.concat(found)

    def others(part: pl.DataFrame, end: date) -> pl.LazyFrame:
        found = [COMPARISON.empty().lazy()]
        for months, names in stated_windows(part, question.catalogue).items():
            some = part.filter(pl.col("measure").is_in(names))
            areas = [area for area in chosen.forces if area in set(some["area"])]
            peered = any(area in question.peers for area in areas)
            if areas:
                found.append(
                    compare(
                        some, areas=areas, to=end, months=months, against=("national", "peers")[: 1 + peered],
                        peers=question.peers, conventions=question.conventions, catalogue=question.catalogue,
                    )
                )  # fmt: skip
        return pl.concat(found)

    shares = everyone.filter(pl.col("base").is_not_null())
    parts = [
        by_window(own, chosen.own, COMPARISON.empty(), before),
        nationally(shares, chosen, COMPARISON.empty(), others, {}),
    ]
    return pl.concat(parts)
