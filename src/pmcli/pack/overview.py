"""The performance overview, the outlier pages and the table of measures: what is not one measure's page."""

from __future__ import annotations

from typing import Any

import polars as pl

from pmcli.catalogue import Measure, Rule
from pmcli.catalogue.rules import earlier, last
from pmcli.notes import listing
from pmcli.pack.gather import OTHER
from pmcli.pack.model import Exhibit, Missing, Origin, Page, Position, Statement
from pmcli.pack.position import position as phrase
from pmcli.pack.view import View
from pmcli.tables import OUTLIERS
from pmcli.views import blocks_of
from pmcli.views.blocks import Block
from pmcli.views.language import words
from pmcli.views.language.parts import source_called
from pmcli.views.language.wording import against
from pmcli.views.language.words import long_month
from pmcli.views.outliers.sentences import origin_of, verdict_about
from pmcli.views.sensitivity.sentences import holds


def position(view: View, measure: Measure, area: str) -> Position:
    """A measure's line of the overview. area: the priority area, as its heading says it."""
    text, standing = _position(view, measure)
    return Position(area, measure.national_metric, _called(measure), text, standing, measure.id)


def _called(measure: Measure) -> str:
    name = measure.force_measure or measure.label
    return f"{name} (proxy)" if measure.proxy else name


def _position(view: View, measure: Measure) -> tuple[str, str]:
    own = view.own.get(measure.id)
    if own is None:
        return f"Not available: {view.no_figures(measure)}", "missing"
    if view.is_old(measure.id):
        return f"Not available to {long_month(view.to)}: the latest figures end in {long_month(own['end'])}.", "missing"
    row, against = view.row("trend", measure.id), _held_against(view, measure)
    text, standing = phrase(row, against, measure, catalogue=view.catalogue)
    if against is not None and against["breaks"] and against["against_value"] is not None:
        text += f" ({_changes(view, against['breaks'])})"
    return (text if own["end"] == view.to else f"{text} (figures to {long_month(own['end'])})"), standing


def _changes(view: View, breaks: str) -> str:
    """recording changed in April 2023, between the two windows."""
    events = [view.catalogue.events[name] for name in breaks.split(";") if name in view.catalogue.events]
    days = sorted({event.day for event in events})
    return (
        f"recording changed in {listing([long_month(day) for day in days])}" if days else "recording changed in between"
    )


def _held_against(view: View, measure: Measure) -> dict[str, Any] | None:
    """The comparison that the overview quotes: the baseline, else the country (999 calls), else the year before."""
    rows = view.of("comparison", measure.id).to_dicts()
    for other in ("baseline", "national", "previous-year"):
        for row in rows:
            if row["against"] == other and row["against_value"] is not None:
                return row
    return rows[0] if rows else None


def outlier_page(view: View, rule: Rule, area: str) -> Page:
    """The Home Office criteria of a priority area, measure by measure, as the packs lay them out."""
    beside = f", and {_gate(rule)}" if rule.gate_months else ""
    about = [f"An outlier has at least {rule.needed} flag{'s' * (rule.needed > 1)} of {len(rule.criteria)}{beside}."]
    if rule.own:
        about.append("The rule is this project's own, not the Home Office's.")
    whose = "outlier" if rule.own else "Home Office outlier"
    page = Page(f"outliers-{rule.group}", f"{area}: {whose} position", about=about, annex=True)
    for name in rule.measures:
        rows = view.of("outliers", name).filter(pl.col("group") == rule.group)
        label = view.catalogue.label(name)
        if rows.is_empty():
            page.missing.append(Missing(f"Outlier position on {label}", _why_not_judged(view, name)))
            continue
        origin = origin_of(rows.to_dicts())
        about_it = verdict_about(name, rule.group, view.catalogue)
        for one in view.saying(OUTLIERS, about_it):
            if one.row["measure"] == name:
                lead = f"{label}, {against(rule.months, one.row['period_end'])}."
                text = f"{lead} {one.sentence.text} {_holds(view, name, rule)}".rstrip()
                page.statements.append(Statement(text, "verdict", origin))
        for text in _caveats(view, name):
            page.statements.append(Statement(text, "caveat", origin))
        blocks = blocks_of(rows, OUTLIERS, view.catalogue)
        for block in blocks:  # the statement above says the verdict
            block.lines = [line for line in block.lines if line[1] != "verdict"]
        page.exhibits.extend(Exhibit(block, origin) for block in blocks if block.rows)
    return page


def _holds(view: View, measure: str, rule: Rule) -> str:
    """Whether the verdict hangs on a convention; nothing where it was made without the other forces."""
    rows = view.figures.sensitivity.filter(
        pl.col("measure") == measure, pl.col("area") == view.area, pl.col("group") == rule.group
    )
    return holds(rows.row(0, named=True)) if rows.height else ""


def _gate(rule: Rule) -> str:
    """at least 5 more offences in the last 6 months than in the same months a year before."""
    more = f"at least {words.count(rule.gate_increase)} more" if rule.gate_increase else "no fewer"
    same = rule.gate_against == "previous-year" and 1 < rule.gate_months < 12
    before = "the same months a year before" if same else earlier(rule.gate_months, rule.gate_against)
    return f"{more} offences in the {last(rule.gate_months)} than in {before}"


def _caveats(view: View, measure: str) -> list[str]:
    """What the criteria of a measure have to be read with: recording changes, incidents, a force that is not ranked."""
    said = [one.sentence for one in view.saying(OUTLIERS) if one.row["measure"] == measure]
    criteria = [one for one in said if not one.about.startswith("verdict")]
    found = list(dict.fromkeys(one.caveat for one in criteria if one.caveat))
    people = view.of("outliers", measure)["population"].drop_nulls().to_list()
    if view.area not in view.catalogue.national() and people:
        found.append(
            f"{view.label} is not in the national average: its rates are per {words.count(people[0])} residents."
        )
    return found


def _why_not_judged(view: View, measure: str) -> str:
    force = view.catalogue.forces.get(view.area)
    if measure in view.figures.refused:
        return f"{view.figures.refused[measure]}."
    if force is not None and force.kind != "territorial":
        return f"the criteria are for territorial forces, and {view.label} is none."
    if measure in view.own:
        return "the criteria cannot be computed from these figures."
    return view.no_figures(view.catalogue.measures[measure])


def appendix(view: View) -> Exhibit:
    """The pack's last table: what each measure stands for, and what it was made of here."""
    heads = (
        "Priority area",
        "National metric",
        "Source of metric",
        "Published measure",
        f"{view.label} measure",
        "Made of",
    )
    block = Block("The measures and their sources", dict.fromkeys(heads, "left"))
    for group, title in view.catalogue.groups.items():
        for measure in view.catalogue.measures.values():
            if measure.group == group != OTHER:
                own = view.own.get(measure.id)
                made_of = f"{source_called(own['source'])}, to {long_month(own['end'])}" if own else "not available"
                texts = (measure.national_metric, measure.metric_source, measure.published, _called(measure), made_of)
                block.add(title, *texts)
    return Exhibit(block, Origin(facts={"Made from": "the catalogue of measures: `pm measures`"}))
