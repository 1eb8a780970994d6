"""A statement is made together with the row, the figures and the origin it rests on: those of the samples' pack."""

from __future__ import annotations

import polars as pl
import pytest

from pmcli.tables import KEY, SENTENCES, Table
from pmcli.views.language.forms import _TEXTS
from pmcli.views.language.statement import Said
from pmcli.views.say import SAYABLE, sentences_table, statements
from tests.pack.conftest import Project


def tables(project: Project) -> list[tuple[Table, pl.DataFrame]]:
    """The results of the samples' pack that something is said of."""
    figures = project.figures
    return [(table, getattr(figures, table.name)) for table in SAYABLE if hasattr(figures, table.name)]


@pytest.fixture(scope="module")
def said(project: Project) -> list[Said]:
    return [one for table, frame in tables(project) for one in statements(frame, table, project.question.catalogue)]


def test_a_statement_rests_on_a_row_that_its_table_has(project: Project, said: list[Said]) -> None:
    assert {one.table.name for one in said} == {table.name for table, _ in tables(project)}
    assert len(tables(project)) >= 8
    for table, frame in tables(project):
        rows = {tuple(row[name] for name in table.key) for row in frame.iter_rows(named=True)}
        mine = [one for one in said if one.table is table]
        assert {tuple(one.row[name] for name in table.key) for one in mine} <= rows


def test_the_sentences_table_holds_the_statements_figures_and_texts(said: list[Said]) -> None:
    made = sentences_table(said)
    assert made.schema == SENTENCES.schema()
    for one, row in zip(said, made.iter_rows(named=True), strict=True):
        assert all(row[name] == figure.value for name, figure in one.figures.items())
        assert (row["sentence"], row["about"]) == (one.sentence.text, one.sentence.about)
        assert all(row[name] == one.row[name] for name in KEY)


def test_every_figure_of_a_statement_has_a_form_that_can_be_written(said: list[Said]) -> None:
    assert {figure.form for one in said for figure in one.figures.values()} <= set(_TEXTS)
    shares = [one for one in said if one.row.get("statistic") == "share"]
    assert shares
    assert {one.figures["value"].form for one in shares} == {"share"}
    assert {one.figures["difference"].form for one in shares} == {"points"}


def test_an_origin_names_the_sources_and_the_row(said: list[Said]) -> None:
    for one in said:
        origin = one.origin()
        assert one.row["source"] in origin.sources
        named = origin.facts.get("Row") or origin.facts["Rows"]
        assert one.table.name in named
        assert one.row["measure"] in named


def test_the_figure_that_a_sentence_rests_on_stands_in_it(said: list[Said]) -> None:
    """Of rows that say a count, the text of the figure as its form has it is in the sentence."""
    counts = [one for one in said if one.table.name == "comparison" and one.row["statistic"] == "count"]
    told = [one for one in counts if one.sentence.finding == "no clear change" and (one.row["difference"] or 0) != 0]
    assert told
    assert all(str(one.figures["value"]) in one.sentence.text for one in told)


def test_a_criterion_about_changes_says_its_figures_as_percentages(said: list[Said]) -> None:
    changes = [one for one in said if one.table.name == "outliers" and one.sentence.about.startswith("change")]
    assert changes
    assert {one.figures["value"].form for one in changes} == {"percent"}
    assert {one.figures["difference"].form for one in changes} == {"points"}
