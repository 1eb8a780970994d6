"""The rows that `pm why` names, looked up in the raw files with plain Python and added up: figures of the real extracts
and of the samples, in every way that an extract can be laid out. Nothing of pm reads the files here.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import HOME_OFFICE, ROOT, SAMPLES, pm

from .conftest import fine

DATA = ROOT.parent / "shared" / "data"
Row = dict[str, Any]
needs_data = pytest.mark.skipif(not HOME_OFFICE.exists(), reason="needs ../shared/data")


def why(tmp_path: Path, load: list[str], *asked: str) -> list[Row]:
    """The working of a figure of an extract, every row and record named."""
    fine(pm("load", *load, "-o", tmp_path / "o.parquet", cwd=SAMPLES))
    return json.loads(fine(pm("why", *asked, "--limit", "0", "-i", tmp_path / "o.parquet", "-f", "json", cwd=SAMPLES)))


def figure(steps: list[Row]) -> float:
    return next(float(step["value"]) for step in steps if step["part"] == "figure")


def rows(steps: list[Row]) -> list[Row]:
    found = [step for step in steps if step["part"] == "row" and step["window"] == "this window" and step["file"]]
    assert found
    return found


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8", "replace"), newline="")))


@needs_data
def test_home_office_offences_of_norfolk(tmp_path: Path) -> None:
    steps = why(tmp_path, [str(HOME_OFFICE)], "vehicle-crime", "--to", "2023-09", "--force", "norfolk")
    raw = lines(gzip.decompress(HOME_OFFICE.read_bytes()))
    number = [name.strip() for name in raw[0]].index("Number of Offences")
    named = [raw[step["row"] - 1] for step in rows(steps)]
    assert figure(steps) == sum(float(row[number]) for row in named) == 1710
    quarters = {("2022/23", "3"), ("2022/23", "4"), ("2023/24", "1"), ("2023/24", "2")}
    every = [row for row in raw if "Norfolk" in row and "Vehicle offences" in row and (row[0], row[1]) in quarters]
    assert sum(float(row[number]) for row in every) == 1710


@needs_data
def test_street_crimes_in_an_archive(tmp_path: Path) -> None:
    archive = DATA / "street" / "essex-2018.zip"
    steps = why(tmp_path, [str(archive)], "burglary", "--months", "3", "--to", "2018-06", "--force", "essex")
    total = 0
    with zipfile.ZipFile(archive) as members:
        by_file: dict[str, list[list[str]]] = {}
        for step in rows(steps):
            member = step["file"].partition("!")[2]
            if member not in by_file:
                by_file[member] = lines(members.read(member))
            table = by_file[member]
            line = table[step["row"] - 1]
            assert line[table[0].index("Crime type")] == "Burglary"
            assert line[0] == step["record"]
            total += 1
        every = sum(line[table[0].index("Crime type")] == "Burglary" for table in by_file.values() for line in table)
    assert figure(steps) == total == every


@needs_data
def test_a_cell_of_an_ons_workbook(tmp_path: Path) -> None:
    import openpyxl

    book = DATA / "ons" / "pfatablesdec19.xlsx"
    steps = why(tmp_path, [str(book)], "bicycle-theft", "--to", "2019-12", "--force", "norfolk")
    (row,) = rows(steps)
    sheet = openpyxl.load_workbook(book, read_only=True, data_only=True)[row["sheet"]]
    cells = list(next(sheet.iter_rows(min_row=row["row"], max_row=row["row"], values_only=True)))
    assert any("Norfolk" in str(cell) for cell in cells)
    assert figure(steps) in [float(cell) for cell in cells if isinstance(cell, int | float)]


@needs_data
def test_months_across_a_borough_table(tmp_path: Path) -> None:
    path = DATA / "metropolitan" / "MPS Borough Level Crime (Historical).csv"
    asked = ("residential-burglary", "--months", "3", "--to", "2021-07", "--force", "metropolitan/camden")
    steps = why(tmp_path, [str(path), "--map", "metropolitan-boroughs"], *asked)
    raw = lines(path.read_bytes())
    cells = [(raw[step["row"] - 1], raw[0].index(step["column"])) for step in rows(steps)]
    assert {("Camden" in " ".join(line)) for line, _ in cells} == {True}
    assert figure(steps) == sum(float(line[place]) for line, place in cells)


def test_crime_records(tmp_path: Path) -> None:
    asked = ("firearms", "--to", "2022-06", "--force", "essex")
    steps = why(tmp_path, ["athena-records.csv", "--map", "athena-records"], *asked)
    raw = lines((SAMPLES / "athena-records.csv").read_bytes())
    named = rows(steps)
    assert [raw[step["row"] - 1][raw[0].index("Crime number")] for step in named] == [step["record"] for step in named]
    assert figure(steps) == len({step["record"] for step in named})


def test_a_share_of_a_survey(tmp_path: Path) -> None:
    steps = why(
        tmp_path, ["smsr-survey.csv", "--map", "smsr-survey"], "confidence", "--to", "2023-06", "--force", "essex"
    )
    raw = lines((SAMPLES / "smsr-survey.csv").read_bytes())
    period = [step for step in steps if step["part"] == "period" and step["window"] == "this window"]
    named = [raw[step["row"] - 1] for step in rows(steps)]
    share, base = (raw[0].index(name) for name in ("% good or excellent", "Base"))
    assert sum(float(step["base"]) for step in period) == sum(float(line[base].replace(",", "")) for line in named)
    positive = sum(float(line[share].rstrip("%")) / 100 * float(line[base].replace(",", "")) for line in named)
    assert sum(float(step["value"]) for step in period) == pytest.approx(positive, abs=0.5)


def test_a_12_month_total_that_was_published(tmp_path: Path) -> None:
    asked = ("burglary", "--force", "essex", "--to", "2023-06")
    steps = why(tmp_path, ["home-office-years.csv"], *asked)
    raw = lines((SAMPLES / "home-office-years.csv").read_bytes())
    named = [raw[step["row"] - 1] for step in rows(steps)]
    assert figure(steps) == sum(float(line[-1].replace(",", "")) for line in named)
