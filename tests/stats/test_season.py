"""Seasonal factors: of a series that is nothing but level and season, and where there is too little for any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.stats.season import seasonal_factors


@given(st.lists(st.floats(0.5, 2.0), min_size=4, max_size=4), st.integers(3, 8))
def test_a_level_with_a_season_gives_the_season_back(season: list[float], years: int) -> None:
    true = np.array(season) / np.mean(season)
    found = seasonal_factors(np.tile(300 * true, years)[None], 4)[0]
    assert found == pytest.approx(true)


def test_one_odd_year_hardly_moves_a_median() -> None:
    months = np.tile(100 + 20 * np.cos(np.pi * np.arange(12) / 6), 6)
    odd = months.copy()
    odd[30] *= 5
    apart = np.abs(seasonal_factors(odd[None], 12) - seasonal_factors(months[None], 12))
    assert apart.max() < 0.02


@pytest.mark.parametrize("values", [np.arange(11.0), np.zeros(20), np.full(20, np.nan)])
def test_too_little_has_no_season(values: np.ndarray) -> None:
    assert (seasonal_factors(values[None], 4) == 1).all()
