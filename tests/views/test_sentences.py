"""Sentences of comparisons, trends and positions: a row in, the statement out.

Figures and wording marked "pack" are printed in Essex Police, National Police and Crime Measures, September 2023.
"""

from __future__ import annotations

from datetime import date

import pytest

from pmcli.catalogue import Catalogue, Measure
from pmcli.pack.position import position
from pmcli.views.comparison.sentences import comparison_sentence
from pmcli.views.language.findings import FINDINGS, kind_of
from pmcli.views.trend.sentences import (
    direction_sentence,
    long_term_sentence,
    news_sentence,
    signal_sentence,
    standing,
    statements,
    trend_sentences,
)

from .rows import ANSWER, BURGLARY, CALLS, DEC19, DRUGS, HOMICIDE, SEP22, SEP23, SURVEY, counts, levels, trend_row

NOW, BASE = "in the 12 months to September 2023", "12 months to December 2019"


VARY = ", within what counts of this size vary by themselves"


@pytest.mark.parametrize(
    ("now", "then", "expected", "finding"),
    [
        (4407, 7600, f"42% fewer Burglary offences (-3,193) {NOW} v. {BASE}.", "improvement"),  # pack
        (7600, 4407, f"72% more Burglary offences (+3,193) {NOW} v. {BASE}.", "deterioration"),
        (9150, 10_400, f"12% fewer Burglary offences (-1,250) {NOW} v. {BASE}.", "improvement"),
        (50, 100, f"50% fewer Burglary offences (-50) {NOW} v. {BASE}.", "improvement"),
        (20, 50, f"60% fewer Burglary offences (-30) {NOW} v. {BASE}.", "improvement"),
        (20, 49, f"29 fewer Burglary offences (20 v. 49) {NOW} v. {BASE}.", "improvement"),
        (10, 1, f"Nine more Burglary offences (10 v. 1) {NOW} v. {BASE}.", "deterioration"),
        (6, 0, f"Six more Burglary offences (6 v. 0) {NOW} v. {BASE}.", "deterioration"),
        (0, 26, f"No Burglary offences {NOW}, against 26 in the {BASE}.", "improvement"),
        (1, 700, f"Over 99% fewer Burglary offences (-699) {NOW} v. {BASE}.", "improvement"),
        (0, 0, f"No Burglary offences {NOW} or in the {BASE}.", "no clear change"),
        (5, 5, f"No change in Burglary offences: 5 {NOW} and in the {BASE}.", "no clear change"),
        (
            15,
            14,
            f"No clear change in Burglary offences: 15 {NOW}, 14 in the {BASE} (one more){VARY}, ± 18.",
            "no clear change",
        ),
        (
            4484,
            4400,
            f"No clear change in Burglary offences: 4,484 {NOW}, 4,400 in the {BASE} (84 more, 1.9%){VARY}, ± 13%.",
            "no clear change",
        ),
        (49_999, 50_000, f"No clear change in Burglary offences: 49,999 {NOW}, 50,000 in the {BASE} "
         f"(one fewer, under 0.1%){VARY}, ± 8%.", "no clear change"),
    ],
)  # fmt: skip
def test_counts(now: float, then: float, expected: str, finding: str) -> None:
    said = comparison_sentence(counts(now, then), BURGLARY)
    assert (said.text, said.finding, said.caveat, said.about) == (expected, finding, None, "baseline")


@pytest.mark.parametrize(
    ("now", "then", "end", "start"),
    [
        (17, 22, SEP22, "No clear change in homicides: 17"),
        (3, 8, DEC19, "No clear change in homicides: 3"),  # pack: "Five fewer offences" of a chance that is 0.23
        (17, 58, DEC19, "71% fewer homicides (-41)"),  # pack: 17 v. 58
    ],
)
def test_small_numbers_say_no_more_than_their_test(now: float, then: float, end: date, start: str) -> None:
    said = comparison_sentence(counts(now, then, HOMICIDE, against_end=end), HOMICIDE)
    assert said.text.startswith(start)


def test_a_change_below_two_per_cent_of_a_count_is_slight() -> None:
    steady = BURGLARY._replace(dispersion=1.0)
    for now, expected in ((98_500, "Slightly fewer Burglary offences (-1,500, 1.5%)"), (102_000, "2% more Burglary")):
        assert comparison_sentence(counts(now, 100_000, steady), steady).text.startswith(expected)


def test_a_measure_without_a_better_way_is_only_more_or_fewer() -> None:
    said = comparison_sentence(counts(4918, 5839, DRUGS), DRUGS)
    assert said.text == f"16% fewer Drug offences (-921) {NOW} v. {BASE}."
    assert (said.finding, kind_of(said.finding)) == ("change", "")


@pytest.mark.parametrize(
    ("row", "expected", "finding"),
    [
        (
            counts(None, 7600),
            "Burglary offences: not available, the 12 months to September 2023 are not whole.",
            "not available",
        ),
        (
            counts(4407, None),
            f"Burglary offences: 4,407 {NOW}; not compared with the {BASE}, which are not whole.",
            "not available",
        ),
        (
            counts(None, 7600, months=1),
            "Burglary offences: not available, September 2023 is not known.",
            "not available",
        ),
        (
            counts(4407, 4600, p_value=None, against_end=date(2023, 6, 30)),
            f"Burglary offences: 4,407 {NOW}, 4,600 in the 12 months to June 2023 (193 fewer, 4%); "
            "not tested (the windows share months).",
            "not tested",
        ),
        (
            counts(44.5, 12.0),
            f"Burglary offences: 44.5 {NOW}, 12 in the {BASE} (32.5 more); "
            "not tested (a figure is below zero or not whole).",
            "not tested",
        ),
        (
            counts(90, 60, dimension="weapon", category="knife"),
            f"No clear change in Burglary offences (weapon: knife): 90 {NOW}, 60 in the {BASE} "
            f"(30 more, 50%){VARY}, ± 51%.",
            "no clear change",
        ),
        (
            counts(400, 600, months=1, against_end=SEP22),
            "33% fewer Burglary offences (-200) in September 2023 v. September 2022.",
            "improvement",
        ),
    ],
)
def test_what_is_missing_untested_or_of_a_part(row: dict, expected: str, finding: str) -> None:
    said = comparison_sentence(row, BURGLARY)
    assert (said.text, said.finding) == (expected, finding)


AUG = {"months": 1, "period_end": date(2023, 8, 31), "against_end": date(2023, 8, 31)}


@pytest.mark.parametrize(
    ("row", "measure", "expected", "finding"),
    [
        (  # pack: 81.1% v. the 79.7% national average
            levels(0.811, 0.797, against="national", **AUG),
            CALLS,
            "999 calls answered within 10 seconds: 81.1% against a national average of 79.7% in August 2023: "
            "1.4 points higher (better).",
            "better",
        ),
        (  # pack: 3.6% v. 3.6%
            levels(0.03601, 0.036, against="national", **AUG),
            CALLS,
            "999 calls answered within 10 seconds: 3.6% against a national average of 3.6% in August 2023: "
            "no clear difference, within what samples of this size vary by themselves, ± 0.4 points.",
            "no clear difference",
        ),
        (
            levels(0.5001, 0.4999, base=1e8, against="peers", **AUG),
            CALLS,
            "999 calls answered within 10 seconds: 50.01% against a Most Similar Group average of 49.99% in August "
            "2023: slightly higher, 0.02 points (better).",
            "better",
        ),
        (  # pack: 12.1 seconds v. 12.3
            levels(12.1, 12.3, ANSWER, against="national", **AUG),
            ANSWER,
            "Average 999 call answer time: 12.1 seconds against a national average of 12.3 seconds in August 2023, "
            "on the better side; not tested (a mean has no test here).",
            "not tested",
        ),
        (
            levels(0.80, 0.83, SURVEY, base=400),  # pack: 83% v. 80%, "no change"
            SURVEY,
            f"Victims satisfied: 80.0% {NOW} against 83.0% in the {BASE}: no clear change, within what samples of this "
            "size vary by themselves, ± 5.4 points.",
            "no clear change",
        ),
        (
            levels(0.70, 0.83, SURVEY, base=400),
            SURVEY,
            f"Victims satisfied: 70.0% {NOW} against 83.0% in the {BASE}: 13.0 points lower (a deterioration).",
            "deterioration",
        ),
        (
            levels(0.80, 0.83, SURVEY, p_value=None, against="national", against_value=None),
            SURVEY,
            f"Victims satisfied: 80.0% {NOW}; the national average is not available, too few forces have a figure.",
            "not available",
        ),
    ],
)
def test_shares_and_means(row: dict, measure: Measure, expected: str, finding: str) -> None:
    said = comparison_sentence(row, measure)
    assert (said.text, said.finding) == (expected, finding)


def test_a_comparison_across_a_recording_change_carries_when_what_and_why() -> None:
    row = counts(4407, 7600, breaks="counting-rules-burglary-2023")
    caveat = comparison_sentence(row, BURGLARY, Catalogue()).caveat
    assert caveat is not None
    assert caveat.startswith("Recording changed in April 2023 (Home Office Counting Rules: burglary). The categories")
    assert caveat.endswith("compare with caution.")


def test_a_mass_event_in_a_window_is_named_and_is_no_improvement() -> None:
    said = comparison_sentence(counts(17, 58, HOMICIDE), HOMICIDE, Catalogue())
    assert said.caveat is not None
    assert said.caveat.startswith("The 58 in the 12 months to December 2019 include 39 of one incident in October 2019")
    assert said.caveat.endswith("without them 19.")
    assert said.finding == "change"
    assert comparison_sentence(counts(17, 19, HOMICIDE), HOMICIDE, Catalogue()).caveat is None  # they were taken out
    elsewhere = comparison_sentence(counts(17, 58, HOMICIDE, area="kent"), HOMICIDE, Catalogue())
    assert (elsewhere.caveat, elsewhere.finding) == (None, "improvement")


# ----------------------------------------------------------------------------------------------------------- trends
@pytest.mark.parametrize(
    ("trend", "change", "better", "start", "finding"),
    [
        (
            "decreasing",
            -0.075,
            "down",
            "Decreasing long-term trend (improving): 6,968 in the last 12 months, 12,340 five years",
            "improvement",
        ),
        ("increasing", 0.075, "down", "Increasing long-term trend (worsening): 6,968 in", "deterioration"),
        ("increasing", 0.075, "up", "Increasing long-term trend (improving): ", "improvement"),
        ("increasing", 0.075, "", "Increasing long-term trend: ", "change"),
        ("increasing", 0.019, "down", "Slightly increasing long-term trend (worsening): ", "deterioration"),
        (
            "no clear change",
            0.01,
            "down",
            "No clear long-term trend: 6,968 in the last 12 months, 12,340",
            "no clear change",
        ),
        (None, None, "down", "Long-term trend not tested: 46 quarters are too few", "not tested"),
    ],
)
def test_long_term(trend: str | None, change: float | None, better: str, start: str, finding: str) -> None:
    said = long_term_sentence(trend_row(trend, change), BURGLARY._replace(better=better))
    assert said.text.startswith(start)
    assert said.finding == finding
    assert trend in (None, "no clear change") or said.text.endswith(" a year (95% -9.0% to -6.0%).")


def test_a_long_term_without_a_clear_change_says_what_would_have_been_told() -> None:
    row = trend_row("no clear change", 0.01, past=7100.0, past_change=-0.0186, p_value=0.6, years=4)
    assert long_term_sentence(row, BURGLARY).text == (
        "No clear long-term trend: 6,968 in the last 12 months, 7,100 four years before (1.9% lower), within what "
        "counts of this size vary by themselves, ± 11%."
    )
    other = row | {"p_value": 0.001}
    assert "the line through the years between does not go that way" in long_term_sentence(other, BURGLARY).text


def test_a_trend_of_small_counts_has_no_percentages() -> None:
    few = trend_row("no clear change", 0.02, total=14.0, past=20.0, past_change=-0.3, p_value=0.4, least=0.9)
    few |= {"previous": 20.0, "baseline": 15.0}
    assert long_term_sentence(few, HOMICIDE).text == (
        "No clear long-term trend: 14 in the last 12 months, 20 five years before, within what counts of this size "
        "vary by themselves, ± 18."
    )


def test_direction_of_travel() -> None:
    said = direction_sentence(trend_row(), BURGLARY)
    assert said.text == (
        "Rising since about March 2021 (worsening): 3,400 in the last six months, 2,800 in the same six a year before."
    )
    assert said.finding == "deterioration"
    always = trend_row(since=None, direction="decreasing", half=2200.0)
    assert direction_sentence(always, BURGLARY).text.startswith("Falling (improving): 2,200 in the last six months")
    quiet = direction_sentence(trend_row(direction="no clear change"), BURGLARY)
    assert quiet.text.startswith("No clear direction of travel: 3,400 in")
    assert quiet.finding == "no clear change"
    none = direction_sentence(trend_row(direction=None, since=None), BURGLARY)
    assert (none.text, none.finding) == ("Direction of travel not tested.", "not tested")


def test_nothing_is_judged_across_a_declared_change_in_recording() -> None:
    row = counts(6968, 10_420, breaks="counting-rules-burglary-2023")
    said = comparison_sentence(row, BURGLARY)
    assert said.text == (
        f"Burglary offences: 6,968 {NOW}, 10,420 in the {BASE} (3,452 fewer, 33%); recording changed between them, so "
        "not judged."
    )
    assert (said.finding, kind_of(said.finding)) == ("change", "")
    assert "(improving)" not in long_term_sentence(trend_row(), BURGLARY, Catalogue()).text


def test_an_unusual_move_is_called_one_and_a_small_difference_in_line() -> None:
    unusual = comparison_sentence(counts(4407, 7600, grade="unusual"), BURGLARY)
    assert unusual.text.endswith(", an unusually large move for this measure.")
    close = levels(0.812, 0.805, base=30_000, grade="in line with")
    assert comparison_sentence(close, CALLS).text.endswith(": in line, 0.7 points apart.")
    assert comparison_sentence(close, CALLS).finding == "in line with"
    few = levels(0.5, 0.4, SURVEY, base=20)
    assert "too few asked to say" in comparison_sentence(few, SURVEY).text


def test_the_last_signal_or_none() -> None:
    said = signal_sentence(trend_row())
    assert said.text == "Last control-chart signal: March 2023, outside limits (improvement)."
    none = signal_sentence(trend_row(signal=None, signal_rule=None, signal_end=None))
    assert none.text == "No control-chart signal in the 12 months to September 2023."


def test_trend_and_direction_that_go_opposite_ways_are_one_sentence_without_a_verdict() -> None:
    (said,) = (one for one in trend_sentences(trend_row(), BURGLARY) if one.about in {"long-term", "direction"})
    assert said.text == (
        "Lower than five years ago; rising since about March 2021: 6,968 in the last 12 months, 12,340 five years "
        "before (44% lower); 3,400 in the last six months, 2,800 in the same six a year before."
    )
    assert said.finding == "change"
    up = trend_row("increasing", 0.05, direction="decreasing", years=3, past=5000.0, past_change=0.3936, since=None)
    texts = [one.text for one in trend_sentences(up, BURGLARY)]
    assert [one for one in texts if one.startswith("Higher than three years ago; falling in the last six months: ")]
    line = trend_row(years=None, past=None, past_end=None, past_change=None, half=None, half_previous=None)
    texts = [one.text for one in trend_sentences(line, BURGLARY)]
    assert "Falling since June 2012 as a whole; rising since about March 2021." in texts


@pytest.mark.parametrize("trend", ["increasing", "decreasing", "no clear change", None])
@pytest.mark.parametrize("direction", ["increasing", "decreasing", "no clear change", None])
def test_what_is_said_of_trend_and_direction_never_judges_both_ways(trend: str | None, direction: str | None) -> None:
    said = [
        one for one in trend_sentences(trend_row(trend, direction=direction), BURGLARY)
        if one.about in {"long-term", "direction"}
    ]  # fmt: skip
    assert not {"improvement", "deterioration"} <= {one.finding for one in said}
    assert not any("improving" in one.text for one in said) or not any("worsening" in one.text for one in said)
    assert any(one.about == "long-term" for one in said)


def test_news_is_the_latest_period_against_its_own_forecast() -> None:
    said = news_sentence(trend_row(), BURGLARY)
    figures = "6,968 in the 12 months to September 2023"
    assert said.text == f"As expected: {figures}, within the 6,500 to 7,300 (95%) expected a quarter before."
    assert said.finding == "expected"
    high = news_sentence(trend_row(news="above", expected_high=6700.0), BURGLARY)
    assert high.text == (
        f"Above what was expected (worsening): {figures}, outside the 6,500 to 6,700 (95%) expected a quarter before."
    )
    assert high.finding == "deterioration"
    # burglary's recording changed in April 2023, within the 12 months: said, and judged neither way
    changed = news_sentence(trend_row(news="below", expected_low=7000.0), BURGLARY, Catalogue())
    assert (changed.finding, "improving" in changed.text) == ("change", False)
    assert "April 2023" in str(changed.caveat)


def test_news_stands_in_the_place_of_the_last_signal_where_there_is_a_forecast() -> None:
    alike = statements([trend_row(direction="decreasing")], Catalogue())
    assert [one.sentence.about for one in standing(alike)] == ["long-term", "direction", "news"]
    without = statements(
        [trend_row(direction="decreasing", news=None, expected=None, expected_low=None, expected_high=None)],
        Catalogue(),
    )
    assert [one.sentence.about for one in standing(without)] == ["long-term", "direction", "signal"]


def test_news_counts_for_the_pack_s_current_position_and_a_signal_does_not() -> None:
    row = trend_row("decreasing", news="above", expected_high=6700.0, signal="improvement")
    phrase = f"Decreasing long-term trend and fewer offences v. {BASE}; above what was expected a quarter before"
    assert position(row, FEWER, BURGLARY) == (phrase, "mixed")
    quiet = trend_row("no clear change", signal="deterioration")
    assert position(quiet, SAME, BURGLARY)[1] == ""


def test_a_trend_row_says_its_two_comparisons_with_their_own_changes_in_recording() -> None:
    row = trend_row(breaks="counting-rules-burglary-2023", period_end=date(2023, 3, 31))
    by = {one.about: one for one in trend_sentences(row, BURGLARY, Catalogue())}
    assert list(by) == ["baseline", "previous-year", "long-term", "news", "signal"]
    assert by["baseline"].text.startswith("33% fewer Burglary offences (-3,452) in the 12 months to March 2023 v. ")
    assert by["previous-year"].text.startswith("No clear change in Burglary offences: 6,968")
    assert by["previous-year"].text.endswith(
        "(159 more, 2%), within what counts of this size vary by themselves, ± 12%."
    )
    assert by["baseline"].caveat is None  # the change is after both windows
    later = {one.about: one for one in trend_sentences(row | {"period_end": SEP23}, BURGLARY, Catalogue())}
    assert later["baseline"].caveat == later["previous-year"].caveat
    assert "April 2023" in str(later["baseline"].caveat)


# --------------------------------------------------------------------------------------------------------- position
FEWER, MORE, SAME = counts(4407, 7600), counts(7600, 4407), counts(4407, 4410)


@pytest.mark.parametrize(
    ("trend", "row", "better", "phrase", "standing"),
    [  # pack: "Decreasing long-term trend and fewer offences v. 12 months to December 2019"
        ("decreasing", FEWER, "down", f"Decreasing long-term trend and fewer offences v. {BASE}", "good"),
        ("increasing", FEWER, "down", f"Increasing long-term trend but fewer offences v. {BASE}", "mixed"),
        ("increasing", MORE, "down", f"Increasing long-term trend and more offences v. {BASE}", "bad"),
        ("no clear change", FEWER, "down", f"No clear long-term trend and fewer offences v. {BASE}", "good"),
        ("increasing", FEWER, "", f"Increasing long-term trend and fewer offences v. {BASE}", ""),
        ("decreasing", SAME, "down", f"Decreasing long-term trend and no clear change in offences v. {BASE}", "good"),
        (None, FEWER, "down", f"Fewer offences v. {BASE}", "good"),
        (None, SAME, "down", f"No clear change in offences v. {BASE}", ""),
        ("no clear change", counts(4407, None), "down", "No clear long-term trend", ""),
    ],
)
def test_the_pack_s_current_position(trend: str | None, row: dict, better: str, phrase: str, standing: str) -> None:
    assert position(trend_row(trend), row, BURGLARY._replace(better=better)) == (phrase, standing)


def test_a_position_without_a_trend_or_without_anything() -> None:
    assert position(None, counts(17, 30, HOMICIDE), HOMICIDE)[0] == f"No clear change in homicides v. {BASE}"
    assert position(trend_row(), None, BURGLARY) == ("Decreasing long-term trend", "good")
    assert position(None, None, BURGLARY) == ("Not available", "missing")
    text, standing = position(trend_row(None), counts(None, 4), BURGLARY)
    assert (text, standing) == (
        "Burglary offences: not available, the 12 months to September 2023 are not whole",
        "missing",
    )
    assert position(None, counts(12, None), BURGLARY) == ("12 Burglary offences in the 12 months to September 2023", "")


def test_a_position_of_a_share_and_of_a_mass_event() -> None:
    row = levels(0.80, 0.83, SURVEY, base=400, against_end=date(2020, 3, 31))
    phrase = "80.0% against 83.0% in the 12 months to March 2020: no clear change"
    assert position(None, row, SURVEY) == (phrase, "")
    assert position(trend_row("no clear change"), row, SURVEY) == (f"No clear long-term trend and {phrase}", "")
    text, standing = position(trend_row("no clear change"), counts(17, 58, HOMICIDE), HOMICIDE, catalogue=Catalogue())
    assert text.endswith(f"fewer homicides v. {BASE} (39 of the 58 in one incident in October 2019)")
    assert standing == ""


def test_every_finding_has_a_colour_or_none() -> None:
    kinds = {finding: kind_of(finding) for finding in FINDINGS}
    assert {name for name, kind in kinds.items() if kind == "good"} == {"improvement", "better"}
    assert {name for name, kind in kinds.items() if kind == "bad"} == {"deterioration", "worse", "outlier"}


def test_only_a_small_base_is_called_too_small() -> None:
    """A share may be unknown for other reasons: no year of records before it says who is a repeat victim."""
    for base, said in ((42.0, "a base of 42, too few for a percentage then."), (1_698.0, "which are not whole.")):
        row = levels(0.334, 0.3, base=3_000) | {"against_value": None, "against_base": base, "difference": None}
        assert comparison_sentence(row, CALLS).text.endswith(said)


def test_a_trend_is_slight_only_where_its_figures_are() -> None:
    """1.8% a year by the line, but 15% over five years: 2.8% a year, as its own figures say."""
    of = {"years": 5, "past": 10_000.0}
    for total, said in ((11_500.0, "Increasing"), (10_800.0, "Slightly increasing")):
        row = trend_row("increasing", 0.018, total=total, past_change=total / 10_000 - 1, **of)
        assert long_term_sentence(row, BURGLARY).text.startswith(f"{said} long-term trend")
    fallen = trend_row("decreasing", -0.018, total=8_500.0, past_change=-0.15, **of)
    assert long_term_sentence(fallen, BURGLARY).text.startswith("Decreasing long-term trend")
