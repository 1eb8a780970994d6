"""Every figure of the packs, computed once for all forces: the steps of pm, run on the sources that speak.

A pack for one force and packs for all of them come from the same tables; pages.py only picks rows out of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

import polars as pl

from pmcli.errors import PmError
from pmcli.pack.choose import Chosen, Question, choose
from pmcli.pack.figures import Figures
from pmcli.pack.plain import without_hints
from pmcli.pack.suppress import suppressed
from pmcli.steps import answer
from pmcli.steps.breakdown import breakdown
from pmcli.steps.compare import TIMES
from pmcli.steps.rolling import windows
from pmcli.steps.waves import waves
from pmcli.tables import BREAKDOWN, COMPARISON, FUNNEL, OUTLIERS, RANK, SENSITIVITY, SPC, TREND, WAVES
from pmcli.views.language.parts import in_small_letters

QUARTER: Final = 3
"""Months of the waves by which a gap is held against the last quarter and the same quarter a year before."""

OTHER: Final = "other"
"""The group of the measures that the national set does not have."""


def gather(observations: pl.DataFrame, question: Question) -> Figures:
    """Compute every table once, and take out the small numbers that are not published (pack.suppress).

    observations: of every source there is. Raises PmError as `choose` and the steps do.
    """
    return suppressed(_computed(observations, question), question.suppress)


def _computed(observations: pl.DataFrame, question: Question) -> Figures:
    observations = observations.filter(pl.col("measure").is_in(_national_set(question)))
    chosen = choose(observations, question)
    own = chosen.whole.join(
        chosen.own.select("measure", "area", "source"), on=["measure", "area", "source"], how="semi"
    )
    speaking = ["measure", "area", "source"]
    everyone = chosen.whole.join(chosen.national, on=["measure", "source"], how="semi")
    counts = everyone.filter(pl.col("base").is_null())
    refused: dict[str, str] = {}
    return Figures(
        question=question,
        chosen=chosen,
        totals=chosen.totals.join(chosen.own, on=speaking, how="semi").sort("measure", "area", "period_end"),
        comparison=_comparisons(own, everyone, chosen, question),
        trend=by_window(
            own, chosen.own, TREND.empty(),
            lambda part, end, base: answer.trends(part, question, to=end, baseline=base),
        ),
        spc=by_window(
            own.filter(pl.col("months") <= 3), chosen.own, SPC.empty(),
            lambda part, end, _: answer.signals(part, question, to=end),
        ),
        rank=nationally(
            counts, chosen, RANK.empty(), lambda part, end: answer.ranks(part, question, to=end), refused
        ),
        funnel=nationally(
            counts.filter(pl.col("measure").is_in(_of_group("homicide", question))), chosen, FUNNEL.empty(),
            lambda part, end: answer.funnels(part, question, to=end), refused,
        ),
        outliers=without_hints(_verdicts(own, counts, chosen, question, refused)),
        waves=in_small_letters(_waves(observations, chosen, question)),
        breakdown=in_small_letters(_breakdowns(observations, chosen, question)),
        refused=refused,
        sensitivity=nationally(
            counts.filter(pl.col("measure").is_in(_judged(question))), chosen, SENSITIVITY.empty(),
            lambda part, end: answer.sensitivities(part, question, to=end, areas=chosen.forces), {},
        ).filter(pl.col("convention") == "all"),
    )  # fmt: skip


def _national_set(question: Question) -> list[str]:
    """The measures of the priority areas, and those said beside one of them: the pack is about these."""
    measures = question.catalogue.measures
    national = {name for name, measure in measures.items() if measure.group != OTHER}
    beside = {measures[name].beside for name in national}
    return [name for name in measures if name in national or name in beside]


def _of_group(group: str, question: Question) -> list[str]:
    return [name for name, measure in question.catalogue.measures.items() if measure.group == group]


def _judged(question: Question) -> list[str]:
    return [name for rule in question.catalogue.rules.values() for name in rule.measures]


def _comparisons(own: pl.DataFrame, everyone: pl.DataFrame, chosen: Chosen, question: Question) -> pl.DataFrame:
    """Every window against its baseline and the year before, and shares and means against the country and the peers.

    own: the rows of the speaking sources. everyone: those of the sources that have most forces.
    """

    def before(part: pl.DataFrame, end: date, base: date) -> pl.DataFrame:
        def earlier(months: int) -> Sequence[str]:
            return TIMES if months == 12 and base < end else ("previous-year",)

        return answer.before(part, question, to=end, baseline=base, earlier=earlier)

    def beside(part: pl.DataFrame, end: date) -> pl.DataFrame:
        return answer.beside(part, question, to=end, areas=chosen.forces)

    shares = everyone.filter(pl.col("base").is_not_null())
    return pl.concat(
        [
            by_window(own, chosen.own, COMPARISON.empty(), before),
            nationally(shares, chosen, COMPARISON.empty(), beside, {}),
        ]
    )


def _verdicts(
    own: pl.DataFrame, counts: pl.DataFrame, chosen: Chosen, question: Question, refused: dict[str, str]
) -> pl.DataFrame:
    """The outlier criteria of every force; one whose figures have no other force beside them is judged alone.

    Alone, the criteria against the country and the peers are null and say why: not judged is not the same as not there.
    """
    judged = pl.col("measure").is_in(_judged(question))
    judge, known = answer.verdicts, question.catalogue.forces
    territorial = [area for area in chosen.forces if area not in known or known[area].kind == "territorial"]
    together = nationally(
        counts.filter(judged),
        chosen,
        OUTLIERS.empty(),
        lambda part, end: answer.verdicts(part, question, to=end),
        refused,
    ).filter(pl.col("area").is_in(territorial))
    alone = chosen.own.filter(judged, pl.col("area").is_in(territorial), ~pl.col("measure").is_in(list(refused)))
    alone = alone.join(together, on=["measure", "area"], how="anti")
    left = own.filter(pl.col("base").is_null())
    rest = by_window(left, alone, OUTLIERS.empty(), lambda part, end, _: judge(part, question, to=end), refused)
    return pl.concat([together, rest])


def _waves(observations: pl.DataFrame, chosen: Chosen, question: Question) -> pl.DataFrame:
    """Survey shares by wave, with every breakdown and district that the speaking source has, and declared gaps."""
    measures = [
        name for name, item in question.catalogue.measures.items() if item.kind == "share" and item.window == 12
    ]
    pairs = chosen.own.filter(pl.col("measure").is_in(measures))
    force = pl.col("area").str.split("/").list.first()
    frame = observations.filter(pl.col("measure").is_in(measures), 12 % pl.col("months") == 0)
    parts = [WAVES.empty()]
    for (measure, end), some in pairs.group_by("measure", "end", maintain_order=True):
        part = frame.join(
            some.rename({"area": "_force"}),
            left_on=["measure", "source", force],
            right_on=["measure", "source", "_force"],
            how="semi",
        )
        have = set(part.filter(pl.col("dimension") != "all")["category"])
        gaps = [gap for gap in question.catalogue.measures[str(measure)].gaps if set(gap.split(":")) <= have]
        parts.append(waves(part, to=end, gaps=gaps, catalogue=question.catalogue).collect())
        quarters = part.filter(pl.col("months") == QUARTER, pl.col("period_end") <= end)["period_end"].to_list()
        if gaps and quarters:
            kinds = part.filter(pl.col("category").is_in([name for gap in gaps for name in gap.split(":")]))[
                "dimension"
            ]
            some = part.filter(pl.col("dimension").is_in(kinds.unique().implode()), pl.col("months") <= QUARTER)
            parts.append(
                waves(some, to=max(quarters), months=QUARTER, gaps=gaps, catalogue=question.catalogue).collect()
            )
    return pl.concat(parts)


def _breakdowns(observations: pl.DataFrame, chosen: Chosen, question: Question) -> pl.DataFrame:
    """Counts by category, each dimension from the source that has it latest (of two, the first in order)."""
    frame = observations.filter(
        pl.col("base").is_null(), pl.col("area").is_in(chosen.forces), pl.col("period_end") <= question.to,
        12 % pl.col("months") == 0,
    )  # fmt: skip
    kinds = frame.filter(pl.col("dimension") != "all")
    parts = [BREAKDOWN.empty()]
    for (area, measure, dimension), part in kinds.group_by("area", "measure", "dimension", maintain_order=True):
        known = windows(part, 12).filter(pl.col("value").is_not_null())
        if known.is_empty() or part["category"].n_unique() < 2:
            continue
        place = pl.col("source").replace_strict(chosen.order, return_dtype=pl.Int32)
        last = known.sort("period_end", -place).row(-1, named=True)
        rows = frame.filter(
            pl.col("area") == area, pl.col("measure") == measure, pl.col("source") == last["source"],
            pl.col("dimension").is_in(["all", dimension]),
        )  # fmt: skip
        parts.append(
            breakdown(
                rows, by=str(dimension), to=last["period_end"], baseline=question.baseline, catalogue=question.catalogue
            ).collect()
        )
    return pl.concat(parts)


def by_window(
    frame: pl.DataFrame,
    pairs: pl.DataFrame,
    empty: pl.DataFrame,
    step: Callable[[pl.DataFrame, date, date], pl.DataFrame],
    refused: dict[str, str] | None = None,
) -> pl.DataFrame:
    """A step run once for each pair of window and baseline, on the measures and forces that have it.

    refused: measure -> why, filled where the step cannot be run; without it that is an error.
    """
    parts = [empty]
    for (end, base), some in pairs.group_by("end", "baseline", maintain_order=True):
        part = frame.join(some, on=["measure", "area", "source"], how="semi")
        if part.height:
            parts.append(_run(step, (part, end, base), empty, refused))
    return pl.concat(parts)


def nationally(
    frame: pl.DataFrame,
    chosen: Chosen,
    empty: pl.DataFrame,
    step: Callable[[pl.DataFrame, date], pl.DataFrame],
    refused: dict[str, str],
) -> pl.DataFrame:
    """A step run once for each window, on every force of the measures that have it; refused: see `by_window`."""
    parts = [empty]
    for (end,), some in chosen.national.group_by("end", maintain_order=True):
        part = frame.join(some, on=["measure", "source"], how="semi")
        if part.height:
            parts.append(_run(step, (part, end), empty, refused))
    return pl.concat(parts)


def _run(
    step: Callable[..., pl.DataFrame], given: tuple[Any, ...], empty: pl.DataFrame, refused: dict[str, str] | None
) -> pl.DataFrame:
    """The step's table; what it refuses (no population of that year) is a reason on a page, not the end of the pack."""
    try:
        return step(*given)
    except PmError as error:
        if refused is None:
            raise
        refused.update(dict.fromkeys(given[0]["measure"].unique().to_list(), error.message))
        return empty
