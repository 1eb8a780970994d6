"""Shares and means against the country's and peers': the pack's figures, scipy's tests, and who is in an average."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as reference

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError, UsageError
from pmcli.notes import collecting
from pmcli.sources import load
from pmcli.steps.averages import Conventions
from pmcli.steps.compare import compare
from pmcli.steps.population import read_peers
from pmcli.tables import COMPARISON
from tests.conftest import SAMPLES, series

NATIONAL = Catalogue().national()
PEERS = {"essex": ["kent", "sussex"]}


def shares(figures: dict[str, tuple[float, float]], measure: str = "calls-within-10s") -> pl.DataFrame:
    """Area -> (value, base), one month."""
    return pl.concat(
        [series([value], measure=measure, area=area, base=[base]) for area, (value, base) in figures.items()]
    )


def everyone(value: float = 800.0, base: float = 1000.0, **own: tuple[float, float]) -> dict[str, tuple[float, float]]:
    return dict.fromkeys(NATIONAL, (value, base)) | own


def row(frame: pl.DataFrame, area: str = "essex", **options: object) -> dict[str, object]:
    options = {"months": 1, "against": ["national"], "areas": [area]} | options
    return compare(frame, **options).collect().row(0, named=True)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sample() -> pl.DataFrame:
    return load(SAMPLES / "calls-999.csv", catalogue=Catalogue(extra_forces=SAMPLES / "forces.csv")).observations


@pytest.mark.parametrize(
    ("measure", "essex", "national", "scale"),
    [  # Essex Police, National Police and Crime Measures, September 2023: August 2023, Essex v. national average
        ("calls-within-10s", "81.1", "79.7", 100),
        ("calls-over-60s", "3.6", "3.6", 100),
        ("call-answer-time", "12.1", "12.3", 1),
    ],
)
def test_the_figures_that_the_pack_prints(sample, measure, essex, national, scale):
    catalogue = Catalogue(extra_forces=SAMPLES / "forces.csv")
    found = row(sample, measures=[measure], to=date(2023, 8, 31), catalogue=catalogue)
    assert (f"{scale * found['value']:.1f}", f"{scale * found['against_value']:.1f}") == (essex, national)
    assert found["conventions"].endswith("42 of 42 forces")


def test_the_table_is_as_the_contract_says():
    found = compare(shares(everyone()), months=1, against=["national", "peers", "baseline"], peers=PEERS).collect()
    assert found.schema == COMPARISON.schema()
    assert found.filter(pl.col("area") == "essex")["against"].to_list() == ["baseline", "national", "peers"]
    assert found["against"].value_counts().sort("against")["count"].to_list() == [42, 42, 1]


def test_simple_averages_weight_forces_alike_and_pooled_ones_their_calls():
    frame = shares(everyone(essex=(50_000.0, 100_000.0)))
    simple = row(frame)
    assert simple["against_value"] == pytest.approx((41 * 0.8 + 0.5) / 42)
    pooled = row(frame, conventions=Conventions("pooled"))
    assert pooled["against_value"] == pytest.approx((41 * 800 + 50_000) / 141_000)
    assert simple["against_base"] == pooled["against_base"] == 141_000
    assert "simple mean" in simple["conventions"]
    assert "pooled" in pooled["conventions"]


def test_a_peer_group_with_and_without_the_force_itself():
    frame = shares(everyone(essex=(900.0, 1000.0), kent=(700.0, 1000.0)))
    with_self = row(frame, against=["peers"], peers=PEERS)
    assert with_self["against_value"] == pytest.approx((0.9 + 0.7 + 0.8) / 3)
    without = row(frame, against=["peers"], peers=PEERS, conventions=Conventions(include_self=False))
    assert without["against_value"] == pytest.approx(0.75)
    assert with_self["p_value"] == without["p_value"]  # the test leaves the force out either way


def test_the_pooled_test_is_the_chi_square_of_the_force_and_the_rest():
    frame = shares(everyone(essex=(900.0, 1000.0)))
    table = [[900, 100], [41 * 800, 41 * 200]]
    wanted = reference.chi2_contingency(table, correction=False).pvalue
    assert row(frame, conventions=Conventions("pooled"))["p_value"] == pytest.approx(wanted)


def test_the_simple_test_is_a_z_test_against_the_mean_of_the_others():
    frame = shares(everyone(essex=(820.0, 1000.0), kent=(60.0, 100.0)))
    others = [0.6, *[0.8] * 40]
    variance = (0.6 * 0.4 / 100 + 40 * 0.8 * 0.2 / 1000) / 41**2 + 0.82 * 0.18 / 1000
    z = (0.82 - sum(others) / 41) / math.sqrt(variance)
    assert row(frame)["p_value"] == pytest.approx(2 * reference.norm.sf(abs(z)))


@given(st.integers(1, 999), st.integers(1, 999))
def test_no_difference_to_the_others_is_a_p_of_one(value, other):
    found = row(shares(everyone(float(other), essex=(float(value), 1000.0))))
    assert (found["p_value"] == pytest.approx(1.0)) == (value == other)
    assert (found["difference"] > 1e-12) == (value > other)


def test_weights_make_the_test_weaker():
    plain = shares(everyone(essex=(850.0, 1000.0)))
    weighted = plain.with_columns(effective=pl.col("base") / 4)
    assert row(weighted)["p_value"] > row(plain)["p_value"]
    assert row(weighted)["against_value"] == row(plain)["against_value"]


def test_a_mean_is_compared_and_not_tested():
    found = row(shares(everyone(12_000.0, essex=(11_000.0, 1000.0)), "call-answer-time"))
    assert (found["statistic"], found["value"], found["p_value"]) == ("mean", 11.0, None)
    assert found["difference"] == pytest.approx(11 - (41 * 12 + 11) / 42)


def test_a_base_that_is_not_known_makes_no_pooled_average_and_no_test():
    alone = shares(everyone(0.8, 1.0, essex=(0.9, 1.0))).with_columns(effective=pl.lit(0.0))
    simple = row(alone)
    assert simple["against_value"] == pytest.approx((41 * 0.8 + 0.9) / 42)
    assert (simple["base"], simple["against_base"], simple["p_value"]) == (None, None, None)
    assert row(alone, conventions=Conventions("pooled"))["against_value"] is None


def test_the_average_over_too_few_forces_is_not_given():
    few = shares(dict(list(everyone().items())[:20]) | {"essex": (900.0, 1000.0)})
    with collecting() as notes:
        found = row(few)
    assert (found["value"], found["against_value"], found["p_value"]) == (0.9, None, None)
    assert any("too few for an average" in note for note in notes)


def test_a_missing_force_is_named():
    most = {area: figures for area, figures in everyone().items() if area != "kent"}
    with collecting() as notes:
        found = row(shares(most))
    assert found["conventions"].endswith("41 of 42 forces")
    assert "calls-within-10s, national: no figure for kent: the average is over the others" in notes


def test_counts_are_refused_with_the_way_to_compare_them():
    with pytest.raises(PmError, match="burglary: a count cannot be compared") as caught:
        compare(series([5.0]), months=1, against=["national"])
    assert "pm rank burglary" in caught.value.hint


def test_counts_among_shares_are_left_out_and_named():
    frame = pl.concat([shares(everyone()), series([5.0])])
    with collecting() as notes:
        found = compare(frame, months=1, against=["national"]).collect()
    assert found["measure"].unique().to_list() == ["calls-within-10s"]
    assert any("because they are counts (pm rank): burglary" in note for note in notes)


def test_without_a_peer_group_there_is_no_row_and_a_note():
    with collecting() as notes:
        assert compare(shares(everyone()), months=1, against=["peers"], areas=["essex"]).collect().is_empty()
    assert any("no Most Similar Group for essex" in note for note in notes)


def test_a_misspelt_against_has_a_suggestion():
    with pytest.raises(UsageError, match="against 'nationl'") as caught:
        compare(shares(everyone()), against=["nationl"])
    assert caught.value.hint == "Did you mean national?"


def test_windows_of_a_year_are_pooled_over_their_months(sample):
    catalogue = Catalogue(extra_forces=SAMPLES / "forces.csv")
    peers = read_peers(SAMPLES / "peers.csv", catalogue)
    found = row(sample, measures=["calls-within-10s"], months=12, against=["peers"], peers=peers, catalogue=catalogue)
    essex = sample.filter(
        pl.col("area") == "essex", pl.col("measure") == "calls-within-10s", pl.col("period_end") > date(2022, 8, 31)
    )
    assert essex.height == 12
    assert found["value"] == pytest.approx(essex["value"].sum() / essex["base"].sum())
    assert found["conventions"].endswith("8 of 8 forces")
