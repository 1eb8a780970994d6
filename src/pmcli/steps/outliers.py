"""The Home Office outlier criteria: every criterion a row, and what they come to together.

The rules are data (catalogue/rules.toml). A criterion whose input is missing is null, never "no"; the verdict is
`undetermined` when the missing ones could still change it. Differences are judged on unrounded values, strictly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from pmcli.catalogue import Catalogue, Rule
from pmcli.catalogue.chances import VERDICT, WITHOUT_PEERS, chance_of
from pmcli.catalogue.rules import main_window
from pmcli.errors import PmError, UsageError, did_you_mean
from pmcli.notes import listing, note
from pmcli.periods import BASELINE
from pmcli.steps.averages import Conventions, members
from pmcli.steps.criteria import NOT_OUTLIER, OUTLIER, UNDETERMINED, Ends, figures_of, judge, windows_of, year_of
from pmcli.steps.population import Population, read_population
from pmcli.steps.rolling import windows
from pmcli.steps.selecting import none_whole, say_overlap, select, whole_forces, window_ends
from pmcli.steps.written import Month, area_ids, last_day, measure_ids
from pmcli.tables import OUTLIERS


def outliers(
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
    """Score forces against the outlier rules.

    observations: the observations table. A criterion whose window cannot be made of its rows is null; of rows of 12
        months alone the *difference* from the same months a year before is still known (the change of the 12-month
        total over so many months) and so is whether it flags.
    group: one rule of the catalogue (homicide, serious-violence, …); None: all. areas: report these only.
    to: the last day of the windows; None takes each measure's latest, of the criterion's window nearest to a year.
    peers: force -> its Most Similar Group without itself; a force without one has null peer criteria.
    Returns the outliers table: one row per measure, force and criterion. value and comparator are counts, rates, or
    fractions of change; flags, testable and needed belong to the measure's whole set of criteria; reason says why a
    null flag is null.
    Raises UsageError for a group without a rule, PmError as `rank` does.
    """
    measures, areas = measure_ids(measures, catalogue), area_ids(areas, catalogue)
    to, baseline = last_day(to), last_day(baseline, "baseline")
    catalogue = catalogue or Catalogue()
    conventions = conventions or Conventions()
    population = population or read_population(None, catalogue)
    frame, rules, ends = judged_frame(
        observations, measures=measures, group=group, areas=areas, source=source, to=to, catalogue=catalogue,
    )  # fmt: skip
    if not ends:
        return OUTLIERS.empty().lazy()
    _say_overlaps(rules, ends, baseline)
    judged = [(rule, name, Ends(ends[name], baseline)) for rule in rules for name in rule.measures if name in ends]
    wide = windows_of(frame, [(rule, its) for rule, _, its in judged])
    scored = [
        _score(wide, rule, name, its, peers or {}, population, conventions, catalogue, areas)
        for rule, name, its in judged
    ]
    table = pl.concat(scored)
    if areas is not None:
        missing = sorted(set(areas) - set(table["area"]))
        if missing:
            raise PmError(
                f"no figures for {listing(missing)}", did_you_mean(missing[0], table["area"].unique().to_list())
            )
    return table.select(*OUTLIERS.columns).lazy()


def judged_frame(
    observations: pl.LazyFrame | pl.DataFrame,
    *,
    measures: Sequence[str] | None,
    group: str | None,
    areas: Sequence[str] | None,
    source: str | None,
    to: date | None,
    catalogue: Catalogue,
) -> tuple[pl.DataFrame, list[Rule], dict[str, date]]:
    """The observations that the rules are about, the rules, and the end of the window of each measure.

    No ends for no rows. Raises UsageError and PmError as `outliers` does.
    """
    rules = _rules(catalogue, group, measures)
    given = select(observations, source=source, one_source=False)
    frame = given.filter(
        pl.col("measure").is_in([name for rule in rules for name in rule.measures]),
        whole_forces(),
        pl.col("base").is_null(),  # the rules are about counts
        ~pl.col("area").is_in([force.id for force in catalogue.forces.values() if force.kind != "territorial"]),
    )
    frame = select(frame)
    if frame.is_empty() and not given.is_empty():
        have = given["measure"].unique().sort().to_list()
        wanted = [name for rule in rules for name in rule.measures]
        raise PmError(f"no figures for {listing(wanted)}", f"The measures in the input: {listing(have, 12)}.")
    _say_absent(frame, rules)
    lengths = _lengths(frame, rules)
    rolled = [windows(frame.filter(pl.col("measure").is_in(names)), months) for months, names in lengths.items()]
    ends = window_ends(pl.concat(rolled), to, areas) if rolled else {}
    if not ends:
        none_whole(frame, max(lengths, default=12), OUTLIERS)
    _say_unended(lengths, ends)
    return frame, rules, ends


def _rules(catalogue: Catalogue, group: str | None, measures: Sequence[str] | None) -> list[Rule]:
    rules = catalogue.rules
    if group is not None and group not in rules:
        wanted = catalogue.group(group)
        raise UsageError(f"the group {wanted} has no outlier rule", f"The groups with one are {', '.join(rules)}.")
    chosen = [rules[group]] if group is not None else list(rules.values())
    if measures is None:
        return chosen
    judged = {name for rule in chosen for name in rule.measures}
    stray = [name for name in measures if name not in judged]
    if stray:
        raise UsageError(
            f"there is no outlier rule for {listing(stray)}", f"The rules judge {', '.join(sorted(judged))}."
        )
    kept = [rule._replace(measures=tuple(name for name in rule.measures if name in measures)) for rule in chosen]
    return [rule for rule in kept if rule.measures]


def _say_absent(frame: pl.DataFrame, rules: Sequence[Rule]) -> None:
    have = set(frame["measure"])
    absent = [name for rule in rules for name in rule.measures if name not in have]
    if absent and frame.height:
        note(f"no figures for {listing(absent)}: not judged")


def _lengths(frame: pl.DataFrame, rules: Sequence[Rule]) -> dict[int, list[str]]:
    """Length of window -> the measures of `frame` whose end it decides.

    Of the windows of a measure's criteria it is the one nearest to a year that its rows can make. Where they can make
    none it is the rows themselves: the criteria are null, and say why.
    """
    found: dict[int, list[str]] = {}
    for name in frame["measure"].unique().sort().to_list():
        asked = [criterion.months for rule in rules if name in rule.measures for criterion in rule.criteria]
        have = frame.filter(pl.col("measure") == name)["months"].unique().sort().to_list()
        made = [months for months in asked if any(months % length == 0 for length in have)]
        found.setdefault(main_window(made or have), []).append(name)
    return found


def _say_unended(lengths: Mapping[int, Sequence[str]], ends: Mapping[str, date]) -> None:
    """A note on the measures that have not one whole window."""
    for months, names in lengths.items():
        lacking = [name for name in names if name not in ends]
        if lacking:
            note(f"not one whole window of {months} months for {listing(lacking)}: not judged")


def _say_overlaps(rules: Sequence[Rule], ends: Mapping[str, date], baseline: date) -> None:
    """A note where a window that is held against the baseline shares months with it."""
    judged: dict[int, set[date]] = {}
    for rule in rules:
        held = [criterion.months for criterion in rule.criteria if criterion.against == "baseline"]
        held += [rule.gate_months] if rule.gate_months and rule.gate_against == "baseline" else []
        for months in held:
            judged.setdefault(months, set()).update(ends[name] for name in rule.measures if name in ends)
    for months in sorted(judged, reverse=True):
        say_overlap(judged[months], baseline, months)


def _score(
    wide: pl.DataFrame,
    rule: Rule,
    measure: str,
    ends: Ends,
    peers: Mapping[str, Sequence[str]],
    population: Population,
    conventions: Conventions,
    catalogue: Catalogue,
    areas: Sequence[str] | None,
) -> pl.DataFrame:
    """The outlier rows of one measure for every force that has a figure at the end (or should have)."""
    figures = figures_of(wide.filter(pl.col("measure") == measure), rule, ends, population, catalogue)
    pairs = members(figures["area"].to_list(), catalogue.national(), peers, conventions)
    rows = [judge(figures, pairs, criterion, conventions, ends) for criterion in rule.criteria]
    _say_lacking(rows, measure)
    scored = pl.concat(rows).with_columns(
        group=pl.lit(rule.group),
        needed=pl.lit(rule.needed, dtype=pl.UInt32),
        conventions=pl.concat_str(pl.lit(conventions.sentence()), "_scope"),
    )
    if areas is not None:
        scored = scored.filter(pl.col("area").is_in(list(areas)))
        figures = figures.filter(pl.col("area").is_in(list(areas)))
    scored = _with_chances(scored, figures, rule, measure, ends)
    judged = scored.join(_verdicts(scored, figures, rule), on="area", how="left", validate="m:1")
    order = pl.col("criterion").replace_strict({c.id: i for i, c in enumerate(rule.criteria)}, return_dtype=pl.Int8)
    return judged.sort("source", "area", order)


def _with_chances(scored: pl.DataFrame, figures: pl.DataFrame, rule: Rule, measure: str, ends: Ends) -> pl.DataFrame:
    """`scored` with chance and verdict_chance: how often the flag, and the verdict `outlier`, would come by chance.

    Null for a project's own rule, which nobody has simulated, and for a verdict on criteria of which others than those
    against peers are not tested.
    """
    if rule.own:
        return scored.with_columns(chance=pl.lit(None, dtype=pl.Float64), verdict_chance=pl.lit(None, dtype=pl.Float64))
    sizes = dict(zip(figures["area"], year_of(figures, rule, ends), strict=True))
    scopes = {criterion.id: criterion.scope for criterion in rule.criteria}
    untested: dict[str, set[str]] = {}
    for area, criterion in scored.filter(pl.col("flag").is_null()).select("area", "criterion").rows():
        untested.setdefault(area, set()).add(criterion)
    chances, verdicts = [], []
    for area, criterion, flag in scored.select("area", "criterion", "flag").rows():
        size, missing = sizes.get(area), untested.get(area, set())
        known = None if size is None else chance_of(rule.group, measure, criterion, size)
        chances.append(None if flag is None else known)
        peers = {name for name, scope in scopes.items() if scope == "peers"}
        key = VERDICT if not missing else WITHOUT_PEERS if missing == peers else ""
        verdicts.append(None if size is None else chance_of(rule.group, measure, key, size))
    return scored.with_columns(
        pl.Series("chance", chances, dtype=pl.Float64), pl.Series("verdict_chance", verdicts, dtype=pl.Float64)
    )


def _say_lacking(rows: Sequence[pl.DataFrame], measure: str) -> None:
    """A note when an average is over fewer forces than its scope has."""
    for frame in rows:
        short = frame.filter(pl.col("_lacking").list.len() > 0).sort("area")
        for names in short["_lacking"].unique(maintain_order=True).to_list()[:3]:
            note(f"{measure}, {frame['criterion'][0]}: no figure for {listing(names)}: not in the average")


def _verdicts(scored: pl.DataFrame, figures: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """area, flags, testable, verdict: `undetermined` when what is missing could change it."""
    counted = scored.group_by("area").agg(
        pl.col("flag").sum().cast(pl.UInt32).alias("flags"),
        pl.col("flag").count().cast(pl.UInt32).alias("testable"),
        pl.len().alias("_criteria"),
    )
    counted = counted.join(figures.select("area", "_gate"), on="area", how="left", validate="1:1")
    gate = pl.col("_gate") >= rule.gate_increase if rule.gate_months else pl.lit(value=True)
    enough = pl.col("flags") >= rule.needed
    possible = pl.col("flags") + (pl.col("_criteria") - pl.col("testable")) >= rule.needed
    verdict = (
        pl.when(enough & gate)
        .then(pl.lit(OUTLIER))
        .when(~possible | ~gate)
        .then(pl.lit(NOT_OUTLIER))
        .otherwise(pl.lit(UNDETERMINED))
    )
    return counted.with_columns(verdict=verdict).select("area", "flags", "testable", "verdict")
