"""Which charts a table of pm gives: one for every series, or for every measure where forces stand side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.drawing.chart import Chart
from pmcli.errors import PmError, UsageError, did_you_mean
from pmcli.notes import listing, note
from pmcli.periods import month_name
from pmcli.steps.rolling import rolling
from pmcli.tables import FUNNEL, OBSERVATIONS, RANK, SERIES, SPC, WAVES, Table
from pmcli.views.charts.control import control_chart
from pmcli.views.charts.funnel import funnel_chart, scatter_chart
from pmcli.views.charts.rates import rate_chart
from pmcli.views.charts.rolling import rolling_chart
from pmcli.views.charts.waves import wave_chart

KINDS: Final = {
    OBSERVATIONS.name: ("rolling",),
    SPC.name: ("control",),
    RANK.name: ("rates",),
    FUNNEL.name: ("funnel", "scatter"),
    WAVES.name: ("waves",),
}
"""The kinds of chart of each table; the first unless another is asked for."""

BESIDE: Final = (RANK, FUNNEL)
"""The tables in which forces stand side by side: a chart of them picks one force out, and leaves none away."""

DRAWN: Final = (OBSERVATIONS, SPC, RANK, FUNNEL, WAVES)


def charts_of(
    frame: pl.DataFrame,
    table: Table,
    catalogue: Catalogue,
    *,
    kind: str | None = None,
    highlight: str | None = None,
    peers: Mapping[str, Sequence[str]] | None = None,
    baseline: date,
) -> list[Chart]:
    """The charts of a table, in key order.

    kind: one of `KINDS` of the table; None for its first. highlight: the area id picked out among forces. peers: area
    id -> the area ids of its Most Similar Group. baseline: last day of the baseline window.
    Raises PmError for a table that no chart is drawn of, or without rows; UsageError for another kind.
    """
    if table not in DRAWN:
        raise PmError(
            f"no chart is drawn of the {table.name} table",
            "Send one of observations (pm load, pm rolling), spc, rank, rank --funnel or waves: "
            f"{_INSTEAD.get(table.name, 'pm load x.csv | pm rolling | pm plot')}.",
        )
    kinds = KINDS[table.name]
    if kind is not None and kind not in kinds:
        every = [each for some in KINDS.values() for each in some]
        hint = f"This table gives {' or '.join(kinds)}."
        raise UsageError(
            f"--kind {kind}: there is no such chart of the {table.name} table",
            hint if kind in every else did_you_mean(kind, every, hint),
        )
    if frame.is_empty():
        raise PmError("there is nothing to draw: the table has no rows", "Look at the stage before it: `pm show`.")
    if table is OBSERVATIONS:
        return _with_figures(_rolling(frame, catalogue, baseline))
    if table is SPC:
        return _with_figures([control_chart(part, catalogue) for part in _parts(frame, *SERIES)])
    if table is WAVES:
        return _waves(frame, catalogue)
    draw: Callable[..., Chart] = {"funnel": funnel_chart, "scatter": scatter_chart}.get(kind or kinds[0], rate_chart)
    group = (peers or {}).get(highlight or "", ())
    if highlight is not None and highlight not in set(frame["area"]):
        note(f"{catalogue.area_label(highlight)} is not in the {table.name} table, so it is not picked out")
        highlight = None
    return [
        draw(part, catalogue, highlight=highlight, peers=group)
        for part in _parts(_national(frame, table), "source", "measure", "period_end", "months")
    ]


def _with_figures(charts: list[Chart]) -> list[Chart]:
    """The charts that have a figure to draw; what has none is noted. Raises PmError when none has."""
    drawn = [chart for chart in charts if any(value is not None for value in chart.series[0].y)]
    if not drawn:
        raise PmError("there is nothing to draw: not one figure is known", "`pm check` lists what is missing.")
    empty = [chart.title for chart in charts if chart not in drawn]
    if empty:
        note(f"not one figure is known, so not drawn: {listing(empty, 3)}")
    return drawn


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
    "breakdown": "pm rolling | pm plot draws each category",
    "check": "pm rolling | pm plot shows the gaps in the line",
}


def _rolling(frame: pl.DataFrame, catalogue: Catalogue, baseline: date) -> list[Chart]:
    if (frame["months"] < 12).any():
        frame = rolling(frame).collect()
    frame = frame.filter(pl.col("months") == 12) if (frame["months"] == 12).any() else frame
    if frame.is_empty():
        raise PmError("there is nothing to draw: no 12 months are whole", "`pm check` lists the gaps.")
    lengths = frame["months"].unique().to_list()
    if len(lengths) > 1:
        raise PmError(f"rows of {', '.join(map(str, sorted(lengths)))} months cannot be drawn in one line")
    known = pl.col("value").is_not_null().any().over(list(SERIES))
    kept = frame.filter(known)
    return [
        rolling_chart(part, catalogue, baseline=baseline) for part in _parts(kept if kept.height else frame, *SERIES)
    ]


def _national(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    if table is not RANK:
        return frame
    national = frame.filter(pl.col("scope") == "national")
    if national.is_empty():
        raise PmError("there is nothing to draw: the rank table has no rows of the national scope", "Run `pm rank`.")
    return national


def _waves(frame: pl.DataFrame, catalogue: Catalogue) -> list[Chart]:
    """A chart a measure and breakdown: the whole force, its districts, each dimension."""
    groups = frame.filter(pl.col("kind") == "group")
    if groups.is_empty():
        raise PmError("there is nothing to draw: the table has no rows of the kind group", "Run `pm waves`.")
    district = pl.col("area").str.contains("/", literal=True)
    force = pl.col("area").str.split("/").list.first()
    whose = pl.when(pl.col("dimension") != "all").then("area").when(district).then(force).otherwise(pl.lit(""))
    one = pl.when((pl.col("dimension") == "all") & ~district).then("area").otherwise(pl.lit(""))
    keyed = groups.with_columns(_whose=whose, _one=one, _broken=pl.col("dimension") != "all")
    parts = _parts(keyed, "source", "measure", "months", "_broken", "_whose", "_one", "dimension")
    return [wave_chart(part.drop("_whose", "_one", "_broken"), catalogue) for part in parts]


def _parts(frame: pl.DataFrame, *by: str) -> list[pl.DataFrame]:
    return frame.sort(*by, maintain_order=True).partition_by(*by, maintain_order=True)
