"""`pm ahead`, its sentences and its fan, `pm outliers --sensitivity` and `pm dispersion`, as real processes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from pmcli.tables import AHEAD, SENSITIVITY
from tests.conftest import SAMPLES, pm, series


@pytest.fixture(scope="module")
def ahead() -> bytes:
    made = pm("ahead", "robbery", cwd=SAMPLES)
    assert made.returncode == 0, made.stderr.decode()
    return made.stdout


def read(parquet: bytes) -> pl.DataFrame:
    return pl.read_parquet(BytesIO(parquet))


def test_it_foresees_four_horizons_whose_intervals_hold_one_another_and_widen(ahead: bytes) -> None:
    frame = read(ahead)
    assert frame.schema == AHEAD.schema()
    assert frame["horizon"].unique().sort().to_list() == [3, 6, 9, 12]
    inner = (pl.col("low_95") < pl.col("low_80")) & (pl.col("low_80") < pl.col("value"))
    outer = (pl.col("value") < pl.col("high_80")) & (pl.col("high_80") < pl.col("high_95"))
    assert frame.select((inner & outer).all()).item()
    widths = frame.unique("horizon").sort("horizon").select(pl.col("high_80") - pl.col("low_80")).to_series()
    assert (widths.diff().drop_nulls() > 0).all()
    assert frame["flip"].drop_nulls().is_between(0, 1).all()
    assert {"baseline", "previous-year", "outliers"} <= set(frame["against"])


def test_its_sentences_say_the_figures_of_the_table(ahead: bytes) -> None:
    said = pm("say", "-f", "csv", stdin=ahead, cwd=SAMPLES)
    texts = pl.read_csv(said.stdout).filter(pl.col("about") == "total")["sentence"].to_list()
    rows = read(ahead).unique("horizon").sort("horizon")
    assert len(texts) == rows.height
    for text, low, high in zip(texts, rows["low_80"], rows["high_80"], strict=True):
        ends = re.match(r"Expected ([\d,]+) to ([\d,]+) Robbery offences in the 12 months to ", text)
        assert ends, text
        assert [int(end.replace(",", "")) for end in ends.groups()] == [round(low), round(high)]


def test_its_fan_is_drawn_inside_its_picture(ahead: bytes, tmp_path: Path) -> None:
    made = pm("plot", "-o", tmp_path / "fan.svg", stdin=ahead, cwd=SAMPLES)
    assert made.returncode == 0, made.stderr.decode()
    svg = ET.fromstring((tmp_path / "fan.svg").read_text(encoding="utf-8"))  # noqa: S314 (pm made it)
    width, height = (float(svg.get(side, "0")) for side in ("width", "height"))
    ends = []
    for path in svg.iter("{http://www.w3.org/2000/svg}path"):
        points = re.findall(r"[ML]?(-?[\d.]+),(-?[\d.]+)", path.get("d", ""))
        ends.append(len(points))
        assert all(0 <= float(x) <= width and 0 <= float(y) <= height for x, y in points)
    assert sum(number >= 10 for number in ends) >= 2  # two bands: five dates there and back
    assert "80 and 95% intervals" in "".join(svg.itertext())


def test_the_sensitivity_table_has_a_row_a_convention_and_its_sentence() -> None:
    made = pm("outliers", "robbery", "--sensitivity", cwd=SAMPLES)
    frame = read(made.stdout)
    assert frame.schema == SENSITIVITY.schema()
    assert frame["convention"].to_list() == [
        "as asked", "average", "SD", "own force", "City of London", "population", "baseline", "rounding", "all",
    ]  # fmt: skip
    holds, of = frame.filter(pl.col("convention") == "all").select("holds", "of").row(0)
    said = pl.read_csv(pm("say", "-f", "csv", stdin=made.stdout, cwd=SAMPLES).stdout)["sentence"].item()
    assert said.startswith(f"Robbery: not an outlier. Holds under {f'all {of}' if holds == of else f'{holds} of {of}'}")


def test_dispersion_prints_a_stanza_that_the_catalogue_takes(tmp_path: Path) -> None:
    made = pm("dispersion", "robbery", cwd=SAMPLES)
    assert made.returncode == 0, made.stderr.decode()
    text = made.stdout.decode()
    assert text.lstrip().startswith("#") or "[robbery]" in text
    assert re.search(r"^dispersion = [\d.]+", text, re.MULTILINE)
    table = pl.read_csv(pm("dispersion", "robbery", "-f", "csv", cwd=SAMPLES).stdout)
    row = table.row(0, named=True)
    assert row["low"] <= row["dispersion"] <= row["high"]
    assert row["catalogue"] == 3.35


def test_dispersion_says_when_the_figures_are_too_few(tmp_path: Path) -> None:
    few = series([10.0] * 24, measure="robbery")
    few.write_parquet(tmp_path / "few.parquet")
    made = pm("dispersion", "-i", tmp_path / "few.parquet")
    assert made.returncode == 1
    assert made.stderr.decode().startswith("pm dispersion:")
