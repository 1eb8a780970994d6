"""Control charts: false signals in a year in which nothing happens, and how soon 40 % more is seen.

Simulated counts with dispersion 4.2 and a season of 15 %, six years; the limits come from the two years before the
last.
"""

from __future__ import annotations

import numpy as np
from recorded import percent

from pmcli.stats.control import control_charts
from pmcli.stats.counts import variance_ratio
from pmcli.stats.season import seasonal_factors
from pmcli.stats.special_causes import NEAR, OUTSIDE
from pmcli.stats.xmr import xmr


def main(seed: int, fast: bool) -> str:
    """The report as Markdown."""
    rng, series = np.random.default_rng(seed), 200 if fast else 2000
    lines = ["# Control charts: false signals and sight", "", __doc__ or "", ""]
    lines += [
       
       
       
       
        "| periods | a year | false signal in a
        year | XmR, whole series, all rules | 40 % more seen | after (median) |", "|---|---|---|---|---|---|",
    ]
    for frequency in (4, 12):
        for a_year in (100, 300, 1500, 5000, 20_000):
            still = _signals(_simulated(rng, frequency, a_year, 1.0, series), frequency)
            jump = _signals(_simulated(rng, frequency, a_year, 1.4, series), frequency)
            plain = [
                (xmr(one).rule[-frequency:] >= 0).any() for one in _simulated(rng, frequency, a_year, 1.0, series // 10)
            ]
            seen = jump.any(axis=1)
            first = np.median(np.where(seen, jump.argmax(axis=1) + 1, frequency + 1))
            unit = "quarters" if frequency == 4 else "months"
            lines.append(
                f"| {unit} | {a_year:,} | {percent(still.any(axis=1))} | {percent(np.array(plain))} | {percent(seen)} "
                f"| {first:g} |"
            )
    return "\n".join(lines) + "\n"


def _simulated(rng: np.random.Generator, frequency: int, a_year: float, jump: float, series: int) -> np.ndarray:
    n = 6 * frequency
    mean = a_year / frequency * (1 + 0.15 * np.cos(2 * np.pi * np.arange(n) / frequency))
    mean[-frequency:] *= jump
    excess = variance_ratio(mean, 4.2) - 1
    return rng.poisson(rng.gamma(mean / excess, excess, (series, n))).astype(float)


def _signals(values: np.ndarray, frequency: int) -> np.ndarray:
    n = values.shape[1]
    seasons = seasonal_factors(values[:, :-frequency], frequency)[:, np.arange(n) % frequency]
    place = slice(n - 3 * frequency, n)
    chart = control_charts(
        values[:, place], seasons[:, place], slice(0, 2 * frequency), dispersion=np.full(len(values), 4.2)
    )
    return np.isin(chart.rule[:, -frequency:], [OUTSIDE, NEAR])
