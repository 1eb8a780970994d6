"""The outlier rules: on the pack's own figures (samples), on the real file, and where something is missing."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pmcli.catalogue import Catalogue
from pmcli.errors import UsageError
from pmcli.notes import collecting
from pmcli.steps.averages import Conventions
from pmcli.steps.outliers import outliers
from pmcli.steps.population import Population, read_peers, read_population
from pmcli.steps.rolling import rolling
from pmcli.tables import OUTLIERS
from tests.conftest import SAMPLES, series

NATIONAL = Catalogue().national()
MILLION = Population({"population": {(area, ""): {2023: 1_000_000.0} for area in NATIONAL}}, "a million each")

# Essex Police, National Police and Crime Measures, September 2023: baseline, this window, flag by the stated rule.
PRINTED = {
    ("homicide", "above-baseline"): (15, 14, False),
    ("homicide", "above-last-year-6m"): (9, 8, False),
    ("violence-with-injury", "above-baseline"): (14961, 15097, True),
    ("violence-with-injury", "above-last-year-6m"): (8392, 7421, False),  # the pack prints Y, against its own rule
    ("firearms", "above-baseline"): (115, 121, True),
    ("firearms", "above-last-year-6m"): (72, 59, False),  # the pack prints Y, against its own rule
    ("robbery", "above-baseline"): (1829, 1514, False),
    ("robbery", "above-last-year-6m"): (739, 794, True),
    ("knife-crime", "above-baseline"): (1112, 1517, True),
    ("knife-crime", "above-last-year-6m"): (860, 729, False),
}


@pytest.fixture(scope="module")
def samples() -> dict[str, object]:
    from pmcli.sources import load

    catalogue = Catalogue(extra_forces=SAMPLES / "forces.csv")
    loaded = load([SAMPLES / "iquanta-monthly.csv"], mapping="iquanta-monthly", catalogue=catalogue)
    return {
        "observations": loaded.observations,
        "catalogue": catalogue,
        "peers": read_peers(SAMPLES / "peers.csv", catalogue),
        "population": read_population(SAMPLES / "population.csv", catalogue),
    }


def test_the_packs_windows_and_flags_by_the_rule(samples: dict[str, object]) -> None:
    rows = outliers(areas=["essex"], **samples).collect()  # type: ignore[arg-type]
    assert rows.schema == OUTLIERS.schema()
    found = {(row["measure"], row["criterion"]): row for row in rows.iter_rows(named=True)}
    for key, (before, now, flagged) in PRINTED.items():
        row = found[key]
        assert (row["comparator"], row["value"], row["flag"]) == (before, now, flagged), key
        assert row["difference"] == now - before


def test_totals_that_were_rolled_first_give_the_same(samples: dict[str, object]) -> None:
    observations = samples["observations"]
    assert isinstance(observations, pl.DataFrame)
    both = pl.concat([rolling(observations).collect(), observations])
    direct = outliers(**samples).collect()  # type: ignore[arg-type]
    assert outliers(**{**samples, "observations": both}).collect().equals(direct)  # type: ignore[arg-type]


def test_totals_alone_still_know_the_six_month_difference(samples: dict[str, object]) -> None:
    observations = samples["observations"]
    assert isinstance(observations, pl.DataFrame)
    columns = ["measure", "criterion", "difference", "flag"]
    chosen = {"areas": ["essex"], "measures": ["homicide", "violence-with-injury", "robbery"]}
    direct = outliers(**samples, **chosen).collect()  # type: ignore[arg-type]
    totals = {**samples, "observations": rolling(observations).collect()}
    rolled = outliers(**totals, **chosen).collect()  # type: ignore[arg-type]
    assert rolled.select(columns).equals(direct.select(columns))
    six = rolled.filter(pl.col("months") == 6)
    assert six["value"].null_count() == six.height


def country(
    now: float, *, before: float = 100.0, essex: float | None = None, measure: str = "homicide"
) -> pl.DataFrame:
    """42 forces, 12 equal months to Dec 2019, to Jul 2022 and to Jul 2023; Essex may differ in the last."""
    rows = []
    for n, area in enumerate(NATIONAL):
        last = essex if area == "essex" and essex is not None else now + n % 3
        rows.append(series([before / 12] * 55 + [last / 12] * 12, area=area, measure=measure))
    return pl.concat(rows)


PEERS = {"essex": ["kent", "hampshire", "sussex"]}


def verdict(frame: pl.DataFrame, **more: object) -> dict[str, object]:
    rows = outliers(frame, areas=["essex"], group="homicide", population=MILLION, **more).collect()  # type: ignore[arg-type]
    return rows.row(0, named=True)


def test_an_outlier_needs_three_flags_and_the_gate() -> None:
    high = verdict(country(100, essex=240), peers=PEERS)
    assert (high["flags"], high["testable"], high["needed"], high["verdict"]) == (4, 4, 3, "outlier")


def test_the_gate_alone_can_stop_it() -> None:
    # Six months 4 above the year before: every criterion met, and yet not an outlier; 5 above, and the gate is met.
    others = country(60, before=120).filter(pl.col("area") != "essex")
    for more, expected in ((4.0, "not an outlier"), (5.0, "outlier")):
        essex = series([10.0] * 66 + [10.0 + more], measure="homicide")
        row = verdict(pl.concat([others, essex]), peers=PEERS)
        assert row["flags"] == 4
        assert row["verdict"] == expected


def test_without_peers_a_criterion_is_null_and_says_how_to_supply_it() -> None:
    rows = outliers(country(100, essex=240), areas=["essex"], group="homicide", population=MILLION).collect()
    peer = rows.filter(pl.col("criterion") == "above-peer-rate").row(0, named=True)
    assert peer["flag"] is None
    assert "--peers" in peer["reason"]
    assert (peer["flags"], peer["testable"], peer["verdict"]) == (3, 3, "outlier")


def test_undetermined_only_when_what_is_missing_could_change_it() -> None:
    two_of_three = verdict(country(239, essex=240))  # above baseline and last year, not above the national rate
    assert (two_of_three["flags"], two_of_three["testable"]) == (2, 3)
    assert two_of_three["verdict"] == "undetermined"
    none = verdict(country(100, essex=90))
    assert (none["flags"], none["verdict"]) == (0, "not an outlier")


def test_an_unknown_gate_leaves_it_undetermined() -> None:
    frame = country(100, essex=240).filter(~((pl.col("area") == "essex") & (pl.col("period_end") == date(2022, 4, 30))))
    row = verdict(frame, peers=PEERS)
    assert (row["flags"], row["testable"]) == (3, 3)
    assert row["verdict"] == "undetermined"


def test_an_unknown_gate_cannot_help_one_that_fails_anyway() -> None:
    frame = country(100, essex=90).filter(~((pl.col("area") == "essex") & (pl.col("period_end") == date(2022, 4, 30))))
    assert verdict(frame, peers=PEERS)["verdict"] == "not an outlier"


def test_exactly_one_sd_above_does_not_flag() -> None:
    # Peers at 0, 0, 2 and Essex at 2 per 1,000: mean 1, population SD 1, so Essex is exactly 1 SD above.
    rates = {"essex": 2000.0, "kent": 2000.0, "hampshire": 0.0, "sussex": 0.0}
    exact = pl.concat([series([v], months=12, area=a, measure="burglary") for a, v in rates.items()])
    rows = outliers(
        exact,
        areas=["essex"],
        group="neighbourhood-crime",
        population=MILLION,
        peers=PEERS,
        conventions=Conventions(sd="population"),
    ).collect()
    rate = rows.filter(pl.col("criterion") == "rate-v-peers").row(0, named=True)
    assert (rate["difference"], rate["sd"], rate["flag"]) == (1.0, 1.0, False)


def test_the_conventions_are_options_and_are_told() -> None:
    frame = country(100, essex=240)
    simple = outliers(frame, areas=["essex"], population=MILLION, peers=PEERS).collect()
    alone = outliers(
        frame, areas=["essex"], population=MILLION, peers=PEERS, conventions=Conventions(include_self=False)
    ).collect()
    rate = pl.col("criterion") == "above-peer-rate"
    assert alone.filter(rate)["comparator"][0] < simple.filter(rate)["comparator"][0]
    assert "not in its peer group" in alone["conventions"][0]
    tall = outliers(
        frame, areas=["essex"], population=MILLION, peers=PEERS, conventions=Conventions(multiple=100)
    ).collect()
    assert tall.filter(rate)["flag"].to_list() == [False]


def test_the_real_file_agrees_with_its_own_arithmetic(home_office: pl.DataFrame) -> None:
    rows = outliers(home_office, to=date(2023, 9, 30), group="serious-violence").collect()
    essex = rows.filter(pl.col("area") == "essex", pl.col("measure") == "violence-with-injury")
    by_criterion = {row["criterion"]: row for row in essex.iter_rows(named=True)}
    assert (by_criterion["above-baseline"]["value"], by_criterion["above-baseline"]["comparator"]) == (14958, 15399)
    national = by_criterion["above-national-rate"]
    assert round(national["comparator"], 3) == 9.116
    assert round(national["sd"], 3) == 1.767
    assert national["flag"] is False
    assert set(rows["area"].unique()) == {*NATIONAL, "city-of-london"}


def test_a_measure_without_figures_is_said() -> None:
    with collecting() as notes:
        outliers(country(100, measure="robbery"), group="serious-violence", population=MILLION).collect()
    assert any("violence-with-injury" in note and "not judged" in note for note in notes)


def test_a_group_without_a_rule() -> None:
    with pytest.raises(UsageError, match="has no outlier rule"):
        outliers(country(100), group="response-999")
    with pytest.raises(UsageError, match="no outlier rule for shoplifting"):
        outliers(country(100), measures=["shoplifting"])
