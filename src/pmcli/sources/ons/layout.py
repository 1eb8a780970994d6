"""How the two kinds of ONS workbook are known: by their headers; what reads them is imported with the first of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pmcli.later import later
from pmcli.sources.layout import Layout
from pmcli.sources.reading.columns import find_column
from pmcli.sources.reading.raw import clean, folded, without_footnotes

CODE: Final = ("Area Code", "Area Codes")
NAME: Final = "Area Name"
PARTNERSHIP: Final = r"(communitysafetypartnership|csp)(area)?(name)?"
_OFFENCES: Final = ("Homicide", "Violence with injury", "Robbery", "Burglary", "Sexual offences", "Theft offences")


def by_force(cells: Sequence[str]) -> bool:
    """Whether a row is the header of a police force area table."""
    return find_column(cells, NAME) is not None and any(find_column(cells, name) is not None for name in CODE)


def by_partnership(cells: Sequence[str]) -> bool:
    """Whether a row names a partnership and some offences."""
    names = [offence_of(cell) for cell in cells]
    return place_of(cells, PARTNERSHIP) is not None and sum(name in names for name in _OFFENCES) > 1


def place_of(cells: Sequence[str], pattern: str) -> int | None:
    """Where the first cell is whose text without case, white space and footnotes fits a pattern."""
    return next((at for at, cell in enumerate(cells) if re.fullmatch(pattern, folded(without_footnotes(cell)))), None)


def offence_of(cell: str) -> str:
    """The offence that a column of a partnership table is headed with."""
    return without_footnotes(re.sub(r"(?i)\s*\(excluding fraud.*?\)", "", clean(cell)))


FORCES: Final = Layout(
    name="ons",
    title="ONS police force area tables (workbooks): offences, knife offences, population",
    columns=("Area Code", "Area Name"),
    read=later("pmcli.sources.ons.offences:observations"),
    header=by_force,  # ONS writes both "Area Code" and "Area Codes"
)

PARTNERSHIPS: Final = Layout(
    name="ons-partnerships",
    title="ONS recorded crime by Community Safety Partnership (workbooks)",
    columns=("Community Safety Partnership name", "Homicide"),
    read=later("pmcli.sources.ons.partnerships:observations"),
    header=by_partnership,
)
