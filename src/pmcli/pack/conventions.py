"""How the figures of a pack were made, a sentence each, for its last page."""

from __future__ import annotations

import polars as pl

from pmcli.notes import listing
from pmcli.pack.view import View
from pmcli.views.language.chance import by_chance
from pmcli.views.language.words import long_month


def _many(view: View) -> list[str]:
    """What chance alone would find among all comparisons of the pack, where there are many."""
    tested = view.comparison.filter(pl.col("dimension") == "all")["p_value"].to_list()
    said = by_chance(tested)
    return [said] if said else []


def conventions(view: View) -> list[str]:
    """How everything was done, a sentence each."""
    question = view.figures.question
    years = sorted(set(view.figures.rank["population_year"].drop_nulls()))
    lines = [
        f"Baseline: the 12 months to {long_month(question.baseline)}; for a survey without a wave that ends then, the "
        "nearest within six months, as its page says.",
        "A change is called more, fewer, better or worse only where a two-sided test gives p below 0.05: of two "
        "counts, with how much the measure varies beyond chance; of two proportions, on the effective sample sizes. "
        "A low p says that a change is unlikely to be chance, not that it matters.",
        "The long-term trend holds the last 12 months against those five years before (fewer where there are not so "
        "many), and the line through the years between has to go the same way. The direction of travel holds the last "
        "six months against the same six a year before; since when is an estimate.",
        "News: whether the last 12 months lie outside the 95% interval of their own forecast a period before.",
        "Stable is said only of what is shown to be: the whole 90% interval of the change lies within 10%.",
        *_many(view),
        f"{question.conventions.sentence()[:1].upper()}{question.conventions.sentence()[1:]}; strictly above, on "
        "unrounded figures.",
        f"The country: {len(view.catalogue.national())} forces."
        + (" City of London, whose resident population is tiny, is not one of them."
           if "city-of-london" in view.catalogue.forces and "city-of-london" not in view.catalogue.national() else ""),
        (f"Most Similar Group: {listing([view.catalogue.area_label(name) for name in view.peers], len(view.peers))}."
         if view.peers else "Most Similar Group: not known; ranks and criteria within it are not available."),
    ]  # fmt: skip
    for name in question.without:
        event = view.catalogue.events.get(name)
        if event is not None:
            lines.append(f"Left out of the counts: {event.label} ({event.count}, {long_month(event.day)}).")
    if years:
        lines.append(f"Populations: mid-year estimates of {listing([str(year) for year in years])}.")
    return lines
