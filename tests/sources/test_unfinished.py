"""Quarters of an unfinished year are not that year."""

from __future__ import annotations

import pytest

from pmcli.errors import PmError
from pmcli.sources import load

from .conftest import said, value

MAPPING = """
layout = "long"
months = 12
[columns]
area = "Force"
period = "FY"
value = "Offences"
[where]
robbery = "Offence = 'Robbery'"
"""


def rows(year, quarters, force="Essex"):
    return [f"{force},{year},{quarter},Robbery,{10 * quarter}" for quarter in quarters]


@pytest.fixture
def loaded(write):
    def loader(*lines, column="Quarter"):
        path = write("q.csv", [f"Force,FY,{column},Offence,Offences", *[row for part in lines for row in part]])
        return load(path, mapping=write("m.toml", MAPPING))

    return loader


def test_quarters_of_whole_years_are_summed(loaded):
    found = loaded(rows("2021/22", (1, 2, 3, 4)), rows("2022/23", (1, 2, 3, 4)))
    assert value(found, "robbery", "essex", "2023-03-31") == 100
    assert said(found) == ""


@pytest.mark.parametrize("column", ["Quarter", "Financial Quarter", "Month", "FINANCIAL_QTR"])
def test_an_unfinished_year_is_refused_with_what_it_has(loaded, column):
    with pytest.raises(PmError, match=rf"2023-03-31, has rows for {column} 1, 2 and 3 only|has rows for {column} 1"):
        loaded(rows("2021/22", (1, 2, 3, 4)), rows("2022/23", (1, 2, 3)), column=column)


def test_a_force_without_a_quarter_that_others_have_is_refused(loaded):
    with pytest.raises(PmError, match=r"(?i)kent, 12 months to 2022-03-31"):
        loaded(rows("2021/22", (1, 2, 3, 4)), rows("2021/22", (1, 2, 4), "Kent"))
