"""Invented texts in five house styles: a commissioner's release, an inspection report, a statistical bulletin, a
committee paper, slides.

Everything in them is true, and nothing may be found. Each wrong figure, put in one at a time, must be found on its
line.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pmcli.audit import audit
from pmcli.audit.claims import CONTRADICTS
from pmcli.audit.findings import Finding, findings
from pmcli.audit.places import places_text
from pmcli.audit.readers import text
from pmcli.catalogue import Catalogue

FOLDER = Path(__file__).with_name("texts")
CATALOGUE = Catalogue()

WRONG = (
    ("release", "81,402 offences to 78,471", "81,402 offences to 78,741"),
    ("release", "fell by 3.6 per cent", "fell by 3.9 per cent"),
    ("release", "1,044 offences", "1,404 offences"),
    ("release", "the 983 recorded", "the 938 recorded"),
    ("release", "61 more than", "16 more than"),
    ("release", "a rise of 6.2 per cent", "a rise of 6.8 per cent"),
    ("release", "1,312 of 1,480", "1,132 of 1,480"),
    ("release", "88.6 per cent", "86.8 per cent"),
    ("release", "64.1 per cent", "61.4 per cent"),
    ("release", "2.3 percentage points", "3.2 percentage points"),
    ("release", "7.6 per cent lower", "6.7 per cent lower"),
    ("release", "6,204 to 5,733", "6,204 to 5,373"),
    ("release", "rose by 1,109", "rose by 1,901"),
    ("release", "or 26.9 per cent", "or 29.6 per cent"),
    ("release", "fell by 8.1 per cent (24,310", "fell by 1.8 per cent (24,310"),
    ("release", "24,310 to 22,341", "24,310 to 23,241"),
    ("release", "has been met: incidents", "has not been met: incidents"),
    ("release", "11th lowest", "2nd lowest"),
    ("release", "3rd lowest", "9th lowest"),
    ("release", "has dropped from 6,204 to 5,733", "has dropped from 5,733 to 6,204"),
    ("inspection", "9,412 offences", "9,142 offences"),
    ("inspection", "increase of 8.2 percent", "increase of 8.8 percent"),
    ("inspection", "178 were effective", "187 were effective"),
    ("inspection", "(84.0 percent)", "(48.0 percent)"),
    ("inspection", "(56.1 percent)", "(65.1 percent)"),
    ("inspection", "Only 23 of 41", "Only 32 of 41"),
    ("inspection", "321 (94.4 percent)", "321 (49.4 percent)"),
    ("inspection", "was 7.9 percent", "was 9.7 percent"),
    ("inspection", "fall of 1.2 percentage", "fall of 2.1 percentage"),
    ("inspection", "to 1,603", "to 1,630"),
    ("inspection", "extra 91 officers", "extra 19 officers"),
    ("inspection", "officers (6.0 percent)", "officers (9.0 percent)"),
    ("inspection", "12 percent of posts", "21 percent of posts"),
    ("inspection", "88 of 733", "188 of 733"),
    ("inspection", "or 6.5 percent, to 605", "or 5.6 percent, to 605"),
    ("inspection", "fell by 42 offences", "fell by 24 offences"),
    ("bulletin", "to 75,292", "to 79,292"),
    ("bulletin", "(66,630 offences)", "(60,630 offences)"),
    ("bulletin", "increased by 13%", "increased by 31%"),
    ("bulletin", "98 fewer", "89 fewer"),
    ("bulletin", "a decrease of 14%", "a decrease of 41%"),
    ("bulletin", "(700)", "(770)"),
    ("bulletin", "48,204 to 50,489", "48,204 to 54,089"),
    ("bulletin", "were 9% lower", "were 19% lower"),
    ("bulletin", "decreased by 1% to 6,149", "decreased by 4% to 6,149"),
    ("bulletin", "433 (72%)", "343 (72%)"),
    ("bulletin", "363,300 in the year", "336,300 in the year"),
    ("bulletin", "This was 13% below", "This was 31% below"),
    (
        "bulletin",
        "rose by 31% to 120,120; they were still 23% below",
        "rose by 31% to 120,120; they were still 32% below",
    ),
    ("committee", "982     -124", "982     -142"),
    ("committee", "2,205          2,790", "2,250          2,790"),
    ("committee", "6,822          7,171", "6,822          7,711"),
    ("committee", "27       5.4%", "27       4.5%"),
    ("committee", "fell by 124 offences", "fell by 142 offences"),
    ("committee", "rose by 585", "rose by 558"),
    ("committee", "68.4%\t-1.7", "68.4%\t-2.7"),
    ("committee", "91.2%\t92.0%", "92.1%\t92.0%"),
    ("committee", "18,436 / 88.0%", "18,436 / 80.0%"),
    ("slides", "857 v 904", "875 v 904"),
    ("slides", "-5.2%, -47", "-5.2%, -74"),
    ("slides", "(-5.2%, -47)", "(-2.5%, -47)"),
    ("slides", "63 more offences", "36 more offences"),
    ("slides", "5th of 8", "9th of 8"),
    ("slides", "11.6% on last year", "16.1% on last year"),
    ("slides", "3,010 → 2,661", "3,010 → 2,616"),
    ("slides", "2,216 fewer", "2,612 fewer"),
    ("slides", "(+212) to 5,030", "(+221) to 5,030"),
    ("slides", "630 fewer", "360 fewer"),
    ("slides", "69%\t-4% ↓", "69%\t-4% ↑"),
    ("slides", "72%\t2%", "72%\t5%"),
    ("slides", "Lowest confidence in South", "Lowest confidence in North"),
)


def wrong(document: str) -> list[Finding]:
    claims = audit(text.read(document.encode(), "a text"), CATALOGUE)
    return [finding for finding in findings(claims) if finding.outcome.result == CONTRADICTS]


def lines_of(finding: Finding) -> set[int]:
    found: set[int] = set()
    for first, last in re.findall(r"line (\d+)(?:-(\d+))?", places_text((*finding.places, *finding.other_places))):
        found |= set(range(int(first), int(last or first) + 1))
    return found


@pytest.mark.parametrize("name", sorted({name for name, _, _ in WRONG}))
def test_a_true_text_gives_no_finding(name: str) -> None:
    found = wrong((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
    assert [finding.outcome.sentence for finding in found] == []


@pytest.mark.parametrize(("name", "old", "new"), WRONG)
def test_a_wrong_figure_is_found_on_its_line(name: str, old: str, new: str) -> None:
    document = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert document.count(old) == 1
    line = document[: document.index(old)].count("\n") + 1
    found = wrong(document.replace(old, new))
    assert any(line in lines_of(finding) for finding in found), [finding.outcome.sentence for finding in found]
