"""A funnel and a scatter of a table in which some forces lack what the chart stands on."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.conftest import SAMPLES, pm


@pytest.mark.parametrize("column", ["expected", "ratio", "population", "value", "lower_95"])
@pytest.mark.parametrize("kind", ["funnel", "scatter"])
def test_forces_without_a_figure_are_left_out_of_the_picture(column: str, kind: str, tmp_path: Path) -> None:
    made = pm("rank", "burglary", "--funnel", "-o", tmp_path / "funnel.parquet", cwd=SAMPLES)
    assert made.returncode == 0, made.stderr
    whole = pl.read_parquet(tmp_path / "funnel.parquet")
    for keep in (0, 1, whole.height - 1):
        rows = pl.int_range(pl.len()) < keep
        whole.with_columns(pl.when(rows).then(column).alias(column)).write_parquet(tmp_path / "holed.parquet")
        drawn = pm("plot", "--kind", kind, "-f", "svg", "-i", tmp_path / "holed.parquet", cwd=SAMPLES)
        assert b"fault of pm" not in drawn.stderr, drawn.stderr
        assert drawn.returncode in (0, 1)


@pytest.mark.parametrize("column", ["rate", "rank", "mean", "sd", "value"])
def test_a_ranking_in_which_no_force_has_a_figure_is_drawn_without_bars_or_refused(column: str, tmp_path: Path) -> None:
    made = pm("rank", "burglary", "-o", tmp_path / "rank.parquet", cwd=SAMPLES)
    assert made.returncode == 0, made.stderr
    whole = pl.read_parquet(tmp_path / "rank.parquet")
    whole.with_columns(pl.lit(None, dtype=whole.schema[column]).alias(column)).write_parquet(tmp_path / "holed.parquet")
    drawn = pm("plot", "-f", "svg", "-i", tmp_path / "holed.parquet", cwd=SAMPLES)
    assert b"fault of pm" not in drawn.stderr, drawn.stderr
    assert drawn.returncode in (0, 1)
