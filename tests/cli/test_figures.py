"""The main job's figures, from the files to the last command, against what others have published.

SAMPLES: the outlier pages of Essex Police, *National Police and Crime Measures*, September 2023 (12 months to July 2023
against 12 months to December 2019), as printed, flags by the rule that the same pages state. Where they depart from
their own rule (violence with injury and firearms, six months: fewer than a year before, yet "Y") the rule's answer is
expected. REAL: the figures that issue 2 gives for the Home Office's own file, counted outside pm.
"""

from __future__ import annotations

import io
import re

import polars as pl
import pytest

from tests.conftest import HOME_OFFICE, SAMPLES, pm, real

from .conftest import fine, table

# measure: 12 months to Dec 2019, to Jul 2023, flag, six months to Jul 2022, to Jul 2023, flag
VOLUMES = {
    "homicide": (15, 14, False, 9, 8, False),
    "violence-with-injury": (14961, 15097, True, 8392, 7421, False),
    "robbery": (1829, 1514, False, 739, 794, True),
    "knife-crime": (1112, 1517, True, 860, 729, False),
    "firearms": (115, 121, True, 72, 59, False),
}

# (measure, criterion): Essex, average, difference, SD (per 1,000, or in per cent), flag
AGAINST_OTHERS = {
    ("homicide", "above-national-rate"): ("0.010", "0.010", "0.000", "0.005", False),
    ("homicide", "above-peer-rate"): ("0.010", "0.009", "0.001", "0.003", False),
    ("violence-with-injury", "above-national-rate"): ("8.47", "9.42", "-0.95", "1.77", False),
    ("violence-with-injury", "above-peer-rate"): ("8.47", "9.13", "-0.66", "1.59", False),
    ("robbery", "above-national-rate"): ("0.800", "0.772", "0.028", "0.616", False),
    ("robbery", "above-peer-rate"): ("0.800", "0.705", "0.095", "0.133", False),
    ("theft-from-person", "change-6m-v-peers"): ("-11", "-3", "-8", "16", False),
    ("theft-from-person", "change-v-baseline-v-peers"): ("-10", "-20", "9", "9", True),
    ("theft-from-person", "rate-v-peers"): ("0.63", "0.63", "0.00", "0.15", False),
    ("burglary", "change-6m-v-peers"): ("10", "-3", "13", "16", False),
    ("burglary", "change-v-baseline-v-peers"): ("-41", "-35", "-6", "8", False),
    ("burglary", "rate-v-peers"): ("4.89", "3.92", "0.97", "1.73", False),
    ("personal-robbery", "change-6m-v-peers"): ("3", "10", "-7", "12", False),
    ("personal-robbery", "change-v-baseline-v-peers"): ("-11", "-13", "2", "16", False),
    ("personal-robbery", "rate-v-peers"): ("0.77", "0.65", "0.11", "0.09", True),
    ("vehicle-crime", "change-6m-v-peers"): ("11", "7", "4", "8", False),
    ("vehicle-crime", "change-v-baseline-v-peers"): ("-6", "-12", "6", "13", False),
    ("vehicle-crime", "rate-v-peers"): ("7.44", "5.65", "1.79", "1.25", True),
}

# measure: criteria met, testable, needed, verdict (knives and firearms: no other force's figures are in the sample)
VERDICTS = {
    "homicide": (0, 4, 3, "not an outlier"),
    "violence-with-injury": (1, 4, 3, "not an outlier"),
    "robbery": (1, 4, 3, "not an outlier"),
    "knife-crime": (1, 2, 3, "undetermined"),
    "firearms": (1, 2, 3, "undetermined"),
    "burglary": (0, 3, 2, "not an outlier"),
    "personal-robbery": (1, 3, 2, "not an outlier"),
    "theft-from-person": (1, 3, 2, "not an outlier"),
    "vehicle-crime": (1, 3, 2, "not an outlier"),
}


@pytest.fixture(scope="module")
def demo() -> dict[tuple[str, str], dict[str, object]]:
    """(measure, criterion) -> the row of `pm outliers -f csv` in samples/."""
    rows = pl.read_csv(io.BytesIO(fine(pm("outliers", "-f", "csv", cwd=SAMPLES)))).rows(named=True)
    return {(row["measure"], row["criterion"]): row for row in rows}


def rounded(figure: float, printed: str) -> str:
    """A figure at the printed number of decimals."""
    return f"{figure + 0.0:.{len(printed.partition('.')[2])}f}"


@pytest.mark.parametrize("measure", VOLUMES)
def test_the_pack_s_counts_and_flags(measure, demo):
    base, now, flag, six_before, six_now, six_flag = VOLUMES[measure]
    year, half = demo[measure, "above-baseline"], demo[measure, "above-last-year-6m"]
    names = ("comparator", "value", "difference", "flag", "months", "against_end")
    assert tuple(year[name] for name in names) == (base, now, now - base, flag, 12, "2019-12-31")
    assert tuple(half[name] for name in names) == (
        six_before, six_now, six_now - six_before, six_flag, 6, "2022-07-31",
    )  # fmt: skip


@pytest.mark.parametrize("case", AGAINST_OTHERS)
def test_the_pack_s_averages_sds_and_flags(case, demo):
    *printed, flag = AGAINST_OTHERS[case]
    row = demo[case]
    percent = 100 if case[1].startswith("change") else 1
    names = ("value", "comparator", "difference", "sd")
    assert [rounded(percent * row[name], text) for name, text in zip(names, printed, strict=True)] == printed
    assert row["flag"] is flag


@pytest.mark.parametrize("measure", VERDICTS)
def test_the_verdicts_that_the_rule_comes_to(measure, demo):
    rows = [row for (name, _), row in demo.items() if name == measure]
    assert {(row["flags"], row["testable"], row["needed"], row["verdict"]) for row in rows} == {VERDICTS[measure]}
    assert {(row["area"], row["period_end"]) for row in rows} == {("essex", "2023-07-31")}
    untested = [row for row in rows if row["flag"] is None]
    assert len(untested) == len(rows) - VERDICTS[measure][1]
    assert all(row["reason"] for row in untested)


def test_every_criterion_has_been_looked_at(demo):
    assert len(demo) == 5 * 4 + 4 * 3
    assert set(AGAINST_OTHERS) < set(demo)


# 12 months to September 2023, to December 2019, to September 2022
REAL = {
    "homicide": (17, 58, 19),
    "violence-with-injury": (14958, 15399, 16381),
    "vehicle-crime": (14150, 14972, 12447),
    "theft-from-person": (1165, 1306, 1220),
}


@pytest.fixture(scope="module")
def home_office_file() -> bytes:
    """The Home Office's own file as `pm load` sends it."""
    return fine(pm("load", real(HOME_OFFICE)))


def test_essex_in_the_home_office_s_own_file(home_office_file, tmp_path):
    options = ("--to", "2023-09", "--baseline", "2019-12", "--force", "Essex Police")
    rows = table(fine(pm("compare", *REAL, *options, stdin=home_office_file, cwd=tmp_path))).rows(named=True)
    found = {(row["measure"], row["against"]): (row["value"], row["against_value"]) for row in rows}
    for measure, (now, baseline, last_year) in REAL.items():
        assert found[measure, "baseline"] == (now, baseline)
        assert found[measure, "previous-year"] == (now, last_year)


def test_robbery_s_spread_without_and_with_the_city_of_london(home_office_file, tmp_path):
    """The figures by which docs/methods.md explains why the City is left out."""
    ranking = ("rank", "robbery", "--to", "2023-09", "--force", "essex")
    row = table(fine(pm(*ranking, stdin=home_office_file, cwd=tmp_path))).row(0, named=True)
    assert (f"{row['mean']:.3f}", f"{row['sd']:.3f}", row["of"]) == ("0.790", "0.662", 42)
    listed = fine(pm("forces", "-f", "csv")).decode()
    with_the_city = re.sub(r"(?m)^(city-of-london,.*territorial,)false", r"\1true", listed)
    assert with_the_city != listed
    (tmp_path / "forces.csv").write_text(with_the_city)
    (tmp_path / "pm.toml").write_text('forces = "forces.csv"\n')
    row = table(fine(pm(*ranking, stdin=home_office_file, cwd=tmp_path))).row(0, named=True)
    assert (f"{row['sd']:.3f}", row["of"]) == ("1.584", 43)


def test_the_national_rate_and_essex_s_place(home_office_file, tmp_path):
    ranked = table(fine(pm("rank", "violence-with-injury", "--to", "2023-09", stdin=home_office_file, cwd=tmp_path)))
    national = ranked.filter(pl.col("scope") == "national")
    row = national.filter(area="essex").row(0, named=True)
    assert (f"{row['mean']:.3f}", f"{row['sd']:.3f}", f"{row['rate']:.3f}") == ("9.116", "1.767", "7.887")
    assert (row["rank"], row["of"], row["population_year"]) == (32, 42, 2023)
    assert "city-of-london" not in national["area"].to_list()
