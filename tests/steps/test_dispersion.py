"""pm dispersion: near the catalogue's numbers on the figures those were fitted to, and readable by pm again."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.notes import collecting
from pmcli.steps.dispersion import dispersion, stanzas
from tests.conftest import series


def test_the_home_office_figures_give_about_the_catalogue_s_numbers(home_office: pl.DataFrame) -> None:
    names = ["robbery", "vehicle-crime", "criminal-damage-and-arson", "theft-from-person"]
    with collecting():
        found = dispersion(home_office, measures=names)
    for row in found.iter_rows(named=True):
        known = Catalogue().measures[row["measure"]]
        assert row["dispersion"] == pytest.approx(known.dispersion, rel=0.2)
        assert row["low"] < row["dispersion"] < row["high"]
        assert row["usual_move"] == pytest.approx(known.usual_move, abs=0.04)
        assert row["ahead"] == pytest.approx(known.ahead, abs=0.04)


def test_a_stanza_can_be_put_into_a_measures_file(home_office: pl.DataFrame, tmp_path: Path) -> None:
    with collecting():
        found = dispersion(home_office, measures=["robbery"], areas=["essex"])
    text = stanzas(found)
    assert "fitted to 1 area and 12.0 years" in text
    (tmp_path / "own.toml").write_text(text)
    read = Catalogue(tmp_path / "own.toml").measures["robbery"]
    assert read.dispersion == pytest.approx(found["dispersion"][0], abs=0.005)
    assert read.label == "Robbery"


def test_too_little_is_refused() -> None:
    with pytest.raises(PmError, match="too little to fit"):
        dispersion(series([50.0] * 48))
