"""Whether a verdict hangs on a convention: each way in which published packs differ, alone and all together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Any, Final

import numpy as np
import polars as pl

from pmcli.catalogue import Catalogue, Criterion, Rule
from pmcli.notes import collecting
from pmcli.periods import BASELINE, month_name
from pmcli.steps.averages import Conventions
from pmcli.steps.criteria import Ends, figures_of, windows_of
from pmcli.steps.outliers import judged_frame
from pmcli.steps.population import Population, read_population
from pmcli.steps.verdicts import VERDICTS, counts_of, flags_of, group_masks, verdicts_of
from pmcli.steps.written import Month, area_ids, last_day, measure_ids
from pmcli.tables import KEY, SENSITIVITY, SERIES

CITY: Final = "city-of-london"
OTHER_BASELINES: Final = (date(2019, 12, 31), date(2019, 6, 30))
COMBINED: Final = ("average", "SD", "own force", "City of London", "population", "baseline")
"""The conventions that are combined, two settings each: 64 combinations. (Rounding is shown by itself.)"""


@dataclass(frozen=True, slots=True)
class _Setting:
    """One combination: which of the two settings each convention has; 0 is the one asked for."""

    average: int = 0
    sd: int = 0
    own: int = 0
    city: int = 0
    population: int = 0
    baseline: int = 0
    rounded: int = 0


def sensitivity(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None = None,
    group: str | None = None,
    areas: Sequence[str] | None = None,
    source: str | None = None,
    to: Month | None = None,
    baseline: Month = BASELINE,
    peers: Mapping[str, Sequence[str]] | None = None,
    population: Population | None = None,
    conventions: Conventions | None = None,
    catalogue: Catalogue | None = None,
) -> pl.LazyFrame:
    """Every verdict of `outliers` under the other conventions.

    The options are those of `outliers`; what they say is the default that the others are held against.
    Returns the sensitivity table: for every measure and force a row as it is (`as asked`), one with each convention
    turned alone, and one (`all`) with how many of the 64 combinations give the same verdict (`holds` of `of`). turned:
    the criteria whose flag differs, joined by `;`.
    Raises as `outliers` does.
    """
    measures, areas = measure_ids(measures, catalogue), area_ids(areas, catalogue)
    to, baseline = last_day(to), last_day(baseline, "baseline")
    catalogue, conventions = catalogue or Catalogue(), conventions or Conventions()
    population = population or read_population(None, catalogue)
    frame, rules, ends = judged_frame(
        observations, measures=measures, group=group, areas=areas, source=source, to=to, catalogue=catalogue,
    )  # fmt: skip
    baselines = (baseline, next(one for one in OTHER_BASELINES if one != baseline))
    judged = [(rule, name) for rule in rules for name in rule.measures if name in ends]
    with collecting():  # `pm outliers` says what is missing
        wide = windows_of(frame, [(rule, Ends(ends[name], end)) for rule, name in judged for end in baselines])
    rows: list[dict[str, Any]] = []
    for rule, name in judged:
        mine = wide.filter(pl.col("measure") == name)
        one = _Measure(mine, rule, ends[name], baselines, peers or {}, population, conventions, catalogue)
        rows += one.rows(areas)
    table = pl.DataFrame(rows, schema=SENSITIVITY.schema(), orient="row") if rows else SENSITIVITY.empty()
    return table.sort(*KEY, "group", maintain_order=True).lazy()


class _Measure:
    """One measure under one rule: its windows for both baselines and both populations, and its verdicts."""

    def __init__(
        self,
        wide: pl.DataFrame,
        rule: Rule,
        to: date,
        baselines: tuple[date, date],
        peers: Mapping[str, Sequence[str]],
        population: Population,
        conventions: Conventions,
        catalogue: Catalogue,
    ) -> None:
        self.rule, self.to, self.conventions = rule, to, conventions
        self.baselines = baselines
        ends = [Ends(to, end) for end in baselines]
        self.figures: dict[tuple[int, int], pl.DataFrame] = {}
        self._known: dict[tuple[int, _Setting], Any] = {}
        with collecting():  # `pm outliers` says what is missing
            first = figures_of(wide, rule, ends[0], population, catalogue)
            year = first["population_year"].max()
            before = replace(population, year=int(year) - 1) if isinstance(year, int) else population
            for place, one in enumerate(ends):
                for older, people in enumerate((population, before)):
                    asked = (place, older) == (0, 0)
                    self.figures[place, older] = first if asked else figures_of(wide, rule, one, people, catalogue)
        self.counts = {
            (place, older): [counts_of(figures, one, ends[place]) for one in rule.criteria]
            for (place, older), figures in self.figures.items()
        }
        self.before = str(year - 1) if isinstance(year, int) else "year not known"
        self.areas = first["area"].to_list()
        nation = catalogue.national()
        turned = [name for name in nation if name != CITY] if CITY in nation else [*nation, CITY]
        self.city = ("in" if CITY in nation else "out", "out" if CITY in nation else "in")
        self.masks = {
            (city, own): group_masks(self.areas, names, peers, include_self=own)
            for city, names in enumerate((nation, turned))
            for own in (True, False)
        }

    def rows(self, areas: Sequence[str] | None) -> Iterator[dict[str, Any]]:
        """The rows of every force that is reported."""
        flags, met, verdict = self.judge(_Setting())
        alone = [(*named, *self.judge(setting)) for named, setting in self.turned()]
        same = np.zeros(len(self.areas), dtype=int)
        combinations = [_Setting(*one) for one in product((0, 1), repeat=len(COMBINED))]
        for one in combinations:
            same += self.judge(one)[2] == verdict
        for place, key in enumerate(self.figures[0, 0].select(SERIES).iter_rows(named=True)):
            if areas is not None and key["area"] not in areas:
                continue
            base = {**key, "period_end": self.to, "months": self.rule.months, "group": self.rule.group,
                    "holds": None, "of": None}  # fmt: skip
            was = {"flags": int(met[place]), "verdict": str(VERDICTS[verdict[place]])}
            yield {**base, **was, "convention": "as asked", "setting": self.conventions.sentence(), "turned": ""}
            for convention, setting, other, count, said in alone:
                names = [
                    criterion.id
                    for criterion, old, new in zip(self.rule.criteria, flags[:, place], other[:, place], strict=True)
                    if not (old == new or (np.isnan(old) and np.isnan(new)))
                ]
                now = {"flags": int(count[place]), "verdict": str(VERDICTS[said[place]])}
                yield {**base, **now, "convention": convention, "setting": setting, "turned": ";".join(names)}
            held = {"holds": int(same[place]), "of": len(combinations)}
            words = f"{len(combinations)} combinations of {', '.join(COMBINED)}"
            yield {**base, **was, **held, "convention": "all", "setting": words, "turned": ""}

    def turned(self) -> list[tuple[tuple[str, str], _Setting]]:
        """((convention, its other setting), the combination with that alone turned)."""
        flipped = self._conventions(_Setting(1, 1, 1))
        return [
            (("average", flipped.average), _Setting(average=1)),
            (("SD", flipped.sd), _Setting(sd=1)),
            (("own force", "in its peer group" if flipped.include_self else "not in its peer group"), _Setting(own=1)),
            (("City of London", self.city[1]), _Setting(city=1)),
            (("population", f"mid-{self.before}"), _Setting(population=1)),
            (("baseline", f"12 months to {month_name(self.baselines[1])}"), _Setting(baseline=1)),
            (("rounding", "figures as printed"), _Setting(rounded=1)),
        ]

    def judge(self, setting: _Setting) -> tuple[Any, Any, Any]:
        """flags (criteria, forces), how many, and the verdict of every force."""
        gate = self.figures[setting.baseline, setting.population]["_gate"].to_numpy()
        flags = np.stack([self._flags(place, setting) for place in range(len(self.rule.criteria))])
        return flags, *verdicts_of(self.rule, flags, gate)

    def _flags(self, place: int, setting: _Setting) -> Any:
        """The flags of one criterion, worked out once for all combinations of what it does not hang on."""
        criterion = self.rule.criteria[place]
        setting = _bearing_on(criterion, setting)
        known = self._known.get((place, setting))
        if known is None:
            conventions = self._conventions(setting)
            known = self._known[place, setting] = flags_of(
                criterion,
                self.counts[setting.baseline, setting.population][place],
                self.masks[setting.city, conventions.include_self],
                conventions,
                rounded=bool(setting.rounded),
            )
        return known

    def _conventions(self, setting: _Setting) -> Conventions:
        mine = self.conventions
        return replace(
            mine,
            average={"simple": "pooled", "pooled": "simple"}[mine.average] if setting.average else mine.average,
            sd={"sample": "population", "population": "sample"}[mine.sd] if setting.sd else mine.sd,
            include_self=mine.include_self != bool(setting.own),
        )


def _bearing_on(criterion: Criterion, setting: _Setting) -> _Setting:
    """`setting` with the conventions that the criterion does not hang on as asked."""
    if criterion.kind == "volume":  # no average, no rate
        setting = _Setting(baseline=setting.baseline)
    if criterion.kind != "rate":
        setting = replace(setting, population=0)
    if criterion.against != "baseline":
        setting = replace(setting, baseline=0)
    return setting if criterion.scope == "peers" else replace(setting, own=0)
