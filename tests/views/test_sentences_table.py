"""The sentences table: rows that are there, their figures carried, in order; and all that observations say."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from pmcli.ask import Ask
from pmcli.catalogue import Catalogue
from pmcli.notes import collecting
from pmcli.steps.breakdown import breakdown
from pmcli.steps.compare import compare
from pmcli.steps.funnel import funnel
from pmcli.steps.outliers import outliers
from pmcli.steps.rank import rank
from pmcli.steps.spc import spc
from pmcli.steps.trend import trend
from pmcli.tables import BREAKDOWN, COMPARISON, FUNNEL, KEY, OUTLIERS, RANK, SENTENCES, SPC, TREND, check_keys
from pmcli.views.observed import say_observations
from pmcli.views.say import say
from tests.conftest import series

from .rows import SEP23

CATALOGUE = Catalogue()
SEVERAL = pl.concat(
    series([float(10 * n + place) for n in range(1, 61)], area=area, end=SEP23)
    for place, area in enumerate(("essex", "kent", "surrey"))
)


def every_table() -> list[tuple[Any, pl.DataFrame]]:
    with collecting():
        return [
            (COMPARISON, compare(SEVERAL).collect()),
            (TREND, trend(SEVERAL).collect()),
            (RANK, rank(SEVERAL).collect()),
            (OUTLIERS, outliers(SEVERAL).collect()),
            (FUNNEL, funnel(SEVERAL).collect()),
            (SPC, spc(SEVERAL).collect()),
        ]


@pytest.mark.parametrize(("table", "frame"), every_table(), ids=lambda part: getattr(part, "name", ""))
def test_sentences_rest_on_rows_that_are_there(table: Any, frame: pl.DataFrame) -> None:
    said = say(frame, table, CATALOGUE)
    assert said.schema == SENTENCES.schema()
    assert set(said["table"]) == {table.name}
    check_keys(said, SENTENCES)
    assert said.join(frame.select(KEY).unique(), on=list(KEY), how="anti").is_empty()
    assert set(said["area"]) == {"essex", "kent", "surrey"}
    assert say(frame.clear(), table, CATALOGUE).schema == SENTENCES.schema()


def test_the_figures_of_a_comparison_are_carried() -> None:
    with collecting():
        frame = compare(SEVERAL).collect()
    said = say(frame, COMPARISON, CATALOGUE).filter(pl.col("area") == "kent").sort("about")
    rows = frame.filter(pl.col("area") == "kent").sort("against")
    for name, column in {"about": "against", "comparator": "against_value"}.items():
        assert said[name].to_list() == rows[column].to_list()
    for name in ("value", "difference", "change", "p_value", "against_end"):
        assert said[name].to_list() == rows[name].to_list()


def test_measures_come_as_the_catalogue_lists_them_then_areas() -> None:
    both = pl.concat([SEVERAL, SEVERAL.with_columns(measure=pl.lit("homicide"))])
    with collecting():
        said = say(compare(both).collect(), COMPARISON, CATALOGUE)
    assert said["measure"].unique(maintain_order=True).to_list() == ["homicide", "burglary"]
    assert said["area"].unique(maintain_order=True).to_list() == ["essex", "kent", "surrey"]
    assert said["about"].head(2).to_list() == ["baseline", "previous-year"]


def test_observations_are_compared_tested_ranked_and_judged() -> None:
    with collecting():
        said = say_observations(SEVERAL, Ask(CATALOGUE, areas=["essex"]))
    assert set(said["area"]) == {"essex"}
    assert said["about"].to_list() == [
        "baseline", "previous-year", "long-term", "direction", "news", "rank-national", "verdict",
    ]  # fmt: skip
    assert said["table"].to_list() == ["comparison"] * 2 + ["trend"] * 3 + ["rank", "outliers"]
    with collecting():
        alone = say_observations(SEVERAL.filter(pl.col("area") == "essex"), Ask(CATALOGUE))
    assert "rank-national" not in alone["about"].to_list()  # one force is in no order


def test_shares_are_held_against_other_forces_over_the_measure_s_own_window() -> None:
    months = range(24)
    calls = pl.concat(
        series([800.0 + n for n in months], measure="calls-within-10s", area=area, base=[1000.0] * 24)
        for area in ("essex", "kent", "surrey")
    )
    forces = Catalogue().forces
    assert {"essex", "kent"} <= set(forces)
    with collecting():
        said = say_observations(calls, Ask(CATALOGUE, areas=["essex"]))
    assert said.filter(pl.col("about") == "previous-year")["months"].to_list() == [1]
    assert said.filter(pl.col("about") == "national").height == 1


def test_a_breakdown_has_its_largest_first() -> None:
    parts = pl.concat(
        series([float(n)] * 60, measure="firearms", end=SEP23).with_columns(
            dimension=pl.lit("weapon"), category=pl.lit(name)
        )
        for name, n in (("air", 1), ("shotgun", 5), ("stun", 2))
    )
    with collecting():
        frame = breakdown(parts).collect()
    said = say(frame, BREAKDOWN, CATALOGUE)
    check_keys(said, SENTENCES)
    assert said["about"].to_list() == ["total", "largest", "change", "change", "change"]
    assert said["sentence"][1].startswith("Commonest weapon among offences involving firearms: shotgun, 60")


def test_a_script_may_have_the_sentences_of_any_result_table() -> None:
    import pmcli

    frame = series([10.0] * 24 + [30.0] * 12, end=date(2023, 7, 31), measure="robbery")
    compared = pmcli.compare(frame, baseline=date(2021, 7, 31))
    said = pmcli.say(compared)
    assert said["about"].to_list() == ["baseline", "previous-year"]
    assert said["sentence"][0].startswith("200% more Robbery offences (+240)")
    with pytest.raises(pmcli.PmError, match="nothing to say of the observations table"):
        pmcli.say(frame)
