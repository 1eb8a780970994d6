"""Two real waves of the Crime Survey (teaching samples), whose answers and weights are spelt differently, against sums
made here in plain Python. Skipped where the files are not.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import pmcli
from pmcli.catalogue import Catalogue
from pmcli.sources import load

from .conftest import REAL, said

HERE = Path(__file__).parent / "crime-survey"
FILES = {"bcs-2007-08.csv": "tcindwt", "csew-2013-14.csv": "IndivWgtx"}
SAFE = ({"very safe", "fairly safe"}, {"a bit unsafe", "very unsafe", "or very unsafe"})
WORRIED = ({"very worried", "fairly worried"}, {"not very worried", "not at all worried"})

pytestmark = pytest.mark.skipif(not (REAL / "survey").is_dir(), reason="no real extracts beside the project")


@pytest.fixture(scope="module")
def survey():
    catalogue = Catalogue(extra_measures=HERE / "measures.toml")
    return load([REAL / "survey" / name for name in FILES], mapping=HERE / "crime-survey.toml", catalogue=catalogue)


def by_hand(file: str, column: str, answers: tuple[set[str], set[str]], only: str = "") -> tuple[float, float]:
    """(weighted share, effective sample size)."""
    yes = base = squares = 0.0
    with (REAL / "survey" / file).open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            answer, weight = row[column].strip().lower(), row[FILES[file]].strip()
            if not weight or (only and row["bcsvictim"].lower() != only) or answer not in answers[0] | answers[1]:
                continue
            yes += float(weight) * (answer in answers[0])
            base += float(weight)
            squares += float(weight) ** 2
    return yes / base, base**2 / squares


@pytest.mark.parametrize(
    ("measure", "column", "answers"), [("walk-dark-safe", "walkdark", SAFE), ("worried-burglary", "wburgl", WORRIED)]
)
@pytest.mark.parametrize("category", ["all", "Victim of crime", "Not a victim of crime"])
def test_shares_are_those_of_plain_sums(survey, measure, column, answers, category):
    frame = pmcli.waves(survey.observations).collect().filter(measure=measure, category=category)
    only = "" if category == "all" else category.lower()
    expected = [by_hand(file, column, answers, only) for file in FILES]
    assert frame["value"].to_list() == pytest.approx([share for share, _ in expected])
    assert frame["effective"].to_list() == pytest.approx([size for _, size in expected])


def test_people_feel_safer_and_worry_less(survey):
    frame = pmcli.waves(survey.observations, by=["all"], adjust="holm").collect().drop_nulls("p_value")
    rows = {row["measure"]: row for row in frame.rows(named=True)}
    assert round(rows["walk-dark-safe"]["difference"] * 100) == 5
    assert round(rows["worried-burglary"]["difference"] * 100) == -8
    assert all(row["significant"] for row in rows.values())


def test_the_two_spellings_are_one_category(survey):
    frame = survey.observations
    assert set(frame.filter(dimension="sex")["category"]) == {"Female", "Male"}
    assert set(frame.filter(dimension="victim")["category"]) == {"Victim of crime", "Not a victim of crime"}
    assert frame.filter(dimension="age")["category"].n_unique() == 7  # years of age and age groups make the same bands
    assert set(frame["area"]) == {"england-and-wales"}
    assert set(frame["months"]) == {12}


def test_what_is_left_out_is_said_and_nothing_else(survey):
    text = said(survey)
    assert "16 respondents left out: their weight in 'tcindwt' is blank; the first is row 50" in text
    assert "of 8,843 respondents, 6,769 without an answer (not asked) and 17 with one that the mapping excludes" in text
    assert "nobody knows" not in text
    assert len(survey.report.problems) == 1
