"""pm say as a process: from observations, from every table, as text and as a table.

The sample figures it speaks of are those that Essex Police printed (samples/README.md); the Home Office's own are used
where they are at hand.
"""

from __future__ import annotations

import polars as pl
import pytest

from pmcli.tables import SENTENCES
from tests.conftest import HOME_OFFICE, SAMPLES, pm, real

from .conftest import complaint, fine, parquet, table


def text(*arguments: str, stdin: bytes | None = None) -> str:
    return fine(pm("say", *arguments, "-f", "table", stdin=stdin, cwd=SAMPLES)).decode()


def test_the_samples_say_what_the_pack_prints():
    said = text("burglary", "personal-robbery", "theft-from-person", "vehicle-crime")
    # Essex Police, National Police and Crime Measures, September 2023, outlier page (12M July 2023 v. 12M Dec 19)
    for percent in (41, 11, 10, 6):  # none is said with a verb: recording changed, or counts vary by as much
        assert f" fewer, {percent}%)" in said
    assert "Burglary offences: 2nd highest rate of 8 in its Most Similar Group" in said
    assert said.count("Not an outlier: one of three criteria met (two needed).") == 3
    assert said.count("Not an outlier: none of three criteria met (two needed).") == 1
    assert "* Recording changed in April 2023 (Home Office Counting Rules: burglary)." in said


def test_text_is_a_heading_an_area_and_measure_and_a_sentence_a_line(essex):
    lines = text(stdin=essex).splitlines()
    assert lines[0] == "Essex — Burglary"
    assert all(line.endswith((".", ". *")) for line in lines[1:])


def test_the_table_goes_down_the_pipe_with_its_figures(essex):
    sent = table(fine(pm("say", stdin=essex, cwd=SAMPLES)))
    assert sent.schema == SENTENCES.schema()
    row = sent.row(0, named=True)
    assert (row["table"], row["about"], row["finding"]) == ("comparison", "baseline", "change")
    assert (row["value"], row["comparator"], row["difference"]) == (4484.0, 7600.0, -3116.0)
    shown = fine(pm("show", stdin=parquet(sent), cwd=SAMPLES)).decode()
    assert row["sentence"] in shown


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("compare",), "Burglary offences: 4,484 in the 12 months to July 2023, 7,600 in the 12 months "),
        (("trend",), "Decreasing long-term trend: 4,484 in the last 12 months, "),
        (("rank",), "Burglary offences: 11th highest rate of 42 forces, 4.89 per 1,000 population"),
        (("rank", "--funnel"), "Burglary offences where its population would give "),
        (("outliers",), "Not an outlier: none of three criteria met (two needed)."),
        (("spc",), "Burglary: no control chart, for it would mark more than a third of its months"),
    ],
    ids=["compare", "trend", "rank", "funnel", "outliers", "spc"],
)  # fmt: skip
def test_every_analysis_can_be_said(command, said, monthly):
    made = fine(pm(*command, "burglary", stdin=monthly, cwd=SAMPLES))
    assert said in text("--force", "essex", stdin=made)


def test_waves_and_breakdowns_can_be_said():
    loaded = fine(pm("load", "smsr-survey.csv", "--map", "smsr-survey", cwd=SAMPLES))
    waves = fine(pm("waves", "--by", "district", stdin=loaded, cwd=SAMPLES))
    said = text(stdin=waves)
    assert "56.0% in the 12 months to June 2023 against 74.0%" in said  # Castle Point, as the pack has it
    assert "18.0 points lower, a significant deterioration." in said
    # pack: "Lowest confidence levels (and biggest decrease in confidence) in Castle Point"
    assert "Castle Point has the lowest share of 14 districts, 56.0% in the 12 months to June 2023, and the lar" in said
    assert "June 2021 against" not in said  # the latest wave, not every one
    records = fine(pm("load", "athena-records.csv", "--map", "athena-records", "--by", "weapon", cwd=SAMPLES))
    parts = fine(pm("breakdown", "firearms", "--to", "2022-06", stdin=records, cwd=SAMPLES))
    lines = text(stdin=parts).splitlines()
    assert lines[1].startswith(
        "No clear change in offences involving firearms (any weapon): 86 in the 12 months to June 2022, 107 in"
    )
    assert lines[2].startswith("Commonest weapon among offences involving firearms: Ball bearing gun, 65 of 86 (75.6%)")
    assert any("28 more offences involving firearms (weapon: Ball bearing gun) (65 v. 37)" in line for line in lines)


def test_calls_are_said_month_by_month_beside_the_country():
    loaded = fine(pm("load", "calls-999.csv", cwd=SAMPLES))
    said = text("--force", "essex", stdin=loaded)
    assert "81.1% against a national average of 79.7% in August 2023: 1.4 points higher (better)." in said


def test_rows_are_picked_by_measure_force_source_and_month(monthly):
    made = fine(pm("compare", "--force", "all", stdin=monthly, cwd=SAMPLES))
    sent = table(fine(pm("say", "robbery", "--force", "essex", "--to", "2023-07", stdin=made, cwd=SAMPLES)))
    assert set(sent["measure"]) == {"robbery"}
    assert set(sent["area"]) == {"essex"}
    assert sent.height == 2
    everyone = table(fine(pm("say", "robbery", stdin=made, cwd=SAMPLES)))
    assert everyone["area"].n_unique() == 42  # pm.toml's force is for what is computed, not for what was
    said = complaint(pm("say", "--to", "2022-01", stdin=made, cwd=SAMPLES), "say", 1)
    assert said == "no rows for 2022-01-31 The table has period_end: 2023-07-31."


@pytest.mark.parametrize("option", [("--baseline", "2019-06"), ("--months", "6"), ("--exclude-self",)])
def test_an_option_that_comes_too_late_is_refused(option, essex):
    made = fine(pm("compare", stdin=essex, cwd=SAMPLES))
    said = complaint(pm("say", *option, stdin=made, cwd=SAMPLES), "say", 2)
    assert "too late for the comparison table" in said
    assert "Give it to pm compare." in said


def test_tables_of_two_kinds_are_refused(essex, tmp_path):
    for command in ("compare", "trend"):
        (tmp_path / f"{command}.parquet").write_bytes(fine(pm(command, stdin=essex, cwd=SAMPLES)))
    arguments = [part for name in ("compare", "trend") for part in ("-i", tmp_path / f"{name}.parquet")]
    assert "Give tables of one kind." in complaint(pm("say", *arguments), "say", 1)


def test_a_figure_that_is_not_there_is_said(essex):
    holed = table(essex).filter(pl.col("period_end") != pl.date(2019, 6, 30))
    said = text(stdin=parquet(holed))
    assert (
        "4,484 in the 12 months to July 2023; not compared with the 12 months to December 2019, which are not" in said
    )


@pytest.fixture(scope="module")
def home_office_said() -> pl.DataFrame:
    loaded = fine(pm("load", real(HOME_OFFICE)))
    return table(fine(pm("say", "--force", "essex", "--to", "2023-09", stdin=loaded)))


@pytest.mark.parametrize(
    ("measure", "about", "said"),
    [  # counted by hand from the Home Office's open data tables, 2023/24 release
        (
            "homicide",
            "baseline",
            "Homicides: 17 in the 12 months to September 2023 against 58 in the 12 months to December 2019, 39 of ",
        ),
        ("theft-from-person", "baseline", "No clear change in Theft from the person offences: 1,165 in"),
        ("vehicle-crime", "baseline", "No clear change in Vehicle offences: 14,150 in"),
        ("vehicle-crime", "previous-year", "14% more Vehicle offences (+1,703) "),
        (
            "violence-with-injury",
            "long-term",
            "Higher than five years ago; falling in the last six months: 14,958 in the last 12 months, 13,872 five",
        ),
    ],
)
def test_real_figures(measure, about, said, home_office_said):
    row = home_office_said.filter(pl.col("measure") == measure, pl.col("about") == about).row(0, named=True)
    assert row["sentence"].startswith(said)
    if (measure, about) == ("homicide", "baseline"):
        assert "include 39 of one incident in October 2019" in row["caveat"]
        assert (row["value"], row["comparator"], row["finding"]) == (17.0, 58.0, "change")


def test_a_control_chart_is_of_all_its_periods_up_to_a_month(tmp_path):
    fine(pm("spc", "robbery", "-o", tmp_path / "spc.parquet", cwd=SAMPLES))
    rows = pl.read_parquet(tmp_path / "spc.parquet").filter(pl.col("period_end") <= pl.date(2022, 12, 31))
    charted = rows.filter(pl.col("centre").is_not_null(), pl.col("value").is_not_null())
    out = charted["signal"].is_not_null().sum()
    said = text("-i", str(tmp_path / "spc.parquet"), "--to", "2022-12")
    assert f" of {charted.height} months stand" in said
    assert ("none of" in said) == (out == 0)
