"""Property tests of tables: random true tables in many layouts give nothing; one wrong figure gives one finding on
its row or its total.
"""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from pmcli.audit import audit
from pmcli.audit.claims import CONTRADICTS
from pmcli.audit.findings import findings
from pmcli.audit.places import places_text
from pmcli.audit.readers import markdown, text
from pmcli.catalogue import Catalogue
from tests.audit.test_wordings import rounded

CATALOGUE = Catalogue()
LABELS = ("Northbank", "Midvale", "Southmere", "Eastleigh", "Westcombe", "Harborough", "Oldfield")
HEADS = (
    ("District", "2021/22", "2022/23", "Change", "% change"),
    ("District", "12 months to June 2022", "12 months to June 2023", "Difference", "% difference"),
    ("Area", "Apr-Jun 2022", "Apr-Jun 2023", "+/-", "%"),
    ("LPA", "YE Mar 2022", "YE Mar 2023", "Volume change", "Percentage change"),
    ("Area", "Previous year", "Current year", "Variance", "Variance %"),
)


def table(rng: random.Random) -> list[list[str]]:
    """A table of districts with its total, its changes as counts and per cent."""
    rows = [list(rng.choice(HEADS))]
    labels = rng.sample(LABELS, rng.randint(3, 6))
    decimals = rng.randint(0, 2)
    sums = [0, 0]
    for label in labels:
        first = rng.randint(15, 4_000)
        second = max(1, round(first * rng.uniform(0.5, 1.6)))
        sums = [sums[0] + first, sums[1] + second]
        rows.append(row(label, first, second, decimals))
    rows.append(row("Total", *sums, decimals))
    return rows


def row(label: str, first: int, second: int, decimals: int) -> list[str]:
    change = second - first
    sign = "-" if change < 0 else ""
    return [
        label,
        f"{first:,}",
        f"{second:,}",
        f"{change:,}",
        f"{sign}{rounded(Fraction(100 * abs(change), first), decimals)}%",
    ]


def as_tabs(rows: list[list[str]]) -> str:
    return "\n".join("\t".join(cells) for cells in rows)


def as_spaces(rows: list[list[str]]) -> str:
    widths = [max(len(cells[n]) for cells in rows) + 3 for n in range(len(rows[0]))]
    return "\n".join(
        "".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip() for cells in rows
    )


def as_bars(rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


LAYOUTS = {"tabs": (as_tabs, text.read), "spaces": (as_spaces, text.read), "bars": (as_bars, markdown.read)}


def wrong(document: str, layout: str) -> list[str]:
    claims = audit(LAYOUTS[layout][1](document.encode(), "a table"), CATALOGUE)
    return [
        f"{places_text(one.places)} <> {places_text(one.other_places)}: {one.outcome.sentence}"
        for one in findings(claims)
        if one.outcome.result == CONTRADICTS
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", range(40))
def test_a_true_table_gives_no_finding(layout: str, seed: int) -> None:
    rows = table(random.Random(seed))
    document = LAYOUTS[layout][0](rows)
    assert wrong(f"Burglary by district\n\n{document}\n", layout) == [], document


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", range(60))
def test_one_wrong_figure_in_a_table_gives_one_finding(layout: str, seed: int) -> None:
    rng = random.Random(1_000 + seed)
    rows = table(rng)
    at, column = rng.randrange(1, len(rows)), rng.randint(1, 3)
    value = int(rows[at][column].replace(",", ""))
    rows[at][column] = f"{value + rng.choice([-1, 1]) * rng.choice([1, 3, 9, 27, 90, 270]):,}"
    document = LAYOUTS[layout][0](rows)
    found = wrong(f"Burglary by district\n\n{document}\n", layout)
    line = 3 + at + (layout == "bars" and at > 0)
    assert len(found) == 1, (document, found)
    assert f"line {line}" in found[0] or "-" in found[0], (document, found)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", range(30))
def test_a_wrong_percentage_in_a_table_is_found(layout: str, seed: int) -> None:
    rng = random.Random(2_000 + seed)
    rows = table(rng)
    at = rng.randrange(1, len(rows))
    printed = rows[at][4].removesuffix("%")
    decimals = len(printed.partition(".")[2])
    rows[at][4] = f"{float(printed) + rng.choice([3, 11, 40]):.{decimals}f}%"
    document = LAYOUTS[layout][0](rows)
    assert len(wrong(f"Burglary by district\n\n{document}\n", layout)) == 1, document
