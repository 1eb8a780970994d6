"""The data of the benchmarks, made up from a seed: a street-level archive, a table of monthly counts, crime records.

Every line has the columns, lengths and oddities of a published one (64-hex ids, blank for anti-social behaviour;
quoted area names with a comma in them), under the names of invented forces. A force's lines are drawn once and written
out under every month, which is what makes ten million of them a matter of seconds.
"""

from __future__ import annotations

import os
import random
import zipfile
from datetime import date, timedelta
from pathlib import Path

FORCES = 20
ROWS_A_FILE = 21_000
STREET_HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context\n"
)
CRIME_TYPES = {
    "Violence and sexual offences": 34,
    "Anti-social behaviour": 17,
    "Shoplifting": 9,
    "Criminal damage and arson": 8,
    "Public order": 8,
    "Other theft": 7,
    "Vehicle crime": 6,
    "Burglary": 4,
    "Drugs": 3,
    "Other crime": 2,
    "Robbery": 1,
    "Theft from the person": 1,
    "Possession of weapons": 1,
    "Bicycle theft": 1,
}
OUTCOMES = (
    "Investigation complete; no suspect identified",
    "Unable to prosecute suspect",
    "Under investigation",
    "Status update unavailable",
    "Court result unavailable",
)


def month_name(number: int) -> str:
    """The number-th month from January 2001 on, as YYYY-MM."""
    return f"{2001 + number // 12}-{number % 12 + 1:02d}"


def street_folder(folder: Path, months: int, seed: int = 1) -> int:
    """Write a street archive of `months` months, FORCES files each, and return how many rows it holds."""
    picker = random.Random(seed)
    rows = 0
    for number in range(months):
        (folder / month_name(number)).mkdir(parents=True, exist_ok=True)
    for force in range(1, FORCES + 1):
        size = round(ROWS_A_FILE * (0.25 + 1.5 * (force - 0.5) / FORCES))  # forces differ sevenfold in size
        block = _street_lines(picker, f"Invented Force {force:02d} Police", size).encode()
        for number in range(months):
            month = month_name(number)
            path = folder / month / f"{month}-invented-force-{force:02d}-street.csv"
            path.write_bytes(STREET_HEADER.encode() + block.replace(b"YYYY-MM", month.encode()))
            rows += size
    return rows


def _street_lines(picker: random.Random, force: str, rows: int) -> str:
    types = picker.choices(list(CRIME_TYPES), weights=list(CRIME_TYPES.values()), k=rows)
    lines = []
    for crime_type in types:
        quiet = crime_type == "Anti-social behaviour"
        area = picker.randrange(1, 9000)
        name = f"Newtown {area // 50:03d}{'ABCDEF'[area % 6]}"
        if area % 40 == 0:
            name = f'"Newtown, Oldtown and Port {area // 50:03d}{"ABCDEF"[area % 6]}"'
        lines.append(
            f"{'' if quiet else picker.randbytes(32).hex()},YYYY-MM,{force},{force},"
            f"{picker.uniform(-3, 1.5):.6f},{picker.uniform(50.5, 54.5):.6f},On or near Invented Road {area},"
            f"E0{area + 1_000_000},{name},{crime_type},{'' if quiet else picker.choice(OUTCOMES)},\n"
        )
    return "".join(lines)


def part_of(folder: Path, months: int, part: Path) -> Path:
    """A folder with the first months of another one, as hard links."""
    for number in range(months):
        source, target = folder / month_name(number), part / month_name(number)
        target.mkdir(parents=True)
        for path in source.iterdir():
            os.link(path, target / path.name)
    return part


def zipped(folder: Path, archive: Path) -> Path:
    """The folder as one archive, deflated as the publisher's are."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for path in sorted(folder.rglob("*.csv")):
            opened.write(path, path.relative_to(folder))
    return archive


def counts_csv(path: Path, areas: list[str], measures: list[str], months: int, seed: int = 1) -> int:
    """Write monthly counts (area,measure,period,value) up to December 2023, and return how many rows there are."""
    picker = random.Random(seed)
    first = 23 * 12 - months
    with path.open("w", encoding="utf-8") as file:
        file.write("area,measure,period,value\n")
        for area in areas:
            for measure in measures:
                level = 10 ** picker.uniform(0.5, 3.5)
                file.writelines(
                    f"{area},{measure},{month_name(first + number)},{max(0, round(picker.gauss(level, level**0.5)))}\n"
                    for number in range(months)
                )
    return len(areas) * len(measures) * months


RECORDS_HEADER = "Crime number,Date recorded,Status,Offence type,District,Victim ref,Victim age,Weapon,Knife,VAWG\n"
SUBGROUPS = {
    "Violence with injury": 10, "Violence without injury": 15, "Stalking and harassment": 9, "Shoplifting": 8,
    "Criminal damage": 8, "Public order offences": 8, "Vehicle offences": 8, "Other theft offences": 7,
    "Residential burglary": 5, "Non-residential burglary": 2, "Robbery of personal property": 2,
    "Robbery of business property": 1, "Theft from the person": 2, "Bicycle theft": 2, "Possession of drugs": 3,
    "Rape offences": 1, "Other sexual offences": 1, "Possession of weapons offences": 1,
}  # fmt: skip


def records_csv(path: Path, rows: int, seed: int = 1, years: int = 10) -> None:
    """Write crime records, one row a crime in the order of their dates; one in a hundred repeats a number."""
    picker = random.Random(seed)
    drawn = [
        f"{'Cancelled' if picker.random() < 0.02 else 'Finalised'},{offence},District {picker.randrange(10)},"
        f"{'' if picker.random() < 0.3 else f'V{picker.randrange(rows // 2):07d}'},{picker.randrange(90)},"
        f"{picker.choice(('', 'Knife', 'Blunt object', 'Firearm', 'None'))},{'Y' if picker.random() < 0.05 else 'N'},"
        f"{'Y' if picker.random() < 0.1 else 'N'}\n"
        for offence in picker.choices(list(SUBGROUPS), weights=list(SUBGROUPS.values()), k=50_021)
    ]
    days = 365 * years
    first = date(2014, 1, 1)
    texts = [f"{first + timedelta(days=n):%d/%m/%Y}" for n in range(days)]
    with path.open("w", encoding="utf-8") as file:
        file.write(RECORDS_HEADER)
        for start in range(0, rows, 100_000):
            lines = []
            for row in range(start, min(rows, start + 100_000)):
                number = row - 50 if row % 100 == 99 else row
                lines.append(f"42/{number:07d}/14,{texts[row * days // rows]},{drawn[row % len(drawn)]}")
            file.write("".join(lines))
