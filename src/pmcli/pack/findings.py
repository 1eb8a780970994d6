"""The key findings at the head of a pack, and the conventions at its end: what the pages say, gathered in sentences."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pmcli.notes import listing
from pmcli.pack import origins
from pmcli.pack.model import Origin, Pack, Statement
from pmcli.views import sentences, words

if TYPE_CHECKING:
    from pmcli.pack.view import View

_MANY = 30
"""More names than any finding has: `listing` names them all."""


def findings(view: View, pack: Pack) -> list[Statement]:
    """Outliers first, then what improved and worsened, the other forces, the caveats, and what is not available."""
    return [
        *_verdicts(view),
        *_against(view, "baseline"),
        *_against(view, "previous-year"),
        *_beside_the_country(view),
        *_directions(view),
        *_beside_peers(view),
        *_breaks(view),
        *_differing(pack),
        *_absent(pack),
    ]


def headline(view: View) -> str:
    """The outlier verdicts of a force in a line."""
    counted = view.outliers.group_by("measure", maintain_order=True).first()
    parts = []
    for verdict in ("outlier", "not an outlier", "undetermined"):
        names = counted.filter(counted["verdict"] == verdict)["measure"].to_list()
        if names:
            parts.append(f"{verdict[:1].upper()}{verdict[1:]}: {listing(_labels(view, names), _MANY)}.")
    return " ".join(parts) or "Not judged: no figures for the measures with criteria."


def _verdicts(view: View) -> list[Statement]:
    """Who is an outlier on what; undetermined is said, never passed over."""
    import polars as pl

    per_measure = view.outliers.group_by("measure", maintain_order=True).first()
    made = []
    for verdict, kind, lead in (
        ("outlier", "bad", "is a Home Office outlier for"),
        ("not an outlier", "verdict", "is not a Home Office outlier for"),
        ("undetermined", "caveat", "cannot be told to be an outlier or not for"),
    ):
        names = per_measure.filter(pl.col("verdict") == verdict)["measure"].to_list()
        if names:
            rows = [view.outliers.filter(pl.col("measure") == name).to_dicts() for name in names]
            why = _why_undetermined(rows) if verdict == "undetermined" else ""
            text = f"{view.label} {lead} {listing(_labels(view, names), _MANY)}{why}."
            made.append(Statement(text, kind, origins.joined(origins.of_outliers(item) for item in rows)))
    if view.outliers.is_empty():
        made.append(Statement(f"No measure with outlier criteria has figures for {view.label}: not judged.", "caveat"))
    return made


def _why_undetermined(rows: list[list[dict[str, Any]]]) -> str:
    reasons = dict.fromkeys(row["reason"] for item in rows for row in item if row["flag"] is None and row["reason"])
    return f": {'; '.join(list(reasons)[:2])}" if reasons else ""


def _against(view: View, against: str) -> list[Statement]:
    """The tested changes against one earlier window, those that are good apart from those that are not."""
    import polars as pl

    whole = (pl.col("dimension") == "all", pl.col("months") == 12)
    rows = view.comparison.filter(pl.col("against") == against, *whole)
    by_measure = {row["measure"]: row for row in rows.iter_rows(named=True) if not view.is_old(row["measure"])}
    said = view.said.filter(pl.col("table") == "comparison", pl.col("about") == against, *whole)
    sides: dict[str, list[str]] = {"good": [], "bad": [], "": []}
    for row in said.iter_rows(named=True):
        if row["measure"] in by_measure and row["finding"] in {"improvement", "deterioration", "no clear change"}:
            sides[sentences.kind_of(row["finding"])].append(row["measure"])
    base = view.figures.question.baseline
    window = f"the 12 months to {base:%B %Y}" if against == "baseline" else "a year before"
    heads = {"good": f"Improved on {window}", "bad": f"Worsened on {window}", "": f"No clear change from {window}"}
    made = []
    for kind, names in sides.items():
        if names:
            items = [_with_change(view, by_measure[name], base, plain=not kind) for name in names]
            rests = origins.joined(origins.of_comparison(by_measure[name]) for name in names)
            made.append(Statement(f"{heads[kind]}: {listing(items, _MANY)}.", kind, rests))
    return made


def _with_change(view: View, row: dict[str, Any], baseline: date, *, plain: bool) -> str:
    """Burglary (-41%), or with the counts where the base is small, or in points for a share; its wave when another."""
    label = view.catalogue.label(row["measure"])
    if row["against"] == "baseline" and row["against_end"] != baseline:
        label += f" v. {row['against_end']:%B %Y}"
    if plain:
        return label
    if row["statistic"] == "share":
        return f"{label} ({words.points(row['difference'])})"
    small = row["against_value"] is None or row["against_value"] < sentences.SMALL_BASE or row["change"] is None
    if small:
        figures = [words.figure(row[name], row["statistic"]) for name in ("value", "against_value")]
        return f"{label} ({' v. '.join(figures)})"
    mark = "*" if row["breaks"] else ""
    return f"{label} ({words.percent(row['change'], 0)}{mark})"


def _beside_the_country(view: View) -> list[Statement]:
    """Shares that are tested better or worse than the average of the country, as 999 answering."""
    import polars as pl

    rows = view.comparison.filter(pl.col("against") == "national")
    by_measure = {row["measure"]: row for row in rows.iter_rows(named=True) if not view.is_old(row["measure"])}
    said = view.said.filter(pl.col("table") == "comparison", pl.col("about") == "national")
    made = []
    for finding, kind in (("improvement", "good"), ("deterioration", "bad")):
        names = [name for name in said.filter(pl.col("finding") == finding)["measure"] if name in by_measure]
        if names:
            items = []
            for name in names:
                ours, theirs = (
                    words.figure(by_measure[name][column], "share") for column in ("value", "against_value")
                )
                items.append(f"{view.catalogue.label(name)} ({ours} v. {theirs})")
            side = "On the good side" if kind == "good" else "On the wrong side"
            text = f"{side} of the national average: {listing(items, _MANY)}."
            made.append(
                Statement(text, kind, origins.joined(origins.of_comparison(by_measure[name]) for name in names))
            )
    return made


def _directions(view: View) -> list[Statement]:
    """Where the direction of travel is tested and goes one way."""
    trend = {row["measure"]: row for row in view.trend.iter_rows(named=True) if not view.is_old(row["measure"])}
    sides: dict[str, list[str]] = {"good": [], "bad": []}
    for name, row in trend.items():
        measure = view.catalogue.measures.get(name)
        kind = sentences.kind_of(sentences.judged(row["direction"], measure.better if measure else ""))
        if kind:
            sides[kind].append(name)
    made = []
    for kind, lead in (("good", "improving"), ("bad", "worsening")):
        if sides[kind]:
            items = [f"{view.catalogue.label(name)} ({_since(trend[name])})" for name in sides[kind]]
            rests = origins.joined(origins.of_trend(trend[name]) for name in sides[kind])
            made.append(Statement(f"Direction of travel {lead}: {listing(items, _MANY)}.", kind, rests))
    return made


def _since(row: dict[str, Any]) -> str:
    turned = row["since"] is not None and row["since"] != row["first"]
    return f"since {row['since']:%B %Y}" if turned else f"throughout, from {row['first']:%B %Y}"


def _beside_peers(view: View) -> list[Statement]:
    """Rates more than one SD above the Most Similar Group's mean."""
    import polars as pl

    high = view.rank.filter(pl.col("scope") == "peers", pl.col("rate") > pl.col("mean") + pl.col("sd"))
    if high.is_empty():
        return []
    rows = high.to_dicts()
    items = [f"{view.catalogue.label(row['measure'])} ({row['rank']} of {row['of']})" for row in rows]
    text = f"More than one SD above the mean rate of the Most Similar Group: {listing(items, _MANY)}."
    return [Statement(text, "bad", origins.joined(origins.of_rank([row]) for row in rows))]


def _breaks(view: View) -> list[Statement]:
    """The recording changes that comparisons of this pack lie across, each once."""
    import polars as pl

    found: dict[str, list[str]] = {}
    crossed = view.comparison.filter(pl.col("breaks") != "", pl.col("dimension") == "all")
    for row in crossed.iter_rows(named=True):
        for change in filter(None, (row["breaks"] or "").split(";")):
            found.setdefault(change, []).append(row["measure"])
    made = []
    for change, measures in found.items():
        event = view.catalogue.events.get(change)
        if event is not None:
            names = listing(_labels(view, list(dict.fromkeys(measures))), _MANY)
            text = f"Compare with caution (*): {event.label} ({event.day:%B %Y}), for {names}. {event.why}"
            made.append(Statement(text, "caveat", Origin(facts={"Declared in": f"the register of changes, {change}: "
                                                                f"{event.source}"})))  # fmt: skip
    return made


def _differing(pack: Pack) -> list[Statement]:
    pages = [page for page in pack.pages() if any(item.text.startswith("Sources differ") for item in page.statements)]
    if not pages:
        return []
    names = listing([page.title for page in pages], _MANY)
    return [Statement(f"Sources differ on {names}: the pages say which speaks and what the other says.", "caveat")]


def _absent(pack: Pack) -> list[Statement]:
    lines = [line for line in pack.overview if line.standing == "missing"]
    if not lines:
        return []
    titles = {page.id: page.title for page in pack.pages()}
    names = listing([titles[line.page] for line in lines], _MANY)
    lead = f"Not available, {len(lines)} of {len(pack.overview)} measures"
    return [Statement(f"{lead}: {names}. The overview says why.", "quiet")]


def _labels(view: View, names: list[str]) -> list[str]:
    return [view.catalogue.label(name) for name in names]


def conventions(view: View) -> list[str]:
    """How everything was done, a sentence each."""
    question = view.figures.question
    years = sorted(set(view.figures.rank["population_year"].drop_nulls()))
    lines = [
        f"Baseline: the 12 months to {question.baseline:%B %Y}; for a survey without a wave that ends then, the "
        "nearest within six months, as its page says.",
        "A change is called more, fewer, better or worse only where a two-sided test gives p below 0.05: exact for "
        "counts, two proportions on the effective sample sizes for shares. A low p says that a change is unlikely to "
        "be chance, not that it matters.",
        "Trend and direction of travel are tested on the months or quarters themselves, never on 12-month totals; docs/"
        "methods.md has the method.",
        f"{question.conventions.sentence()[:1].upper()}{question.conventions.sentence()[1:]}; strictly above, on "
        "unrounded figures.",
        f"The country: {len(view.catalogue.national())} forces."
        + (" City of London, whose resident population is tiny, is not one of them."
           if "city-of-london" in view.catalogue.forces and "city-of-london" not in view.catalogue.national() else ""),
        (f"Most Similar Group: {listing([view.catalogue.area_label(name) for name in view.peers], _MANY)}."
         if view.peers else "Most Similar Group: not known; ranks and criteria within it are not available."),
    ]  # fmt: skip
    if years:
        lines.append(f"Populations: mid-year estimates of {listing([str(year) for year in years])}.")
    return lines
