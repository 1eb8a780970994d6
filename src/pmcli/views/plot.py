"""Which charts a table of pm gives: one for every series, or for every measure where forces stand side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.drawing.chart import Chart
from pmcli.errors import PmError, UsageError, did_you_mean
from pmcli.notes import listing
from pmcli.periods import month_name
from pmcli.tables import Table
from pmcli.views import VIEWS, view_of
from pmcli.views.charting import Wanted
from pmcli.views.language.parts import in_small_letters

DRAWN: Final = tuple(view.table for view in VIEWS if view.charts)
"""The tables that charts are drawn of."""

BESIDE: Final = tuple(view.table for view in VIEWS if view.beside)
"""The tables in which forces stand side by side: a chart of them picks one force out, and leaves none away."""


def charts_of(
    frame: pl.DataFrame,
    table: Table,
    catalogue: Catalogue,
    *,
    kind: str | None = None,
    highlight: str | None = None,
    peers: Mapping[str, Sequence[str]] | None = None,
    baseline: date,
    since: date | None = None,
) -> list[Chart]:
    """The charts of a table, in key order.

    kind: one of the table's kinds of chart; None for its first. highlight: the area id picked out among forces. peers:
    area id -> the area ids of its Most Similar Group. baseline: last day of the baseline window. since: last
    day of the first month drawn.
    Raises PmError for a table that no chart is drawn of, or without rows; UsageError for another kind.
    """
    if table not in DRAWN:
        raise PmError(
            f"no chart is drawn of the {table.name} table",
            "Send one of observations (pm load, pm rolling), spc, rank, rank --funnel, waves or breakdown: "
            f"{_INSTEAD.get(table.name, 'pm load x.csv | pm rolling | pm plot')}.",
        )
    view = view_of(table)
    if kind is not None and kind not in view.charts:
        every = [each for some in VIEWS for each in some.charts]
        hint = f"This table gives {' or '.join(view.charts)}."
        raise UsageError(
            f"--kind {kind}: there is no such chart of the {table.name} table",
            hint if kind in every else did_you_mean(kind, every, hint),
        )
    if frame.is_empty():
        raise PmError("there is nothing to draw: the table has no rows", "Look at the stage before it: `pm show`.")
    return view.charted(
        in_small_letters(frame), Wanted(catalogue, baseline, kind or view.charts[0], highlight, peers or {}, since)
    )


def pick(
    frame: pl.DataFrame,
    *,
    measures: Sequence[str] | None,
    areas: Sequence[str] | None,
    source: str | None,
    to: date | None,
) -> pl.DataFrame:
    """The rows to draw, of any table: of these measures, areas (districts come with waves) and source, up to `to`.

    Raises PmError, naming what there is, when nothing is left of a table that has rows.
    """
    waves = "kind" in frame.columns
    for column, wanted in (("source", [source] if source else None), ("measure", measures), ("area", areas)):
        if wanted is None or frame.is_empty():
            continue
        mine = pl.col(column).is_in(list(wanted))
        if column == "area" and waves:
            mine |= pl.col("area").str.split("/").list.first().is_in(list(wanted))
        kept = frame.filter(mine)
        if kept.is_empty():
            have = frame[column].unique().sort().to_list()
            there = f"The {column}s in the input: {listing(have, 12)}."
            raise PmError(f"no figures for {listing(list(wanted))}", did_you_mean(wanted[0], have) or there)
        frame = kept
    if to is None or frame.is_empty():
        return frame
    kept = frame.filter(pl.col("period_end") <= to)
    if kept.is_empty():
        first = frame.select(pl.col("period_end").min()).item()
        raise PmError(f"nothing ends by {month_name(to)}: the figures begin with {month_name(first)}")
    return kept


_INSTEAD: Final = {
    "trend": "pm rolling | pm plot draws the line, pm spc | pm plot the signals",
    "comparison": "pm rolling | pm plot draws the totals with their baseline",
    "outliers": "pm rank | pm plot draws the rates that the rule rests on",
    "check": "pm rolling | pm plot shows the gaps in the line",
}
