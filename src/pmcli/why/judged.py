"""What a rate or criterion is held against: the population, the forces of the country or the peer group one by one, and
the average and SD that they come to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isclose
from typing import Any

import polars as pl

from pmcli import notes
from pmcli.ask import Ask
from pmcli.catalogue import Catalogue, Criterion
from pmcli.catalogue.rules import Rule
from pmcli.errors import PmError
from pmcli.steps.averages import Conventions, members
from pmcli.steps.criteria import Ends, figures_of, windows_of
from pmcli.steps.outliers import judged_frame
from pmcli.steps.population import per_unit, read_population
from pmcli.steps.rank import with_rates
from pmcli.steps.rolling import windows
from pmcli.steps.selecting import counts_of_forces
from pmcli.steps.verdicts import counts_of
from pmcli.views.language import words
from pmcli.why.figure import Figure, Row
from pmcli.why.working import Working

Member = tuple[str, float | None, float | None, float | None]
"""A force, its value, and the two figures that it is the ratio of."""


def show_criterion(working: Working, row: Row, ask: Ask, observations: pl.DataFrame | None) -> None:
    """Add the steps of one criterion of an outlier rule. row: of the outliers table."""
    rule = ask.catalogue.rules.get(row["group"])
    criterion = next((one for one in rule.criteria if one.id == row["criterion"]), None) if rule else None
    name = str(row["criterion"])
    kind = criterion.kind if criterion else ""
    form = {"volume": "count", "rate": "rate", "change": "percent"}.get(kind, "rate")

    def step(label: str, value: float | None, sentence: str, form: str = form) -> None:
        working.add("criterion", sentence, label=label, value=value, form=form, window=name, months=row["months"])

    said = criterion.label if criterion else name
    what = {"volume": "the earlier window's count", "rate": "the average", "change": "the average"}.get(kind, "this")
    step("value", row["value"], f"{said}: {_number(row['value'], form)}", form)
    if row["population"] is not None and kind == "rate":
        _population(working, row, name)
    step("comparator", row["comparator"], f"held against {what}, {_number(row['comparator'], form)}")
    if row["sd"] is not None:
        step("sd", row["sd"], f"SD of the forces {_number(row['sd'], 'share' if form == 'percent' else form)}")
    step("flag", None if row["flag"] is None else float(row["flag"]), _flagged(row, kind, form, ask), "count")
    if rule is not None and criterion is not None and kind != "volume" and observations is not None:
        found = _members(row, rule, criterion, ask, observations)
        _show_members(working, row, found, name, criterion.scope, form, ask)


def show_verdict(working: Working, row: Row) -> None:
    """Add what the criteria come to together. row: of the outliers table."""
    working.add(
        "criterion",
        f"{row['flags']} of {row['testable']} criteria that could be tested are met, {row['needed']} make an outlier: "
        f"{row['verdict']}",
        label="verdict", value=row["flags"], window="verdict",
    )  # fmt: skip


def show_rate(working: Working, row: Row, ask: Ask, observations: pl.DataFrame | None) -> None:
    """Add the steps of a rate and rank. row: of the rank table."""
    scope = str(row["scope"])
    _population(working, row, scope)
    unit = words.per(row["per"])
    working.add(
        "criterion",
        f"rate = {words.count(row['value'])} / {words.count(row['population'])} × {_factor(row['per']):,.0f} = "
        f"{words.rate(row['rate'])} per {unit}",
        label="rate", value=row["rate"], form="rate", window=scope,
    )  # fmt: skip
    working.add(
        "criterion",
        f"{words.ordinal(row['rank'])} highest of {row['of']}; mean {words.rate(row['mean'])}, SD "
        f"{words.rate(row['sd'])} ({row['conventions']})",
        label="rank", value=row["rank"], window=scope,
    )  # fmt: skip
    if observations is not None:
        found = _rates(row, ask, observations)
        _show_members(working, dict(row) | {"comparator": row["mean"]}, found, scope, scope, "rate", ask)


def _population(working: Working, row: Row, window: str) -> None:
    unit = "households" if "household" in str(row.get("per", "")) else "population"
    working.add(
        "population",
        f"{unit} {words.count(row['population'])} (mid-{row['population_year']} estimate)",
        label=f"mid-{row['population_year']}", value=row["population"], window=window,
    )  # fmt: skip


def _factor(per: str) -> float:
    return per_unit(per)[1]


def _flagged(row: Row, kind: str, form: str, ask: Ask) -> str:
    if row["flag"] is None:
        return f"not tested: {row['reason']}"
    met = "met" if row["flag"] else "not met"
    if kind == "volume":
        return f"{met}: a difference of {words.signed(row['difference'])}, above 0 would be met"
    many = (ask.conventions or Conventions()).multiple
    limit = row["comparator"] + many * row["sd"] if row["sd"] is not None else None
    return f"{met}: {_number(row['value'], form)} v. the average plus {many:g} SD, {_number(limit, form)}"


def _number(value: float | None, form: str) -> str:
    return {"count": words.count, "rate": words.rate, "percent": words.percent, "share": words.share}[form](value)


# -- who the others are -----------------------------------------------------------------------------------------
def _members(row: Row, rule: Rule, criterion: Criterion, ask: Ask, observations: pl.DataFrame) -> list[Member]:
    """The forces of the criterion's scope with their figures, the force itself among them where it counts."""
    ends = Ends(row["period_end"], row["against_end"] or ask.baseline)
    try:
        with notes.collecting():  # pm outliers has said them
            frame, _, _ = judged_frame(
                observations, measures=[row["measure"]], group=row["group"], areas=None, source=row["source"],
                to=row["period_end"], catalogue=ask.catalogue,
            )  # fmt: skip
            population = ask.population or read_population(None, ask.catalogue)
            figures = figures_of(windows_of(frame, [(rule, ends)]), rule, ends, population, ask.catalogue)
    except PmError:
        return []
    counts = counts_of(figures, criterion, ends)
    upper = counts.now.tolist()
    lower = (counts.population if criterion.kind == "rate" else counts.then).tolist()
    times, less = (counts.factor, 0.0) if criterion.kind == "rate" else (1.0, 1.0)
    rows = zip(figures["area"].to_list(), upper, lower, strict=True)
    return _of_scope(
        [(area, _ratio(one, other, times, less), _known(one), _known(other)) for area, one, other in rows],
        row["area"], criterion.scope, ask,
    )  # fmt: skip


def _rates(row: Row, ask: Ask, observations: pl.DataFrame) -> list[Member]:
    """The forces of a rank's scope with their rates."""
    mine = observations.filter(pl.col("measure") == row["measure"], pl.col("source") == row["source"])
    try:
        with notes.collecting():
            rolled = windows(counts_of_forces(mine), row["months"], [row["period_end"]])
            population = ask.population or read_population(None, ask.catalogue)
            rated = with_rates(rolled, population, ask.catalogue, row["per"])
    except PmError:
        return []
    return _of_scope(rated.select("area", "rate", "value", "population").rows(), row["area"], str(row["scope"]), ask)


def _of_scope(found: Sequence[Member], area: str, scope: str, ask: Ask) -> list[Member]:
    conventions = ask.conventions or Conventions()
    pairs = members([area], ask.catalogue.national(), ask.peers, conventions)
    wanted = pairs.filter(pl.col("area") == area, pl.col("scope") == scope)["member"].to_list()
    by_area: Mapping[str, Member] = {one[0]: one for one in found}
    return [by_area.get(name, (name, None, None, None)) for name in sorted(wanted)]


def _ratio(upper: float, lower: float, times: float, less: float) -> float | None:
    value = upper / lower * times - less if lower > 0 else float("nan")
    return _known(value)


def _known(value: float) -> float | None:
    return None if value != value else value


def _show_members(
    working: Working, row: Row, found: Sequence[Member], window: str, scope: str, form: str, ask: Ask
) -> None:
    catalogue = ask.catalogue
    whose = "Most Similar Group" if scope == "peers" else "country"
    for area, value, upper, lower in found:
        label = catalogue.area_label(area)
        known = (
            "no figure" if value is None else f"{_number(value, form)} ({words.count(upper)} / {words.count(lower)})"
        )
        working.add(
            "peer", f"{label}, of the {whose}: {known}", label=label, value=value, form=form, base=lower, window=window,
            area=area,
        )  # fmt: skip
    _hold(working, row, found, window, ask.conventions or Conventions())


def _hold(working: Working, row: Row, found: Sequence[Member], window: str, conventions: Conventions) -> None:
    """Hold the average of the forces against that of the row; say so when it is another."""
    known = [value for _, value, _, _ in found if value is not None]
    if conventions.average != "simple" or not known or row["comparator"] is None:
        return
    mean = sum(known) / len(known)
    if not isclose(mean, row["comparator"], rel_tol=1e-9, abs_tol=1e-12):
        working.add(
            "caution",
            f"{window}: the forces as they are now average {mean:.6g}, the row says {row['comparator']:.6g}: the "
            "files, the peers or the population are not those that it was made with.",
            window=window,
        )


def is_judged(figure: Figure, catalogue: Catalogue) -> bool:
    """Whether an outlier rule of the catalogue is about a measure of whole forces."""
    row: Mapping[str, Any] = figure.row
    judged = any(row["measure"] in rule.measures for rule in catalogue.rules.values())
    return judged and row["dimension"] == "all" and "/" not in row["area"]
