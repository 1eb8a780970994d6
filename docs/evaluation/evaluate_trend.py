"""How often the long-term trend test cries wolf, and how often it sees a real trend: measured by simulation.

Series without a trend, then with 5 % a year up or down, through `pmcli.stats.long_term` and beside it the plain
seasonal Mann-Kendall test. `python docs/evaluation/evaluate.py` writes the result to trend.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from typing import TypeVar

import alternatives
import numpy as np
from numpy.typing import NDArray
from simulate import crime, seasonal_mean

from pmcli.stats.long_term import METHOD, long_term_trends

Job = TypeVar("Job")
Result = TypeVar("Result")


def ours(y: NDArray[np.float64], frequency: int) -> NDArray[np.float64]:
    """pm's own p-values."""
    return np.array([result.p for result in long_term_trends(y, frequency)], float)


LEVEL = 0.05
RATE = 0.05
SWINGS = (0.1, 0.2)  # half the series of a cell have each
MODELS = {"counts": "AR(1) in the counts", "log mean": "AR(1) in the log of the mean"}
OTHERS: dict[str, Callable[[NDArray[np.float64], int], NDArray[np.float64]]] = {
    "pm": ours,
    "Mann-Kendall, plain": alternatives.seasonal_kendall,
    "ordinary regression": alternatives.ordinary,
    "Mann-Kendall, Hirsch & Slack": alternatives.hirsch_slack,
    "Mann-Kendall, Hamed & Rao": alternatives.hamed_rao,
    "Mann-Kendall, Yue & Wang": alternatives.yue_wang,
    "Poisson, Newey & West": alternatives.robust_poisson,
    "block bootstrap": alternatives.block_bootstrap,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of series: how many periods, a year and in all, their mean, dispersion and autocorrelation."""

    model: str
    frequency: int
    n: int
    mean: float
    dispersion: float | None
    rho: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Shares of simulated series with p < 0.05: without a trend (alarm), and with 5 % a year (power)."""

    cell: Cell
    alarm: float
    power: float
    plain_alarm: float
    plain_power: float


def main(seed: int = 20230, fast: bool = False) -> str:
    """The evaluation as Markdown; fast: a few cells and fewer series, in one process."""
    series, beside = (400, 100) if fast else (3000, 600)
    cells = few_cells() if fast else all_cells()
    measured = run(cells, seed, series=series, beside=beside, processes=1 if fast else 2)
    return (
        "\n".join(
            [*_introduction(measured, series, beside), *_tables(measured), *_beyond(seed, fast), *_compared(seed, fast)]
        )
        + "\n"
    )


def all_cells() -> list[Cell]:
    """The whole grid: monthly, then quarterly."""
    months = product(MODELS, [12], [48, 60, 84, 120], [5, 20, 100, 1000], [None, 200, 20], [0.0, 0.2, 0.4])
    quarters = product(MODELS, [4], [20, 32, 48], [5, 100, 1000], [None, 200, 20], [0.0, 0.2, 0.4])
    return [Cell(*one) for one in (*months, *quarters)]


def few_cells() -> list[Cell]:
    """Corners of the grid."""
    months = product(MODELS, [12], [48, 120], [5, 1000], [20], [0.0, 0.4])
    return [Cell(*one) for one in (*months, *product(MODELS, [4], [20, 48], [100], [200], [0.4]))]


def run(cells: list[Cell], seed: int, *, series: int, beside: int, processes: int = 1) -> list[Measured]:
    """Measure every cell."""
    return _over(_measure, [(cell, [seed, i], series, beside) for i, cell in enumerate(cells)], processes)


def _measure(job: tuple[Cell, list[int], int, int]) -> Measured:
    cell, seed, series, beside = job
    rng = np.random.default_rng(seed)
    still = [_series(rng, cell, series // 2, 0.0, swing) for swing in SWINGS]
    moving = [_series(rng, cell, beside // 2, rate, swing) for rate, swing in zip((-RATE, RATE), SWINGS, strict=True)]
    shares = [
        _share(test(np.concatenate(group), cell.frequency))
        for test in (ours, alternatives.seasonal_kendall)
        for group in (still, moving)
    ]
    return Measured(cell, *shares)


def _series(rng: np.random.Generator, cell: Cell, series: int, rate: float, swing: float) -> NDArray[np.float64]:
    line = np.arange(cell.n) / cell.frequency * np.log1p(rate)
    mean = seasonal_mean(cell.n, cell.frequency, cell.mean, swing=swing, log_rate=line)
    return crime(rng, mean, series=series, dispersion=cell.dispersion, rho=cell.rho, model=cell.model)


def _share(p: NDArray[np.float64]) -> float:
    return float((p < LEVEL).mean())


def _introduction(measured: list[Measured], series: int, beside: int) -> Iterable[str]:
    alarms, plain = [m.alarm for m in measured], [m.plain_alarm for m in measured]
    outside = sum(not 0.03 <= alarm <= 0.07 for alarm in alarms)
    yield "# The long-term trend test, measured\n"
    yield f"Method: {METHOD} (`stats/long_term.py`).\n"
    yield (
        f"Simulated counts without a trend ({series:,} series a cell) and with 5 % a year, half up and half down "
        f"({beside:,} a cell). Poisson, or negative binomial with variance μ + μ²/k; seasonal swing 10 % in half of "
        "the series and 20 % in the other; AR(1) either in the counts themselves (normal copula) or in the log of the "
        "mean, with standard deviation 0.1 there. A false alarm is p < 0.05 without a trend; it should happen 5 times "
        f"in 100. One standard error of a false-alarm rate here is {100 * np.sqrt(0.05 * 0.95 / series):.2f} points.\n"
    )
    yield (
        f"Over all {len(alarms)} cells the false-alarm rate is {_range(alarms)} (mean {100 * np.mean(alarms):.1f} %); "
        f"**{outside} cells lie outside 3 to 7 %**. The plain seasonal Mann-Kendall test: {_range(plain)}, "
        f"{sum(one > 0.07 for one in plain)} cells above 7 %.\n"
    )
    yield "| periods a year | AR(1) | false alarms % | plain test | power % | plain test |\n|---|---|---|---|---|---|"
    for frequency, model, rho in product((12, 4), MODELS, (0.0, 0.2, 0.4)):
        group = [m for m in measured if (m.cell.frequency, m.cell.model, m.cell.rho) == (frequency, model, rho)]
        if group:
            columns = ["alarm", "plain_alarm", "power", "plain_power"]
            ranges = (_range([getattr(m, name) for m in group]).removesuffix(" %") for name in columns)
            yield f"| {frequency} | {rho} in the {model} | {' | '.join(ranges)} |"
    yield (
        "\nEach range is over means, dispersions and lengths. The power of the plain test is not comparable where it "
        "cries wolf.\n"
    )


def _range(shares: list[float]) -> str:
    return f"{100 * min(shares):.1f} to {100 * max(shares):.1f} %"


def _tables(measured: list[Measured]) -> Iterable[str]:
    by_cell = {m.cell: m for m in measured}
    for frequency, model in product((12, 4), MODELS):
        cells = [cell for cell in by_cell if (cell.frequency, cell.model) == (frequency, model)]
        rhos = sorted({cell.rho for cell in cells})
        if not cells:
            continue
        unit = "month" if frequency == 12 else "quarter"
        yield f"\n## {unit.capitalize()}s, {MODELS[model]}\n"
        yield "False alarms % (plain seasonal Mann-Kendall in brackets) · power against ±5 % a year, %\n"
        yield f"| mean a {unit} | k | {unit}s | " + " | ".join(f"AR {rho}" for rho in rhos) + " |"
        yield "|---" * (3 + len(rhos)) + "|"
        for mean, k, n in dict.fromkeys((cell.mean, cell.dispersion, cell.n) for cell in _in_order(cells)):
            row = (by_cell[Cell(model, frequency, n, mean, k, rho)] for rho in rhos)
            shown = (f"{100 * m.alarm:.1f} ({100 * m.plain_alarm:.1f}) · {100 * m.power:.0f}" for m in row)
            yield f"| {mean:,} | {'Poisson' if k is None else k} | {n} | {' | '.join(shown)} |"


def _in_order(cells: list[Cell]) -> list[Cell]:
    return sorted(cells, key=lambda cell: (cell.mean, -(cell.dispersion or np.inf), cell.n))


def _beyond(seed: int, fast: bool) -> Iterable[str]:
    """What happens outside what it was made for."""
    series = 200 if fast else 2000
    rhos = (0.5, 0.6, 0.8)
    cells = [Cell("counts", f, n, 100, 50, rho) for f, n in ((12, 60), (12, 120), (4, 48)) for rho in rhos]
    jobs = [(cell, [seed, 20_000 + i], series, 200) for i, cell in enumerate(cells)]
    measured = _over(_measure, jobs, 1 if fast else 2)
    yield "\n## Beyond the grid\n"
    yield (
        "pm takes the autocorrelation to be 0.6 at most. In real series a higher estimate nearly always means that the "
        "crime itself moved, though not in a straight line; left free, the model would put such a movement down to "
        "chance, and find no trend in a crime that trebled. The price: noise that really is more persistent than that "
        "will pass for a trend.\n"
    )
    yield f"False alarms % (plain test in brackets), 100 offences, k = 50, AR(1) in the counts, {series:,} series\n"
    yield "| length | " + " | ".join(f"AR {rho}" for rho in rhos) + " |"
    yield "|---" * (1 + len(rhos)) + "|"
    for first in range(0, len(cells), len(rhos)):
        row = measured[first : first + len(rhos)]
        unit = "months" if row[0].cell.frequency == 12 else "quarters"
        shown = " | ".join(f"{100 * m.alarm:.1f} ({100 * m.plain_alarm:.1f})" for m in row)
        yield f"| {row[0].cell.n} {unit} | {shown} |"


def _compared(seed: int, fast: bool) -> Iterable[str]:
    """Why this method: the others that were tried, on the same series."""
    series = 20 if fast else 1000
    cells = [Cell("counts", 12, n, 100, 50, rho) for n in (48, 120) for rho in (0.0, 0.2, 0.4)]
    yield "\n## What else was tried\n"
    yield f"100 offences a month, k = 50, AR(1) in the counts, {series:,} series: false alarms % · power %\n"
    yield "| test | " + " | ".join(f"{cell.n} months, AR {cell.rho}" for cell in cells) + " |"
    yield "|---" * (1 + len(cells)) + "|"
    columns = _over(_compare, [(cell, [seed, 10_000 + i], series) for i, cell in enumerate(cells)], 1 if fast else 2)
    for name, row in zip(OTHERS, zip(*columns, strict=True), strict=True):
        yield f"| {name} | " + " | ".join(f"{100 * alarm:.1f} · {100 * power:.0f}" for alarm, power in row) + " |"


def _compare(job: tuple[Cell, list[int], int]) -> list[tuple[float, float]]:
    cell, seed, series = job
    rng = np.random.default_rng(seed)
    still, moving = (_series(rng, cell, series, rate, SWINGS[1]) for rate in (0.0, -RATE))
    return [(_share(test(still, cell.frequency)), _share(test(moving, cell.frequency))) for test in OTHERS.values()]


def _over(work: Callable[[Job], Result], jobs: list[Job], processes: int) -> list[Result]:
    """The work on each job in order; each has its own random stream, so the processes do not change the result."""
    if processes == 1:
        return [work(job) for job in jobs]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return list(pool.map(work, jobs))
