"""Why the search for turns chooses as it does: the rules that were tried, and where the critical values come from.

Beside them what the evaluation of turns shares: a kind of series, its simulation, and a page of Markdown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray
from simulate import autoregressive, crime, seasonal_mean

from pmcli.stats.joinpoint import _CRITICAL, _f
from pmcli.stats.joinpoint_search import Fits, design, search

BEFORE, AFTER = -0.10, 0.15  # the rates on either side of a turn
RHOS = (0.0, 0.2, 0.4)


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of series; turn: the period it turns at, None for a straight line."""

    model: str
    frequency: int
    n: int
    mean: float
    dispersion: float | None
    rho: float
    turn: int | None = None


@dataclass(slots=True)
class Page:
    """Lines of Markdown."""

    lines: list[str] = field(default_factory=list)

    def text(self, line: str) -> None:
        """A paragraph."""
        self.lines += [line, ""]

    def table(self, head: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
        """A table."""
        head = list(head)
        self.lines += [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
        self.lines += [f"| {' | '.join(row)} |" for row in rows]
        self.lines.append("")


def simulated(rng: np.random.Generator, cell: Cell, series: int, rate: float) -> NDArray[np.float64]:
    """Counts with a seasonal swing of 15 %, straight at `rate` a year or turning from BEFORE to `rate`."""
    t = np.arange(cell.n) / cell.frequency
    line = t * np.log1p(rate)
    if cell.turn is not None:
        since = t - cell.turn / cell.frequency
        line = np.minimum(since, 0) * np.log1p(BEFORE) + np.maximum(since, 0) * np.log1p(rate)
    mean = seasonal_mean(cell.n, cell.frequency, cell.mean, swing=0.15, log_rate=line)
    return crime(rng, mean, series=series, dispersion=cell.dispersion, rho=cell.rho, model=cell.model)


def alternatives(page: Page, seed: int, series: int) -> None:
    """Other ways to choose between no turn and one, at the same search."""
    page.text("## What else was tried")
    page.text(
        "One turn against none, 96 months of about 100 offences, k = 50: series without a turn that are given one, % · "
        "series with a turn at month 70 that are given one, %. All but BIC at pm's own critical value; a rule with "
        "many false turns would need a higher one, and then see less."
    )
    cells = [Cell("counts", 12, 96, 100, 50, rho, turn) for rho in RHOS for turn in (None, 70)]
    rng = np.random.default_rng([seed, 4])
    shared = design(np.ones(96, dtype=np.bool_).tobytes(), 12, (), 12)
    fits = [search(shared, np.log(simulated(rng, cell, series, AFTER if cell.turn else 0.0) + 0.5)) for cell in cells]
    free = 96 - shared.rank - 1
    rows = []
    for name, test in _ALTERNATIVES.items():
        shares = [percent(float(test(one, free).mean())) for one in fits]
        rows.append([name, *(f"{shares[i]} · {shares[i + 1]}" for i in range(0, len(shares), 2))])
    page.table(["rule", *(f"AR {rho}" for rho in RHOS)], rows)


def _at(fits: list[Fits], place: NDArray[np.int64], free: int) -> NDArray[np.float64]:
    series = np.arange(place.size)
    none, one = fits[0].rss[place, series], fits[1].rss[place, series]
    return np.asarray((none - one) / (one / free))


def _likeliest(fits: Fits) -> NDArray[np.int64]:
    return np.asarray(fits.likelihood.argmax(axis=0))


def _bic(fits: list[Fits], free: int) -> NDArray[np.bool_]:
    n = free + 1 + 13
    return np.asarray(n * np.log(fits[0].rss[0] / fits[1].rss[0]) > 2 * np.log(n))


_ALTERNATIVES: dict[str, Callable[[list[Fits], int], NDArray[np.bool_]]] = {
    "BIC, independent errors": _bic,
    "sup-F, independent errors": lambda fits, free: (
        _at(fits, 0 * _likeliest(fits[0]), free) > _CRITICAL[12].against_none[0]
    ),
    "sup-F, autocorrelation with the turn": lambda fits, free: (
        _at(fits, _likeliest(fits[1]), free) > _CRITICAL[12].against_none[0]
    ),
    "sup-F, autocorrelation without it": lambda fits, free: (
        _at(fits, _likeliest(fits[0]), free) > _CRITICAL[12].against_none[0]
    ),
    "sup-F, half way between (pm)": lambda fits, free: (
        _at(fits, (_likeliest(fits[0]) + _likeliest(fits[1]) + 1) // 2, free) > _CRITICAL[12].against_none[0]
    ),
}


def critical_values(page: Page, seed: int, series: int, fast: bool) -> None:
    """Quantiles of the test statistics under no further turn, for Gaussian AR(1) series."""
    page.text("## Where the critical values come from")
    page.text(
        f"Over {series:,} Gaussian AR(1) series a row: 98 % quantiles of the F statistics without a turn, and the "
        "share of series given one by the three tests together; then 95 % quantiles with one large turn. One value "
        "serves all lengths and autocorrelations of a frequency, set for about one series in twenty in the worst rows."
    )
    rng = np.random.default_rng([seed, 5])
    rows = []
    months, quarters = ((12, n) for n in (48, 60, 84, 120)), ((4, n) for n in (16, 20, 32, 48))
    lengths = [(12, 72), (4, 32)] if fast else [*months, *quarters]
    for (frequency, n), rho in product(lengths, RHOS):
        shared = design(np.ones(n, dtype=np.bool_).tobytes(), frequency, (), frequency)
        noise = autoregressive(rng, (series, n), rho)
        turn = 5 * np.abs(np.arange(n) - n // 2) / frequency
        none, one = search(shared, noise), search(shared, noise + turn)
        against = [_f(shared, none, 0, turns) for turns in range(1, len(none))]
        beyond = [_f(shared, one, 1, turns) for turns in range(2, len(one))]
        values = _CRITICAL[frequency].against_none
        given = np.any([f > value for f, value in zip(against, values, strict=False)], axis=0)
        shown = [*_quantiles(against, 0.98, 3), percent(float(given.mean())), *_quantiles(beyond, 0.95, 2)]
        rows.append([f"{n} {'months' if frequency == 12 else 'quarters'}", f"{rho}", *shown])
    for frequency, used in _CRITICAL.items():
        shown = [*(f"**{value}**" for value in used.against_none), "", f"**{used.one_more}**", f"**{used.two_more}**"]
        rows.append([f"**used, {frequency} a year**", "", *shown])
    page.table(["length", "AR(1)", "1 v 0", "2 v 0", "3 v 0", "given a turn %", "2 v 1", "3 v 1"], rows)


def _quantiles(statistics: list[NDArray[np.float64]], quantile: float, columns: int) -> list[str]:
    shown = [f"{np.quantile(one, quantile):.1f}" for one in statistics]
    return shown + [""] * (columns - len(shown))


def percent(share: float) -> str:
    """0.0512 as 5.1."""
    return f"{100 * share:.1f}"
