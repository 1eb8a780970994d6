"""The figures that the samples have to give: the outlier pages of an Essex Police pack of September 2023, as printed.

Source: Essex Police, *National Police and Crime Measures*, September 2023, the pages headed "Home Office Outlier
Position" (12 months to July 2023). Only the printed figures are theirs. Where a page prints a rate or a percentage and
no count, the Essex counts below are ours, chosen to round to what is printed; README.md says which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Windows:
    """Totals of the windows that the outlier criteria compare.

    base: January to December 2019. last_year: February to July 2022. middle: August 2022 to January 2023.
    this_year: February to July 2023.
    """

    base: int
    last_year: int
    middle: int
    this_year: int

    @property
    def now(self) -> int:
        """The 12 months to July 2023."""
        return self.middle + self.this_year

    @property
    def change_6m(self) -> float:
        """The last six months against the same six a year before, as a fraction."""
        return self.this_year / self.last_year - 1

    @property
    def change_base(self) -> float:
        """The 12 months to July 2023 against those to December 2019, as a fraction."""
        return self.now / self.base - 1


@dataclass(frozen=True, slots=True)
class Average:
    """A printed comparison of Essex with the average of a scope.

    kind: "rate" per 1,000 population, "change-6m" or "change-base" in per cent. scope: "national" or "peers".
    mean, sd: what the construction aims at; they round to what is printed, away from the edge.
    force, printed_mean, difference, printed_sd, flag: as printed, at the printed number of decimals.
    """

    measure: str
    kind: str
    scope: str
    mean: float
    sd: float
    force: str
    printed_mean: str
    difference: str
    printed_sd: str
    flag: bool


# Printed as counts.
PRINTED: Final = {
    "Homicide": Windows(base=15, last_year=9, middle=14 - 8, this_year=8),
    "Violence with injury": Windows(base=14961, last_year=8392, middle=15097 - 7421, this_year=7421),
    "Robbery": Windows(base=1829, last_year=739, middle=1514 - 794, this_year=794),
    "Offences involving knives": Windows(base=1112, last_year=860, middle=1517 - 729, this_year=729),
    "Offences involving firearms": Windows(base=115, last_year=72, middle=121 - 59, this_year=59),
}

# Printed as percentages and rates only: these counts are ours.
CHOSEN: Final = {
    "Burglary": Windows(base=7600, last_year=2100, middle=4484 - 2310, this_year=2310),
    "Robbery (personal)": Windows(base=1534, last_year=690, middle=1365 - 711, this_year=711),
    "Theft from the person": Windows(base=1330, last_year=680, middle=1192 - 605, this_year=605),
    "Vehicle offences": Windows(base=14979, last_year=6400, middle=14080 - 7104, this_year=7104),
}

ESSEX: Final = {**PRINTED, **CHOSEN}

ESSEX_ONLY: Final = ("Offences involving knives", "Offences involving firearms")

# The populations that the printed rates imply, in people. They cannot all be right: that is the point.
IMPLIED: Final = {
    "": 1_892_500,  # 1,514 robberies at 0.800
    "homicide": 1_400_000,  # 14 homicides at 0.010
    "violence-with-injury": 1_782_400,  # 15,097 at 8.47
    "personal-robbery": 1_782_400,
    "burglary": 917_000,  # about 4,484 burglaries at 4.89
}

MEASURE_ID: Final = {
    "Homicide": "homicide",
    "Violence with injury": "violence-with-injury",
    "Burglary": "burglary",
    "Robbery (personal)": "personal-robbery",
}

AVERAGES: Final = (
    Average("Homicide", "rate", "national", 0.0098, 0.005, "0.010", "0.010", "0.000", "0.005", False),
    Average("Homicide", "rate", "peers", 0.009, 0.003, "0.010", "0.009", "0.001", "0.003", False),
    Average("Violence with injury", "rate", "national", 9.42, 1.77, "8.47", "9.42", "-0.95", "1.77", False),
    Average("Violence with injury", "rate", "peers", 9.13, 1.59, "8.47", "9.13", "-0.66", "1.59", False),
    Average("Robbery", "rate", "national", 0.772, 0.616, "0.800", "0.772", "0.028", "0.616", False),
    Average("Robbery", "rate", "peers", 0.705, 0.133, "0.800", "0.705", "0.095", "0.133", False),
    Average("Theft from the person", "change-6m", "peers", -3.0, 16.0, "-11", "-3", "-8", "16", False),
    Average("Theft from the person", "change-base", "peers", -19.6, 8.9, "-10", "-20", "9", "9", True),
    Average("Theft from the person", "rate", "peers", 0.6275, 0.15, "0.63", "0.63", "0.00", "0.15", False),
    Average("Burglary", "change-6m", "peers", -3.0, 16.0, "10", "-3", "13", "16", False),
    Average("Burglary", "change-base", "peers", -35.0, 8.0, "-41", "-35", "-6", "8", False),
    Average("Burglary", "rate", "peers", 3.92, 1.73, "4.89", "3.92", "0.97", "1.73", False),
    Average("Robbery (personal)", "change-6m", "peers", 10.0, 12.0, "3", "10", "-7", "12", False),
    Average("Robbery (personal)", "change-base", "peers", -13.0, 16.0, "-11", "-13", "2", "16", False),
    Average("Robbery (personal)", "rate", "peers", 0.652, 0.09, "0.77", "0.65", "0.11", "0.09", True),
    Average("Vehicle offences", "change-6m", "peers", 7.0, 8.0, "11", "7", "4", "8", False),
    Average("Vehicle offences", "change-base", "peers", -12.0, 13.0, "-6", "-12", "6", "13", False),
    Average("Vehicle offences", "rate", "peers", 5.65, 1.25, "7.44", "5.65", "1.79", "1.25", True),
)
