"""Every field that the documents list may stand in a mapping, and whatever else stands in its place is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.sources import load
from pmcli.sources.mapping import read_mapping
from tests.conftest import ROOT

CATALOGUE = Catalogue()
COUNTS = """
force = "essex"
district = "D"
[columns]
measure = "M"
period = "P"
value = "V"
"""
RECORDS = """
layout = "records"
force = "essex"
[columns]
crime_number = "N"
recorded_date = "R"
status = "S"
"""
GOOD: dict[str, dict[str, str]] = {
    COUNTS: {
        **{"title": "'x'", "source": "'own-1'", "layout": "'long'", "months": "12", "note": "'x'", "sheets": "['a']"},
        **{"names": "{ V = ['W', 'X'], M = 'L' }", "force": "'kent'", "measure": "'robbery'", "period": "'2022/23'"},
        **{"district": "'@sheet'", "sum_to_force": "true", "zeros": "'left out'", "districts": "['a']"},
        **{"totals": "['a']", "gone": "['a']", "dates": "'month-first'", "times": "'utc'", "quarters": "'financial'"},
        **{"period_pattern": "'20..'", "measures": "{ a = 'robbery' }", "where": "{ robbery = \"M = 'a'\" }"},
        **{
            "overlap": "'later-file-wins'",
            "columns": "{ measure = 'M', period = ['Y', 'M'], value = 'V', base = 'B' }",
        },
    },
    RECORDS: {
        **{"title": "'x'", "source": "'own-1'", "force": "'kent'", "dates": "'month-first'", "times": "'utc'"},
        **{"rows": "'crimes'", "cancelled": "['Void']", "no_victim": "['nobody']", "measures": "['robbery']"},
        **{"flags": "{ knife = 'K', vawg = { column = 'M', contains = 'V' }, cyber = { column = 'C', true = ['a'] } }"},
        **{"by": "{ beat = 'B' }", "subgroups": "{ 34B = 'Robbery of personal property' }"},
        **{"where": "{ all-crime = 'TRUE' }", "columns": "{ recorded_date = 'R', count = 'N' }"},
    },
}
WRONG = [
    "-1",
    "1.5",
    "inf",
    "nan",
    "2023-01-01",
    "07:00:00",
    "[[1]]",
    "[1]",
    "{ x = 1 }",
    "{ x = { y = 1 } }",
    '"\\u0000"',
]
CASES = [(base, field) for base, fields in GOOD.items() for field in fields]


def with_field(base: str, field: str, value: str) -> str:
    """The mapping with a field set anew, above its tables."""
    lines = [line for line in base.splitlines() if not line.startswith(f"{field} =")]
    if field == "columns":
        lines = lines[: lines.index("[columns]")]
    return "\n".join([f"{field} = {value}", *lines])


def documented(name: str) -> set[str]:
    """The fields in the first column of the table that begins with `field`."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    table = text[text.index("| field | meaning |") :].split("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    return {name.strip("[]").split("]")[0] for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize(("name", "base"), [("mappings.md", COUNTS), ("records.md", RECORDS)])
def test_every_documented_field_is_tried_here(name: str, base: str) -> None:
    found = documented(name)
    assert len(found) > 10
    assert found - {"layout"} <= set(GOOD[base])


@pytest.mark.parametrize(("base", "field"), CASES)
def test_a_field_is_accepted_as_documented(write: Any, base: str, field: str) -> None:
    assert read_mapping(write("m.toml", with_field(base, field, GOOD[base][field])), CATALOGUE)


@pytest.mark.parametrize(("base", "field"), CASES)
@pytest.mark.parametrize("value", WRONG)
def test_another_kind_of_value_is_refused_and_names_the_field(write: Any, base: str, field: str, value: str) -> None:
    path = write("m.toml", with_field(base, field, value))
    with pytest.raises(PmError, match=rf"{field}|TOML"):
        read_mapping(path, CATALOGUE)


def test_a_measure_across_the_page_has_a_name(write: Any) -> None:
    mapping = write(
        "m.toml", 'layout = "wide-measures"\nforce = "essex"\n[columns]\nperiod = "P"\n[measures]\n"" = "robbery"'
    )
    with pytest.raises(PmError, match="has no name"):
        load(write("w.csv", ["P,", "2023-01,3"]), mapping=mapping)
