"""Monthly counts and populations for Essex and 41 invented forces that give every figure of `pack.py`, checked.

The route: draw a rate and two percentage changes for every force; bend them so that the means and SDs over the group
and over the country are the printed ones; turn them into whole window totals; share each window out over its months.
Then compute every printed figure back from the months, and stop if one does not come out.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Final

from making.draw import allocate, bend, bend_positive, normal, rest_of, stream
from making.pack import AVERAGES, ESSEX, ESSEX_ONLY, IMPLIED, MEASURE_ID, Average, Windows

ESSEX_NAME: Final = "Essex"
INVENTED: Final = [f"Invented Force {number:02}" for number in range(1, 42)]
PEERS: Final = INVENTED[:7]
OTHERS: Final = INVENTED[7:]

MONTHS: Final = [(2018 + i // 12, i % 12 + 1) for i in range(75)]  # January 2018 to March 2024
PRINTED_MONTHS: Final = 67  # to July 2023: what the monthly extract holds
BASE, LAST_YEAR, MIDDLE, THIS_YEAR = slice(12, 24), slice(49, 55), slice(55, 61), slice(61, 67)
FREE: Final = (slice(0, 12), slice(24, 36), slice(36, 49), slice(67, 75))

COVID: Final = {27: 0.8, 28: 0.55, 29: 0.65, 30: 0.75, 31: 0.85, 35: 0.85, 36: 0.7, 37: 0.7, 38: 0.8, 39: 0.9}
"""Month index -> how much of the usual crime was left, from March 2020."""

SUMMER: Final = {"Homicide": 0.0, "Burglary": -0.08, "Vehicle offences": -0.03, "Violence with injury": 0.08}
"""Measure -> how far July stands above the year's average; 0.05 for the rest."""


@dataclass(frozen=True, slots=True)
class Figures:
    """monthly: (force, measure label) -> 75 counts. population: (force, year, measure id or "") -> people."""

    monthly: dict[tuple[str, str], list[int]]
    population: dict[tuple[str, int, str], int]

    def windows(self, force: str, measure: str) -> Windows:
        """The window totals, computed back from the months."""
        months = self.monthly[force, measure]
        return Windows(sum(months[BASE]), sum(months[LAST_YEAR]), sum(months[MIDDLE]), sum(months[THIS_YEAR]))

    def rate(self, force: str, measure: str) -> float:
        """Offences per 1,000 population, 12 months to July 2023, mid-2023 population."""
        blank = self.population[force, 2023, ""]
        people = self.population.get((force, 2023, MEASURE_ID.get(measure, "")), blank)
        return 1000 * self.windows(force, measure).now / people


def make_figures() -> Figures:
    """The figures of the samples. Raises AssertionError when a printed figure does not come out."""
    population = _populations()
    windows = {(ESSEX_NAME, measure): known for measure, known in ESSEX.items()}
    for measure in ESSEX:
        if measure in ESSEX_ONLY or measure == "Robbery (personal)":
            continue
        windows.update(_windows(measure, population))
    windows.update(_personal_robbery(windows, population))
    windows.update(_all_robbery(windows))
    order = [measure for measure in ESSEX if measure != "Robbery (personal)"] + ["Robbery (personal)"]
    monthly: dict[tuple[str, str], list[int]] = {}
    for measure in order:
        for force in [ESSEX_NAME, *INVENTED]:
            if (force, measure) in windows:
                whole = monthly[force, "Robbery"] if measure == "Robbery (personal)" else None
                monthly[force, measure] = _months(force, measure, windows[force, measure], whole)
    figures = Figures(monthly, population)
    _check(figures)
    return figures


def _populations() -> dict[tuple[str, int, str], int]:
    people: dict[tuple[str, int, str], int] = {}
    for measure, now in IMPLIED.items():
        people[ESSEX_NAME, 2022, measure] = int(round(now / 1.01, -2))
        people[ESSEX_NAME, 2023, measure] = now
    for force in INVENTED:
        rng = stream("population", force)
        smallest, spread = (900_000, 1_000_000) if force in PEERS else (500_000, 2_300_000)
        now = int(round(smallest + spread * rng.random() ** 2, -2))
        people[force, 2023, ""] = now
        people[force, 2022, ""] = int(round(now / (1.004 + 0.008 * rng.random()), -2))
    return people


def _target(measure: str, kind: str, scope: str) -> Average | None:
    return next((a for a in AVERAGES if (a.measure, a.kind, a.scope) == (measure, kind, scope)), None)


def _essex_rate(measure: str) -> float:
    return 1000 * ESSEX[measure].now / IMPLIED.get(MEASURE_ID.get(measure, ""), IMPLIED[""])


def _windows(measure: str, population: dict[tuple[str, int, str], int]) -> dict[tuple[str, str], Windows]:
    """Window totals of the invented forces; drawn again until whole numbers keep the printed average and SD."""
    for attempt in range(500):
        rates = _rates(measure, attempt)
        counts = {force: round(rate * population[force, 2023, ""] / 1000) for force, rate in rates.items()}
        now = {force: 1000 * count / population[force, 2023, ""] for force, count in counts.items()}
        if all(_holds(measure, scope, now) for scope in ("national", "peers")):
            return _split(measure, counts)
    raise AssertionError(f"{measure}: no draw gives the printed average and SD")


def _rates(measure: str, attempt: int) -> dict[str, float]:
    essex = _essex_rate(measure)
    rng = stream("rates", measure, attempt)
    peers = _target(measure, "rate", "peers")
    assert peers is not None
    rates = dict(
        zip(PEERS, bend_positive([normal(rng) for _ in PEERS], *rest_of([essex], peers.mean, peers.sd, 8)), strict=True)
    )
    national = _target(measure, "rate", "national")
    if national is None:
        wanted = (peers.mean, 0.35 * peers.mean)
    else:
        wanted = rest_of([essex, *rates.values()], national.mean, national.sd, 42)
    return {**rates, **dict(zip(OTHERS, bend_positive([normal(rng) for _ in OTHERS], *wanted), strict=True))}


def _holds(measure: str, scope: str, rates: dict[str, float]) -> bool:
    target = _target(measure, "rate", scope)
    if target is None:
        return True
    group = PEERS if scope == "peers" else INVENTED
    return _problem(target, _essex_rate(measure), [_essex_rate(measure), *(rates[force] for force in group)]) == ""


def _split(measure: str, counts: dict[str, int]) -> dict[tuple[str, str], Windows]:
    """12 months to July 2023 -> all the windows, by a drawn share of the last six months and two drawn changes."""
    rng = stream("changes", measure)
    changes = {}
    for kind, usual in (("change-6m", (0.0, 6.0)), ("change-base", (-4.0, 8.0))):
        target = _target(measure, kind, "peers")
        drawn = {force: normal(rng) for force in INVENTED}
        mean, sd = (target.mean, target.sd) if target else usual
        changes[kind] = dict(zip(OTHERS, bend([drawn[force] for force in OTHERS], mean, sd), strict=True))
        if target:
            essex = 100 * (ESSEX[measure].change_6m if kind == "change-6m" else ESSEX[measure].change_base)
            mean, sd = rest_of([essex], target.mean, target.sd, 8)
        changes[kind] |= dict(zip(PEERS, bend([drawn[force] for force in PEERS], mean, sd), strict=True))
    windows = {}
    for force, now in counts.items():
        this_year = round(now * (0.5 + 0.012 * normal(rng)))
        windows[force, measure] = Windows(
            base=round(now / (1 + changes["change-base"][force] / 100)),
            last_year=round(this_year / (1 + changes["change-6m"][force] / 100)),
            middle=now - this_year,
            this_year=this_year,
        )
    return windows


def _personal_robbery(
    windows: dict[tuple[str, str], Windows], population: dict[tuple[str, int, str], int]
) -> dict[tuple[str, str], Windows]:
    """Personal robbery: in every force fewer than all robbery, and the printed average over the group."""
    measure = "Robbery (personal)"
    target = _target(measure, "rate", "peers")
    assert target is not None
    essex = _essex_rate(measure)
    whole = {force: windows[force, "Robbery"].now for force in INVENTED}
    for attempt in range(20000):
        rng = stream("rates", measure, attempt)
        z = [1000 * whole[force] / population[force, 2023, ""] / 0.13 + 0.3 * normal(rng) for force in PEERS]
        rates = dict(zip(PEERS, bend(z, *rest_of([essex], target.mean, target.sd, 8)), strict=True))
        counts = {force: round(rate * population[force, 2023, ""] / 1000) for force, rate in rates.items()}
        now = [1000 * counts[force] / population[force, 2023, ""] for force in PEERS]
        if all(counts[f] <= 0.97 * whole[f] for f in PEERS) and not _problem(target, essex, [essex, *now]):
            counts |= {force: round(whole[force] * (0.86 + 0.03 * normal(rng))) for force in OTHERS}
            return _split(measure, counts)
    raise AssertionError("personal robbery: no draw is below all robbery with the printed average and SD")


def _all_robbery(windows: dict[tuple[str, str], Windows]) -> dict[tuple[str, str], Windows]:
    """All robbery's windows in proportion to personal robbery's, so that the part never exceeds the whole."""
    found = {}
    for force in INVENTED:
        part, now = windows[force, "Robbery (personal)"], windows[force, "Robbery"].now
        base, last_year, this_year = (
            round(number * now / part.now) for number in (part.base, part.last_year, part.this_year)
        )
        found[force, "Robbery"] = Windows(base, last_year, now - this_year, this_year)
    return found


def _months(force: str, measure: str, windows: Windows, whole: list[int] | None) -> list[int]:
    """75 monthly counts with these window totals; `whole`: the counts that each month may not exceed."""
    rng = stream("months", force, measure)
    before, after, end = windows.base / 12, windows.last_year / 6, windows.this_year / 6
    summer = SUMMER.get(measure, 0.05)
    weights = []
    for i, (_, month) in enumerate(MONTHS):
        if i < 24:
            level = before
        elif i < 49:
            level = before + (after - before) * (i - 24) / 25
        else:
            level = end
        season = 1 + summer * (1 - abs(month - 7) / 3)
        noise = max(0.3, 1 + (0.03 + 0.8 / max(level, 1) ** 0.5) * normal(rng))
        weights.append(max(level, 0.05) * season * COVID.get(i, 1.0) * noise)
    if whole is not None:
        weights = [max(count, 0.001) for count in whole]
    counts = [0] * len(MONTHS)
    known = [(BASE, windows.base), (LAST_YEAR, windows.last_year)]
    known += [(MIDDLE, windows.middle), (THIS_YEAR, windows.this_year)]
    share = 1.0 if whole is None else sum(total for _, total in known) / sum(sum(whole[part]) for part, _ in known)
    for part, total in known + [(part, round(share * sum(weights[part]))) for part in FREE]:
        counts[part] = allocate(total, weights[part], rng if whole is None else None)
    assert whole is None or all(part <= all_of_it for part, all_of_it in zip(counts, whole, strict=True))
    return counts


def _check(figures: Figures) -> None:
    for measure, known in ESSEX.items():
        assert figures.windows(ESSEX_NAME, measure) == known, measure
    assert all(count >= 0 for months in figures.monthly.values() for count in months)
    for target in AVERAGES:
        group = [ESSEX_NAME, *(PEERS if target.scope == "peers" else INVENTED)]
        if target.kind == "rate":
            values = [figures.rate(force, target.measure) for force in group]
        else:
            windows = [figures.windows(force, target.measure) for force in group]
            values = [100 * (w.change_6m if target.kind == "change-6m" else w.change_base) for w in windows]
        problem = _problem(target, values[0], values)
        assert not problem, f"{target.measure}, {target.kind}, {target.scope}: {problem}"


def _problem(target: Average, essex: float, values: list[float]) -> str:
    """ "" when the figures of `values` (Essex among them) round to the printed ones, else what is wrong."""
    decimals = len(target.force.partition(".")[2])
    mean, sd = fmean(values), stdev(values)
    got = tuple(f"{figure:.{decimals}f}" for figure in (essex, mean, essex - mean, sd))
    wanted = (target.force, target.printed_mean, target.difference, target.printed_sd)
    if got != wanted:
        return f"{got} is printed as {wanted}"
    return "" if (essex - mean > sd) == target.flag else "the flag is not the printed one"
