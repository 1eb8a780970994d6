"""Surveys: the pack's table of Q13b as percentages with bases, domestic abuse satisfaction, and invented respondents.

Source of the percentages and arrows: Essex Police, *National Police and Crime Measures*, September 2023, the pages of
Q13b (SMSR survey), of domestic abuse satisfaction (ADR 444) and of cyber crime. Bases are not printed anywhere: they
are ours, of the size such surveys have, and such that the printed arrows follow from the two-proportion z test.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import erfc, sqrt
from typing import Final

from making.draw import stream

WAVES: Final = [f"Jul {year} - Jun {year + 1}" for year in range(17, 23)]

# Printed: the percentage in each wave, then the arrow beside the change on the last wave but one.
DISTRICTS: Final[dict[str, tuple[list[int], str]]] = {
    "Uttlesford": ([58, 60, 77, 82, 82, 79], ""),
    "Rochford": ([75, 61, 65, 86, 84, 79], ""),
    "Chelmsford": ([73, 71, 71, 80, 78, 78], ""),
    "Southend": ([70, 64, 72, 82, 81, 76], ""),
    "Maldon": ([68, 67, 63, 80, 79, 75], ""),
    "Harlow": ([76, 71, 68, 88, 77, 74], ""),
    "Basildon": ([62, 64, 70, 78, 74, 73], ""),
    "Braintree": ([68, 74, 71, 83, 80, 72], "↓"),
    "Colchester": ([72, 73, 71, 79, 79, 71], "↓"),
    "Brentwood": ([67, 60, 70, 80, 74, 70], ""),
    "Tendring": ([70, 64, 76, 81, 79, 70], "↓"),
    "Thurrock": ([69, 64, 61, 73, 77, 70], "↓"),
    "Epping Forest": ([67, 57, 74, 76, 72, 67], ""),
    "Castle Point": ([66, 59, 61, 74, 74, 56], "↓"),
}

# Breakdown -> group -> (printed percentages, printed arrow, our base in a whole year)
GROUPS: Final[dict[str, dict[str, tuple[list[int], str, int]]]] = {
    "Sex": {
        "Male": ([72, 67, 67, 79, 77, 71], "↓", 3400),
        "Female": ([66, 65, 72, 81, 79, 74], "↓", 3600),
    },
    "Age": {
        "Under 35": ([79, 74, 69, 85, 81, 77], "↓", 1700),
        "35-54": ([66, 64, 68, 78, 77, 72], "↓", 2500),
        "55+": ([65, 61, 72, 79, 77, 69], "↓", 2800),
    },
    "Ethnicity": {
        "White": ([68, 65, 71, 80, 78, 71], "↓", 6250),
        "Other than White": ([78, 68, 62, 79, 74, 79], "↑", 750),
    },
    "Victim": {
        "Victim of crime": ([53, 57, 57, 61, 63, 60], "", 900),
        "Non victim": ([71, 67, 71, 82, 80, 75], "↓", 6100),
    },
}

# Printed: a gap of 16 points in 2023/24 quarter 1, 14 a year before, and that it is wider than the quarter before.
# The shares behind the gaps are ours.
QUARTERS: Final = {"2022/23 Q1": (64, 78), "2022/23 Q4": (61, 76), "2023/24 Q1": (58, 74)}

# Printed: what each local policing area moved by in the last 12 months, and that the force as a whole has no
# significant change. The shares and bases are ours.
AREAS: Final[dict[str, tuple[int, int, int]]] = {"North": (67, 62, 260), "South": (65, 61, 280), "West": (60, 67, 250)}

CYBER_CONFIDENCE: Final = 46  # per cent good or excellent, printed
CYBER_POOR: Final = 20  # per cent poor or very poor, printed
DOMESTIC_ABUSE: Final = {"Mar 2020": 0.83, "Mar 2021": 0.82, "Mar 2022": 0.81, "Mar 2023": 0.80}  # first, last printed

WORTH: Final = 0.88
"""Effective sample size as a part of the base, after weighting."""

ANSWERS: Final = ("Excellent", "Good", "Fair", "Poor", "Very poor")
_SHARES: Final = (0.21, 0.52, 0.17, 0.07, 0.03)


def files() -> dict[str, list[list[str]]]:
    """File name -> rows, header first. Stops when a printed arrow does not follow from the bases."""
    return {
        "smsr-survey.csv": _table(),
        "smsr-respondents.csv": _respondents(),
        "domestic-abuse-survey.csv": _domestic_abuse(),
    }


def _table() -> list[list[str]]:
    rows = [["Question", "Breakdown", "Group", "Wave", "% good or excellent", "Base", "Effective base"]]
    districts: dict[str, list[tuple[int, int]]] = {}
    for name, (percentages, arrow) in DISTRICTS.items():
        rows += (mine := _series("District", name, percentages, 500))
        _check(mine, arrow)
        districts[name] = [(int(row[4].rstrip("%")), int(row[5])) for row in mine]
    for place, wave in enumerate(WAVES):
        base = sum(series[place][1] for series in districts.values())
        share = sum(percent * number for percent, number in (series[place] for series in districts.values())) / base
        rows.append(["Q13b", "Force", "Essex", wave, f"{share:.1f}%", str(base), str(round(base * WORTH))])
    for breakdown, groups in GROUPS.items():
        for name, (percentages, arrow, base) in groups.items():
            rows += (mine := _series(breakdown, name, percentages, base))
            _check(mine, arrow)
    for wave, (victims, others) in QUARTERS.items():
        for name, percent, base in (("Victim of crime", victims, 225), ("Non victim", others, 1525)):
            rows.append(["Q13b", "Victim", name, wave, f"{percent}%", str(base), str(round(base * WORTH))])
    for question, percent in (("Cyber crime", CYBER_CONFIDENCE), ("Cyber crime, poor", CYBER_POOR)):
        rows.append([question, "Force", "Essex", WAVES[-1], f"{percent}%", "3520", str(round(3520 * WORTH))])
    return rows + _areas()


def _areas() -> list[list[str]]:
    """Q40, victims satisfied with their most recent experience, by local policing area in the last two waves."""
    rows = []
    for place, wave in enumerate(WAVES[-2:]):
        base = sum(number for *_, number in AREAS.values())
        share = sum(shares[place] * number for *shares, number in AREAS.values()) / base
        rows.append(["Q40", "Force", "Essex", wave, f"{share:.1f}%", str(base), str(round(base * WORTH))])
    for name, (*shares, number) in AREAS.items():
        mine = [
            ["Q40", "Local policing area", name, wave, f"{percent}%", str(number), str(round(number * WORTH))]
            for wave, percent in zip(WAVES[-2:], shares, strict=True)
        ]
        rows += mine
    _check(rows[:2], "")
    return rows


def _series(breakdown: str, group: str, percentages: list[int], base: int) -> list[list[str]]:
    rng = stream("survey", breakdown, group)
    rows = []
    for wave, percent in zip(WAVES, percentages, strict=True):
        # The pack says that Q13b was first asked in quarter 3 of 2017/18: nine months of the first wave.
        number = round(base * (0.98 + 0.04 * rng.random()) * (0.75 if wave == WAVES[0] else 1))
        rows.append(["Q13b", breakdown, group, wave, f"{percent}%", str(number), str(round(number * WORTH))])
    return rows


def _check(rows: list[list[str]], arrow: str) -> None:
    """The printed arrow is what the test says of the last change."""
    (p, n), (q, m) = ((float(row[4].rstrip("%")) / 100, int(row[6])) for row in rows[-1:-3:-1])
    pooled = (p * n + q * m) / (n + m)
    p_value = erfc(abs(p - q) / sqrt(2 * pooled * (1 - pooled) * (1 / n + 1 / m)))
    found = ("↑" if p > q else "↓") if p_value < 0.05 else ""
    assert found == arrow, (
        f"{rows[-1][2]}: {p - q:+.2f} on {n} and {m} gives {found!r} (p {p_value:.3f}), not {arrow!r}"
    )


def _domestic_abuse() -> list[list[str]]:
    rows = [["Year to", "Completely, very or fairly satisfied", "Respondents"]]
    rng = stream("survey", "domestic abuse")
    return rows + [
        [wave, f"{share:.2f}", str(round(600 + 60 * rng.random()))] for wave, share in DOMESTIC_ABUSE.items()
    ]


def _respondents() -> list[list[str]]:
    rows = [["Respondent", "Interview date", "District", "Gender", "Age", "Victim", "Q13b", "Q37", "Weight"]]
    rng = stream("survey", "respondents")
    names = list(DISTRICTS)
    first = date(2021, 7, 1)
    for number in range(1, 1401):
        day = first + timedelta(days=int(rng.random() * 730))
        district = names[int(rng.random() * len(names))]
        if district == "Maldon" and day >= date(2022, 7, 1):
            district = "Castle Point"  # three respondents of Maldon's last year are put back below
        victim = rng.random() < 0.14
        answer = _answer(rng.random() * (1.25 if victim else 1.0))
        updates = _answer(rng.random() * 1.3) if victim and rng.random() < 0.8 else ""
        rows.append(
            [
                f"R{number:05}",
                _date(day, number),
                district,
                "M" if rng.random() < 0.48 else "F",
                str(16 + int(rng.random() * 74)),
                "Yes" if victim else "No",
                _spelt(answer, number)
                if rng.random() > 0.03
                else ("Don't know", "DON’T KNOW", "Don't know.")[number % 3],
                updates,
                f"{0.4 + 1.4 * rng.random():.4f}",
            ]
        )
    for at in (1200, 1250, 1300):
        rows[at][1:3] = [f"2022-11-{at % 28 + 1:02}", "Maldon"]
    rows[100][8], rows[200][8], rows[300][8] = "", "-0.5000", "0"
    rows[400][6] = rows[500][6] = "Goood"
    return rows


def _answer(point: float) -> str:
    """The answer at a point between 0 and 1 (and beyond: the worst)."""
    for answer, share in zip(ANSWERS, _SHARES, strict=True):
        point -= share
        if point < 0:
            return answer
    return ANSWERS[-1]


def _spelt(answer: str, number: int) -> str:
    """One answer in twelve is spelt otherwise, as another interviewer's software would."""
    other = {1: answer.upper(), 5: f"{answer} ", 9: answer.lower() + "."}
    return other.get(number % 36, answer)


def _date(day: date, number: int) -> str:
    """Dates in the four spellings that one file should not have, and some do."""
    if number % 4 == 0:
        return day.isoformat()
    if number % 40 == 1:
        return str((day - date(1899, 12, 30)).days)
    return f"{day.day} {day:%b %Y}" if number % 10 == 3 else f"{day:%d/%m/%Y}"
