"""How often the direction of travel sees a turn that is there, where it puts it, and how often it sees one that is not.

Simulated series through `pmcli.stats.joinpoint`; turn_choices.py adds what else was tried and the critical values.
`python docs/evaluation/evaluate.py` writes the result to turns.md.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from multiprocessing import get_context

import numpy as np
from turn_choices import AFTER, BEFORE, RHOS, Cell, Page, alternatives, critical_values, percent, simulated

from pmcli.stats.joinpoint import METHOD, Direction, directions

MODELS = {"counts": "AR(1) in the counts", "log mean": "AR(1) in the log of the mean"}


@dataclass(frozen=True, slots=True)
class Measured:
    """Shares of the series of a cell, and the median distance in periods between `since` and the turn.

    found: given a turn; near: within a quarter of a year of the true one; right: the right direction; covered: the
    interval holds the true rate of the last segment.
    """

    cell: Cell
    found: float
    error: float
    near: float
    right: float
    covered: float


def main(seed: int = 20230, fast: bool = False) -> str:
    """The evaluation as Markdown; fast: a few cells and fewer series, in one process."""
    series = 100 if fast else 1000
    turning = measure(turning_cells(fast), [seed, 1], series, fast)
    straight = measure(straight_cells(fast), [seed, 2], series, fast)
    page = Page()
    page.text("# The direction of travel, measured")
    page.text(f"Method: {METHOD} (`stats/joinpoint.py`).")
    _turning_page(page, turning, series)
    _straight_page(page, straight, series)
    _wandering_page(page, measure(wandering_cells(), [seed, 6], series, fast))
    _steps_page(page, seed, series)
    alternatives(page, seed, series)
    critical_values(page, seed, 200 if fast else 2000, fast)
    return "\n".join(page.lines)


def turning_cells(fast: bool = False) -> list[Cell]:
    """Series that turn from -10 % to +15 % a year: months and quarters."""
    months = product([None, 200, 50], RHOS, [24, 40, 55, 70, 80])
    quarters = product([200, 50], RHOS, [12, 24, 36])
    if fast:
        months, quarters = product([50], [0.0, 0.2], [40, 55, 70]), product([50], [0.0], [24])
    cells = [Cell("counts", 12, 96, 100, k, rho, turn) for k, rho, turn in months]
    return cells + [Cell("counts", 4, 48, 300, k, rho, turn) for k, rho, turn in quarters]


def straight_cells(fast: bool = False) -> list[Cell]:
    """Series without a turn, half of them level and half falling by 8 % a year."""
    months = product(MODELS, [12], [48, 60, 84, 120], [10, 100, 500], [None, 200, 20], RHOS)
    quarters = product(MODELS, [4], [16, 20, 32, 48], [10, 100, 500], [None, 200, 20], RHOS)
    if fast:
        months = product(["counts"], [12], [48, 120], [10, 500], [20], [0.0, 0.4])
        quarters = product(["counts"], [4], [20, 48], [100], [20], [0.0, 0.4])
    return [Cell(*one) for one in (*months, *quarters)]


def wandering_cells() -> list[Cell]:
    """Series without a turn that are more autocorrelated than the method is made for."""
    lengths = [(12, 60), (12, 120), (4, 32), (4, 48)]
    return [Cell("counts", frequency, n, 100, 20, rho) for frequency, n in lengths for rho in (0.6, 0.8)]


def measure(cells: list[Cell], seed: list[int], series: int, fast: bool) -> list[Measured]:
    """Measure every cell; each has its own random stream, so the result does not depend on the processes."""
    jobs = [(cell, [*seed, number], series) for number, cell in enumerate(cells)]
    if fast:
        return [_measure(job) for job in jobs]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_measure, jobs, chunksize=4))


def _measure(job: tuple[Cell, list[int], int]) -> Measured:
    cell, seed, series = job
    rng = np.random.default_rng(seed)
    rates = [AFTER] if cell.turn is not None else [0.0, -0.08]
    found = []
    for rate in rates:
        values = simulated(rng, cell, series // len(rates), rate)
        found += [(one, rate) for one in directions(values, cell.frequency)]
    since = np.array([one.since for one, _ in found], float)
    distance = np.abs(since - (cell.turn or 0))
    words = {-0.08: "decreasing", 0.0: "stable", AFTER: "increasing"}
    return Measured(
        cell,
        found=float(np.mean([bool(one.turns) for one, _ in found])),
        error=float(np.median(distance)),
        near=float((distance <= cell.frequency / 4).mean()),
        right=float(np.mean([one.direction == words[rate] for one, rate in found])),
        covered=float(np.mean([(one.low or 0) <= rate <= (one.high or 0) for one, rate in found])),
    )


def _turning_page(page: Page, measured: list[Measured], series: int) -> None:
    page.text("## A turn that is there")
    page.text(
        f"From {BEFORE:.0%} to +{AFTER:.0%} a year, {series:,} series a row; Poisson, or negative binomial with "
        "variance μ + μ²/k; seasonal swing 15 %; AR(1) in the counts. 96 months of about 100 offences, or 48 quarters "
        "of about 300. A series that is given no turn counts with `since` = 0."
    )
    page.text(
        "With independent errors of standard deviation σ and a turn of d a month at month m of n, least squares places "
        "the turn, in long series, with standard deviation 2 σ/d √(1/m + 1/(n - m)): here (k = 50, no "
        f"autocorrelation) a median error of {_bound(40):.1f} months at month 40, {_bound(55):.1f} at 55 and "
        f"{_bound(70):.1f} at 70."
    )
    head = ["periods", "k", "AR(1)", "turn at", "found %", "median error", "within 3 months %", "right direction %"]
    rows = []
    for m in measured:
        shares = (percent(share) for share in (m.near, m.right, m.covered))
        rows.append([*_named(m.cell), f"{m.cell.turn}", percent(m.found), _distance(m), *shares])
    page.table([*head, "interval holds the rate %"], rows)


def _bound(month: int) -> float:
    """The least median error: variance of where two lines fitted to m and n - m values meet, in months."""
    sigma = np.sqrt(1 / 100 + 1 / 50)
    bend = (np.log1p(AFTER) - np.log1p(BEFORE)) / 12
    return float(0.6745 * 2 * sigma / bend * np.sqrt(1 / month + 1 / (96 - month)))


def _straight_page(page: Page, measured: list[Measured], series: int) -> None:
    page.text("## A turn that is not there")
    rates = [m.found for m in measured]
    page.text(
        f"Series without a turn, half level and half falling by 8 % a year, {series:,} a cell, with means of 10, 100 "
        f"and 500 a period. Over {len(measured)} cells {percent(float(np.mean(rates)))} % are given a turn; in the "
        f"worst cell {percent(max(rates))} % (one standard error of a cell is "
        f"{100 * np.sqrt(0.05 * 0.95 / series):.1f} points). Cells above 10 %: {sum(rate > 0.1 for rate in rates)}."
    )
    page.text(
        "Each entry: the range over means and dispersions of series given a turn, %; then how often the interval of "
        "the rate holds the true one, % (mean over the same cells)."
    )
    rows = []
    for model, frequency, n in dict.fromkeys((m.cell.model, m.cell.frequency, m.cell.n) for m in measured):
        alike = [m for m in measured if (m.cell.model, m.cell.frequency, m.cell.n) == (model, frequency, n)]
        entries = (_range([m for m in alike if m.cell.rho == rho]) for rho in RHOS)
        rows.append([MODELS[model], f"{n} {'months' if frequency == 12 else 'quarters'}", *entries])
    page.table(["model", "length", *(f"AR {rho}" for rho in RHOS)], rows)


def _wandering_page(page: Page, measured: list[Measured]) -> None:
    page.text("## Beyond what it holds for")
    page.text(
        "The autocorrelation of the model is 0.6 at most, because what wanders for longer is what an analyst calls a "
        "change of direction. So a series without a turn whose errors do wander is given one more often: 100 a period, "
        "k = 20."
    )
    rows = []
    for one, other in zip(measured[::2], measured[1::2], strict=True):
        rows.append([*_named(one.cell)[:1], *(f"{percent(m.found)}; {percent(m.covered)}" for m in (one, other))])
    page.table(["length", "given a turn %; interval holds the rate %: AR 0.6", "AR 0.8"], rows)


def _range(group: list[Measured]) -> str:
    if not group:
        return ""
    found = [m.found for m in group]
    return f"{percent(min(found))} to {percent(max(found))}; {percent(float(np.mean([m.covered for m in group])))}"


def _steps_page(page: Page, seed: int, series: int) -> None:
    """A level shift, declared and not, and a gap."""
    page.text("## A recording change, and a gap")
    rng = np.random.default_rng([seed, 3])
    straight = simulated(rng, Cell("counts", 12, 96, 100, 50, 0.2), series, -0.05)
    shifted = np.where(np.arange(96) >= 50, np.floor(straight * 1.25), straight)
    gapped = straight.copy()
    gapped[:, 40:48] = np.nan
    cases: dict[str, Callable[[], list[Direction]]] = {
        "nothing": partial(directions, straight, 12),
        "a step of +25 % at month 50, not declared": partial(directions, shifted, 12),
        "the same step, declared": partial(directions, shifted, 12, steps=[50]),
        "a step declared that did nothing": partial(directions, straight, 12, steps=[50]),
        "months 40 to 47 unknown": partial(directions, gapped, 12),
    }
    page.text("100 offences a month falling by 5 % a year, k = 50, AR(1) 0.2, 96 months.")
    rows = []
    for name, run in cases.items():
        found = run()
        turned = percent(float(np.mean([bool(one.turns) for one in found])))
        rows.append([name, turned, f"{100 * np.median([one.change_per_year for one in found]):.1f}"])
    page.table(["what happened", "given a turn %", "median rate, % a year"], rows)


def _named(cell: Cell) -> list[str]:
    periods = "months" if cell.frequency == 12 else "quarters"
    return [f"{cell.n} {periods}", "Poisson" if cell.dispersion is None else f"{cell.dispersion}", f"{cell.rho}"]


def _distance(m: Measured) -> str:
    period = "month" if m.cell.frequency == 12 else "quarter"
    return f"{m.error:g} {period}{'' if m.error == 1 else 's'}"
