"""Two tables that come in through `counts` and a mapping: referrals into drug treatment, homicide situation reports.

Printed: Essex Police, *National Police and Crime Measures*, September 2023: 8 % of arrestees referred in the 12 months
to May 2023 and in those to May 2022; five drug-related homicides fewer in the 12 months to September 2023 than in those
to December 2019, one fewer than in those to September 2022. The pack prints no counts: these are ours.
"""

from __future__ import annotations

from typing import Final

from making.calls import NAMES
from making.draw import allocate, stream
from making.figures import ESSEX_NAME, MONTHS, Figures

REFERRALS: Final = (((2021, 6), 22_650, 1_812), ((2022, 6), 23_310, 1_893))
"""First month of 12, arrestees, referred."""

DRUG_RELATED: Final = (((2019, 1), 8), ((2021, 10), 4), ((2022, 10), 3))
"""First month of 12, drug-related homicides."""

LAST: Final = (2023, 9)


def referrals() -> list[list[str]]:
    """Header first; June 2021 to May 2023."""
    table = [["Force", "Month", "Arrestees", "Referred into treatment"]]
    for (year, month), arrestees, referred in REFERRALS:
        assert f"{100 * referred / arrestees:.0f}" == "8"
        rng = stream("referrals", year)
        shares = [0.9 + 0.2 * rng.random() for _ in range(12)]
        people = allocate(arrestees, shares)
        sent = allocate(referred, [share * (0.8 + 0.4 * rng.random()) for share in shares])
        for i in range(12):
            table.append([ESSEX_NAME, _name(year, month + i), str(people[i]), str(sent[i])])
    return table


def homicide_reports(figures: Figures) -> list[list[str]]:
    """Header first; January 2019 to September 2023, the homicides of the monthly extract, some of them drug-related."""
    homicides = figures.monthly[ESSEX_NAME, "Homicide"]
    drugs = [0] * len(MONTHS)
    for first, wanted in DRUG_RELATED:
        start = MONTHS.index(first)
        open_cases = [at for at in range(start, start + 12) for _ in range(homicides[at])]
        rng = stream("situation reports", *first)
        for _ in range(wanted):
            drugs[open_cases.pop(int(rng.random() * len(open_cases)))] += 1
    now, last_year, base = (sum(drugs[MONTHS.index(first) :][:12]) for first, _ in reversed(DRUG_RELATED))
    assert (now - base, now - last_year) == (-5, -1)
    table = [["Force", "Month", "Homicide investigations", "Drug-related"]]
    for at in range(MONTHS.index((2019, 1)), MONTHS.index(LAST) + 1):
        table.append([ESSEX_NAME, _name(*MONTHS[at]), str(homicides[at]), str(drugs[at])])
    return table


def _name(year: int, month: int) -> str:
    return f"{NAMES[(month - 1) % 12]} {year + (month - 1) // 12}"
