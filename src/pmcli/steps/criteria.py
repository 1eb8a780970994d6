"""One outlier criterion at a time: the windows it needs, the comparison it makes, and why it could not be made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

import polars as pl

from pmcli.catalogue import Catalogue, Criterion, Rule
from pmcli.periods import shift
from pmcli.steps.averages import Conventions, spread
from pmcli.steps.margins import volume_margin, with_relative_margins
from pmcli.steps.population import Population
from pmcli.steps.rank import with_rates
from pmcli.steps.rolling import windows
from pmcli.tables import SERIES

OUTLIER, NOT_OUTLIER, UNDETERMINED = "outlier", "not an outlier", "undetermined"

NO_PEERS: Final = "no Most Similar Group given: name a peers file (columns force, peer) with --peers or in pm.toml"

_COLUMNS: Final = (
    *SERIES, "period_end", "months", "criterion", "value", "comparator", "difference", "sd", "flag", "against_end",
    "population", "population_year", "reason", "_scope", "_lacking", "margin",
)  # fmt: skip


class Ends(NamedTuple):
    """The last days of the window that is judged and of the baseline."""

    to: date
    baseline: date

    def of(self, against: str) -> date | None:
        """The last day of the earlier window that is meant; None for no earlier window."""
        return {"baseline": self.baseline, "previous-year": shift(self.to, -12)}.get(against)


def windows_of(frame: pl.DataFrame, asked: Iterable[tuple[Rule, Ends]]) -> pl.DataFrame:
    """The counts of every series in all the windows that rules need, made at once: measures have most in common.

    frame: observations, of each measure and force from one source. asked: each rule with the ends it is judged at.
    Returns a row a series: a column of counts for each window (`column` names it), null where the window is not whole;
    and _lengths, the lengths of the rows.
    """
    spans: dict[int, dict[date, None]] = {}
    for rule, ends in asked:
        for months, end in _spans(rule, ends):
            spans.setdefault(months, {})[end] = None
    wide = frame.group_by(SERIES).agg(pl.col("months").unique().sort().alias("_lengths"))
    for months, last in spans.items():
        wide = wide.join(_windows_at(frame, months, list(last)), on=list(SERIES), how="left", validate="1:1")
    return wide.sort(SERIES)


def figures_of(
    wide: pl.DataFrame, rule: Rule, ends: Ends, population: Population, catalogue: Catalogue
) -> pl.DataFrame:
    """One measure's windows, a row a force: everything that the criteria of `rule` are made of.

    wide: its rows of `windows_of`.
    Returns them with _gate, the increase that the rule's gate is about (null without one), and population,
    population_year and _factor, null when no criterion is a rate. Sorted by force.
    """
    nothing = pl.lit(None, dtype=pl.Float64)
    wide = wide.with_columns(
        period_end=pl.lit(ends.to),
        value=nothing,
        _gate=increase(rule.gate_months, rule.gate_against, ends) if rule.gate_months else nothing,
    ).sort("area")
    if any(criterion.kind == "rate" for criterion in rule.criteria):
        return with_rates(wide, population, catalogue)
    return wide.with_columns(population=nothing, population_year=pl.lit(None, dtype=pl.Int32), _factor=nothing)


def _spans(rule: Rule, ends: Ends) -> list[tuple[int, date]]:
    """(months, last day) of every window that the rule needs, the longest first."""
    pairs = [(criterion.months, criterion.against) for criterion in rule.criteria]
    if rule.gate_months:
        pairs.append((rule.gate_months, rule.gate_against))
    pairs.sort(key=lambda pair: -pair[0])
    spans = []
    for months, against in pairs:
        other = ends.of(against)
        spans += [(months, ends.to), *([(months, other)] if other is not None else [])]
        if against == "previous-year":  # what `increase` may have to fall back on
            spans += [(12, ends.to), (12, shift(ends.to, -months))]
    return spans


def column(months: int, end: date) -> str:
    """The column of `figures_of` that has the windows of `months` to `end`."""
    return f"{months} months to {end}"


def _windows_at(frame: pl.DataFrame, months: int, ends: Sequence[date]) -> pl.DataFrame:
    """The windows of `months` that end at each of `ends`, a row a series and a column an end; nulls when the rows'
    lengths cannot make them."""
    lengths = frame["months"].unique().to_list()
    fits = any(months % length == 0 for length in lengths)
    made = windows(frame, months, ends) if fits else frame.clear()
    at = {column(months, end): pl.col("value").filter(pl.col("period_end") == end).first() for end in ends}
    return made.group_by(SERIES).agg(**at)


def increase(months: int, against: str, ends: Ends) -> pl.Expr:
    """How far the window of `months` is above the earlier one."""
    other = ends.of(against)
    if other is None:
        raise ValueError(against)
    gained = pl.col(column(months, ends.to)) - pl.col(column(months, other))
    if against != "previous-year":
        return gained
    # By algebra these months less the same a year before are the change of the 12-month total over so many months, so
    # the difference is known even where only 12-month totals are.
    return pl.coalesce(gained, pl.col(column(12, ends.to)) - pl.col(column(12, shift(ends.to, -months))))


def year_of(figures: pl.DataFrame, rule: Rule, ends: Ends) -> list[float | None]:
    """The count of each force in the rule's main window, as of a year."""
    counts = figures[column(rule.months, ends.to)].to_list()
    return [None if one is None else one * 12 / rule.months for one in counts]


def judge(
    figures: pl.DataFrame, pairs: pl.DataFrame, criterion: Criterion, conventions: Conventions, ends: Ends
) -> pl.DataFrame:
    """One criterion for every force in `figures`: value, comparator, difference, sd, flag, and why a null flag is null.

    figures: from `figures_of`, of a rule that has the criterion. pairs: who each force is held against
    (steps.averages.members).
    A volume flags when it is above the other window's; a rate or a percentage change when it is more than
    `conventions.multiple` SDs above the average, strictly, on unrounded values.
    """
    rows = figures.with_columns(
        months=pl.lit(criterion.months, dtype=pl.Int8),
        criterion=pl.lit(criterion.id),
        against_end=pl.lit(ends.of(criterion.against), dtype=pl.Date),
        _now=pl.col(column(criterion.months, ends.to)),
    )
    if criterion.kind == "rate":
        judged = _relative(rows, pairs, criterion, conventions)
    else:
        rows = rows.with_columns(
            _then=pl.col(column(criterion.months, ends.of(criterion.against) or ends.to)),
            _increase=increase(criterion.months, criterion.against, ends),
        )
        judged = (
            _volume(rows, criterion) if criterion.kind == "volume" else _relative(rows, pairs, criterion, conventions)
        )
    unknown = pl.when(pl.col("flag").is_null()).then(pl.col("reason")).otherwise(pl.lit(""))
    return judged.with_columns(reason=unknown).select(_COLUMNS)


def _missing(criterion: Criterion) -> pl.Expr:
    """Why a window of the criterion is not known; null when both are."""
    months = criterion.months
    span, verb = ("month", "is") if months == 1 else (f"{months} months", "are")
    lengths = pl.col("_lengths").cast(pl.List(pl.String)).list.join(" or ")
    fits = pl.col("_lengths").list.eval(pl.lit(months) % pl.element().cast(pl.Int32) == 0).list.any()
    reason = (
        pl.when(pl.col("_now").is_null() & ~fits)
        .then(pl.format(f"a window of {span} cannot be made from rows of {{}} months", lengths))
        .when(pl.col("_now").is_null())
        .then(pl.lit(f"the {span} to the end {verb} not known"))
    )
    if criterion.kind == "rate":
        return reason.when(pl.col("population").is_null()).then(pl.lit("no population estimate"))
    return reason.when(pl.col("_then").is_null()).then(pl.lit(f"the earlier {span} {verb} not known"))


def _volume(rows: pl.DataFrame, criterion: Criterion) -> pl.DataFrame:
    return rows.with_columns(
        value=pl.col("_now"),
        comparator=pl.col("_then"),
        difference=pl.col("_increase"),
        sd=pl.lit(None, dtype=pl.Float64),
        reason=_missing(criterion),
        _scope=pl.lit(""),
        _lacking=pl.lit(None, dtype=pl.List(pl.String)),
    ).with_columns(flag=pl.col("difference") > 0, margin=volume_margin())


def _relative(rows: pl.DataFrame, pairs: pl.DataFrame, criterion: Criterion, conventions: Conventions) -> pl.DataFrame:
    """A rate, or a percentage change, against the average over the criterion's scope."""
    scope = pairs.filter(pl.col("scope") == criterion.scope)
    if criterion.kind == "rate":
        stats = spread(rows, scope, "_now", "population", pl.col("_factor"), 0.0)
        value = pl.col("_now") / pl.col("population") * pl.col("_factor")
    else:
        stats = spread(rows, scope, "_now", "_then", pl.lit(1.0), 1.0)
        value = pl.when(pl.col("_then") > 0).then(pl.col("_now") / pl.col("_then") - 1)
    missing = _missing(criterion)
    comparator, sd = pl.col(conventions.average).alias("comparator"), pl.col(conventions.sd_column).alias("sd")
    stats = stats.select("area", comparator, sd, "n", "of", pl.col("lacking").alias("_lacking"))
    reason = (
        pl.when(pl.col("of").is_null())
        .then(pl.lit(NO_PEERS if criterion.scope == "peers" else "not one of the forces of the national average"))
        .when(missing.is_not_null())
        .then(missing)
        .when(pl.col("value").is_null())
        .then(pl.lit("a change from zero has no percentage"))
        .otherwise(pl.format("too few forces with figures for an average and SD ({} of {})", "n", "of"))
    )
    joined = rows.with_columns(value=value).join(stats, on="area", how="left", validate="1:1")
    held = joined.with_columns(
        difference=pl.col("value") - pl.col("comparator"),
        reason=reason,
        _scope=pl.when(pl.col("comparator").is_not_null())
        .then(pl.format(f"; {criterion.scope}: {{}} of {{}} forces", "n", "of"))
        .otherwise(pl.lit("")),
        _lacking=pl.when(pl.col("comparator").is_not_null()).then("_lacking"),  # else the reason says it
    ).with_columns(flag=pl.col("difference") > conventions.multiple * pl.col("sd"))
    over, factor, less = (
        ("population", pl.col("_factor"), 0.0) if criterion.kind == "rate" else ("_then", pl.lit(1.0), 1.0)
    )
    return with_relative_margins(held.with_columns(_over=over, _factor=factor), scope, conventions, less)
