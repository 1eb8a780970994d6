"""Which source speaks for a measure in the pack, and to which month.

Two sources never add up, and a pack must not quote one on one page and another on the next without saying so. For each
measure and force the first source that knows the window speaks, in the order that the user gave; ranks and outliers,
which need the other forces, come from the source that has most of them. Figures that end before the pack's month are
used to where they end, and the pages say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, did_you_mean
from pmcli.notes import listing, note
from pmcli.periods import BASELINE, month_name
from pmcli.steps.averages import Conventions
from pmcli.steps.population import Population
from pmcli.steps.rolling import windows
from pmcli.steps.selecting import whole_forces
from pmcli.tables import OBSERVATIONS, conform

WINDOWS: Final = 4
"""So many months that there are windows to are named where there is none to the pack's."""

NEAR: Final = 6
"""A share that has no wave at the baseline is held against the one nearest to it, at most so many months away."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a pack is asked to be about.

    to: last day of the pack's window; a measure whose figures end before is taken to where they end. forces: area ids;
    None is every territorial force in the data. sources: the order in which sources speak; a source that is not in it
    comes after them, and two such sources for one measure and force are an error. without: ids of the mass events that
    were taken out of the counts. suppress: the least number of people asked, or victims, of whom a figure is shown
    (pack.suppress); 0 shows all.
    """

    to: date
    baseline: date = BASELINE
    forces: tuple[str, ...] | None = None
    sources: tuple[str, ...] = ()
    peers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    population: Population | None = None
    conventions: Conventions = field(default_factory=Conventions)
    catalogue: Catalogue = field(default_factory=Catalogue)
    without: tuple[str, ...] = ()
    suppress: int = 10


@dataclass(slots=True)
class Chosen:
    """What speaks.

    whole: the rows of whole forces that 12 months can be made of; totals: their 12-month windows up to the pack's
    month. forces: the ids the pack is made for. own: columns measure, area, source, end, baseline: who speaks for a
    measure in a force, to which month, against which window. national: measure, source, end: the same for what needs
    the other forces. others: measure, area, source, end, value, base: what another source says of its latest window
    and of the baseline's. order: source -> its place, the first speaks.
    """

    whole: pl.DataFrame
    totals: pl.DataFrame
    forces: list[str]
    own: pl.DataFrame
    national: pl.DataFrame
    others: pl.DataFrame
    order: dict[str, int]


def choose(observations: pl.DataFrame, question: Question) -> Chosen:
    """Pick the speaking source and the end of the window for every measure and force.

    Raises PmError when a force that was asked for has no figures at all, or when two sources that the question does not
    put in order have the same measure for the same force.
    """
    frame = conform(observations, OBSERVATIONS).filter(pl.col("period_end") <= question.to)
    whole = frame.filter(whole_forces(), 12 % pl.col("months") == 0)
    totals = windows(whole, 12)
    order = _order(observations, question)
    known = totals.filter(pl.col("value").is_not_null()).with_columns(
        _place=pl.col("source").replace_strict(order, return_dtype=pl.Int32)
    )
    forces = _forces(observations, question)
    _refuse_month_without_data(observations, forces, question)
    mine = known.filter(pl.col("area").is_in(forces))
    latest = mine.group_by("measure", "area", "source", "_place").agg(pl.col("period_end").max().alias("end"))
    own = latest.sort("_place").group_by("measure", "area", maintain_order=True).first()
    own = own.sort("measure", "area").select("measure", "area", "source", "end")
    if own.is_empty() and not observations.is_empty():
        raise PmError(
            f"there is not one whole window of 12 months up to {month_name(question.to)} for "
            f"{listing([question.catalogue.area_label(area) for area in forces], 3)}",
            "`pm check` lists what the input has, and its gaps.",
        )
    _refuse_month_without_window(own, known, question)
    paired = _with_baseline(own, known, question)
    return Chosen(
        whole=whole,
        totals=totals,
        forces=forces,
        own=paired,
        national=_national(known, question),
        others=_others(paired, known),
        order=order,
    )


def _refuse_month_without_data(observations: pl.DataFrame, forces: Sequence[str], question: Question) -> None:
    """Raise PmError when the figures of the forces end before the month that the pack is to be of."""
    own = pl.col("area").str.split("/").list.first().is_in(list(forces))
    last = observations.filter(own, pl.col("value").is_not_null())["period_end"].max()
    if isinstance(last, date) and last < question.to:
        raise PmError(
            f"there are no figures for {month_name(question.to)}: those of "
            f"{listing([question.catalogue.area_label(area) for area in forces], 3)} end in {month_name(last)}",
            f"Give --to {last:%Y-%m}, or load what has come since.",
        )


def _refuse_month_without_window(own: pl.DataFrame, known: pl.DataFrame, question: Question) -> None:
    """Raise PmError when no measure has 12 months that end with the pack's: everything in it would be of another."""
    if own.is_empty() or (own["end"] == question.to).any():
        return
    mine = known.join(own.select("measure", "area", "source"), on=["measure", "area", "source"], how="semi")
    ends = sorted(set(mine["period_end"].to_list()))[-WINDOWS:]
    raise PmError(
        f"no measure has 12 months to {month_name(question.to)}: the latest before it end in "
        f"{listing([month_name(end) for end in ends], WINDOWS)}",
        f"Give --to {ends[-1]:%Y-%m}, or load what has come since.",
    )


def _order(observations: pl.DataFrame, question: Question) -> dict[str, int]:
    """source -> its place; raises when the data need an order that nobody gave."""
    have = observations["source"].unique().sort().to_list()
    for name in question.sources:
        if have and name not in have:
            raise PmError(f"no figures from the source {name!r}; there are {listing(have)}", did_you_mean(name, have))
    unordered = [name for name in have if name not in question.sources]
    twice = (
        observations.filter(pl.col("source").is_in(unordered), whole_forces())
        .group_by("measure", "area")
        .agg(pl.col("source").unique().sort())
        .filter(pl.col("source").list.len() > 1)
        .sort("measure", "area")
    )
    if twice.height:
        row = twice.row(0, named=True)
        given = " ".join(f"--source {name}" for name in row["source"])
        raise PmError(
            f"{row['measure']} in {row['area']} comes from {listing(row['source'])}: which of them speaks?",
            f"Name them in order: {given}.",
        )
    return {name: place for place, name in enumerate([*question.sources, *unordered])}


def _forces(observations: pl.DataFrame, question: Question) -> list[str]:
    have = observations["area"].str.split("/").list.first().unique().to_list()
    known = question.catalogue.forces
    if question.forces is None:
        strange = sorted(area for area in have if area not in known)
        if strange:
            note(
                f"no pack for areas that are no force pm knows: {listing(strange)}; name one with --force for its pack"
            )
        return sorted(area for area in have if area in known and known[area].kind == "territorial")
    _refuse_absent(question.forces, have)
    return list(dict.fromkeys(question.forces))


def _refuse_absent(forces: Sequence[str], have: Sequence[str]) -> None:
    for area in forces:
        if area not in have and have:
            raise PmError(f"no figures for {area}", did_you_mean(area, have) or "`pm check` lists what the input has.")


def _with_baseline(own: pl.DataFrame, known: pl.DataFrame, question: Question) -> pl.DataFrame:
    """The window that each pair is held against: the baseline, or for a share the nearest wave to it."""
    kinds = {name: measure.kind for name, measure in question.catalogue.measures.items()}
    at = pl.lit(question.baseline.year * 12 + question.baseline.month)
    away = pl.col("period_end").dt.year() * 12 + pl.col("period_end").dt.month().cast(pl.Int32) - at
    waves = (
        known.join(own, on=["measure", "area", "source"])
        .filter(pl.col("period_end") <= pl.col("end").dt.offset_by("-1y").dt.month_end())
        .with_columns(_away=away)
        .filter(pl.col("_away").abs() <= NEAR)
        .sort(pl.col("_away").abs(), "_away")
        .group_by("measure", "area", maintain_order=True)
        .first()
        .select("measure", "area", pl.col("period_end").alias("_near"))
    )
    counted = pl.col("measure").replace_strict(kinds, default="count", return_dtype=pl.String) == "count"
    nearest = pl.when(~counted).then("_near")
    return (
        own.join(waves, on=["measure", "area"], how="left")
        .with_columns(baseline=pl.coalesce(nearest, pl.lit(question.baseline)))
        .drop("_near")
        .sort("measure", "area")
    )


def _national(known: pl.DataFrame, question: Question) -> pl.DataFrame:
    """For each measure the source with most forces, and the latest end for which at least half of them are known."""
    inside = known.filter(pl.col("area").is_in(question.catalogue.national()))
    counted = inside.group_by("measure", "source", "_place", "period_end").agg(pl.col("area").n_unique().alias("_n"))
    most = pl.col("_n").max().over("measure", "source")
    return (
        counted.with_columns(_most=most)
        .filter(pl.col("_n") * 2 >= pl.col("_most"), pl.col("_most") > 1)
        .sort(pl.col("_most") * -1, "_place", pl.col("period_end").to_physical() * -1)
        .group_by("measure", maintain_order=True)
        .first()
        .select("measure", "source", pl.col("period_end").alias("end"))
        .sort("measure")
    )


def _others(own: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """What a source that does not speak says of a measure and force, of its latest window and of the baseline's."""
    rows = known.join(own.rename({"source": "_speaks"}), on=["measure", "area"])
    rest = rows.filter(pl.col("source") != pl.col("_speaks"), pl.col("period_end") <= pl.col("end"))
    latest = pl.col("period_end").max().over("measure", "area", "source")
    quoted = rest.filter((pl.col("period_end") == latest) | (pl.col("period_end") == pl.col("baseline")))
    columns = ("measure", "area", "source", "end", "value", "base")
    latest_first = [False, False, False, True]
    found = quoted.drop("end").rename({"period_end": "end"}).select(columns)
    return found.sort("measure", "area", "source", "end", descending=latest_first)


def sources_in_order(observations: pl.DataFrame, first: Sequence[str]) -> list[str]:
    """The sources of the data in the order in which they were loaded, those named `first` before the rest."""
    loaded = observations["source"].unique(maintain_order=True).to_list()
    return [*first, *[name for name in loaded if name not in first]]


def latest_month(observations: pl.DataFrame, forces: Sequence[str] | None) -> date:
    """The last day of the month that most counts of these forces (None: of any) go to: the pack's, unless said.

    Raises PmError when there are no figures to make a pack of.
    """
    mine = observations.filter(whole_forces(), pl.col("value").is_not_null())
    if forces is not None:
        _refuse_absent(forces, observations["area"].str.split("/").list.first().unique().to_list())
        mine = mine.filter(pl.col("area").is_in(list(forces)))
    mine = _ends_of_windows(mine)
    counts = mine.filter(pl.col("base").is_null())
    last = (counts if counts.height else mine).group_by("measure").agg(pl.col("period_end").max())
    if last.is_empty():
        raise PmError("there is no figure of a whole force to make a pack of", "`pm check` lists what the input has.")
    reached = last.group_by("period_end").len().sort("len", "period_end")
    end: date = reached["period_end"].to_list()[-1]
    return end


def _ends_of_windows(rows: pl.DataFrame) -> pl.DataFrame:
    """The whole windows of 12 months of these rows; the rows themselves where there is none, and no pack to be made."""
    whole = windows(rows.filter(12 % pl.col("months") == 0), 12).filter(pl.col("value").is_not_null())
    return whole if whole.height else rows
