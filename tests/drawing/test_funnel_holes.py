"""A funnel and a scatter of a table in which some forces lack what the chart stands on."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.conftest import SAMPLES, pm


def made(folder: Path, *command: str) -> pl.DataFrame:
    run = pm(*command, "-o", folder / "made.parquet", cwd=SAMPLES)
    assert run.returncode == 0, run.stderr
    return pl.read_parquet(folder / "made.parquet")


@pytest.fixture(scope="module")
def funnel(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    return made(tmp_path_factory.mktemp("funnel"), "rank", "burglary", "--funnel")


@pytest.fixture(scope="module")
def ranking(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    return made(tmp_path_factory.mktemp("ranking"), "rank", "burglary")


@pytest.mark.parametrize("column", ["expected", "ratio", "population", "value", "lower_95"])
@pytest.mark.parametrize("kind", ["funnel", "scatter"])
def test_forces_without_a_figure_are_left_out_of_the_picture(
    column: str, kind: str, funnel: pl.DataFrame, tmp_path: Path
) -> None:
    for keep in (0, 1, funnel.height - 1):
        rows = pl.int_range(pl.len()) < keep
        funnel.with_columns(pl.when(rows).then(column).alias(column)).write_parquet(tmp_path / "holed.parquet")
        drawn = pm("plot", "--kind", kind, "-f", "svg", "-i", tmp_path / "holed.parquet", cwd=SAMPLES)
        assert b"fault of pm" not in drawn.stderr, drawn.stderr
        assert drawn.returncode in ((0, 1) if keep == 0 else (0,)), drawn.stderr
    assert drawn.stdout.count(b"<circle") >= 36, "without one force all others are drawn"


@pytest.mark.parametrize("column", ["rate", "rank", "mean", "sd", "value"])
def test_a_ranking_in_which_no_force_has_a_figure_is_drawn_without_bars_or_refused(
    column: str, ranking: pl.DataFrame, tmp_path: Path
) -> None:
    none = pl.lit(None, dtype=ranking.schema[column]).alias(column)
    ranking.with_columns(none).write_parquet(tmp_path / "holed.parquet")
    drawn = pm("plot", "-f", "svg", "-i", tmp_path / "holed.parquet", cwd=SAMPLES)
    assert b"fault of pm" not in drawn.stderr, drawn.stderr
    assert drawn.returncode in (0, 1)
