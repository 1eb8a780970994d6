"""Districts and their force: what is missing, what is a total, what a later file dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmcli.sources import load

from .conftest import Write, said, value

LONG = """
layout = "long"
months = 1
force = "essex"
district = "District"
sum_to_force = true
{more}
[columns]
measure = "Offence"
period = "Month"
value = "Count"
[measures]
Robbery = "robbery"
Burglary = "burglary"
"""
WIDE = """
layout = "wide-periods"
months = 1
force = "essex"
district = "District"
sum_to_force = true
overlap = "later-file-wins"
{more}
[columns]
measure = "Offence"
[measures]
Robbery = "robbery"
"""


def long(write: Write, rows: list[str], more: str = "") -> object:
    mapping = write("m.toml", LONG.format(more=more))
    return load(write("t.csv", ["District,Offence,Month,Count", *rows]), mapping=mapping)


THREE = ["Basildon,Robbery,Jan 2023,10", "Harlow,Robbery,Jan 2023,20", "Colchester,Robbery,Jan 2023,5"]


@pytest.mark.parametrize(
    "name",
    ["Total", "TOTAL", "Grand Total", "Essex", "Essex Police", "All districts", "Force total", "Total (all)", "Total1"],
)
def test_a_total_among_the_districts_is_not_one_more(write: Write, name: str) -> None:
    loaded = long(write, [*THREE, f"{name},Robbery,Jan 2023,35"])
    assert value(loaded, "robbery", "essex", "2023-01-31") == 35
    assert f"1 figure of {name!r} left out: it is a total of the districts" in said(loaded)
    assert "not the sum" not in said(loaded)


def test_a_total_that_is_not_the_sum_is_said(write: Write) -> None:
    loaded = long(write, [*THREE, "Total,Robbery,Jan 2023,36"])
    assert value(loaded, "robbery", "essex", "2023-01-31") == 35
    assert "1 total not the sum of the rows beside it; the first is row 5, 36 for 35" in said(loaded)


def test_a_district_that_is_always_the_sum_of_the_others_makes_the_force_unknown(write: Write) -> None:
    rows = [*THREE, "MPU,Robbery,Jan 2023,35"]
    loaded = long(write, rows)
    assert value(loaded, "robbery", "essex", "2023-01-31") is None
    assert "'mpu' is the sum of all the others" in said(loaded)
    assert value(long(write, rows, 'totals = ["MPU"]'), "robbery", "essex", "2023-01-31") == 35
    named = 'districts = ["Basildon", "Harlow", "Colchester", "MPU"]'
    assert value(long(write, rows, named), "robbery", "essex", "2023-01-31") == 70


def test_a_district_without_a_row_makes_the_force_unknown_until_zeros_are_left_out(write: Write) -> None:
    rows = [*THREE, "Basildon,Robbery,Feb 2023,11", "Harlow,Robbery,Feb 2023,21"]
    loaded = long(write, rows)
    assert value(loaded, "robbery", "essex", "2023-01-31") == 35
    assert value(loaded, "robbery", "essex", "2023-02-28") is None
    assert "no row for the district 'colchester'" in said(loaded)
    loaded = long(write, rows, 'zeros = "left out"')
    assert value(loaded, "robbery", "essex", "2023-02-28") == 32
    assert value(loaded, "robbery", "essex/colchester", "2023-02-28") == 0
    assert "1 figure without a row taken as 0" in said(loaded)


def test_a_measure_without_a_row_for_one_district_is_not_known_either(write: Write) -> None:
    loaded = long(write, [*THREE, "Basildon,Burglary,Jan 2023,1", "Harlow,Burglary,Jan 2023,2"])
    assert value(loaded, "burglary", "essex", "2023-01-31") is None
    assert value(loaded, "robbery", "essex", "2023-01-31") == 35


def test_named_districts_have_to_be_there_and_others_are_left_out(write: Write) -> None:
    loaded = long(write, [*THREE, "Elsewhere,Robbery,Jan 2023,9"], 'districts = ["Basildon", "Harlow", "Colchester"]')
    assert value(loaded, "robbery", "essex", "2023-01-31") == 35
    assert "'Elsewhere' left out: it is not one of the districts" in said(loaded)
    loaded = long(write, THREE[:2], 'districts = ["Basildon", "Harlow", "Colchester"]')
    assert value(loaded, "robbery", "essex", "2023-01-31") is None


def vintages(write: Write, more: str = "") -> object:
    mapping = write("m.toml", WIDE.format(more=more))
    old = ["District,Offence,202301,202302", "Basildon,Robbery,1,2", "Old town,Robbery,10,20"]
    new = ["District,Offence,202302,202303", "Basildon,Robbery,2,3", "New town,Robbery,21,30"]
    return load([write("old.csv", old), write("new.csv", new)], mapping=mapping)


def test_a_later_file_takes_a_period_over_whole(write: Write) -> None:
    loaded = vintages(write)
    assert value(loaded, "robbery", "essex", "2023-01-31") == 11
    # February is the new file's, in which the old town has no row: 2 + 21, and nobody knows what it had.
    assert value(loaded, "robbery", "essex", "2023-02-28") is None
    assert value(loaded, "robbery", "essex", "2023-03-31") is None
    assert "'old-town'" in said(loaded)
    ends = loaded.observations.filter(loaded.observations["area"] == "essex/old-town")["period_end"]  # type: ignore[attr-defined]
    assert [str(end) for end in ends] == ["2023-01-31"]


def test_a_district_that_went(write: Write) -> None:
    loaded = vintages(write, 'gone = ["Old town"]')
    assert value(loaded, "robbery", "essex", "2023-01-31") == 11
    assert value(loaded, "robbery", "essex", "2023-02-28") == 23
    assert value(loaded, "robbery", "essex", "2023-03-31") == 33


def test_totals_over_the_offences_do_not_count_where_conditions_would_take_them(write: Write) -> None:
    mapping = """
layout = "long"
months = 1
[columns]
area = "Force"
period = "Month"
value = "Count"
[where]
all-crime = "Offence IS NOT NULL"
"""
    lines = ["Force,Offence,Month,Count", "Essex,Robbery,Jan 2023,1", "Essex,Burglary,Jan 2023,2"]
    loaded = load(write("t.csv", [*lines, "Essex,Grand Total,Jan 2023,3"]), mapping=write("m.toml", mapping))
    assert value(loaded, "all-crime", "essex", "2023-01-31") == 3
    assert "1 figure of 'Grand Total' left out" in said(loaded)
    # a condition that names the total is taken at its word
    named = write("n.toml", mapping.replace("Offence IS NOT NULL", "Offence = 'Grand Total'"))
    loaded = load(Path(write("t.csv", [*lines, "Essex,Grand Total,Jan 2023,7"])), mapping=named)
    assert value(loaded, "all-crime", "essex", "2023-01-31") == 7


def test_one_file_a_district_makes_the_force_when_all_are_there(write: Write) -> None:
    mapping = write("m.toml", LONG.replace('district = "District"', 'district = "@file"').format(more=""))
    lines = ["Offence,Month,Count", "Robbery,Jan 2023,1"]
    files = [
        write("basildon.csv", [*lines, "Robbery,Feb 2023,2"]),
        write("harlow.csv", [*lines[:1], "Robbery,Jan 2023,5"]),
    ]
    loaded = load(files, mapping=mapping)
    assert value(loaded, "robbery", "essex", "2023-01-31") == 6
    assert value(loaded, "robbery", "essex", "2023-02-28") is None
    assert value(loaded, "robbery", "essex/harlow", "2023-01-31") == 5
