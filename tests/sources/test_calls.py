"""999 calls: counts and percentages in every spelling, columns under many names, and months without their calls."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pmcli.errors import PmError, UsageError
from pmcli.notes import collecting
from pmcli.sources import Loaded, load
from pmcli.sources.calls.layout import columns_by_words, is_header
from pmcli.steps.compare import compare
from pmcli.steps.rolling import rolling
from tests.conftest import SAMPLES

from .conftest import said, value

COUNTS = "Force,Month,999 calls,Answered within 10 seconds,Answered in 60 seconds or more,Average answer time (seconds)"
SHARES = "Force,Month,Calls,% within 10 seconds,% 60 seconds or more"


def share(loaded: Loaded, measure: str = "calls-within-10s", area: str = "essex") -> float | None:
    row = loaded.observations.filter(pl.col("measure") == measure, pl.col("area") == area).row(0, named=True)
    return None if row["value"] is None else row["value"] / row["base"]


def test_counts_are_numerators_over_the_calls_and_a_mean_is_a_sum(write):
    loaded = load(write("a.csv", [COUNTS, 'Essex,Aug 2023,"30,000",24330,1080,12.1']))
    rows = loaded.observations.select("measure", "value", "base", "effective").rows()
    assert rows == [
        ("call-answer-time", pytest.approx(363_000.0), 30_000.0, None),
        ("calls-over-60s", 1080.0, 30_000.0, None),
        ("calls-within-10s", 24_330.0, 30_000.0, None),
    ]
    assert loaded.observations["months"].to_list() == [1, 1, 1]
    assert loaded.observations["source"].unique().to_list() == ["calls"]


@pytest.mark.parametrize(
    ("within", "over"), [("81.1", "3.6"), ("0.811", "0.036"), ("81.1%", "3.6%"), ("81.1 %", "3.6")]
)
def test_percentages_however_they_are_written(write, within, over):
    loaded = load(write("a.csv", [SHARES, f"Essex,Aug 2023,1000,{within},{over}"]))
    assert share(loaded) == pytest.approx(0.811)
    assert share(loaded, "calls-over-60s") == pytest.approx(0.036)
    assert value(loaded, "calls-within-10s", "essex", "2023-08-31") == pytest.approx(811)


def test_the_shares_of_a_file_are_written_alike(write):
    # 0.9 beside 81.1 is 0.9 %, not 90 %: every figure of that column alone could be a fraction
    loaded = load(write("a.csv", [SHARES, "Essex,Aug 2023,1000,81.1,0.9", "Kent,Aug 2023,1000,90,0.4"]))
    assert share(loaded, "calls-over-60s") == pytest.approx(0.009)
    assert share(loaded, "calls-over-60s", "kent") == pytest.approx(0.004)


def test_a_fraction_among_percentages_is_not_guessed_at(write):
    loaded = load(write("a.csv", [SHARES, "Essex,Aug 2023,1000,0.811,4", "Kent,Aug 2023,1000,81.1,3"]))
    assert share(loaded) is None
    assert share(loaded, area="kent") == pytest.approx(0.811)
    assert "could be a fraction; the first is row 2 ('0.811')" in said(loaded)


def test_a_column_is_shares_by_its_figures_when_its_name_does_not_say(write):
    loaded = load(write("a.csv", ["Force,Month,Calls,Answered within 10 seconds", "Essex,Aug 2023,1000,81.1"]))
    assert share(loaded) == pytest.approx(0.811)


def test_a_count_is_taken_before_a_rounded_share(write):
    header = "Force,Month,Calls,% within 10 seconds,Number within 10 seconds"
    loaded = load(write("a.csv", [header, "Essex,Aug 2023,1000,81,814"]))
    assert value(loaded, "calls-within-10s", "essex", "2023-08-31") == 814


@pytest.mark.parametrize(
    "header",
    [
        ["Police Force", "Month", "% answered within 10s"],
        ["Force name", "Period", "Answered in under 10 secs"],
        ["Area", "Date", "% of calls answered <10 seconds"],
        ["force", "month", "60 seconds or longer"],
        ["Force", "Month ending", "Over 60 seconds (%)"],
        ["Force", "Month", "Mean answer time"],
        ["Force", "Month", "Average speed of answer"],
    ],
)
def test_a_header_is_known_by_its_words(header):
    assert is_header(header)


@pytest.mark.parametrize(
    "header",
    [
        ["Force", "Offence type", "Month", "Offences"],
        ["Force", "Month", "Answered in 10 to 60 seconds"],
        ["Force", "Month", "Over 10 seconds"],
        ["Force", "Month", "Calls"],
        ["Month", "% answered within 10 seconds"],
        ["Area Code", "Area Name", "Average"],
    ],
)
def test_another_header_is_not_taken_for_one(header):
    assert not is_header(header)


@pytest.mark.parametrize("names", [("0-10", "10-60"), ("Within 10", "10 to 60"), ("% under 10", "% 10 to under 60")])
def test_the_middle_column_is_neither_of_its_neighbours(names):
    found = columns_by_words(["Force", "Month", *(f"{name} seconds" for name in names), "60 seconds or more"])
    assert found == {"area": [0], "period": [1], "within_10s": [2], "over_60s": [4]}


def test_without_the_calls_a_month_stands_for_itself(write):
    lines = ["Force,Month,% within 10 seconds", *(f"Essex,{month} 2023,81.1" for month in ("Jul", "Aug"))]
    loaded = load(write("a.csv", lines))
    assert loaded.observations.select("value", "base", "effective").rows() == [(pytest.approx(0.811), 1.0, 0.0)] * 2
    assert "2 figures without the number of calls" in said(loaded)
    with collecting() as notes:
        two = rolling(loaded.observations, 2).collect()
    assert two["value"].to_list() == [None]
    assert any("cannot be added up to 2 months" in note for note in notes)
    one = rolling(loaded.observations, 1).collect()
    assert one["value"].to_list() == [pytest.approx(0.811)] * 2


def test_one_month_without_its_calls_spoils_its_own_windows_only(write):
    lines = [f"Essex,2023-{month:02},{'' if month == 3 else 100},{80 + month}" for month in range(1, 8)]
    loaded = load(write("a.csv", ["Force,Month,Calls,% within 10 seconds", *lines]))
    with collecting():
        two = rolling(loaded.observations, 2).collect()
    known = {end.month: value for end, value in two.select("period_end", "value").iter_rows()}
    assert {month for month, value in known.items() if value is None} == {3, 4}
    assert known[7] == pytest.approx(86 + 87)


def test_a_comparison_does_not_test_or_show_a_base_that_is_not_known(write):
    lines = ["Force,Month,% within 10 seconds", "Essex,Aug 2022,70.0", "Essex,Aug 2023,81.1"]
    with collecting():
        row = compare(load(write("a.csv", lines)).observations, months=1).collect().row(1, named=True)
    assert (row["against"], row["difference"]) == ("previous-year", pytest.approx(0.111))
    assert (row["base"], row["against_base"], row["p_value"]) == (None, None, None)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("1000,1001,0,12", "1 value not known: a count below 0 or above the calls in 'Answered within 10 seconds'"),
        ("1000,-1,0,12", "1 value not known: a count below 0 or above the calls in 'Answered within 10 seconds'"),
        ("-5,1,0,12", "1 value not known: a number of calls below 0 in '999 calls'"),
        ("1000,800,0,-3", "1 value not known: an answer time below 0 in 'Average answer time (seconds)'"),
        ("1000,many,0,12", "1 row without a number in 'Answered within 10 seconds'"),
    ],
)
def test_an_impossible_figure_is_not_known_and_reported_with_its_row(write, cells, message):
    loaded = load(write("a.csv", [COUNTS, "Kent,Aug 2023,200000,1,1,1", f"Essex,Aug 2023,{cells}"]))
    assert message in said(loaded)
    assert "row 3" in said(loaded)
    with pytest.raises(PmError, match="row 3"):
        load(write("a.csv", [COUNTS, "Kent,Aug 2023,200000,1,1,1", f"Essex,Aug 2023,{cells}"]), strict=True)


def test_counts_without_the_calls_cannot_be_shares(write):
    with pytest.raises(PmError, match="not all calls") as caught:
        load(write("a.csv", ["Force,Month,Within 10 seconds", "Essex,Aug 2023,811"]))
    assert "number of calls" in caught.value.hint


def test_a_force_and_month_given_twice_is_refused(write):
    with pytest.raises(PmError, match="rows 2 and 3 both"):
        load(write("a.csv", [COUNTS, *["Essex,Aug 2023,1000,800,30,12"] * 2]))


def test_a_workbook_with_a_title_and_fractions(book):
    rows = [["999 performance"], [None], ["Force", "Month", "Calls", "Answered within 10 seconds"]]
    rows += [["Essex", date(2023, 8, 1), 1000, 0.811]]
    assert share(load(book("a.xlsx", {"Data": rows}))) == pytest.approx(0.811)


# ------------------------------------------------------------------------------------------------------- mapping
MAP = """layout = "calls"
source = "bt-999"
force = "essex"
[columns]
period = "When"
calls = "Volume"
within_10s = "Target met"
"""


def test_a_mapping_names_the_columns_and_the_force(write, tmp_path):
    (tmp_path / "map.toml").write_text(MAP)
    path = write("a.csv", ["When,Volume,Target met,Long waits", "Aug 2023,1000,811,x"])
    loaded = load(path, mapping=tmp_path / "map.toml")
    assert value(loaded, "calls-within-10s", "essex", "2023-08-31") == 811
    assert loaded.observations["source"].unique().to_list() == ["bt-999"]
    with pytest.raises(UsageError, match="this mapping is for calls"):
        load(path, mapping=tmp_path / "map.toml", source="home-office")


def test_a_mapping_that_names_a_column_that_is_not_there(write, tmp_path):
    (tmp_path / "map.toml").write_text(MAP)
    with pytest.raises(PmError, match="lacks the column 'Target met'") as caught:
        load(write("a.csv", ["When,Volume,Targets met", "Aug 2023,1000,811"]), mapping=tmp_path / "map.toml")
    assert caught.value.hint == "Did you mean Targets met?"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('within_10s = "Target met"', "", "needs .columns. within_10s, over_60s or answer_time"),
        ('period = "When"', "", "needs .columns. period"),
        ('force = "essex"', 'force = "esex"', "no force 'esex'"),
        ('force = "essex"', "", "needs .columns. area"),
        ("within_10s", "within_10", "cannot be 'within_10'"),
        ('"bt-999"', '"BT 999"', "source must be"),
        ('force = "essex"', 'forces = "essex"', "no field 'forces'"),
        ('"Volume"', "3", "takes text only"),
    ],
)
def test_a_mapping_that_is_wrong(write, tmp_path, old, new, message):
    (tmp_path / "map.toml").write_text(MAP.replace(old, new))
    with pytest.raises(PmError, match=message):
        load(write("a.csv", ["When,Volume,Target met", "Aug 2023,1000,811"]), mapping=tmp_path / "map.toml")


# ------------------------------------------------------------------------------------- anything countable, by a map
def test_referrals_are_a_share_of_arrestees():
    frame = load(SAMPLES / "referrals.csv", mapping="referrals").observations
    with collecting():
        row = compare(frame, to=date(2023, 5, 31)).collect().row(1, named=True)
    # the pack: 8% 12m to May 23 v. 8% 12m to May 22
    assert (row["statistic"], f"{row['value']:.0%}", f"{row['against_value']:.0%}") == ("share", "8%", "8%")
    assert row["p_value"] > 0.05  # "stable"


def test_a_blank_base_makes_no_share(write):
    path = write("a.csv", ["Force,Month,Arrestees,Referred into treatment", "Essex,May 2023,,9"])
    assert load(path, mapping="referrals").observations["base"].to_list() == [None]


def test_a_month_given_twice_where_nothing_tells_rows_apart_is_refused(write):
    path = write("a.csv", ["Force,Month,Arrestees,Referred into treatment", *["Essex,May 2023,90,9"] * 2])
    with pytest.raises(PmError, match="rows 2 and 3 both give a figure for essex"):
        load(path, mapping="referrals")


def test_drug_related_homicides_from_situation_reports():
    frame = load(SAMPLES / "homicide-reports.csv", mapping="homicide-reports").observations
    rows = compare(frame, to=date(2023, 9, 30)).collect()
    # the pack: five fewer v. 12 months to December 2019, one fewer v. 12 months to September 2022
    assert rows["difference"].to_list() == [-5, -1]
    assert rows["measure"].unique().to_list() == ["drug-related-homicide"]


@pytest.mark.parametrize(
    "name",
    [
        "Not answered within 10 seconds",
        "Calls unanswered in 10 seconds",
        "Un-answered after 60 seconds",
        "Missed 60 seconds",
        "Abandoned within 10 seconds",
        "Abandoned after 60 seconds",
        "Answered in 10 seconds or more",
        "Answered in 60 seconds or less",
        "Average time before abandonment (seconds)",
        "Weren't answered in 10 seconds",
    ],
)
def test_calls_that_nobody_answered_in_time_are_no_figure(name):
    assert columns_by_words([name]) == {}


def test_a_column_of_calls_not_answered_is_passed_over(write):
    header = "Force,Month,Calls,Not answered within 10 seconds,Answered within 10 seconds"
    loaded = load(write("a.csv", [header, "Essex,Aug 2023,1000,190,810"]))
    assert value(loaded, "calls-within-10s", "essex", "2023-08-31") == 810


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("Force,Month,Calls,Answered within 10 seconds,Answered under 10 secs", "'Answered within 10 seconds' and 'A"),
        ("Force,Month,Calls answered,Calls received,Answered within 10 seconds", "'Calls answered' and 'Calls rec"),
        ("Force,Month,Date,Calls,Answered within 10 seconds", "'Month' and 'Date' may each be the month"),
    ],
)
def test_two_columns_of_the_same_kind_are_refused_by_name(write, header, message):
    row = {"Force": "Essex", "Month": "Aug 2023", "Date": "Aug 2023"}
    with pytest.raises(PmError, match=message):
        load(write("a.csv", [header, ",".join(row.get(cell, "100") for cell in header.split(","))]))


def test_a_month_that_is_not_known_has_no_base_either(write):
    header = "Force,Month,% within 10 seconds,% 60 seconds or more"
    loaded = load(write("a.csv", [header, "Essex,Aug 2023,81.1,3.6", "Essex,Sep 2023,..,3.6"]))
    rows = loaded.observations.filter(pl.col("measure") == "calls-within-10s").select("value", "base", "effective")
    assert rows.rows() == [(pytest.approx(0.811), 1.0, 0.0), (None, None, None)]
