"""Counts with the months across, in the layout of the Metropolitan Police borough files: two vintages that overlap.

Three invented boroughs. The later file prints 2022 again and has revised some of its counts, as a later download does.
"""

from __future__ import annotations

from typing import Final

from making.draw import stream

BOROUGHS: Final = ("Invented Borough A", "Invented Borough B", "Invented Borough C")

# MajorText, MinorText, offences a month in a borough
CATEGORIES: Final = (
    ("Burglary", "Burglary Business and Community", 35),
    ("Burglary", "Domestic Burglary", 110),
    ("Drug Offences", "Possession of Drugs", 90),
    ("Robbery", "Robbery of Business Property", 5),
    ("Robbery", "Robbery of Personal Property", 65),
    ("Theft", "Bicycle Theft", 40),
    ("Theft", "Shoplifting", 95),
    ("Theft", "Theft from Person", 80),
    ("Vehicle Offences", "Theft from a Motor Vehicle", 190),
    ("Vehicle Offences", "Theft or Taking of a Motor Vehicle", 85),
    ("Violence Against the Person", "Homicide", 0.3),
    ("Violence Against the Person", "Violence with Injury", 200),
)

HISTORICAL: Final = [f"{year}{month:02}" for year in range(2019, 2023) for month in range(1, 13)]
LATEST: Final = [f"{2022 + i // 12}{i % 12 + 1:02}" for i in range(19)]  # January 2022 to July 2023


def files() -> dict[str, list[list[str]]]:
    """File name -> rows, header first."""
    return {
        "boroughs-historical.csv": _rows(HISTORICAL, revised=False),
        "boroughs-latest.csv": _rows(LATEST, revised=True),
    }


def _rows(months: list[str], *, revised: bool) -> list[list[str]]:
    rows = [["MajorText", "MinorText", "LookUp_BoroughName", *months]]
    for major, minor, usual in CATEGORIES:
        for borough in BOROUGHS:
            counts = [_count(minor, borough, month, usual, revised=revised) for month in months]
            rows.append([major, minor, borough, *map(str, counts)])
    return rows


def _count(minor: str, borough: str, month: str, usual: float, *, revised: bool) -> int:
    rng = stream("borough", minor, borough, month)
    count = int(usual * (0.75 + 0.5 * rng.random()) + rng.random())
    if revised and rng.random() < 0.1:
        count += 1 + int(rng.random() * usual * 0.03)
    return count
