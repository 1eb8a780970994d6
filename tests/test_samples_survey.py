"""The survey samples give the pack's own table of Q13b: every percentage, every change, every arrow.

The literals are the table as Essex Police printed it in September 2023, not what the samples' script holds.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import pmcli
from pmcli.sources import load
from pmcli.tables import WAVES
from pmcli.views import blocks_of
from pmcli.views.blocks import Look
from tests.conftest import SAMPLES

PRINTED = """
Uttlesford       58% 60% 77% 82% 82% 79% -3%
Rochford         75% 61% 65% 86% 84% 79% -5%
Chelmsford       73% 71% 71% 80% 78% 78% 0%
Southend         70% 64% 72% 82% 81% 76% -5%
Maldon           68% 67% 63% 80% 79% 75% -4%
Harlow           76% 71% 68% 88% 77% 74% -3%
Basildon         62% 64% 70% 78% 74% 73% -1%
Braintree        68% 74% 71% 83% 80% 72% -8%↓
Colchester       72% 73% 71% 79% 79% 71% -8%↓
Brentwood        67% 60% 70% 80% 74% 70% -4%
Tendring         70% 64% 76% 81% 79% 70% -9%↓
Thurrock         69% 64% 61% 73% 77% 70% -7%↓
Epping Forest    67% 57% 74% 76% 72% 67% -5%
Castle Point     66% 59% 61% 74% 74% 56% -18%↓
Male             72% 67% 67% 79% 77% 71% -6%↓
Female           66% 65% 72% 81% 79% 74% -5%↓
Under 35         79% 74% 69% 85% 81% 77% -4%↓
35-54            66% 64% 68% 78% 77% 72% -5%↓
55+              65% 61% 72% 79% 77% 69% -8%↓
White            68% 65% 71% 80% 78% 71% -7%↓
Other than White 78% 68% 62% 79% 74% 79% +5%↑
Victim of crime  53% 57% 57% 61% 63% 60% -3%
Non victim       71% 67% 71% 82% 80% 75% -5%↓
"""
ROWS = [(line[:17].strip(), line[17:].split()) for line in PRINTED.strip().splitlines()]


@pytest.fixture(scope="module")
def smsr() -> pl.DataFrame:
    return load(SAMPLES / "smsr-survey.csv", mapping="smsr-survey").observations


@pytest.fixture(scope="module")
def shown(smsr) -> dict[str, list[str]]:
    """What `pm waves` draws: name -> cells, percentages first, then the change with its arrow, then the base."""
    frame = pmcli.waves(smsr, measures=["confidence"]).collect()
    made = blocks_of(frame, WAVES, pmcli.Catalogue())
    return {row.texts[0]: row.texts[1:] for block in made for row in block.rows}


@pytest.mark.parametrize(("name", "printed"), ROWS, ids=[name for name, _ in ROWS])
def test_the_pack_s_table_of_q13b(name, printed, shown):
    *waves, change, _base = shown[name]
    assert waves == printed[:6]
    assert change.replace(" ", "") == printed[6].replace("%", "")


def test_the_gap_of_the_quarter_is_the_pack_s(smsr):
    """'Gap of 16% points between victims and non-victims in Q1 2023/24 v. 14% in Q1 2022/23.'"""
    gaps = pmcli.waves(smsr, measures=["confidence"], by=["victim"], months=3, gaps=["Non victim:Victim of crime"])
    rows = gaps.collect().filter(kind="gap").sort("period_end")
    found = {str(row["period_end"]): round(row["value"] * 100) for row in rows.rows(named=True)}
    assert (found["2022-06-30"], found["2023-06-30"]) == (14, 16)
    assert rows["gap_p"].max() < 0.001
    assert not rows["significant"].drop_nulls().any()


def test_the_gap_of_the_year_is_of_the_pack_s_own_table(smsr):
    rows = pmcli.waves(smsr, measures=["confidence"], gaps=["Non victim:Victim of crime"]).collect().filter(kind="gap")
    assert [round(value * 100) for value in rows["value"][-2:]] == [17, 15]  # 80 - 63, then 75 - 60


def test_cyber_confidence(smsr):
    row = smsr.filter(measure="cyber-confidence").row(0, named=True)
    assert row["value"] / row["base"] == pytest.approx(0.46)


def test_domestic_abuse_satisfaction_has_not_changed():
    """'No change … (83% 12M March 2020 vs 80% 12M March 2023).'"""
    loaded = load(SAMPLES / "domestic-abuse-survey.csv", mapping="domestic-abuse-survey")
    row = (
        pmcli.compare(loaded.observations, baseline=date(2020, 3, 31))
        .collect()
        .filter(against="baseline")
        .row(0, named=True)
    )
    assert (row["value"], row["against_value"]) == pytest.approx((0.80, 0.83))
    assert row["statistic"] == "share"
    assert row["p_value"] > 0.05


def test_the_respondents_have_their_oddities():
    loaded = load(SAMPLES / "smsr-respondents.csv", mapping="smsr-respondents")
    text = "\n".join(loaded.report.sentences())
    for line in ("weight in 'Weight' is blank", "is negative", "1 respondent of weight 0", "'Goood' (2)"):
        assert line in text
    frame = pmcli.waves(loaded.observations, measures=["confidence"], by=["district"]).collect()
    maldon = frame.filter(area="essex/maldon").sort("period_end").row(-1, named=True)
    assert maldon["too_small"]
    assert maldon["effective"] <= 3
    assert (maldon["p_value"], maldon["significant"]) == (None, None)
    assert maldon["value"] is not None
    assert set(loaded.observations.filter(dimension="sex")["category"]) == {"Male", "Female"}
    periods = loaded.observations["period_end"]
    assert (str(periods.min()), str(periods.max())) == ("2021-07-31", "2023-06-30")


def test_the_table_fits_a_terminal_with_the_latest_waves(smsr):
    frame = pmcli.waves(smsr, measures=["confidence"], gaps=["Victim of crime:Non victim"]).collect()
    for block in blocks_of(frame, WAVES, pmcli.Catalogue(), Look(width=80)):
        widths = [
            max(map(len, column)) for column in zip(block.columns, *(row.texts for row in block.rows), strict=True)
        ]
        assert sum(widths) + 3 * (len(widths) - 1) <= 80
        assert "Jun 23" in block.columns
        assert "Jun 18" not in block.columns
        assert any("The latest 5 of 6 waves" in line or "The latest 4 of 6 waves" in line for line, _ in block.lines)
