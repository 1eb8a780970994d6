"""A measure's page: its sentences, what to be careful about, charts, tables, and what is not available and why."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from pmcli.catalogue import Measure
from pmcli.pack import origins
from pmcli.pack.cautions import ABOUT, cautions, missing
from pmcli.pack.incidents import in_series
from pmcli.pack.model import Exhibit, Missing, Page, Picture, Statement
from pmcli.pack.view import View
from pmcli.tables import BREAKDOWN, COMPARISON, WAVES
from pmcli.views import charts, sentences, tables
from pmcli.views.sentences.groups import changed_groups
from pmcli.views.words import long_month

TELLING: Final = ("improvement", "deterioration", "change")
"""Findings that a district or a group is mentioned for; the tables have the rest."""


def measure_page(view: View, measure: Measure) -> Page:
    """The page of a measure of one force; what it cannot say is among its missing."""
    page = Page(measure.id, measure.label, about=_about(measure))
    if measure.id not in view.own:
        page.missing.append(Missing(measure.force_measure or measure.label, view.no_figures(measure)))
        return page
    own = view.own[measure.id]
    page.about.append(f"Source: {own['source']}, figures to {long_month(own['end'])}.")
    _say(view, measure, page)
    page.statements.extend(cautions(view, measure))
    page.pictures = [*_pictures(view, measure), *_wave_pictures(view, measure)]
    page.exhibits = _exhibits(view, measure)
    page.missing.extend(missing(view, measure))
    return page


def _about(measure: Measure) -> list[str]:
    lines = [f"National metric: {measure.national_metric}."] if measure.national_metric else []
    name = measure.force_measure or measure.label
    return [*lines, f"Measured here: {name}{' – a proxy for it' if measure.proxy else ''}."]


def _say(view: View, measure: Measure, page: Page) -> None:
    """The sentences on the whole force, then what stands out in its districts and groups; the unavailable apart."""
    mine = view.said.filter(pl.col("measure") == measure.id)
    whole = (pl.col("dimension") == "all") & (pl.col("area") == view.area)
    tested = (pl.col("table") == "trend") & pl.col("about").is_in(["long-term", "direction", "signal"])
    telling = pl.col("finding").is_in(TELLING)
    parts = [
        mine.filter(pl.col("table").is_in(["comparison", "rank"]) | tested, whole),
        mine.filter(pl.col("table") == "waves", pl.col("about").is_in(["gap", "lowest", "highest"])),
        mine.filter(pl.col("table") == "breakdown", telling | (pl.col("about") == "largest")),
    ]
    trend = view.row(view.trend, measure.id)
    incidents = in_series(view, trend) if trend is not None else []
    waves = view.totals.filter(pl.col("measure") == measure.id).is_empty() or view.in_waves(measure)
    for row in pl.concat(parts).iter_rows(named=True):
        if row["finding"] == "not available" or (row["table"] == "trend" and row["finding"] == "not tested"):
            if not (waves and row["table"] == "trend"):
                page.missing.append(Missing(ABOUT.get(row["about"], row["about"]), row["sentence"]))
            continue
        if row["about"] == "signal" and view.too_few(measure):
            continue
        origin = view.origin_of(row)
        told = row["about"] == "signal" or (row["table"] == "trend" and incidents)
        kind = "" if told else sentences.kind_of(row["finding"])  # no verdict from a signal, or from one incident
        page.statements.append(Statement(row["sentence"], kind, origin))
        caveat = Statement(row["caveat"], "caveat", origin) if row["caveat"] else None
        if caveat and all(caveat.text != item.text for item in page.statements):
            page.statements.append(caveat)
    page.statements.extend(_changed_groups(view, measure))
    if waves:
        why = "figures come in waves of 12 months; these take months or quarters."
        page.missing.append(Missing("Long-term trend, direction of travel and control chart", why))


def _changed_groups(view: View, measure: Measure) -> list[Statement]:
    """Which districts and groups changed since the wave before: a sentence a breakdown, not one a group."""
    rows = view.waves.filter(pl.col("measure") == measure.id, pl.col("kind") == "group")
    latest = rows.filter(pl.col("period_end") == pl.col("period_end").max())
    made = []
    district = pl.col("area").str.contains("/").alias("_district")
    for (is_district, dimension), part in latest.group_by(district, "dimension", maintain_order=True):
        if dimension == "all" and not is_district:
            continue
        groups = part.to_dicts()
        names = [_group_name(view, row) for row in groups]
        by = "district" if is_district else str(dimension).replace("_", " ")
        for one in changed_groups(groups, measure, names, by):
            origin = origins.of_rows("waves", groups)
            made.append(Statement(one.text, sentences.kind_of(one.finding), origin))
    return made


def _group_name(view: View, row: dict[str, Any]) -> str:
    """Braintree, or the category of a breakdown."""
    if row["dimension"] != "all":
        return str(row["category"])
    return view.catalogue.area_label(row["area"]).removeprefix(f"{view.label}: ")


def _pictures(view: View, measure: Measure) -> list[Picture]:
    """12-month totals, control chart, forces by rate, and for homicide the scatter and the funnel."""
    of = pl.col("measure") == measure.id
    made = []
    totals, points = view.totals.filter(of), view.spc.filter(of)
    if points.height > 2 and totals.filter(pl.col("value").is_not_null()).height > 2:
        chart = charts.rolling_chart(totals, view.catalogue, baseline=view.own[measure.id]["baseline"])
        made.append(Picture(chart, origins.of_rows("observations", totals.to_dicts())))
    if points.height > 2 and not view.too_few(measure):
        made.append(Picture(charts.control_chart(points, view.catalogue), origins.of_rows("spc", points.to_dicts())))
    forces = view.figures.rank.filter(of, pl.col("scope") == "national")
    if forces.height > 1:
        chart = charts.rate_chart(forces, view.catalogue, highlight=view.area, peers=view.peers)
        made.append(Picture(chart, origins.of_rows("rank", forces.to_dicts())))
    places = view.figures.funnel.filter(of)
    if places.height > 1 and places["expected"].is_not_null().any():
        origin = origins.of_rows("funnel", places.to_dicts())
        for maker in (charts.scatter_chart, charts.funnel_chart):
            made.append(Picture(maker(places, view.catalogue, highlight=view.area, peers=view.peers), origin))
    return made


def _wave_pictures(view: View, measure: Measure) -> list[Picture]:
    """The force over the waves, then each breakdown of it, then the districts."""
    rows = view.waves.filter(pl.col("measure") == measure.id, pl.col("kind") == "group")
    made: list[Picture] = []
    district, whole = pl.col("area").str.contains("/"), pl.col("dimension") == "all"
    for pick in (~district & whole, ~district & ~whole, district & whole):
        for (dimension,), part in rows.filter(pick).group_by("dimension", maintain_order=True):
            groups = part.select("area", "category").n_unique()
            alone = dimension == "all" and not part["area"].str.contains("/").any()
            if part["period_end"].n_unique() > 1 and (groups > 1 or (alone and view.in_waves(measure))):
                origin = origins.of_rows("waves", part.to_dicts())
                made.append(Picture(charts.wave_chart(part, view.catalogue), origin))
    return made


def _exhibits(view: View, measure: Measure) -> list[Exhibit]:
    made: list[Exhibit] = []
    for frame, table in ((view.comparison, COMPARISON), (view.waves, WAVES), (view.breakdown, BREAKDOWN)):
        part = frame.filter(pl.col("measure") == measure.id)
        if part.height:
            origin = origins.of_rows(table.name, part.to_dicts())
            made.extend(Exhibit(block, origin) for block in tables.blocks(part, table, view.catalogue))
    return made
