"""Street-level crime files in the layout of data.police.uk: two forces, three months, every row invented.

They show the layout, not the level: about 150 rows a file, so nothing adds up to the other samples. The oddities are
those of the real files: no Crime ID on anti-social behaviour, a Crime ID that comes twice, CRLF line ends in one force.
"""

from __future__ import annotations

from random import Random
from typing import Final

from making.draw import stream

HEADER: Final = [
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
]

FORCES: Final = {"essex": "Essex Police", "invented-force-01": "Invented Force 01"}
MONTHS: Final = ("2023-05", "2023-06", "2023-07")

TYPES: Final = {
    "Anti-social behaviour": 22,
    "Bicycle theft": 4,
    "Burglary": 8,
    "Criminal damage and arson": 14,
    "Drugs": 5,
    "Other crime": 4,
    "Other theft": 12,
    "Possession of weapons": 2,
    "Public order": 14,
    "Robbery": 3,
    "Shoplifting": 12,
    "Theft from the person": 3,
    "Vehicle crime": 13,
    "Violence and sexual offences": 36,
}

OUTCOMES: Final = (
    "Investigation complete; no suspect identified",
    "Unable to prosecute suspect",
    "Status update unavailable",
    "Under investigation",
)


def files() -> dict[str, tuple[list[list[str]], str]]:
    """Path under samples/ -> (rows with the header first, line end)."""
    return {
        f"street/{month}/{month}-{force}-street.csv": (_rows(force, month), "\r\n" if force != "essex" else "\n")
        for month in MONTHS
        for force in FORCES
    }


def _rows(force: str, month: str) -> list[list[str]]:
    rng = stream("street", force, month)
    rows = []
    for crime_type, usual in TYPES.items():
        for _ in range(max(1, round(usual * (0.8 + 0.4 * rng.random())))):
            rows.append(_row(force, month, crime_type, rng))
    twice = next(row for row in rows if row[9] == "Vehicle crime")
    rows.insert(rows.index(twice) + 1, [*twice[:9], "Criminal damage and arson", *twice[10:]])
    return [HEADER, *rows]


def _row(force: str, month: str, crime_type: str, rng: Random) -> list[str]:
    quiet = crime_type == "Anti-social behaviour"
    place = int(rng.random() * 40)
    crime_id = "" if quiet else "".join("0123456789abcdef"[int(rng.random() * 16)] for _ in range(64))
    outcome = "" if quiet else OUTCOMES[int(rng.random() ** 1.5 * len(OUTCOMES))]
    nowhere = rng.random() < 0.03
    where = ["", "", "No Location", "", ""]
    if not nowhere:
        where = [
            f"{0.4 + place / 100:.6f}",
            f"{51.6 + place % 7 / 10:.6f}",
            f"On or near Invented Street {place + 1}",
            f"E019990{place // 4:02}",
            f"Invented {place // 4 + 1:03}A",
        ]
    return [crime_id, month, FORCES[force], FORCES[force], *where, crime_type, outcome, ""]
