"""What is gathered once for all forces: the same as the steps give one by one, whatever the order of the rows."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pmcli.notes import collecting
from pmcli.pack.gather import Figures, gather
from pmcli.steps.breakdown import breakdown
from pmcli.steps.compare import compare
from pmcli.steps.outliers import outliers
from pmcli.steps.rank import rank
from pmcli.steps.trend import trend
from tests.pack.conftest import JULY, Project

TABLES = ("comparison", "trend", "spc", "rank", "funnel", "outliers", "waves", "breakdown")


def mine(figures: Figures, table: str, area: str = "essex") -> pl.DataFrame:
    frame = getattr(figures, table)
    return frame.filter(pl.col("area").str.split("/").list.first() == area).sort(pl.all())


def test_comparison_trend_and_outliers_are_what_the_steps_give_on_the_speaking_source(project: Project):
    # The steps themselves are checked elsewhere; here, that gathering hands them the right rows and window.
    frame = project.observations.filter(pl.col("source") == "iquanta")
    measures = frame["measure"].unique().to_list()
    asked = {"catalogue": project.question.catalogue, "to": JULY}
    own = frame.filter(pl.col("area") == "essex")
    for table, step in (("comparison", compare), ("trend", trend)):
        given = mine(project.figures, table).filter(pl.col("measure").is_in(measures))
        assert_frame_equal(given, step(own, **asked).collect().sort(pl.all()))
    more = {"peers": project.question.peers, "population": project.question.population}
    judged = mine(project.figures, "outliers").filter(~pl.col("measure").is_in(["knife-crime", "firearms"]))
    expected = outliers(frame, areas=["essex"], **asked, **more).collect()
    expected = expected.filter(~pl.col("measure").is_in(["knife-crime", "firearms"]))
    assert_frame_equal(judged, expected.sort(pl.all()))
    ranked = project.figures.rank.filter(pl.col("source") == "iquanta").sort(pl.all())
    several = frame.filter(pl.col("measure").is_in(ranked["measure"].unique().to_list()))
    assert_frame_equal(ranked, rank(several, **asked, **more).collect().sort(pl.all()))


def test_a_measure_without_other_forces_is_judged_alone_and_undetermined(project: Project):
    alone = project.figures.outliers.filter(pl.col("measure").is_in(["knife-crime", "firearms"]))
    assert alone["verdict"].unique().to_list() == ["undetermined"]
    assert alone.filter(pl.col("flag").is_null())["reason"].str.len_chars().min() > 0


def test_the_pack_s_weapon_table_comes_from_the_source_that_has_weapons(project: Project):
    # Essex Police pack of September 2023: ball bearing guns 37 and 65, of 107 and 86 offences.
    rows = project.figures.breakdown.filter(pl.col("dimension") == "weapon")
    guns = rows.filter(pl.col("category") == "Ball bearing gun").row(0, named=True)
    total = rows.filter(pl.col("total")).row(0, named=True)
    assert (guns["source"], guns["value"], guns["against_value"]) == ("athena", 65, 37)
    assert (total["value"], total["against_value"]) == (86, 107)
    athena = project.observations.filter(
        pl.col("source") == "athena", pl.col("measure") == "firearms", pl.col("dimension").is_in(["all", "weapon"])
    )
    assert_frame_equal(rows, breakdown(athena, by="weapon", to=guns["period_end"]).collect())


def test_the_calls_of_the_month_are_held_against_the_country(project: Project):
    # The pack, of August 2023: 81.1 % within 10 seconds v. 79.7 %, 12.1 v. 12.3 seconds, 3.6 % v. 3.6 %.
    question = replace(project.question, to=JULY.replace(month=8))
    with collecting():
        found = gather(project.observations, question).comparison
    rows = found.filter(pl.col("against") == "national", pl.col("months") == 1)
    shown = {row["measure"]: (row["value"], row["against_value"]) for row in rows.iter_rows(named=True)}
    assert shown["calls-within-10s"] == pytest.approx((0.811, 0.797), abs=0.0005)
    assert shown["calls-over-60s"] == pytest.approx((0.036, 0.036), abs=0.0005)
    assert shown["call-answer-time"] == pytest.approx((12.1, 12.3), abs=0.05)


def test_one_force_and_all_forces_give_a_force_the_same_figures(project: Project):
    with collecting():
        everyone = gather(project.observations, replace(project.question, forces=None))
    assert len(everyone.chosen.forces) > 40
    for table in TABLES:
        assert_frame_equal(mine(everyone, table), mine(project.figures, table))


def test_the_order_of_the_rows_changes_nothing(project: Project):
    with collecting():
        shuffled = gather(project.observations.sample(fraction=1, shuffle=True, seed=3), project.question)
    for table in TABLES:
        assert_frame_equal(mine(shuffled, table), mine(project.figures, table))


def test_what_is_not_of_the_priority_areas_is_left_out(project: Project):
    strange = project.observations.filter(pl.col("measure") == "burglary").with_columns(measure=pl.lit("shoplifting"))
    with collecting():
        found = gather(pl.concat([project.observations, strange]), project.question)
    assert_frame_equal(mine(found, "comparison"), mine(project.figures, "comparison"))
