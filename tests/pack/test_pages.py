"""The pack of samples/: nothing silently missing, every figure with its origin, and the words of the figures."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest

from pmcli.notes import collecting
from pmcli.pack.gather import gather
from pmcli.pack.model import Page, Statement
from pmcli.pack.pages import pack_of, say_everything
from tests.pack.conftest import JULY, Project


def page(project: Project, name: str) -> Page:
    return next(item for item in project.pack.pages() if item.id == name)


def remade(project: Project, observations: pl.DataFrame, **more: object):
    with collecting():
        figures = gather(observations, replace(project.question, **more))
    return pack_of(figures, say_everything(figures), "essex")


def texts(found: list[Statement], kind: str | None = None) -> list[str]:
    return [item.text for item in found if kind is None or item.kind == kind]


def test_every_measure_of_the_national_set_has_a_page_and_a_line_of_the_overview(project: Project):
    catalogue = project.question.catalogue
    wanted = [name for name, measure in catalogue.measures.items() if measure.group != "other"]
    pages = [item.id for item in project.pack.pages()]
    assert sorted(line.page for line in project.pack.overview) == sorted(wanted)
    assert set(wanted) <= set(pages)
    assert {f"outliers-{group}" for group in catalogue.rules} <= set(pages)
    assert len(pages) == len(set(pages))
    assert all(line.position and line.area for line in project.pack.overview)


def test_a_page_says_something_or_says_why_not(project: Project):
    for item in project.pack.pages():
        assert item.statements or item.missing, item.id
        assert all(missing.why.endswith(".") and missing.what for missing in item.missing), item.id
    empty = page(project, "business-cyber")
    assert not empty.statements
    assert "no extract among the data holds it" in empty.missing[0].why
    line = next(line for line in project.pack.overview if line.page == "business-cyber")
    assert (line.standing, line.position[:13]) == ("missing", "Not available")


def test_every_statement_chart_and_table_says_where_it_comes_from(project: Project):
    files = {file.source for file in project.pack.files}
    for item in project.pack.pages():
        rests = [found.origin for found in (*item.statements, *item.pictures, *item.exhibits)]
        for origin in rests:
            assert origin is not None
            assert origin.facts
            assert any(source in files for source in origin.sources), (item.id, origin)
            assert project.pack.files_of(origin)
    assert all(len(file.sha256) == 64 and file.bytes for file in project.pack.files)


def test_the_sentences_of_the_printed_pack_with_their_figures(project: Project):
    # The windows of the printed outlier pages: 1,514 robberies v. 1,829, 15,097 v. 14,961 violence with injury.
    [against_baseline, *_] = page(project, "robbery").statements
    assert against_baseline.kind == "good"
    assert against_baseline.text.startswith("17% fewer Robbery offences (-315)")
    assert against_baseline.origin is not None
    assert against_baseline.origin.facts["Figures"] == "1,514 against 1,829"
    assert against_baseline.origin.facts["Row"].endswith("robbery, essex, 2023-07, 12 months, baseline")
    violence = page(project, "violence-with-injury").statements[0].text
    assert "15,097" in violence
    assert "14,961" in violence
    assert "No clear change" in violence


def test_nobody_is_told_the_same_thing_twice(project: Project):
    for item in project.pack.pages():
        said = texts(item.statements)
        assert len(said) == len(set(said)), item.id


def test_the_verdicts_are_those_of_the_table_and_undetermined_is_said(project: Project):
    by_verdict = {
        verdict: sorted(set(part["measure"])) for (verdict,), part in project.figures.outliers.group_by("verdict")
    }
    labels = {key: [project.question.catalogue.label(name) for name in names] for key, names in by_verdict.items()}
    found = texts(project.pack.findings)
    told = next(text for text in found if "is not a Home Office outlier for" in text)
    assert all(label in told for label in labels["not an outlier"])
    unknown = next(text for text in found if "cannot be told" in text)
    assert all(label in unknown for label in labels["undetermined"])
    assert "outlier" not in labels
    assert not any("is a Home Office outlier" in text for text in found)


def test_a_comparison_across_a_recording_change_carries_its_caveat(project: Project):
    assert any("counting rules" in text.lower() for text in texts(page(project, "burglary").statements, "caveat"))
    assert any("NDQIS" in text for text in texts(project.pack.findings, "caveat"))


def test_figures_that_end_early_say_so_and_old_ones_are_no_overview(project: Project):
    survey = page(project, "confidence")
    assert any("end in June 2023" in text for text in texts(survey.statements, "caveat"))
    old = next(line for line in project.pack.overview if line.page == "vawg")
    assert old.standing == "missing"
    assert "June 2022" in old.position
    assert not any(
        "Violence against women" in text for text in texts(project.pack.findings) if "Not available" not in text
    )


def test_two_sources_that_differ_are_both_quoted(project: Project):
    frame = project.observations
    ours = frame.filter(pl.col("measure") == "robbery", pl.col("area") == "essex", pl.col("source") == "iquanta")
    other = ours.with_columns(source=pl.lit("athena"), value=pl.col("value") + 1)
    pack = remade(project, pl.concat([frame, other]))
    said = next(
        text for text in texts(next(p for p in pack.pages() if p.id == "robbery").statements) if "differ" in text
    )
    assert re.search(r"athena says 1,526, iquanta 1,514\. This page is iquanta's\.", said)
    assert any("Sources differ on Robbery" in text for text in texts(pack.findings))
    same = remade(project, pl.concat([frame, ours.with_columns(source=pl.lit("athena"))]))
    assert not any(text.startswith("Sources differ") for text in texts(same.findings))


def test_without_peers_ranks_within_them_are_not_available(project: Project):
    pack = remade(project, project.observations, peers={})
    missing = next(p for p in pack.pages() if p.id == "robbery").missing
    assert [item.what for item in missing] == ["Rank in the Most Similar Group"]
    assert "peers file" in missing[0].why
    assert any("Most Similar Group: not known" in text for text in pack.conventions)


def test_a_gap_in_the_figures_is_a_reason_not_a_smaller_total(project: Project):
    holed = project.observations.filter(
        ~((pl.col("measure") == "robbery") & (pl.col("area") == "essex") & (pl.col("period_end").dt.month() == 5))
    )
    pack = remade(project, holed)
    assert (
        "not twelve months of them without a gap" in next(p for p in pack.pages() if p.id == "robbery").missing[0].why
    )


@pytest.mark.parametrize("name", ["homicide", "robbery", "confidence", "calls-within-10s", "firearms"])
def test_the_charts_of_the_printed_pack_are_on_the_page(project: Project, name: str):
    kinds = [picture.chart.kind for picture in page(project, name).pictures]
    wanted = {
        "homicide": ["rolling", "control", "rates", "scatter", "funnel"],
        "robbery": ["rolling", "control", "rates"],
        "confidence": ["waves"],
        "calls-within-10s": ["rolling", "control"],
        "firearms": ["rolling", "control"],
    }[name]
    assert kinds[: len(wanted)] == wanted
    assert all(picture.chart.alt and picture.chart.title for picture in page(project, name).pictures)


def test_the_pack_s_month_is_in_its_title_and_its_tables_are_the_force_s_own(project: Project):
    assert project.pack.title == "National Police and Crime Measures: Essex, 12 months to July 2023"
    assert project.pack.to == JULY
    for name in ("comparison", "trend", "outliers", "sentences"):
        areas = project.pack.tables[name]["area"].str.split("/").list.first().unique().to_list()
        assert areas == ["essex"], name
