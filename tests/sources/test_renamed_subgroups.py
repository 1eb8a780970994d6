"""A subgroup that was renamed or misspelt counts in its group: what it may have been taken from is not known."""

from __future__ import annotations

import pytest

from pmcli.sources import load

from .conftest import HEADER, said, value

PERSONAL, BUSINESS = "Robbery of personal property", "Robbery of business property"


def row(code, subgroup, count, force="Essex", group="Robbery", quarter=1):
    return f"2019/20,{quarter},{force},x,{group},{subgroup},{code},{count}"


@pytest.fixture
def loaded(write):
    return lambda *rows: load(write("q.csv", [HEADER, *rows]))


def figures(found, force="essex", end="2019-06-30"):
    return [value(found, measure, force, end) for measure in ("robbery", "personal-robbery", "business-robbery")]


def test_a_misspelt_row_empties_the_part_that_its_code_belongs_to_there_and_then_only(loaded):
    rows = [row("34B", PERSONAL, 40, "Kent"), row("34C", PERSONAL, 7, "Kent"), row("34A", BUSINESS, 3, "Kent")]
    mine = [row("34B", "Personal robery", 50), row("34C", PERSONAL, 5), row("34A", BUSINESS, 2)]
    next_quarter = [row("34B", PERSONAL, 30, quarter=2), row("34A", BUSINESS, 1, quarter=2)]
    found = loaded(*rows, *mine, *next_quarter)
    assert figures(found) == [57, None, 2]
    assert figures(found, "kent") == [50, 47, 3]
    assert figures(found, end="2019-09-30") == [31, 30, 1]
    assert "1 figure of personal-robbery is not known" in said(found)


def test_a_code_that_stands_nowhere_else_empties_all_parts_of_its_group(loaded):
    found = loaded(row("34B", PERSONAL, 40), row("34A", BUSINESS, 3), row("34D", "Street robbery", 9))
    assert figures(found) == [52, None, None]
    assert "2 figures of business-robbery, personal-robbery are not known" in said(found)


def test_a_group_that_nobody_knows_empties_the_group_s_measure(loaded):
    found = loaded(row("34B", PERSONAL, 40), row("34B", PERSONAL, 9, group="Robberies", quarter=2),
                   row("34A", BUSINESS, 3, quarter=2))  # fmt: skip
    assert figures(found, end="2019-09-30") == [None, 9, 3]


def test_nought_under_another_name_takes_nothing_from_anyone(loaded):
    found = loaded(row("34B", PERSONAL, 40), row("34B", "Personal robery", 0))
    assert [value(found, measure, "essex", "2019-06-30") for measure in ("robbery", "personal-robbery")] == [40, 40]
    assert "not known" not in said(found).replace("pm does not know", "")


def test_other_groups_are_as_they_were(loaded):
    found = loaded(row("34D", "Street robbery", 9), row("1", "Homicide", 2, group="Violence against the person"))
    assert value(found, "homicide", "essex", "2019-06-30") == 2
