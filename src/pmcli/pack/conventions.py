"""How the figures of a pack were made, a sentence each, for its last page."""

from __future__ import annotations

from pmcli.notes import listing
from pmcli.pack.view import View
from pmcli.views.language.words import long_month


def conventions(view: View) -> list[str]:
    """How everything was done, a sentence each."""
    question = view.figures.question
    years = sorted(set(view.figures.rank["population_year"].drop_nulls()))
    lines = [
        f"Baseline: the 12 months to {long_month(question.baseline)}; for a survey without a wave that ends then, the "
        "nearest within six months, as its page says.",
        "A change is called more, fewer, better or worse only where a two-sided test gives p below 0.05: exact for "
        "counts, two proportions on the effective sample sizes for shares. A low p says that a change is unlikely to "
        "be chance, not that it matters.",
        "Trend and direction of travel are tested on the months or quarters themselves, never on 12-month totals.",
        "The long-term trend is log-linear (linear where a period is negative) and seasonal, with AR(1) errors whose "
        "autocorrelation is held to at most 0.6; single outlying periods are drawn in. The direction of travel is the "
        "last segment of a joinpoint model: its rate is tested, its first month is an estimate.",
        "Exact tests of counts take offences as independent of one another, which they are not quite: of large counts "
        "nearly every change comes out as more than chance. Read its size.",
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
