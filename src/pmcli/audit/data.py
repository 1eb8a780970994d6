"""A document's figures against the user's own data: what pm computes for each claim's measure, window and force.

A printed figure agrees when what is computed lies in its printed interval. One that does not is a contradiction, and
the nearest reading that would fit (the same measure to another month, over another length) is named. Nothing is said
where the data do not hold the window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from pmcli.audit.checks.within import percent_of, shown, signed
from pmcli.audit.claims import ARITHMETIC, CONSISTENT, CONTRADICTS, PERIOD, SERIES, Claim, Outcome
from pmcli.audit.intervals import Interval, exactly, number_text
from pmcli.audit.windows import window_text
from pmcli.errors import PmError
from pmcli.tables import OBSERVATIONS, conform

if TYPE_CHECKING:
    from pmcli.catalogue import Catalogue

CHECK = "against-data"
_NEAREST = (12, 6, 3, 1)
_FAR = 36
"""Months to either side in which another reading of a figure is looked for."""

Series = dict[int, float]


@dataclass(slots=True)
class Figures:
    """The observations of one force: per measure the periods of each length, by the month index of their end."""

    area: str
    counts: dict[str, dict[int, Series]] = field(default_factory=dict)
    shares: dict[str, dict[int, dict[int, tuple[float, float]]]] = field(default_factory=dict)

    def count(self, measure: str, months: int, end: int) -> float | None:
        """The count of a window: as it stands, else the sum of the shorter periods that tile it; None when one is
        missing.
        """
        by_length = self.counts.get(measure, {})
        for length in sorted(by_length, reverse=True):
            if months % length:
                continue
            wanted = [end - length * n for n in range(months // length)]
            if all(at in by_length[length] for at in wanted):
                return sum(by_length[length][at] for at in wanted)
        return None

    def share(self, measure: str, months: int, end: int) -> float | None:
        """The share of a window in per cent, numerators and bases summed; None when a period is missing."""
        by_length = self.shares.get(measure, {})
        for length in sorted(by_length, reverse=True):
            if months % length:
                continue
            wanted = [end - length * n for n in range(months // length)]
            if all(at in by_length[length] for at in wanted):
                base = sum(by_length[length][at][1] for at in wanted)
                return 100 * sum(by_length[length][at][0] for at in wanted) / base if base else None
        return None


def check_data(
    claims: Sequence[Claim],
    observations: pl.DataFrame,
    areas: Sequence[str] | None,
    source: str | None,
    catalogue: Catalogue,
) -> None:
    """Say of each claim what the observations say of it.

    areas: the force the document is about; it may be left out when the data hold one. Raises PmError when they hold
    several.
    """
    figures = _figures(conform(observations, OBSERVATIONS), areas, source, catalogue)
    said: set[str] = set()
    for claim in claims:
        if claim.area.startswith(("elsewhere", "place:")) or (claim.area and claim.area != figures.area):
            continue
        if not claim.measure or claim.qualifiers or claim.kind == "flag" or "sd" in claim.figures:
            continue
        outcomes = list(_checked(claim, figures))
        worst = next((one for one in outcomes if one.result == CONTRADICTS), None)
        if worst is not None:
            if worst.working not in said:  # the same figure of the same window, printed twice, is told once
                claim.say(worst)
            said.add(worst.working)
        elif outcomes:
            claim.say(outcomes[0])


def _figures(frame: pl.DataFrame, areas: Sequence[str] | None, source: str | None, catalogue: Catalogue) -> Figures:
    rows = frame.filter((pl.col("dimension") == "all") & (pl.col("category") == "all"))
    if source is not None:
        rows = rows.filter(pl.col("source") == source)
    if areas is not None:
        rows = rows.filter(pl.col("area").is_in(list(areas)))
    found = rows["area"].unique().sort().to_list()
    if len(found) > 1:
        names = ", ".join(catalogue.area_label(area) for area in found[:4])
        raise PmError(
            f"the data hold {len(found)} areas: {names}{' …' if len(found) > 4 else ''}",
            "Say whose document it is: --force essex.",
        )
    if not found:
        raise PmError("the data hold no figures of that force", "`pm show` lists what they hold.")
    figures = Figures(found[0])
    several = (
        rows.group_by("measure")
        .agg(pl.col("source").n_unique().alias("n"))
        .filter(pl.col("n") > 1)["measure"]
        .to_list()
    )
    if several:
        raise PmError(f"{several[0]} comes from several sources", "Choose one with --source.")
    for measure, end, months, value, base in rows.select(
        "measure", "period_end", "months", "value", "base"
    ).iter_rows():
        if value is None:
            continue
        at = _index(end)
        if base is None:
            figures.counts.setdefault(measure, {}).setdefault(months, {})[at] = value
        elif base:
            figures.shares.setdefault(measure, {}).setdefault(months, {})[at] = (value, base)
    return figures


def _index(end: date) -> int:
    return end.year * 12 + end.month - 1


def _checked(claim: Claim, figures: Figures) -> Iterator[Outcome]:
    current = claim.current.key if claim.current is not None else None
    base = claim.base.key if claim.base is not None else None
    levels = (("current", current), ("total", current), ("base", base), ("share", current))
    for role, span in levels:
        figure = claim.figures.get(role)
        if (
            figure is None
            or span is None
            or figure.unit not in {"count", "percent"}
            or (role == "share" and claim.figures.get("n"))
        ):
            continue
        kind = "count" if figure.unit == "count" else "share"
        find = figures.count if kind == "count" else figures.share
        computed = find(claim.measure, *span)
        if computed is None:
            continue
        text = number_text(computed, 0 if kind == "count" else 2) + ("" if kind == "count" else " %")
        working = f"{window_text(*span)}: {shown(figure)} printed, {text} computed"
        if figure.interval.holds(computed):
            yield Outcome(CHECK, CONSISTENT, working)
        else:
            near = _nearest(figure.interval, claim.measure, span, figures, kind)
            yield _wrong(working, shown(figure), text, near)
    if current is None or base is None:
        return
    now, then = figures.count(claim.measure, *current), figures.count(claim.measure, *base)
    if now is None or then is None:
        return
    change = exactly(now - then)
    for role, expected in (("difference", change), ("percent", percent_of(change, exactly(then)) if then else None)):
        figure = claim.figures.get(role)
        if figure is None or expected is None or figure.unit not in {"count", "percent"}:
            continue
        text = number_text(expected.low, 0 if role == "difference" else 2) + (" %" if role == "percent" else "")
        working = (
            f"{window_text(*current)}: {number_text(now)}; {window_text(*base)}: {number_text(then)}; "
            f"{shown(figure)} printed, {text} computed"
        )
        printed = signed(figure, claim.direction)
        fits = printed.meets(expected) or (
            claim.direction is None and not figure.signed and printed.magnitude.meets(expected.magnitude)
        )
        yield Outcome(CHECK, CONSISTENT, working) if fits else _wrong(working, shown(figure), text, "")


def _wrong(working: str, printed: str, computed: str, near: str) -> Outcome:
    remedy = f"{computed}" + (f"; {printed} is the figure of the {near}" if near else "")
    sentence = f"The document has {printed}; the data give {computed}." + (
        f" {printed} is the figure of the {near}." if near else ""
    )
    return Outcome(CHECK, CONTRADICTS, working, sentence, PERIOD if near else ARITHMETIC, SERIES, remedy=remedy)


def _nearest(printed: Interval, measure: str, span: tuple[int, int], figures: Figures, kind: str) -> str:
    """The window nearest to the one named whose figure would fit: first of the same length, then of another to the
    same month.
    """
    find = figures.count if kind == "count" else figures.share
    months, end = span
    for away in range(1, _FAR + 1):
        for at in (end - away, end + away):
            value = find(measure, months, at)
            if value is not None and printed.holds(value):
                return window_text(months, at)
    for length in _NEAREST:
        value = find(measure, length, end) if length != months else None
        if value is not None and printed.holds(value):
            return window_text(length, end)
    return ""
