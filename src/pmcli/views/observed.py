"""Everything there is to say of observations: compare, trend, rank and judge them, and say what each found."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import chain

import polars as pl

from pmcli.ask import Ask
from pmcli.errors import PmError
from pmcli.notes import note
from pmcli.steps import answer
from pmcli.steps.selecting import select, stated_windows, whole_forces
from pmcli.tables import COMPARISON, OUTLIERS, RANK, SENTENCES, TREND
from pmcli.views.language.statement import Said
from pmcli.views.say import in_order, sentences_table, statements
from pmcli.views.trend.sentences import standing


def say_observations(observations: pl.DataFrame, wanted: Ask) -> pl.DataFrame:
    """The sentences on observations: what `pm compare`, `trend`, `rank` and `outliers` find in them.

    Every series is compared with the baseline and the year before, shares and means with other forces where there are
    any; trends, ranks and verdicts are of whole areas. That a figure is missing is said of whole areas only.
    Raises PmError as `compare` does; a trend, rank or verdict that cannot be made is a note.
    """
    everyone = select(observations, measures=wanted.measures, source=wanted.source)
    if select(everyone, areas=wanted.areas).is_empty():
        return SENTENCES.empty()
    parts = [
        _comparisons(everyone, wanted),
        _tried("trend", partial(_trends, everyone, wanted)),
        _tried("rank", partial(_ranks, everyone, wanted)),
        _tried("outlier verdict", partial(_verdicts, everyone, wanted)),
    ]
    return sentences_table(in_order(chain(*parts), wanted.catalogue))


def _tried(what: str, make: Callable[[], list[Said]]) -> list[Said]:
    """What `make` makes, or a note that says why it cannot: the other sentences stand without it."""
    try:
        return make()
    except PmError as error:
        note(f"no {what}: {str(error).splitlines()[0]}")
        return []


def _comparisons(everyone: pl.DataFrame, wanted: Ask) -> list[Said]:
    """Against the baseline and the year before, and shares and means against other forces."""
    mine = select(everyone, areas=wanted.areas)
    made: list[Said] = []
    for months, names in stated_windows(mine, wanted.catalogue, wanted.months).items():
        rows = everyone.filter(pl.col("measure").is_in(names))
        found = answer.before(
            rows, wanted, areas=wanted.areas, to=wanted.to, months=months, baseline=wanted.baseline
        )  # fmt: skip
        said = statements(found, COMPARISON, wanted.catalogue)
        made += [one for one in said if one.row["dimension"] == "all" or one.sentence.finding != "not available"]
        levels = _of_several(rows.filter(pl.col("base").is_not_null()))
        made += _tried("comparison with other forces", partial(_others, levels, months, wanted))
    return made


def _others(levels: pl.DataFrame, months: int, wanted: Ask) -> list[Said]:
    areas = _present(levels, wanted)
    found = answer.beside(levels, wanted, areas=areas, to=wanted.to, months=months, peered=bool(wanted.peers))
    return statements(found, COMPARISON, wanted.catalogue)


def _trends(everyone: pl.DataFrame, wanted: Ask) -> list[Said]:
    """Long-term trend, direction and news; one line where nothing of that could be tested."""
    whole = select(everyone, areas=wanted.areas).filter(pl.col("dimension") == "all")
    if whole.is_empty():
        return []
    found = answer.trends(whole, wanted, to=wanted.to, baseline=wanted.baseline)
    said = standing(statements(found, TREND, wanted.catalogue))
    return [one for one in said if one.sentence.finding != "not tested" or one.sentence.about == "long-term"]


def _ranks(everyone: pl.DataFrame, wanted: Ask) -> list[Said]:
    counts = _of_several(everyone.filter(pl.col("base").is_null()))
    areas = _present(counts, wanted)
    if not areas:
        return []
    return statements(answer.ranks(counts, wanted, areas=areas, to=wanted.to), RANK, wanted.catalogue)


def _verdicts(everyone: pl.DataFrame, wanted: Ask) -> list[Said]:
    """The verdicts of the outlier rules and the criteria that could be tested; a verdict's caveat names the others."""
    unjudged = [force.id for force in wanted.catalogue.forces.values() if force.kind != "territorial"]
    ruled = [name for rule in wanted.catalogue.rules.values() for name in rule.measures]
    counts = everyone.filter(
        whole_forces(), pl.col("base").is_null(), pl.col("measure").is_in(ruled), ~pl.col("area").is_in(unjudged)
    )
    areas = _present(counts, wanted)
    if not areas:
        return []
    found = answer.verdicts(counts, wanted, areas=areas, to=wanted.to)
    return [one for one in statements(found, OUTLIERS, wanted.catalogue) if one.sentence.finding != "not tested"]


def _of_several(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of whole forces for the measures that more than one of them has."""
    forces = rows.filter(whole_forces())
    return forces.filter(pl.col("area").n_unique().over("measure") > 1)


def _present(rows: pl.DataFrame, wanted: Ask) -> list[str]:
    """The areas among the rows that something is to be said of."""
    have: list[str] = rows["area"].unique().sort().to_list()
    return have if wanted.areas is None else [area for area in have if area in set(wanted.areas)]
