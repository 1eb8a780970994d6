"""`pm load --explain` and `--later-wins`, by real processes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.conftest import SAMPLES, pm

MAPPING = """
source = "own"
layout = "wide-periods"
months = 1
[columns]
area = "Force"
measure = "Offence"
[measures]
Robbery = "robbery"
Burglary = "burglary"
"""
TABLE = """Force,Offence,Apr 2023,May 2023,Jnue 2023
Essex,Robbery,210,198,205
Essex,Dwelling burglary,402,377,390
"""


def explained(tmp_path: Path, *options: str) -> str:
    (tmp_path / "own.toml").write_text(MAPPING)
    (tmp_path / "extract.csv").write_text(TABLE)
    result = pm("load", "extract.csv", "--map", "own.toml", "--explain", *options, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    return result.stdout.decode()


def test_every_column_label_area_and_period_is_in_the_listing(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(explained(tmp_path, "-f", "csv"))))
    assert list(rows[0]) == ["file", "sheet", "column", "label", "role", "taken_as", "count", "remark"]
    columns = {row["column"]: (row["taken_as"], row["count"], row["remark"]) for row in rows if row["role"] == "column"}
    assert columns == {
        "Force": ("area", "2", ""),
        "Offence": ("measure", "2", ""),
        "Apr 2023": ("period and value", "2", ""),
        "May 2023": ("period and value", "2", ""),
        "Jnue 2023": ("", "2", "not used"),
    }
    labels = {row["label"]: (row["taken_as"], row["remark"]) for row in rows if row["role"] == "measure"}
    assert labels == {"Robbery": ("robbery", ""), "Dwelling burglary": ("", "left out: no measure")}
    assert [row["taken_as"] for row in rows if row["role"] == "area"] == ["essex"]
    assert [row["taken_as"] for row in rows if row["role"] == "period"] == ["2023-04-30", "2023-05-31"]
    said = " ".join(row["remark"] for row in rows)
    assert "1 column left out: 'Jnue 2023' (2 figures)" in said
    assert "no row fits the label of the mapping 'Burglary' (burglary)" in said


def test_a_pipe_gets_the_listing_as_a_table_for_people(tmp_path: Path) -> None:
    said = explained(tmp_path)
    assert said.startswith("How the extract was understood")
    assert "Dwelling burglary" in said


def test_the_listing_of_street_files_and_workbooks() -> None:
    for name in ("street", "ons-police-force-areas.xlsx", "home-office-quarters.csv"):
        result = pm("load", str(SAMPLES / name), "--explain", "-f", "csv")
        assert result.returncode == 0, result.stderr
        rows = list(csv.DictReader(io.StringIO(result.stdout.decode())))
        assert {"measure", "area"} <= {row["role"] for row in rows}, name


def test_later_wins(tmp_path: Path) -> None:
    for name, values in (("old", (1, 2)), ("new", (20, 3))):
        first = 4 if name == "old" else 5
        lines = [f"Essex,burglary,2023-0{first + at},{value}" for at, value in enumerate(values)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["area,measure,period,value", *lines]) + "\n")
    refused = pm("load", "old.csv", "new.csv", "-f", "csv", cwd=tmp_path)
    assert refused.returncode == 1
    assert b"--later-wins" in refused.stderr
    result = pm("load", "old.csv", "new.csv", "--later-wins", "-f", "csv", cwd=tmp_path)
    assert [row["value"] for row in csv.DictReader(io.StringIO(result.stdout.decode()))] == ["1.0", "20.0", "3.0"]
    assert b"it revised 1 value and repeated 0 unchanged: burglary in essex, May 2023, 2 to 20" in result.stderr


def listed(*arguments: str) -> list[dict[str, str]]:
    result = pm("load", *arguments, "--explain", "-f", "csv", cwd=SAMPLES)
    assert result.returncode == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout.decode())))


def test_the_texts_of_crime_records_are_listed_with_the_measures_that_they_count_in() -> None:
    rows = listed("athena-records.csv", "--map", "athena-records")
    columns = {row["column"]: row["taken_as"] for row in rows if row["role"] == "column"}
    assert columns["Date recorded"] == "recorded_date"
    assert columns["Markers"] == "knife, vawg, domestic_abuse, firearm_discharge"
    assert "not used" not in {row["remark"] for row in rows if row["role"] == "column"}
    labels = {row["label"]: row for row in rows if row["role"] == "measure"}
    assert labels["34B / ROBBERY OF PERSONAL PROPERTY"]["taken_as"] == "robbery, personal-robbery"
    assert labels["Knife; VAWG"]["taken_as"] == "knife-crime, vawg"
    assert labels["DA"]["remark"] == "counts in no measure by it"
    assert labels["knife AND victim_age < 25"]["taken_as"] == "knife-victims-under-25"
    areas = [row for row in rows if row["role"] == "area"]
    assert [row["taken_as"] for row in areas] == ["essex"]
    # The counts are those of the table that load makes: every month of the extract is whole but the ends.
    loaded = pm("load", "athena-records.csv", "--map", "athena-records", "-f", "csv", cwd=SAMPLES).stdout.decode()
    robberies = [row for row in csv.DictReader(io.StringIO(loaded)) if row["measure"] == "personal-robbery"]
    assert sum(float(row["value"]) for row in robberies) == float(labels["34B / ROBBERY OF PERSONAL PROPERTY"]["count"])


def test_no_column_that_was_read_is_called_unused() -> None:
    known = {"smsr-respondents.csv": {"Respondent"}, "smsr-survey.csv": set(), "domestic-abuse-survey.csv": set()}
    for file, unused in known.items():
        rows = listed(file, "--map", file.removesuffix(".csv"))
        said = {row["column"] for row in rows if row["role"] == "column" and row["remark"] == "not used"}
        assert said == unused, file
    rows = listed("calls-999.csv")
    assert {row["column"] for row in rows if row["remark"] == "not used"} <= {"Region"}
