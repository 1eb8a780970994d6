"""The first page: its sentences recomputed from the tables, measure by measure, and its words counted."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from pmcli.catalogue import Catalogue, Measure
from pmcli.notes import collecting
from pmcli.pack.choose import Question
from pmcli.pack.front import MOST, WORDS, since_last
from pmcli.pack.gather import Figures, gather
from pmcli.pack.model import Pack, Page
from pmcli.pack.names import called, either, subject
from pmcli.pack.pages import pack_of, say_everything
from pmcli.pack.previous import LastEdition
from pmcli.pack.summary import margin
from pmcli.pack.verdicts import verdicts
from pmcli.pack.view import View
from pmcli.pack.write.html import page
from tests.pack.conftest import Project

Packs = list[tuple[Pack, Figures]]
LEVEL = 0.05


@pytest.fixture(scope="module")
def packs(project: Project, home_office: pl.DataFrame) -> Packs:
    """The samples' pack, and a dozen of the Home Office's."""
    forces = (
        "essex", "metropolitan", "kent", "dyfed-powys", "cleveland", "gwent", "merseyside", "norfolk", "surrey",
        "west-midlands", "greater-manchester", "northumbria",
    )  # fmt: skip
    with collecting():
        figures = gather(home_office, Question(to=date(2023, 9, 30), forces=forces))
    said = say_everything(figures)
    return [(project.pack, project.figures), *((pack_of(figures, said, force), figures) for force in forces)]


def named(words: str, catalogue: Catalogue) -> list[Measure]:
    """The measures that a clause names, the longest names first, so that none is taken for another's part."""
    found = []
    for measure in sorted(catalogue.measures.values(), key=lambda one: -len(one.label)):
        name = called(measure.label)
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, re.IGNORECASE):
            words = re.sub(re.escape(name), "", words, flags=re.IGNORECASE)
            found.append(measure)
    return found


def row(frame: pl.DataFrame, pack: Pack, measure: Measure, **of: str) -> dict[str, object]:
    mine = frame.filter(pl.col("measure") == measure.id, pl.col("area") == pack.force, pl.col("dimension") == "all")
    for column, value in of.items():
        mine = mine.filter(pl.col(column) == value)
    return mine.row(0, named=True)


def bears_out(clause: str, pack: Pack, figures: Figures) -> int:
    """Assert what a clause says of every measure in it, from the tables alone. Returns how many it names."""
    measures = named(clause, figures.question.catalogue)
    assert measures, clause
    for measure in measures:
        told = False
        for word, sign in (("below", -1), ("above", 1), ("lower", -1), ("higher", 1)):
            if re.search(rf"(?:is|are) {word} ", clause):
                against = "previous-year" if "a year before" in clause else "baseline"
                one = row(figures.comparison, pack, measure, against=against)
                assert one["difference"] * sign > 0, (clause, measure.id)  # type: ignore[operator]
                assert one["p_value"] < LEVEL, (clause, measure.id)  # type: ignore[operator]
                assert not one["breaks"], (clause, measure.id)
                told = True
        for word, way in (("rising", "increasing"), ("falling", "decreasing")):
            if re.search(rf"\b{word}\b", clause):
                assert row(figures.trend, pack, measure)["direction"] == way, (clause, measure.id)
                told = True
        for word in ("improving", "worsening"):
            if re.search(rf"\b{word}\b", clause):
                up = row(figures.trend, pack, measure)["direction"] == "increasing"
                assert (up == (measure.better == "up")) == (word == "improving"), (clause, measure.id)
                told = True
        if "Most Similar Group's mean" in clause:
            one = row(figures.rank, pack, measure, scope="peers")
            assert one["rate"] > one["mean"] + one["sd"], (clause, measure.id)  # type: ignore[operator]
            told = True
        if "than the national average" in clause:
            one = row(figures.comparison, pack, measure, against="national")
            assert one["p_value"] < LEVEL, (clause, measure.id)  # type: ignore[operator]
            better = (one["difference"] > 0) == (measure.better == "up")  # type: ignore[operator]
            assert better == ("better than" in clause), (clause, measure.id)
            told = True
        assert told, f"nothing is checked of {clause!r}"
    return len(measures)


def test_every_finding_is_borne_out_by_each_measure_in_it(packs: Packs) -> None:
    several = 0
    for pack, figures in packs:
        assert len(pack.front.findings) <= MOST
        for finding in pack.front.findings:
            clauses = finding.text.removesuffix(".").split("; ")
            several += sum(bears_out(clause, pack, figures) for clause in clauses) > 1
    assert several >= len(packs) - 2, "the findings combine measures"


def test_the_counted_sentence_adds_up_to_the_comparisons(packs: Packs) -> None:
    for pack, figures in packs:
        assert pack.front.counted is not None
        text = pack.front.counted.text
        recent = [row.page for row in pack.summary]
        rows = figures.comparison.filter(
            pl.col("area") == pack.force, pl.col("dimension") == "all", pl.col("against") == "previous-year",
            pl.col("measure").is_in(recent),
        )  # fmt: skip
        assert int(re.search(r"Of (\d+) measure", text)[1]) == rows.height  # type: ignore[index]
        counts = {
            name: int(found[1]) if (found := re.search(rf"(\d+) {words}", text)) else 0
            for name, words in (
                ("better", "(?:is|are) better"), ("unchanged", "shows? no clear change"), ("worse", "(?:is|are) worse"),
                ("untold", "cannot be told"),
            )
        }  # fmt: skip
        assert sum(counts.values()) == rows.height
        polar = {name: one.better for name, one in figures.question.catalogue.measures.items()}
        told = rows.filter(pl.col("p_value") < LEVEL, pl.col("breaks") == "").to_dicts()
        good = sum((one["difference"] > 0) == (polar[one["measure"]] == "up") for one in told if polar[one["measure"]])
        assert counts["better"] <= good
        assert counts["better"] + counts["worse"] <= len(told)


def test_the_verdicts_by_priority_area_are_those_of_the_table(packs: Packs) -> None:
    for pack, figures in packs:
        catalogue = figures.question.catalogue
        table = figures.outliers.filter(pl.col("area") == pack.force)
        texts = {one.id: one.text for one in pack.front.verdicts}
        for verdict, name in (("outlier", "verdict.outlier"), ("undetermined", "verdict.undetermined")):
            judged = table.filter(pl.col("verdict") == verdict)["measure"].unique().to_list()
            assert (name in texts) == bool(judged)
            assert {one.id for one in named(texts.get(name, ""), catalogue)} == set(judged)
        clear = texts.get("verdict.not-an-outlier", "").partition("outlier for ")[2].partition(" (")[0]
        areas = re.split(r", nor for .*", clear)[0]
        for rule in catalogue.rules.values():
            if rule.group.replace("-", " ") in re.split(r", | or ", areas):
                of = table.filter(pl.col("group") == rule.group)
                assert set(of["measure"]) == set(rule.measures)
                assert set(of["verdict"]) == {"not an outlier"}


def test_an_outlier_is_said_first_and_loudest(project: Project) -> None:
    figures = replace(
        project.figures,
        outliers=project.figures.outliers.with_columns(
            verdict=pl.when(pl.col("measure") == "robbery").then(pl.lit("outlier")).otherwise("verdict")
        ),
    )
    first = verdicts(View(figures, say_everything(figures), "essex"))[0]
    assert first.kind == "alarm"
    assert first.text == "Essex is a Home Office outlier for robbery (12 months to July 2023)."


def test_the_first_page_keeps_to_its_words(packs: Packs) -> None:
    for pack, _ in packs:
        assert sum(len(one.text.split()) for one in pack.front.statements()) <= WORDS


def test_the_first_page_has_at_most_180_words_with_its_title_and_headings(packs: Packs) -> None:
    """Of the page itself, in 13 packs: what its header and its first section say, and what runs above a sheet."""
    for pack, _ in packs:
        drawn = page(pack)
        parts = (drawn.partition('<header class="top">')[2].partition("</header>")[0],
                 drawn.partition('<section class="front"')[2].partition(">")[2].partition("</section>")[0])  # fmt: skip
        words = [
            re.sub(r"<[^>]+>", " ", re.sub(r"<details.*?</details>", " ", part, flags=re.DOTALL)) for part in parts
        ]
        said = " ".join(words).split()
        running = f"{pack.label}, to September 2023 Page 1 of 99".split()
        assert 60 < len(said) + len(running) <= 180, (pack.force, said)
        for one in pack.front.statements():
            assert " ".join(one.text.split()) in html.unescape(" ".join(said)), pack.force


def test_a_measure_that_is_told_from_a_year_before_is_named(packs: Packs) -> None:
    """What the counted sentence counts as better or worse is named, while there are words for it."""
    for pack, figures in packs:
        told = {statement.id for statement in pack.front.findings}
        if "finding.year" not in told or "finding.standing" not in told:
            continue
        texts = " ".join(one.text for one in pack.front.findings)
        rows = figures.comparison.filter(
            pl.col("area") == pack.force, pl.col("dimension") == "all", pl.col("against") == "previous-year",
            pl.col("p_value") < LEVEL, pl.col("breaks") == "", pl.col("grade") != "in line with",
            pl.col("measure").is_in([row.page for row in pack.summary]),
        )  # fmt: skip
        for name in rows["measure"]:
            said = called(figures.question.catalogue.label(name))
            assert said.lower() in texts.lower(), (pack.force, name)


def test_what_has_changed_since_the_last_edition_stands_on_the_page_within_its_words(project: Project) -> None:
    pack = replace(project.pack, front=replace(project.pack.front, findings=list(project.pack.front.findings)))
    first = tuple(f"{name} turned from one verdict into another since the edition before this one." for name in "ABCD")
    since_last(pack, LastEdition(date(2023, 4, 30), Page("since", "Since"), first=first))
    assert pack.front.since[0].text == first[0]
    assert ("Since the last edition", pack.front.since) in pack.front.parts()
    assert sum(len(one.text.split()) for one in pack.front.statements()) <= WORDS


def test_a_margin_is_that_of_the_last_flag_that_the_verdict_takes(project: Project) -> None:
    rule = project.question.catalogue.rules["serious-violence"]
    base = {"verdict": "not an outlier", "flags": 1, "needed": 3, "criterion": "x", "difference": 1.0}
    rows = [base | {"margin": one} for one in (-5.0, 40.0, 10.0, 90.0)]
    assert margin(rows, rule) == "40 more"  # 10 gives the second flag, 40 the third
    assert margin([one | {"flags": 0, "margin": abs(one["margin"])} for one in rows], rule) == "40 more"
    out = [base | {"verdict": "outlier", "flags": 3, "margin": one} for one in (-5.0, -40.0, -10.0, 90.0)]
    assert margin(out, rule) == "OUTLIER: 5 fewer"
    assert margin([base | {"verdict": "undetermined", "margin": None}], rule) == "cannot be judged"


def test_the_margin_of_homicide_passes_its_gate_too(project: Project) -> None:
    rule = project.question.catalogue.rules["homicide"]
    gate = next(one.id for one in rule.criteria if one.months == rule.gate_months)
    base = {"verdict": "not an outlier", "flags": 2, "needed": 3, "difference": -1.0}
    rows = [base | {"criterion": gate, "margin": 2.0}, base | {"criterion": "other", "margin": 9.0}]
    assert margin(rows, rule) == f"{rule.gate_increase + 1:.0f} more"


def test_names_in_a_sentence(project: Project) -> None:
    measures = project.question.catalogue.measures
    assert subject([measures["burglary"]]) == "burglary is"
    assert subject([measures["vehicle-crime"]]) == "vehicle offences are"
    assert subject([measures["burglary"], measures["theft-from-person"]]) == "burglary and theft from the person are"
    assert called("999 calls answered within 10 seconds") == "999 calls answered within 10 seconds"
    assert called("Police doing a good job in this area (Q13b)") == "police doing a good job in this area"
    assert (either(["a"]), either(["a", "b", "c"]), either([])) == ("a", "a, b or c", "")
