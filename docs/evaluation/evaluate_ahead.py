"""Whether the 12-month totals foreseen came true: coverage of the intervals, the chances of a turn, and news.

Every quarter end of the Home Office file with five years behind it is an origin; the forecast sees nothing after it.
Origins and totals clear of March 2020 to June 2021 unless said.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from recorded import NOT_HERE, Recorded, percent, recorded

from pmcli.stats.counts import told_apart, two_count_test
from pmcli.stats.outlook import Outlook, outlook
from pmcli.stats.two_counts import LEVEL

HORIZONS = (3, 6, 9, 12)
SIZES = {"200 or more a year": (200, np.inf), "50 to 200": (50, 200), "under 50": (0, 50)}
BINS = (0.0, 0.05, 0.15, 0.3, 0.5, 0.7, 1.0)


def main(_seed: int, _fast: bool) -> str:
    """The report as Markdown; no draw is made, and all of the file is always used."""
    data = recorded()
    if data is None:
        return NOT_HERE
    lines = ["# Totals ahead: did they come true?", "", __doc__ or "", ""]
    for title, clear in (("Clear of the pandemic", True), ("All origins, the pandemic included", False)):
        lines += [
            f"## {title}",
            "",
            "| totals | months ahead | forecasts | in the 80 % interval | in the 95 % |",
            "|---|---|---|---|---|",
        ]
        held = _coverage(data, clear)
        for size in SIZES if clear else list(SIZES)[:1]:
            for months in HORIZONS:
                inside = held[size, months]
                lines.append(
                    f"| {size} | {months} | {inside.shape[1]:,} | {percent(inside[0])} | {percent(inside[1])} |"
                )
            together = np.concatenate([held[size, months] for months in HORIZONS], axis=1)
            lines.append(f"| {size} | all | {together.shape[1]:,} | {percent(together[0])} | {percent(together[1])} |")
        lines.append("")
    return "\n".join([*lines, *_turns(data), *_news(data)]) + "\n"


def _origins(data: Recorded) -> range:
    return range(20, len(data.ends) - 1)


def _coverage(data: Recorded, clear: bool) -> dict[tuple[str, int], NDArray[np.bool_]]:
    held: dict[tuple[str, int], list[NDArray[np.bool_]]] = {(size, months): [] for size in SIZES for months in HORIZONS}
    for origin in _origins(data):
        looked = outlook(data.values[:, : origin + 1], 4, data.of_measures("ahead"), HORIZONS)
        ends = {p: looked.quantile(p) for p in (0.025, 0.1, 0.9, 0.975)}
        now = data.total(origin)
        for place, months in enumerate(HORIZONS):
            target = origin + months // 3
            if target >= len(data.ends) or (clear and not data.clear(origin - 3, target)):
                continue
            total = data.total(target)
            known = ~np.isnan(total) & ~np.isnan(looked.total[:, place])
            for size, (low, high) in SIZES.items():
                here = known & (now >= low) & (now < high)
                inside = [
                    (total >= ends[a][:, place]) & (total <= ends[b][:, place]) for a, b in ((0.1, 0.9), (0.025, 0.975))
                ]
                held[size, months].append(np.stack(inside)[:, here])
    return {key: np.concatenate(parts, axis=1) for key, parts in held.items()}


def _turns(data: Recorded) -> list[str]:
    """Said against observed chances that the verdict against the year before (the test of two counts) turns."""
    said, turned = [], []
    d = data.of_measures("dispersion")
    for origin in _origins(data):
        looked = outlook(data.values[:, : origin + 1], 4, data.of_measures("ahead"), HORIZONS)
        now, was = data.total(origin), data.total(origin - 4)
        verdict = _verdict(now, was, d)
        for place, months in enumerate(HORIZONS):
            target = origin + months // 3
            if target >= len(data.ends) or not data.clear(origin - 7, target):
                continue
            then = data.total(target - 4)
            chance = _stays(looked, place, then, d, verdict)
            later = _verdict(data.total(target), then, d)
            known = ~np.isnan(chance) & ~np.isnan(later) & (now >= 200)
            said.append(1 - chance[known])
            turned.append(later[known] != verdict[known])
    chances, came = np.concatenate(said), np.concatenate(turned)
    lines = [
        "## Chances that the verdict against the year before turns",
        "",
        "| said | forecasts | said, mean | turned |",
        "|---|---|---|---|",
    ]
    for low, high in pairwise(BINS):
        here = (chances >= low) & (chances < high if high < 1 else chances <= high)
        lines.append(
            f"| {100 * low:.0f} to {100 * high:.0f} % | {here.sum():,} | {100 * chances[here].mean():.1f} % "
            f"| {percent(came[here])} |"
        )
    return [*lines, ""]


def _verdict(now: NDArray[np.float64], then: NDArray[np.float64], d: NDArray[np.float64]) -> NDArray[np.float64]:
    p = two_count_test(now, then, d)
    return np.where(np.isnan(p), np.nan, np.where(p < LEVEL, np.sign(now - then), 0))


def _stays(
    looked: Outlook, place: int, then: NDArray[np.float64], d: NDArray[np.float64], verdict: NDArray[np.float64]
) -> NDArray[np.float64]:
    below, above = told_apart(then, d)
    column = Outlook(*(one[:, [place]] for one in (looked.total, looked.kept, looked.spread, looked.shape)))
    lower = np.where(below < 0, 0.0, column.at_most(below[:, None])[:, 0])
    upper = 1 - column.at_most(above[:, None] - 1)[:, 0]
    return np.select([verdict == -1, verdict == 1, verdict == 0], [lower, upper, 1 - lower - upper], np.nan)


def _news(data: Recorded) -> list[str]:
    """How often the latest 12 months lie outside the 95 % interval of their forecast a quarter earlier."""
    rates = []
    for origin in range(20, len(data.ends) - 1):
        looked = outlook(data.values[:, : origin + 1], 4, data.of_measures("ahead"), (3,))
        total = data.total(origin + 1)
        known = ~np.isnan(total) & ~np.isnan(looked.total[:, 0])
        outside = (total < looked.quantile(0.025)[:, 0]) | (total > looked.quantile(0.975)[:, 0])
        rates.append((data.ends[origin + 1], outside[known]))
    last = rates[-1]
    lines = ["## News: the latest period outside the 95 % interval of its own forecast", ""]
    lines.append(f"Last quarter of the file ({last[0]:%B %Y}): {percent(last[1])} of {last[1].size:,} series.")
    lines += ["", "| quarter | news |", "|---|---|", *(f"| {end:%B %Y} | {percent(one)} |" for end, one in rates)]
    return lines
