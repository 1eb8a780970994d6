"""The samples give what the pack prints, computed here from the files with the csv module and nothing of pm's.

Printed figures: Essex Police, *National Police and Crime Measures*, September 2023, the outlier pages (12 months to
July 2023 against 12 months to December 2019). The two 6-month flags in which the pack departs from its own rule
(violence with injury, firearms) are expected by the rule.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from statistics import fmean, stdev

import pytest

from pmcli.catalogue import Catalogue

SAMPLES = Path(__file__).parents[1] / "samples"
MONTH = {
    name: i
    for i, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], start=1
    )
}

# measure: 12M Dec 19, 12M July 2023, flag, 6M LY, 6M TY, flag
VOLUMES = {
    "Homicide": (15, 14, "N", 9, 8, "N"),
    "Violence with injury": (14961, 15097, "Y", 8392, 7421, "N"),  # 6 months printed Y
    "Offences involving firearms": (115, 121, "Y", 72, 59, "N"),  # 6 months printed Y
    "Robbery": (1829, 1514, "N", 739, 794, "Y"),
    "Offences involving knives": (1112, 1517, "Y", 860, 729, "N"),
}

# measure, scope, Essex per 1,000, average, difference, SD, flag
RATES = [
    ("Homicide", "national", "0.010", "0.010", "0.000", "0.005", "N"),
    ("Homicide", "peers", "0.010", "0.009", "0.001", "0.003", "N"),
    ("Violence with injury", "national", "8.47", "9.42", "-0.95", "1.77", "N"),
    ("Violence with injury", "peers", "8.47", "9.13", "-0.66", "1.59", "N"),
    ("Robbery", "national", "0.800", "0.772", "0.028", "0.616", "N"),
    ("Robbery", "peers", "0.800", "0.705", "0.095", "0.133", "N"),
    ("Theft from the person", "peers", "0.63", "0.63", "0.00", "0.15", "N"),
    ("Burglary", "peers", "4.89", "3.92", "0.97", "1.73", "N"),
    ("Robbery (personal)", "peers", "0.77", "0.65", "0.11", "0.09", "Y"),
    ("Vehicle offences", "peers", "7.44", "5.65", "1.79", "1.25", "Y"),
]

# measure, Essex % change, MSG % change, difference in % points, SD, flag
CHANGES_6M = [
    ("Theft from the person", "-11", "-3", "-8", "16", "N"),
    ("Burglary", "10", "-3", "13", "16", "N"),
    ("Robbery (personal)", "3", "10", "-7", "12", "N"),
    ("Vehicle offences", "11", "7", "4", "8", "N"),
]
CHANGES_12M = [
    ("Theft from the person", "-10", "-20", "9", "9", "Y"),
    ("Burglary", "-41", "-35", "-6", "8", "N"),
    ("Robbery (personal)", "-11", "-13", "2", "16", "N"),
    ("Vehicle offences", "-6", "-12", "6", "13", "N"),
]


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def monthly() -> dict[tuple[str, str], dict[tuple[int, int], int]]:
    found: dict[tuple[str, str], dict[tuple[int, int], int]] = defaultdict(dict)
    for row in rows("iquanta-monthly.csv"):
        name, year = row["Month"].split()
        months = found[row["Force"], row["Offence type"]]
        assert (int(year), MONTH[name]) not in months
        months[int(year), MONTH[name]] = int(row["Offences"])
    return dict(found)


def total(force: str, measure: str, first: tuple[int, int], last: tuple[int, int]) -> int:
    """The months from `first` to `last` inclusive, all of which must be there."""
    wanted = [(first[0] + (first[1] - 1 + i) // 12, (first[1] - 1 + i) % 12 + 1) for i in range(12)]
    wanted = wanted[: wanted.index(last) + 1]
    return sum(monthly()[force, measure][month] for month in wanted)


def baseline(force: str, measure: str) -> int:
    return total(force, measure, (2019, 1), (2019, 12))


def now(force: str, measure: str) -> int:
    return total(force, measure, (2022, 8), (2023, 7))


def six(force: str, measure: str, year: int) -> int:
    return total(force, measure, (year, 2), (year, 7))


def rate(force: str, measure: str) -> float:
    """Per 1,000 of the mid-2023 population: the row for the measure, else the blank one."""
    identity = {"Robbery (personal)": "personal-robbery"}.get(measure, measure.lower().replace(" ", "-"))
    people = {
        row["measure"]: int(row["population"])
        for row in rows("population.csv")
        if row["force"] == force.lower().replace(" ", "-") and row["year"] == "2023"
    }
    return 1000 * now(force, measure) / people.get(identity, people[""])


def group(scope: str) -> list[str]:
    """Essex first: it is included in its own group and in the country."""
    name = {row["id"]: row["name"] for row in rows("forces.csv")}
    if scope == "peers":
        return ["Essex", *(name[row["peer"]] for row in rows("peers.csv"))]
    assert next(iter(name)) == "essex"
    return list(name.values())


def figures(values: list[float], decimals: int) -> tuple[str, ...]:
    """Essex (the first value), average, difference, SD and flag, as the pack prints them."""
    essex, mean, sd = values[0], fmean(values), stdev(values)
    printed = tuple(f"{figure:.{decimals}f}" for figure in (essex, mean, essex - mean, sd))
    return (*printed, "Y" if essex - mean > sd else "N")


@pytest.mark.parametrize("measure", VOLUMES)
def test_essex_windows_and_their_flags(measure):
    base, this, last_year, this_year = (
        baseline("Essex", measure),
        now("Essex", measure),
        six("Essex", measure, 2022),
        six("Essex", measure, 2023),
    )
    flags = ["Y" if a > b else "N" for a, b in ((this, base), (this_year, last_year))]
    assert (base, this, flags[0], last_year, this_year, flags[1]) == VOLUMES[measure]


@pytest.mark.parametrize(("measure", "scope", "essex", "mean", "difference", "sd", "flag"), RATES)
def test_rates_averages_and_sds(measure, scope, essex, mean, difference, sd, flag):
    values = [rate(force, measure) for force in group(scope)]
    assert len(values) == {"national": 42, "peers": 8}[scope]
    decimals = len(essex.partition(".")[2])
    assert figures(values, decimals) == (essex, mean, difference, sd, flag)


@pytest.mark.parametrize(("measure", "essex", "mean", "difference", "sd", "flag"), CHANGES_6M)
def test_six_month_changes(measure, essex, mean, difference, sd, flag):
    values = [100 * (six(force, measure, 2023) / six(force, measure, 2022) - 1) for force in group("peers")]
    assert figures(values, 0) == (essex, mean, difference, sd, flag)


@pytest.mark.parametrize(("measure", "essex", "mean", "difference", "sd", "flag"), CHANGES_12M)
def test_changes_since_the_baseline(measure, essex, mean, difference, sd, flag):
    values = [100 * (now(force, measure) / baseline(force, measure) - 1) for force in group("peers")]
    assert figures(values, 0) == (essex, mean, difference, sd, flag)


def test_one_population_cannot_give_all_the_printed_rates():
    lowest, highest = {}, {}
    for measure, _, essex, *_ in RATES:
        step = 0.5 * 10 ** -len(essex.partition(".")[2])
        lowest[measure] = 1000 * now("Essex", measure) / (float(essex) + step)
        highest[measure] = 1000 * now("Essex", measure) / (float(essex) - step)
    assert lowest["Robbery"] > highest["Violence with injury"] > highest["Homicide"]


def test_the_script_writes_the_committed_files_byte_for_byte(tmp_path):
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    subprocess.run([sys.executable, str(SAMPLES / "make_samples.py"), str(tmp_path)], check=True, env=environment)
    made = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = {
        path.relative_to(SAMPLES).as_posix(): path.read_bytes()
        for path in SAMPLES.rglob("*")
        if path.is_file() and path.suffix in {".csv", ".xlsx", ".toml"}
    }
    assert sorted(made) == sorted(kept)
    assert [name for name in made if made[name] != kept[name]] == []
    assert sum(map(len, made.values())) < 3_000_000


def test_every_series_is_whole():
    expected = {(2018 + i // 12, i % 12 + 1) for i in range(67)}
    assert all(set(months) == expected for months in monthly().values())
    assert all(count >= 0 for months in monthly().values() for count in months.values())
    by_measure = Counter(measure for _, measure in monthly())
    assert by_measure.pop("Offences involving knives") == by_measure.pop("Offences involving firearms") == 1
    assert set(by_measure.values()) == {42}


def test_personal_robbery_never_exceeds_robbery():
    for (force, measure), months in monthly().items():
        if measure == "Robbery (personal)":
            assert all(months[month] <= monthly()[force, "Robbery"][month] for month in months), force


def test_the_catalogue_knows_the_labels_and_the_forces():
    catalogue = Catalogue(extra_forces=SAMPLES / "forces.csv")
    labels = {measure.label for measure in catalogue.measures.values()}
    assert {measure for _, measure in monthly()} <= labels
    forces = {force for force, _ in monthly()}
    assert {catalogue.area_id(force) for force in forces} == {
        (force.lower().replace(" ", "-"), True) for force in forces
    }
    assert all(catalogue.forces[catalogue.area_id(force)[0]].in_national for force in forces)
    measures = {row["measure"] for row in rows("population.csv")} - {""}
    assert measures <= set(catalogue.measures)


def test_every_force_but_essex_is_named_as_invented():
    names = {row["Force Name"] for row in rows("home-office-quarters.csv")} | {force for force, _ in monthly()}
    assert {name for name in names if not name.startswith("Invented Force ")} == {"Essex"}


def test_settings_name_files_that_are_there():
    settings = tomllib.loads((SAMPLES / "pm.toml").read_text(encoding="utf-8"))
    for name in [*settings["data"], settings["forces"], settings["peers"], settings["population"]]:
        assert (SAMPLES / name).is_file()
    assert (settings["force"], settings["baseline"], settings["map"]) == ("essex", "2019-12", "iquanta-monthly")


def _count(text: str) -> int:
    return 0 if text.strip() == "-00" else int(text.replace(",", ""))


def _quarters() -> dict[tuple[str, str, int, int], int]:
    """(force, subgroup, calendar year, calendar quarter) -> offences."""
    found: Counter[tuple[str, str, int, int]] = Counter()
    for row in rows("home-office-quarters.csv"):
        year, quarter = int(row["Financial Year"][:4]), int(row["Financial Quarter"])
        when = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
        found[row["Force Name"], row["Offence Subgroup"], *when] += _count(row["Number of Offences"])
    return found


def test_quarters_add_up_to_the_months_of_the_monthly_extract():
    quarters = _quarters()
    parts = {
        "Homicide": ["Homicide"],
        "Violence with injury": ["Violence with injury"],
        "Robbery": ["Robbery of personal property", "Robbery of business property"],
        "Robbery (personal)": ["Robbery of personal property"],
        "Burglary": ["Residential burglary", "Non-residential burglary"],
        "Theft from the person": ["Theft from the person"],
        "Vehicle offences": ["Vehicle offences"],
    }
    for force in ("Essex", "Invented Force 01", "Invented Force 02", "Invented Force 03"):
        for measure, subgroups in parts.items():
            for i in range(1, 22):  # April 2018 to June 2023
                year, quarter = 2018 + i // 4, i % 4 + 1
                first = (year, 3 * quarter - 2)
                expected = total(force, measure, first, (year, 3 * quarter))
                assert sum(quarters[force, name, year, quarter] for name in subgroups) == expected


def test_the_oddities_of_the_home_office_files_are_there():
    counts = [row["Number of Offences"] for row in rows("home-office-quarters.csv")]
    assert "-00 " in counts
    assert any(text.startswith(" ") and "," in text for text in counts)
    assert any(_count(text) < 0 for text in counts)
    assert all(
        value == 0 for key, value in _quarters().items() if key[1] in {"Domestic burglary", "Non-domestic burglary"}
    )
    assert "30-12-2019" in {row["12 months ending"] for row in rows("home-office-years.csv")}


def test_years_are_four_quarters():
    quarters = _quarters()
    for row in rows("home-office-years.csv"):
        if row["Offence"] != "Vehicle offences":
            continue
        _, month, year = map(int, row["12 months ending"].split("-"))
        last = 4 * year + month // 3 - 1
        four = [quarters[row["PFA"], "Vehicle offences", q // 4, q % 4 + 1] for q in range(last - 3, last + 1)]
        assert int(row["Rolling year total number of offences"]) == sum(four)


def test_the_later_borough_file_repeats_2022_and_revises_some_of_it():
    key = ("MajorText", "MinorText", "LookUp_BoroughName")
    old = {tuple(row[name] for name in key): row for row in rows("boroughs-historical.csv")}
    both = [
        (old[tuple(new[n] for n in key)][f"2022{m:02}"], new[f"2022{m:02}"])
        for new in rows("boroughs-latest.csv")
        for m in range(1, 13)
    ]
    revised = sum(before != after for before, after in both)
    assert 0 < revised < len(both) / 4


def test_street_files_have_the_real_files_oddities():
    paths = sorted((SAMPLES / "street").rglob("*.csv"))
    assert len(paths) == 6
    for path in paths:
        found = rows(str(path.relative_to(SAMPLES)))
        assert 120 <= len(found) <= 190
        assert {row["Month"] for row in found} == {path.parent.name}
        assert all((row["Crime ID"] == "") == (row["Crime type"] == "Anti-social behaviour") for row in found)
        assert max(Counter(row["Crime ID"] for row in found if row["Crime ID"]).values()) == 2
        assert (b"\r\n" in path.read_bytes()) == ("invented" in path.name)


def test_the_workbook_holds_the_baseline_year():
    import fastexcel

    book = fastexcel.read_excel(SAMPLES / "ons-police-force-areas.xlsx")
    essex = {}
    for name in ("Table P1", "Table P4  ", "Table P9"):
        sheet = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
        essex[name] = next(row for row in sheet.rows() if row[0] == "E23000028")
    assert [int(cell) for cell in essex["Table P1"][4:8]] == [15, 14961, 1829, baseline("Essex", "Burglary")]
    assert int(essex["Table P4  "][2]) == 1112
    assert essex["Table P1"][1] == "Essex4"
