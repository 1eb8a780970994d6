"""The sample of crime records gives the pack's tables of firearms by weapon and by offence, and its repeat victims.

The figures are computed here from the file with the csv module and nothing of pm's, and once more by pm as a process.
Printed: Essex Police, *National Police and Crime Measures*, September 2023, "Offences involving discharge of a Firearm"
(12M Dec 2019 and 12M June 2022, as headed there) and "Repeat Victims". The pack's own total of the differences, -20, is
off by one: 86 - 107 is -21, and so is the sum of the differences that it prints above it.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from functools import cache

import pytest

from pmcli.sources.mapping import HERE
from tests.conftest import SAMPLES, pm

WEAPONS = {
    "Ball bearing gun": (37, 65, 28),
    "Air weapon": (26, 0, -26),
    "Supposed -type unknown": (14, 12, -2),
    "Stun-gun": (3, 0, -3),
    "Shotgun (long barrelled)": (4, 0, -4),
    "Soft air weapon": (0, 0, 0),
    "Pepper spray": (2, 1, -1),
    "CS gas": (12, 1, -11),
    "Imitation handgun": (0, 1, 1),
    "Handgun - unknown": (5, 2, -3),
    "Rifle": (2, 1, -1),
    "Shotgun (sawn off)": (1, 3, 2),
    "Not Known": (0, 0, 0),
    "Handgun - converted air pistol": (0, 0, 0),
    "Other imitation": (1, 0, -1),
}
OFFENCES = {
    "CRIMINAL DAMAGE": 40,
    "VIOLENCE WITH INJURY": 26,
    "VIOLENCE WITHOUT INJURY": 18,
    "MISC CRIMES AGAINST SOCIETY": 1,
    "PUBLIC ORDER OFFENCES": 1,
}
PRINTED_TOTAL = (107, 86)
THEN, NOW = (date(2019, 1, 1), date(2019, 12, 31)), (date(2021, 7, 1), date(2022, 6, 30))


def day(text):
    if text.isdigit():
        return date(1899, 12, 30) + timedelta(days=int(text))
    for spelling in ("%d/%m/%Y", "%Y-%m-%d", "%d %b %Y"):
        try:
            return datetime.strptime(text, spelling).date()
        except ValueError:
            continue
    raise AssertionError(text)


@cache
def crimes():
    """Each crime once, the last row of its number, less the cancelled ones."""
    with (SAMPLES / "athena-records.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["Crime number"]: row for row in csv.DictReader(file)}
    return [row for row in rows.values() if row["Status"] not in ("Cancelled", "No crime")]


def counted(column, window):
    first, last = window
    inside = [r for r in crimes() if "Firearm discharge" in r["Markers"] and first <= day(r["Date recorded"]) <= last]
    return Counter(row[column].strip().lower() for row in inside)


def breakdown(dimension):
    """category -> the row that pm gives."""
    loaded = pm("load", "athena-records.csv", "--map", "athena-records", "--by", dimension, cwd=SAMPLES)
    made = pm("breakdown", "firearms", "--to", "2022-06", "-f", "json", cwd=SAMPLES, stdin=loaded.stdout)
    assert made.returncode == 0, made.stderr.decode()
    return {row["category"]: row for row in json.loads(made.stdout)}


def test_firearms_by_weapon_are_the_printed_ones():
    then, now = counted("Weapon", THEN), counted("Weapon", NOW)
    assert {name: (then[name.lower()], now[name.lower()]) for name in WEAPONS} == {
        name: printed[:2] for name, printed in WEAPONS.items()
    }
    assert (then.total(), now.total()) == PRINTED_TOTAL


def test_firearms_by_offence_are_the_printed_ones():
    assert counted("Offence type", NOW) == {name.lower(): count for name, count in OFFENCES.items()}


def test_pm_gives_the_printed_weapons_with_a_total_that_adds_up():
    rows = breakdown("weapon")
    found = {name: (row["against_value"], row["value"], row["difference"]) for name, row in rows.items()}
    total = found.pop("Grand total")
    assert found == WEAPONS
    assert total == (*PRINTED_TOTAL, -21)
    assert total[2] == sum(difference for _, _, difference in WEAPONS.values())
    assert f"{100 * rows['Ball bearing gun']['change']:.1f}" == "75.7"  # printed
    assert f"{100 * rows['Ball bearing gun']['share']:.0f}" == "76"  # printed


def test_pm_gives_the_printed_offences():
    found = {name: row["value"] for name, row in breakdown("offence").items()}
    assert found == {**OFFENCES, "Grand total": 86}


def test_repeat_victims_are_one_in_three_and_two_points_apart():
    days = defaultdict(list)
    for row in crimes():
        days[row["Victim ref"]].append(day(row["Date recorded"]))
    tallies = defaultdict(lambda: [0, 0])
    for row in crimes():
        recorded = day(row["Date recorded"])
        if row["Victim ref"] not in ("", "UNKNOWN") and NOW[0] <= recorded <= NOW[1]:
            again = any(1 <= (recorded - other).days <= 365 for other in days[row["Victim ref"]])
            for part in ("all", row["Offence class"]):
                tallies[part][0] += again
                tallies[part][1] += 1
    made = pm("load", "athena-records.csv", "--map", "athena-records", cwd=SAMPLES)
    compared = pm("compare", "repeat-victims", "-f", "csv", cwd=SAMPLES, stdin=made.stdout).stdout.decode()
    rows = [row for row in csv.DictReader(io.StringIO(compared)) if row["against"] == "previous-year"]
    shares = {row["category"]: float(row["value"]) for row in rows}
    assert shares == {part: pytest.approx(repeats / base) for part, (repeats, base) in tallies.items()}
    assert 0.32 < shares["all"] < 0.35
    assert f"{100 * (shares['High harm'] - shares['Volume']):.1f}" == "2.2"


def test_what_is_odd_in_the_sample_is_in_it():
    with (SAMPLES / "athena-records.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    spellings = {"digits": 0, "iso": 0, "words": 0, "slashes": 0}
    for row in rows:
        text = row["Date recorded"]
        kind = "digits" if text.isdigit() else "iso" if text[4:5] == "-" else "words" if " " in text else "slashes"
        spellings[kind] += 1
    assert all(spellings.values())
    numbers = Counter(row["Crime number"] for row in rows)
    assert sum(count > 1 for count in numbers.values()) > 20
    assert {"Cancelled", "No crime"} < {row["Status"] for row in rows}
    assert {"", "UNKNOWN"} < {row["Victim ref"] for row in rows}
    assert {"Ball bearing gun", " BALL BEARING GUN"} < {row["Weapon"] for row in rows}


def test_the_shipped_mapping_shows_the_header_of_the_sample():
    head = (SAMPLES / "athena-records.csv").read_text(encoding="utf-8").splitlines()[0]
    assert f"#   {head}" in (HERE / "athena-records.toml").read_text(encoding="utf-8")
