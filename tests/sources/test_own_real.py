"""The Metropolitan Police files of today as published: other column names, capitals, wards, a borough that goes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from pmcli.sources import load

from .conftest import said, value

MAPPING = "metropolitan-boroughs"


@pytest.fixture
def recent(real: Path) -> Path:
    folder = real / "metropolitan" / "recent"
    if not folder.is_dir():
        pytest.skip("no recent Metropolitan Police files")
    return folder


def summed(path: Path, month: str, counts: Callable[[dict[str, str]], bool]) -> float:
    """What the rows that count add up to, by Python's own reader."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return sum(float(row[month] or 0) for row in csv.DictReader(opened) if counts(row))


def test_the_file_of_november_2025(recent: Path) -> None:
    path = recent / "mps-borough-2025-11.csv"
    loaded = load(path, mapping=MAPPING)
    homes = ("RES BURGLARY OF A HOME", "RES BURGLARY OF UNCONNECTED BUILDING", "BURGLARY - RESIDENTIAL")
    for measure, counts in {
        "robbery": lambda row: row["MajorText"] == "ROBBERY",
        "personal-robbery": lambda row: row["MinorText"] == "ROBBERY OF PERSONAL PROPERTY",
        "residential-burglary": lambda row: row["MinorText"] in homes,
        "stalking-and-harassment": lambda row: row["MinorText"] == "STALKING AND HARASSMENT",
        "all-crime": lambda row: "FRAUD" not in row["MajorText"],
    }.items():
        assert value(loaded, measure, "metropolitan", "2025-10-31") == summed(path, "202510", counts), measure
    barnet = summed(path, "202402", lambda row: row["MinorText"] == "SHOPLIFTING" and row["BoroughName"] == "Barnet")
    assert value(loaded, "shoplifting", "metropolitan/barnet", "2024-02-29") == barnet
    assert "metropolitan is the sum of 34 districts" in said(loaded)


def test_two_editions_between_which_a_borough_went(recent: Path) -> None:
    new = recent / "mps-borough-2026-06.csv"
    loaded = load([recent / "mps-borough-2025-11.csv", new], mapping=MAPPING)
    kept = summed(new, "202510", lambda row: row["Group"] == "ROBBERY" and row["BOCU"] == "Camden")
    assert value(loaded, "robbery", "metropolitan/camden", "2025-10-31") == kept
    assert value(loaded, "robbery", "metropolitan", "2024-06-30") is not None
    assert value(loaded, "robbery", "metropolitan", "2025-10-31") is None
    assert "no row for the district 'london-heathrow-and-london-city-airports'" in said(loaded)
    alone = summed(new, "202510", lambda row: row["Group"] == "ROBBERY")
    assert value(load(new, mapping=MAPPING), "robbery", "metropolitan", "2025-10-31") == alone


def test_wards_add_up_to_their_borough(recent: Path) -> None:
    path = recent / "MPS Ward Level Crime (3 boroughs).csv"
    loaded = load(path, mapping=MAPPING)
    lewisham = summed(
        path, "202510", lambda row: row["MajorText"] == "ROBBERY" and "Lewisham" in row["LookUp_BoroughName"]
    )
    assert value(loaded, "robbery", "metropolitan/lewisham", "2025-10-31") == lewisham
    assert "metropolitan is the sum of 3 districts" in said(loaded)
