"""The sentences of the printed pack that pm did not say: each with its figures worked out again from the samples.

Every figure here is counted from the rows of a sample file by the few lines beside it, with none of pm's code; tests
are those of the textbook (two proportions, and a difference of differences by its standard error).
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from math import erfc, exp, log, sqrt
from statistics import correlation, fmean, stdev
from typing import Any

import pytest

from tests.conftest import SAMPLES


def rows_of(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def said(project: Any) -> dict[str, list[str]]:
    """Page id -> its sentences."""
    return {page.id: [item.text for item in page.statements] for page in project.pack.pages()}


def only(texts: list[str], pattern: str) -> str:
    found = [text for text in texts if re.search(pattern, text)]
    assert len(found) == 1, (pattern, texts)
    return found[0]


def survey(question: str, group: str, wave: str) -> tuple[float, float]:
    """Share and effective base of a row of the survey's table."""
    [row] = [row for row in rows_of("smsr-survey.csv")
             if (row["Question"], row["Group"], row["Wave"]) == (question, group, wave)]  # fmt: skip
    return float(row["% good or excellent"].rstrip("%")) / 100, float(row["Effective base"])


def two_proportions(a: tuple[float, float], b: tuple[float, float]) -> float:
    (p, n), (q, m) = a, b
    pooled = (p * n + q * m) / (n + m)
    return erfc(abs(p - q) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m)) / sqrt(2))


def test_cyber_crime_good_and_poor(said: dict[str, list[str]]) -> None:
    """'46% of respondents … Good/Excellent job. 20% … Poor/Very Poor job.'"""
    text = only(said["cyber-confidence"], "good job of tackling cyber crime: .* poor job")
    good, poor = (survey(name, "Essex", "Jul 22 - Jun 23")[0] for name in ("Cyber crime", "Cyber crime, poor"))
    assert re.findall(r"[\d.]+%", text) == [f"{good:.1%}", f"{poor:.1%}"] == ["46.0%", "20.0%"]


@pytest.fixture(scope="module")
def repeats() -> dict[str, tuple[int, int]]:
    """Class of offence, and "all" -> crimes whose victim had another 1 to 365 days before, and all with a victim.

    Of the 12 months to June 2022, counted from the records: each crime number once, at its latest status.
    """
    latest: dict[str, dict[str, str]] = {row["Crime number"]: row for row in rows_of("athena-records.csv")}
    kept = [row for row in latest.values() if row["Status"] not in {"Cancelled", "No crime"}]
    named = [row for row in kept if row["Victim ref"].strip().upper() not in {"", "UNKNOWN"}]
    days: dict[str, set[date]] = defaultdict(set)
    for row in named:
        days[row["Victim ref"].strip()].add(_day(row["Date recorded"]))
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in named:
        day = _day(row["Date recorded"])
        if date(2021, 7, 1) <= day <= date(2022, 6, 30):
            before = any(timedelta(1) <= day - other <= timedelta(365) for other in days[row["Victim ref"].strip()])
            for name in ("all", row["Offence class"]):
                found[name][0] += before
                found[name][1] += 1
    return {name: (hit, base) for name, (hit, base) in found.items()}


def _day(text: str) -> date:
    if text.isdecimal():
        return date(1899, 12, 30) + timedelta(days=int(text))
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise AssertionError(text)


def test_one_victim_in_three(said: dict[str, list[str]], repeats: dict[str, tuple[int, int]]) -> None:
    """'One in three victims are repeats.'"""
    hit, base = repeats["all"]
    text = only(said["repeat-victims"], "about one in three")
    assert f"{hit / base:.1%} (about one in three)" in text
    assert abs(hit / base - 1 / 3) < 0.01


def test_high_harm_against_volume(said: dict[str, list[str]], repeats: dict[str, tuple[int, int]]) -> None:
    """'There is little difference (2.2% point) in the repeat rate for High Harm offences and Volume Crime.'"""
    text = only(said["repeat-victims"], "High harm and Volume")
    harm, volume = (repeats[name][0] / repeats[name][1] for name in ("High harm", "Volume"))
    assert f"2.2 points ({harm:.1%} v. {volume:.1%})" in text
    assert text.startswith("No clear gap")
    p = two_proportions((harm, repeats["High harm"][1]), (volume, repeats["Volume"][1]))
    assert p > 0.05
    assert f"(p {p:.2f})" in text


def test_each_local_policing_area(said: dict[str, list[str]]) -> None:
    """'North LPA experienced a decrease of 5% points …, South … 4% points, West … an increase of 7% points.'"""
    text = only(said["victim-satisfaction"], "By local policing area")
    for name, printed in (("North", "-5.0"), ("South", "-4.0"), ("West", "+7.0")):
        now, then = (survey("Q40", name, wave) for wave in ("Jul 22 - Jun 23", "Jul 21 - Jun 22"))
        assert f"{name} {now[0]:.1%} ({printed})" in text
        assert f"{100 * (now[0] - then[0]):+.1f}" == printed
        assert two_proportions(now, then) > 0.05
    assert text.endswith("no significant change.")


def test_the_gap_against_last_quarter_and_last_year(said: dict[str, list[str]]) -> None:
    """'The gap … has increased compared to both last quarter and the same quarter last year: 16% points … v. 14%.'

    It has; neither is more than chance, and so it is said.
    """
    text = only(said["confidence"], "16.0 points")
    gaps, variances = {}, {}
    for quarter in ("2023/24 Q1", "2022/23 Q4", "2022/23 Q1"):
        (p, n), (q, m) = (survey("Q13b", group, quarter) for group in ("Victim of crime", "Non victim"))
        gaps[quarter], variances[quarter] = q - p, p * (1 - p) / n + q * (1 - q) / m
    assert [round(100 * gap) for gap in gaps.values()] == [16, 15, 14]
    assert "16.0 points (58.0% v. 74.0%) in the 3 months to June 2023" in text
    for quarter, words in (
        ("2022/23 Q4", "15.0 in the 3 months to March 2023"),
        ("2022/23 Q1", "14.0 in the 3 months to June 2022"),
    ):
        z = (gaps["2023/24 Q1"] - gaps[quarter]) / sqrt(variances["2023/24 Q1"] + variances[quarter])
        p = erfc(abs(z) / sqrt(2))
        said_p = re.search(rf"{words} \(no significant change, p ([\d.]+)\)", text)
        assert said_p, text
        assert float(said_p[1]) == pytest.approx(p, abs=0.02)


def test_the_highest_share_of_a_breakdown(said: dict[str, list[str]]) -> None:
    """'76% of offences … involved a ball bearing gun': 65 of 86 in the pack's own table."""
    text = only(said["firearms"], "Ball bearing gun, ")
    part, whole, share = re.search(r"Ball bearing gun, (\d+) of (\d+) \(([\d.]+)%\)", text).groups()  # type: ignore[union-attr]
    assert (int(part), int(whole)) == (65, 86)
    assert float(share) == round(100 * 65 / 86, 1)


def test_above_the_average_of_the_most_similar_group(said: dict[str, list[str]]) -> None:
    """'Essex is above the MSG average for Robbery and Theft of and From a Vehicle offences per 1,000 population.'"""
    for measure, side in (("robbery", "above"), ("vehicle-crime", "above"), ("violence-with-injury", "below")):
        text = only(said[measure], "Most Similar Group, ")
        rate, apart, mean, sd = (
            float(part.replace(",", "")) for part in re.search(
                rf"([\d.]+) per 1,000 population; ([\d.]+) {side} its average of ([\d.]+), .* one SD \(([\d.]+)\)", text
            ).groups()  # type: ignore[union-attr]
        )  # fmt: skip
        assert round(abs(rate - mean), 3) == apart
        assert ("more than one SD" in text) == (abs(rate - mean) > sd)


def test_the_average_and_sd_of_the_group_are_those_of_its_rates(project: Any) -> None:
    rows = project.figures.rank
    group = ["essex", *project.question.peers["essex"]]
    for measure in ("robbery", "vehicle-crime"):
        national = {row["area"]: row["rate"] for row in rows.filter(measure=measure, scope="national").to_dicts()}
        [mine] = rows.filter(measure=measure, scope="peers", area="essex").to_dicts()
        assert mine["mean"] == pytest.approx(fmean(national[area] for area in group))
        assert mine["sd"] == pytest.approx(stdev(national[area] for area in group))


def test_homicide_is_in_line_and_goes_with_population(project: Any, said: dict[str, list[str]]) -> None:
    """'There is a strong statistical correlation between the volume of homicides and the size of the population …
    Homicides per million population in Essex are in line with the national trend.'"""
    rows = project.figures.funnel.filter(measure="homicide").to_dicts()
    largest = max(rows, key=lambda row: row["population"])
    r = correlation([row["value"] for row in rows], [row["population"] for row in rows])
    rest = [row for row in rows if row is not largest]
    without = correlation([row["value"] for row in rest], [row["population"] for row in rest])
    text = only(said["homicide"], "correlation")
    assert f"r = {r:.2f}; {without:.2f} without the largest" in text
    assert only(said["homicide"], "In line with the national rate")


def test_since_a_declared_change(said: dict[str, list[str]]) -> None:
    """'Increase … due to introduction of knife crime check in June 2020 (but a stable trend since this point).'

    In the samples it has risen since: 1,517 against the 12 months from June 2020.
    """
    months = {
        datetime.strptime(row["Month"], "%b %Y").date(): int(row["Offences"])
        for row in rows_of("iquanta-monthly.csv")
        if (row["Force"], row["Offence type"]) == ("Essex", "Offences involving knives")
    }
    first = sum(count for month, count in months.items() if date(2020, 6, 1) <= month < date(2021, 6, 1))
    last = sum(count for month, count in months.items() if date(2022, 8, 1) <= month)
    text = only(said["knife-crime"], "since June 2020")
    now, then, more = (int(part.replace(",", "")) for part in re.search(
        r"([\d,]+) in the last 12 months, ([\d,]+) in the first 12 after it \((\d+) more", text).groups())  # type: ignore[union-attr]  # fmt: skip
    assert now - then == more
    assert (now, then) == (last, first)
    assert now == 1517
    n, d = (now + then) / 2, 4.2
    phi = 1 + (d - 1) * (n / 1000) ** 0.6
    z = abs(log(now / then)) / sqrt(2 * phi / n)
    assert erfc(z / sqrt(2)) < 0.05  # risen, and not by chance alone
    assert text.startswith("Risen since June 2020")
    low = exp(log(now / then) - 1.645 * sqrt(2 * phi / n)) - 1
    assert low > 0  # stable would need -10 % to +10 %
