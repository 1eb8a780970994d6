"""Crime records in the layout of an Athena extract: one row a crime, January 2019 to June 2022, all of them invented.

Two things are the pack's: the offences involving discharge of a firearm, by weapon in both of its windows and by
offence in the later, and the gap between the repeat rates of high harm and volume crimes (2.2 points). The rest of the
crimes are 150 a month, far fewer than any force has. The oddities of real extracts are put in on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from making.draw import stream

# Weapon: 12 months to December 2019, to June 2022 (both printed), and January 2020 to June 2021 between them (ours).
WEAPONS: Final = {
    "Ball bearing gun": (37, 65, 70),
    "Air weapon": (26, 0, 24),
    "Supposed -type unknown": (14, 12, 19),
    "Stun-gun": (3, 0, 3),
    "Shotgun (long barrelled)": (4, 0, 4),
    "Soft air weapon": (0, 0, 3),
    "Pepper spray": (2, 1, 2),
    "CS gas": (12, 1, 9),
    "Imitation handgun": (0, 1, 1),
    "Handgun - unknown": (5, 2, 4),
    "Rifle": (2, 1, 2),
    "Shotgun (sawn off)": (1, 3, 2),
    "Not Known": (0, 0, 2),
    "Handgun - converted air pistol": (0, 0, 1),
    "Other imitation": (1, 0, 1),
}
# Offence: 12 months to June 2022 as printed; the other two are ours.
FIREARM_OFFENCES: Final = {
    "CRIMINAL DAMAGE": (49, 40, 66),
    "VIOLENCE WITH INJURY": (33, 26, 45),
    "VIOLENCE WITHOUT INJURY": (22, 18, 32),
    "MISC CRIMES AGAINST SOCIETY": (2, 1, 3),
    "PUBLIC ORDER OFFENCES": (1, 1, 1),
}
PRINTED_TOTALS: Final = (107, 86)
PRINTED_DIFFERENCE: Final = -20  # 86 - 107 is -21, and so is the sum of the printed differences
GAP: Final = 2.2

STARTS: Final = (date(2019, 1, 1), date(2021, 7, 1), date(2020, 1, 1))
ENDS: Final = (date(2019, 12, 31), date(2022, 6, 30), date(2021, 6, 30))

HIGH, VOLUME = "High harm", "Volume"
# Offence: Home Office code, class, share of the crimes, share with a knife, whether it has a victim.
OFFENCES: Final = {
    "VIOLENCE WITH INJURY": ("8N", HIGH, 0.17, 0.06, True),
    "VIOLENCE WITHOUT INJURY": ("105A", VOLUME, 0.17, 0.01, True),
    "STALKING AND HARASSMENT": ("8L", HIGH, 0.14, 0.0, True),
    "RAPE": ("19C", HIGH, 0.02, 0.01, True),
    "ROBBERY OF PERSONAL PROPERTY": ("34B", HIGH, 0.03, 0.25, True),
    "ROBBERY OF BUSINESS PROPERTY": ("34A", VOLUME, 0.01, 0.25, False),
    "RESIDENTIAL BURGLARY": ("28E", VOLUME, 0.07, 0.0, True),
    "NON-RESIDENTIAL BURGLARY": ("30C", VOLUME, 0.03, 0.0, False),
    "VEHICLE OFFENCES": ("45", VOLUME, 0.12, 0.0, True),
    "THEFT FROM THE PERSON": ("39", VOLUME, 0.02, 0.0, True),
    "CRIMINAL DAMAGE": ("149", VOLUME, 0.12, 0.0, True),
    "SHOPLIFTING": ("46", VOLUME, 0.06, 0.0, False),
    "POSSESSION OF DRUGS": ("92E", VOLUME, 0.03, 0.0, False),
    "PUBLIC ORDER OFFENCES": ("125", VOLUME, 0.005, 0.0, False),
    "MISC CRIMES AGAINST SOCIETY": ("99", VOLUME, 0.005, 0.0, False),
}
REPEATS: Final = {HIGH: 0.3470, VOLUME: 0.3250}
DISTRICTS: Final = [
    "Basildon", "Braintree", "Brentwood", "Castle Point", "Chelmsford", "Colchester", "Epping Forest", "Harlow",
    "Maldon", "Rochford", "Southend-on-Sea", "Tendring", "Thurrock", "Uttlesford",
]  # fmt: skip
A_MONTH: Final = 155
HEADER: Final = [
    "Crime number", "Date recorded", "Status", "HO code", "Offence type", "District", "Victim ref", "Victim age",
    "Offence class", "Weapon", "Markers",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crime:
    """One crime before it is written down."""

    day: date
    offence: str
    weapon: str = ""
    firearm: bool = False
    victim: str = ""
    number: int = 0


def rows() -> list[list[str]]:
    """The rows of the extract, header first. Raises AssertionError when a printed figure does not come out."""
    crimes = sorted([*_firearms(), *_others()], key=lambda crime: (crime.day, crime.offence, crime.weapon))
    crimes = [replace(crime, number=100_001 + place) for place, crime in enumerate(_with_victims(crimes))]
    _check(crimes)
    written: list[list[str]] = []
    rng = stream("crimes", "rows")
    for crime in crimes:
        row = _row(crime, stream("crimes", crime.number))
        chance = rng.random()
        if chance < 0.002:  # an earlier version of the same crime, which the one below it replaces
            written.append([*row[:6], *row[6:9], "Supposed -type unknown", ""])
        written.append(row)
        if 0.002 <= chance < 0.005:  # the same row once more
            written.append(row)
        if 0.005 <= chance < 0.02:  # a crime that was recorded and then cancelled
            number = f"42/{900_001 + crime.number}/{crime.day:%y}"
            written.append([number, row[1], "Cancelled" if chance < 0.015 else "No crime", *row[3:]])
    return [HEADER, *written]


def _days(start: date, end: date) -> int:
    return (end - start).days + 1


def _firearms() -> list[Crime]:
    made = []
    for window in range(3):
        rng = stream("crimes", "firearms", window)
        weapons = [name for name, counts in WEAPONS.items() for _ in range(counts[window])]
        offences = [name for name, counts in FIREARM_OFFENCES.items() for _ in range(counts[window])]
        assert len(weapons) == len(offences), window
        _shuffle(offences, rng)
        for weapon, offence in zip(weapons, offences, strict=True):
            day = STARTS[window] + timedelta(days=int(rng.random() * _days(STARTS[window], ENDS[window])))
            made.append(Crime(day, offence, weapon, firearm=True))
    return made


def _others() -> list[Crime]:
    rng = stream("crimes", "others")
    days = _days(STARTS[0], ENDS[1])
    made = []
    for _ in range(A_MONTH * 42):
        point, names = rng.random(), list(OFFENCES)
        for offence in names:
            point -= OFFENCES[offence][2]
            if point < 0:
                break
        made.append(Crime(STARTS[0] + timedelta(days=int(rng.random() * days)), offence))
    return made


def _shuffle(items: list[str], rng: Random) -> None:
    for place in range(len(items) - 1, 0, -1):
        other = int(rng.random() * (place + 1))
        items[place], items[other] = items[other], items[place]


def _with_victims(crimes: list[Crime]) -> list[Crime]:
    """Crimes in order of day with their victims: the share of each class that REPEATS says has one who is known.

    A known victim had a crime 1 to 365 days before. Now and then a new victim has two crimes on one day.
    """
    rng = stream("crimes", "victims")
    known: list[tuple[date, str]] = []
    today: list[tuple[date, str]] = []
    owed = dict.fromkeys(REPEATS, 0.5)
    made: list[Crime] = []
    first, number, twin = 0, 0, ""
    for place, crime in enumerate(crimes):
        _, harm, _, _, has_victim = OFFENCES[crime.offence]
        if place and crime.day != crimes[place - 1].day:
            known, today, twin = known + today, [], ""
        if crime.day == STARTS[1] and (not place or crimes[place - 1].day != crime.day):
            owed = dict.fromkeys(REPEATS, 0.5)  # the window that is checked begins even
        while first < len(known) and (crime.day - known[first][0]).days > 365:
            first += 1
        if not has_victim or rng.random() < 0.03:
            made.append(replace(crime, victim="" if rng.random() < 0.8 else "UNKNOWN"))
            continue
        owed[harm] += REPEATS[harm]
        if owed[harm] >= 1 and first < len(known):
            owed[harm] -= 1
            victim = known[first + int(rng.random() * (len(known) - first))][1]
        elif twin:
            victim, twin = twin, ""
        else:
            number += 1
            victim = f"V{number:05}"
            twin = victim if rng.random() < 0.05 else ""
        today.append((crime.day, victim))
        made.append(replace(crime, victim=victim))
    return made


def _row(crime: Crime, rng: Random) -> list[str]:
    code, harm, _, knives, _ = OFFENCES[crime.offence]
    markers = ["Knife"] if not crime.firearm and rng.random() < knives else []
    markers += ["DA"] if "VIOLENCE" in crime.offence and rng.random() < 0.3 else []
    markers += ["VAWG"] if harm == HIGH and rng.random() < 0.4 else []
    markers += ["Firearm discharge"] if crime.firearm else []
    weapon = crime.weapon or ("Knife" if "Knife" in markers else "")
    if crime.firearm and rng.random() < 0.05:
        weapon = f" {weapon.upper()}"
    named = crime.victim if crime.victim not in ("", "UNKNOWN") else ""
    age = str(10 + int(stream("crimes", "age", named).random() ** 1.5 * 75)) if named else ""
    district = DISTRICTS[int(rng.random() ** 1.3 * len(DISTRICTS))] if rng.random() > 0.01 else ""
    status = "Finalised" if rng.random() < 0.8 else "Under investigation"
    return [
        f"42/{crime.number}/{crime.day:%y}", _written(crime.day, rng), status, code, crime.offence, district,
        crime.victim, age, harm, weapon, "; ".join(markers),
    ]  # fmt: skip


def _written(day: date, rng: Random) -> str:
    """The day as most rows write it, or as spreadsheets and people do."""
    point = rng.random()
    if point < 0.01:
        return str((day - date(1899, 12, 30)).days)
    if point < 0.02:
        return day.isoformat()
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{day.day} {months[day.month - 1]} {day.year}" if point < 0.03 else f"{day:%d/%m/%Y}"


def _check(crimes: list[Crime]) -> None:
    for window, total in enumerate(PRINTED_TOTALS):
        assert sum(counts[window] for counts in WEAPONS.values()) == total
        inside = [c for c in crimes if c.firearm and STARTS[window] <= c.day <= ENDS[window]]
        assert len(inside) == total, (window, len(inside))
    seen: dict[str, list[date]] = {}
    tallies = {HIGH: [0, 0], VOLUME: [0, 0]}
    for crime in crimes:
        if crime.victim in ("", "UNKNOWN"):
            continue
        before = seen.setdefault(crime.victim, [])
        if STARTS[1] <= crime.day <= ENDS[1]:
            tally = tallies[OFFENCES[crime.offence][1]]
            tally[0] += any(1 <= (crime.day - day).days <= 365 for day in before)
            tally[1] += 1
        before.append(crime.day)
    rates = {harm: 100 * repeats / all_of_them for harm, (repeats, all_of_them) in tallies.items()}
    assert f"{rates[HIGH] - rates[VOLUME]:.1f}" == f"{GAP:.1f}", rates
    both = 100 * sum(t[0] for t in tallies.values()) / sum(t[1] for t in tallies.values())
    assert 32 < both < 35, both  # "one in three"
