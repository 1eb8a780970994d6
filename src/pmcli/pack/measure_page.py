"""A measure's page: its sentences, what to be careful about, charts, tables, and what is not available and why."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

import polars as pl

from pmcli.catalogue import Measure
from pmcli.pack.cautions import ABOUT, cautions, missing, reasons, told_once, withheld
from pmcli.pack.drawn import breakdowns, by_month
from pmcli.pack.incidents import in_series
from pmcli.pack.model import Exhibit, Missing, Page, Picture, Statement
from pmcli.pack.view import LONG, View
from pmcli.tables import BREAKDOWN, COMPARISON, FUNNEL, RANK, TREND, WAVES
from pmcli.views import blocks_of
from pmcli.views.blocks import Look
from pmcli.views.funnel.charts import funnel_chart, scatter_chart
from pmcli.views.funnel.sentences import correlation_statement
from pmcli.views.language.findings import kind_of
from pmcli.views.language.origins import of_rows
from pmcli.views.language.parts import source_called, spoken
from pmcli.views.language.statement import Said
from pmcli.views.language.words import long_month
from pmcli.views.observations.charts import rolling_chart
from pmcli.views.rank.charts import rate_chart
from pmcli.views.rank.sentences import rank_sentence
from pmcli.views.spc.charts import control_chart
from pmcli.views.trend.sentences import standing
from pmcli.views.waves.charts import wave_chart
from pmcli.views.waves.groups import FEW, changed_groups

NEAREST: Final = 8
"""Forces of the rank chart where there is no Most Similar Group: those next to it in rank, as many as a group has."""

SAYS: Final = 8
"""Sentences that a page prints, beside cautions; where there are more, those that are not judged stand under More."""
TOLD: Final = 5
"""The first so many are printed anyway: the comparisons, the trend, the direction and the rank."""
MOST: Final = 4
"""Charts that a page has room for."""

TELLING: Final = ("improvement", "deterioration", "change")
"""Findings that a district or a group is mentioned for; the tables have the rest."""


def measure_page(view: View, measure: Measure) -> Page:
    """The page of a measure of one force; what it cannot say is among its missing."""
    page = Page(measure.id, measure.label, about=_about(measure))
    if measure.id not in view.own:
        page.missing.append(Missing(measure.force_measure or measure.label, view.no_figures(measure)))
        return page
    own = view.own[measure.id]
    page.about.append(f"Source: {source_called(own['source'])}, figures to {long_month(own['end'])}.")
    _say(view, measure, page)
    _shorten(page.statements)
    page.statements.extend(cautions(view, measure))
    page.events = reasons(view, measure)
    page.pictures = [*_pictures(view, measure), *_wave_pictures(view, measure)]
    page.pictures += breakdowns(view, measure, room=MOST - sum(not picture.detail for picture in page.pictures))
    page.exhibits = _exhibits(view, measure)
    page.missing.extend(missing(view, measure))
    page.missing.extend(withheld(view, measure))
    page.finding = _finding(page.statements)
    return page


def _shorten(statements: list[Statement]) -> None:
    """Leave what a test does not tell, the last of it first, to whoever asks for more, where a page says too much."""
    printed = [one for one in statements if not one.detail and one.kind != "caveat"]
    plain_ones = [one for one in printed[TOLD:] if not one.kind]
    for one in plain_ones[::-1][: max(len(printed) - SAYS, 0)]:
        one.detail = True


def _finding(statements: list[Statement]) -> str:
    """The sentence that says most: the first that is judged, else the first that a test tells, else the first."""
    for kinds in ({"good", "bad"}, {""}):
        for one in statements:
            if one.kind in kinds:
                return one.text
    return statements[0].text if statements else ""


def _about(measure: Measure) -> list[str]:
    lines = [f"National metric: {measure.national_metric}."] if measure.national_metric else []
    name = measure.force_measure or measure.label
    lines.append(f"Measured here: {name}{' – a proxy for it' if measure.proxy else ''}.")
    return [*lines, measure.note] if measure.note else lines


def _say(view: View, measure: Measure, page: Page) -> None:
    """The sentences on the whole force, then what stands out in its districts and groups; the unavailable apart."""
    trend = view.row("trend", measure.id)
    incidents = in_series(view, trend) if trend is not None else []
    waves = view.of("totals", measure.id).is_empty() or view.in_waves(measure)
    for one in _to_say(view, measure):
        sentence, of_trend = one.sentence, one.table is TREND
        if sentence.finding == "not available" or (of_trend and sentence.finding == "not tested"):
            if not (waves and of_trend):
                what = ABOUT.get(sentence.about, sentence.about)
                said = sentence.text.removeprefix(what).lstrip()  # its name is said before it
                page.missing.append(Missing(what, said))
            continue
        if sentence.about == "signal" and view.too_few(measure):
            continue
        origin = one.origin()
        told = sentence.about == "signal" or (of_trend and incidents)
        kind = "" if told else kind_of(sentence.finding)  # no verdict from a signal, or from one incident
        expected = sentence.finding == "expected"
        page.statements.append(Statement(sentence.text, kind, origin, _id(one), detail=expected))
        caveat = told_once(sentence.caveat, view)
        if caveat and all(caveat != item.text for item in page.statements):
            page.statements.append(Statement(caveat, "caveat", origin, f"{_id(one)}.caveat"))
    page.statements.extend(_correlation(view, measure))
    page.statements.extend(_changed_groups(view, measure))
    if waves:
        why = "figures come in waves of 12 months; these take months or quarters."
        page.missing.append(Missing("Long-term trend, direction of travel and control chart", why))


def _id(one: Said) -> str:
    """What pm.toml calls a statement by: burglary.baseline, confidence.gap.victim, vawg.largest.offence.stalking."""
    row = one.row
    district = [row["area"].partition("/")[2]] if "/" in row["area"] else []
    part = [] if row["dimension"] == "all" else [row["dimension"], row["category"]]
    return ".".join(re.sub(r"[^a-z0-9]+", "-", str(name).lower()).strip("-") for name in
                    (row["measure"], one.sentence.about, *district, *part))  # fmt: skip


def _to_say(view: View, measure: Measure) -> list[Said]:
    """The statements of a measure's page: on the whole force, on gaps and districts that stand out, on categories."""
    trend = [one for one in standing(view.saying(TREND)) if view.is_whole(one)]
    before = [one for one in view.saying(COMPARISON) if view.is_whole(one)]
    ranks = _ranks(view, measure)
    waves = view.saying(WAVES, "level", "gap", "lowest", "highest", "groups")
    parts = [
        one for one in view.saying(BREAKDOWN) if one.sentence.finding in TELLING or one.sentence.about == "largest"
    ]
    forces = [one for one in view.saying(FUNNEL, "position") if view.is_whole(one)]
    return [one for one in (*before, *trend, *ranks, *forces, *waves, *parts) if one.row["measure"] == measure.id]


def _correlation(view: View, measure: Measure) -> list[Statement]:
    """How counts go with population over the forces, with the largest of them and without it."""
    rows = view.figures.funnel.filter(pl.col("measure") == measure.id).to_dicts()
    said = correlation_statement(rows, measure, view.catalogue) if rows else None
    return [Statement(said.text, "", of_rows("funnel", rows))] if said is not None else []


def _ranks(view: View, measure: Measure) -> list[Said]:
    """The force's place in the country and in its group, in one sentence where it has both."""
    said = {
        one.sentence.about: one for one in view.saying(RANK)
        if view.is_whole(one) and one.row["measure"] == measure.id
    }  # fmt: skip
    national, peers = said.get("rank-national"), said.get("rank-peers")
    if national and peers and "ranked" == national.sentence.finding == peers.sentence.finding:
        both = rank_sentence(national.row, measure, peers=peers.row)
        return [replace(national, sentence=both)]
    return list(said.values())


def _changed_groups(view: View, measure: Measure) -> list[Statement]:
    """Which districts and groups changed since the wave before: a sentence a breakdown, not one a group."""
    rows = _groups(view, measure)
    made: list[Statement] = []
    if rows.is_empty():
        return made
    latest = rows.filter(pl.col("period_end") == pl.col("period_end").max())
    district = pl.col("area").str.contains("/").alias("_district")
    for (is_district, dimension), part in latest.group_by(district, "dimension", maintain_order=True):
        if dimension == "all" and not is_district:
            continue
        groups = part.to_dicts()
        names = [_group_name(view, row) for row in groups]
        if 2 <= len(groups) <= FEW:
            continue  # one sentence of `_to_say` names them all
        by = "district" if is_district else spoken(str(dimension))
        for one in changed_groups(groups, measure, names, by):
            origin = of_rows("waves", groups)
            made.append(Statement(one.text, kind_of(one.finding), origin))
    return made


def _groups(view: View, measure: Measure) -> pl.DataFrame:
    """The waves of a year of a measure: the force's, its districts' and its groups', without the gaps between these."""
    return view.of("waves", measure.id).filter(pl.col("kind") == "group", pl.col("months") == LONG)


def _group_name(view: View, row: dict[str, Any]) -> str:
    """Braintree, or the category of a breakdown."""
    if row["dimension"] != "all":
        return str(row["category"])
    return view.catalogue.area_label(row["area"]).removeprefix(f"{view.label}: ")


def _pictures(view: View, measure: Measure) -> list[Picture]:
    """12-month totals, control chart, forces by rate, and for homicide the scatter and the funnel."""
    made = []
    totals, points = view.of("totals", measure.id), view.of("spc", measure.id)
    if points["value"].is_null().all():  # withheld: there is nothing to draw limits around
        points = points.clear()
    if measure.window == 1:
        made += by_month(view, measure)
    elif points.height > 2 and totals.filter(pl.col("value").is_not_null()).height > 2:
        line = rolling_chart(totals, view.catalogue, baseline=view.own[measure.id]["baseline"])
        made.append(Picture(line, of_rows("observations", totals.to_dicts())))
    places = view.figures.funnel.filter(pl.col("measure") == measure.id)
    spread = places.height > 1 and places["expected"].is_not_null().any()
    if points.height > 2 and not view.too_few(measure):
        chart, origin = control_chart(points, view.catalogue), of_rows("spc", points.to_dicts())
        made.append(Picture(chart, origin, detail=spread))  # a page has room for four
    made += _ranked(view, measure)
    if spread:
        origin = of_rows("funnel", places.to_dicts())
        for maker in (scatter_chart, funnel_chart):
            spread_out = maker(places, view.catalogue, highlight=view.area, peers=view.peers)
            made.append(Picture(spread_out, origin, detail=maker is funnel_chart))
    return made


def _ranked(view: View, measure: Measure) -> list[Picture]:
    """The force among its Most Similar Group, or among those next to it in rank; all forces for whoever asks."""
    forces = view.figures.rank.filter(pl.col("measure") == measure.id, pl.col("scope") == "national")
    if forces.height < 2:
        return []
    order = forces.sort("rate", descending=True, nulls_last=True)["area"].to_list()
    near = {view.area, *view.peers}
    if not view.peers and view.area in order:
        first = min(max(order.index(view.area) - NEAREST // 2, 0), max(len(order) - NEAREST, 0))
        near = set(order[first : first + NEAREST])
    some = forces.filter(pl.col("area").is_in(list(near)))
    mine = view.of("rank", measure.id).filter(pl.col("scope") == "peers")  # the average of its rule
    made = []
    for part in [some, forces] if 1 < some.height < forces.height else [forces]:
        bars = rate_chart(pl.concat([part, mine]), view.catalogue, highlight=view.area, peers=view.peers)
        origin = of_rows("rank", part.to_dicts())
        made.append(Picture(bars, origin, detail=part is forces and part.height > NEAREST))
    return made


def _wave_pictures(view: View, measure: Measure) -> list[Picture]:
    """The force over the waves, then each breakdown of it, then the districts."""
    rows = _groups(view, measure)
    made: list[Picture] = []
    if rows.is_empty():
        return made
    district, whole = pl.col("area").str.contains("/"), pl.col("dimension") == "all"
    for pick in (~district & whole, ~district & ~whole, district & whole):
        for (dimension,), part in rows.filter(pick).group_by("dimension", maintain_order=True):
            groups = part.select("area", "category").n_unique()
            alone = dimension == "all" and not part["area"].str.contains("/").any()
            known = part.filter(pl.col("value").is_not_null())["period_end"]
            shown = known.n_unique() > 1 and known.max() == part["period_end"].max()  # what is withheld draws no line
            if shown and (groups > 1 or (alone and view.in_waves(measure))):
                origin = of_rows("waves", part.to_dicts())
                about = "" if dimension == "all" else str(dimension)
                made.append(Picture(wave_chart(part, view.catalogue), origin, about=about))
    return made


def _exhibits(view: View, measure: Measure) -> list[Exhibit]:
    made: list[Exhibit] = []
    compared = view.of("comparison", measure.id)
    speaking = compared["source"]
    years = view.of("waves", measure.id).filter(pl.col("months") == LONG)
    for part, table in ((compared, COMPARISON), (years, WAVES), (view.of("breakdown", measure.id), BREAKDOWN)):
        if part.height:
            origin = of_rows(table.name, part.to_dicts())
            # A breakdown from records counts otherwise than the totals beside it: each says whose figures it has.
            other = table is BREAKDOWN and not set(part["source"]) <= set(speaking)
            look = Look(sources=other, alone=True)
            by = part["dimension"].unique(maintain_order=True).to_list() if table is not COMPARISON else []
            about = str(by[0]) if len(by) == 1 else ""
            made.extend(Exhibit(block, origin, about=about) for block in blocks_of(part, table, view.catalogue, look))
    return made
