"""The sentence on many groups at once, against the printed pack's arrows of Q13b (Essex Police, September 2023)."""

from __future__ import annotations

from datetime import date

import pytest

from pmcli.catalogue import Measure
from pmcli.views.waves.groups import changed_groups

CONFIDENCE = Measure("confidence", "Police doing a good job", kind="share", better="up")
# From the pack's table: the change in points, and whether it prints an arrow.
PRINTED = {
    "Uttlesford": (-3, False), "Rochford": (-5, False), "Chelmsford": (0, False), "Southend": (-5, False),
    "Maldon": (-4, False), "Harlow": (-3, False), "Basildon": (-1, False), "Braintree": (-8, True),
    "Colchester": (-8, True), "Brentwood": (-4, False), "Tendring": (-9, True), "Thurrock": (-7, True),
    "Epping Forest": (-5, False), "Castle Point": (-18, True),
}  # fmt: skip


def rows(changes: dict[str, tuple[float, bool | None]]) -> list[dict[str, object]]:
    return [
        {"difference": points / 100, "significant": arrow, "months": 12, "against_end": date(2022, 6, 30)}
        for points, arrow in changes.values()
    ]


def test_the_districts_with_an_arrow_are_named_largest_first_and_no_other():
    [said] = changed_groups(rows(PRINTED), CONFIDENCE, list(PRINTED), "district")
    assert said.text == (
        "By district, significantly lower than in the 12 months to June 2022 in 5 of 14: Castle Point (-18.0 points), "
        "Tendring (-9.0), Braintree (-8.0), Colchester (-8.0), Thurrock (-7.0)."
    )
    assert said.finding == "deterioration"


def test_rises_and_falls_are_said_apart_and_judged_by_the_polarity():
    printed = {"White": (-7, True), "Other than White": (5, True)}
    falls, rises = changed_groups(rows(printed), CONFIDENCE, list(printed), "ethnicity")
    assert ("lower" in falls.text, "White (-7.0" in falls.text, falls.finding) == (True, True, "deterioration")
    assert ("higher" in rises.text, "Other than White (+5.0" in rises.text, rises.finding) == (
        True,
        True,
        "improvement",
    )
    assert [one.finding for one in changed_groups(rows(printed), CONFIDENCE._replace(better=""), ["a", "b"], "x")] == [
        "change", "change",
    ]  # fmt: skip


@pytest.mark.parametrize("arrow", [False, None])
def test_nothing_is_said_of_changes_that_are_not_significant_or_not_tested(arrow: bool | None):
    assert changed_groups(rows({"a": (-9, arrow), "b": (9, arrow)}), CONFIDENCE, ["a", "b"], "sex") == []


def test_a_group_that_could_not_be_tested_is_not_counted_among_the_tested():
    [said] = changed_groups(rows({"a": (-9, True), "b": (-20, None)}), CONFIDENCE, ["a", "b"], "sex")
    assert "in 1 of 1: a (-9.0 points)." in said.text
