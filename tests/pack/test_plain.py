"""Plain words: what a pack publishes holds no option, id, layout, bracket of ours or capitals of the extract."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO

import openpyxl
import polars as pl
import pytest

import pmcli
from pmcli.pack.write import FORMATS, render
from pmcli.tables import conform, recognise
from pmcli.views.language.parts import calmed, category, in_small_letters, readable
from pmcli.views.plot import DRAWN, charts_of
from pmcli.views.say import SAYABLE, say
from tests.pack.conftest import Project
from tests.plain_words import faults


class Published(HTMLParser):
    """What a page says to whoever reads it: not its style, its commands, the files, nor where a figure comes from."""

    ALONE = frozenset({"meta", "br", "img", "link", "hr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.hidden: list[bool] = []
        self.feed(page)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        of = dict(given)
        kinds = (of.get("class") or "").split()
        if tag not in self.ALONE:
            apart = tag in {"style", "code", "head"} or {"from", "commands", "files"} & set(kinds)
            self.hidden.append(bool(apart))
        if not any(self.hidden) and of.get("aria-label"):
            self.texts.append(of["aria-label"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.ALONE:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.hidden) and data.strip():
            self.texts.append(data.strip())


def published(project: Project, kind: str) -> list[str]:
    """The texts of the samples' pack in a format, without its provenance and the tables for whoever works on."""
    data = render(replace(project.pack, notes=[]), kind)  # `pm pack` tells its notes to who runs it, and the history
    if kind == "html":
        return Published(data.decode()).texts
    if kind == "md":
        text = data.decode().partition("\n## Sources\n")[0]
        lines = re.sub(r"Where th(?:is|ese) comes? from:(?:\n\n(?:- .*\n)+| .*\n)", "", text).splitlines()
        return [re.sub(r"\\(.)", r"\1", line) for line in lines]
    if kind == "xlsx":
        tables = {*project.pack.tables, "Sources", "Method", "Statements"}
        sheets = [sheet for sheet in openpyxl.load_workbook(BytesIO(data)) if sheet.title not in tables]
        cells = [cell for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]
        provenance = re.compile(r"Windows?: |Made from: |Rests on: |Declared in: |\d+ rows? of the ")
        return [cell for cell in cells if isinstance(cell, str) and not provenance.search(cell)]
    pptx = pytest.importorskip("pptx")
    slides = pptx.Presentation(BytesIO(data)).slides
    frames = [shape.text_frame for slide in slides for shape in slide.shapes if shape.has_text_frame]
    return [line.text for frame in frames for line in frame.paragraphs]


@pytest.mark.parametrize("kind", list(FORMATS))
def test_no_word_of_the_program_is_published(project: Project, kind: str) -> None:
    texts = published(project, kind)
    assert len(texts) > 100
    assert faults(texts, project.question.catalogue) == set()


@pytest.fixture(scope="module")
def analyses(project: Project) -> dict[str, pl.DataFrame]:
    """Table -> every analysis that it comes from, of the samples as they are loaded: with their capitals and names."""
    asked, rows = project.question, project.observations
    about = {"catalogue": asked.catalogue}
    people = {"population": asked.population, **about}
    forces = {"peers": asked.peers, **people}
    one = {"to": "2023-07", "areas": ["essex"]}
    homicide, firearms = {"measures": ["homicide"]}, {"measures": ["firearms"], "by": "offence"}
    calls_of = {"months": 1, "against": ["national", "target"], "areas": ["essex"]}
    monthly, records, calls, survey = (
        rows.filter(pl.col("source") == source) for source in ("iquanta", "athena", "calls", "smsr")
    )
    fewer = records.filter(pl.col("period_end") < records["period_end"].max())
    offences = pmcli.breakdown(records, **firearms, **about)
    made = [
        pmcli.compare(monthly, **one, **about), pmcli.compare(records, **about),
        pmcli.compare(calls, **calls_of, **about),
        pmcli.trend(monthly, **one, **about), pmcli.trend(records, **about),
        pmcli.spc(monthly, **one, **about), pmcli.spc(records, **about),
        pmcli.rank(monthly, to="2023-07", **forces), pmcli.funnel(monthly, **homicide, to="2023-07", **people),
        pmcli.outliers(monthly, to="2023-07", **forces), pmcli.outliers(monthly, **one, **about),
        pmcli.sensitivity(monthly, to="2023-07", **forces), pmcli.ahead(monthly, **one, **forces),
        pmcli.waves(survey, gaps=["Victim of crime:Non victim"], **about),
        offences, pmcli.breakdown(records, measures=["firearms"], by="weapon", **about),
        pmcli.diff(fewer, records, **about),
        pmcli.diff(pmcli.breakdown(records, **firearms, to="2021-06", **about), offences, **about),
    ]  # fmt: skip
    tables: dict[str, list[pl.DataFrame]] = {}
    for frame in (each.lazy().collect() for each in made):
        tables.setdefault(recognise(frame.columns).name, []).append(frame)
    return tables


@pytest.mark.parametrize("table", SAYABLE, ids=lambda table: table.name)
def test_what_pm_say_prints_is_plain_too(project: Project, analyses, table) -> None:
    texts = []
    for frame in analyses[table.name]:
        said = say(conform(frame, table), table, project.question.catalogue)
        assert set(said["category"]) <= set(frame["category"]), "the typed column stays as the extract writes it"
        texts += [text for name in ("sentence", "caveat") for text in said[name].drop_nulls()]
    assert texts
    assert faults(texts, project.question.catalogue) == set()


@pytest.mark.parametrize("table", [one for one in DRAWN if one.name != "observations"], ids=lambda table: table.name)
def test_what_a_chart_says_is_plain_too(project: Project, analyses, table) -> None:
    catalogue, texts = project.question.catalogue, []
    for frame in analyses[table.name]:
        for chart in charts_of(conform(frame, table), table, catalogue, baseline=project.question.baseline):
            texts += [chart.title, chart.subtitle, chart.alt, chart.note]
    assert texts
    assert faults(texts, catalogue) == set()


def test_a_sentence_of_the_pack_is_the_one_of_pm_say(project: Project, analyses) -> None:
    """One source for a sentence: what stands on the page of a measure is what an analyst gets by typing."""
    typed = {
        text for name in ("comparison", "trend", "breakdown", "waves") for frame in analyses[name]
        for text in say(conform(frame, recognise(frame.columns)), recognise(frame.columns),
                        project.question.catalogue)["sentence"]
    }  # fmt: skip
    pages = [page for page in project.pack.pages() if page.id in {"robbery", "firearms", "confidence", "vehicle-crime"}]
    for page in pages:
        printed = [one.text for one in page.statements if one.kind != "caveat"]
        assert len([text for text in printed if text in typed]) >= 5, page.id
    assert len(pages) == 4


def test_brackets_capitals_and_short_forms() -> None:
    def row(dimension: str, name: str) -> dict[str, str]:
        return {"dimension": dimension, "category": name}

    assert category(row("all", "all")) == ""
    assert category(row("weapon", "Ball bearing gun")) == " (weapon: Ball bearing gun)"
    assert category(row("offence_class", "High harm")) == " (offence class: High harm)"
    assert category(row("local-policing-area", "all")) == " (any local policing area)"
    assert [readable(name) for name in ("CRIMINAL DAMAGE", "VAWG", "CS gas", "Rifle", "ÉTAGE 5")] == [
        "Criminal damage", "VAWG", "CS gas", "Rifle", "Étage 5",
    ]  # fmt: skip


def test_two_categories_never_come_to_the_same_name() -> None:
    frame = pl.DataFrame({"category": ["DRUGS", "Drugs", "KNIVES", "all"]})
    assert in_small_letters(frame)["category"].to_list() == ["DRUGS", "Drugs", "Knives", "all"]
    gap = calmed(["VICTIM OF CRIME", "NON VICTIM", "NON VICTIM minus VICTIM OF CRIME", "DRUGS", "Drugs"])
    assert gap["NON VICTIM minus VICTIM OF CRIME"] == f"{gap['NON VICTIM']} minus {gap['VICTIM OF CRIME']}"
