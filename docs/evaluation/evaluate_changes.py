"""How often the test of two counts calls a change where nothing changed, and how often on real pairs.

Nothing changed between two pseudo-years crossed from two adjacent years: one takes the first half of the one year and
the second half of the other (or every other quarter), the other the rest. A steady change cancels, a season is in both;
what is left is what comes and goes within two years. Pairs from June 2016 on, clear of March 2020 to June 2021.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from recorded import NOT_HERE, Recorded, percent, recorded

from pmcli.stats.counts import two_count_test
from pmcli.stats.two_counts import LEVEL

SIZES = (0, 50, 200, 1_000, 5_000, 20_000, np.inf)
FIRST = date(2016, 6, 30)


def main(_seed: int, _fast: bool) -> str:
    """The report as Markdown; no draw is made, and all of the file is always used."""
    data = recorded()
    if data is None:
        return NOT_HERE
    lines = ["# The test of two counts: false alarms, and words on real pairs", "", __doc__ or "", ""]
    crossed = {name: _crossed(data, take) for name, take in TAKES.items()}
    lines += ["| crossed by | pairs | exact test | with the dispersion of the measure |", "|---|---|---|---|"]
    for name, (a, b, d) in crossed.items():
        exact, told = _calls(a, b, np.ones(d.size)), _calls(a, b, d)
        lines.append(f"| {name} | {exact.size:,} | {percent(exact)} | {percent(told)} |")
    a, b, d = crossed["halves"]
    size = (a + b) / 2
    lines += [
        "",
        "By the size of the counts (halves):",
        "",
        "| a year | pairs | exact test | dispersion |",
        "|---|---|---|---|",
    ]
    for low, high in pairwise(SIZES):
        here = (size >= low) & (size < high)
        name = f"{low:,} to {high:,.0f}" if high < np.inf else f"over {low:,}"
        exact, told = _calls(a[here], b[here], np.ones(here.sum())), _calls(a[here], b[here], d[here])
        lines.append(f"| {name} | {exact.size:,} | {percent(exact)} | {percent(told)} |")
    lines += _by_measure(data)
    lines += _real(data)
    return "\n".join(lines) + "\n"


TAKES = {"halves": np.array([True, True, False, False]), "quarters": np.array([True, False, True, False])}


def _crossed(
    data: Recorded, take: NDArray[np.bool_], rows: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.float64], ...]:
    """a, b and the dispersion of every crossed pair."""
    chosen = np.arange(len(data.measures)) if rows is None else rows
    d = data.of_measures("dispersion")[chosen]
    parts = []
    for end in range(7, len(data.ends)):
        if data.ends[end - 7] < FIRST or not data.clear(end - 7, end):
            continue
        before, after = data.values[chosen, end - 7 : end - 3], data.values[chosen, end - 3 : end + 1]
        parts.append((np.where(take, before, after).sum(axis=1), np.where(take, after, before).sum(axis=1), d))
    return tuple(np.concatenate(one) for one in zip(*parts, strict=True))


def _calls(a: NDArray[np.float64], b: NDArray[np.float64], d: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which pairs are called changed, of those that can be tested and have anything in them."""
    p = two_count_test(a, b, d)
    return np.asarray(p[~np.isnan(p) & (a + b > 0)] < LEVEL)


def _by_measure(data: Recorded) -> list[str]:
    lines = [
        "",
        "By measure (halves; quarters):",
        "",
        "| measure | d | exact test | dispersion | quarters, exact | quarters, dispersion |",
        "|---|---|---|---|---|---|",
    ]
    for name in sorted(set(data.measures)):
        rows = np.flatnonzero(np.array(data.measures) == name)
        cells = []
        for take in TAKES.values():
            a, b, d = _crossed(data, take, rows)
            cells += [percent(_calls(a, b, np.ones(d.size))), percent(_calls(a, b, d))]
        lines.append(f"| {name} | {d[0]:g} | {' | '.join(cells)} |")
    return lines


def _real(data: Recorded) -> list[str]:
    """Words on real pairs of years, and how often the opposite word follows a year later."""
    lines = ["", "Real pairs, a year against the year before, quarter ends from March 2016:", ""]
    lines += ["| test | pairs with a word | opposite word a year later |", "|---|---|---|"]
    for name, d in (("exact", np.ones(len(data.measures))), ("dispersion", data.of_measures("dispersion"))):
        words = []
        for end in range(data.ends.index(date(2016, 3, 31)), len(data.ends)):
            a, b = data.total(end), data.total(end - 4)
            p = two_count_test(a, b, d)
            words.append(np.where(np.isnan(p) | (a + b == 0), np.nan, np.where(p < LEVEL, np.sign(a - b), 0)))
        said = np.array(words)
        known = ~np.isnan(said)
        later = known[4:] & known[:-4] & (said[:-4] != 0)
        lines.append(f"| {name} | {percent(said[known] != 0)} | {percent((said[4:] == -said[:-4])[later])} |")
    return lines
