"""Write src/pmcli/catalogue/chances.csv: how often each flag and verdict would come by chance alone.

`python docs/evaluation/make_chances.py`; the same seed gives the same file.

Nothing has changed and forces do not differ: every force has the same rate, that of its measure in the Home Office file
(knife and firearm offences: the ONS's tables, year ending March 2024), in every window; its counts are negative binomial with the dispersion of the measure. Forces of
like size stand for a Most Similar Group of eight. Chances are means over groups of forces of like size.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
from recorded import recorded

from pmcli.catalogue import Catalogue
from pmcli.catalogue.rules import Criterion, Rule
from pmcli.stats.counts import variance_ratio
from pmcli.steps.averages import Conventions
from pmcli.steps.population import read_population
from pmcli.steps.verdicts import Counts, flags_of, group_masks, verdicts_of

DRAWS, SEED, GROUPS = 4000, 20230, 9
ONS_RATES = {"knife-crime": 0.85, "firearms": 0.10}
OUT = Path(__file__).parents[2] / "src" / "pmcli" / "catalogue" / "chances.csv"


def main() -> None:
    """Simulate every measure of the shipped rules and write the file."""
    data = recorded()
    if data is None:
        raise SystemExit("the Home Office file is not here: name it with PM_HOME_OFFICE")
    catalogue = Catalogue()
    forces = [force.id for force in catalogue.forces.values() if force.kind == "territorial"]
    end = data.ends[-1]
    people = np.array([_people(catalogue, force, end) for force in forces])
    order = np.argsort(people)
    peers = {}
    for place, force in enumerate(order):
        near = sorted((one for one in range(len(order)) if one != place), key=lambda one: abs(one - place))[:7]
        peers[forces[force]] = [forces[order[one]] for one in near]
    total = dict(zip(zip(data.measures, data.areas, strict=True), data.total(len(data.ends) - 1), strict=True))
    rows = []
    for rule in catalogue.rules.values():
        for name in rule.measures:
            counts = np.array([total.get((name, force), np.nan) for force in forces])
            known = ~np.isnan(counts)
            rate = ONS_RATES.get(name) or 1000 * counts[known].sum() / people[known].sum()
            rows += _simulated(rule, name, rate / 1000 * people, people, forces, peers, catalogue)
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["group", "measure", "criterion", "size", "chance"])
        writer.writerows(rows)


def _people(catalogue: Catalogue, force: str, end: date) -> float:
    found = read_population(None, catalogue).of(force, "", end)
    assert found is not None
    return found[0]


def _simulated(
    rule: Rule,
    name: str,
    expected: np.ndarray,
    people: np.ndarray,
    forces: list[str],
    peers: dict[str, list[str]],
    catalogue: Catalogue,
) -> list[tuple[str, str, str, float, float]]:
    rng, d = np.random.default_rng(SEED), catalogue.measures[name].dispersion

    def drawn(share: float) -> np.ndarray:
        excess = variance_ratio(expected * share, d) - 1
        return rng.poisson(rng.gamma(expected * share / excess, excess, (DRAWS, len(forces)))).astype(float)

    halves = {"first": drawn(0.5), "last": drawn(0.5), "year before": drawn(0.5), "baseline": drawn(1.0)}
    conventions = Conventions()
    masks = group_masks(forces, catalogue.national(), peers, include_self=True)
    nobody = group_masks(forces, catalogue.national(), {}, include_self=True)
    gate = halves["last"] - halves["year before"]

    def counts(criterion: Criterion) -> Counts:
        now = halves["last"] if criterion.months == 6 else halves["first"] + halves["last"]
        then = halves["year before"] if criterion.against == "previous-year" else halves["baseline"]
        return Counts(now, then, now - then, np.broadcast_to(people, now.shape), 1000.0)

    flags = np.stack([flags_of(one, counts(one), masks, conventions) for one in rule.criteria])
    alone = np.stack([flags_of(one, counts(one), nobody, conventions) for one in rule.criteria])
    chances = {one.id: np.nanmean(flags[place], axis=0) for place, one in enumerate(rule.criteria)}
    chances["verdict"] = (verdicts_of(rule, flags, gate)[1] == 1).mean(axis=0)
    if any(one.scope != "peers" for one in rule.criteria):
        chances["verdict without peers"] = (verdicts_of(rule, alone, gate)[1] == 1).mean(axis=0)
    rows = []
    for group in np.array_split(np.argsort(expected), GROUPS):
        size = float(np.exp(np.log(expected[group]).mean()))
        rows += [
            (rule.group, name, key, f"{size:.4g}", f"{np.nanmean(one[group]):.3f}") for key, one in chances.items()
        ]
    return rows


if __name__ == "__main__":
    main()
