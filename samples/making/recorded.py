"""The same months in the Home Office layouts: by financial quarter and offence code, and in 12-month totals.

Essex and three invented forces. The offences that the monthly extract has add up to its months exactly; the others
(shoplifting, bicycle theft, drugs, cannabis) are drawn here. The oddities of the published files are put in on purpose.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from making.draw import allocate, stream
from making.figures import ESSEX_NAME, INVENTED, Figures

FORCES: Final = [ESSEX_NAME, *INVENTED[:3]]

QUARTERS: Final = [(year, quarter) for year in range(2018, 2024) for quarter in (1, 2, 3, 4)]
"""(the year in which the financial year begins, financial quarter); quarter 1 is April to June."""

HEADER: Final = [
    "Financial Year",
    "Financial Quarter",
    "Force Name",
    "Offence Description",
    "Offence Group",
    "Offence Subgroup",
    "Offence Code",
    "Number of Offences",
]

YEARS_HEADER: Final = ["12 months ending", "PFA", "Region", "Offence", "Rolling year total number of offences"]

VIOLENCE, THEFT = "Violence against the person", "Theft offences"

# Measure of the monthly extract -> the offences it is split over: description, group, subgroup, code, share.
SPLIT: Final = {
    "Homicide": [
        ("Murder", VIOLENCE, "Homicide", "1", 0.8),
        ("Manslaughter", VIOLENCE, "Homicide", "4.1", 0.2),
    ],
    "Violence with injury": [
        ("Assault with injury", VIOLENCE, "Violence with injury", "8N", 0.91),
        ("Assault with intent to cause serious harm", VIOLENCE, "Violence with injury", "5D", 0.09),
    ],
    "Burglary": [
        ("Burglary Residential", THEFT, "Residential burglary", "28E", 0.7),
        ("Burglary Business and Community", THEFT, "Non-residential burglary", "30C", 0.3),
        ("Burglary in a dwelling(outcome only)", THEFT, "Domestic burglary", "28A", 0.0),
        ("Burglary in a building other than a dwelling (outcome only)", THEFT, "Non-domestic burglary", "30A", 0.0),
    ],
    "Theft from the person": [("Theft from the person", THEFT, "Theft from the person", "39", 1.0)],
    "Vehicle offences": [
        ("Theft from vehicle", THEFT, "Vehicle offences", "45", 0.48),
        ("Theft or unauthorised taking of motor vehicle", THEFT, "Vehicle offences", "48", 0.4),
        ("Interfering with a motor vehicle", THEFT, "Vehicle offences", "126", 0.11),
        ("Aggravated vehicle taking", THEFT, "Vehicle offences", "37.2", 0.01),
    ],
}
PERSONAL: Final = ("Robbery of personal property", "Robbery", "Robbery of personal property", "34B")
BUSINESS: Final = ("Robbery of business property", "Robbery", "Robbery of business property", "34A")

# Drawn here: description, group, subgroup, code, offences a quarter.
DRAWN: Final = [
    ("Shoplifting", THEFT, "Shoplifting", "46", 2300),
    ("Theft or unauthorised taking of a pedal cycle", THEFT, "Bicycle theft", "44", 450),
    ("Trafficking in controlled drugs", "Drug offences", "Trafficking of drugs", "92A", 320),
    ("Possession of controlled drugs (Cannabis)", "Drug offences", "Possession of drugs", "92E", 850),
]

MEASURES: Final = (*SPLIT, "Robbery", "Robbery (personal)")

CORRECTED: Final = ("Invented Force 03", (2021, 3))
"""Where a correction outweighs the quarter's aggravated vehicle taking: the publishers keep such a count negative."""


def quarters(figures: Figures) -> list[list[str]]:
    """The rows of the quarterly file, header first. Invented Force 02's 2018/19 is written as the 2017/18 file was."""
    rows = [HEADER]
    for (force, (year, quarter), description, group, subgroup, code), count in counts(figures).items():
        text = str(count)
        if force == "Invented Force 02" and year == 2018:
            text = f" {count:,} " if count else "-00 "
        rows.append([f"{year}/{(year + 1) % 100:02}", str(quarter), force, description, group, subgroup, code, text])
    return rows


Key = tuple[str, tuple[int, int], str, str, str, str]


def counts(figures: Figures) -> dict[Key, int]:
    """(force, quarter, description, group, subgroup, code) -> offences, in the order of the published file."""
    found: dict[Key, int] = {}
    for force in FORCES:
        for when in QUARTERS:
            first = 12 * (when[0] - 2018) + 3 * when[1]  # quarter 1 begins in April
            total = {measure: sum(figures.monthly[force, measure][first : first + 3]) for measure in MEASURES}
            for measure, offences in SPLIT.items():
                parts = allocate(total[measure], [offence[4] for offence in offences])
                if measure == "Vehicle offences" and (force, when) == CORRECTED:
                    parts = [parts[0] + parts[-1] + 2, *parts[1:-1], -2]
                for offence, part in zip(offences, parts, strict=True):
                    found[force, when, *offence[:4]] = part
            found[force, when, *PERSONAL] = total["Robbery (personal)"]
            found[force, when, *BUSINESS] = total["Robbery"] - total["Robbery (personal)"]
            for description, group, subgroup, code, usual in DRAWN:
                size = 1.0 if force == ESSEX_NAME else 0.6
                drawn = stream("drawn", force, when, code).random()
                found[force, when, description, group, subgroup, code] = round(usual * size * (0.85 + 0.3 * drawn))
    return dict(sorted(found.items(), key=lambda item: (item[0][1], item[0][0], item[0][2].lower())))


def years(figures: Figures) -> list[list[str]]:
    """The rows of the 12-month file, header first: every quarter-end from March 2019, one of them a day short."""
    rows = [YEARS_HEADER]
    by_quarter = counts(figures)
    names = {"Trafficking of drugs": "Drug offences", "Possession of drugs": "Drug offences"}
    names |= {PERSONAL[2]: "Robbery", BUSINESS[2]: "Robbery"}
    for last in range(3, len(QUARTERS)):
        window = QUARTERS[last - 3 : last + 1]
        year, quarter = QUARTERS[last]
        after = date(year, 3 * quarter + 4, 1) if quarter < 3 else date(year + 1, 1 if quarter == 3 else 4, 1)
        short = after == date(2020, 1, 1)  # "30-12-2019" for the 31st
        end = after - timedelta(days=2 if short else 1)
        totals: dict[tuple[str, str], int] = {}
        for (force, when, _, _, subgroup, _), count in by_quarter.items():
            if when in window:
                key = (force, names.get(subgroup, subgroup))
                totals[key] = totals.get(key, 0) + count
        for (force, offence), count in sorted(totals.items()):
            region = "East" if force == ESSEX_NAME else "Invented Region"
            rows.append([end.strftime("%d-%m-%Y"), force, region, offence, str(count)])
    return rows
