"""Rates and ranks: against the published rates, and by hand on small countries."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from statistics import mean, stdev

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError
from pmcli.notes import collecting
from pmcli.steps.averages import Conventions
from pmcli.steps.population import Population, per_unit, read_peers, read_population
from pmcli.steps.rank import rank
from tests.conftest import series

NATIONAL = Catalogue().national()
MILLION = Population({"population": {(area, ""): {2023: 1_000_000.0} for area in NATIONAL}}, "a million each")


def country(counts: dict[str, float]) -> pl.DataFrame:
    return pl.concat([series([count], months=12, area=area) for area, count in counts.items()])


def test_the_published_national_rates(home_office: pl.DataFrame) -> None:
    # Home Office police recorded crime, 12 months to September 2023, ONS mid-2023 population, 43 forces less the City.
    rows = rank(
        home_office, measures=["violence-with-injury", "robbery"], to=date(2023, 9, 30), areas=["essex"]
    ).collect()
    robbery, violence = rows.sort("measure").rows(named=True)
    assert (round(violence["mean"], 3), round(violence["sd"], 3)) == (9.116, 1.767)
    assert (round(violence["rate"], 3), violence["rank"], violence["of"]) == (7.887, 32, 42)
    assert (round(robbery["mean"], 3), round(robbery["sd"], 3)) == (0.790, 0.662)
    assert (violence["population_year"], violence["population"]) == (2023, 1_896_590)


def test_with_the_city_in_the_spread_of_robbery_is_another_thing(home_office: pl.DataFrame, tmp_path: Path) -> None:
    forces = tmp_path / "forces.csv"
    forces.write_text(
        "id,name,in_national\n" + "".join(f"{area},{area},true\n" for area in [*NATIONAL, "city-of-london"])
    )
    catalogue = Catalogue(extra_forces=forces)
    for year, sd in ((2023, 1.58), (2022, 1.84)):  # 138 robberies over 13,462 or 11,457 residents
        population = read_population(None, catalogue, year)
        rows = rank(
            home_office, measures=["robbery"], to=date(2023, 9, 30), areas=["essex"], catalogue=catalogue,
            population=population,
        ).collect()  # fmt: skip
        assert round(rows["sd"][0], 2) == sd
        assert rows["of"].to_list() == [43]


def test_mean_sd_and_rank_by_hand() -> None:
    counts = {area: float(100 + 7 * n) for n, area in enumerate(NATIONAL)}
    rows = rank(country(counts), population=MILLION).collect().filter(pl.col("scope") == "national")
    rates = [count / 1000 for count in counts.values()]
    assert rows["mean"].unique().to_list() == [pytest.approx(mean(rates))]
    assert rows["sd"].unique().to_list() == [pytest.approx(stdev(rates))]
    assert dict(rows.select("area", "rank").iter_rows())[NATIONAL[-1]] == 1
    assert dict(rows.select("area", "rank").iter_rows())[NATIONAL[0]] == 42


def test_ties_share_the_better_rank() -> None:
    counts = dict.fromkeys(NATIONAL, 50.0) | {NATIONAL[0]: 99.0}
    rows = rank(country(counts), population=MILLION).collect()
    assert sorted(rows["rank"].to_list()) == [1] + [2] * 41


def test_peers_are_ranked_within_each_forces_own_group() -> None:
    counts = {area: float(100 + n) for n, area in enumerate(NATIONAL)}
    group = {NATIONAL[0]: NATIONAL[1:4]}
    rows = rank(country(counts), population=MILLION, peers=group).collect().filter(pl.col("scope") == "peers")
    (row,) = rows.rows(named=True)
    assert (row["area"], row["rank"], row["of"]) == (NATIONAL[0], 4, 4)
    assert row["mean"] == pytest.approx(mean([0.100, 0.101, 0.102, 0.103]))
    alone = rank(
        country(counts), population=MILLION, peers=group, conventions=Conventions(include_self=False)
    ).collect()
    (row,) = alone.filter(pl.col("scope") == "peers").rows(named=True)
    assert (row["rank"], row["of"]) == (4, 4)
    assert row["mean"] == pytest.approx(mean([0.101, 0.102, 0.103]))


def test_pooled_is_total_over_total() -> None:
    counts = {area: float(100 + n) for n, area in enumerate(NATIONAL)}
    people = Population({"population": {(a, ""): {2023: 1e6 * (n + 1)} for n, a in enumerate(NATIONAL)}}, "unequal")
    rows = rank(country(counts), population=people, conventions=Conventions(average="pooled")).collect()
    assert rows["mean"][0] == pytest.approx(sum(counts.values()) / sum(1e6 * (n + 1) for n in range(42)) * 1000)


def test_an_average_over_a_handful_of_forces_is_not_national() -> None:
    rows = rank(country(dict.fromkeys(NATIONAL[:5], 10.0)), population=MILLION).collect()
    assert rows["mean"].to_list() == [None] * 5
    assert rows["of"].to_list() == [5] * 5


def test_an_area_nobody_knows_is_not_ranked() -> None:
    counts = dict.fromkeys(NATIONAL, 10.0) | {"nowhere-police": 1e6}
    with collecting() as notes:
        rows = rank(country(counts), population=MILLION).collect()
    assert "nowhere-police" not in rows["area"].to_list()
    assert any("nowhere-police" in note for note in notes)


@pytest.mark.parametrize(
    ("end", "expected"),
    [(date(2023, 6, 30), 2023), (date(2023, 5, 31), 2022), (date(2023, 12, 31), 2023), (date(2024, 3, 31), 2023)],
)
def test_the_population_is_the_mid_year_estimate_on_or_before_the_end(end: date, expected: int) -> None:
    found = read_population(None, Catalogue()).of("essex", "burglary", end)
    assert found is not None
    assert found[1] == expected


def test_an_older_estimate_is_used_and_said() -> None:
    with collecting() as notes:
        found = read_population(None, Catalogue()).of("essex", "burglary", date(2026, 12, 31))
    assert found is not None
    assert found[1] == 2024
    assert any("mid-2024" in note for note in notes)


def test_a_file_without_the_year_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "population.csv"
    path.write_text("force,year,population\nessex,2024,1929610\n")
    with pytest.raises(PmError, match="no population estimate of mid-2023 or before"):
        rank(country({"essex": 10.0}), population=read_population(path, Catalogue()))


def test_a_measure_may_have_its_own_denominator(tmp_path: Path) -> None:
    path = tmp_path / "population.csv"
    path.write_text("force,year,measure,population\nessex,2023,,1000000\nessex,2023,burglary,500000\n")
    population = read_population(path, Catalogue())
    assert population.of("essex", "burglary", date(2023, 7, 31)) == (500_000, 2023)
    assert population.of("essex", "robbery", date(2023, 7, 31)) == (1_000_000, 2023)


@pytest.mark.parametrize("text", ["force,year\nessex,2023\n", "force,year,population\nessex,2023,many\n"])
def test_a_population_file_that_is_not_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "population.csv"
    path.write_text(text)
    with pytest.raises(PmError, match=r"population\.csv"):
        read_population(path, Catalogue())


def test_a_peers_file_with_a_force_nobody_knows(tmp_path: Path) -> None:
    path = tmp_path / "peers.csv"
    path.write_text("force,peer\nessex,Esex\n")
    with pytest.raises(PmError, match="row 2") as caught:
        read_peers(path, Catalogue())
    assert "Essex" in caught.value.hint or "essex" in caught.value.hint


def test_what_a_rate_may_be_per() -> None:
    assert per_unit("1,000") == per_unit("per 1000 population") == ("population", 1000.0)
    assert per_unit("million") == ("population", 1e6)
    with pytest.raises(UsageError):
        per_unit("furlong")


@given(st.lists(st.integers(0, 10_000).map(float), min_size=42, max_size=42))
def test_ranks_count_the_forces_above(counts: list[float]) -> None:
    by_area = dict(zip(NATIONAL, counts, strict=True))
    rows = rank(country(by_area), population=MILLION).collect()
    for area, place in rows.select("area", "rank").iter_rows():
        assert place == 1 + sum(other > by_area[area] for other in counts)
