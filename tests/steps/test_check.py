"""Coverage findings, each on a table that has exactly that fault."""

from __future__ import annotations

from datetime import date

import polars as pl

from pmcli.catalogue import Catalogue
from pmcli.steps.check import check, summary
from pmcli.tables import CHECK, OBSERVATIONS
from tests.conftest import series

NATIONAL = Catalogue().national()


def country(months: int = 24) -> pl.DataFrame:
    return pl.concat([series([50.0 + n % 3] * months, area=area) for n, area in enumerate(NATIONAL)])


def findings(frame: pl.DataFrame) -> pl.DataFrame:
    return check(frame).collect()


def test_nothing_wrong_nothing_found() -> None:
    found = findings(country())
    assert found.is_empty()
    assert found.schema == CHECK.schema()
    assert summary(found) == "nothing missing, nothing suspicious"


def test_a_missing_month_of_one_force() -> None:
    frame = country().filter(~((pl.col("area") == "essex") & (pl.col("period_end") == date(2022, 12, 31))))
    (row,) = findings(frame).rows(named=True)
    assert (row["finding"], row["area"], row["period_end"]) == ("missing", "essex", date(2022, 12, 31))


def test_a_force_that_ends_early_and_one_that_is_not_there() -> None:
    frame = country().filter(
        ~((pl.col("area") == "kent") & (pl.col("period_end") > date(2023, 4, 30))) & (pl.col("area") != "dorset")
    )
    found = findings(frame)
    assert found.filter(pl.col("area") == "kent")["finding"].to_list() == ["missing"] * 3
    assert found.filter(pl.col("area") == "dorset")["finding"].to_list() == ["force missing"]


def test_a_month_that_no_force_has_is_missing_for_all() -> None:
    found = findings(country().filter(pl.col("period_end") != date(2022, 12, 31)))
    assert found["finding"].to_list() == ["missing"] * 42


def test_unknown_negative_and_doubled() -> None:
    frame = pl.concat([series([50.0] * 10 + [None, -3.0]), series([50.0], end=date(2023, 1, 31))])
    found = dict(findings(frame).filter(pl.col("finding") != "low").select("finding", "period_end").iter_rows())
    assert found == {
        "not known": date(2023, 6, 30),
        "negative": date(2023, 7, 31),
        "doubled": date(2023, 1, 31),
    }


def test_a_mass_event_and_a_month_recorded_short_stand_out() -> None:
    values = [4.0, 5, 3, 4, 6, 4, 5, 3, 47, 4, 5, 4]
    (row,) = findings(series(values, measure="homicide")).rows(named=True)
    assert (row["finding"], row["value"], row["expected"]) == ("high", 47.0, 4.0)
    short = findings(series([900.0 + n for n in range(11)] + [12.0]))
    assert short["finding"].to_list() == ["low"]


def test_bodies_that_are_not_forces_set_no_pattern() -> None:
    frame = pl.concat([series([9.0] * 24, area="action-fraud", measure="fraud"), series([9.0] * 4, measure="fraud")])
    assert findings(frame).is_empty()


def test_no_rows() -> None:
    assert findings(OBSERVATIONS.empty()).is_empty()
