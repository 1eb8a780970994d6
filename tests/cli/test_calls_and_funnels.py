"""999 calls, comparisons with other forces, and funnels from the command line, and how a person sees them."""

from __future__ import annotations

import polars as pl
import pytest

from tests.conftest import SAMPLES, pm

from .conftest import complaint, fine, parquet, table


@pytest.fixture(scope="module")
def calls() -> bytes:
    """The sample of 999 calls as `pm load` sends it."""
    return fine(pm("load", "calls-999.csv", cwd=SAMPLES))


def shown(data: bytes, *options: str) -> str:
    return fine(pm("compare", "--months", "1", "-f", "table", *options, stdin=data, cwd=SAMPLES)).decode()


def test_the_pack_s_999_page(calls):
    said = shown(calls, "--against", "national", "--to", "2023-08")
    assert "Essex: 1 month to Aug 2023 compared" in said
    # Essex Police, National Police and Crime Measures, September 2023
    assert "within 10 seconds: 81.1% against a national average of 79.7% in August 2023: 1.4 points higher" in said
    assert "12.1 seconds against a national average of 12.3 seconds in August 2023, on the better side; not" in said
    assert "or more: 3.6% against a national average of 3.6% in August 2023: no clear difference." in said
    assert "42 of 42 forces." in said


def test_national_and_peers_beside_the_year_before(calls):
    said = shown(calls, "calls-within-10s", "--against", "previous-year", "--against", "peers", "--against", "national")
    assert [word in said for word in ("Aug 22", "MSG avg", "national avg", "Dec 19")] == [True, True, True, False]


def test_a_worse_force_is_called_worse_and_a_slower_one_on_the_worse_side(calls):
    swapped = table(calls).with_columns(
        value=pl.when(pl.col("area") != "essex")
        .then("value")
        .when(pl.col("measure") == "calls-within-10s")
        .then(pl.col("value") * 0.8)
        .otherwise(pl.col("value") * 2)
    )
    said = shown(parquet(swapped), "--against", "national")
    assert "64.9% against a national average of 79.3% in August 2023: 14.4 points lower (worse)." in said
    assert "7.2% against a national average of 3.7% in August 2023: 3.5 points higher (worse)." in said
    assert "24.2 seconds against a national average of 12.6 seconds in August 2023, on the worse side; not" in said


def test_a_measure_without_a_better_way_is_above_or_below(calls, tmp_path):
    (tmp_path / "measures.toml").write_text('[calls-within-10s]\nbetter = ""\n')
    (tmp_path / "pm.toml").write_text(f'measures = "measures.toml"\nforces = "{SAMPLES / "forces.csv"}"\n')
    said = fine(
        pm(
            *("compare", "calls-within-10s", "--months", "1", "--against", "national", "--force", "essex"),
            *("-f", "table"),
            stdin=calls,
            cwd=tmp_path,
        )
    ).decode()
    assert "within 10 seconds: 81.1% against a national average of 79.7% in August 2023: 1.4 points higher." in said


def test_figures_without_the_calls_are_not_tested_and_say_so(calls):
    alone = table(calls).with_columns(value=pl.col("value") / pl.col("base"), base=pl.lit(1.0), effective=pl.lit(0.0))
    said = shown(parquet(alone), "--against", "national")
    assert "81.1% against a national average of 79.7% in August 2023, on the better side; not tested (" in said


def test_many_forces_are_a_table_without_sentences(calls):
    said = shown(calls, "calls-within-10s", "--against", "national", "--force", "all")
    assert said.count("national avg") == 42
    assert "better than" not in said


def test_counts_against_the_country_are_refused(essex):
    said = complaint(pm("compare", "--against", "national", stdin=essex), "compare", 1)
    assert "burglary: a count cannot be compared with other forces' without a population" in said
    assert "pm rank burglary" in said


def test_an_against_that_there_is_not(essex):
    said = complaint(pm("compare", "--against", "peer", stdin=essex), "compare", 2)
    assert said == "nothing can be compared against 'peer' Did you mean peers?"


def test_an_average_that_there_is_not(essex):
    said = complaint(pm("compare", "--average", "median", stdin=essex), "compare", 2)
    assert "neither simple nor pooled" in said


def test_no_calls_pass_through_with_the_schema(calls):
    sent = table(fine(pm("compare", "--against", "national", stdin=parquet(table(calls).clear()))))
    assert sent.is_empty()


# -------------------------------------------------------------------------------------------------------- funnels
def test_a_funnel_shows_the_forces_outside_first(monthly):
    said = fine(pm("rank", "homicide", "--funnel", "-f", "table", stdin=monthly, cwd=SAMPLES)).decode()
    lines = said.splitlines()
    assert lines[0] == "Homicide: funnel, 12 months to Jul 2023"
    positions = [line.rsplit("   ", 1)[1] for line in lines[3:] if line.endswith(("%", "within"))]
    assert len(positions) == 42
    assert positions == sorted(positions, key=["above 99.8%", "above 95%", "below 99.8%", "below 95%", "within"].index)
    assert "Counts and population: r = " in said
    assert "Limits: exact Poisson quantiles (Spiegelhalter 2005)." in said


def test_a_funnel_is_a_table_that_can_be_shown_and_filtered(monthly):
    sent = fine(pm("rank", "homicide", "--funnel", "--force", "essex", stdin=monthly, cwd=SAMPLES))
    assert table(sent).select("area", "value", "of").rows() == [("essex", 14.0, 42)]
    assert "Essex" in fine(pm("show", stdin=sent)).decode()
    said = complaint(pm("rolling", stdin=sent), "rolling", 1)
    assert "is a funnel table (from pm rank --funnel)" in said


def test_overdispersion_is_of_a_funnel(monthly):
    said = complaint(pm("rank", "--overdispersion", stdin=monthly, cwd=SAMPLES), "rank", 2)
    assert "Give --funnel too." in said
    said = complaint(pm("rank", "--funnel", "--limits", "byar", stdin=monthly, cwd=SAMPLES), "rank", 2)
    assert "neither garwood nor quantile" in said


def test_an_empty_table_makes_an_empty_funnel(monthly):
    sent = table(fine(pm("rank", "--funnel", stdin=parquet(table(monthly).clear()), cwd=SAMPLES)))
    assert (sent.height, sent.columns[-1]) == (0, "correlation_rest")


def test_too_few_forces_are_said_to_be_too_few(essex):
    said = fine(pm("rank", "burglary", "--funnel", "-f", "table", stdin=essex)).decode()
    assert "Too few forces have a count and a population" in said
