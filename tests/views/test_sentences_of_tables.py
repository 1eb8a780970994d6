"""Sentences of ranks, verdicts, waves, breakdowns, funnels and control charts.

Figures marked "pack" are printed in Essex Police, National Police and Crime Measures, September 2023.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from pmcli.catalogue import Catalogue
from pmcli.tables import OUTLIERS, WAVES
from pmcli.views.breakdown.sentences import breakdown_sentence, largest_row, largest_sentence
from pmcli.views.funnel.sentences import funnel_sentence
from pmcli.views.outliers.sentences import criterion_sentence, verdict_sentence
from pmcli.views.rank.sentences import rank_sentence
from pmcli.views.say import say
from pmcli.views.sensitivity.sentences import sensitivity_sentence
from pmcli.views.spc.sentences import spc_sentence
from pmcli.views.waves.sentences import extreme_row, extreme_sentence, gap_sentence, wave_sentence

from .rows import BURGLARY, DEC19, HOMICIDE, SEP22, SEP23, SURVEY
from .rows import KEY as SERIES_KEY

CATALOGUE = Catalogue()


def ranked(place: int, of: int, scope: str = "national", **more: Any) -> dict[str, Any]:
    row = {**SERIES_KEY, "measure": "homicide", "value": 17.0, "population": 1.9e6, "per": "million population",
           "rate": 9.0, "scope": scope, "rank": place, "of": of, "mean": 9.5, "sd": 4.0}  # fmt: skip
    return row | more


def test_ranks_as_the_pack_says_them() -> None:  # pack: 18th highest per million population, and 4th highest in its MSG
    said = rank_sentence(ranked(18, 42), HOMICIDE, peers=ranked(4, 8, "peers"))
    assert said.text == (
        "Homicides: 18th highest rate of 42 forces, and 4th highest of 8 in its Most Similar Group, "
        "9.00 per million population; 0.50 below its average of 9.50, within one SD (4.00) (12 months to September "
        "2023)."
    )
    assert (said.finding, said.about) == ("ranked", "rank-national")
    alone = rank_sentence(ranked(1, 8, "peers"), HOMICIDE, "Essex")
    assert alone.text.startswith("Essex: Homicides: highest rate of 8 in its Most Similar Group, 9.00 per million")
    assert "lowest rate of 42 forces" in rank_sentence(ranked(42, 42), HOMICIDE).text
    single = rank_sentence(ranked(1, 1), HOMICIDE)
    assert "not ranked, no other force of the country has a rate" in single.text
    assert single.finding == "not available"


def judged(flags: int, testable: int, verdict: str, group: str, **more: Any) -> dict[str, Any]:
    row = {**SERIES_KEY, "measure": "robbery", "group": group, "criterion": "above-baseline", "value": 1514.0,
           "comparator": 1829.0, "difference": -315.0, "sd": None, "flag": False, "flags": flags, "testable": testable,
           "needed": 3, "verdict": verdict, "against_end": DEC19, "reason": ""}  # fmt: skip
    return row | more


@pytest.mark.parametrize(
    ("row", "expected"),
    [  # pack: "Two out of four outlier criteria met for Violence With Injury"
        (
            judged(2, 4, "not an outlier", "serious-violence"),
            "Not an outlier: two of four criteria met (three needed).",
        ),
        (
            judged(0, 4, "not an outlier", "serious-violence"),
            "Not an outlier: none of four criteria met (three needed).",
        ),
        (judged(3, 4, "outlier", "serious-violence"), "An outlier: three of four criteria met (three needed)."),
        (
            judged(1, 2, "undetermined", "serious-violence"),
            "Undetermined: one of four criteria met (three needed), two cannot be tested.",
        ),
        (
            judged(3, 4, "not an outlier", "homicide"),
            "Not an outlier: three of four criteria met (three needed). An outlier also needs at least five more in "
            "the last six months than a year before.",
        ),
    ],
)
def test_verdicts(row: dict[str, Any], expected: str) -> None:
    said = verdict_sentence(row, CATALOGUE.rules[row["group"]])
    assert (said.text, said.finding) == (expected, row["verdict"])


def test_a_verdict_says_what_would_turn_its_nearest_flag_and_how_often_chance_alone_makes_one() -> None:
    rule = CATALOGUE.rules["serious-violence"]
    margins = {one.id: margin for one, margin in zip(rule.criteria, (316.0, -55.0, 212.0, 400.0), strict=True)}

    def rows(**more: Any) -> list[dict[str, Any]]:
        return [
            judged(1, 4, "not an outlier", "serious-violence", criterion=name, margin=margin, flag=margin < 0,
                   period_end=date(2023, 7, 31), verdict_chance=0.16) | more
            for name, margin in margins.items()
        ]  # fmt: skip

    plain = "Not an outlier: one of four criteria met (three needed)."
    chance = "With no change, and no difference between forces, 16 in 100 would be outliers."
    said = verdict_sentence(rows(), rule).text
    assert said == f"{plain} 212 more offences by July 2023 would make it two. {chance}"
    margins["above-peer-rate"] = 212.0  # two flags that the same number turns
    assert "212 more offences by July 2023 would make it three." in verdict_sentence(rows(), rule).text
    margins |= {"above-baseline": -20.0, "above-national-rate": -1.0}
    outlier = verdict_sentence(rows(verdict="outlier", flags=3), rule).text
    assert " 1 fewer offence by July 2023 would make it two." in outlier
    some = verdict_sentence([row | {"margin": None} for row in rows(verdict_chance=0.004)], rule).text
    assert some == plain + " With no change, and no difference between forces, under one in 100 would be outliers."


def test_the_sensitivity_table_says_under_how_many_conventions_a_verdict_holds() -> None:
    rows = [
        {"measure": "robbery", "convention": name, "setting": setting, "verdict": verdict, "holds": holds, "of": of}
        for name, setting, verdict, holds, of in (
            ("as asked", "", "not an outlier", None, None), ("SD", "population", "not an outlier", None, None),
            ("all", "64 combinations", "not an outlier", 64, 64),
        )
    ]  # fmt: skip
    said = sensitivity_sentence(rows, CATALOGUE)
    assert said.text == "Robbery: not an outlier. Holds under all 64 conventions."
    turned = [rows[0], rows[1] | {"verdict": "outlier"}, rows[2] | {"holds": 40}]
    assert sensitivity_sentence(turned, CATALOGUE).text == (
        "Robbery: not an outlier. Holds under 40 of 64 conventions; another verdict with SD (population)."
    )
    together = [rows[0], rows[1], rows[2] | {"holds": 60}]
    assert sensitivity_sentence(together, CATALOGUE).text.endswith(
        "60 of 64 conventions; no convention turns it alone."
    )


def test_a_verdict_says_why_a_criterion_could_not_be_tested() -> None:
    rule = CATALOGUE.rules["serious-violence"]
    rows = [
        judged(1, 3, "undetermined", "serious-violence"),
        judged(1, 3, "undetermined", "serious-violence", criterion="above-peer-rate", flag=None, reason="no peers."),
    ]
    assert verdict_sentence(rows, rule).caveat == ("Not tested: rate v. the Most Similar Group average (no peers).")
    said = say(pl.DataFrame(rows, schema=OUTLIERS.schema()), OUTLIERS, CATALOGUE)
    assert said.filter(pl.col("about") == "verdict")["caveat"].item() == (
        "Not tested: rate v. the Most Similar Group average (no peers)."
    )
    assert criterion_sentence(rows[0], rule).text == (
        "Criterion not met: 12 months v. the baseline (1,514 against 1,829)."
    )
    untested = criterion_sentence(rows[1], rule)
    assert untested.text == "Criterion not tested: rate v. the Most Similar Group average (no peers)."
    assert (untested.finding, untested.about) == ("not tested", "above-peer-rate")


def test_a_criterion_across_a_recording_change_carries_its_caveat() -> None:
    row = judged(
        1, 3, "not an outlier", "neighbourhood-crime", measure="burglary", criterion="change-v-baseline-v-peers"
    )
    rate = row | {"criterion": "rate-v-peers", "against_end": None}
    untested = row | {"criterion": "change-6m-v-peers", "flag": None, "reason": "no peers"}
    said = say(pl.DataFrame([row, rate, untested], schema=OUTLIERS.schema()), OUTLIERS, CATALOGUE)
    caveats = dict(said.select("about", "caveat").rows())
    assert caveats["change-v-baseline-v-peers"].startswith(
        "Recording changed in April 2023 (Home Office Counting Rules"
    )
    assert caveats["rate-v-peers"] is None  # of one window
    assert caveats["change-6m-v-peers"] is None


def wave(now: float | None, then: float | None, significant: bool | None, **more: Any) -> dict[str, Any]:
    both = now is not None and then is not None
    row = {**SERIES_KEY, "measure": "confidence", "kind": "group", "value": now, "against_end": SEP22,
           "against_value": then, "difference": now - then if both else None, "significant": significant,
           "p_adjusted": 0.01, "base": 400.0, "against_base": 400.0, "too_small": False, "gap_p": None}  # fmt: skip
    return row | more


@pytest.mark.parametrize(
    ("row", "expected", "finding"),
    [  # pack: Castle Point 74% to 56%, an arrow; Chelmsford 78% to 78%
        (
            wave(0.56, 0.74, True),
            "56.0% in the 12 months to September 2023 against 74.0% in the 12 months to September 2022: "
            "18.0 points lower, a significant deterioration.",
            "deterioration",
        ),
        (wave(0.79, 0.74, True), "5.0 points higher, a significant improvement.", "improvement"),
        (wave(0.73, 0.74, False), "in the 12 months to September 2022: no significant change.", "no clear change"),
        (wave(0.73, 0.74, None), "in the 12 months to September 2022; not tested.", "not tested"),
        (wave(0.73, None, None, against_end=None), "to September 2023; the first wave.", "not available"),
        (wave(None, 0.74, None), "not available, no answers in the 12 months to September 2023.", "not available"),
    ],
)  # fmt: skip
def test_waves(row: dict[str, Any], expected: str, finding: str) -> None:
    said = wave_sentence(row, SURVEY)
    assert said.text.startswith("Victims satisfied: ")
    assert said.text.endswith(expected)
    assert said.finding == finding


def test_a_wave_of_few_respondents_has_no_percentages() -> None:
    few = wave(0.5, 0.74, None, base=28.0, too_small=True)
    assert wave_sentence(few, SURVEY).text == (
        "Victims satisfied: 14 of 28 in the 12 months to September 2023 against 74.0% in the 12 months to September "
        "2022; not tested."
    )
    first = wave(0.5, None, None, base=28.0, against_base=None, against_end=None)
    assert wave_sentence(first, SURVEY).text.endswith(": 14 of 28 in the 12 months to September 2023; the first wave.")


def test_the_district_that_stands_lowest() -> None:
    rows = [wave(share, 0.74, significant, area=f"essex/{name}") for name, share, significant in
            (("a", 0.70, True), ("b", 0.56, True), ("c", 0.73, False))]  # fmt: skip
    first = extreme_row(rows, SURVEY)
    assert first is rows[1]
    said = extreme_sentence([rows[1], rows[0], rows[2]], SURVEY, "B")
    assert said.text == (
        "Victims satisfied: B has the lowest share of 3 districts, 56.0% in the 12 months to September 2023, "
        "and the largest fall (18.0 points, significant)."
    )
    calm = extreme_sentence([rows[1] | {"significant": False}, rows[0], rows[2]], SURVEY, "B")
    assert calm.text.endswith("56.0% in the 12 months to September 2023.")
    assert extreme_row([rows[1], rows[1] | {"area": "essex/d"}, rows[0]], SURVEY) is None  # two of them are lowest
    assert extreme_row(rows[:2], SURVEY) is None
    assert extreme_row([rows[0], rows[1] | {"too_small": True}, rows[2]], SURVEY) is None
    assert extreme_row(rows, SURVEY._replace(better="down")) is rows[2]


def test_each_force_is_said_to_its_own_latest_wave() -> None:
    rows = [wave(0.7, None, None, area=area, period_end=end, months=12, base=100.0, effective=100.0)
            for area, end in (("essex", SEP22), ("essex", SEP23), ("kent", SEP22))]  # fmt: skip
    said = say(pl.DataFrame(rows, schema=WAVES.schema()), WAVES, CATALOGUE)
    assert said.select("area", "period_end").rows() == [("essex", SEP23), ("kent", SEP22)]


def test_gaps() -> None:
    row = wave(-0.15, -0.17, False, kind="gap", category="Victim minus Non victim", gap_p=0.0001, p_adjusted=0.44)
    said = gap_sentence(row)
    assert said.text == (
        "Gap between Victim and Non victim: 15.0 points in the 12 months to September 2023 (p <0.001), against 17.0 in "
        "the 12 months to September 2022 (no significant change, p 0.44)."
    )
    wider = gap_sentence(row | {"value": -0.25, "significant": True, "p_adjusted": 0.001})
    assert "significantly wider" in wider.text
    assert gap_sentence(row | {"too_small": True}).finding == "not tested"


WEAPON: dict[str, Any] = {
    **SERIES_KEY, "measure": "firearms", "dimension": "weapon", "category": "Ball bearing gun", "value": 65.0,
    "against_end": DEC19, "against_value": 37.0, "difference": 28.0, "change": 28 / 37, "share": 65 / 86,
    "total": False, "p_value": 0.031, "least": 0.6, "grade": "changed",
}  # fmt: skip
FIREARMS = CATALOGUE.measures["firearms"]


def test_breakdowns() -> None:  # pack: 28 more offences involving a ball bearing gun, 76% of offences; no air weapons
    assert breakdown_sentence(WEAPON, FIREARMS).text == (
        "28 more offences involving firearms (weapon: Ball bearing gun) (65 v. 37) in the 12 months to September 2023 "
        "v. 12 months to December 2019."
    )
    none = WEAPON | {"category": "Air weapon", "value": 0.0, "against_value": 26.0, "difference": -26.0, "change": -1.0}
    none |= {"p_value": 0.0001}
    assert breakdown_sentence(none, FIREARMS).text == (
        "No offences involving firearms (weapon: Air weapon) in the 12 months to September 2023, against 26 in the "
        "12 months to December 2019."
    )
    few = WEAPON | {"value": 40.0, "difference": 3.0, "change": 3 / 37, "p_value": 0.8, "grade": "within chance"}
    assert breakdown_sentence(few, FIREARMS).finding == "no clear change"
    assert largest_sentence(WEAPON, FIREARMS).text == (
        "Commonest weapon among offences involving firearms: Ball bearing gun, 65 of 86 (75.6%) in the 12 months to "
        "September 2023."
    )


def test_a_breakdown_across_a_recording_change_carries_its_caveat() -> None:
    row = WEAPON | {"measure": "burglary", "dimension": "offence", "category": "Residential"}
    caveat = breakdown_sentence(row, BURGLARY, CATALOGUE).caveat
    assert caveat is not None
    assert caveat.startswith("Recording changed in April 2023 (Home Office Counting Rules: burglary). ")
    before = row | {"period_end": DEC19, "against_end": date(2018, 12, 31)}
    assert breakdown_sentence(before, BURGLARY, CATALOGUE).caveat is None
    alone = row | {"against_end": None, "against_value": None, "total": True, "category": "all"}
    assert breakdown_sentence(alone, BURGLARY, CATALOGUE).text == (
        "Burglary offences (any offence): 65 in the 12 months to September 2023."
    )


def test_a_largest_category_stands_alone_and_a_small_whole_has_no_percentages() -> None:
    rows = [WEAPON | {"category": name, "value": value} for name, value in (("a", 4.0), ("b", 9.0), ("c", 2.0))]
    total = WEAPON | {"value": 15.0, "total": True}
    assert largest_row([*rows, total]) is rows[1]
    assert largest_row([rows[1], rows[1] | {"category": "d"}, total]) is None
    assert largest_row([WEAPON | {"value": 0.0}, WEAPON | {"value": None}]) is None
    assert "b, 9 in the 12 months" in largest_sentence(rows[1] | {"share": 9 / 15}, FIREARMS).text
    assert (
        "b, 30 of 50 (60.0%) in the 12 months"
        in largest_sentence(rows[1] | {"value": 30.0, "share": 0.6}, FIREARMS).text
    )


def test_a_funnel_says_what_is_more_than_chance() -> None:
    row = {**SERIES_KEY, "measure": "burglary", "value": 6968.0, "expected": 8472.0, "ratio": 0.8225,
           "position": "below 99.8%"}  # fmt: skip
    said = funnel_sentence(row, BURGLARY)
    assert said.text == (
        "Below the 99.8% limit: 6,968 Burglary offences where its population would give 8,472 at the national rate "
        "(ratio 0.82; 12 months to September 2023)."
    )
    assert said.finding == "low"
    assert funnel_sentence(row | {"position": "within"}, BURGLARY).finding == "expected"
    assert funnel_sentence(row | {"position": None}, BURGLARY).finding == "not available"


def test_a_control_chart_says_what_stands_out() -> None:
    quiet = {
        **SERIES_KEY,
        "measure": "burglary",
        "months": 1,
        "rule": None,
        "signal": None,
        "period_end": SEP23,
        "value": 50.0,
        "centre": 48.0,
        "proposed": False,
        "method": "limits from the 24 months to September 2022",
    }
    loud = quiet | {"rule": "outside limits", "signal": "deterioration", "period_end": date(2023, 3, 31)}
    assert spc_sentence([loud, quiet], BURGLARY).text == (
        "Burglary: one of 2 months stands out, the last to March 2023, outside limits (deterioration)."
    )
    assert spc_sentence([quiet], BURGLARY).finding == "no signal"
    hollow = quiet | {"rule": "seven on one side"}
    assert spc_sentence([hollow, quiet], BURGLARY).finding == "no signal"  # marked, and no signal
    bare = quiet | {"centre": None, "method": "no limits: under one event a period"}
    assert "no control chart (under one event a period)" in spc_sentence([bare], BURGLARY).text
    due = spc_sentence([quiet, quiet | {"proposed": True}], BURGLARY).text
    assert due.endswith("Every period since September 2023 lies on one side of the mean, and the change is clear: new "
                        "limits may be due.")  # fmt: skip
    unknown = quiet | {"value": None}
    assert "none of 2 months stands out" in spc_sentence([quiet, unknown, quiet], BURGLARY).text
