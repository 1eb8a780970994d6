"""The packs out of the figures, one force after the other.

Nothing is computed here: rows are picked out of the gathered tables, the sentences are those of `pm say`, the charts
those of `pm plot`, the tables those of `pm show`. What a page should have and the figures do not give stands on it as
not available, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from pmcli import __version__
from pmcli.pack.conventions import conventions
from pmcli.pack.edition import edition_of
from pmcli.pack.figures import Figures
from pmcli.pack.front import front
from pmcli.pack.gather import OTHER
from pmcli.pack.measure_page import measure_page
from pmcli.pack.model import Missing, Pack, Section, SourceFile
from pmcli.pack.overview import appendix, outlier_page, position
from pmcli.pack.summary import standing
from pmcli.pack.suppress import INTERNAL
from pmcli.pack.verdicts import headline
from pmcli.pack.view import View
from pmcli.tables import BREAKDOWN, COMPARISON, FUNNEL, OUTLIERS, RANK, TREND, WAVES
from pmcli.views.language.origins import BESIDE
from pmcli.views.language.statement import Said
from pmcli.views.language.words import long_month
from pmcli.views.say import statements


def pack_of(
    figures: Figures,
    said: Sequence[Said],
    area: str,
    *,
    files: Sequence[SourceFile] = (),
    commands: Sequence[str] = (),
    notes: Sequence[str] = (),
    history: str = "",
) -> Pack:
    """The pack of one force.

    said: the statements on every table, for all forces (`say_everything`). files, commands, notes: where the figures
    come from, and what was said while they were read and computed. history: the same for `pm history` (pmcli.carried).
    """
    question, catalogue = figures.question, figures.question.catalogue
    view = View(figures, said, area)
    window = f"12 months to {long_month(question.to)}"
    pack = Pack(
        title=f"National Police and Crime Measures: {view.label}, {window}",
        force=area,
        label=view.label,
        to=question.to,
        baseline=question.baseline,
        overview_title=f"Performance overview – {window} v. 12 months to {long_month(question.baseline)}",
        files=list(files),
        commands=list(commands),
        notes=list(notes),
        history=history,
    )
    for group, title in catalogue.groups.items():
        measures = [measure for measure in catalogue.measures.values() if measure.group == group]
        if group == OTHER or not (measures or group in catalogue.rules):
            continue
        section = Section(group, title)
        for measure in measures:
            line = position(view, measure, title)
            pack.overview.append(line)
            if row := standing(view, measure, title, line.standing):
                pack.summary.append(row)
            page = measure_page(view, measure)
            if measure.id in view.own:
                section.pages.append(page)
            else:
                pack.absent += [Missing(measure.label, item.why) for item in page.missing]
        if group in catalogue.rules:
            section.pages.append(outlier_page(view, catalogue.rules[group], title))
        if section.pages:
            pack.sections.append(section)
    pack.headline, pack.front = headline(view), front(view, pack)
    pack.footnotes = _footnotes(pack)
    pack.appendix = [appendix(view)]
    pack.conventions = conventions(view)
    pack.tables = view.tables()
    pack.edition = edition_of(view)
    criteria = [criterion for rule in catalogue.rules.values() for criterion in rule.criteria]
    if not question.suppress:
        marking = " · ".join(filter(None, [pack.publication.marking, INTERNAL]))
        pack.publication = replace(pack.publication, marking=marking)
        for page in pack.pages():
            page.about.insert(0, f"{INTERNAL}.")
    pack.changes = frozenset(criterion.id for criterion in criteria if criterion.kind == "change")
    _settle_origins(pack)
    return pack


def _footnotes(pack: Pack) -> list[str]:
    """The small print under the tables of the pages, each once for the pack; what its page says anyway is left out."""
    found: dict[str, None] = {}
    for page in pack.pages():
        for exhibit in page.exhibits:
            quiet = [text for text, kind in exhibit.block.lines if kind == "quiet" and _is_general(text)]
            found |= dict.fromkeys(text for text in quiet if not text.startswith("* Recording"))
            told = {*quiet, *(one.text for one in page.statements)}
            exhibit.block.lines = [line for line in exhibit.block.lines if line[0] not in told]
    return list(found)


def _is_general(text: str) -> bool:
    """Whether a line under a table is about how such tables are made: what a star, an arrow or a p stands for."""
    return text.startswith(("p:", "*", "Change:", "Base:", "Conventions:", "Average"))


def _settle_origins(pack: Pack) -> None:
    """Name no file of peers, forces or populations where the project has none: what comes with pm is said instead."""
    files = {file.source for file in pack.files}
    found = [item.origin for item in pack.findings]
    for page in pack.pages():
        found += [item.origin for item in page.statements]
        found += [*[item.origin for item in page.pictures], *[item.origin for item in page.exhibits]]
    for origin in (item for item in found if item is not None):
        absent = [name for name in origin.sources if name in BESIDE and name not in files]
        origin.sources = tuple(name for name in origin.sources if name not in absent)
        if "population" in absent:
            origin.facts.setdefault("Populations", f"ONS mid-year estimates, as they come with pm {__version__}")


def say_everything(figures: Figures) -> list[Said]:
    """The statements on every table, for all forces at once."""
    catalogue = figures.question.catalogue
    mine = pl.col("area").is_in(figures.chosen.forces)
    given = (
        (figures.comparison, COMPARISON), (figures.trend, TREND), (figures.rank.filter(mine), RANK),
        (figures.outliers, OUTLIERS), (figures.waves, WAVES), (figures.breakdown, BREAKDOWN),
        (figures.funnel.filter(mine), FUNNEL),
    )  # fmt: skip
    return [one for frame, table in given for one in statements(frame, table, catalogue)]
