"""Crime records as untidy as extracts are, and mappings of them: for the comparison of `pm load` with the engines.

Hypothesis chooses how the extract is built; what stands in its cells comes from the extract's seed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from hypothesis import strategies as st

COLUMNS = (
    *('Crime "no"', "Date recorded", "Status", "HO code", "Offence type", "District", "Victim ref", "Victim age"),
    *("Class", "Weapon", "Markers", "Knife?", "Force", "Beat's", "How many", "seq"),
)

MAPPING = """
layout = "records"
source = "made"
{whose}
cancelled = ["Cancelled", "No crime"]
{more}
[columns]
{number}
{count}
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


COUNTS = ("1", "1", "2", " 3 ", "0", "12", "1,204", "1.0", "2.5", "-1", "many", "", "4e1", "7 ")


@dataclass(frozen=True)
class Extract:
    """How an extract is built, and what is asked of it."""

    seed: int = 0
    rows: int = 60
    whose: str = (
        "numbers"  # numbers: a row is one of several of a crime; crimes: each its own; count: it stands for some
    )
    victims: bool = False
    forces: bool = False
    own_measures: bool = False
    utc: bool = False
    month_first: bool = False
    hole: bool = False
    stray: bool = False
    by: tuple[str, ...] = ()
    area: str = ""


BY = ((), ("weapon",), ("beat", "knife"), ("offence", "victim_age"), ("domestic_abuse", "weapon"))
EXTRACTS = st.builds(
    Extract,
    seed=st.integers(0, 2**32 - 1),
    rows=st.sampled_from((2, 60, 300, 900)),
    whose=st.sampled_from(("numbers", "numbers", "numbers", "crimes", "count")),
    victims=st.booleans(),
    forces=st.booleans(),
    own_measures=st.booleans(),
    utc=st.booleans(),
    month_first=st.sampled_from((False, False, False, True)),
    hole=st.booleans(),
    stray=st.booleans(),
    by=st.sampled_from(BY),
    area=st.sampled_from(("", "district")),
)


def records(extract: Extract, *, untidy_dates: bool = True) -> pl.DataFrame:
    """Rows of text, `seq` apart, which counts them."""
    made = random.Random(extract.seed)
    first = date(2021, made.randint(1, 12), made.randint(1, 28))
    days = made.choice((200, 500, 1000))
    known = made.sample(range(days), k=max(1, int(days * made.choice((1.0, 0.9)))))
    if extract.hole:  # of two months
        known = [day for day in known if not days // 2 <= day < days // 2 + 62] or known

    def cell(place: int) -> str | None:
        if place == 1:
            day = first + timedelta(days=made.choice(known))
            return _day(made, day, untidy=untidy_dates, month_first=extract.month_first)
        return _cell(made, place)

    last = len(COLUMNS) - 1
    out: list[list[str | None]] = []
    for _ in range(extract.rows):
        if out and made.random() < 0.06:  # a number again: as it is, or with another content
            again = list(made.choice(out))
            if made.random() < 0.6:
                for place in made.sample(range(1, last), k=2):
                    again[place] = cell(place)
            out.append(again)
            continue
        out.append([_number(made, len(out)), *(cell(place) for place in range(1, last))])
    if extract.stray:
        out[0][1] = "01/01/1900" if untidy_dates else "1900-01-01"
    frame = pl.DataFrame(out, schema=dict.fromkeys(COLUMNS[:-1], pl.String), orient="row")
    return frame.with_columns(pl.int_range(pl.len()).alias("seq"))


def mapping(extract: Extract, folder: Path) -> tuple[Path, list[str], str]:
    """A mapping of such rows, with what to break down by and the areas."""
    more = ['rows = "crimes"'] * (extract.whose == "crimes")
    more += ['times = "utc"'] * extract.utc
    more += ['dates = "month-first"'] * extract.month_first
    victims = extract.victims and extract.whose != "count"
    if extract.own_measures:
        more.append(f"measures = [{', '.join(repr(n) for n in ('burglary', 'rape', *['repeat-victims'] * victims))}]")
    text = MAPPING.format(
        whose="" if extract.forces else 'force = "essex"',
        force='force = "Force"' if extract.forces else "",
        number="crime_number = 'Crime \"no\"'" if extract.whose == "numbers" else "",
        count='count = "How many"' if extract.whose == "count" else "",
        more="\n".join(more),
        victims='victim_id = "Victim ref"\noffence_class = "Class"' if victims else "",
    )
    path = folder / "made.toml"
    path.write_text(text, encoding="utf-8")
    return path, list(extract.by), extract.area


def _number(made: random.Random, place: int) -> str:
    if made.random() < 0.04:
        return made.choice(("", " ", "4.21E+11", "#####", "9e5"))
    return f"42/{place}/21" + made.choice(SPACES)


def _cell(made: random.Random, place: int) -> str | None:
    if made.random() < 0.02:
        return None
    choices = {
        2: ("Open", "Open", "Open", "cancelled", " No crime "), 3: CODES, 4: OFFENCES, 5: DISTRICTS, 6: VICTIMS,
        7: AGES,
        8: ("High harm", "Volume", ""), 9: WEAPONS, 10: MARKERS, 11: ("Y", "n", "", "TRUE", "maybe", "1"), 12: FORCES,
        13: ("A1", "a1", "B2", ""), 14: COUNTS,
    }[place]  # fmt: skip
    text = made.choice(choices)
    return made.choice((text, text, text, text.upper(), text.lower())) + made.choice(SPACES)


def _day(made: random.Random, day: date, *, untidy: bool, month_first: bool) -> str | None:
    if not untidy:
        return day.isoformat()
    usual, points = ("%m/%d/%Y", "%m.%d.%y") if month_first else ("%d/%m/%Y", "%d.%m.%y")
    ways = (format(day, usual),) * 12 + (
        f"{day:{usual} %H:%M}", f"{day:%Y-%m-%d}", f"{day:%Y-%m-%dT23:00:00+00:00}", f"{day.day} {day:%b} {day:%Y}",
        f"{day.day}-{day:%B}-{day:%y}", f"{day:%Y%m%d}", f"{day:%B} {day.day}, {day:%Y}", f" {day:{points}} ",
        str((day - date(1899, 12, 30)).days), "unknown", "31/02/2022", "Feb 2022", "", None,
        f"{day.day}st {day:%B} {day:%Y}",
    )  # fmt: skip
    return made.choice(ways)
