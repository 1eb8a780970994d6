"""When a direction of travel is said, is it right about the next 12 months? And what does a line say of random walks?

Real origins: quarter ends with 12-month totals of 200 or more, the two years before and the year after clear of March
2020 to June 2021. Right: the next 12 months are more (fewer) than the last 12, as the word said.
"""

from __future__ import annotations

import numpy as np
from recorded import NOT_HERE, Recorded, percent, recorded

from pmcli.stats.counts import two_count_test, variance_ratio
from pmcli.stats.joinpoint import directions
from pmcli.stats.long_term import long_term_trends
from pmcli.stats.two_counts import LEVEL


def main(seed: int, fast: bool) -> str:
    """The report as Markdown."""
    data = recorded()
    walks = _walks(seed, 60 if fast else 400)
    if data is None:
        return NOT_HERE + "\n".join(walks)
    return (
        "\n".join(["# Direction of travel and long-term trend", "", __doc__ or "", "", *_directions(data), "", *walks])
        + "\n"
    )


def _directions(data: Recorded) -> list[str]:
    d = data.of_measures("dispersion")
    words: dict[str, list[np.ndarray]] = {
        "last 6 months against the same 6 a year before": [],
        "the last segment's own interval": [],
    }
    later = []
    for end in range(15, len(data.ends) - 4):
        if not data.clear(end - 7, end + 4):
            continue
        now, following = data.total(end), data.total(end + 4)
        half, before = data.total(end, 2), data.total(end - 4, 2)
        p = two_count_test(half, before, d)
        known = ~np.isnan(p) & ~np.isnan(following) & (now >= 200)
        segments = directions(data.values[known, : end + 1], 4)
        way = {"increasing": 1.0, "decreasing": -1.0}
        words["last 6 months against the same 6 a year before"].append(
            np.where(p < LEVEL, np.sign(half - before), 0)[known]
        )
        words["the last segment's own interval"].append(
            np.array([way.get(one.direction or "", 0.0) for one in segments])
        )
        later.append(np.sign(following - now)[known])
    came = np.concatenate(later)
    lines = [f"{came.size:,} origins.", "", "| said when | speaks | right about the next 12 months |", "|---|---|---|"]
    for name, parts in words.items():
        said = np.concatenate(parts)
        lines.append(f"| {name} | {percent(said != 0)} | {percent((said == came)[said != 0])} |")
    return lines


def _walks(seed: int, series: int) -> list[str]:
    """What the tests say of counts whose level wanders without a direction: 48 quarters, 1,500 a year."""
    lines = [
        "## What is said of random walks",
        "",
        "Counts of 1,500 a year whose level takes a step at random every quarter, up or down alike.",
        "",
    ]
    lines += [
        "| a year's steps (SD of the log) | one line since the beginning | 12 months v. 5 years before, line agrees |",
        "|---|---|---|",
    ]
    rng = np.random.default_rng(seed)
    for yearly in (0.0, 0.05, 0.1, 0.2):
        level = 375 * np.exp(np.cumsum(rng.normal(0, yearly / 2, (series, 48)), axis=1))
        excess = variance_ratio(level, 4.2) - 1
        values = rng.poisson(rng.gamma(level / excess, excess)).astype(float)
        line = np.array([one.p is not None and one.p < LEVEL for one in long_term_trends(values, 4)])
        now, then = values[:, -4:].sum(axis=1), values[:, -24:-20].sum(axis=1)
        slope = np.array([one.slope or 0.0 for one in long_term_trends(values[:, -24:], 4)])
        told = (two_count_test(now, then, 4.2) < LEVEL) & (np.sign(slope) == np.sign(now - then))
        lines.append(f"| {yearly:g} | {percent(line)} | {percent(told)} |")
    note = (
        "A walk does move: with large steps the two years really differ, and the comparison says so. The line says "
        "besides that the series has been moving that way all along."
    )
    return [*lines, "", note]
