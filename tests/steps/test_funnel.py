"""Funnels over forces: what is expected, which side a force falls, and the algebra of doubling."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy import stats as reference

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError
from pmcli.notes import collecting
from pmcli.steps.funnel import funnel
from pmcli.steps.population import Population
from pmcli.tables import FUNNEL
from tests.conftest import series

NATIONAL = Catalogue().national()
PEOPLE = {area: 500_000.0 + 40_000 * place for place, area in enumerate(NATIONAL)}


def people(factor: float = 1.0) -> Population:
    estimates = {(area, ""): {2023: factor * number} for area, number in PEOPLE.items()}
    return Population({"population": estimates, "households": estimates}, "a test")


def counts(rate: float = 1e-5, **own: float) -> pl.DataFrame:
    """12 months of homicides, whole and by population but for `own`."""
    values = {area: float(round(rate * number)) for area, number in PEOPLE.items()}
    values |= {area.replace("_", "-"): value for area, value in own.items()}
    return pl.concat(
        [
            series([value], measure="homicide", area=area, months=12, end=date(2023, 12, 31))
            for area, value in values.items()
        ]
    )


def placed(frame: pl.DataFrame, **options: object) -> dict[str, dict[str, object]]:
    with collecting():
        found = funnel(frame, **({"population": people()} | options)).collect()  # type: ignore[arg-type]
    assert found.schema == FUNNEL.schema()
    return {row["area"]: row for row in found.rows(named=True)}


def test_expected_counts_are_the_population_at_the_national_rate():
    rows = placed(counts(essex=60.0))
    total = sum(row["value"] for row in rows.values())
    for area, row in rows.items():
        assert row["expected"] == pytest.approx(PEOPLE[area] * total / sum(PEOPLE.values()))
        assert row["ratio"] == pytest.approx(row["value"] / row["expected"])
    assert sum(row["expected"] for row in rows.values()) == pytest.approx(total)
    assert {row["of"] for row in rows.values()} == {42}


@pytest.mark.parametrize("limits", ["garwood", "quantile"])
def test_every_side_a_force_can_fall(limits):
    rows = placed(counts(5e-5, essex=120.0, kent=90.0, sussex=25.0, surrey=67.0), limits=limits)
    for row in rows.values():
        if row["ratio"] > row["upper_998"]:
            side = "above 99.8%"
        elif row["ratio"] > row["upper_95"]:
            side = "above 95%"
        elif row["ratio"] < row["lower_998"]:
            side = "below 99.8%"
        else:
            side = "below 95%" if row["ratio"] < row["lower_95"] else "within"
        assert row["position"] == side
        assert row["lower_998"] < row["lower_95"] < 1 < row["upper_95"] < row["upper_998"]
    assert rows["essex"]["position"] == "above 99.8%"
    assert rows["sussex"]["position"] == "below 99.8%"
    assert {row["position"] for row in rows.values()} > {"above 99.8%", "within"}


def test_the_garwood_limits_are_those_of_chi_squared():
    for row in placed(counts(), limits="garwood").values():
        expected = row["expected"]
        assert row["upper_95"] == pytest.approx(reference.chi2.ppf(0.975, 2 * (expected + 1)) / 2 / expected)
        assert row["lower_95"] == pytest.approx(reference.chi2.ppf(0.025, 2 * expected) / 2 / expected)


def test_doubling_people_changes_no_ratio_and_doubling_counts_narrows_the_limits():
    once, people_twice = placed(counts(essex=60.0)), placed(counts(essex=60.0), population=people(2.0))
    doubled = counts(essex=60.0).with_columns(pl.col("value") * 2)
    both = placed(doubled, population=people(2.0))
    for area, row in once.items():
        assert people_twice[area]["ratio"] == pytest.approx(row["ratio"])
        assert people_twice[area]["upper_95"] == pytest.approx(row["upper_95"])
        assert both[area]["ratio"] == pytest.approx(row["ratio"])
        assert both[area]["upper_95"] < row["upper_95"]
        assert both[area]["lower_95"] > row["lower_95"]


def test_forces_that_differ_by_no_more_than_chance_keep_their_limits():
    rows, widened = placed(counts()), placed(counts(), overdispersion=True)
    assert rows["essex"]["dispersion"] < 1
    assert "widens nothing" in widened["essex"]["method"]
    for name in ("lower_95", "upper_95", "lower_998", "upper_998", "position"):
        assert [row[name] for row in widened.values()] == [row[name] for row in rows.values()]


def test_overdispersion_widens_and_says_by_how_much():
    rng = np.random.default_rng(7)
    frame = counts(2e-4).with_columns(value=(pl.col("value") * pl.Series(rng.lognormal(0, 0.3, 42))).round())
    rows, widened = placed(frame), placed(frame, overdispersion=True)
    assert rows["essex"]["dispersion"] == widened["essex"]["dispersion"] > 1
    assert all(widened[area]["upper_95"] > rows[area]["upper_95"] for area in rows)
    outside = [sum(row["position"] != "within" for row in found.values()) for found in (rows, widened)]
    assert outside[1] < outside[0]
    assert "Spiegelhalter 2005" in widened["essex"]["method"]
    # these 42 draws have an SD of 0.117 on the square-root scale, chance included; the drawn-in tails leave less
    assert 0.06 < float(widened["essex"]["method"].partition("tau ")[2].partition(",")[0]) < 0.117


def test_the_correlation_is_pearson_s_over_the_national_forces():
    rows = placed(counts(essex=60.0), areas=["essex"])
    assert set(rows) == {"essex"}
    values = counts(essex=60.0).sort("area")
    wanted = np.corrcoef(values["value"], [PEOPLE[area] for area in values["area"]])[0, 1]
    assert rows["essex"]["correlation"] == pytest.approx(wanted)


def test_a_force_outside_the_national_average_is_placed_and_moves_nothing():
    city = Population({"population": {**people().estimates["population"], ("city-of-london", ""): {2023: 9_000.0}}}, "")
    frame = counts(city_of_london=50.0)
    with_city, without = placed(frame, population=city), placed(counts())
    assert with_city["city-of-london"]["position"] == "above 99.8%"
    assert with_city["essex"] == without["essex"]


def test_no_crime_in_a_tiny_force_is_not_remarkable():
    city = Population({"population": {**people().estimates["population"], ("city-of-london", ""): {2023: 9_000.0}}}, "")
    row = placed(counts(city_of_london=0.0), population=city)["city-of-london"]
    assert (row["position"], row["p_value"]) == ("within", 1.0)


def test_too_few_forces_make_no_national_rate():
    few = counts().filter(pl.col("area").is_in(NATIONAL[:20]))
    with collecting() as notes:
        rows = funnel(few, population=people()).collect()
    assert rows["position"].to_list() == [None] * 20
    assert rows["expected"].null_count() == rows["upper_998"].null_count() == rows["p_value"].null_count() == 20
    assert any("too few for a national rate" in note for note in notes)


def test_no_counts_at_all_make_none_either():
    with collecting() as notes:
        rows = funnel(counts(0.0), population=people()).collect()
    assert rows["ratio"].null_count() == rows.height == 42
    assert any("no counts above 0" in note for note in notes)


def test_a_negative_count_is_below_and_not_tested():
    row = placed(counts(1e-4, essex=-3.0))["essex"]
    assert (row["position"], row["p_value"]) == ("below 99.8%", None)


def test_shares_are_not_in_a_funnel():
    with pytest.raises(PmError, match="no counts of whole forces for calls-within-10s"):
        funnel(series([8.0], base=[10.0], measure="calls-within-10s"))


def test_other_limits_are_refused():
    with pytest.raises(UsageError, match="neither garwood nor quantile"):
        funnel(counts(), limits="byar")


def test_homicides_of_the_12_months_to_september_2023(home_office):
    with collecting():
        rows = {
            name: funnel(home_office, measures=["homicide"], to=date(2023, 9, 30), limits=name).collect()
            for name in ("garwood", "quantile")
        }
    frame = rows["quantile"]
    assert frame.height == 43  # the City of London is placed too
    assert frame["correlation"][0] == pytest.approx(0.951, abs=5e-4)  # the pack: "a strong statistical correlation"
    essex = frame.filter(pl.col("area") == "essex").row(0, named=True)
    assert (essex["value"], essex["position"], essex["of"]) == (17, "within", 42)
    for name, high in (("garwood", "above 95%"), ("quantile", "above 99.8%")):
        above = rows[name].filter(pl.col("position").str.starts_with("above 99.8%") | (pl.col("position") == high))
        assert {"metropolitan", "west-midlands"} <= set(above["area"])
    # every position by the quantiles agrees with scipy's tails, but for the width of one count
    tails = reference.poisson.cdf(frame["value"].to_numpy(), frame["expected"].to_numpy())
    lows = frame.filter(pl.Series(tails < 0.001))
    assert lows["position"].unique().to_list() == ["below 99.8%"]
    assert lows["area"].to_list() == ["hertfordshire"]
