"""Control charts of measures: phases at declared changes only, and signals judged by the measure's polarity."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pmcli.errors import UsageError
from pmcli.notes import collecting
from pmcli.steps.compare import compare
from pmcli.steps.rolling import rolling
from pmcli.steps.spc import spc
from pmcli.steps.without import without
from pmcli.tables import OBSERVATIONS, SPC
from tests.conftest import series

STEADY = [10.0, 12, 11, 9] * 12


def test_the_table_is_as_the_contract_says() -> None:
    chart = spc(series(STEADY)).collect()
    assert chart.schema == SPC.schema()
    assert chart.height == 48
    assert spc(OBSERVATIONS.empty()).collect().schema == SPC.schema()


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("homicide", "deterioration"), ("drug-crime", "change"), ("calls-within-10s", "improvement")],
)
def test_a_high_point_is_judged_by_the_polarity(measure: str, expected: str) -> None:
    chart = spc(series([*STEADY, 60.0], measure=measure)).collect()
    assert chart.row(-1, named=True)["signal"] == expected
    assert chart["signal"].count() == 1


def test_limits_restart_at_a_declared_change_and_nowhere_else() -> None:
    # The counting rules of burglary changed in April 2023; homicide's did not, whatever its level does.
    values = [*STEADY, 30.0, 31, 29, 30]
    burglary = spc(series(values)).collect()
    assert burglary.filter(pl.col("phase") == 2)["period_end"][0] == date(2023, 4, 30)
    homicide = spc(series(values, measure="homicide")).collect()
    assert homicide["phase"].unique().to_list() == [1]
    kept = spc(series(values), rebase=False).collect()
    assert kept["phase"].unique().to_list() == [1]


def test_few_points_are_warned_about() -> None:
    with collecting() as notes:
        spc(series([5.0] * 11, measure="homicide")).collect()
    assert any("fewer than 12 points" in note for note in notes)


def test_a_share_is_charted_as_the_share() -> None:
    chart = spc(series([80.0] * 24, base=[100.0] * 24, measure="calls-within-10s")).collect()
    assert chart["value"].unique().to_list() == [0.8]


def test_a_gap_has_a_row_without_a_figure() -> None:
    frame = series(STEADY).filter(pl.col("period_end") != date(2021, 12, 31))
    row = spc(frame).collect().filter(pl.col("period_end") == date(2021, 12, 31)).row(0, named=True)
    assert (row["value"], row["moving_range"], row["rule"]) == (None, None, None)


def test_without_a_mass_event_seventeen_is_against_nineteen(home_office: pl.DataFrame) -> None:
    # ONS, year ending December 2019, table P1 note 10: 39 people found dead in a lorry in Essex, October 2019.
    less = without(home_office, ["essex-lorry-deaths-2019"])
    rows = compare(less, measures=["homicide"], areas=["essex"], to=date(2023, 9, 30)).collect()
    assert rows["value"].to_list() == [17.0, 17.0]
    assert rows["against_value"].to_list() == [19.0, 19.0]


def test_it_is_taken_out_of_every_window_that_holds_it() -> None:
    monthly = series([4.0] * 24, measure="homicide", end=date(2020, 12, 31))
    monthly = monthly.with_columns(
        value=pl.when(pl.col("period_end") == date(2019, 10, 31)).then(43.0).otherwise("value")
    )
    less = without(monthly, ["essex-lorry-deaths-2019"]).collect()
    assert less["value"].unique().to_list() == [4.0]
    totals = rolling(monthly).collect()
    assert without(totals, ["essex-lorry-deaths-2019"]).collect().equals(rolling(less).collect())
    elsewhere = monthly.with_columns(area=pl.lit("kent"))
    assert without(elsewhere, ["essex-lorry-deaths-2019"]).collect().equals(elsewhere)


def test_only_a_mass_event_can_be_taken_out() -> None:
    with pytest.raises(UsageError, match="not a mass event"):
        without(series([1.0]), ["covid-restrictions-2020"])
    with pytest.raises(UsageError) as caught:
        without(series([1.0]), ["essex-lorry-deaths"])
    assert "essex-lorry-deaths-2019" in caught.value.hint
