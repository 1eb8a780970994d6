"""Portions: an analysis of each series says of many rows what it says of few, and needs memory for some at a time."""

from __future__ import annotations

from datetime import date
from functools import partial

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pmcli.notes import collecting
from pmcli.steps import spc as spc_module
from pmcli.steps import trend as trend_module
from pmcli.steps.portions import portions
from pmcli.tables import OBSERVATIONS, SERIES


def observations(measures: list[str], areas: list[str], years: int = 7, seed: int = 1) -> pl.DataFrame:
    """Monthly counts of every measure and area, broken down by weapon, one area ending two months early."""
    ends = pl.date_range(date(2017, 1, 31), date(2016 + years, 12, 31), "1mo", eager=True).dt.month_end()
    frame = pl.DataFrame({"measure": measures})
    for column in ({"area": areas}, {"category": ["knife", "other"]}, {"period_end": ends}):
        frame = frame.join(pl.DataFrame(dict(column)), how="cross")
    values = np.random.default_rng(seed).poisson(30, frame.height).astype(float)
    frame = frame.with_columns(
        source=pl.lit("records"), dimension=pl.lit("weapon"), months=pl.lit(1, dtype=pl.Int8), value=pl.Series(values),
        base=pl.lit(None, dtype=pl.Float64), effective=pl.lit(None, dtype=pl.Float64),
    )  # fmt: skip
    late = pl.col("period_end") > ends[-3]
    return frame.filter(~((pl.col("area") == areas[-1]) & late)).select(*OBSERVATIONS.columns)


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from("12345")), max_size=60),
    st.integers(1, 70),
)
def test_no_row_is_lost_or_doubled_and_an_areas_part_of_a_measure_is_never_divided(keys, rows):
    frame = pl.DataFrame(keys, schema=["source", "measure", "area"], orient="row").with_row_index("n")
    parts = list(portions(frame, rows))
    assert sorted(n for part in parts for n in part["n"]) == list(range(frame.height))
    series = [set(part.select("source", "measure", "area").iter_rows()) for part in parts]
    assert sum(map(len, series)) == len(set().union(*series))
    assert all(part.height <= rows or len(these) == 1 for part, these in zip(parts, series, strict=True))
    flat = [key for these in series for key in sorted(these)]
    assert len(parts) == 1 or flat == sorted(flat)


@pytest.mark.parametrize("rows", [1, 170, 400, 900])
@pytest.mark.parametrize("to", [None, date(2023, 6, 30)])
def test_trend_and_spc_say_the_same_in_portions(monkeypatch, rows, to):
    frame = observations(["burglary", "robbery", "homicide"], ["essex/a", "essex/b", "kent"]).sample(
        fraction=1, shuffle=True, seed=3
    )
    whole = {}
    for module, step in ((trend_module, trend_module.trend), (spc_module, spc_module.spc)):
        with collecting() as said:
            whole[module] = step(frame, to=to).collect(), list(said)
    for module, step in ((trend_module, trend_module.trend), (spc_module, spc_module.spc)):
        monkeypatch.setattr(module, "portions", partial(portions, rows=rows))
        with collecting() as said:
            table = step(frame, to=to).collect()
        assert table.height
        # Sums in another order differ in the last place of a float.
        assert_frame_equal(table, whole[module][0], rel_tol=1e-9, abs_tol=1e-9)
        if module is spc_module:
            assert said == whole[module][1]


def test_an_area_alone_in_its_portion_is_held_to_the_window_of_its_whole_measure(monkeypatch):
    frame = observations(["burglary"], ["essex", "kent"])
    monkeypatch.setattr(trend_module, "portions", partial(portions, rows=10))
    with collecting() as said:
        table = trend_module.trend(frame).collect()
    assert set(table["period_end"]) == {date(2023, 12, 31)}
    assert table.filter(area="kent")["total"].null_count() == 2  # its figures end in October
    assert any("kent (Oct 2023)" in note for note in said), said
    assert table.select(*SERIES).is_duplicated().sum() == 0
