"""What holds of every sentence, whatever the figures."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.catalogue import Catalogue, Measure
from pmcli.pack.position import position
from pmcli.views.comparison.sentences import comparison_finding, comparison_sentence
from pmcli.views.language.findings import FINDINGS, LEVEL, SMALL_BASE, judged, kind_of
from pmcli.views.language.wording import SMALL, noun, short_noun
from pmcli.views.language.words import ordinal, per

from .rows import BURGLARY, CALLS, counts, levels, trend_row

COUNTS = [measure for measure in Catalogue().measures.values() if measure.kind == "count"]

some_count = st.integers(0, 400) | st.integers(0, 200_000)
better = st.sampled_from(["down", "up", ""])


@given(some_count, some_count)
def test_no_percentage_of_a_small_base(now: int, then: int) -> None:
    said = comparison_sentence(counts(now, then), BURGLARY).text
    assert then >= SMALL_BASE or "%" not in said


@given(some_count, some_count, better)
def test_a_verb_follows_the_test_and_the_sign(now: int, then: int, way: str) -> None:
    row = counts(now, then)
    said = comparison_sentence(row, BURGLARY._replace(better=way))
    claim = said.text.partition(" No clear change ")[0] if not said.text.startswith("No clear change") else ""
    if " more Burglary" in claim or " fewer Burglary" in claim or " against " in claim:
        assert row["p_value"] < LEVEL
        assert (" more Burglary" in claim) == (row["difference"] > 0)
        assert said.finding == ("change" if not way else
                                "improvement" if (now > then) == (way == "up") else "deterioration")  # fmt: skip
    else:
        assert row["p_value"] >= LEVEL
        assert (said.finding, kind_of(said.finding)) == ("no clear change", "")


@given(some_count, some_count)
def test_swapped_windows_swap_fewer_and_more(now: int, then: int) -> None:
    here = comparison_sentence(counts(now, then), BURGLARY)
    there = comparison_sentence(counts(then, now), BURGLARY)
    opposite = {"improvement": "deterioration", "deterioration": "improvement"}
    assert there.finding == opposite.get(here.finding, here.finding)
    if now and then:
        assert ("fewer" in here.text) == ("more" in there.text)


def numbers(text: str) -> list[float]:
    """Every number in a text, those written as words included; dates, '12 months' and '10s' apart."""
    text = re.sub(r"the (\d+) months to \w+ \d{4}|v\. \d+ months to \w+ \d{4}|999 calls|10 seconds", "", text)
    spelt = [float(SMALL.index(word)) for word in re.findall(r"\w+", text.lower()) if word in SMALL[1:]]
    return spelt + [float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*\.?\d*", text)]


@given(some_count, some_count)
def test_every_number_of_a_count_is_in_its_row(now: int, then: int) -> None:
    row = counts(now, then)
    said = comparison_sentence(row, BURGLARY).text
    change = abs(row["change"] or 0) * 100
    for number in numbers(re.sub("under 0.1%|Over 99%", "", said)):
        figures = [now, then, abs(now - then), round(change), round(change, 1)]
        least = row["least"] or 0.0
        figures += [round(least * 100), round(least * 100, 1), round(least * then)]
        assert min(abs(number - figure) for figure in figures) < 0.051, (number, said)


shares = st.floats(0.001, 0.999)


@given(shares, shares, st.integers(SMALL_BASE, 100_000))
def test_every_number_of_a_share_is_in_its_row(now: float, then: float, base: int) -> None:
    row = levels(now, then, base=base)
    said = comparison_sentence(row, CALLS)
    figures = [now * 100, then * 100, (row["least"] or 0) * 100]
    printed = numbers(said.text)[:2]
    figures += [abs(printed[0] - printed[1])] if len(printed) == 2 else []  # what is printed subtracts
    for number in numbers(said.text):
        assert min(abs(number - figure) for figure in figures) < 0.051, (number, said.text)
    claims = re.search(r"\b(higher|lower)\b", said.text)
    assert bool(claims) == (row["p_value"] is not None and row["p_value"] < LEVEL)
    assert not claims or (claims[1] == "higher") == (now > then)


@given(shares, shares, st.integers(10, SMALL_BASE - 1))
def test_a_share_of_a_small_base_has_no_percentages(now: float, then: float, base: int) -> None:
    said = comparison_sentence(levels(now, then, base=base), CALLS).text
    assert "%" not in said
    assert said.count(f" of {base}") == 2
    large = comparison_sentence(levels(now, then, base=base) | {"against_base": 500.0}, CALLS).text
    assert large.count("%") == 1


@given(some_count, some_count, better, st.sampled_from(["increasing", "decreasing", "no clear change", None]))
def test_never_but_unless_one_is_good_and_the_other_bad(now: int, then: int, way: str, trend: str | None) -> None:
    measure = BURGLARY._replace(better=way)
    row = counts(now, then)
    text, standing = position(trend_row(trend), row, measure)
    kinds = {kind_of(judged(trend, way)), kind_of(comparison_finding(row, measure))}
    assert (" but " in text) == (kinds == {"good", "bad"}) == (standing == "mixed")
    assert standing == "mixed" or standing in kinds | {""}


@given(some_count, some_count, better)
def test_a_finding_is_one_of_those_declared(now: int, then: int, way: str) -> None:
    assert comparison_sentence(counts(now, then), BURGLARY._replace(better=way)).finding in FINDINGS


# ------------------------------------------------------------------------------------------------------------ nouns
EXPECTED = {
    "homicide": ("homicide", "homicides"),
    "knife-victims-under-25": ("Knife crime victim under 25", "Knife crime victims under 25"),
    "knife-crime": ("offence involving knives", "offences involving knives"),
    "vawg": ("offence of violence against women and girls", "offences of violence against women and girls"),
    "drug-related-homicide": ("Drug-related homicide", "Drug-related homicides"),
    "drug-crime": ("Drug offence", "Drug offences"),
    "personal-robbery": ("Personal robbery offence", "Personal robbery offences"),
    "vehicle-crime": ("Vehicle offence", "Vehicle offences"),
    "theft-from-person": ("Theft from the person offence", "Theft from the person offences"),
    "business-cyber": (
        "business experiencing a cyber breach or attack",
        "businesses experiencing a cyber breach or attack",
    ),
    "violence-and-sexual-offences": ("violent or sexual offence", "violent or sexual offences"),
    "miscellaneous-crimes": ("Miscellaneous crime against society", "Miscellaneous crimes against society"),
    "anti-social-behaviour": ("Anti-social behaviour incident", "Anti-social behaviour incidents"),
    "all-crime": ("recorded crime (excluding fraud)", "recorded crimes (excluding fraud)"),
    "rape": ("Rape offence", "Rape offences"),
}


@pytest.mark.parametrize("measure", COUNTS, ids=lambda measure: measure.id)
def test_every_count_of_the_catalogue_has_a_noun_that_reads(measure: Measure) -> None:
    one, many = noun(measure, 1), noun(measure, 2)
    if measure.id in EXPECTED:
        assert (one, many) == EXPECTED[measure.id]
    assert one != many
    heads = "offences|crimes|incidents|victims|businesses|homicides"
    assert len(re.findall(rf"\b({heads})\b", many)) == 1  # what is counted is named, and once
    assert not re.search(rf"\b({heads})\b", one)
    assert not many.startswith(("Offences", "Homicide", "Businesses", "All "))  # no capital but a measure's name
    assert short_noun(measure) in many


def test_nouns_of_measures_that_are_the_user_s_own() -> None:
    assert noun(Measure("arson", "Arson")) == "Arson offences"
    assert noun(Measure("x", "Robbery (taxi)")) == "Robbery offences (taxi)"
    assert noun(Measure("x", "Calls for service"), 1) == "call for service"
    assert noun(Measure("x", "Stops", noun="stop|stops"), -1) == "stop"


def test_ordinals() -> None:
    said = [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 42, 111)]
    assert said == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "42nd", "111th"]


def test_what_a_rate_is_per() -> None:
    assert [per(unit) for unit in ("1000 population", "million population")] == [
        "1,000 population",
        "million population",
    ]
