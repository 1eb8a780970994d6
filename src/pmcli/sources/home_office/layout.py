"""How the two kinds of table of police recorded crime are known; what reads them is imported with the first of each."""

from __future__ import annotations

from typing import Final

from pmcli.later import later
from pmcli.sources.layout import Layout

QUARTERS: Final = {
    "Financial Year": "year",
    "Financial Quarter": "quarter",
    "Force Name": "area",
    "Offence Description": "offence_description",
    "Offence Group": "offence_group",
    "Offence Subgroup": "offence_subgroup",
    "Offence Code": "offence_code",
    "Number of Offences": "text",
}
"""The columns of the open data by quarter: as published -> as ours."""

YEARS: Final = {
    "12 months ending": "ending",
    "PFA": "area",
    "Offence": "offence",
    "Rolling year total number of offences": "text",
}
"""Those of the published 12-month totals."""

BY_QUARTER: Final = Layout(
    name="home-office",
    title="Home Office police recorded crime open data, by force and financial quarter",
    columns=tuple(QUARTERS),
    read=later("pmcli.sources.home_office.quarters:observations"),
)

BY_YEAR: Final = Layout(
    name="home-office-years",
    title="Home Office police recorded crime, published 12-month totals",
    columns=tuple(YEARS),
    read=later("pmcli.sources.home_office.years:observations"),
)
