"""The stored chances: a simulation checked by what is known of it without one."""

from __future__ import annotations

import pytest

from pmcli.catalogue import Catalogue
from pmcli.catalogue.chances import VERDICT, WITHOUT_PEERS, chance_of

RULES = Catalogue().rules.values()


def test_every_criterion_and_verdict_of_the_shipped_rules_has_a_chance() -> None:
    for rule in RULES:
        for measure in rule.measures:
            for name in (*(criterion.id for criterion in rule.criteria), VERDICT):
                found = chance_of(rule.group, measure, name, 1000)
                assert found is not None
                assert 0 <= found <= 1


@pytest.mark.parametrize("measure", ["robbery", "violence-with-injury"])
def test_of_two_large_counts_one_is_above_the_other_half_the_time(measure: str) -> None:
    for name in ("above-baseline", "above-last-year-6m"):
        assert chance_of("serious-violence", measure, name, 5000) == pytest.approx(0.5, abs=0.02)


def test_a_small_force_is_above_the_average_by_an_sd_more_often_than_a_large_one() -> None:
    small, large = (chance_of("serious-violence", "robbery", "above-national-rate", size) for size in (400, 5000))
    assert small is not None
    assert large is not None
    assert small > 0.159 > large  # a normal deviate passes 1 in 15.9 % of cases: what a force of middling size has


def test_between_and_beyond_the_sizes_that_were_simulated() -> None:
    first = chance_of("homicide", "homicide", VERDICT, 0.0)
    assert first == chance_of("homicide", "homicide", VERDICT, 1.0)
    ends = [chance_of("homicide", "homicide", VERDICT, size) or 0.0 for size in (6.215, 7.279)]
    assert min(ends) <= (chance_of("homicide", "homicide", VERDICT, 6.7) or 0.0) <= max(ends)
    assert chance_of("neighbourhood-crime", "burglary", WITHOUT_PEERS, 100) is None
    assert chance_of("own", "burglary", VERDICT, 100) is None
