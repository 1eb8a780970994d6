"""The zeros that street files leave out, and the months whose figures are not known."""

from __future__ import annotations

from datetime import date

import polars as pl

from pmcli.sources.street.types import ERAS, with_zeros


def tally(kinds: list[str], end: date) -> pl.DataFrame:
    return pl.DataFrame({"crime_type": kinds}).select(
        "crime_type",
        area=pl.lit("City of London Police"),
        period_end=pl.lit(end),
        months=pl.lit(1, pl.Int8),
        value=pl.lit(7.0),
    )


def test_a_type_without_a_crime_that_month_is_zero() -> None:
    today = list(ERAS[-1][1])
    filled = with_zeros(tally(today[:-1], date(2020, 4, 30)))
    assert filled.height == 14
    assert filled.filter(pl.col("value") == 0)["crime_type"].to_list() == [today[-1]]


def test_the_types_are_those_of_the_time() -> None:
    filled = with_zeros(tally(["Anti-social behaviour", "Burglary", "Violent crime"], date(2011, 3, 31)))
    assert filled.height == 6
    assert "Bicycle theft" not in filled["crime_type"].to_list()


def test_a_force_that_sent_only_anti_social_behaviour_has_no_zeros() -> None:
    only = tally(["Anti-social behaviour"], date(2020, 4, 30))
    assert with_zeros(only).equals(only)


def test_before_the_first_types_nothing_is_made_up() -> None:
    early = tally(["Burglary"], date(2009, 1, 31))
    assert with_zeros(early).equals(early)
