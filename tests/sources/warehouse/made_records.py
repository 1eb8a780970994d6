"""Crime records as untidy as extracts are, from a seed: for the comparison of `pm load` with the engines."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import polars as pl

COLUMNS = (
    *('Crime "no"', "Date recorded", "Status", "HO code", "Offence type", "District", "Victim ref", "Victim age"),
    *("Class", "Weapon", "Markers", "Knife?", "Force", "Beat's", "seq"),
)

MAPPING = """
layout = "records"
source = "made"
{whose}
cancelled = ["Cancelled", "No crime"]
{more}
[columns]
{number}
recorded_date = "Date recorded"
status = "Status"
ho_code = "HO code"
ho_subgroup = "Offence type"
offence = "Offence type"
district = "District"
{victims}
victim_age = "Victim age"
weapon = "Weapon"
{force}
[flags]
knife = "Knife?"
vawg = {{ column = "Markers", contains = "VAWG" }}
domestic_abuse = {{ column = "Markers", contains = "DA" }}
firearm_discharge = {{ column = "Markers", true = ["gun", "Gun; DA"] }}
[by]
beat = "Beat's"
[subgroups]
"MISC CRIMES AGAINST SOCIETY" = "Miscellaneous crimes"
"34B" = "Robbery of personal property"
[where]
all-crime = "TRUE"
homicide = "ho_subgroup = 'Homicide' OR (weapon LIKE 'Axe%' AND NOT (beat IN ('A1', 'a1')) AND knife = TRUE)"
"""

OFFENCES = (
    *("VIOLENCE WITH INJURY", "Violence with injury", "Robbery of personal property", "ROBBERY", "Robbery - street"),
    *("Residential burglary", "NON-RESIDENTIAL BURGLARY", "Burglary", "Rape offences", "rape", "Homicide"),
    *("MISC CRIMES AGAINST SOCIETY", "Misc  crimes against society ", "Something new", "", "Vehicle offences"),
    *("Fraud offences: other", "Theft from the person", "Theft offences", "Criminal damage", "Arson", "Public order"),
)
DISTRICTS = (
    "Basildon",
    "BASILDON",
    "Ynys Môn",
    "ynys  môn",
    "Southend-on-Sea",
    "A & B",
    "",
    "St. Ives",
    "Łódź",
    "Straße",
)
WEAPONS = ("Axe", "AXE", "axe ", "Éclat", "éclat", "", "Knife (kitchen)", "Knife (kitchen)", "=SUM", "'quoted'", "a\tb")
MARKERS = ("", "Knife", "DA; VAWG", "vawg", "DA,VAWG", "DAVAWG", "gun", "Gun; DA", "VAWG / Hate", "D A")
AGES = ("", "24", "24.0", "17", "30", "24 years", "9 yrs old", "12y", "130", "abc", "5 old", " 22 ")
CODES = ("", "8N", "34B", "034b", "34 B", "105A", "0034B", "0")
VICTIMS = ("", "Unknown", "unknown ", "#####", "4.2E+11", *(f"V{number}" for number in range(40)))
FORCES = ("Essex", "ESSEX", "Essex Police", "Kent", "kent ", "Narnia", "")
SPACES = ("", "", "", " ", "  ", "\t", "\u00a0", " \u2003", "\n")


def records(seed: int, *, untidy_dates: bool = True) -> pl.DataFrame:
    """Rows of text, `seq` apart, which counts them."""
    made = random.Random(seed)
    rows = made.choice((60, 300, 1500))
    first = date(2021, made.randint(1, 12), made.randint(1, 28))
    days = made.choice((200, 500, 1000))
    known = made.sample(range(days), k=max(1, int(days * made.choice((1.0, 0.9)))))
    if made.random() < 0.4:  # a hole of two months
        known = [day for day in known if not days // 2 <= day < days // 2 + 62] or known
    out = []
    for _ in range(rows):
        if out and made.random() < 0.06:  # a number again: as it is, or with another content
            again = list(made.choice(out))
            if made.random() < 0.6:
                for place in made.sample(range(1, 14), k=2):
                    again[place] = _cell(made, place, first, known, untidy=untidy_dates)
            out.append(again)
            continue
        row = [_number(made, len(out))] + [
            _cell(made, place, first, known, untidy=untidy_dates) for place in range(1, 14)
        ]
        out.append(row)
    if made.random() < 0.4:
        out[0][1] = "01/01/1900" if untidy_dates else "1900-01-01"
    frame = pl.DataFrame(out, schema=dict.fromkeys(COLUMNS[:-1], pl.String), orient="row")
    return frame.with_columns(pl.int_range(pl.len()).alias("seq"))


def mapping(seed: int, folder: Path) -> tuple[Path, list[str], str]:
    """A mapping of such rows, with what to break down by and the areas."""
    made = random.Random(seed)
    many = made.random() < 0.4
    no_numbers = made.random() < 0.1
    text = MAPPING.format(
        whose="" if many else 'force = "essex"',
        force='force = "Force"' if many else "",
        number="" if no_numbers else "crime_number = 'Crime \"no\"'",
        more='rows = "crimes"'
        if no_numbers
        else made.choice(("", 'measures = ["burglary", "rape", "repeat-victims"]')),
        victims='victim_id = "Victim ref"\noffence_class = "Class"' if made.random() < 0.7 else "",
    )
    path = folder / f"made-{seed}.toml"
    path.write_text(text, encoding="utf-8")
    by = made.choice(([], ["weapon"], ["beat", "knife"], ["offence", "victim_age"], ["domestic_abuse", "weapon"]))
    return path, by, made.choice(("", "district", "district"))


def _number(made: random.Random, place: int) -> str:
    if made.random() < 0.04:
        return made.choice(("", " ", "4.21E+11", "#####", "9e5"))
    return f"42/{place}/21" + made.choice(SPACES)


def _cell(made: random.Random, place: int, first: date, known: list[int], *, untidy: bool) -> str | None:
    if made.random() < 0.02 and place != 1:
        return None
    if place == 1:
        return _day(made, first + timedelta(days=made.choice(known)), untidy=untidy)
    choices = {
        2: ("Open", "Open", "Open", "cancelled", " No crime "), 3: CODES, 4: OFFENCES, 5: DISTRICTS, 6: VICTIMS,
        7: AGES,
        8: ("High harm", "Volume", ""), 9: WEAPONS, 10: MARKERS, 11: ("Y", "n", "", "TRUE", "maybe", "1"), 12: FORCES,
        13: ("A1", "a1", "B2", ""),
    }[place]  # fmt: skip
    text = made.choice(choices)
    return made.choice((text, text, text, text.upper(), text.lower())) + made.choice(SPACES)


def _day(made: random.Random, day: date, *, untidy: bool) -> str | None:
    if not untidy:
        return day.isoformat()
    ways = (f"{day:%d/%m/%Y}",) * 12 + (
        f"{day:%d/%m/%Y %H:%M}", f"{day:%Y-%m-%d}", f"{day:%Y-%m-%dT23:00:00+00:00}", f"{day.day} {day:%b} {day:%Y}",
        f"{day.day}-{day:%B}-{day:%y}", f"{day:%Y%m%d}", f"{day:%B} {day.day}, {day:%Y}", f" {day:%d.%m.%y} ",
        str((day - date(1899, 12, 30)).days), "unknown", "31/02/2022", "Feb 2022", "", None,
        f"{day.day}st {day:%B} {day:%Y}",
    )  # fmt: skip
    return made.choice(ways)
