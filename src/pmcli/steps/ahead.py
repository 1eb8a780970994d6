"""The 12-month totals to come, and how likely each verdict is to turn: what a force can expect before it happens.

A forecast of a count that wanders is a range (stats/outlook.py). The verdicts are those of `compare` and of `outliers`,
made of the same totals by the same test and the same rules; a declared change in recording ahead is not foreseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.notes import collecting, listing, note
from pmcli.periods import BASELINE, shift
from pmcli.stats.counts import told_apart, two_count_test
from pmcli.stats.outlook import Outlook, outlook
from pmcli.stats.two_counts import LEVEL
from pmcli.steps.averages import Conventions
from pmcli.steps.foreseen import outlier_flips
from pmcli.steps.population import Population
from pmcli.steps.selecting import overlaps, select, upto
from pmcli.steps.series import Grid, grids_of
from pmcli.steps.testing import dispersions, known_test, measures_of
from pmcli.steps.written import Month, area_ids, last_day, measure_ids
from pmcli.tables import AHEAD, KEY, SERIES

HORIZONS: Final = (3, 6, 9, 12)
METHOD: Final = (
    "season by ratio to the centred year, level by exponential smoothing of its logarithms; spread by chance and by "
    "how far this measure's years have wandered from such forecasts"
)
Floats = NDArray[np.float64]


def ahead(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    source: str | None = None,
    to: Month | None = None,
    baseline: Month = BASELINE,
    test: str = "dispersion",
    peers: Mapping[str, Sequence[str]] | None = None,
    population: Population | None = None,
    conventions: Conventions | None = None,
    catalogue: Catalogue | None = None,
) -> pl.LazyFrame:
    """The 12-month total of every count 3, 6, 9 and 12 months on, and the chance that each of its verdicts turns.

    observations: the observations table, in months or quarters, two years or more. to: the last month that is known;
    None takes each series' latest. Options otherwise as in `compare` and `outliers`.
    Returns the ahead table, a row a series, horizon and verdict: period_end, the last day of the 12 months foreseen;
    value, their expected total, with its 80 and 95 % intervals; against (`baseline`, `previous-year`, `outliers`), the
    verdict as it is now (`higher`, `lower`, `no clear change`, or that of `outliers`; null when it cannot be told) and
    flip, the probability that it is another one by then; total, the 12 months known now; against_end and against_value,
    what the total to come will be compared with.
    Raises PmError for two sources, or when nothing in the input is a count of months or quarters over two years.
    """
    measures, areas = measure_ids(measures, catalogue), area_ids(areas, catalogue)
    to, baseline = last_day(to), last_day(baseline, "baseline")
    catalogue = catalogue or Catalogue()
    known_test(test)
    everyone = upto(select(observations, measures=measures, source=source), to)
    frame = select(everyone, areas=areas)
    counts = frame.filter(pl.col("base").is_null())
    grids = [grid for grid in grids_of(counts) if grid.frequency in (4, 12)]
    rows: list[dict[str, Any]] = []
    short: list[str] = []
    for (_, _), alike in _by_length(grids).items():
        known = measures_of([grid.key["measure"] for grid in alike], catalogue)
        wander = np.array([known[grid.key["measure"]].ahead for grid in alike])
        values = np.stack([grid.values for grid in alike])
        looked = outlook(values, alike[0].frequency, wander, HORIZONS)
        short += [_name(grid) for grid, total in zip(alike, looked.total[:, 0], strict=True) if total != total]
        rows += _compared(alike, looked, baseline, test, catalogue)
    if short:
        note(f"under two years of figures, or a gap in the last: not foreseen: {listing(short, 4)}")
    if not rows:
        if frame.is_empty():
            return AHEAD.empty().lazy()
        raise PmError(
            "nothing here can be foreseen: it takes counts by month or quarter over two years or more",
            "12-month totals alone, shares and means have no outlook.",
        )
    table = pl.DataFrame(rows, schema=AHEAD.schema(), orient="row")
    with collecting():
        flips = outlier_flips(
            everyone, HORIZONS, baseline=baseline, peers=peers or {}, population=population,
            conventions=conventions or Conventions(), catalogue=catalogue,
        )  # fmt: skip
    return pl.concat([table, _judged(table, flips)]).sort(*KEY, "horizon", "against").lazy()


def _by_length(grids: Sequence[Grid]) -> dict[tuple[int, int], list[Grid]]:
    alike: dict[tuple[int, int], list[Grid]] = {}
    for grid in grids:
        alike.setdefault((grid.values.size, grid.months), []).append(grid)
    return alike


def _compared(
    grids: Sequence[Grid], looked: Outlook, baseline: date, test: str, catalogue: Catalogue
) -> list[dict[str, Any]]:
    """The rows of `compare`'s verdicts, of series that are known to as many periods."""
    ends = {p: looked.quantile(p) for p in (0.1, 0.9, 0.025, 0.975)}
    names = pl.DataFrame({"measure": [grid.key["measure"] for grid in grids]})
    d = dispersions(names, catalogue, test).to_numpy()
    total = np.array([_total(grid, grid.ends[-1]) for grid in grids])
    rows: list[dict[str, Any]] = []
    for against in ("baseline", "previous-year"):
        now_end = [baseline if against == "baseline" else shift(grid.ends[-1], -12) for grid in grids]
        now = _verdicts(total, _totals(grids, now_end), d)
        for place, horizon in enumerate(HORIZONS):
            then_end = [baseline if against == "baseline" else shift(grid.ends[-1], horizon - 12) for grid in grids]
            then = _totals(grids, then_end)
            flip = _flips(looked, place, then, d, now)
            for row, grid in enumerate(grids):
                if looked.total[row, place] != looked.total[row, place]:
                    continue
                end = shift(grid.ends[-1], horizon)
                apart = not overlaps(grid.ends[-1], now_end[row], 12) and not overlaps(end, then_end[row], 12)
                rows.append(
                    {
                        **{name: grid.key[name] for name in SERIES},
                        "period_end": end, "months": 12, "horizon": horizon,
                        "value": float(looked.total[row, place]),
                        "low_80": float(ends[0.1][row, place]), "high_80": float(ends[0.9][row, place]),
                        "low_95": float(ends[0.025][row, place]), "high_95": float(ends[0.975][row, place]),
                        "against": against, "verdict": now[row] if apart else None,
                        "flip": _known(flip[row]) if apart and now[row] else None, "total": _known(total[row]),
                        "against_end": then_end[row], "against_value": _known(then[row]), "method": METHOD,
                    }
                )  # fmt: skip
    return rows


def _total(grid: Grid, end: date) -> float:
    """The 12 months of a series that end at `end`; NaN when they are not whole."""
    periods = 12 // grid.months
    if end not in grid.ends:
        return np.nan
    last = grid.ends.index(end) + 1
    return float(grid.values[last - periods : last].sum()) if last >= periods else np.nan


def _totals(grids: Sequence[Grid], ends: Sequence[date]) -> Floats:
    return np.array([_total(grid, end) for grid, end in zip(grids, ends, strict=True)])


def _verdicts(now: Floats, then: Floats, d: Floats) -> list[str | None]:
    """`higher`, `lower` or `no clear change` of each total beside the earlier one; None when it is not tested."""
    p = two_count_test(now, then, d)
    return [
        None if one != one else "no clear change" if one >= LEVEL else "higher" if a > b else "lower"
        for one, a, b in zip(p.tolist(), now.tolist(), then.tolist(), strict=True)
    ]


def _flips(looked: Outlook, place: int, then: Floats, d: Floats, now: Sequence[str | None]) -> Floats:
    """The probability that the verdict at a horizon is another than now."""
    below, above = told_apart(then, d)
    column = Outlook(*(one[:, [place]] for one in (looked.total, looked.kept, looked.spread, looked.shape)))
    lower = np.where(below < 0, 0.0, column.at_most(below[:, None])[:, 0])
    upper = 1 - column.at_most(above[:, None] - 1)[:, 0]
    stays = {"lower": lower, "higher": upper, "no clear change": 1 - lower - upper, None: np.full(lower.shape, np.nan)}
    return np.array([1 - stays[word][row] for row, word in enumerate(now)])


def _judged(table: pl.DataFrame, flips: pl.DataFrame) -> pl.DataFrame:
    """A row for the outlier verdict of every force and horizon that has one."""
    nothing = {"against_end": pl.lit(None, dtype=pl.Date), "against_value": pl.lit(None, dtype=pl.Float64)}
    one = table.filter(pl.col("against") == "previous-year", pl.col("dimension") == "all").drop("verdict", "flip")
    joined = one.join(flips, on=["source", "measure", "area", "horizon"], how="inner", validate="1:1")
    return joined.with_columns(against=pl.lit("outliers"), **nothing).select(
        pl.col(name).cast(dtype) for name, dtype in AHEAD.schema().items()
    )


def _name(grid: Grid) -> str:
    return f"{grid.key['measure']} in {grid.key['area']}"


def _known(value: float) -> float | None:
    return None if value != value else float(value)
