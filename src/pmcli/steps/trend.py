"""The long-term trend of each measure, from the periods themselves, beside its 12-month total and comparisons.

A test on rolling totals would find trends in noise, because neighbouring totals share eleven of their twelve months; so
the test takes the months or quarters as they were recorded, season by season.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.notes import listing, note
from pmcli.stats.mann_kendall import seasonal_kendall
from pmcli.steps.compare import BASELINE, compare
from pmcli.steps.rolling import windows
from pmcli.steps.selecting import select, upto, window_ends
from pmcli.tables import KEY, SERIES, TREND

if TYPE_CHECKING:
    import polars as pl

METHOD: Final = "seasonal Mann-Kendall (Hirsch, Slack & Smith 1982), 5 % level"
LEVEL: Final = 0.05
FEWEST_YEARS: Final = 3
"""A trend is tested only over at least three years: with two a season has one difference, and the test no power."""


def trend(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    source: str | None = None,
    to: date | None = None,
    baseline: date = BASELINE,
    catalogue: Catalogue | None = None,
) -> pl.LazyFrame:
    """Each series' long-term trend with its 12-month total against the baseline and last year.

    observations: the observations table with rows of 1 or 3 months (rows of 12 months are not tested: they overlap or
        are too few).
    Returns the trend table, one row a series, months = 12. slope is the seasonal Sen slope in units of the value per
    period and year; change_per_year is that over the mean of the periods; trend is null when it cannot be tested.
    Raises PmError for two sources, or when there is nothing to test.
    """
    import polars as pl

    catalogue = catalogue or Catalogue()
    frame = select(observations, measures=measures, areas=areas, source=source)
    if frame.is_empty():
        return TREND.empty().lazy()
    rolled = windows(frame, 12)
    ends = window_ends(rolled, to, areas)
    if not ends:
        raise PmError("no whole 12 months of any measure: nothing to take a trend of", "`pm check` lists the gaps.")
    compared = compare(frame, to=to, areas=areas, baseline=baseline, catalogue=catalogue).collect()
    rows = [
        _row(series, ends[series["measure"][0]], compared, rolled)
        for _, series in frame.sort(KEY).group_by(list(SERIES), maintain_order=True)
        if series["measure"][0] in ends
    ]
    table = pl.DataFrame([row for row in rows if row is not None], schema=TREND.schema(), orient="row")
    untested = table.filter(pl.col("trend").is_null())["measure"].unique().sort().to_list()
    if untested:
        note(f"no trend word without a test: too few or too long periods for {listing(untested)}")
    return table.sort(KEY).lazy()


def _row(series: pl.DataFrame, to: date, compared: pl.DataFrame, rolled: pl.DataFrame) -> dict[str, Any] | None:
    import polars as pl

    key = series.row(0, named=True)
    same = [pl.col(name) == key[name] for name in SERIES]
    against = {row["against"]: row for row in compared.filter(*same).iter_rows(named=True)}
    if not against:
        return None
    last_year, base = against["previous-year"], against["baseline"]
    return {
        **{name: key[name] for name in SERIES},
        "period_end": to,
        "months": 12,
        **_tested(upto(series, to)),
        "direction": None,
        "since": None,
        "total": base["value"],
        "baseline_end": base["against_end"],
        "baseline": base["against_value"],
        "baseline_change": base["change"],
        "baseline_p": base["p_value"],
        "previous": last_year["against_value"],
        "previous_change": last_year["change"],
        "previous_p": last_year["p_value"],
        "breaks": base["breaks"],
        "sparkline": sparkline(upto(rolled.filter(*same), to)["value"].to_list()),
    }


def _tested(series: pl.DataFrame) -> dict[str, Any]:
    """The test on the shortest rows of one series; trend null when there are fewer than three years of them."""
    import numpy as np
    import polars as pl

    from pmcli.periods import month_index

    length = series.select(pl.col("months").min()).item()
    rows = series.filter(pl.col("months") == length).with_columns(_index=month_index())
    if rows.filter(pl.col("base").is_not_null()).height:
        rows = rows.with_columns(value=pl.when(pl.col("base") > 0).then(pl.col("value") / pl.col("base")))
    known = rows.filter(pl.col("value").is_not_null())
    result: dict[str, Any] = {
        "first": known["period_end"].min(),
        "last": known["period_end"].max(),
        "periods": known.height,
        "frequency": 12 // length if length <= 12 else 0,
        "slope": None,
        "change_per_year": None,
        "p_value": None,
        "trend": None,
        "method": METHOD,
    }
    if length not in (1, 3) or known.height < FEWEST_YEARS * 12 // length:
        return result
    start = known["_index"].min()
    positions = ((known["_index"] - start) // length).to_numpy()
    values = np.full(int(positions.max()) + 1, np.nan)
    values[positions] = known["value"].to_numpy()
    frequency = 12 // length
    tested = seasonal_kendall(values, np.arange(values.size) % frequency)
    mean = float(np.nanmean(values))
    word = "stable" if tested.p >= LEVEL else "increasing" if tested.s > 0 else "decreasing"
    result.update(
        slope=tested.slope, change_per_year=tested.slope / mean if mean > 0 else None, p_value=tested.p, trend=word
    )
    return result


def sparkline(values: Sequence[float | None], width: int = 24) -> str:
    """The last `width` values as a line of blocks, lowest to highest; a gap where one is not known."""
    shown = list(values)[-width:]
    known = [value for value in shown if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    blocks = "▁▂▃▄▅▆▇█"
    scale = (len(blocks) - 1) / (high - low) if high > low else 0.0
    return "".join(" " if value is None else blocks[round((value - low) * scale)] for value in shown)
